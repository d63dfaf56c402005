package figures

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"ringdesk/controller/stats"
	"ringdesk/models"
)

// count makes a report of rows, each figure by its definition in docs/statistics.md. It
// uses nothing of package stats but the shape of its report.
func count(calls []callRow, parts []partRow, zone *time.Location, within time.Duration) stats.Report {
	var r stats.Report
	days, reasons, directions := map[string][]callRow{}, map[string]int64{}, map[string]string{}
	for _, c := range calls {
		local := c.started.In(zone)
		days[local.Format(time.DateOnly)] = append(days[local.Format(time.DateOnly)], c)
		r.Traffic[local.Weekday()][local.Hour()]++
		directions[c.id] = c.direction
		if c.reason != "" {
			reasons[c.reason]++
		}
	}
	r.Total = total(calls, within)
	for _, day := range slices.Sorted(maps.Keys(days)) {
		r.Days = append(r.Days, stats.DayTotal{Day: day, Total: total(days[day], within)})
	}
	for reason, n := range reasons {
		r.Reasons = append(r.Reasons, models.ReasonSum{Reason: reason, Calls: n})
	}
	slices.SortFunc(r.Reasons, func(a, b models.ReasonSum) int {
		return cmp.Or(cmp.Compare(b.Calls, a.Calls), cmp.Compare(a.Reason, b.Reason))
	})
	r.Agents = agents(parts, directions)
	return r
}

func total(calls []callRow, within time.Duration) (t stats.Total) {
	var waits []int64 // of the answered inbound calls, in seconds, rounded up
	for _, c := range calls {
		inbound, answered := c.direction == "inbound", c.outcome == "answered"
		t.Calls++
		add(&t.Inbound, inbound)
		add(&t.Outbound, !inbound)
		add(&t.InboundAnswered, inbound && answered)
		add(&t.OutboundAnswered, !inbound && answered)
		add(&t.Missed, c.state == "missed")
		add(&t.Callbacks, c.callback)
		add(&t.Voicemails, c.voicemail)
		add(&t.Grades, c.grade > 0)
		t.GradeSum += c.grade
		t.RingMS += c.ring
		t.DialMS += c.dial
		t.Transfers += c.transfers
		t.Invitations += c.invitations
		short := c.hungUpSoon()
		add(&t.ShortAbandons, short)
		add(&t.Waited, inbound && !short && !slices.Contains([]string{"blockedUser", "unregisteredNumber", "inboundRateLimit", "workflow", "notInOperation"}, c.reason))
		if !answered {
			continue
		}
		t.TalkMS += c.talk
		t.HoldMS += c.hold
		if !c.closed.IsZero() {
			t.Wraps++
			t.WrapMS += c.closed.Sub(c.ended).Milliseconds()
		}
		if inbound {
			t.FirstResponseMS += c.first
			wait := c.answered.Sub(c.began())
			waits = append(waits, int64((wait+time.Second-1)/time.Second))
			add(&t.Within, wait <= within)
			add(&t.WithinOfRing, !c.rang.IsZero() && c.answered.Sub(c.rang) <= within)
		}
	}
	slices.Sort(waits)
	t.Waits = int64(len(waits))
	if len(waits) > 0 {
		at := func(share float64) time.Duration { // the least that so many did not exceed
			n := 0
			for float64(n+1) < share*float64(len(waits)) {
				n++
			}
			return time.Duration(waits[n]) * time.Second
		}
		t.MedianWait, t.P90Wait = at(0.5), at(0.9)
	}
	return t
}

// began is when a caller began to wait: after announcements.
func (c callRow) began() time.Time {
	if c.waited.IsZero() {
		return c.started.Add(time.Duration(c.greeting) * time.Millisecond)
	}
	return c.waited
}

func (c callRow) hungUpSoon() bool {
	return c.direction == "inbound" && c.reason == "userLeft" && c.ended.Sub(c.began()) < 5*time.Second
}

func add(n *int64, one bool) {
	if one {
		*n++
	}
}

// agents counts parts. An agent who had several in one call has taken it once.
func agents(parts []partRow, directions map[string]string) (all []stats.AgentTotal) {
	type key struct{ agent, call string }
	byAgent, took, joined := map[string]*stats.AgentTotal{}, map[key]bool{}, map[key]bool{}
	for _, p := range parts {
		a := byAgent[p.agent]
		if a == nil {
			a = &stats.AgentTotal{AgentID: p.agent}
			byAgent[p.agent] = a
		}
		a.RingMS += p.ring
		a.DialMS += p.dial
		a.TalkMS += p.talk
		a.HoldMS += p.hold
		add(&a.Wraps, p.wrapped)
		a.WrapMS += p.wrap
		in := p.answered || p.way == "placed"
		add(&a.Missed, !in && p.talk == 0 && (p.end == "missed" || p.end == "declined"))
		took[key{p.agent, p.call}] = took[key{p.agent, p.call}] || in
		joined[key{p.agent, p.call}] = joined[key{p.agent, p.call}] || p.talk > 0
	}
	for k, is := range took {
		a := byAgent[k.agent]
		add(&a.Answered, is && directions[k.call] == "inbound")
		add(&a.Outbound, is && directions[k.call] != "inbound")
		add(&a.Joined, !is && joined[k])
	}
	for _, id := range slices.Sorted(maps.Keys(byAgent)) {
		all = append(all, *byAgent[id])
	}
	return all
}

// today makes the board's figures at a moment: of the calls that had begun on its day,
// those that had ended by then.
func today(calls []callRow, zone *time.Location, at time.Time, within time.Duration) (t stats.Today) {
	day := at.In(zone).Format(time.DateOnly)
	for _, c := range calls {
		if c.started.In(zone).Format(time.DateOnly) != day || c.started.After(at) {
			continue
		}
		t.Calls++
		if c.direction != "inbound" {
			t.Outbound++
			continue
		}
		t.Inbound++
		if c.ended.After(at) {
			continue
		}
		sum := total([]callRow{c}, within)
		t.Answered += int(sum.InboundAnswered)
		t.Missed += int(sum.Missed)
		t.Waited += int(sum.Waited)
		t.Within += int(sum.Within)
	}
	return t
}

// flat gives the figures of a report, or of a board, by their names.
func flat(v any) map[string]string {
	all := map[string]string{}
	var walk func(name string, v reflect.Value)
	walk = func(name string, v reflect.Value) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				walk(name+"."+v.Type().Field(i).Name, v.Field(i))
			}
		case reflect.Slice, reflect.Array:
			for i := range v.Len() {
				walk(fmt.Sprintf("%s[%d]", name, i), v.Index(i))
			}
		default:
			all[name] = fmt.Sprint(v.Interface())
		}
	}
	walk("", reflect.ValueOf(v))
	return all
}

// differences compares two figures by figure, and says how many there were.
func differences(what string, got, want any) (figures int, different []string) {
	g, w := flat(got), flat(want)
	names := maps.Clone(g)
	maps.Copy(names, w)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if g[name] != w[name] {
			different = append(different, fmt.Sprintf("%s%s: %q, want %q", what, name, g[name], w[name]))
		}
	}
	return len(names), different
}
