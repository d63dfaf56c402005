package models

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"ringdesk/controller/journal"
)

// set changes an agent.
func set(t *testing.T, s *Store, a Agent, cols AgentUpdate) {
	t.Helper()
	must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.UpdateAgent(a.WorkspaceID, a.ID, cols) }))
}

// No column of an agent is left out, or read into another's field.
func TestAgentHasAllColumns_IN_2(t *testing.T) {
	s := openStore(t)
	_, _, as := workspace(t, s, 1)
	want := as[0]
	v := reflect.ValueOf(&want).Elem()
	for i := range v.NumField() {
		switch name := v.Type().Field(i).Name; f := v.Field(i).Addr().Interface().(type) {
		case *string:
			if name != "ID" && name != "WorkspaceID" && name != "AccountID" {
				*f = name
			}
		case *bool:
			*f = true
		case *int:
			*f = i
		case *Time:
			if name == "RemovedAt" { // who was removed is not read
				continue
			}
			*f = At(now.Add(time.Duration(i) * time.Minute))
		default:
			t.Fatalf("%s is a %T", name, f)
		}
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.db.Save(&want).Error }))
	if got := agentNow(t, s, as[0]).Agent; got != want {
		t.Errorf("read  %+v\nsaved %+v", got, want)
	}
}

func TestAgentState_IN_2_IN_3_END_5(t *testing.T) {
	in := func(d time.Duration) Time { return At(now.Add(d)) }
	cases := []struct {
		name  string
		cols  AgentUpdate
		at    time.Time
		claim string // "", ringing or inCall
		want  string
	}{
		{"nothing", AgentUpdate{}, now, "", "available"},
		{"at lunch", AgentUpdate{Status: new("meal")}, now, "", "meal"},
		{"in a meeting", AgentUpdate{Status: new("meeting")}, now, "", "meeting"},
		{"wrapping up", AgentUpdate{WrapUpUntil: new(in(time.Second))}, now, "", "wrapUp"},
		{"wrap-up ran out", AgentUpdate{WrapUpUntil: new(in(0))}, now, "", "available"},
		{"do not disturb", AgentUpdate{DND: new(true)}, now, "", "dnd"},
		{"do not disturb for a while", AgentUpdate{DND: new(true), DNDUntil: new(in(time.Second))}, now, "", "dnd"},
		{"do not disturb ran out", AgentUpdate{DND: new(true), DNDUntil: new(in(0))}, now, "", "available"},
		{"an end without do not disturb", AgentUpdate{DNDUntil: new(in(time.Second))}, now, "", "available"},
		{"dnd keeps more away than wrap-up", AgentUpdate{DND: new(true), WrapUpUntil: new(in(time.Second))}, now, "", "dnd"},
		{"a status keeps more away than dnd", AgentUpdate{DND: new(true), Status: new("off")}, now, "", "off"},
		{"a silent browser", AgentUpdate{Status: new("off")}, now.Add(PhoneTimeout), "", "offline"},
		{"rings", AgentUpdate{DND: new(true)}, now, "ringing", "ringing"},
		{"talks, whatever the browser says", AgentUpdate{Status: new("off")}, now.Add(PhoneTimeout), "inCall", "inCall"},
	}
	s := openStore(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, _, as := workspace(t, s, 1)
			set(t, s, as[0], c.cols)
			must(t, s.Tx(t.Context(), func(tx *Tx) error {
				switch c.claim {
				case "ringing":
					_, err := tx.Claim(as[0].AccountID, "c", now)
					return err
				case "inCall":
					_, err := tx.Occupy(as[0].AccountID, "c")
					return err
				}
				return nil
			}))
			if got := agentNow(t, s, as[0]).State(c.at); got != c.want {
				t.Errorf("state %q, want %q", got, c.want)
			}
		})
	}
}

