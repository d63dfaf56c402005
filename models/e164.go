package models

import (
	"slices"
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
	home := homeCode(country)
	switch {
	case otherErr != nil || !otherValid || other == number:
		return number, err
	case err != nil || !valid && strings.HasPrefix(number, home):
		return other, nil
	}
	return "", ErrNumberAmbiguous
}

// homeCode is what the numbers of a country begin with.
func homeCode(country string) string {
	return "+" + strconv.Itoa(phonenumbers.GetCountryCodeForRegion(country))
}

// KnownCountry says whether numbers of a country (ISO 3166-1 alpha-2) can be read.
func KnownCountry(country string) bool { return phonenumbers.GetCountryCodeForRegion(country) != 0 }

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

// CallerReadings reads the number that a carrier sent as the caller's, which may
// be written as E.164 with or without its +, after 00 or after an international
// prefix of the home country, or as national number with or without the 0 before
// it. It gives the readings that are in use, those by the home country's rules
// first; several are rare, such as 0012032530000 in Korea: of the USA after 00, of
// Egypt after 001. Where none is in use it gives one that is a number at least, or a
// short code as its digits; nothing for what is no number.
func CallerReadings(text, country string) []string {
	dialled, err := CleanNumber(text)
	if err != nil {
		return nil
	}
	var valid, possible []string
	for _, spelling := range spellings(dialled) {
		switch e164, ok, err := readE164(spelling, country); {
		case err != nil:
		case ok && !slices.Contains(valid, e164):
			valid = append(valid, e164)
		case !ok:
			possible = append(possible, e164)
		}
	}
	digits := strings.TrimPrefix(dialled, "+")
	switch {
	case len(valid) > 0:
		return valid
	case len(possible) > 0:
		return possible[:1]
	case len(digits) < 2 || len(digits) > 15:
		return nil
	}
	return []string{digits}
}

// spellings are what a carrier may have meant, the most likely first.
func spellings(dialled string) []string {
	if rest, ok := strings.CutPrefix(dialled, "00"); ok {
		return []string{dialled, "+" + rest}
	}
	if strings.HasPrefix(dialled, "+") || strings.HasPrefix(dialled, "0") {
		return []string{dialled}
	}
	return []string{dialled, "+" + dialled}
}

// IsNational says whether digits are a number in use as people of the country write
// it, with a 0 before it where they do.
func IsNational(digits, country string) bool {
	n, err := phonenumbers.Parse(digits, country)
	return err == nil && phonenumbers.IsValidNumberForRegion(n, country) && onlyDigits(phonenumbers.Format(n, phonenumbers.NATIONAL)) == digits
}

// CallerE164 gives the likeliest reading of a caller's number; "" for none (IN-7).
func CallerE164(text, country string) string {
	if readings := CallerReadings(text, country); len(readings) > 0 {
		return readings[0]
	}
	return ""
}

// TestCaller is the caller's number of test calls, in E.164: a mobile number
// of the country (ISO 3166-1 alpha-2) that no customer has. For Korea it is
// 010-0000-0000, an exchange that is not given out; elsewhere the example
// number of libphonenumber's metadata; and where there is none, one of the
// North American numbers that are reserved for fiction (555-0100 to 555-0199).
func TestCaller(country string) string {
	if country == "KR" {
		return "+821000000000"
	}
	n := phonenumbers.GetExampleNumberForType(country, phonenumbers.MOBILE)
	if n == nil {
		return "+12025550123"
	}
	return phonenumbers.Format(n, phonenumbers.E164)
}
