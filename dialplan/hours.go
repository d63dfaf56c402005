package dialplan

import (
	"slices"
	"time"
)

// minutesOfDay is the end of a day. Nothing is said in minutes of days that
// are longer or shorter: periods are what a clock on the wall shows. In the
// hour that daylight saving time skips nothing opens, and a period in the hour
// that comes twice is open twice.
const minutesOfDay = 24 * 60

// Open says whether the hours are open at a moment. Nil hours always are.
func (h *Hours) Open(at time.Time, loc *time.Location) bool {
	if h == nil {
		return true
	}
	at = at.In(loc)
	return h.day(at).open(minute(at))
}

func minute(local time.Time) int { return local.Hour()*60 + local.Minute() }

type day []Period

func (d day) open(minute int) bool {
	for _, p := range d {
		if p.From <= minute && minute < p.To {
			return true
		}
	}
	return false
}

// next gives the first minute after this one at which something begins or
// ends, at the latest the end of the day.
func (d day) next(minute int) int {
	first := minutesOfDay
	for _, p := range d {
		for _, m := range []int{p.From, p.To} {
			if m > minute {
				first = min(first, m)
			}
		}
	}
	return first
}

// day gives the periods of the day that local is in: a holiday's own ones, or
// those of the weekday.
func (h *Hours) day(local time.Time) day {
	if len(h.Holidays) > 0 {
		date := local.Format(time.DateOnly)
		for _, d := range h.Holidays {
			if d.Date == date {
				return d.Periods
			}
		}
	}
	return h.Week[local.Weekday()]
}

// NextOpening gives the first moment after at when the hours open: a moment at
// which they are open and right before which they are not. If they never do it
// is zero.
func (h *Hours) NextOpening(at time.Time, loc *time.Location) time.Time {
	return h.next(true, at, loc)
}

// NextClosing gives the first moment after at when the hours close. Periods
// that touch are one, also at midnight. If the hours never close it is zero.
func (h *Hours) NextClosing(at time.Time, loc *time.Location) time.Time {
	return h.next(false, at, loc)
}

// next walks from one boundary of a period or day to the next, and over
// changes of the zone's offset, until the hours change to open (or closed).
func (h *Hours) next(open bool, at time.Time, loc *time.Location) time.Time {
	if h == nil {
		return time.Time{}
	}
	end := h.horizon(at)
	was := h.Open(at, loc)
	for t := at.In(loc); t.Before(end); {
		midnight := time.Duration(minute(t))*time.Minute + time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
		step := t.Add(time.Duration(h.day(t).next(minute(t)))*time.Minute - midnight)
		if _, change := t.ZoneBounds(); !change.IsZero() && change.Before(step) {
			step = change.In(loc)
		}
		t = step
		is := h.Open(t, loc)
		if is != was && is == open {
			return t
		}
		was = is
	}
	return time.Time{}
}

// horizon is a moment by which the hours have shown all that they will ever do:
// two weeks after the last holiday. A single week would miss what falls into an
// hour that daylight saving time skips.
func (h *Hours) horizon(at time.Time) time.Time {
	last := at
	for _, d := range h.Holidays {
		if t, err := time.Parse(time.DateOnly, d.Date); err == nil && t.After(last) {
			last = t
		}
	}
	return last.AddDate(0, 0, 16)
}

// Switch opens or closes by hand (IN-10): on outside hours lasts to the end of
// the next period, off inside hours until the next one begins. On inside hours
// lasts to their end, off outside hours until they begin. Where that never
// comes, it lasts until it is taken back.
func (h *Hours) Switch(open bool, now time.Time, loc *time.Location) Override {
	return Override{Open: open, Until: h.next(!open, now, loc)}
}

// inForce gives the override that holds at a moment, or nil.
func (o *Override) inForce(at time.Time) *Override {
	for o != nil && !o.Until.IsZero() && !at.Before(o.Until) {
		o = o.less
	}
	return o
}

// before lets another override hold once o has run out.
func (o *Override) before(less *Override) *Override {
	if o == nil {
		return less
	}
	both := *o
	both.less = o.less.before(less)
	return &both
}

// InTurn makes one of overrides of which the first that has not run out holds; nil
// if there are none.
func InTurn(overrides []Override) *Override {
	var o *Override
	for _, next := range slices.Backward(overrides) {
		next.less = o
		o = &next
	}
	return o
}

// All gives an override and those that hold one after the other when it has run
// out, as InTurn takes them.
func (o *Override) All() []Override {
	var all []Override
	for ; o != nil; o = o.less {
		one := *o
		one.less = nil
		all = append(all, one)
	}
	return all
}

// Operating says whether calls are taken at a moment: what was switched by
// hand, or else the hours.
func (s Settings) Operating(at time.Time, loc *time.Location) bool {
	if o := s.Override.inForce(at); o != nil {
		return o.Open
	}
	return s.Hours.Open(at, loc)
}
