package stats_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ringdesk/controller/stats"
	"ringdesk/dialplan"
	"ringdesk/models"
)

const level = 20 * time.Second

// counted is what a figure of a report must be, as its calls and their sum say it.
type counted func(models.FactCount) int64

func calls(n models.FactCount) int64 { return n.Calls }
func sum(n models.FactCount) int64   { return n.Sum }

// figuresOf are the figures of a report: what it says, and how that comes from the calls.
// Of a share it is the calls that count for it, and whole those that could.
func figuresOf(t stats.Total) map[string]struct {
	want, whole int64
	is          counted
} {
	type f = struct {
		want, whole int64
		is          counted
	}
	return map[string]f{
		"calls": {t.Calls, 0, calls}, "inbound": {t.Inbound, 0, calls}, "outbound": {t.Outbound, 0, calls}, "answered": {t.InboundAnswered, 0, calls},
		"outboundAnswered": {t.OutboundAnswered, 0, calls}, "missed": {t.Missed, 0, calls}, "waited": {t.Waited, 0, calls}, "shortAbandons": {t.ShortAbandons, 0, calls},
		"callbacks": {t.Callbacks, 0, calls}, "grades": {t.Grades, 0, calls}, "voicemails": {t.Voicemails, 0, calls}, "medianWaitMs": {t.Waits, 0, calls}, "p90WaitMs": {t.Waits, 0, calls},
		"inboundCompletion": {t.InboundAnswered, t.Inbound, calls}, "outboundCompletion": {t.OutboundAnswered, t.Outbound, calls},
		"serviceLevel": {t.Within, t.Waited, calls}, "serviceLevelOfRing": {t.WithinOfRing, t.Waited, calls},
		"talkMs": {t.TalkMS, 0, sum}, "totalCallMs": {t.RingMS + t.DialMS + t.TalkMS, 0, sum}, "holdMs": {t.HoldMS, 0, sum}, "transfers": {t.Transfers, 0, sum}, "invitations": {t.Invitations, 0, sum},
		"meanTalkMs": {mean(t.TalkMS, t.InboundAnswered+t.OutboundAnswered), 0, meanOf}, "firstResponseMs": {mean(t.FirstResponseMS, t.InboundAnswered), 0, meanOf},
		"wrapUpMs": {mean(t.WrapMS, t.Wraps), 0, meanOf}, "meanGrade": {mean(t.GradeSum, t.Grades), 0, meanOf},
	}
}

func meanOf(n models.FactCount) int64 { return mean(n.Sum, n.Times) }

func mean(sum, of int64) int64 {
	if of == 0 {
		return 0
	}
	return sum / of
}

// Whatever is asked for, a figure is what the calls behind it say: in all, by day, team,
// number, kind and direction, by hour and reason, and of each agent.
//
// Covers: STAT-0, STAT-2, STAT-3.
func TestFiguresCountTheirCalls(t *testing.T) {
	store, workspace := business(t, 600)
	now := evening
	pass(t, keeper(store, "one", &now))
	zone := dialplan.Location("Asia/Seoul")
	first, last := evening.AddDate(0, 0, -25), evening.AddDate(0, 0, 1)
	facts, _ := kept(t, store, workspace)
	if len(facts) != 600 {
		t.Fatalf("%d facts", len(facts))
	}
	teams, numbers := map[string]bool{"": true}, map[string]bool{"": true}
	for _, f := range facts {
		teams[f.Call.TeamID], numbers[f.Call.NumberID] = true, true
	}
	for team := range teams {
		ofReport(t, store, zone, workspace, stats.CallsRequest{From: first, To: last, TeamID: team})
	}
	for number := range numbers {
		ofReport(t, store, zone, workspace, stats.CallsRequest{From: first, To: last, NumberID: number})
	}
	for _, kind := range []string{"phone", "voice", "video"} {
		ofReport(t, store, zone, workspace, stats.CallsRequest{From: first, To: last, Kind: kind})
	}
	for _, direction := range []string{"inbound", "outbound"} {
		ofReport(t, store, zone, workspace, stats.CallsRequest{From: first, To: last, Direction: direction})
	}
	for day := first; day.Before(last); day = day.AddDate(0, 0, 1) {
		ofReport(t, store, zone, workspace, stats.CallsRequest{From: day, To: day})
	}
}

