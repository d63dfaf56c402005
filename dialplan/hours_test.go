package dialplan_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringdesk/dialplan"
)

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

const hour = 60

// office is open on weekdays from 9 to 18 with a break at noon.
func office() *dialplan.Hours {
	var h dialplan.Hours
	for day := time.Monday; day <= time.Friday; day++ {
		h.Week[day] = []dialplan.Period{{From: 9 * hour, To: 12 * hour}, {From: 13 * hour, To: 18 * hour}}
	}
	h.Holidays = []dialplan.Holiday{{Date: "2026-12-25", Name: "Christmas"},
		{Date: "2026-12-26", Name: "Saturday sale", Periods: []dialplan.Period{{From: 10 * hour, To: 16 * hour}}}}
	return &h
}

// night is open every night from 22 to 6, written as two periods.
func night() *dialplan.Hours {
	var h dialplan.Hours
	for day := range h.Week {
		h.Week[day] = []dialplan.Period{{From: 22 * hour, To: 24 * hour}, {From: 0, To: 6 * hour}}
	}
	return &h
}

func always() *dialplan.Hours {
	var h dialplan.Hours
	for day := range h.Week {
		h.Week[day] = []dialplan.Period{{From: 0, To: 24 * hour}}
	}
	return &h
}

// daily is open every day in one period.
func daily(from, to int) *dialplan.Hours {
	var h dialplan.Hours
	for day := range h.Week {
		h.Week[day] = []dialplan.Period{{From: from, To: to}}
	}
	return &h
}

// 2026-12-21 is a Monday. In New York clocks went from 02:00 to 03:00 on
// 2026-03-08 and from 02:00 back to 01:00 on 2026-11-01.
func TestHours_IN_10(t *testing.T) {
	const seoul, newYork, kathmandu = "Asia/Seoul", "America/New_York", "Asia/Kathmandu"
	cases := []struct {
		name             string
		h                *dialplan.Hours
		zone, at         string
		open             bool
		opening, closing string // "" means never
	}{
		{"no hours", nil, seoul, "2026-12-21T03:00:00+09:00", true, "", ""},
		{"never open", &dialplan.Hours{}, seoul, "2026-12-21T03:00:00+09:00", false, "", ""},
		{"always open", always(), seoul, "2026-12-21T03:00:00+09:00", true, "", ""},
		{"before work", office(), seoul, "2026-12-21T08:59:59+09:00", false, "2026-12-21T09:00:00+09:00", "2026-12-21T12:00:00+09:00"},
		{"as work begins", office(), seoul, "2026-12-21T09:00:00+09:00", true, "2026-12-21T13:00:00+09:00", "2026-12-21T12:00:00+09:00"},
		{"a nanosecond before noon", office(), seoul, "2026-12-21T11:59:59.999999999+09:00", true, "2026-12-21T13:00:00+09:00", "2026-12-21T12:00:00+09:00"},
		{"noon", office(), seoul, "2026-12-21T12:00:00+09:00", false, "2026-12-21T13:00:00+09:00", "2026-12-21T18:00:00+09:00"},
		{"after work", office(), seoul, "2026-12-21T18:00:00+09:00", false, "2026-12-22T09:00:00+09:00", "2026-12-22T12:00:00+09:00"},
		{"the same moment in UTC", office(), seoul, "2026-12-21T00:00:00Z", true, "2026-12-21T13:00:00+09:00", "2026-12-21T12:00:00+09:00"},
		{"a quarter past the hour there", office(), kathmandu, "2026-12-21T03:14:59Z", false, "2026-12-21T09:00:00+05:45", "2026-12-21T12:00:00+05:45"},
		{"a zone with 45 minutes", office(), kathmandu, "2026-12-21T03:15:00Z", true, "2026-12-21T13:00:00+05:45", "2026-12-21T12:00:00+05:45"},
		{"the eve of a holiday", office(), seoul, "2026-12-24T18:00:00+09:00", false, "2026-12-26T10:00:00+09:00", "2026-12-26T16:00:00+09:00"},
		{"a holiday", office(), seoul, "2026-12-25T10:00:00+09:00", false, "2026-12-26T10:00:00+09:00", "2026-12-26T16:00:00+09:00"},
		{"a holiday's own hours", office(), seoul, "2026-12-26T10:00:00+09:00", true, "2026-12-28T09:00:00+09:00", "2026-12-26T16:00:00+09:00"},
		{"a weekend", office(), seoul, "2026-12-27T10:00:00+09:00", false, "2026-12-28T09:00:00+09:00", "2026-12-28T12:00:00+09:00"},
		{"before midnight it closes only in the morning", night(), seoul, "2026-12-21T23:00:00+09:00", true, "2026-12-22T22:00:00+09:00", "2026-12-22T06:00:00+09:00"},
		{"after midnight it did not just open", night(), seoul, "2026-12-22T00:00:00+09:00", true, "2026-12-22T22:00:00+09:00", "2026-12-22T06:00:00+09:00"},
		{"a night an hour shorter", night(), newYork, "2026-03-07T22:00:00-05:00", true, "2026-03-08T22:00:00-04:00", "2026-03-08T06:00:00-04:00"},
		{"a night an hour longer", night(), newYork, "2026-10-31T22:00:00-04:00", true, "2026-11-01T22:00:00-05:00", "2026-11-01T06:00:00-05:00"},
		{"a period in the skipped hour is not", daily(2*hour, 3*hour), newYork, "2026-03-08T01:59:00-05:00", false, "2026-03-09T02:00:00-04:00", "2026-03-09T03:00:00-04:00"},
		{"a period that the skip cuts begins late", daily(2*hour+30, 4*hour), newYork, "2026-03-08T01:00:00-05:00", false, "2026-03-08T03:00:00-04:00", "2026-03-08T04:00:00-04:00"},
		{"a period that the skip ends", daily(hour, 2*hour+30), newYork, "2026-03-08T01:30:00-05:00", true, "2026-03-09T01:00:00-04:00", "2026-03-08T03:00:00-04:00"},
		{"a period in the hour that comes twice", daily(hour, hour+30), newYork, "2026-11-01T01:30:00-04:00", false, "2026-11-01T01:00:00-05:00", "2026-11-01T01:30:00-05:00"},
		{"a period through the hour that comes twice", daily(hour, 3*hour), newYork, "2026-11-01T01:30:00-04:00", true, "2026-11-02T01:00:00-05:00", "2026-11-01T03:00:00-05:00"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			loc := zone(t, c.zone)
			at, err := time.Parse(time.RFC3339, c.at)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.h.Open(at, loc); got != c.open {
				t.Errorf("open %v", got)
			}
			opening, closing := c.h.NextOpening(at, loc), c.h.NextClosing(at, loc)
			if got := moment(opening); got != c.opening {
				t.Errorf("opens %s, want %s", got, c.opening)
			}
			if got := moment(closing); got != c.closing {
				t.Errorf("closes %s, want %s", got, c.closing)
			}
		})
	}
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

