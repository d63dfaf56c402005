package call

import (
	"fmt"
	"strings"
	"testing"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
)

// led is a story whose call goes through the flow "f" of a text.
func led(t *testing.T, text string) *story {
	t.Helper()
	p, found := lang.Compile([]lang.File{{Name: "main.hcl", Text: []byte(text)}}, lang.World{})
	if p == nil {
		t.Fatalf("%v\n%s", found, text)
	}
	s := newStory(t)
	s.c.Program = p
	facts := flow.Facts{Callable: true, Caller: flow.Caller{Number: s.c.From}}.Merged(dialplan.Settings{Language: "en"}, true)
	s.c.Flow = &flow.State{Flow: "f", Facts: facts}
	s.c.Plan = facts.Settings.Plan()
	return s
}

// steps are the steps that the last input led to, with how.
func (s *story) steps() string {
	var all []string
	for _, e := range s.effects {
		if j, ok := e.(Journal); ok {
			if f, ok := j.Entry.(journal.FlowStep); ok {
				all = append(all, strings.TrimPrefix(f.By+" > ", " > ")+f.Step)
			}
		}
	}
	return strings.Join(all, ", ")
}

func (s *story) took(want string) *story {
	s.t.Helper()
	if got := s.steps(); got != want {
		s.t.Errorf("took %q, want %q", got, want)
	}
	return s
}

// parts are steps that bring a call into each state, named so; what takes the
// caller's doing leads on to next. No check would let their loops pass.
func parts(next string) []flow.Step {
	key := []flow.Key{{Key: "1", Go: next}}
	return []flow.Step{
		{Name: "greeting", Kind: flow.KindMenu, Menu: &flow.Menu{Sound: flow.Texts{"greeting"}, Wait: 5, Tries: 1, Keys: key, Otherwise: &flow.Go{Go: "missed"}}},
		{Name: "queued", Kind: flow.KindQueue, Queue: &flow.Queue{Keys: key}},
		{Name: "voicemail", Kind: flow.KindVoicemail, Voicemail: &flow.Voicemail{Sound: flow.Texts{"greeting"}, Then: next}},
		{Name: "survey", Kind: flow.KindSurvey, Survey: &flow.Survey{Sound: flow.Texts{"greeting"}, Wait: 5, Then: next}},
		{Name: "dialing", Kind: flow.KindTransfer, Transfer: &flow.Transfer{To: "+8221234567", Ring: 30, Failed: next}},
		{Name: "missed", Kind: flow.KindHangup, Hangup: &flow.Hangup{}},
		{Name: "ended", Kind: flow.KindHangup, Hangup: &flow.Hangup{}},
	}
}

// Every way of the table that flows take, there and on.
//
// Covers: DP-1, MISS-1, Q-2
func TestFlowsLeadFromEachStateToEach_DP_1_MISS_1_Q_2(t *testing.T) {
	for _, row := range flowRows() {
		t.Run(fmt.Sprintf("%s to %s", row.From, row.To), func(t *testing.T) { leads(t, row.From, row.To) })
	}
}

// leads takes a call to one state, and by its flow on to another.
func leads(t *testing.T, from, next State) {
	talked := from == Talking || from == Survey || next == Survey || next == Ended
	begin := string(from)
	switch {
	case from == "" && next == Queued: // nobody is there for the first queue
		begin = "first"
	case from == "":
		begin = string(next)
	case from == Ringing:
		begin = "queued"
	}
	start := begin
	if talked {
		start = "talk"
	}
	on := string(next)
	if from == Talking {
		begin = on
	}
	s := led(t, `flow "f" {
  numbers = ["1000"]
  start   = "a"
  hangup "a" {}
}`)
	f := &s.c.Program.Flows[0]
	f.Start = start
	f.Steps = append(parts(on),
		flow.Step{Name: "first", Kind: flow.KindQueue, Queue: &flow.Queue{On: []flow.On{{Event: "noOperator", Go: "queued"}}}},
		flow.Step{Name: "talk", Kind: flow.KindQueue, Queue: &flow.Queue{On: []flow.On{{Event: flow.Talked, Go: begin}}}})
	if talked {
		s.talked("a")
		if from != Talking {
			s.does("a", Leave)
		}
	} else {
		s.then(Arrived{Busy: from == Queued, Candidates: rings(from)})
	}
	switch from {
	case "":
	case Queued, Ringing:
		if talked {
			s.then(Offered{Busy: from == Queued, Candidates: ringsAgain(from)})
		}
		s.state(from).presses("1")
	case Greeting:
		s.state(from).presses("1")
	case Talking:
		s.does("a", Leave)
	case Voicemail:
		s.state(from).played().presses("#")
	case Survey:
		s.state(from).played().when()
	case Dialing:
		s.state(from).has("ForwardBegun{}").then(Forwardable{ID: s.c.Forwards[0].ID})
	}
	s.state(next)
	if next.Over() {
		s.has("hangup cust…")
	}
}

