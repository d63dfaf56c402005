package models

import (
	"slices"
	"strings"
	"unicode"
)

// maxNumberText bounds what is read as a telephone number, in bytes: fifteen
// digits, each with full-width spelling, separators and invisible characters.
const maxNumberText = 256

// CleanNumber takes a telephone number as people type or paste it down to what
// they would dial: digits, with a leading + if there was one. It knows spaces,
// dots, dashes and brackets of all scripts, full-width characters, the
// invisible characters that web pages wrap around numbers, tel: URIs (RFC
// 3966), and the "(0)" of +44 (0)20. Anything else is refused rather than left
// out, so that what is dialled is what was meant.
func CleanNumber(text string) (string, error) {
	if len(text) > maxNumberText {
		return "", ErrNumber
	}
	text, err := unwrapURI(strings.TrimFunc(fold(text), unicode.IsSpace))
	if err != nil {
		return "", err
	}
	if strings.ContainsAny(text, "\r\n\v\f\u0085\u2028\u2029") {
		return "", ErrNumberLines
	}
	dialled, err := dropSeparators(dropTrunkZero(text))
	if err != nil {
		return "", err
	}
	if strings.TrimPrefix(dialled, "+") == "" {
		return "", ErrNumber
	}
	return dialled, nil
}

// fold leaves out invisible characters and writes full-width ones (U+FF01 to
// U+FF5E) and the small plus and hyphen as ASCII does, as NFKC would (Unicode
// Standard Annex 15). It does nothing else of NFKC, which would make digits of
// ½, ② and 10⁶.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case isInvisible(r):
			return -1
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '﹢':
			return '+'
		case r == '﹣':
			return '-'
		}
		return r
	}, text)
}

// isInvisible tells characters that show nothing: soft hyphen, zero-width
// spaces and joiners, marks of the writing direction, byte order mark.
func isInvisible(r rune) bool {
	return r == '\u00ad' || r == '\u061c' || r == '\ufeff' ||
		r >= '\u200b' && r <= '\u200f' || r >= '\u202a' && r <= '\u202e' || r >= '\u2060' && r <= '\u2069'
}

// unwrapURI takes the number out of a tel: URI. Parameters are refused unless
// they do not bear on where the call goes (RFC 4694: npdi, enumdi say that a
// database has been asked).
func unwrapURI(text string) (string, error) {
	if len(text) < len("tel:") || !strings.EqualFold(text[:len("tel:")], "tel:") {
		return text, nil
	}
	number, params, _ := strings.Cut(text[len("tel:"):], ";")
	for param := range strings.SplitSeq(params, ";") {
		name, _, _ := strings.Cut(strings.ToLower(param), "=")
		switch {
		case name == "ext" || name == "isub":
			return "", ErrNumberExtension
		case !slices.Contains([]string{"", "npdi", "enumdi"}, name):
			return "", ErrNumberLetters
		}
	}
	// Some pages escape the + and the spaces, which the RFC does not ask for.
	return strings.NewReplacer("%2B", "+", "%2b", "+", "%20", " ").Replace(number), nil
}

// dropTrunkZero leaves out the (0) that is dialled only inside the country,
// where the number has its country code.
func dropTrunkZero(text string) string {
	before, after, found := strings.Cut(text, "(0)")
	if at := strings.TrimLeft(before, "( "); found && (strings.HasPrefix(at, "+") || strings.HasPrefix(at, "00")) {
		return before + " " + after
	}
	return text
}

func dropSeparators(text string) (string, error) {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9', r == '+' && b.Len() == 0:
			b.WriteRune(r)
		case isSeparator(r):
		case strings.ContainsRune(";,#*", r):
			return "", ErrNumberExtension
		case r == '+':
			return "", ErrNumber
		default:
			return "", ErrNumberLetters
		}
	}
	return b.String(), nil
}

// isSeparator tells what people group digits with (ITU-T E.123). A slash is
// none: it stands between two numbers; nor are square brackets, which hold a
// choice.
func isSeparator(r rune) bool {
	switch r {
	case '.', '·', '・', '。', '(', ')', 'ー', '−':
		return true
	case '〜', '〰': // from one number to another
		return false
	}
	return unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) // any space, any dash
}