// The cheap look ahead must not say no where somebody could be offered a call.
func TestAgentFree_IN_2_IN_3(t *testing.T) {
	cases := []struct {
		name string
		cols AgentUpdate
		at   time.Time
		busy bool
		want bool
	}{
		{"free", AgentUpdate{}, now, false, true},
		{"only web calls", AgentUpdate{TakesPhone: new(false), TakesVoice: new(false)}, now, false, true},
		{"no kind of call", AgentUpdate{TakesPhone: new(false), TakesVoice: new(false), TakesVideo: new(false)}, now, false, false},
		{"no seat", AgentUpdate{Seat: new(false)}, now, false, false},
		{"another status", AgentUpdate{Status: new("education")}, now, false, false},
		{"do not disturb can be assigned silently", AgentUpdate{DND: new(true)}, now, false, true},
		{"wrap-up takes calls that are not assigned", AgentUpdate{WrapUpUntil: new(At(now.Add(time.Hour)))}, now, false, true},
		{"silent browser", AgentUpdate{}, now.Add(PhoneTimeout), false, false},
		{"busy", AgentUpdate{}, now, true, false},
	}
	s := openStore(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ws, _, as := workspace(t, s, 1)
			set(t, s, as[0], c.cols)
			if c.busy {
				must(t, s.Tx(t.Context(), func(tx *Tx) error { _, err := tx.Claim(as[0].AccountID, "c", now); return err }))
			}
			got, err := s.AgentFree(t.Context(), ws.ID, c.at)
			must(t, err)
			if got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestCallableAgents_IN_2_IN_12(t *testing.T) {
	s := openStore(t)
	ws, _, as := workspace(t, s, 3)
	other, _, _ := workspace(t, s, 1)
	team := Team{ID: NewID(), WorkspaceID: ws.ID, Name: "Sales", CreatedAt: At(now)}
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		return errors.Join(tx.AddTeam(team), tx.SetTeamMembers(ws.ID, team.ID, []string{as[1].ID}),
			tx.UpdateAgent(ws.ID, as[1].ID, AgentUpdate{Skills: new(`{"refund":3}`)}),
			tx.SetPhoneReady(as[2].AccountID, "p"+as[2].AccountID, false, now))
	}))
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		got, err := tx.CallableAgents(CallableFilter{Workspace: ws.ID}, now)
		if err != nil {
			return err
		}
		ids := []string{as[0].ID, as[1].ID}
		if len(got) != 2 || got[0].ID != ids[0] || got[1].ID != ids[1] {
			t.Fatalf("got %d agents: %+v", len(got), got)
		}
		if len(got[0].Teams) != 0 || !slices.Equal(got[1].Teams, []string{team.ID}) {
			t.Errorf("teams %v and %v", got[0].Teams, got[1].Teams)
		}
		if got[0].SkillLevels()["refund"] != 0 || got[1].SkillLevels()["refund"] != 3 {
			t.Errorf("skills %v and %v", got[0].SkillLevels(), got[1].SkillLevels())
		}
		late, err := tx.CallableAgents(CallableFilter{Workspace: ws.ID}, now.Add(PhoneTimeout))
		if len(late) != 0 {
			t.Errorf("%d agents with silent browsers", len(late))
		}
		elsewhere, err2 := tx.CallableAgents(CallableFilter{Workspace: other.ID}, now)
		if len(elsewhere) != 1 {
			t.Errorf("%d agents in the other workspace", len(elsewhere))
		}
		return errors.Join(err, err2)
	}))
}

func TestWaiting_IN_6(t *testing.T) {
	s := openStore(t)
	ws, num, _ := workspace(t, s, 0)
	other, num2, _ := workspace(t, s, 0)
	for _, c := range []Call{
		{ID: "b", QueueRank: 20, TeamID: "sales"},
		{ID: "a", QueueRank: 20},
		{ID: "c", QueueRank: -5},
		{ID: "d", QueueRank: 30},
		{ID: "talks", QueueRank: 0, State: "talking"},
		{ID: "rings", QueueRank: 10, State: "ringing"},
		{ID: "over", QueueRank: 10, State: "queued", EndedAt: At(now)},
		{ID: "unranked", QueueRank: 0},
	} {
		c.WorkspaceID, c.NumberID, c.Live = ws.ID, num.ID, c.EndedAt.IsZero()
		if c.State == "" {
			c.State = "queued"
		}
		addCall(t, s, c)
	}
	addCall(t, s, Call{ID: "elsewhere", WorkspaceID: other.ID, NumberID: num2.ID, State: "queued", QueueRank: 1, Live: true})
	cases := []struct {
		rank int64
		call string
		want string
	}{
		{-5, "c", ""},
		{20, "a", "[{c  -5}]"},
		{20, "b", "[{c  -5} {a  20}]"},
		{20, "x", "[{c  -5} {a  20} {b sales 20}]"},
		{31, "a", "[{c  -5} {a  20} {b sales 20} {d  30}]"},
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		for _, c := range cases {
			got, err := tx.WaitingBefore(ws.ID, c.rank, c.call)
			if err != nil {
				return err
			}
			if text := fmt.Sprint(got); text != c.want && (c.want != "" || len(got) > 0) {
				t.Errorf("before %d %s: %s, want %s", c.rank, c.call, text, c.want)
			}
		}
		n, err := tx.WaitingCount(ws.ID, "")
		others, err2 := tx.WaitingCount(ws.ID, "a")
		if n != 4 || others != 3 {
			t.Errorf("%d wait, %d beside one of them, want 4 and 3", n, others)
		}
		return errors.Join(err, err2)
	}))
}

