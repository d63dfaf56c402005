package odata

import (
	"maps"
	"slices"
	"strings"
	"time"

	"ringdesk/models"
)

// scope is what the names of an expression may mean, and when and where it is asked.
type scope struct {
	target string // the option
	order  []string
	items  map[string]models.FeedExpr
	now    time.Time
	zone   *time.Location
	usesNow
}

// usesNow says whether a question has asked for the time: its answer is another one soon.
type usesNow struct{ clock *bool }

// tableScope are the columns of a set.
func tableScope(s *entitySet, now time.Time, zone *time.Location, clock *bool) *scope {
	sc := &scope{items: map[string]models.FeedExpr{}, now: now, zone: zone, usesNow: usesNow{clock}}
	for _, c := range s.table.Columns {
		sc.add(c.Name, models.FeedExpr{Op: "column", Name: c.Name, Kind: c.Kind, Nullable: c.Nullable})
	}
	return sc
}

func (s *scope) add(name string, e models.FeedExpr) {
	s.order = append(s.order, name)
	s.items[name] = e
}

// find is what a name means.
func (s *scope) find(name string) (models.FeedExpr, error) {
	if e, ok := s.items[name]; ok {
		return e, nil
	}
	if strings.Contains(name, "/") {
		return models.FeedExpr{}, unsupported(s.target, "Paths such as %s are not supported: the row itself has names and ids, and $expand brings the others.", short(name))
	}
	return models.FeedExpr{}, bad(s.target, "There is no property %s here. There are: %s.", short(name), strings.Join(slices.Sorted(maps.Keys(s.items)), ", "))
}

// short bounds what of a request is repeated to its sender.
func short(text string) string {
	if len(text) > 60 {
		return strings.ToValidUTF8(text[:60], "") + "…"
	}
	return text
}

// check gives an expression the meaning of its names, and its type.
func (s *scope) check(n *node) (models.FeedExpr, error) {
	switch n.op {
	case "literal":
		return models.FeedExpr{Op: "value", Value: n.value.value, Kind: n.value.kind, Nullable: n.value.value == nil}, nil
	case "path":
		return s.find(n.name)
	}
	if lower := strings.ToLower(n.name); n.op == "call" && (lower == "cast" || lower == "isof") {
		return models.FeedExpr{}, unsupported(s.target, "There is no %s here: the types of properties stand in $metadata.", lower)
	}
	e := models.FeedExpr{Op: n.op}
	for _, a := range n.args {
		arg, err := s.check(a)
		if err != nil {
			return e, err
		}
		e.Args = append(e.Args, arg)
		e.Nullable = e.Nullable || arg.Nullable
	}
	var err error
	switch n.op {
	case "call":
		return s.call(n.name, e)
	case "and", "or", "not":
		e.Kind, err = models.FeedTruth, s.truths(e)
	case "eq", "ne", "gt", "ge", "lt", "le":
		e.Kind, err = models.FeedTruth, s.comparable(&e)
		e.Nullable = false
	case "in":
		e.Kind, err = models.FeedTruth, s.comparable(&e)
		e.Nullable = false
		e = withoutNull(e)
	default:
		return s.arithmetic(e)
	}
	return e, err
}

// condition checks an expression that has to be true or false.
func (s *scope) condition(n *node) (models.FeedExpr, error) {
	e, err := s.check(n)
	if err == nil && e.Kind == models.FeedNull {
		e = models.FeedExpr{Op: "value", Value: false, Kind: models.FeedTruth}
	}
	if err == nil && e.Kind != models.FeedTruth {
		err = bad(s.target, "%s must be a condition, such as direction eq 'inbound'.", s.target)
	}
	return e, err
}

func (s *scope) truths(e models.FeedExpr) error {
	for i, a := range e.Args {
		if a.Kind == models.FeedNull {
			e.Args[i].Kind = models.FeedTruth
		} else if a.Kind != models.FeedTruth {
			return bad(s.target, "%s joins conditions, and one of them is none: write, for example, talkMs gt 0.", e.Op)
		}
	}
	return nil
}

func isNumber(k models.FeedKind) bool { return k == models.FeedWhole || k == models.FeedFraction }

// comparable sees to it that sides can be compared. A day beside a moment is its
// midnight.
func (s *scope) comparable(e *models.FeedExpr) error {
	first := &e.Args[0]
	for i := 1; i < len(e.Args); i++ {
		other := &e.Args[i]
		s.toMoment(first, other)
		s.toMoment(other, first)
		switch a, b := first.Kind, other.Kind; {
		case a == b && a != models.FeedTruth, a == b && e.Op != "gt" && e.Op != "ge" && e.Op != "lt" && e.Op != "le":
		case isNumber(a) && isNumber(b):
		case a == models.FeedNull && b != models.FeedNull:
			first.Kind = b
		case b == models.FeedNull:
			other.Kind = a
		default:
			return bad(s.target, "%s compares %s with %s: that cannot be.%s", e.Op, kindNames[a], kindNames[b], hints[[2]models.FeedKind{a, b}])
		}
	}
	return nil
}