func TestSwitch_IN_10(t *testing.T) {
	loc := zone(t, "Asia/Seoul")
	cases := []struct {
		name  string
		h     *dialplan.Hours
		at    string
		open  bool
		until string // "" means until it is taken back
	}{
		{"on at night: to the end of the next period", office(), "2026-12-21T20:00:00+09:00", true, "2026-12-22T12:00:00+09:00"},
		{"on in the break", office(), "2026-12-21T12:30:00+09:00", true, "2026-12-21T18:00:00+09:00"},
		{"on before a holiday and a sale", office(), "2026-12-24T18:00:00+09:00", true, "2026-12-26T16:00:00+09:00"},
		{"on inside hours: to their end", office(), "2026-12-21T10:00:00+09:00", true, "2026-12-21T12:00:00+09:00"},
		{"off in the morning: until the next period begins", office(), "2026-12-21T10:00:00+09:00", false, "2026-12-21T13:00:00+09:00"},
		{"off in the afternoon", office(), "2026-12-21T17:59:00+09:00", false, "2026-12-22T09:00:00+09:00"},
		{"off on a Friday afternoon", office(), "2026-12-18T17:00:00+09:00", false, "2026-12-21T09:00:00+09:00"},
		{"off outside hours: until they begin", office(), "2026-12-21T20:00:00+09:00", false, "2026-12-22T09:00:00+09:00"},
		{"off at midnight of a night: until the next night", night(), "2026-12-22T00:00:00+09:00", false, "2026-12-22T22:00:00+09:00"},
		{"off where it never closes", always(), "2026-12-21T10:00:00+09:00", false, ""},
		{"on where it never opens", &dialplan.Hours{}, "2026-12-21T10:00:00+09:00", true, ""},
		{"off without hours", nil, "2026-12-21T10:00:00+09:00", false, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, c.at)
			if err != nil {
				t.Fatal(err)
			}
			o := c.h.Switch(c.open, at, loc)
			if o.Open != c.open || moment(o.Until) != c.until {
				t.Errorf("open %v until %s, want %s", o.Open, moment(o.Until), c.until)
			}
			s := dialplan.Settings{Hours: c.h, Override: &o}
			if got := s.Operating(at, loc); got != c.open {
				t.Errorf("right after the switch operating is %v", got)
			}
			if o.Until.IsZero() {
				if got := s.Operating(at.AddDate(1, 0, 0), loc); got != c.open {
					t.Errorf("a year later operating is %v", got)
				}
				return
			}
			if got := s.Operating(o.Until.Add(-1), loc); got != c.open {
				t.Errorf("right before the end operating is %v", got)
			}
			if got, hours := s.Operating(o.Until, loc), c.h.Open(o.Until, loc); got != hours || got == c.open {
				t.Errorf("afterwards operating is %v, the hours %v", got, hours)
			}
		})
	}
}