// ofReport compares a report's figures with their calls.
func ofReport(t *testing.T, store *models.Store, zone *time.Location, workspace string, r stats.CallsRequest) {
	t.Helper()
	r.Within, r.Limit = level, 1
	report, err := stats.Ask(t.Context(), store, models.SumFilter{Workspace: workspace, From: r.From.Format(time.DateOnly), To: r.To.Format(time.DateOnly), TeamID: r.TeamID,
		NumberID: r.NumberID, Kind: r.Kind, Direction: r.Direction}, level)
	if err != nil {
		t.Fatal(err)
	}
	count := func(r stats.CallsRequest) models.FactCount {
		t.Helper()
		n, err := stats.CountCalls(t.Context(), store, zone, workspace, r)
		if err != nil {
			t.Fatalf("%+v: %v", r, err)
		}
		return n
	}
	figures := figuresOf(report.Total)
	if len(figures) != len(stats.Definitions) {
		t.Errorf("%d figures of %d are looked at", len(figures), len(stats.Definitions))
	}
	for key, f := range figures {
		r := r
		r.Figure = key
		n := count(r)
		if got := f.is(n); got != f.want {
			t.Errorf("%s of %v: the calls say %d, the report %d", key, r, got, f.want)
		}
		if i := slices.IndexFunc(stats.Definitions, func(d stats.Definition) bool { return d.Key == key }); stats.Definitions[i].Unit == stats.Share {
			r.Rest = true
			if rest := count(r); rest.Calls != f.whole-f.want {
				t.Errorf("%s of %v: %d calls do not count, want %d", key, r, rest.Calls, f.whole-f.want)
			}
		}
	}
	ofReasons(t, report, r, count)
	ofHours(t, report, r, count)
	for _, a := range report.Agents {
		for key, want := range map[string]counts{"calls": {a.Outbound + a.Answered + a.Joined, true}, "outbound": {a.Outbound, true}, "answered": {a.Answered, true}, "joined": {a.Joined, true},
			"missedRings": {a.Missed, false}, "ringMs": {a.RingMS, false}, "talkMs": {a.TalkMS, false}, "totalCallMs": {a.RingMS + a.DialMS + a.TalkMS, false}, "holdMs": {a.HoldMS, false}} {
			r := r
			r.Figure, r.Agent = key, a.AgentID
			if n := count(r); want.calls && n.Calls != want.n || !want.calls && n.Sum != want.n {
				t.Errorf("%s of agent %s in %v: %+v, want %d", key, a.AgentID, r, n, want.n)
			}
		}
		r := r
		r.Figure, r.Agent = "wrapUpMs", a.AgentID
		if n := count(r); n.Sum != a.WrapMS || n.Times != a.Wraps {
			t.Errorf("wrap-ups of agent %s: %+v, want %d in %d", a.AgentID, n, a.WrapMS, a.Wraps)
		}
	}
}

// counts is how many calls, or what else, an agent's figure says.
type counts struct {
	n     int64
	calls bool
}

func ofReasons(t *testing.T, report stats.Report, r stats.CallsRequest, count func(stats.CallsRequest) models.FactCount) {
	t.Helper()
	r.Figure = "missed"
	for _, reason := range report.Reasons {
		r.Reason = reason.Reason
		if n := count(r); n.Calls != reason.Calls {
			t.Errorf("%s: %d, want %d", reason.Reason, n.Calls, reason.Calls)
		}
	}
}