// kindNames are the kinds in words.
var kindNames = map[models.FeedKind]string{models.FeedNull: "null", models.FeedText: "a text", models.FeedWhole: "a whole number", models.FeedFraction: "a number",
	models.FeedTruth: "true or false", models.FeedMoment: "a moment", models.FeedDay: "a day", models.FeedSpan: "a duration"}

// hints say what was probably meant.
var hints = map[[2]models.FeedKind]string{
	{models.FeedMoment, models.FeedText}: " Write a moment without quotes, such as 2026-12-31T15:00:00Z.",
	{models.FeedDay, models.FeedText}:    " Write a day without quotes, such as 2026-12-31.",
	{models.FeedText, models.FeedWhole}:  " Write a text in quotes, such as 'abc'.",
}

func (s *scope) toMoment(e, beside *models.FeedExpr) {
	if e.Kind != models.FeedDay || e.Op != "value" || beside.Kind != models.FeedMoment {
		return
	}
	if at, err := time.ParseInLocation(time.DateOnly, e.Value.(string), s.zone); err == nil {
		e.Value, e.Kind = at.UnixMicro(), models.FeedMoment
	}
}

// withoutNull takes null out of a list: eq null asks for it.
func withoutNull(e models.FeedExpr) models.FeedExpr {
	kept, null := e.Args[:1:1], false
	for _, a := range e.Args[1:] {
		if a.Op == "value" && a.Value == nil {
			null = true
		} else {
			kept = append(kept, a)
		}
	}
	in := models.FeedExpr{Op: "in", Args: kept, Kind: models.FeedTruth}
	if !null {
		return in
	}
	isNull := models.FeedExpr{Op: "eq", Args: []models.FeedExpr{e.Args[0], {Op: "value", Kind: e.Args[0].Kind, Nullable: true}}, Kind: models.FeedTruth}
	if len(kept) == 1 {
		return isNull
	}
	return models.FeedExpr{Op: "or", Args: []models.FeedExpr{in, isNull}, Kind: models.FeedTruth}
}

// arithmetic checks add, sub, mul, div, divby, mod and neg: of numbers, and of moments
// and durations.
func (s *scope) arithmetic(e models.FeedExpr) (models.FeedExpr, error) {
	kinds := make([]models.FeedKind, len(e.Args))
	for i, a := range e.Args {
		if kinds[i] = a.Kind; a.Kind == models.FeedNull {
			kinds[i], e.Args[i].Kind = models.FeedWhole, models.FeedWhole
		}
	}
	e.Nullable = e.Nullable || e.Op == "div" || e.Op == "divby" || e.Op == "mod" // by 0 gives null
	switch {
	case len(kinds) == 1 && (isNumber(kinds[0]) || kinds[0] == models.FeedSpan):
		e.Kind = kinds[0]
	case len(kinds) == 2 && isNumber(kinds[0]) && isNumber(kinds[1]):
		if e.Kind = max(kinds[0], kinds[1]); e.Op == "divby" {
			e.Kind = models.FeedFraction
		}
		if e.Op == "mod" && e.Kind == models.FeedFraction {
			return e, bad(s.target, "mod is of whole numbers.")
		}
	default:
		kind, ok := timeArithmetic[timeOp{e.Op, kinds[0], kinds[len(kinds)-1]}]
		if !ok || len(kinds) == 1 {
			return e, bad(s.target, "%s cannot be done with %s and %s.", e.Op, kindNames[kinds[0]], kindNames[kinds[len(kinds)-1]])
		}
		e.Kind = kind
	}
	return folded(e), nil
}

type timeOp struct {
	op          string
	left, right models.FeedKind
}

var timeArithmetic = map[timeOp]models.FeedKind{
	{"add", models.FeedMoment, models.FeedSpan}: models.FeedMoment, {"sub", models.FeedMoment, models.FeedSpan}: models.FeedMoment,
	{"sub", models.FeedMoment, models.FeedMoment}: models.FeedSpan, {"add", models.FeedSpan, models.FeedSpan}: models.FeedSpan,
	{"sub", models.FeedSpan, models.FeedSpan}: models.FeedSpan,
}

// folded works out sums of values, so that now() sub duration'P7D' tells a period.
func folded(e models.FeedExpr) models.FeedExpr {
	if len(e.Args) != 2 || e.Args[0].Op != "value" || e.Args[1].Op != "value" {
		return e
	}
	a, isA := e.Args[0].Value.(int64)
	b, isB := e.Args[1].Value.(int64)
	const far = int64(1) << 61 // below it nothing overflows
	switch {
	case !isA || !isB || a > far || a < -far || b > far || b < -far:
		return e
	case e.Op == "add":
		return models.FeedExpr{Op: "value", Value: a + b, Kind: e.Kind}
	case e.Op == "sub":
		return models.FeedExpr{Op: "value", Value: a - b, Kind: e.Kind}
	}
	return e
}
