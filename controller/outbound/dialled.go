package outbound

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"ringdesk/models"
)

// Dialled is what an agent wants to call. Either E164 or Short is set.
type Dialled struct {
	E164 string
	// Short is a number that works inside the country only and is dialled as it
	// is: digits, such as 119.
	Short     string
	Emergency bool
	// Premium tells numbers that cost more than where they are would: premium
	// rate, shared cost, personal numbers, satellites, and whatever abroad is
	// neither fixed nor mobile.
	Premium bool
	Country string // ISO 3166-1 alpha-2; "001" for services of no country
}

// Dial is what goes to the carrier: digits, with a leading + unless short.
func (d Dialled) Dial() string {
	if d.Short != "" {
		return d.Short
	}
	return d.E164
}

// noCountry is the region of global services (UN M.49: the world).
const noCountry = "001"

var (
	errUnassigned = errors.New("there is no such telephone number: compare it with where you have it from")
	errBypass     = errors.New("a number with its country code cannot have an international prefix as well: write it as +82 10-1234-5678")
)

// ParseDialled reads what an agent typed or pasted (OUT-2). country (ISO
// 3166-1 alpha-2) is the workspace's. Numbers outside the ranges in use are
// refused: nobody knows where they go.
func ParseDialled(text, country string) (Dialled, error) {
	digits, err := models.CleanNumber(text)
	if err != nil {
		return Dialled{}, err
	}
	code := strconv.Itoa(phonenumbers.GetCountryCodeForRegion(country))
	if d, ok := readShort(strings.TrimPrefix(digits, "+"+code), country); ok {
		return d, nil
	}
	e164, err := models.E164(text, country)
	if err != nil {
		return Dialled{}, err
	}
	if strings.HasPrefix(e164, "+379") { // the library knows no Vatican
		return Dialled{E164: e164, Country: "VA"}, nil
	}
	n, err := phonenumbers.Parse(e164, "ZZ")
	if err != nil {
		return Dialled{}, models.ErrNumber
	}
	if leavesCountry(e164, int(n.GetCountryCode())) {
		return Dialled{}, errBypass
	}
	region := phonenumbers.GetRegionCodeForNumber(n)
	if region == "" || !phonenumbers.IsValidNumber(n) {
		return Dialled{}, errUnassigned
	}
	return Dialled{E164: e164, Country: region, Premium: isPremium(e164, region, country, phonenumbers.GetNumberType(n))}, nil
}

// leavesCountry says whether a number goes abroad again after its country code,
// past the check of the country: +82 00700 1 876 … No number begins with 00,
// and none of Korea's with 0.
func leavesCountry(e164 string, code int) bool {
	national := strings.TrimPrefix(e164, "+"+strconv.Itoa(code))
	return strings.HasPrefix(national, "00") || code == koreaCode && strings.HasPrefix(national, "0")
}

// premiumPrefixes are premium whatever the library says of single numbers.
var premiumPrefixes = []string{"+8260", "+1900"}

// isPremium decides from the number's type. Inside the country, numbers for
// companies and free ones are ordinary (15xx, 16xx, 18xx, 080 in Korea), and so
// are Korea's 050 numbers, which stand in for an ordinary one. Abroad only fixed
// and mobile numbers, and those of internet telephony, are: OUT-7 has rates for
// these, and free numbers are not free from there.
func isPremium(e164, region, home string, kind phonenumbers.PhoneNumberType) bool {
	if region == noCountry || slices.ContainsFunc(premiumPrefixes, func(p string) bool { return strings.HasPrefix(e164, p) }) {
		return true
	}
	switch kind {
	case phonenumbers.FIXED_LINE, phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE, phonenumbers.VOIP:
		return false
	case phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST:
		return true
	case phonenumbers.PERSONAL_NUMBER:
		return region != home || home != korea
	default:
		return region != home
	}
}

const (
	korea     = "KR"
	koreaCode = 82
)

// Korea's special numbers (Regulation on the Management of Telecommunication
// Numbers). Emergency are those for danger to life and safety: crisis line,
// espionage, police, counter-espionage, violence at school, attacks on
// computers, fire and rescue, coast guard, smuggling.
var (
	koreaEmergency = []string{"109", "111", "112", "113", "117", "118", "119", "122", "125"}
	koreaShort     = []string{"100", "101", "105", "106", "107", "110", "114", "116", "120", "121", "123", "124", "126", "127",
		"128", "129", "131", "132", "134", "141", "182", "188"}
	// koreaService are the four-digit numbers of public services, such as 1330.
	koreaService = regexp.MustCompile(`^13[0-9]{2}$`)
	// koreaRegional are the police and the fire service of another region: its
	// area code first.
	koreaRegional = regexp.MustCompile(`^0?(2|3[1-3]|4[1-4]|5[1-5]|6[1-4])(112|119)$`)
)

// ShortNumbers are all short numbers of a country that readShort knows: the
// engine's dialplan is given them (OUT-9).
func ShortNumbers(country string) []string {
	var all []string
	if country != korea {
		for n := range 1000 {
			if text := strconv.Itoa(n); n >= 100 && phonenumbers.IsEmergencyNumber(text, country) {
				all = append(all, text)
			}
		}
		return all
	}
	all = slices.Concat(koreaEmergency, koreaShort)
	for n := range 100 {
		all = append(all, fmt.Sprintf("13%02d", n))
	}
	for n := range 100 {
		for _, service := range []string{"112", "119"} {
			if number := fmt.Sprintf("0%d%s", n, service); koreaRegional.MatchString(number) {
				all = append(all, number)
			}
		}
	}
	return all
}

// readShort reads numbers that exist inside the country only. Outside Korea
// these are the emergency numbers; others are unknown, and so are their costs.
func readShort(digits, country string) (Dialled, bool) {
	d := Dialled{Short: digits, Country: country}
	if country == korea {
		if m := koreaRegional.FindStringSubmatch(digits); m != nil {
			d.Short, d.Emergency = "0"+m[1]+m[2], true
			return d, true
		}
		if slices.Contains(koreaEmergency, digits) {
			d.Emergency = true
			return d, true
		}
		return d, slices.Contains(koreaShort, digits) || koreaService.MatchString(digits)
	}
	d.Emergency = !strings.HasPrefix(digits, "+") && phonenumbers.IsEmergencyNumber(digits, country)
	return d, d.Emergency
}
