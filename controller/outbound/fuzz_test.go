package outbound_test

import (
	"errors"
	"strings"
	"testing"

	"ringdesk/controller/outbound"
	"ringdesk/models"
)

// What is read is dialled as digits only, reads as itself again, and never
// leaves a country after entering it. Everything else is an error with a
// sentence.
//
// Covers: OUT-2, OUT-9
func FuzzParseDialled(f *testing.F) {
	for _, n := range []string{"+81312345678", "0212345678", "119", "02119", "1588-1234", "00700 81 3 1234 5678", "tel:+1-650-253-0000;npdi", "＋８２１０１２３４５６７８",
		"+44 (0)20 7946 0000", "008-1-808-555-1234", "+82 00700 1 876", "+379 06 698 12345", "\u202a010-1234-5678\u202c", "911", "011 44 20 7946 0000"} {
		for _, country := range []string{"KR", "US", "GB", "IT"} {
			f.Add(n, country)
		}
	}
	for _, s := range nonsense {
		f.Add(s, "KR")
	}
	f.Fuzz(func(t *testing.T, text, country string) {
		d, err := outbound.ParseDialled(text, country)
		if err != nil {
			if d != (outbound.Dialled{}) || err.Error() == "" {
				t.Errorf("%q: %+v with %v", text, d, err)
			}
			if _, e := models.CleanNumber(text); e != nil && !errors.Is(err, models.ErrNumber) {
				t.Errorf("%q: %v is no ErrNumber", text, err)
			}
			return
		}
		dial := d.Dial()
		if !dialable.MatchString(dial) || (d.E164 == "") == (d.Short == "") || d.Emergency && d.Short == "" || d.Country == "" {
			t.Fatalf("%q gives %+v", text, d)
		}
		if strings.HasPrefix(dial, "+820") || strings.HasPrefix(dial, "+100") || strings.HasPrefix(dial, "+8100") {
			t.Errorf("%q leaves the country again: %s", text, dial)
		}
		if again, err := outbound.ParseDialled(dial, country); err != nil || again != d {
			t.Errorf("%q gives %+v, and that %+v, %v", text, d, again, err)
		}
	})
}
