package outbound_test

import (
	"slices"
	"strconv"
	"testing"

	"ringdesk/controller/outbound"
)

// What the engine's dialplan is given is what is read as a short number, and no
// emergency number is missing from it (OUT-9).
func TestShortNumbers_OUT_9(t *testing.T) {
	for country, most := range map[string]int{"KR": 30_000, "DE": 1000, "US": 1000, "JP": 1000} {
		all := outbound.ShortNumbers(country)
		for _, number := range all {
			if d, err := outbound.ParseDialled(number, country); err != nil || d.Dial() != number {
				t.Errorf("%s %s is read as %+v, %v", country, number, d, err)
			}
		}
		for n := range most {
			text := strconv.Itoa(n)
			if d, err := outbound.ParseDialled(text, country); err == nil && d.Emergency && !slices.Contains(all, d.Dial()) {
				t.Errorf("%s: the emergency number %s is dialled as %s, which the engine would refuse", country, text, d.Dial())
			}
		}
	}
}