// What the strategies go by. Covers: IN-4.
func TestMarks_IN_4(t *testing.T) {
	s := openStore(t)
	_, _, as := workspace(t, s, 1)
	ws2, _, others := workspace(t, s, 1)
	// The account is an agent of the other workspace, too.
	twin := Agent{ID: NewID(), WorkspaceID: ws2.ID, AccountID: as[0].AccountID, Name: "twin", CreatedAt: At(now)}
	must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.AddAgent(twin) }))
	var told []string
	s.OnCommit(func(cs []Change) {
		for _, c := range cs {
			told = append(told, string(c.Topic)+" "+c.EntityID)
		}
	})
	later := now.Add(time.Minute)
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		return errors.Join(tx.MarkOffered(as[0].ID, now), tx.MarkAnswered(as[0].ID, "2026-11-02"), tx.MarkAnswered(as[0].ID, "2026-11-02"),
			tx.MarkIdle(as[0].AccountID, later))
	}))
	got := agentNow(t, s, as[0])
	if !got.OfferedAt.Equal(At(now).Time) || got.AnsweredCount != 2 || got.AnsweredDay != "2026-11-02" || !got.IdleSince.Equal(At(later).Time) {
		t.Errorf("got %+v", got.Agent)
	}
	if twin := agentNow(t, s, twin); !twin.IdleSince.Equal(At(later).Time) || twin.AnsweredCount != 0 || !twin.OfferedAt.IsZero() {
		t.Errorf("in the other workspace: %+v", twin.Agent)
	}
	if other := agentNow(t, s, others[0]); !other.IdleSince.IsZero() {
		t.Errorf("another account: %+v", other.Agent)
	}
	slices.Sort(told)
	want := []string{"agent " + as[0].ID, "agent " + twin.ID}
	slices.Sort(want)
	if !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.MarkAnswered(as[0].ID, "2026-11-03") }))
	if got := agentNow(t, s, as[0]); got.AnsweredCount != 1 || got.AnsweredDay != "2026-11-03" {
		t.Errorf("on the next day: %d on %s", got.AnsweredCount, got.AnsweredDay)
	}
}

func TestWrapUp_END_5(t *testing.T) {
	until := now.Add(time.Minute)
	cases := []struct {
		name string
		do   func(*Tx, Agent) error
		want bool
	}{
		{"goes on", func(*Tx, Agent) error { return nil }, true},
		{"ended by the agent", func(tx *Tx, a Agent) error { return tx.EndWrapUp(a.WorkspaceID, a.ID, now) }, false},
		{"another agent's end", func(tx *Tx, a Agent) error { return tx.EndWrapUp(a.WorkspaceID, "x", now) }, true},
		{"the conversation is closed", func(tx *Tx, a Agent) error { return tx.EndWrapUpOf(a.WorkspaceID, "conv", now) }, false},
		{"another conversation is closed", func(tx *Tx, a Agent) error { return tx.EndWrapUpOf(a.WorkspaceID, "x", now) }, true},
		{"no conversation is none", func(tx *Tx, a Agent) error { return tx.EndWrapUpOf(a.WorkspaceID, "", now) }, true},
		{"another workspace's", func(tx *Tx, a Agent) error { return tx.EndWrapUpOf("x", "conv", now) }, true},
		{"not overdue", func(tx *Tx, a Agent) error { return tx.EndOverdue(until.Add(-time.Second)) }, true},
		{"overdue", func(tx *Tx, a Agent) error { return tx.EndOverdue(until) }, false},
		{"another wrap-up", func(tx *Tx, a Agent) error {
			return errors.Join(tx.StartWrapUp(WrapUp{WorkspaceID: a.WorkspaceID, AgentID: a.ID, ConversationID: "conv2", At: now, Until: until}), tx.EndWrapUpOf(a.WorkspaceID, "conv", now))
		}, true},
	}
	s := openStore(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, _, as := workspace(t, s, 1)
			must(t, s.Tx(t.Context(), func(tx *Tx) error {
				return errors.Join(tx.StartWrapUp(WrapUp{WorkspaceID: as[0].WorkspaceID, AgentID: as[0].ID, ConversationID: "conv", At: now, Until: until}), c.do(tx, as[0]))
			}))
			a := agentNow(t, s, as[0])
			if a.WrapUpNow(now) != c.want || (a.WrapUpConversation != "") != c.want {
				t.Errorf("wrap-up %v of %q", a.WrapUpNow(now), a.WrapUpConversation)
			}
			if a.WrapUpNow(until) {
				t.Error("wraps up after the limit")
			}
		})
	}
}

