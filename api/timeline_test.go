package api_test

import (
	"fmt"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/call"
	"ringdesk/models"
)

// journalled appends entries to a call's journal, a second apart.
func (e *env) journalled(p place, id string, from time.Time, entries ...string) {
	e.t.Helper()
	var rows []models.JournalEntry
	for i := 0; i+1 < len(entries); i += 2 {
		rows = append(rows, models.JournalEntry{CallID: id, Seq: int64(2 + i/2), WorkspaceID: p.id, At: models.At(from.Add(time.Duration(1+i/2) * time.Second)),
			Type: entries[i], Data: entries[i+1]})
	}
	e.tx(func(tx *models.Tx) error { return tx.AddJournal(rows) })
}

// The timeline says in order what happened in a conversation and its call, and who
// did what; pages have each of it once.
//
// Covers: INBOX-3, INBOX-4, HOLD-2, CALL-7
func TestTimeline_INBOX_3_INBOX_4_HOLD_2(t *testing.T) {
	e := start(t)
	agent, owner := e.as(e.here.agent), e.as(e.here.owner)
	began := time.Now().Add(-time.Hour)
	id, callID := e.addCall(e.here, e.here.contact, "+821012345678", call.Ended, func(c *call.Call) {
		c.StartedAt, c.AnsweredAt, c.EndedAt = began, began.Add(time.Second), began.Add(time.Minute)
		c.Agents[0].JoinedAt = c.AnsweredAt
	})
	a, o := e.here.agent.agent, e.here.owner.agent
	e.journalled(e.here, callID, began,
		"agent.offered", fmt.Sprintf(`{"agentId":%q,"name":"x"}`, a), // no invitation
		"call.answered", fmt.Sprintf(`{"agentId":%q,"name":"x","ringMs":900,"waitMs":1000}`, a),
		"call.held", fmt.Sprintf(`{"agentId":%q,"name":"x"}`, a),
		"agent.offered", fmt.Sprintf(`{"agentId":%q,"invitedBy":%q,"name":"x"}`, o, a),
		"agent.joined", fmt.Sprintf(`{"agentId":%q,"name":"x"}`, o),
		"call.released", fmt.Sprintf(`{"agentId":%q,"name":"x"}`, o),
		"recording.paused", fmt.Sprintf(`{"agentId":%q,"name":"x"}`, a),
		"recording.resumed", `{"failed":true}`,
		"call.transferred", fmt.Sprintf(`{"agentId":%q,"team":%q}`, a, e.here.team),
		"agent.left", fmt.Sprintf(`{"agentId":%q,"name":"x"}`, a),
		"call.ended", `{"by":"customer","outcome":"answered","state":"ended","talkMs":59000,"totalMs":60000}`)
	e.tx(func(tx *models.Tx) error {
		ps, err := e.store.Participants(t.Context(), callID)
		for i := range ps[callID] {
			ps[callID][i].HeldMS = 3000
		}
		add(e, err)
		return tx.PutParticipants(ps[callID])
	})
	until := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	agent.do("POST", "/conversations/"+id+"/notes", fmt.Sprintf(`{"text":"look","mentions":[%q]}`, o)).want(201)
	owner.do("PATCH", "/conversations/"+id, fmt.Sprintf(`{"teamId":%q,"assigneeId":%q}`, e.here.team, o)).want(200)
	owner.do("PATCH", "/conversations/"+id, `{"assigneeId":"","tags":["환불"]}`).want(200)
	agent.do("PATCH", "/conversations/"+id, fmt.Sprintf(`{"snoozeUntil":%q}`, until.Format(time.RFC3339))).want(200)
	agent.do("PATCH", "/conversations/"+id, `{"state":"open"}`).want(200)
	e.key(e.here).do("PATCH", "/conversations/"+id, `{"state":"closed"}`).want(200)

	said := func(v api.TimelineEvent) string {
		text := v.Type
		if v.By != nil {
			text += " by " + v.By.Name
		}
		if v.Agent != nil {
			text += " of " + v.Agent.Name
		}
		if v.Team != nil {
			text += " to " + v.Team.Name
		}
		if v.Tags != nil {
			text += fmt.Sprint(v.Tags.Added, v.Tags.Removed)
		}
		return text
	}
	want := []string{"call", "held by Moa agent", "invited by Moa agent of Moa owner", "joined by Moa owner", "released by Moa owner", "recordingPaused by Moa agent",
		"recordingResumed", "transferred by Moa agent to Support", "left by Moa agent", "note by Moa agent", "added by Moa agent of Moa owner",
		"assigned by Moa owner of Moa owner", "teamed by Moa owner to Support", "assigned by Moa owner", "tagged by Moa owner[환불] []", "snoozed by Moa agent",
		"opened by Moa agent", "closed"}
	for _, limit := range []int{100, 7, 1} {
		var got []api.TimelineEvent
		for next := ""; ; {
			page := into[api.Timeline](agent.do("GET", fmt.Sprintf("/conversations/%s/events?limit=%d%s", id, limit, next), "").want(200))
			got = append(got, page.Items...)
			if page.Next == nil {
				break
			}
			next = "&cursor=" + *page.Next
		}
		if len(got) != len(want) {
			t.Errorf("pages of %d: %d events, want %d", limit, len(got), len(want))
		}
		for i, v := range got {
			if i < len(want) && said(v) != want[i] {
				t.Errorf("pages of %d, event %d: %s, want %s", limit, i, said(v), want[i])
			}
		}
		if card := got[0].Call; card == nil || card.AnsweredBy.Id != a || *card.TalkMs != 59000 || *card.HoldMs != 3000 || *card.Call.WaitMs != 1000 {
			t.Errorf("the card: %+v", card)
		}
		for _, v := range got {
			if v.Type == "snoozed" && !v.Until.Equal(until) || v.Type == "note" && v.Note.Text != "look" {
				t.Errorf("%+v", v)
			}
		}
	}
	e.as(e.away.agent).do("GET", "/conversations/"+id+"/events", "").want(404)
}
