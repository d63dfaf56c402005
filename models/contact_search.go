package models

import (
	"strings"

	"ringdesk/models/search"
)

// parseSearch reads what somebody searches for in a workspace of a country (INBOX-5).
func parseSearch(text, country string) search.Query {
	return search.Parse(text, func(text string) ([]string, bool) { return numberReadings(text, country) })
}

// numberReadings gives the digits that a telephone number may be written with: as
// E.164, as it is dialled in the country, and as it was typed (OUT-2). ok says that
// the text is written as a number.
func numberReadings(text, country string) (readings []string, ok bool) {
	dialled, err := CleanNumber(text)
	if err != nil {
		return nil, false
	}
	for _, n := range CallerReadings(dialled, country) {
		readings = append(readings, n)
		if home, found := strings.CutPrefix(n, homeCode(country)); found {
			readings = append(readings, home)
		}
	}
	if typed := strings.TrimLeft(onlyDigits(dialled), "0"); typed != "" {
		readings = append(readings, typed)
	}
	return readings, true
}

func onlyDigits(q string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, q)
}