// The end of a wrap-up stands in the journal of its conversation, with how it came.
//
// Covers: END-5, STAT-0.
func TestWrapUpsAreWrittenDown(t *testing.T) {
	s := openStore(t)
	until := now.Add(time.Minute)
	for _, c := range []struct {
		how  journal.WrapUpEnd
		do   func(*Tx, Agent, string) error
		want time.Time
	}{
		{journal.WrapUpFinished, func(tx *Tx, a Agent, _ string) error { return tx.EndWrapUp(a.WorkspaceID, a.ID, now.Add(time.Second)) }, now.Add(time.Second)},
		{journal.WrapUpDealt, func(tx *Tx, a Agent, conv string) error {
			return tx.EndWrapUpOf(a.WorkspaceID, conv, now.Add(2*time.Second))
		}, now.Add(2 * time.Second)},
		{journal.WrapUpRanOut, func(tx *Tx, _ Agent, _ string) error { return tx.EndOverdue(until.Add(time.Hour)) }, until},
		{journal.WrapUpRanOut, func(tx *Tx, a Agent, _ string) error { return tx.EndWrapUp(a.WorkspaceID, a.ID, until.Add(time.Hour)) }, until},
		{journal.WrapUpReplaced, func(tx *Tx, a Agent, _ string) error {
			return tx.StartWrapUp(WrapUp{WorkspaceID: a.WorkspaceID, AgentID: a.ID, At: now.Add(3 * time.Second), Until: until})
		}, now.Add(3 * time.Second)},
	} {
		w, _, as := workspace(t, s, 1)
		contact, conv := NewID(), NewID()
		must(t, s.Tx(t.Context(), func(tx *Tx) error {
			return errors.Join(tx.AddContact(FullContact{Contact: Contact{ID: contact, WorkspaceID: w.ID, Kind: "lead", Profile: "{}", CreatedAt: At(now)}}),
				tx.AddConversation(Conversation{ID: conv, WorkspaceID: w.ID, ContactID: contact, Kind: "phone", State: "open", CreatedAt: At(now), UpdatedAt: At(now)}),
				tx.StartWrapUp(WrapUp{WorkspaceID: w.ID, AgentID: as[0].ID, CallID: "call", ConversationID: conv, At: now, Until: until}), c.do(tx, as[0], conv),
				tx.EndOverdue(until.Add(2*time.Hour)))
		}))
		of, err := s.WrapUps(t.Context(), []string{conv})
		if err != nil || len(of[conv]) != 1 {
			t.Fatalf("%s: %+v, %v", c.how, of, err)
		}
		entry, err := journal.Decode(of[conv][0].Type, of[conv][0].Data)
		if want := (journal.AgentWrappedUp{AgentID: as[0].ID, CallID: "call", How: c.how}); err != nil || entry != want || !of[conv][0].At.Equal(At(c.want).Time) {
			t.Errorf("%+v at %v, %v, want %+v at %v", entry, of[conv][0].At, err, want, c.want)
		}
	}
}

// Screens hear of what runs out by itself, once. Covers: IN-3, END-5.
func TestOverdue_IN_3_END_5(t *testing.T) {
	s := openStore(t)
	_, _, as := workspace(t, s, 3)
	set(t, s, as[0], AgentUpdate{DND: new(true), DNDUntil: new(At(now)), WrapUpUntil: new(At(now.Add(time.Hour))), WrapUpConversation: new("c")})
	set(t, s, as[1], AgentUpdate{WrapUpUntil: new(At(now)), DND: new(true)})
	set(t, s, as[2], AgentUpdate{DND: new(true)})
	var told []string
	s.OnCommit(func(cs []Change) {
		for _, c := range cs {
			told = append(told, c.EntityID)
		}
	})
	overdue := func() bool {
		t.Helper()
		found, err := s.Overdue(t.Context(), now)
		must(t, err)
		return found
	}
	if !overdue() {
		t.Error("nothing is overdue")
	}
	for range 2 {
		must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.EndOverdue(now) }))
	}
	if overdue() {
		t.Error("something is still overdue")
	}
	if slices.Sort(told); !slices.Equal(told, []string{as[0].ID, as[1].ID}) {
		t.Errorf("told of %v", told)
	}
	for i, want := range []struct{ dnd, wrapUp bool }{{false, true}, {true, false}, {true, false}} {
		if a := agentNow(t, s, as[i]); a.DND != want.dnd || a.WrapUpUntil.IsZero() == want.wrapUp || !a.DNDUntil.IsZero() {
			t.Errorf("agent %d: %+v", i, a.Agent)
		}
	}
}
