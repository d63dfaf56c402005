// Package search turns texts into the tokens by which they are found, and what
// somebody searches for into a query over such tokens (INBOX-5). It knows no
// database: the tokens are letters and digits only, fit a full-text index of
// SQLite (FTS5) as well as PostgreSQL's tsvector, and hold no operator of either.
//
//   - Words of Latin and other alphabets are folded (NFKC, case, accents) and found
//     by their beginning.
//   - Korean, Chinese and Japanese are cut into overlapping pieces of two
//     characters, since their words are not told by spaces: 김철수 is 김철, 철수, and
//     수 for what ends there.
//   - Telephone numbers are all their endings behind a mark, so that any part of one
//     is found by its beginning, in any spelling.
package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// mark stands before the endings of telephone numbers, and alone between the
// fields of a text. It is a letter for every index, and no text has it: what is
// written with it is read as a space.
const mark = 'ʘ'

// The bounds of tokens.
const (
	mostWord    = 40 // characters of a word that count
	fewestChain = 7  // digits that make a telephone number of a text
	mostChain   = 20 // digits; longer ones are several
	fewestEnd   = 3  // digits of an ending
	mostGap     = 3  // characters between the digits of one number
)

// span is where in its text something stands, in bytes.
type span struct{ start, end int }

// letter is a character as it is compared, with its place in the text.
type letter struct {
	r  rune
	at span
}

// token is what is compared; at has the place of each of its characters.
type token struct {
	text string
	at   []span
}

// fold writes one normalised segment of a text as it is compared.
func fold(lower cases.Caser, segment string) string {
	if len(segment) == 1 {
		return strings.ToLower(segment)
	}
	if r, size := utf8.DecodeRuneInString(segment); size == len(segment) && unicode.Is(unicode.Hangul, r) {
		return segment
	}
	plain := strings.Map(func(r rune) rune {
		if r >= '\u0300' && r <= '\u036f' { // accents
			return -1
		}
		return r
	}, norm.NFD.String(lower.String(segment)))
	return norm.NFKC.String(plain)
}

// letters reads a text. Its characters are those of NFKC, so that wide, old and
// decomposed spellings are alike.
func letters(text string) []letter {
	all := make([]letter, 0, len(text))
	lower := cases.Fold() // not for several goroutines
	var it norm.Iter
	it.InitString(norm.NFKC, text)
	for !it.Done() {
		start := it.Pos()
		folded := fold(lower, string(it.Next()))
		for _, r := range folded {
			all = append(all, letter{r, span{start, it.Pos()}})
		}
	}
	// One character of the text may be several of NFKC, such as ⑴: only the last of
	// these knows where it ends.
	for i := len(all) - 2; i >= 0; i-- {
		if all[i].at.end == all[i].at.start {
			all[i].at.end = all[i+1].at.end
		}
	}
	return all
}

// The classes of characters: a run of one class is cut in one way.
const (
	between = iota
	word
	pieces
)

func class(r rune) int {
	switch {
	case r == mark || !unicode.IsLetter(r) && !unicode.IsNumber(r):
		return between
	case unicode.In(r, unicode.Hangul, unicode.Han, unicode.Hiragana, unicode.Katakana) || r == 'ー':
		return pieces
	default:
		return word
	}
}

// runs cuts a text where the class changes.
func runs(all []letter) [][]letter {
	var rs [][]letter
	for from := 0; from < len(all); {
		to, c := from+1, class(all[from].r)
		for to < len(all) && (class(all[to].r) == c || c == word && unicode.IsMark(all[to].r)) {
			to++
		}
		if c != between {
			rs = append(rs, all[from:to])
		}
		from = to
	}
	return rs
}

func newToken(ls []letter) token {
	if len(ls) > mostWord {
		ls = ls[:mostWord]
	}
	t := token{at: make([]span, len(ls))}
	var b strings.Builder
	for i, l := range ls {
		b.WriteRune(l.r)
		t.at[i] = l.at
	}
	t.text = b.String()
	return t
}

// cut gives the tokens of a run. Of a run that may go on, such as the last one that
// somebody types, the piece that says that it ends is left out.
func cut(run []letter, goesOn bool) []token {
	if class(run[0].r) != pieces || len(run) == 1 {
		return []token{newToken(run)}
	}
	var ts []token
	for i := range len(run) - 1 {
		ts = append(ts, newToken(run[i:i+2]))
	}
	if !goesOn {
		ts = append(ts, newToken(run[len(run)-1:]))
	}
	return ts
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// joins tells what may stand between the digits of a telephone number (ITU-T
// E.123).
func joins(r rune) bool {
	return strings.ContainsRune(" .()/+\u00b7", r) || unicode.Is(unicode.Pd, r)
}

// chains gives the digits of what may be telephone numbers of a text.
func chains(all []letter) [][]letter {
	var found [][]letter
	var chain []letter
	end := func() {
		if len(chain) >= fewestChain {
			found = append(found, chain)
		}
		chain = nil
	}
	gap := 0
	for _, l := range all {
		switch {
		case isDigit(l.r):
			if len(chain) == mostChain || gap > mostGap {
				end()
			}
			chain, gap = append(chain, l), 0
		case joins(l.r):
			gap++
		default:
			end()
			gap = 0
		}
	}
	end()
	return found
}

// endings are the tokens of a telephone number.
func endings(digits []letter) []token {
	for len(digits) > fewestEnd && digits[0].r == '0' {
		digits = digits[1:]
	}
	var ts []token
	for i := 0; i == 0 || i <= len(digits)-fewestEnd; i++ {
		t := newToken(digits[i:])
		t.text = string(mark) + t.text
		ts = append(ts, t)
	}
	return ts
}

// tokens gives the tokens of a text, and those of the telephone numbers in it.
func tokens(text string) (words, numbers []token) {
	all := letters(text)
	for _, run := range runs(all) {
		words = append(words, cut(run, false)...)
	}
	for _, chain := range chains(all) {
		numbers = append(numbers, endings(chain)...)
	}
	return words, numbers
}

// Tokens gives what fields of text, and telephone numbers, are found by, to be
// written into an index: tokens with a space between them.
func Tokens(fields, numbers []string) string {
	var b strings.Builder
	write := func(ts []token) {
		for _, t := range ts {
			b.WriteString(t.text)
			b.WriteByte(' ')
		}
	}
	for _, f := range fields {
		words, inText := tokens(f)
		write(words)
		b.WriteRune(mark)
		b.WriteByte(' ')
		write(inText)
	}
	for _, n := range numbers {
		if ds := digits(n); len(ds) > 0 {
			write(endings(ds))
		}
	}
	return b.String()
}

// digits are the digits of a text.
func digits(text string) []letter {
	var ds []letter
	for _, l := range letters(text) {
		if isDigit(l.r) {
			ds = append(ds, l)
		}
	}
	return ds
}
