package dialplan

import (
	"sort"
	"time"
)

// DayBegins gives the first moment of a day in a time zone. Where clocks change at
// midnight that is neither always midnight, which may not exist, nor what time.Date
// makes of it.
func DayBegins(year int, month time.Month, day int, zone *time.Location) time.Time {
	const far = 30 * time.Hour // from UTC's midnight to any zone's, and a change of clocks
	from := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	want := from.Format(time.DateOnly)
	from = from.Add(-far)
	seconds := sort.Search(int(2*far/time.Second), func(n int) bool { return from.Add(time.Duration(n)*time.Second).In(zone).Format(time.DateOnly) >= want })
	return from.Add(time.Duration(seconds) * time.Second).In(zone)
}
