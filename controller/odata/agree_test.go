package odata_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"testing"
	"time"

	"ringdesk/controller/stats"
	"ringdesk/dialplan"
	"ringdesk/models"
)

const conversations = 600 // more than one chunk

// whole reads a whole number of a row; null is 0.
func whole(t *testing.T, row map[string]any, name string) int64 {
	t.Helper()
	v, ok := row[name]
	if !ok {
		t.Fatalf("no %s in %v", name, row)
	}
	if v == nil {
		return 0
	}
	n, err := v.(json.Number).Int64()
	must(t, err)
	return n
}

// Every row of calls and of agents' parts is the fact that is kept, whatever the pages
// are.
//
// Covers: STAT-0, STAT-5.
func TestRowsAreTheFacts(t *testing.T) {
	r, store := reader(t, conversations)
	r.PageSize = 170
	from := now.AddDate(0, 0, -89)
	calls, err := store.RawCalls(t.Context(), models.RawFilter{Workspace: r.Workspace, From: from, To: now, Limit: 10 * conversations})
	must(t, err)
	rows, err := r.Rows(t.Context(), "Calls")
	must(t, err)
	if len(calls) < conversations || len(rows) != len(calls) {
		t.Fatalf("%d rows of %d calls", len(rows), len(calls))
	}
	local := dialplan.Location(zone)
	text := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	moment := func(at models.Time) any {
		if at.IsZero() {
			return nil
		}
		return at.In(local).Format("2006-01-02T15:04:05.000000Z07:00")
	}
	n := func(v int64) any { return json.Number(strconv.FormatInt(v, 10)) }
	clocks := map[string]bool{}
	for i, c := range calls {
		at := c.StartedAt.In(local)
		clocks[at.Format("-07:00")] = true
		want := map[string]any{"callId": c.CallID, "conversationId": c.ConversationID, "kind": c.Kind, "direction": c.Direction, "state": c.State, "outcome": c.Outcome,
			"missedReason": text(c.MissedReason), "endedBy": text(c.EndedBy), "startedAt": moment(c.StartedAt), "day": at.Format(time.DateOnly), "hour": n(int64(at.Hour())),
			"waitedAt": moment(c.WaitedAt), "rangAt": moment(c.RangAt), "answeredAt": moment(c.AnsweredAt), "endedAt": moment(c.EndedAt), "closedAt": moment(c.ClosedAt),
			"fromNumber": text(c.FromNumber), "toNumber": text(c.ToNumber), "numberId": text(c.NumberID), "number": text(c.Number), "numberLabel": text(c.NumberLabel),
			"contactId": text(c.ContactID), "contactName": text(c.Contact), "agentId": text(c.AgentID), "agentName": text(c.Agent), "assigneeName": text(c.Assignee),
			"teamId": text(c.TeamID), "teamName": text(c.Team), "greetingMs": n(c.GreetingMS), "queueMs": n(c.QueueMS), "ringMs": n(c.RingMS), "dialMs": n(c.DialMS),
			"talkMs": n(c.TalkMS), "voicemailMs": n(c.VoicemailMS), "surveyMs": n(c.SurveyMS), "totalMs": n(c.TotalMS), "holdMs": n(c.HoldMS), "firstResponseMs": n(c.WaitMS),
			"wrapUpMs": nil, "offers": n(int64(c.Offers)), "invitations": n(int64(c.Invitations)), "transfers": n(int64(c.Transfers)), "holds": n(int64(c.Holds)),
			"callbackAsked": c.CallbackAsked, "voicemail": c.Voicemail, "grade": nil, "assigneeId": rows[i]["assigneeId"]}
		if !c.ClosedAt.IsZero() {
			want["wrapUpMs"] = n(c.ClosedAt.Sub(c.EndedAt.Time).Milliseconds())
		}
		if c.Grade > 0 {
			want["grade"] = n(int64(c.Grade))
		}
		if !reflect.DeepEqual(rows[i], want) {
			t.Fatalf("call %d: got\n%v, want\n%v", i, rows[i], want)
		}
	}
	if len(clocks) != 2 {
		t.Errorf("the days have no change of the clocks: %v", clocks)
	}
	parts, err := store.RawAgentParts(t.Context(), models.RawFilter{Workspace: r.Workspace, From: from, To: now, Limit: 10 * conversations})
	must(t, err)
	if rows, err = r.Rows(t.Context(), "AgentCalls", "$filter", "callStartedAt ge "+from.Format(time.RFC3339)); err != nil || len(rows) != len(parts) || len(parts) == 0 {
		t.Fatalf("%d rows of %d parts, %v", len(rows), len(parts), err)
	}
	for i, p := range parts {
		got := rows[i]
		want := []any{p.CallID, n(int64(p.Part)), p.AgentID, text(p.Agent), p.Way, text(p.InvitedBy), p.Answered, text(p.End), moment(p.StartedAt), moment(p.JoinedAt), moment(p.LeftAt), n(p.RingMS), n(p.DialMS), n(p.TalkMS), n(p.HoldMS), moment(p.WrapUpAt), text(p.WrapUpEnd)}
		have := []any{got["callId"], got["part"], got["agentId"], got["agentName"], got["way"], got["invitedById"], got["answered"], got["endedAs"], got["startedAt"], got["joinedAt"], got["leftAt"], got["ringMs"], got["dialMs"], got["talkMs"], got["holdMs"], got["wrapUpAt"], got["wrapUpEnd"]}
		if !reflect.DeepEqual(have, want) {
			t.Fatalf("part %d: got %v, want %v", i, have, want)
		}
	}
}

