package models

import (
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// examples are libphonenumber's example numbers of a region, of each kind.
func examples(region string) []*phonenumbers.PhoneNumber {
	var all []*phonenumbers.PhoneNumber
	for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
		if n := phonenumbers.GetExampleNumberForType(region, kind); n != nil && phonenumbers.IsValidNumber(n) {
			all = append(all, n)
		}
	}
	return all
}

// spelling is a way in which carriers write a number; home is the country where it
// arrives.
type spelling struct {
	home, text string
	sure       bool // no other reading may go before the right one
}

// spellingsOf are those of a number of a region.
func spellingsOf(region string, n *phonenumbers.PhoneNumber) []spelling {
	national := phonenumbers.GetNationalSignificantNumber(n)
	digits := strconv.Itoa(int(n.GetCountryCode())) + national
	all := []spelling{{region, "+" + digits, true}, {region, national, true}, {region, digits, false}, {region, "00" + digits, false}}
	// Of one region's format the library cannot read itself what it wrote.
	withTrunkZero := onlyDigits(phonenumbers.Format(n, phonenumbers.NATIONAL))
	if again, err := phonenumbers.Parse(withTrunkZero, region); err == nil && phonenumbers.Format(again, phonenumbers.E164) == "+"+digits {
		all = append(all, spelling{region, withTrunkZero, true})
	}
	for _, home := range []string{"KR", "US", "GB", "DE", "JP", "AU", "BR", "RU", "SG", "FI"} {
		all = append(all, spelling{home, "+" + digits, true}, spelling{home, "00" + digits, false}, spelling{home, digits, false})
	}
	for _, carrier := range []string{"001", "002", "00700"} { // which carrier a Korean chooses
		all = append(all, spelling{"KR", carrier + digits, true})
	}
	return all
}

// Whatever way a carrier writes a number, the right one is among its readings, and
// comes first where the home country's rules allow no other.
//
// Covers: IN-7
func TestEveryRegionsNumbers_IN_7(t *testing.T) {
	tried := 0
	for _, region := range slices.Sorted(maps.Keys(phonenumbers.GetSupportedRegions())) {
		for _, n := range examples(region) {
			want := phonenumbers.Format(n, phonenumbers.E164)
			for _, s := range spellingsOf(region, n) {
				got := CallerReadings(s.text, s.home)
				if !slices.Contains(got, want) || s.sure && got[0] != want {
					t.Errorf("in %s %s is %v, want %s", s.home, s.text, got, want)
				}
				tried++
			}
		}
	}
	if tried < 40000 {
		t.Errorf("only %d spellings were tried", tried)
	}
}

// A customer of any area code of the USA is known who calls as 00 and country code,
// also where the digits are a number of another country after an international
// prefix of the home country, as those of every tenth are in Korea.
//
// Covers: IN-7
func TestKnownCallersAfter00_IN_7(t *testing.T) {
	s := openStore(t)
	ws, _, _ := workspace(t, s, 0)
	other := 0
	for area := 200; area < 1000; area++ {
		number := "+1" + strconv.Itoa(area) + "2530000"
		if n, err := phonenumbers.Parse(number, "ZZ"); err != nil || phonenumbers.GetRegionCodeForNumber(n) != "US" {
			continue
		}
		must(t, s.Tx(t.Context(), func(tx *Tx) error {
			known := FullContact{Contact: Contact{ID: NewID(), WorkspaceID: ws.ID, Kind: "member", Name: number, Profile: "{}", CreatedAt: At(now)}, Numbers: []string{number}}
			if err := tx.AddContact(known); err != nil {
				return err
			}
			readings := CallerReadings("00"+number[1:], "KR")
			if readings[0] != number {
				other++
			}
			got, err := tx.KnownNumber(ws.ID, readings)
			if err == nil && got != number {
				t.Errorf("%s is %s of %v", number, got, readings)
			}
			return err
		}))
	}
	if other < 40 {
		t.Errorf("only %d numbers have another reading", other)
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		must(t, tx.Block(Block{ID: NewID(), WorkspaceID: ws.ID, Number: "+12202530001", CreatedAt: At(now)}))
		for text, want := range map[string]string{
			"0012202530001": "+12202530001", // blocked, and not yet a contact
			"0012202530002": "+2202530002",  // nobody knows it: the home country's rules decide
			"anonymous":     "",
		} {
			readings := CallerReadings(text, "KR")
			if got, err := tx.KnownNumber(ws.ID, readings); err != nil || got != want {
				t.Errorf("%s is %q, want %q (%v)", text, got, want, err)
			}
		}
		return nil
	}))
}
