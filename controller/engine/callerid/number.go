package callerid

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// maxDigits bounds what is taken for a number: E.164 has 15, with a carrier's and
// an international prefix up to 24.
const maxDigits = 32

// Number reads the number in a user part, percent-escapes resolved. It is false
// for one that holds none.
func Number(user string) (string, bool) {
	text, params, _ := strings.Cut(user, ";")
	digits := strings.Map(dropSeparator, text)
	rest := strings.TrimPrefix(digits, "+")
	if rest == "" || len(rest) > maxDigits || strings.Trim(rest, "0123456789") != "" {
		return "", false
	}
	return inContext(digits, paramOf(params, "phone-context")), true
}

// dropSeparator leaves out what people group digits with (RFC 3966, section
// 5.1.1).
func dropSeparator(r rune) rune {
	if strings.ContainsRune("-.() ", r) {
		return -1
	}
	return r
}

// inContext makes a local number international where its phone-context names a
// country (RFC 3966, section 5.1.5). The context is where the number is valid,
// and not only what stands before it, so that both are tried.
func inContext(number, context string) string {
	code, global := strings.CutPrefix(strings.Map(dropSeparator, context), "+")
	if !global || strings.HasPrefix(number, "+") {
		return number
	}
	for size := min(3, len(code)); size > 0; size-- { // country codes have 1 to 3 digits
		country, err := strconv.Atoi(code[:size])
		region := phonenumbers.GetRegionCodeForCountryCode(country)
		if err != nil || region == phonenumbers.UNKNOWN_REGION {
			continue
		}
		for _, text := range []string{number, "+" + code + number} {
			if n, err := phonenumbers.Parse(text, region); err == nil && int(n.GetCountryCode()) == country && phonenumbers.IsValidNumber(n) {
				return phonenumbers.Format(n, phonenumbers.E164)
			}
		}
		return number
	}
	return number
}

// Dialled reads whom a request is for from its target's user part, or from a tel:
// URI. A text that is no number is kept, so that the refusal can name it.
func Dialled(target string) string {
	target = strings.TrimPrefix(target, "tel:")
	user, _, _ := strings.Cut(target, ":") // a password (RFC 3261, section 19.1.1)
	return numberOr(unescape(user))
}

// DialledBy reads whom a request is for from its To.
func DialledBy(to string) string { return numberOr(parse(to).user) }

func numberOr(user string) string {
	if n, ok := Number(user); ok {
		return n
	}
	user, _, _ = strings.Cut(user, ";")
	return shorten(clean(user), maxAddress)
}

// paramOf finds a parameter among those of a user part; its name may be in any
// case.
func paramOf(params, name string) string {
	for param := range strings.SplitSeq(params, ";") {
		key, value, _ := strings.Cut(param, "=")
		if strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// unescape resolves percent-escapes (RFC 3261, section 19.1.2). A text with a broken
// one stays as it is.
func unescape(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}
