package search

import (
	"strings"
)

// The bounds of a query: what is beyond them is not looked for.
const (
	mostTerms  = 12
	mostTokens = 64 // of one word
)

// Beside words, digits are more likely part of a name, so that more of them are
// needed to be looked for in telephone numbers.
const (
	numberDigits      = 3 // of a text that has digits only
	mixedNumberDigits = 4 // of a text that has words, too
)

// Query is what somebody looks for: each term must be found somewhere.
type Query struct{ Terms []Term }

// Term is found by any of its phrases.
type Term struct{ Phrases []Phrase }

// Phrase is tokens that stand one after the other. With Prefix, the last may go on.
type Phrase struct {
	Tokens []string
	Prefix bool
}

// Empty says that there is nothing to look for, as in a text of signs only.
func (q Query) Empty() bool { return len(q.Terms) == 0 }

// Parse reads what somebody searches for. numbers reads a telephone number: the
// digits that it may have, in every spelling that matters; ok says that the text is
// written as one. Words together may be one number.
func Parse(text string, numbers func(text string) (readings []string, ok bool)) Query {
	text = strings.ReplaceAll(text, "\x00", " ")
	if readings, ok := numbers(text); ok {
		return query(newTerm(text, readings, numberDigits))
	}
	var terms []Term
	var spelled []string // words that may be one number together
	flush := func() {
		if len(spelled) > 0 {
			whole := strings.Join(spelled, " ")
			readings, _ := numbers(whole)
			terms = append(terms, newTerm(whole, readings, mixedNumberDigits))
		}
		spelled = nil
	}
	for _, w := range strings.Fields(text) {
		if len(terms) == mostTerms {
			break
		}
		if _, ok := numbers(w); ok {
			spelled = append(spelled, w)
			continue
		}
		flush()
		terms = append(terms, newTerm(w, nil, 0))
	}
	flush()
	return query(terms...)
}

func query(terms ...Term) Query {
	var q Query
	for _, t := range terms {
		if len(t.Phrases) > 0 && len(q.Terms) < mostTerms {
			q.Terms = append(q.Terms, t)
		}
	}
	return q
}

func newTerm(text string, readings []string, fewest int) Term {
	var t Term
	if p := phrase(text); len(p.Tokens) > 0 {
		t.Phrases = append(t.Phrases, p)
	}
	if len(digits(text)) < fewest {
		return t
	}
	had := map[string]bool{}
	for _, n := range readings {
		if ds := digits(n); len(ds) > 0 && len(ds) <= mostChain {
			token := string(mark) + newToken(ds).text
			if !had[token] {
				t.Phrases = append(t.Phrases, Phrase{Tokens: []string{token}, Prefix: true})
			}
			had[token] = true
		}
	}
	return t
}

// phrase reads a text as tokens in a row, of which the last may go on.
func phrase(text string) Phrase {
	var p Phrase
	rs := runs(letters(text))
	for i, run := range rs {
		last := i == len(rs)-1
		ts := cut(run, last)
		if len(p.Tokens)+len(ts) > mostTokens {
			return p
		}
		for _, t := range ts {
			p.Tokens = append(p.Tokens, t.text)
		}
		p.Prefix = last && len(ts) == 1
	}
	return p
}

// Match is the part of a text that was found, with what stands around it.
type Match struct{ Before, Found, After string }

// around is how many characters of context a Match has on each side.
const around = 40

// Find gives the first place in a text where a term of the query is.
func (q Query) Find(text string) (Match, bool) {
	words, numbers := tokens(text)
	best, found := span{}, false
	for _, t := range q.Terms {
		for _, p := range t.Phrases {
			in := words
			if strings.HasPrefix(p.Tokens[0], string(mark)) {
				in = numbers
			}
			if at, ok := p.find(in); ok && (!found || at.start < best.start || at.start == best.start && at.end > best.end) {
				best, found = at, true
			}
		}
	}
	if !found {
		return Match{}, false
	}
	return Match{Before: lastOf(text[:best.start]), Found: text[best.start:best.end], After: firstOf(text[best.end:])}, true
}

func (p Phrase) find(in []token) (span, bool) {
	for i := range in {
		if at, ok := p.at(in[i:]); ok {
			return at, true
		}
	}
	return span{}, false
}

// at says whether the tokens begin with the phrase, and where that stands.
func (p Phrase) at(in []token) (span, bool) {
	if len(in) < len(p.Tokens) {
		return span{}, false
	}
	for i, want := range p.Tokens {
		last := p.Prefix && i == len(p.Tokens)-1
		if in[i].text != want && !(last && strings.HasPrefix(in[i].text, want)) {
			return span{}, false
		}
	}
	end := in[len(p.Tokens)-1].at
	if p.Prefix {
		want := strings.TrimPrefix(p.Tokens[len(p.Tokens)-1], string(mark))
		end = end[:len([]rune(want))]
	}
	return span{in[0].at[0].start, end[len(end)-1].end}, true
}

func lastOf(text string) string {
	if rs := []rune(text); len(rs) > around {
		return "…" + string(rs[len(rs)-around:])
	}
	return text
}

func firstOf(text string) string {
	if rs := []rune(text); len(rs) > around {
		return string(rs[:around]) + "…"
	}
	return text
}
