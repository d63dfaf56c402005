package call

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
)

var start = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// story plays inputs to one call, a second apart, and keeps what happened.
type story struct {
	t       *testing.T
	c       Call
	now     time.Time
	effects []Effect // of the last input
}

func newStory(t *testing.T) *story {
	return &story{t: t, now: start, c: Call{
		ID: "call", WorkspaceID: "ws", Kind: "phone", Direction: "inbound", StartedAt: start, Recorded: Recorded{RecordingID: "rec", Record: true},
		Plan:     dialplan.Plan{Language: "en", Overflow: []dialplan.Level{{Rounds: 1}}, RingSeconds: 20, QueueCalls: 200, QueueSeconds: 3600, BlockDays: 30},
		Customer: Customer{Party: Party{ID: "cust", Leg: "cust"}},
	}}
}

func agents(names ...string) []Candidate {
	var cs []Candidate
	for _, n := range names {
		cs = append(cs, Candidate{AgentID: n, AccountID: "acc-" + n, Name: n, Phone: "ph-" + n, Leg: engine.LegID("leg-" + n), PartyID: "p-" + n})
	}
	return cs
}

func (s *story) then(in Input) *story {
	s.now = s.now.Add(time.Second)
	s.step(in)
	return s
}

func (s *story) does(agent string, a Action) *story { return s.then(Do{AgentID: agent, Action: a}) }

// ringing and talking are the beginnings of most stories.
func ringing(t *testing.T, names ...string) *story {
	return newStory(t).then(Arrived{Candidates: agents(names...)})
}

func talking(t *testing.T, names ...string) *story {
	s := ringing(t, names...).then(engine.LegAnswered{Leg: engine.LegID("leg-" + names[0])})
	effects := s.effects
	s.c, _ = Step(s.c, engine.LegJoined{Room: "call", Leg: "cust"}, s.now)
	s.effects = effects
	return s
}

// did lists the last input's effects in short.
func (s *story) did() []string {
	var out []string
	for _, e := range s.effects {
		out = append(out, short(e))
	}
	return out
}

func (s *story) wants(want ...string) *story {
	s.t.Helper()
	if got := s.did(); !slices.Equal(got, want) {
		s.t.Errorf("effects:\n got %q\nwant %q", got, want)
	}
	return s
}

func (s *story) state(want State) *story {
	s.t.Helper()
	if s.c.State != want {
		s.t.Errorf("state %q, want %q", s.c.State, want)
	}
	return s
}

func (s *story) party(agent string, want PartyState) *story {
	s.t.Helper()
	if a, _ := s.c.Agent(agent); a.State != want {
		s.t.Errorf("agent %s is %q, want %q", agent, a.State, want)
	}
	return s
}

func (s *story) missed(want dialplan.MissedReason, by EndedBy) *story {
	s.t.Helper()
	s.state(Missed)
	if s.c.MissedReason != want || s.c.EndedBy != by {
		s.t.Errorf("missed for %q by %q, want %q by %q", s.c.MissedReason, s.c.EndedBy, want, by)
	}
	return s
}

func TestArrival_IN_5_IN_6_MISS_1(t *testing.T) {
	ringing(t, "a", "b").state(Ringing).party("a", PartyRinging).party("b", PartyRinging).
		wants("journal call.created", "journal agent.offered", "dial ph-a", "journal agent.offered", "dial ph-b", "Ring{cust}")
	newStory(t).then(Arrived{Busy: true}).state(Queued).
		wants("journal call.created", "journal call.queued", "Answer{cust}", "Music{cust true}")
	newStory(t).then(Arrived{}).missed(dialplan.NoOperator, BySystem).
		wants("journal call.created", "hangup cust 19", "journal call.ended")
}

func TestFirstAnswerWins_IN_11(t *testing.T) {
	s := talking(t, "b", "a", "c").state(Talking).party("b", PartyJoined).party("a", PartyTaken).party("c", PartyTaken)
	s.wants("journal call.answered", "Occupy{acc-b}", "Took{b}", "Answer{cust}", "CreateRoom{call}", "Join{call leg-b}", "Join{call cust}",
		"journal agent.taken", "hangup leg-a 26", "Free{acc-a}", "journal agent.taken", "hangup leg-c 26", "Free{acc-c}",
		"RecordingOpened{}", "TrackOpened p-b-1", "Record{p-b-1 leg-b call/p-b-1 0s}", "TrackOpened cust-1", "Record{cust-1 cust call/cust-1 0s}")
	s.then(engine.LegAnswered{Leg: "leg-a"}).wants("hangup leg-a 16") // answered in the same moment
	s.party("a", PartyTaken).party("b", PartyJoined)
}

