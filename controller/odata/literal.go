package odata

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"ringdesk/models"
)

// literal is a value that stands in an expression (ABNF: primitiveLiteral).
type literal struct {
	kind  models.FeedKind
	value any // string, int64, float64, bool; of a moment or a span microseconds
}

func itoa(n int) string { return strconv.Itoa(n) }

// The forms of values that do not stand in quotes.
var (
	guidForm   = regexp.MustCompile(`^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}`)
	momentForm = regexp.MustCompile(`^-?\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:[Zz]|[ +-]\d\d:\d\d)`)
	dayForm    = regexp.MustCompile(`^-?\d{4}-\d\d-\d\d`)
	clockForm  = regexp.MustCompile(`^\d\d:\d\d(?::\d\d(?:\.\d+)?)?`)
	numberForm = regexp.MustCompile(`^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?`)
	quotedForm = regexp.MustCompile(`^(?i:(duration|binary|datetime|datetimeoffset|guid|date|time|geography|geometry))'`)
	spanForm   = regexp.MustCompile(`^([+-])?P(?:(\d{1,7})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(\.\d{1,12})?S)?)?$`)
)

// words are the values that are written as names.
var words = map[string]literal{"null": {models.FeedNull, nil}, "true": {models.FeedTruth, true}, "false": {models.FeedTruth, false},
	"INF": {models.FeedFraction, math.Inf(1)}, "-INF": {models.FeedFraction, math.Inf(-1)}, "NaN": {models.FeedFraction, math.NaN()}}

// literal reads a value; false means that none stands here.
func (p *parser) literal() (literal, bool, error) {
	rest := p.text[p.at:]
	if rest[0] == '\'' {
		text, err := p.quoted()
		return literal{models.FeedText, text}, true, err
	}
	if m := quotedForm.FindStringSubmatch(rest); m != nil {
		return p.prefixed(strings.ToLower(m[1]))
	}
	if end := strings.IndexAny(rest+" ", " \t),]"); end < 6 {
		v, ok := words[rest[:end]]
		if lower := strings.ToLower(rest[:end]); !ok && lower != "nan" {
			v, ok = words[lower]
		}
		if ok {
			p.at += end
			return v, true, nil
		}
	}
	if m := guidForm.FindString(rest); m != "" {
		p.at += len(m)
		return literal{models.FeedText, strings.ToLower(m)}, true, p.bounded()
	}
	for _, form := range []struct {
		is   *regexp.Regexp
		read func(string) (literal, bool)
	}{{momentForm, momentOf}, {dayForm, dayOf}, {numberForm, numberOf}} {
		m := form.is.FindString(rest)
		if m == "" {
			continue
		}
		if form.is == numberForm && clockForm.MatchString(rest) {
			return literal{}, false, unsupported(p.target, "Times of day are not supported: compare hour(), minute() and second() instead.")
		}
		v, ok := form.read(m)
		if !ok {
			return literal{}, false, p.wrong(p.at, "%s is no value that there is.", m)
		}
		p.at += len(m)
		if form.is == numberForm && p.at < len(p.text) && strings.ContainsAny(p.text[p.at:p.at+1], "LlMmDdFf") {
			p.at++ // OData 2 told the types of numbers so, and the SAP Cloud SDK still does
		}
		return v, true, p.bounded()
	}
	return literal{}, false, nil
}

// bounded sees to it that a value does not go on as something else.
func (p *parser) bounded() error {
	if p.at < len(p.text) && !strings.ContainsAny(p.text[p.at:p.at+1], " \t),]") {
		return p.wrong(p.at, "The value ends here, and something stands behind it.")
	}
	return nil
}

// quoted reads a text in quotes; two of them are one (ABNF: SQUOTE-in-string).
func (p *parser) quoted() (string, error) {
	from := p.at
	var b strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		c := p.text[p.at]
		if c != '\'' {
			b.WriteByte(c)
			continue
		}
		if p.at+1 < len(p.text) && p.text[p.at+1] == '\'' {
			p.at++
			b.WriteByte(c)
			continue
		}
		p.at++
		return b.String(), nil
	}
	return "", p.wrong(from, "The text does not end: a ' is missing.")
}

// prefixed reads a value with the name of its type before it.
func (p *parser) prefixed(kind string) (literal, bool, error) {
	at := p.at
	p.at += len(kind)
	text, err := p.quoted()
	if err != nil {
		return literal{}, false, err
	}
	switch kind {
	case "duration":
		if v, ok := spanOf(text); ok {
			return v, true, nil
		}
		return literal{}, false, p.wrong(at, "A duration looks like duration'P1DT2H30M'.")
	case "datetime", "datetimeoffset", "guid", "date", "time":
		return literal{}, false, p.wrong(at, "Since OData 4 such a value stands without %s and quotes, as 2026-12-31T15:00:00Z does.", kind)
	}
	return literal{}, false, unsupported(p.target, "There are no values of the type %s here.", kind)
}

func momentOf(text string) (literal, bool) {
	text = strings.ReplaceAll(strings.ToUpper(text), " ", "+") // as which a + arrives from who does not encode it
	layout := "2006-01-02T15:04:05.999999999Z07:00"
	if strings.Count(text[:16], ":") == 1 && (text[16] == 'Z' || text[16] == '+' || text[16] == '-') {
		layout = "2006-01-02T15:04Z07:00"
	}
	at, err := time.Parse(layout, text)
	return literal{models.FeedMoment, at.UnixMicro()}, err == nil
}

func dayOf(text string) (literal, bool) {
	_, err := time.Parse(time.DateOnly, text)
	return literal{models.FeedDay, text}, err == nil
}

func numberOf(text string) (literal, bool) {
	text = strings.TrimPrefix(text, "+")
	if !strings.ContainsAny(text, ".eE") {
		n, err := strconv.ParseInt(text, 10, 64)
		return literal{models.FeedWhole, n}, err == nil
	}
	f, err := strconv.ParseFloat(text, 64)
	return literal{models.FeedFraction, f}, err == nil
}

// spanOf reads a duration (XML Schema's dayTimeDuration).
func spanOf(text string) (literal, bool) {
	m := spanForm.FindStringSubmatch(text)
	if m == nil || strings.HasSuffix(text, "P") || strings.HasSuffix(text, "T") {
		return literal{}, false
	}
	total := int64(0)
	for i, unit := range []int64{86400, 3600, 60, 1} {
		n, _ := strconv.ParseInt(m[i+2], 10, 64) // "" is none
		total += n * unit * 1e6
	}
	if m[6] != "" {
		f, _ := strconv.ParseFloat("0"+m[6], 64)
		total += int64(math.Round(f * 1e6))
	}
	if m[1] == "-" {
		total = -total
	}
	return literal{models.FeedSpan, total}, true
}
