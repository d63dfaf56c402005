package stats_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"ringdesk/controller/inbox"
	"ringdesk/controller/stats"
	"ringdesk/controller/verb"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// An hour that comes twice when summer time ends is one hour of the day, and one that
// is left out has no calls; a call at midnight belongs to the day that begins.
//
// Covers: STAT-0, STAT-2.
func TestSumsKeepLocalTime(t *testing.T) {
	for _, c := range []struct{ zone, at, day string }{
		{"America/New_York", "2026-11-01T05:30:00Z", "2026-11-01 1"},
		{"America/New_York", "2026-11-01T06:30:00Z", "2026-11-01 1"},
		{"America/New_York", "2026-03-08T07:00:00Z", "2026-03-08 3"},
		{"Asia/Seoul", "2026-11-26T14:59:59.999Z", "2026-11-26 23"},
		{"Asia/Seoul", "2026-11-26T15:00:00Z", "2026-11-27 0"},
		{"Asia/Kathmandu", "2026-11-26T18:14:00Z", "2026-11-26 23"},
		{"Asia/Kathmandu", "2026-11-26T18:15:00Z", "2026-11-27 0"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		sums := stats.NewSums(dialplan.Location(c.zone))
		sums.Add(stats.Facts{Call: models.CallFact{CallID: "a", StartedAt: models.At(at), EndedAt: models.At(at)}})
		rows := sums.Rows()
		if len(rows.Hours) != 1 || fmt.Sprint(rows.Hours[0].Day, " ", rows.Hours[0].Hour) != c.day {
			t.Errorf("%s in %s: %+v, want %s", c.at, c.zone, rows.Hours, c.day)
		}
	}
}

// report asks for all that there is.
func report(t *testing.T, store *models.Store, f models.SumFilter) stats.Report {
	t.Helper()
	f.From, f.To = "2025-01-01", "2027-12-31"
	r, err := stats.Ask(t.Context(), store, f, 20*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The report says what the facts say, however they came: in one go, one after the other,
// changed afterwards, or made anew in another time zone.
//
// Covers: STAT-0, STAT-2, STAT-3.
func TestReportIsTheFacts(t *testing.T) {
	store, workspace := business(t, 500)
	now := evening
	k := keeper(store, "one", &now)
	pass(t, k)
	r := report(t, store, models.SumFilter{Workspace: workspace})
	agrees(t, store, workspace, r)

	facts, _ := kept(t, store, workspace)
	for i, f := range facts[:200] { // conversations are closed, one by one
		if state := "closed"; f.Call.ClosedAt.IsZero() {
			tx(t, store, func(tx *models.Tx) error {
				return inbox.Change(tx, verb.By{Workspace: workspace, Role: "owner"}, f.Call.ConversationID, inbox.ConversationChange{State: &state}, models.At(now.Add(time.Duration(i)*time.Second)))
			})
			pass(t, k)
		}
	}
	closed := report(t, store, models.SumFilter{Workspace: workspace})
	if closed.Total.Wraps <= r.Total.Wraps {
		t.Errorf("%d conversations were wrapped up, and then %d", r.Total.Wraps, closed.Total.Wraps)
	}
	agrees(t, store, workspace, closed)
	if _, err := k.RebuildAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again := report(t, store, models.SumFilter{Workspace: workspace}); fmt.Sprint(again) != fmt.Sprint(closed) {
		t.Errorf("made anew:\n%+v\nbefore:\n%+v", again, closed)
	}

	tx(t, store, func(tx *models.Tx) error {
		return tx.UpdateWorkspace(workspace, models.WorkspaceUpdate{TimeZone: new("America/New_York")})
	})
	pass(t, k)
	elsewhere := report(t, store, models.SumFilter{Workspace: workspace})
	agrees(t, store, workspace, elsewhere)
	if elsewhere.Traffic == closed.Traffic || elsewhere.Total != closed.Total {
		t.Errorf("in New York:\n%+v\nin Seoul:\n%+v", elsewhere.Total, closed.Total)
	}
}

// agrees compares a report with the facts, counted one by one.
func agrees(t *testing.T, store *models.Store, workspace string, r stats.Report) {
	t.Helper()
	facts, _ := kept(t, store, workspace)
	figures := stats.NewFigures()
	var waited, within, ofRing, byReason int64
	for _, f := range facts {
		figures.Add(f)
		c := f.Call
		if stats.Waited(&c) {
			waited++
		}
		if stats.Within(&c, 20*time.Second) {
			within++
		}
		if stats.WithinOfRing(&c, 20*time.Second) {
			ofRing++
		}
	}
	got := r.Total
	if int(got.Inbound) != figures.Inbound.Calls || int(got.Outbound) != figures.Outbound.Calls || int(got.InboundAnswered) != figures.Inbound.Answered ||
		int(got.OutboundAnswered) != figures.Outbound.Answered || got.TalkMS != figures.Inbound.TalkMS+figures.Outbound.TalkMS || int(got.Missed) != figures.ByState["missed"] ||
		got.FirstResponseMS != figures.FirstResponseMS || got.Waited != waited || got.Within != within || got.WithinOfRing != ofRing {
		t.Errorf("the report:\n%+v\nthe facts:\n%+v, %d waited, %d within, %d of the ring", got, figures, waited, within, ofRing)
	}
	for _, reason := range r.Reasons {
		byReason += reason.Calls
		if int(reason.Calls) != figures.ByReason[reason.Reason] {
			t.Errorf("%s: %d, want %d", reason.Reason, reason.Calls, figures.ByReason[reason.Reason])
		}
	}
	if byReason != got.Missed {
		t.Errorf("%d missed calls have reasons, of %d", byReason, got.Missed)
	}
	var days, traffic int64
	for _, d := range r.Days {
		days += d.Calls
	}
	for _, day := range r.Traffic {
		for _, n := range day {
			traffic += n
		}
	}
	if days != got.Calls || traffic != got.Calls {
		t.Errorf("%d calls: %d by day, %d by hour", got.Calls, days, traffic)
	}
	if !slices.IsSortedFunc(r.Agents, func(a, b stats.AgentTotal) int { return cmp.Compare(a.AgentID, b.AgentID) }) {
		t.Error("agents are not in order")
	}
	for _, a := range r.Agents {
		want := figures.Agents[a.AgentID]
		if a.RingMS != want.RingMS || int(a.Answered) > want.Answered || int(a.Answered)+int(a.Outbound) < 1 && want.Answered > 0 {
			t.Errorf("agent %s: %+v, want %+v", a.AgentID, a, want)
		}
	}
}