func TestQueuedCallIsOfferedAndConnected_IN_6(t *testing.T) {
	s := newStory(t).then(Arrived{Busy: true}).then(Offered{Candidates: agents("a")}).state(Ringing).
		wants("journal agent.offered", "dial ph-a")
	s.then(engine.LegAnswered{Leg: "leg-a"}).state(Talking)
	if did := s.did(); !slices.Contains(did, "Music{cust false}") || slices.Contains(did, "Answer{cust}") {
		t.Errorf("the waiting music must stop, and the caller is answered already: %q", did)
	}
}

func TestMissed_MISS_1(t *testing.T) {
	ringing(t, "a").then(engine.LegEnded{Leg: "cust", Cause: 16}).missed(dialplan.UserLeft, ByCustomer).party("a", PartyMissed)
	newStory(t).then(Arrived{Busy: true}).then(engine.LegEnded{Leg: "cust"}).missed(dialplan.UserLeft, ByCustomer)
	ringing(t, "a", "b").does("a", Decline).state(Ringing).does("b", Decline).state(Ringing).
		wants("journal agent.declined", "hangup leg-b 21", "Free{acc-b}", "Seek{}").
		then(Offered{Tried: true}).missed(dialplan.RingTimeOver, BySystem).party("a", PartyDeclined)
	ringing(t, "a").then(engine.LegEnded{Leg: "leg-a", Cause: engine.CauseRejected}).then(Offered{Tried: true}).
		missed(dialplan.RingTimeOver, BySystem).party("a", PartyDeclined)

	// A phone that was lost is no refusal: the call goes on for its ring time.
	for _, lost := range []Input{engine.LegEnded{Leg: "leg-a", Cause: engine.CauseAbsent},
		Failed{Command: Dial{Agent: Agent{Party: Party{Leg: "leg-a"}}}, Kind: engine.KindRefused}} {
		l := ringing(t, "a").then(lost).state(Ringing).party("a", PartyMissed).wants("journal agent.missed", "Free{acc-a}")
		l.now = l.c.Deadline()
		l.then(Tick{}).wants("Seek{}").state(Ringing)
		back := *l
		back.then(Offered{Candidates: agents("a")}).then(engine.LegAnswered{Leg: "leg-a"})
		l.now = l.c.RingUntil
		l.then(Tick{}).missed(dialplan.RingTimeOver, BySystem)
	}

	s := ringing(t, "a").then(Tick{}).state(Ringing) // too early
	s.now = start.Add(21 * time.Second)
	s.then(Tick{}).missed(dialplan.RingTimeOver, BySystem).
		wants("journal agent.missed", "hangup leg-a 19", "Free{acc-a}", "hangup cust 19", "journal call.ended")

	q := newStory(t).then(Arrived{Busy: true})
	q.now = start.Add(time.Hour)
	q.then(Tick{}).state(Greeting).wants("Music{cust false}", "Play{call-1 cust [en/unavailable] false}").
		then(engine.PlaybackEnded{Playback: "call-1"}).missed(dialplan.AbandonedInQueue, BySystem)
	h := newStory(t).then(Arrived{Busy: true})
	h.now = start.Add(time.Hour)
	h.then(Tick{}).then(engine.LegEnded{Leg: "cust", Cause: 16}).missed(dialplan.AbandonedInQueue, ByCustomer) // the first that applies
}

func TestHold_HOLD_1_HOLD_2(t *testing.T) {
	s := talking(t, "a").does("a", PutHold).wants("journal call.held", "HoldLeg{call cust}")
	if s.c.Hold == nil || s.c.Hold.Name != "a" || !s.c.Hold.Since.Equal(s.now) {
		t.Errorf("hold is %+v", s.c.Hold)
	}
	s.does("a", PutHold).wants() // twice is once
	s.does("a", Release).wants("journal call.released", "UnholdLeg{call cust}")
	s.does("a", Release).wants()

	v := talking(t, "a")
	v.c.Kind = "voice"
	v.does("a", PutHold).wants("Refused{Only phone calls can be put on hold.}")

	f := talking(t, "a").does("a", PutHold).then(Failed{Command: HoldLeg{Room: "call", Leg: "cust"}, Kind: engine.KindTimeout}).
		wants("journal command.failed", "journal call.released", "UnholdLeg{call cust}")
	if f.c.Hold != nil {
		t.Error("a hold that failed is still shown")
	}
}

func TestMute_CALL_4(t *testing.T) {
	s := talking(t, "a").does("a", Mute).wants("journal agent.muted", "MuteLeg{leg-a true}")
	s.does("a", Mute).wants()
	s.does("a", Unmute).wants("journal agent.unmuted", "MuteLeg{leg-a false}")
}

