package search

import "strings"

// NoName is the initial of those who have no name.
const NoName = "*"

// otherInitial is the initial of names that begin with a digit, a sign or a letter
// of another alphabet.
const otherInitial = "#"

// Names stand in this order: Korean, Latin, others, none.
const (
	koreanNames = "1"
	latinNames  = "2"
	otherNames  = "3"
	noNames     = "4"
)

// The syllables of Hangul stand in the order of their first consonants (Unicode
// Standard, 3.12), each of which begins as many.
const (
	firstSyllable = '가'
	lastSyllable  = '힣'
	perConsonant  = 588
)

// consonants are what Korean indexes show for each first consonant: a doubled one
// stands with its single one.
var consonants = []string{"ㄱ", "ㄱ", "ㄴ", "ㄷ", "ㄷ", "ㄹ", "ㅁ", "ㅂ", "ㅂ", "ㅅ", "ㅅ", "ㅇ", "ㅈ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ"}

// SortName gives what names are put in order by, and the initial that they stand
// under. Those without a name are in the order of what stands in its place.
func SortName(name, instead string) (key, initial string) {
	var b strings.Builder
	for _, l := range letters(strings.TrimSpace(name)) {
		b.WriteRune(l.r)
	}
	folded := b.String()
	if folded == "" {
		return noNames + instead, NoName
	}
	switch r := []rune(folded)[0]; {
	case r >= firstSyllable && r <= lastSyllable:
		return koreanNames + folded, consonants[(r-firstSyllable)/perConsonant]
	case r >= 'a' && r <= 'z':
		return latinNames + folded, strings.ToUpper(string(r))
	default:
		return otherNames + folded, otherInitial
	}
}

// SortFrom gives the least that names under an initial are put in order by; ok says
// that there is such an initial.
func SortFrom(initial string) (key string, ok bool) {
	for i, c := range consonants {
		if c == initial {
			return koreanNames + string(rune(firstSyllable+i*perConsonant)), true
		}
	}
	switch {
	case len(initial) == 1 && initial[0] >= 'A' && initial[0] <= 'Z':
		return latinNames + strings.ToLower(initial), true
	case initial == otherInitial:
		return otherNames, true
	case initial == NoName:
		return noNames, true
	}
	return "", false
}