// wall is the plain model of operating hours: what a clock on the wall and a
// calendar show is looked up in the list.
func wall(h *dialplan.Hours, at time.Time, loc *time.Location) bool {
	local := at.In(loc)
	periods := h.Week[local.Weekday()]
	for _, d := range h.Holidays {
		if d.Date == fmt.Sprintf("%04d-%02d-%02d", local.Year(), local.Month(), local.Day()) {
			periods = d.Periods
		}
	}
	clock := local.Hour()*60 + local.Minute()
	for _, p := range periods {
		if clock >= p.From && clock < p.To {
			return true
		}
	}
	return false
}

// days draws the periods of one day: few, often touching midnight or the hours
// at which clocks change.
func days(rt *rapid.T, label string) []dialplan.Period {
	edge := rapid.SampledFrom([]int{0, 30, hour, 90, 2 * hour, 150, 3 * hour, 9 * hour, 12 * hour, 18*hour + 7, 23 * hour, 24*hour - 1, 24 * hour})
	var ps []dialplan.Period
	from := 0
	for range rapid.IntRange(0, 2).Draw(rt, label) {
		p := dialplan.Period{From: max(from, edge.Draw(rt, "from")), To: edge.Draw(rt, "to")}
		if p.From < p.To {
			ps, from = append(ps, p), p.To
		}
	}
	return ps
}

// Random hours around moments when clocks change, against a walk from minute
// to minute.
func TestHoursMinuteByMinute_IN_10(t *testing.T) {
	starts := map[string][]string{
		"Asia/Seoul":       {"2026-12-24T00:00:00Z"},
		"Asia/Kathmandu":   {"2026-12-24T00:00:00Z"},
		"America/New_York": {"2026-03-06T00:00:00Z", "2026-10-30T00:00:00Z"},
	}
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom([]string{"Asia/Seoul", "Asia/Kathmandu", "America/New_York"}).Draw(rt, "zone")
		loc := zone(rt, name)
		start, err := time.Parse(time.RFC3339, rapid.SampledFrom(starts[name]).Draw(rt, "start"))
		if err != nil {
			rt.Fatal(err)
		}
		var h dialplan.Hours
		for day := range h.Week {
			h.Week[day] = days(rt, "periods")
		}
		for i := range rapid.IntRange(0, 2).Draw(rt, "holidays") {
			h.Holidays = append(h.Holidays, dialplan.Holiday{Date: start.AddDate(0, 0, 1+i).Format(time.DateOnly), Periods: days(rt, "holiday")})
		}
		if err := h.Validate(); err != nil {
			rt.Fatal(err)
		}
		at := start.Add(time.Duration(rapid.IntRange(0, 4*24*60*60).Draw(rt, "second")) * time.Second)
		if h.Open(at, loc) != wall(&h, at, loc) {
			rt.Fatalf("open is %v at %v", h.Open(at, loc), at.In(loc))
		}
		// All offsets and periods are whole minutes, so that changes are, too.
		var opening, closing time.Time
		was := wall(&h, at, loc)
		for m, end := at.Truncate(time.Minute).Add(time.Minute), at.AddDate(0, 0, 16); m.Before(end) && (opening.IsZero() || closing.IsZero()); m = m.Add(time.Minute) {
			is := wall(&h, m, loc)
			switch {
			case is && !was && opening.IsZero():
				opening = m
			case !is && was && closing.IsZero():
				closing = m
			}
			was = is
		}
		if got := h.NextOpening(at, loc); !got.Equal(opening) {
			rt.Fatalf("at %v opens %v, want %v: %+v", at.In(loc), got, opening.In(loc), h)
		}
		if got := h.NextClosing(at, loc); !got.Equal(closing) {
			rt.Fatalf("at %v closes %v, want %v: %+v", at.In(loc), got, closing.In(loc), h)
		}
	})
}