// The sums of Daily, and those that $apply makes of Calls and AgentCalls, are the
// report's.
//
// Covers: STAT-0, STAT-2, STAT-3, STAT-5.
func TestSumsAreTheReport(t *testing.T) {
	r, store := reader(t, conversations)
	local := dialplan.Location(zone)
	from, to := now.In(local).AddDate(0, 0, -89), now.In(local)
	report, err := stats.Ask(t.Context(), store, models.SumFilter{Workspace: r.Workspace, From: from.Format(time.DateOnly), To: to.Format(time.DateOnly)}, models.Level*time.Second)
	must(t, err)
	days := fmt.Sprintf("day ge %s and day le %s", from.Format(time.DateOnly), to.Format(time.DateOnly))
	daily, err := r.Rows(t.Context(), "Daily", "$filter", days)
	must(t, err)
	var got stats.Total
	for _, d := range daily {
		inbound := d["direction"] == "inbound"
		for _, sum := range []struct {
			to   *int64
			name string
			of   bool
		}{{&got.Calls, "calls", true}, {&got.Inbound, "calls", inbound}, {&got.Outbound, "calls", !inbound}, {&got.InboundAnswered, "answered", inbound},
			{&got.OutboundAnswered, "answered", !inbound}, {&got.Missed, "missed", true}, {&got.ShortAbandons, "shortAbandons", true}, {&got.TalkMS, "talkMs", true},
			{&got.HoldMS, "holdMs", true}, {&got.RingMS, "ringMs", true}, {&got.DialMS, "dialMs", true}, {&got.Voicemails, "voicemails", true}, {&got.FirstResponseMS, "firstResponseMs", inbound}, {&got.Wraps, "wraps", true},
			{&got.WrapMS, "wrapUpMs", true}, {&got.Transfers, "transfers", true}, {&got.Invitations, "invitations", true}, {&got.Callbacks, "callbacks", true},
			{&got.Grades, "grades", true}, {&got.GradeSum, "gradeSum", true}, {&got.Waited, "waited", true}, {&got.Within, "answeredWithinLevel", true},
			{&got.WithinOfRing, "answeredWithinLevelOfRing", true}} {
			if sum.of {
				*sum.to += whole(t, d, sum.name)
			}
		}
	}
	want := report.Total
	want.Waits, want.MedianWait, want.P90Wait = 0, 0, 0 // not of Daily
	if got != want || want.Calls < conversations || want.Within == 0 || want.Transfers == 0 {
		t.Errorf("Daily: got\n%+v, want\n%+v", got, want)
	}
	rows, err := r.Rows(t.Context(), "Calls", "$apply", "groupby((day),aggregate($count as calls,talkMs with sum as total))/filter(calls gt 0)", "$filter", "calls gt 0", "$orderby", "day")
	must(t, err)
	if len(rows) != len(report.Days) {
		t.Fatalf("%d days, want %d", len(rows), len(report.Days))
	}
	for i, day := range report.Days {
		if rows[i]["day"] != day.Day || whole(t, rows[i], "calls") != day.Calls {
			t.Errorf("%v, want %s with %d calls", rows[i], day.Day, day.Calls)
		}
	}
	reasons, err := r.Rows(t.Context(), "Calls", "$apply", "filter(missedReason ne null)/groupby((missedReason),aggregate($count as calls))", "$orderby", "calls desc,missedReason")
	must(t, err)
	for i, reason := range report.Reasons {
		if len(reasons) != len(report.Reasons) || reasons[i]["missedReason"] != reason.Reason || whole(t, reasons[i], "calls") != reason.Calls {
			t.Fatalf("%v, want %v", reasons, report.Reasons)
		}
	}
	agentsAgree(t, r.Rows, report)
}

// agentsAgree compares the sums of each agent.
func agentsAgree(t *testing.T, read func(context.Context, string, ...string) ([]map[string]any, error), report stats.Report) {
	t.Helper()
	rows, err := read(t.Context(), "AgentCalls", "$apply", "groupby((agentId),aggregate(ringMs with sum as ring,dialMs with sum as dial,talkMs with sum as talk,holdMs with sum as hold,wrapUpMs with sum as wrapUp))", "$orderby", "agentId")
	must(t, err)
	taken, err := read(t.Context(), "AgentCalls", "$apply", "filter(answered or way eq 'placed')/groupby((agentId),aggregate(callId with countdistinct as calls))")
	must(t, err)
	calls := map[any]int64{}
	for _, row := range taken {
		calls[row["agentId"]] = whole(t, row, "calls")
	}
	if len(rows) != len(report.Agents) || len(rows) < 2 {
		t.Fatalf("%d agents, want %d", len(rows), len(report.Agents))
	}
	for i, a := range report.Agents {
		got := [7]any{rows[i]["agentId"], calls[a.AgentID], whole(t, rows[i], "ring"), whole(t, rows[i], "dial"), whole(t, rows[i], "talk"), whole(t, rows[i], "hold"), whole(t, rows[i], "wrapUp")}
		if want := [7]any{a.AgentID, a.Answered + a.Outbound, a.RingMS, a.DialMS, a.TalkMS, a.HoldMS, a.WrapMS}; got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}
