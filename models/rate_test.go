package models

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The table of OUT-7, as the product's description lists it.
func TestDefaultRates_OUT_7(t *testing.T) {
	s := openStore(t)
	rates, err := s.Rates(t.Context(), "any")
	must(t, err)
	want := map[string]string{"Japan": "+81", "New Zealand": "+64", "Denmark": "+45", "Germany": "+49", "Malaysia": "+60", "Mexico": "+52",
		"Malta": "+356", "Mongolia": "+976", "USA": "+1", "Vatican": "+379", "Bangladesh": "+880", "Brazil": "+55", "Slovakia": "+421",
		"Singapore": "+65", "Iceland": "+354", "India": "+91", "Indonesia": "+62", "China": "+86", "Chile": "+56", "Canada": "+1", "Hong Kong": "+852"}
	allowed := map[string]bool{}
	for _, c := range DefaultOutbound().Countries {
		allowed[c] = true
	}
	for _, r := range rates {
		cost := int64(72_000)
		if r.Name == "Japan" {
			cost = 200_000
		}
		if want[r.Name] != r.Prefix || r.RateMCU != cost || r.WorkspaceID != "" || !allowed[r.Country] || r.Validate() != nil {
			t.Errorf("rate %+v", r)
		}
		delete(want, r.Name)
		delete(allowed, r.Country)
	}
	if len(want) != 0 || len(allowed) != 0 {
		t.Errorf("without a rate: %v, %v", want, allowed)
	}
}

func TestLongestPrefixDecides_OUT_7(t *testing.T) {
	day := func(d int) Time { return At(now.AddDate(0, 0, d)) }
	rates := []Rate{
		{ID: "us", Prefix: "+1", Country: "US", RateMCU: 1, ValidFrom: day(-9)},
		{ID: "alaska", Prefix: "+1907", RateMCU: 2, ValidFrom: day(-9)},
		{ID: "jp", Prefix: "+81", Country: "JP", RateMCU: 3, ValidFrom: day(-9)},
		{ID: "jp-own", WorkspaceID: "w", Prefix: "+81", Country: "JP", RateMCU: 4, ValidFrom: day(-9)},
		{ID: "jp-new", WorkspaceID: "w", Prefix: "+81", Country: "JP", RateMCU: 5, ValidFrom: day(1)},
		{ID: "jp-any", WorkspaceID: "w", Prefix: "+81", RateMCU: 6, ValidFrom: day(-1)},
		{ID: "tokyo", Prefix: "+813", Country: "JP", RateMCU: 7, ValidFrom: day(5)},
	}
	for _, c := range []struct {
		number, country string
		day             int
		want            string
	}{
		{"+16502530000", "US", 0, "us"},
		{"+18765551234", "JM", 0, ""},
		{"+19072530000", "US", 0, "alaska"},
		{"+81312345678", "JP", 0, "jp-own"},
		{"+81312345678", "JP", 1, "jp-new"},
		{"+81312345678", "JP", 5, "tokyo"},
		{"+81612345678", "JP", 5, "jp-new"},
		{"+81312345678", "JP", -10, ""},
		{"+442079460000", "GB", 0, ""},
		{"", "", 0, ""},
	} {
		got, ok := RateOf(rates, c.number, c.country, now.AddDate(0, 0, c.day))
		if got.ID != c.want || ok != (c.want != "") {
			t.Errorf("%s on day %d: %q, want %q", c.number, c.day, got.ID, c.want)
		}
	}
}

func TestCharge_OUT_7(t *testing.T) {
	for _, c := range []struct {
		rate      int64
		talk      time.Duration
		increment int
		want      int64
	}{
		{72_000, 0, 60, 0}, {72_000, -time.Second, 60, 0}, {0, time.Hour, 60, 0},
		{72_000, time.Millisecond, 60, 72_000}, {72_000, time.Minute, 60, 72_000}, {72_000, time.Minute + 1, 60, 144_000},
		{200_000, 90 * time.Second, 60, 400_000}, {200_000, 90 * time.Second, 1, 300_000}, {200_000, 90 * time.Second, 6, 300_000},
		{200_000, 91 * time.Second, 6, 320_000}, {72_000, time.Second, 1, 1_200}, {1, time.Second, 1, 1}, {100, 100 * time.Millisecond, 1, 2},
		{72_000, 4 * time.Hour, 60, 240 * 72_000}, {maxRateMCU, 24 * time.Hour, 1, maxRateMCU * 24 * 60},
	} {
		if got := Charge(c.rate, c.talk, c.increment); got != c.want {
			t.Errorf("Charge(%d, %v, %d) = %d, want %d", c.rate, c.talk, c.increment, got, c.want)
		}
	}
}

// What can be afforded costs no more than is left, and one increment more
// costs more.
func TestAffordableIsTheMost_OUT_9(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.Int64Range(1, maxRateMCU).Draw(t, "rate")
		left := rapid.Int64Range(-10, 1_000_000_000_000).Draw(t, "left")
		increment := rapid.IntRange(1, 60).Draw(t, "increment")
		d := Affordable(rate, left, increment)
		if d < 0 || d > 24*time.Hour || Charge(rate, d, increment) > max(left, 0) {
			t.Fatalf("%v costs %d", d, Charge(rate, d, increment))
		}
		step := time.Duration(increment) * time.Second
		if d+step <= 24*time.Hour && Charge(rate, d+step, increment) <= left {
			t.Fatalf("%v more could be afforded", step)
		}
	})
}

func TestRatesAreEdited_OUT_7(t *testing.T) {
	s := openStore(t)
	rate := Rate{ID: NewID(), WorkspaceID: "w", Prefix: "+44", Country: "GB", Name: "UK", RateMCU: 1, ValidFrom: At(now), CreatedAt: At(now)}
	add := func(r Rate) error { return s.Tx(t.Context(), func(tx *Tx) error { return tx.AddRate(r) }) }
	must(t, add(rate))
	rate.ID = NewID()
	if err := add(rate); !errors.Is(err, ErrConflict) {
		t.Errorf("the same rate twice: %v", err)
	}
	for name, change := range map[string]func(*Rate){
		"prefix":   func(r *Rate) { r.Prefix = "44" },
		"prefix 0": func(r *Rate) { r.Prefix = "+0" },
		"wildcard": func(r *Rate) { r.Prefix = "+4%" },
		"country":  func(r *Rate) { r.Country = "gb" },
		"negative": func(r *Rate) { r.RateMCU = -1 },
		"too much": func(r *Rate) { r.RateMCU = maxRateMCU + 1 },
		"no date":  func(r *Rate) { r.ValidFrom = Time{} },
	} {
		bad := rate
		bad.Prefix = "+45"
		change(&bad)
		if err := add(bad); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	for workspace, want := range map[string]int{"w": 22, "v": 21} {
		rates, err := s.Rates(t.Context(), workspace)
		must(t, err)
		if len(rates) != want {
			t.Errorf("%s has %d rates, want %d", workspace, len(rates), want)
		}
	}
	rates, err := s.Rates(t.Context(), "w")
	must(t, err)
	var own string
	for _, r := range rates {
		if r.WorkspaceID == "w" {
			own = r.ID
		}
	}
	for i, c := range []struct {
		workspace, id string
		want          error
	}{{"v", own, ErrNotFound}, {"w", "default-jp", ErrNotFound}, {"", "default-jp", ErrNotFound}, {"w", own, nil}, {"w", own, ErrNotFound}} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			if err := s.Tx(t.Context(), func(tx *Tx) error { return tx.DeleteRate(c.workspace, c.id) }); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}