func rings(in State) []Candidate {
	if in == Ringing {
		return agents("a")
	}
	return nil
}

func ringsAgain(in State) []Candidate {
	if in == Ringing {
		return agents("b")
	}
	return nil
}

// A caller goes through a menu into a queue, where agents are offered the call as
// ever; the exits of the queue are the flow's.
//
// Covers: DP-1, IN-4, IN-6, MISS-1
func TestMenuToQueue_DP_1_IN_4_MISS_1(t *testing.T) {
	s := led(t, `flow "f" {
  numbers = ["1000"]
  start   = "menu"
  menu "menu" {
    sound = "greeting"
    key "1" { go = "queue" }
    otherwise { go = "queue" }
  }
  queue "queue" {
    team      = "care"
    automatic = true
    ring      = "15s"
    on "ringTimeOver" { go = "sorry" }
  }
  hangup "sorry" {
    sound = "unavailable"
    as    = "ringTimeOver"
  }
}`)
	s.then(Arrived{}).took("menu").state(Greeting).has("Answer{cust}", "Play{call-1 cust [en/greeting] false}")
	s.presses("7").took("").has("StopPlay{call-1}", "Play{call-2 cust [en/key-invalid en/greeting] false}")
	s.presses("1").took("key 1 > queue").state(Queued).has("StopPlay{call-2}", "Music{cust true}", "Seek{}").lacks("Answer{cust}")
	if s.c.Team() != "care" || !s.c.Plan.Automatic || s.c.Plan.RingSeconds != 15 || s.c.Rank == 0 {
		t.Errorf("waits with the plan %+v, rank %d", s.c.Plan, s.c.Rank)
	}
	s.presses("1").wants()
	answered := s.then(Offered{Candidates: agents("a")}).state(Ringing).fork()
	answered.then(engine.LegAnswered{Leg: leg("a")}).then(engine.LegJoined{Room: "call", Leg: "cust"}).state(Talking).presses("1").wants("journal customer.dtmf")
	answered.does("a", Leave).state(Ended).ended(Answered, ByAgent)
	s.when().has("hangup leg-a 19", "Seek{}").then(Offered{Tried: true}).took("on ringTimeOver > sorry").state(Greeting).has("Music{cust false}", "Play{call-3 cust [en/unavailable] false}")
	s.played().state(Missed).ended(WasMissed, BySystem)
	if s.c.MissedReason != dialplan.RingTimeOver {
		t.Errorf("missed for %s", s.c.MissedReason)
	}
}

// A flow that begins with a queue costs the caller nothing before an agent answers,
// as a call without one does.
//
// Covers: DP-1, IN-4
func TestQueueFirst_DP_1_IN_4(t *testing.T) {
	text := `flow "f" {
  numbers = ["1000"]
  start   = "open?"
  check "open?" {
    when {
      if = open()
      go = "queue"
    }
    else { go = "closed" }
  }
  queue "queue" {}
  hangup "closed" {}
}`
	s := led(t, text)
	if plan, ok := s.c.BeginsWithQueue(s.now); !ok || len(plan.Overflow) != 1 {
		t.Errorf("the plan is %+v, %v", plan, ok)
	}
	s.then(Arrived{Candidates: agents("a")}).took("open?, when > queue").state(Ringing).has("Ring{cust}").lacks("Answer{cust}", "Music…")
	s.then(engine.LegAnswered{Leg: leg("a")}).state(Talking).has("Answer{cust}")
	led(t, text).then(Arrived{}).state(Missed).has("hangup cust 19")
}

// A caller who hangs up in a flow has left, unless they were told why nobody
// helps (MISS-1). What they have keyed in is forgotten with the call.
//
// Covers: DP-1, MISS-1, SEC-1
func TestFlowIsForgotten_DP_1_MISS_1(t *testing.T) {
	text := `flow "f" {
  numbers = ["1000"]
  start   = "pin"
  input "pin" {
    sound  = "greeting"
    digits = "4"
    save   = "pin"
    secret = true
    then   = "closed"
  }
  hangup "closed" {
    sound = "closed"
    as    = "notInOperation"
  }
}`
	for digits, want := range map[string]dialplan.MissedReason{"12": dialplan.UserLeft, "1234": dialplan.NotInOperation} {
		s := led(t, text).then(Arrived{})
		for _, d := range digits {
			s.presses(string(d)).lacks("journal customer.dtmf")
		}
		s.then(hangsUp).state(Missed)
		if s.c.MissedReason != want || s.c.EndedBy != ByCustomer {
			t.Errorf("%s: missed for %s by %s", digits, s.c.MissedReason, s.c.EndedBy)
		}
		if data, err := s.c.Encode(); err != nil || strings.Contains(data, `"12`) || s.c.Flow.Vars != nil || s.c.Flow.Digits != "" {
			t.Errorf("kept: %s, %v", data, err)
		}
	}
}
