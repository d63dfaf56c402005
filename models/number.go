package models

import (
	"errors"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// ErrNumber says that a text is no telephone number.
var ErrNumber = errors.New("not a telephone number: write it as +82 10-1234-5678 or as you would dial it at home")

// E164 reads a telephone number in any usual spelling and gives it as E.164
// (ITU-T E.164, at most 15 digits with a leading +). country (ISO 3166-1
// alpha-2) is the region of numbers without a country code. A text with no
// digits, or one that no such number could be, gives ErrNumber.
func E164(text, country string) (string, error) {
	// An extension or letters would be dropped silently by the parser.
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || strings.ContainsRune(";,#*=", r) }) {
		return "", ErrNumber
	}
	n, err := phonenumbers.Parse(strings.TrimSpace(text), country)
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		return "", ErrNumber
	}
	return phonenumbers.Format(n, phonenumbers.E164), nil
}

// CallerE164 reads the number that a carrier sent as the caller's. Withheld
// numbers ("anonymous", "unavailable", empty) give "" (IN-7). A number that is
// not E.164, such as a short code, is kept as its digits.
func CallerE164(text, country string) string {
	if e, err := E164(text, country); err == nil {
		return e
	}
	digits := onlyDigits(text)
	if len(digits) < 2 || len(digits) > 15 {
		return ""
	}
	return digits
}
