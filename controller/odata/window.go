package odata

import (
	"math"
	"slices"
	"time"

	"ringdesk/dialplan"
	"ringdesk/models"
)

// period is a stretch of time in microseconds, from one moment to before another.
type period struct{ from, to int64 }

var always = period{math.MinInt64, math.MaxInt64}

func (p period) and(o period) period { return period{max(p.from, o.from), min(p.to, o.to)} }
func (p period) or(o period) period  { return period{min(p.from, o.from), max(p.to, o.to)} }

// bounds finds out of which period conditions can hold.
type bounds struct {
	column string // the window's
	days   []string
	zone   *time.Location
}

func (b bounds) of(e *models.FeedExpr) period {
	switch e.Op {
	case "and":
		p := b.calendar(e.Args)
		for i := range e.Args {
			p = p.and(b.of(&e.Args[i]))
		}
		return p
	case "or":
		p := b.of(&e.Args[0])
		for i := range e.Args[1:] {
			p = p.or(b.of(&e.Args[i+1]))
		}
		return p
	case "in":
		p := period{math.MaxInt64, math.MinInt64}
		for i := range e.Args[1:] {
			p = p.or(b.compared("eq", &e.Args[0], &e.Args[i+1]))
		}
		return p
	case "eq", "ge", "gt", "le", "lt":
		mirrored := map[string]string{"eq": "eq", "ge": "le", "gt": "lt", "le": "ge", "lt": "gt"}
		return b.compared(e.Op, &e.Args[0], &e.Args[1]).and(b.compared(mirrored[e.Op], &e.Args[1], &e.Args[0]))
	}
	return always
}

// compared is the period of a comparison of the window with a value.
func (b bounds) compared(op string, side, value *models.FeedExpr) period {
	if value.Op != "value" || value.Value == nil {
		return always
	}
	var one period // that is equal to the value
	at, _ := value.Value.(int64)
	switch day := b.isDay(side); {
	case day && value.Kind == models.FeedDay:
		d, err := time.Parse(time.DateOnly, value.Value.(string))
		if err != nil {
			return always
		}
		one = period{b.begins(d.Year(), d.Month(), d.Day()), b.begins(d.Year(), d.Month(), d.Day()+1)}
	case side.Op == "column" && side.Name == b.column && value.Kind == models.FeedMoment:
		one = period{at, at + 1}
	case b.isPart(side, "year") && op == "eq" && value.Kind == models.FeedWhole:
		return b.year(at, 0, 0)
	default:
		return always
	}
	switch op {
	case "eq":
		return one
	case "ge":
		return period{one.from, math.MaxInt64}
	case "gt":
		return period{one.to, math.MaxInt64}
	case "le":
		return period{math.MinInt64, one.to}
	}
	return period{math.MinInt64, one.from}
}

// isDay says whether an expression is the day of the window.
func (b bounds) isDay(e *models.FeedExpr) bool {
	return e.Op == "column" && slices.Contains(b.days, e.Name) || b.isPart(e, "date")
}

// isPart says whether an expression is a part of the window, such as its year.
func (b bounds) isPart(e *models.FeedExpr, part string) bool {
	return e.Op == part && len(e.Args) == 1 && e.Args[0].Op == "column" && (e.Args[0].Name == b.column || slices.Contains(b.days, e.Args[0].Name))
}

// calendar is the period of a year, a month and a day of the month that stand side by
// side, as Power BI asks for them.
func (b bounds) calendar(es []models.FeedExpr) period {
	parts := map[string]int64{}
	for _, e := range es {
		if e.Op != "eq" {
			continue
		}
		for _, part := range []string{"year", "month", "day"} {
			if n, ok := e.Args[1].Value.(int64); ok && b.isPart(&e.Args[0], part) {
				parts[part] = n
			}
		}
	}
	if parts["year"] == 0 {
		return always
	}
	return b.year(parts["year"], parts["month"], parts["day"])
}

// year is a year, a month of it or a day of that; 0 means none.
func (b bounds) year(year, month, day int64) period {
	at := func(y, m, d int64) int64 {
		return b.begins(int(y), time.Month(m), int(d))
	}
	switch {
	case year < 1 || year > 9998 || month < 0 || month > 12 || day < 0 || day > 31:
		return period{}
	case month == 0:
		return period{at(year, 1, 1), at(year+1, 1, 1)}
	case day == 0:
		return period{at(year, month, 1), at(year, month+1, 1)}
	}
	return period{at(year, month, day), at(year, month, day+1)}
}

func (b bounds) begins(year int, month time.Month, day int) int64 {
	return dialplan.DayBegins(year, month, day, b.zone).UnixMicro()
}

// grace is how much longer than Longest a period may be: an hour of daylight saving, and
// clocks that differ.
const grace = 2 * time.Hour

// window settles of which period a question is: the asked one, or the last days.
func (s *scope) window(set *entitySet, q *models.FeedQuery) error {
	y, m, d := s.now.In(s.zone).Date()
	today := dialplan.DayBegins(y, m, d, s.zone)
	q.From, q.To = dialplan.DayBegins(y, m, d+1-Longest, s.zone), dialplan.DayBegins(y, m, d+2, s.zone)
	if len(set.table.Windows) == 0 {
		return nil
	}
	q.Window = set.table.Windows[0]
	asked := always
	for i, column := range set.table.Windows {
		b := bounds{column: column, zone: s.zone}
		if i == 0 {
			b.days = []string{"day"}
		}
		p := b.of(&models.FeedExpr{Op: "and", Args: q.Where})
		if p != always {
			q.Window, asked = column, p
			break
		}
	}
	if asked == always {
		return nil
	}
	example := "$filter=" + q.Window + " ge " + today.AddDate(0, -1, 0).UTC().Format(time.RFC3339) + " and " + q.Window + " lt " + today.UTC().Format(time.RFC3339)
	if set.table == models.FeedDaily {
		example = "$filter=day ge " + today.AddDate(0, -1, 0).Format(time.DateOnly) + " and day lt " + today.Format(time.DateOnly)
	}
	to := min(asked.to, q.To.UnixMicro()) // nothing is later
	switch past := min(to, s.now.UnixMicro()); {
	case asked.from == math.MinInt64:
		return bad("$filter", "Say from when, too: a question is of at most %d days, such as %s.", Longest, example)
	case asked.from < past && past-asked.from > (Longest*24*time.Hour+grace).Microseconds():
		return bad("$filter", "A question is of at most %d days: narrow %s, such as %s, and read longer times in parts.", Longest, q.Window, example)
	}
	q.From, q.To = time.UnixMicro(min(asked.from, to)), time.UnixMicro(to)
	if asked.from >= to { // of no time at all
		q.From, q.To = today, today
	}
	return nil
}
