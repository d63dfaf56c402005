package stage_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/presence"
	"ringdesk/controller/sounds"
	"ringdesk/dialplan"
	"ringdesk/testkit/stage"
)

func TestSupervisor_CALL_7(t *testing.T) {
	t.Parallel()
	yes := true
	s := stage.New(t, stage.Scene{Agents: 2, Settings: dialplan.Settings{Greeting: sounds.GreetingRecorded, Monitored: &yes}})
	s.Prompt(sounds.GreetingRecorded, time.Second)
	c, a, boss := s.Customer("Cora", "+821012340030"), s.Agents[0], s.Agents[1]
	boss.Change(presence.Change{NotifyUnassigned: new(false)})
	boss.AutoAnswer(true)
	c.Dial()
	c.HearsTones(t, stage.PromptHz) // the announcement that covers it
	id := a.Answer(t)
	stage.AllHear(t, &c.Party, &a.Party)

	supervise := func(action call.Action) { boss.DoWith(id, call.Do{Action: action, Supervisor: true}) }
	supervise(call.Listen)
	boss.Hears(t, &c.Party, &a.Party)
	a.Hears(t, &c.Party)
	c.Hears(t, &a.Party)

	supervise(call.Whisper)
	from := a.Hears(t, &c.Party, &boss.Party)
	c.Hears(t, &a.Party)
	boss.Hears(t, &c.Party, &a.Party)
	whispered := stretch{from, time.Now()}

	supervise(call.Barge)
	stage.AllHear(t, &c.Party, &a.Party, &boss.Party)
	boss.Do(id, call.Leave)
	boss.AwaitOver(t)
	stage.AllHear(t, &c.Party, &a.Party)
	c.Hangup()
	s.Recording(id).Holds(t, "while the supervisor whispered", whispered.from, whispered.to, c.Hz, a.Hz)
}

// Nobody may listen where the announcement does not say so, nor may those who
// are no supervisors.
func TestSupervisorRefused_CALL_7(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 2})
	c, a, boss := s.Customer("Cora", "+821012340031"), s.Agents[0], s.Agents[1]
	boss.Change(presence.Change{NotifyUnassigned: new(false)})
	boss.AutoAnswer(true)
	id := s.Talk(c, a)
	for _, do := range []call.Do{
		{Action: call.Listen, Supervisor: true}, {Action: call.Whisper, Supervisor: true}, {Action: call.Barge, Supervisor: true}, {Action: call.Listen},
	} {
		var refused *stage.Failure
		if err := boss.Try(id, do); !errors.As(err, &refused) || refused.Kind != "refused" {
			t.Errorf("%s: %v", do.Action, err)
		}
	}
	stage.AllHear(t, &c.Party, &a.Party)
	if boss.Rung() != 0 || slices.ContainsFunc(s.Call(id).Agents, func(p call.Agent) bool { return p.AgentID == boss.ID }) {
		t.Errorf("the supervisor's phone rang %d times", boss.Rung())
	}
	c.Hangup()
}

func TestProtection_CALL_7_MISS_1(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 1, Settings: dialplan.Settings{BlockDays: 3}})
	s.Prompt(sounds.Warning, time.Second)
	s.Prompt(sounds.Closing, 1500*time.Millisecond)
	c, a := s.Customer("Cora", "+821012340032"), s.Agents[0]
	id := s.Talk(c, a)
	a.Do(id, call.Warn)
	c.HearsTones(t, stage.PromptHz)
	stage.AllHear(t, &c.Party, &a.Party) // the talk goes on

	a.Do(id, call.TurnAway)
	a.AwaitOver(t)
	c.HearsTones(t, stage.PromptHz)
	if ended := c.AwaitOver(t); ended.Local || ended.Method != "BYE" {
		t.Errorf("the customer was disconnected by %+v", ended)
	}
	ended := s.AwaitState(id, call.Ended)
	if !ended.TurnedAway || ended.Outcome != call.Answered {
		t.Errorf("the call ended as %q, turned away: %v", ended.Outcome, ended.TurnedAway)
	}
	tags, err := s.Store().TagsOf(t.Context(), []string{ended.ConversationID})
	if err != nil || !slices.Equal(tags[ended.ConversationID], []string{"abusive"}) {
		t.Errorf("tags %v, %v", tags, err)
	}
	blocks, err := s.Store().Blocks(t.Context(), s.Workspace, time.Now())
	if err != nil || len(blocks) != 1 || blocks[0].Number != c.Number || blocks[0].UntilAt.Sub(time.Now().AddDate(0, 0, 3)).Abs() > time.Minute {
		t.Errorf("blocks %+v, %v", blocks, err)
	}

	c.Dial()
	if code := c.AwaitFinal(); code != 403 && code != 603 {
		t.Errorf("the blocked caller got %d", code)
	}
	next := s.AwaitState(s.Newest(2), call.Missed)
	if next.MissedReason != dialplan.BlockedUser || a.Rung() != 1 {
		t.Errorf("the next call was missed as %q; the agent's phone rang %d times", next.MissedReason, a.Rung())
	}
	conv, err := s.Store().Conversation(t.Context(), s.Workspace, next.ConversationID)
	if err != nil || conv.State != "missed" || conv.MissedReason != string(dialplan.BlockedUser) {
		t.Errorf("its conversation is %+v, %v", conv, err)
	}
}
