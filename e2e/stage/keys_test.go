package stage_test

import (
	"regexp"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/sounds"
	"ringdesk/dialplan"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/stage"
)

// While the recording is paused, time goes on in silence, and the digits of a
// card are written down nowhere. Keys go both ways.
func TestPauseRecording_CALL_2_CALL_7_END_6(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 1})
	c, a := s.Customer("Cora", "+821012340040"), s.Agents[0]
	id := s.Talk(c, a)
	s.AwaitRecorded(id)
	before := talking(t, c, a)
	a.Do(id, call.PauseRecording)
	paused := stretch{from: time.Now()}
	const card = "4929170"
	c.Press(t, card)
	stage.Await(t, "the keys arrive", stage.ActionTime, func() (bool, string) { return s.Count(id, "customer.dtmf") == len(card), "" })
	a.DoWith(id, call.Do{Action: call.SendDTMF, Digits: "58#"})
	stage.Await(t, "the agent's keys arrive", stage.ActionTime, func() (bool, string) { got := c.Phone().DTMF(); return got == "58#", got })
	stage.AllHear(t, &c.Party, &a.Party) // only the recording is silent
	paused.to = time.Now()
	a.Do(id, call.ResumeRecording)
	after := talking(t, c, a)
	c.Hangup()
	s.AwaitState(id, call.Ended)

	rec := s.Recording(id)
	rec.Holds(t, "before the pause", before.from, before.to, c.Hz, a.Hz)
	rec.Holds(t, "during the pause", paused.from, paused.to)
	rec.Holds(t, "after the pause", after.from, after.to, c.Hz, a.Hz)
	digits := regexp.MustCompile(`"[0-9*#]{1,7}"`) // ids and times are longer or are no strings
	for _, e := range s.Journal(id) {
		if found := digits.FindString(e.Data); found != "" {
			t.Errorf("the journal's %s tells digits: %s", e.Type, e.Data)
		}
	}
	if s.Count(id, "recording.paused") != 1 || s.Count(id, "recording.resumed") != 1 {
		t.Error("the journal does not tell of the pause")
	}
}

func TestVoicemail_Q_2_MISS_1(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Settings: dialplan.Settings{VoicemailOn: []string{"noOperator"}}})
	s.Prompt(sounds.VoicemailPrompt, time.Second)
	s.Prompt(sounds.Beep, 300*time.Millisecond)
	c := s.Customer("Cora", "+821012340041")
	c.Speak(false)
	c.Dial()
	c.HearsTones(t, stage.PromptHz)
	id := s.Newest(1)
	s.AwaitRecorded(id)
	c.Hears(t)
	from := time.Now()
	c.Speak(true)
	stage.Tones.Always(t, c.Name, c, from, time.Second)
	c.Press(t, "#")
	if ended := c.AwaitOver(t); ended.Local || ended.Method != "BYE" {
		t.Errorf("after the key the call ended by %+v", ended)
	}
	got := s.AwaitState(id, call.Missed)
	if got.MissedReason != dialplan.NoOperator || got.Outcome != call.WasMissed || !got.AnsweredAt.IsZero() {
		t.Errorf("the call was missed as %q, answered at %v", got.MissedReason, got.AnsweredAt)
	}
	rec := s.Recording(id)
	rec.Holds(t, "the message", from, from.Add(time.Second), c.Hz)
	rec.HoldsNot(t, "the message", stage.PromptHz)
}

// The grade counts however the customer's telephone sends keys.
func TestSurvey_Q_2(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string]phone.Keys{"events": phone.Events, "tones": phone.Tones} {
		t.Run(name, func(t *testing.T) { graded(t, keys) })
	}
}

func graded(t *testing.T, keys phone.Keys) {
	t.Parallel()
	yes := true
	s := stage.New(t, stage.Scene{Agents: 1, Settings: dialplan.Settings{Survey: &yes}})
	s.Prompt(sounds.SurveyQuestion, time.Second)
	s.Prompt(sounds.SurveyThanks, time.Second)
	c, a := s.Customer("Cora", "+821012340042"), s.Agents[0]
	c.Keys = keys
	id := s.Talk(c, a)
	a.Do(id, call.Leave)
	a.AwaitOver(t)
	c.HearsTones(t, stage.PromptHz)
	if got := s.Call(id); got.State != call.Survey || a.State().InCall {
		t.Errorf("the call is %s, the agent in it: %v", got.State, a.State().InCall)
	}
	c.Press(t, "9") // no grade
	c.Press(t, "4")
	if ended := c.AwaitOver(t); ended.Local || ended.Method != "BYE" {
		t.Errorf("after the grade the call ended by %+v", ended)
	}
	got := s.AwaitState(id, call.Ended)
	if got.Grade != 4 || got.Outcome != call.Answered || s.Count(id, "survey.answered") != 1 {
		t.Errorf("grade %d, outcome %q", got.Grade, got.Outcome)
	}
}

// A caller who waits presses a key, keeps the place, and is called back when
// an agent has accepted.
func TestCallback_Q_1_OUT_7(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 1, Settings: dialplan.Settings{CallbackKey: "1"}})
	s.Prompt(sounds.CallbackConfirmed, time.Second)
	first, second, a := s.Customer("Cora", "+821012340043"), s.Customer("Dan", "+821012340044"), s.Agents[0]
	s.Talk(first, a)
	second.Dial()
	second.HearsTones(t, stage.MusicHz)
	waiting := s.Newest(2)
	second.Press(t, "1")
	second.HearsTones(t, stage.PromptHz)
	if ended := second.AwaitOver(t); ended.Local || ended.Method != "BYE" {
		t.Errorf("after the announcement the call ended by %+v", ended)
	}
	if got := s.AwaitState(waiting, call.Missed); got.MissedReason != dialplan.Workflow {
		t.Errorf("the call was missed as %q", got.MissedReason)
	}
	back := s.Newest(3)
	if got := s.AwaitState(back, call.Queued); got.Direction != "outbound" || second.Rung() != 0 {
		t.Errorf("the callback is %s, and the customer's phone rang %d times", got.Direction, second.Rung())
	}

	first.Hangup()
	if got := a.Answer(t); got != back {
		t.Errorf("call %s rings the agent, want the callback %s", got, back)
	}
	second.AwaitRing(t)
	a.HearsTones(t, ringbackHz)
	number, _ := second.Ringing().From()
	if number != s.Number.Number {
		t.Errorf("the customer was called by %q", number)
	}
	second.Answer(t)
	stage.AllHear(t, &second.Party, &a.Party)
	second.Hangup()
	if got := s.AwaitState(back, call.Ended); got.Outcome != call.Answered || got.Out.Dials != 1 {
		t.Errorf("the callback ended as %q after %d dials", got.Outcome, got.Out.Dials)
	}
	row, err := s.Store().Call(t.Context(), s.Workspace, waiting)
	if err != nil || row.MissedHandledAt.IsZero() {
		t.Errorf("the missed call is not marked as handled: %v", err)
	}
}