func TestDTMF_CALL_2_CALL_7(t *testing.T) {
	s := talking(t, "a").then(Do{AgentID: "a", Action: SendDTMF, Digits: "1234#"}).
		wants("journal agent.dtmf", "PlayDigits{cust 1234#}")
	if data, err := journal.Encode(entry[journal.AgentDTMF](s)); err != nil || strings.Contains(data, "1234") {
		t.Errorf("digits are in the journal: %s, %v", data, err)
	}
	s.then(Do{AgentID: "a", Action: SendDTMF, Digits: "12x"}).wants("Refused{Digits can be 0-9, *, # and A-D.}")
}

func TestLeavingAndEnding_CALL_6(t *testing.T) {
	talking(t, "a").does("a", Leave).state(Ended).party("a", PartyLeft).
		wants("journal agent.left", "hangup leg-a 16", "Free{acc-a}", "hangup cust 16", "DestroyRoom{call}", "journal call.ended")
	s := talking(t, "a").does("a", EndCall).state(Ended)
	if s.c.EndedBy != ByAgent {
		t.Errorf("ended by %q", s.c.EndedBy)
	}
	s = talking(t, "a").then(engine.LegEnded{Leg: "cust"}).state(Ended)
	if s.c.EndedBy != ByCustomer {
		t.Errorf("ended by %q", s.c.EndedBy)
	}
	// The browser's BYE is the same as leaving.
	talking(t, "a").then(engine.LegEnded{Leg: "leg-a", Cause: 16}).state(Ended).party("a", PartyLeft)
}

func TestCommandsOfOthersAreRefused(t *testing.T) {
	talking(t, "a", "b").does("b", PutHold).wants("Refused{You are not in this call.}")
	talking(t, "a").does("stranger", EndCall).wants("Refused{You are not in this call.}")
	ringing(t, "a").does("a", PutHold).wants("Refused{Answer the call first.}")
	talking(t, "a").does("a", Decline).wants("Refused{You have answered this call already: leave it instead.}")
	talking(t, "a").does("a", "fly").wants("Refused{ringdesk does not know this action.}")
	talking(t, "a").does("a", EndCall).does("a", Mute).wants("Refused{You are not in this call.}")
}

func TestDrain_END_6(t *testing.T) {
	s := talking(t, "a").
		then(engine.RecordingStarted{Recording: "p-a-1", At: start}).wants("TrackStarted p-a-1").
		does("a", EndCall).
		then(engine.LegEnded{Leg: "leg-a"}).wants().
		then(engine.LegEnded{Leg: "cust"}).wants().
		then(engine.RecordingEnded{Recording: "p-a-1"}).wants("TrackClosed p-a-1").
		then(engine.RecordingEnded{Recording: "cust-1"}).wants("TrackClosed cust-1", "Drained{}")
	if !s.c.Drained() || !s.c.Deadline().IsZero() {
		t.Error("not drained")
	}
	stuck := talking(t, "a").does("a", EndCall)
	stuck.now = stuck.c.DrainUntil
	stuck.then(Tick{}).wants("journal call.leftovers", "hangup cust 16", "TrackClosed cust-1", "hangup leg-a 16", "TrackClosed p-a-1", "Drained{}")
}

func TestEngineFailures(t *testing.T) {
	talking(t, "a").then(Failed{Command: Join{Leg: "cust"}, Kind: engine.KindRefused}).state(Ended)
	talking(t, "a").then(Failed{Command: Join{Leg: "cust"}, Kind: engine.KindGone}).state(Talking).wants()
	talking(t, "a").then(Failed{Command: Join{Leg: "cust"}, Kind: engine.KindUnreachable}).state(Talking).wants()
	talking(t, "a").does("a", EndCall).then(Failed{Command: Hangup{Leg: "cust", Cause: 16}, Kind: engine.KindTimeout}).wants("hangup cust 16")
	talking(t, "a").does("a", Mute).does("a", Unmute).then(Failed{Command: MuteLeg{Leg: "leg-a"}, Kind: engine.KindTimeout}).
		wants("journal command.failed", "MuteLeg{leg-a true}")
	ringing(t, "a").then(Failed{Command: Ring{Leg: "cust"}, Kind: engine.KindGone}).missed(dialplan.UserLeft, ByCustomer)
	talking(t, "a").then(Failed{Command: Record{ID: "cust-1"}, Kind: engine.KindTimeout}).state(Talking).
		wants("StopRecord{cust-1}", "TrackClosed cust-1", "journal recording.failed")
}

func TestUnknownInputsChangeNothing(t *testing.T) {
	for _, in := range []Input{nil, 7, engine.LegAnswered{Leg: "x"}, engine.LegEnded{Leg: "x"}, engine.RecordingEnded{Recording: "x"},
		Tick{}, engine.LinkDown{}, Arrived{}} {
		s := talking(t, "a")
		before := s.c
		s.then(in).wants()
		if !reflect.DeepEqual(before, s.c) {
			t.Errorf("%T changed the call", in)
		}
	}
}
