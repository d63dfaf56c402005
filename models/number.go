package models

import (
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// ErrNumber says that a text is no telephone number. Every error of reading
// numbers is one (errors.Is).
var ErrNumber error = numberError("not a telephone number: write it as +82 10-1234-5678 or as you would dial it at home")

// The particular ways in which a text is no telephone number.
var (
	ErrNumberLetters   error = numberError("not a telephone number: leave out letters and signs and write digits only, such as +82 10-1234-5678")
	ErrNumberExtension error = numberError("not a telephone number alone: leave out the extension and press its keys during the call")
	ErrNumberLines     error = numberError("not a telephone number: give one only, on one line")
	ErrNumberAmbiguous error = numberError("not clear, it could be numbers of two countries: write it with + and the country code")
)

type numberError string

func (e numberError) Error() string { return string(e) }

// Is makes every such error an ErrNumber.
func (e numberError) Is(target error) bool { return target == ErrNumber }

// E164 reads a telephone number in any usual spelling and gives it as E.164
// (ITU-T E.164, at most 15 digits with a leading +). country (ISO 3166-1
// alpha-2) is the region of numbers without a country code. A text with no
// digits, or one that no such number could be, gives an error that is
// ErrNumber.
func E164(text, country string) (string, error) {
	dialled, err := CleanNumber(text)
	if err != nil {
		return "", err
	}
	number, valid, err := readE164(dialled, country)
	// 00 is the international prefix in most of the world (ITU-T E.164), and so
	// foreign numbers stand on many web pages with it, also where one dials
	// otherwise: in Korea 001, 00700 and others choose a carrier.
	rest, ok := strings.CutPrefix(dialled, "00")
	if !ok {
		return number, err
	}
	other, otherValid, otherErr := readE164("+"+rest, country)
	home := "+" + strconv.Itoa(phonenumbers.GetCountryCodeForRegion(country))
	switch {
	case otherErr != nil || !otherValid || other == number:
		return number, err
	case err != nil || !valid && strings.HasPrefix(number, home):
		return other, nil
	}
	return "", ErrNumberAmbiguous
}

// vaticanCode is assigned to the Vatican (ITU-T E.164), but not in use, so that
// the library does not know it.
const vaticanCode = "+379"

// readE164 reads one reading; valid says that the number is within a range
// that is in use, not only of a possible length.
func readE164(dialled, country string) (e164 string, valid bool, err error) {
	if strings.HasPrefix(dialled, vaticanCode) {
		if len(dialled) < len("+37912345") || len(dialled) > len("+123456789012345") {
			return "", false, ErrNumber
		}
		return dialled, true, nil
	}
	n, err := phonenumbers.Parse(dialled, country)
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		return "", false, ErrNumber
	}
	e164 = phonenumbers.Format(n, phonenumbers.E164)
	if len(e164) > len("+123456789012345") {
		return "", false, ErrNumber
	}
	return e164, phonenumbers.IsValidNumber(n), nil
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