func ofHours(t *testing.T, report stats.Report, r stats.CallsRequest, count func(stats.CallsRequest) models.FactCount) {
	t.Helper()
	if r.TeamID != "" || r.NumberID != "" || r.Kind != "" || r.From.Equal(r.To) {
		return
	}
	r.Figure = "calls"
	for weekday, hours := range report.Traffic {
		for hour, want := range hours {
			r.Weekday, r.Hour = &weekday, &hour
			if n := count(r); n.Calls != want {
				t.Errorf("weekday %d, hour %d: %d, want %d", weekday, hour, n.Calls, want)
			}
		}
	}
}

// A day and an hour of one belong to the time zone, also when clocks change at midnight,
// by half an hour, or within the hour.
//
// Covers: STAT-0.
func TestDaysAndHoursOfCallsKeepLocalTime(t *testing.T) {
	store, workspace := business(t, 1)
	for _, c := range []struct{ zone, from, to string }{
		{"America/New_York", "2026-10-30", "2026-11-03"}, {"America/New_York", "2026-03-07", "2026-03-09"}, {"Africa/Cairo", "2026-04-23", "2026-04-25"}, {"Africa/Cairo", "2026-10-29", "2026-10-31"},
		{"Australia/Lord_Howe", "2026-04-04", "2026-04-06"}, {"America/Havana", "2026-10-31", "2026-11-02"}, {"Asia/Beirut", "2026-03-28", "2026-03-30"}, {"Asia/Kathmandu", "2026-05-01", "2026-05-03"},
	} {
		zone := dialplan.Location(c.zone)
		from, _ := time.Parse(time.DateOnly, c.from)
		to, _ := time.Parse(time.DateOnly, c.to)
		var all []models.CallFact
		n := 0
		for at := from.Add(-15 * time.Hour); at.Before(to.Add(40 * time.Hour)); at = at.Add(10 * time.Minute) {
			n++
			all = append(all, models.CallFact{CallID: fmt.Sprintf("%s-%s-%d", c.zone, c.from, n), WorkspaceID: workspace, Kind: c.zone + c.from, Direction: "inbound", StartedAt: models.At(at), EndedAt: models.At(at)})
		}
		sums := stats.NewSums(zone)
		for _, f := range all {
			sums.Add(stats.Facts{Call: f})
		}
		rows := sums.Rows()
		for i := range rows.Hours {
			rows.Hours[i].WorkspaceID = workspace
		}
		tx(t, store, func(tx *models.Tx) error { return tx.PutFacts(all, nil) })
		tx(t, store, func(tx *models.Tx) error { return tx.AddSums(rows) })
		for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
			ofReport(t, store, zone, workspace, stats.CallsRequest{From: day, To: day, Kind: c.zone + c.from})
		}
		report, err := stats.Ask(t.Context(), store, models.SumFilter{Workspace: workspace, From: c.from, To: c.to, Kind: c.zone + c.from}, level)
		if err != nil || report.Total.Calls == 0 {
			t.Fatalf("%s: %+v, %v", c.zone, report.Total, err)
		}
		for weekday, hours := range report.Traffic {
			for hour, want := range hours {
				n, err := stats.CountCalls(t.Context(), store, zone, workspace, stats.CallsRequest{Figure: "calls", From: from, To: to, Kind: c.zone + c.from, Weekday: &weekday, Hour: &hour})
				if err != nil || n.Calls != want {
					t.Errorf("%s, weekday %d, hour %d: %d, want %d (%v)", c.zone, weekday, hour, n.Calls, want, err)
				}
			}
		}
	}
}

// Nobody is answered who asks for what there is not.
//
// Covers: STAT-0.
func TestCallsOfNoFigure(t *testing.T) {
	hour := 3
	for _, r := range []stats.CallsRequest{{Figure: "happiness"}, {Figure: "missedRings"}, {Figure: "serviceLevel", Agent: "a"}, {Figure: "calls", Rest: true}, {Figure: "calls", Hour: &hour}} {
		if _, err := stats.Calls(t.Context(), nil, time.UTC, "w", r); err == nil {
			t.Errorf("%+v is answered", r)
		}
	}
}
