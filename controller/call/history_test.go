package call

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"pgregory.net/rapid"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
	"ringdesk/testkit/flowgen"
)

// world is what a history of effects must mean for the engine and the store.
type world struct {
	dialled map[engine.LegID]bool
	hungUp  map[engine.LegID]bool
	claims  map[string]int
	offers  int // ids of offers made
	ended   int
	first   int // call.answered that is not "again"
	open    map[engine.RecordingID]bool
	closed  map[engine.RecordingID]int
	room    bool
	charged int // OutboundEnded
	// forwards are numbers outside that were asked for, and are not over.
	forwards map[string]bool
	begun    int
}

func newWorld() *world {
	return &world{dialled: map[engine.LegID]bool{"cust": true}, hungUp: map[engine.LegID]bool{}, claims: map[string]int{},
		open: map[engine.RecordingID]bool{}, closed: map[engine.RecordingID]int{}, forwards: map[string]bool{}}
}

// offer claims an agent, if they are free, and makes a candidate with new ids.
func (w *world) offer(name string) *Candidate {
	acc := "acc-" + name
	if w.claims[acc] > 0 {
		return nil
	}
	w.claims[acc]++
	return w.candidate(name)
}

func (w *world) candidate(name string) *Candidate {
	w.offers++
	n := string(rune('0'+w.offers/10%10)) + string(rune('0'+w.offers%10))
	return &Candidate{AgentID: name, AccountID: "acc-" + name, Name: name, Phone: "ph-" + name,
		Leg: engine.LegID("leg-" + name + n), PartyID: "p-" + name + n}
}

// apply takes a step's effects. Nothing may be asked of a leg before it was
// made, and a track is opened and closed once.
func (w *world) apply(t *rapid.T, effects []Effect) {
	for _, e := range effects {
		if cmd, ok := e.(Command); ok {
			w.command(t, cmd)
		}
		switch e := e.(type) {
		case ForwardBegun:
			w.begun++
			w.forwards[fmt.Sprintf("call-forward%d", w.begun)] = true
		case Free:
			w.claims[e.AccountID] = max(0, w.claims[e.AccountID]-1) // a silent offer has no claim
		case TrackOpened:
			if w.open[e.ID] || w.closed[e.ID] > 0 {
				t.Fatalf("track %s is opened twice", e.ID)
			}
			w.open[e.ID] = true
		case TrackClosed:
			w.closed[e.ID]++
			if !w.open[e.ID] {
				t.Fatalf("track %s is closed %d times", e.ID, w.closed[e.ID])
			}
			delete(w.open, e.ID)
		case OutboundEnded:
			w.charged++
		case ForwardOver:
			if !w.forwards[e.ID] {
				t.Fatalf("%s is over, and was not begun, or twice", e.ID)
			}
			delete(w.forwards, e.ID)
		case Journal:
			switch e := e.Entry.(type) {
			case journal.CallAnswered:
				if e.First() {
					w.first++
				}
			case journal.CallEnded:
				w.ended++
			}
		}
	}
}

func (w *world) command(t *rapid.T, cmd Command) {
	switch cmd := cmd.(type) {
	case Dial:
		if w.dialled[cmd.Agent.Leg] {
			t.Fatalf("leg %s is dialled twice", cmd.Agent.Leg)
		}
		w.dialled[cmd.Agent.Leg] = true
	case DialOut:
		if w.dialled[cmd.Leg] {
			t.Fatalf("leg %s is dialled twice", cmd.Leg)
		}
		w.dialled[cmd.Leg] = true
	case DialForward:
		if w.dialled[cmd.Leg] {
			t.Fatalf("leg %s is dialled twice", cmd.Leg)
		}
		w.dialled[cmd.Leg] = true
	case Hangup:
		w.hungUp[cmd.Leg] = true
	case CreateRoom:
		w.room = true
	case DestroyRoom:
		w.room = false
	}
	if leg := cmd.leg(); leg != "" && !w.dialled[leg] {
		t.Fatalf("%s is about leg %s, which is not made yet", CommandName(cmd), leg)
	}
}

// drawStory draws a call's beginning: inbound with any plan, outbound, or a
// callback.
func drawStory(t *rapid.T, w *world) (*story, Input) {
	s := newStory(nil)
	drawPlan(t, &s.c.Plan)
	s.c.Record = rapid.Bool().Draw(t, "record")
	switch rapid.IntRange(0, 5).Draw(t, "begin") {
	case 0:
		s.outbound("t1", "t2")
		s.c.MissedCallID = rapid.SampledFrom([]string{"", "missed"}).Draw(t, "answers")
		s.c.Plan.Refuse, s.c.Plan.Say = "", nil
		return s, Placed{Candidate: *w.offer("a")}
	case 1:
		s.outbound("t1", "t2")
		s.c.Plan.Refuse, s.c.Plan.Say = "", nil
		s.c.Out.Callback = &Callback{From: "asked", Rank: 7}
		return s, AskedBack{}
	}
	if rapid.IntRange(0, 2).Draw(t, "flow") > 0 {
		return drawFlow(t, w, s)
	}
	s.c.From = rapid.SampledFrom([]string{"", "+821012345678"}).Draw(t, "from")
	if s.c.Plan.Refuse != "" || len(s.c.Plan.Say) > 0 {
		return s, Arrived{}
	}
	return s, Arrived(drawFound(t, w))
}

// programs are checked flows of all kinds, compiled once.
var programs = sync.OnceValue(func() (all []*flow.Program) {
	for seed := range uint64(60) {
		p, found := lang.Compile([]lang.File{{Name: "main.hcl", Text: []byte(flowgen.Text(seed))}}, lang.World{})
		if p == nil {
			panic(found)
		}
		all = append(all, p)
	}
	return all
})

// drawFlow draws an inbound call that goes through a flow.
func drawFlow(t *rapid.T, w *world, s *story) (*story, Input) {
	s.c.Program = rapid.SampledFrom(programs()).Draw(t, "program")
	facts := flowgen.Facts(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "facts"), 1)))
	s.c.From = facts.Caller.Number
	s.c.Flow = &flow.State{Flow: s.c.Program.FlowOf(flowgen.Number).Name, Facts: facts}
	s.c.Plan = facts.Settings.Plan()
	if plan, queue := s.c.BeginsWithQueue(s.now); queue {
		s.c.Plan = plan
		return s, Arrived(drawFound(t, w))
	}
	return s, Arrived{}
}

// drawForFlow draws an answer to what a flow has asked for, or one that comes late.
func drawForFlow(t *rapid.T, c *Call) Input {
	id := c.Flow.Asked - rapid.IntRange(0, 1).Draw(t, "late")
	switch c.Flow.Phase {
	case flow.Fetching:
		return Fetched{ID: id, OK: rapid.Bool().Draw(t, "ok"), JSON: map[string]any{"tier": 3.0}}
	case flow.Counting:
		return Counted{ID: id, Figures: map[string]flow.Figures{"support": {Waiting: 3}}}
	case flow.Dialling:
		var trunks []string
		if rapid.Bool().Draw(t, "allowed") {
			trunks = []string{"t1", "t2"}
		}
		return Forwardable{ID: c.Forwards[len(c.Forwards)-1].ID, Routes: routes(trunks...), Seconds: 30}
	}
	return Resumed{}
}

func drawPlan(t *rapid.T, p *dialplan.Plan) {
	flag := func(name string) bool { return rapid.Bool().Draw(t, name) }
	p.Automatic, p.Survey, p.Monitored, p.JoinMuted = flag("automatic"), flag("survey"), flag("monitored"), flag("joinMuted")
	p.Refuse = rapid.SampledFrom([]dialplan.MissedReason{"", "", "", "", "blockedUser", "notInOperation"}).Draw(t, "refuse")
	if p.Refuse != "blockedUser" && (p.Refuse != "" || flag("greeting")) {
		p.Say = []string{"en/greeting"}
	}
	p.Overflow = rapid.SampledFrom([][]dialplan.Level{{{Rounds: 1}}, {{Team: "x", Rounds: 2}, {Rounds: 1}}}).Draw(t, "levels")
	p.QueueSeconds = rapid.SampledFrom([]int{10, 3600}).Draw(t, "queueSeconds")
	p.AnnounceSeconds = rapid.SampledFrom([]int{0, 10}).Draw(t, "announce")
	p.CallbackKey, p.VoicemailKey, p.VoicemailSeconds = "1", "2", 20
	p.WrapUpSeconds = rapid.SampledFrom([]int{0, 30}).Draw(t, "wrapUp")
	p.VoicemailOn = rapid.SampledFrom([][]string{nil, {"noOperator", "ringTimeOver", "abandonedInQueue", "notInOperation"}}).Draw(t, "voicemailOn")
}

var people = []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"}

func drawFound(t *rapid.T, w *world) Found {
	found := Found{Busy: rapid.Bool().Draw(t, "busy"), Tried: rapid.Bool().Draw(t, "tried"), Waiting: rapid.SampledFrom([]int{0, 200}).Draw(t, "waiting")}
	for range rapid.IntRange(0, 2).Draw(t, "candidates") {
		if c := w.offer(rapid.SampledFrom(people).Draw(t, "candidate")); c != nil {
			found.Candidates = append(found.Candidates, *c)
		}
	}
	return found
}

// drawDo draws an action, with its target claimed where it needs one.
func drawDo(t *rapid.T, c *Call, w *world) Do {
	actions := []Action{Decline, Mute, Unmute, PutHold, Release, Leave, Rejoin, EndCall, SendDTMF, Invite, Invite, CancelInvite, Transfer, Transfer, Assign,
		Listen, Whisper, Barge, Unlisten, PauseRecording, ResumeRecording, AskHelp, HelpDone, Warn, TurnAway, "fly"}
	do := Do{AgentID: rapid.SampledFrom(people).Draw(t, "who"), Action: rapid.SampledFrom(actions).Draw(t, "action"),
		Digits: rapid.SampledFrom([]string{"1", "", "x"}).Draw(t, "digits"), Supervisor: rapid.Bool().Draw(t, "supervisor")}
	if do.Fetches() == "" && do.Action != Invite && do.Action != Transfer && do.Action != Assign {
		return do
	}
	if do.Action == Invite || do.Action == Transfer || do.Action == Assign {
		do.Target = rapid.SampledFrom(people).Draw(t, "target")
	}
	if do.Action == Transfer && rapid.Bool().Draw(t, "toTeam") {
		do.Target, do.Team = "", "x"
	}
	id := do.Fetches()
	if id == "" || c.Present(id) >= 0 {
		return do
	}
	if do.Action == Assign && rapid.IntRange(0, 3).Draw(t, "silent") == 0 {
		do.Candidate = w.candidate(id)
		do.Candidate.Silent = true
		return do
	}
	if do.Candidate = w.offer(id); do.Candidate == nil {
		do.Why = cannot("busy")
	}
	return do
}

// drawEngine draws an event of the engine, mostly about the call's own legs.
func drawEngine(t *rapid.T, c *Call) Input {
	legs := append([]engine.LegID{"cust", "nobody"}, c.Legs()...)
	leg := rapid.SampledFrom(legs).Draw(t, "leg")
	recs := []engine.RecordingID{"none"}
	for _, p := range (&step{c: *c}).parties() {
		for _, tr := range p.Tracks {
			recs = append(recs, tr.ID)
		}
	}
	rec := rapid.SampledFrom(recs).Draw(t, "rec")
	switch rapid.IntRange(0, 9).Draw(t, "event") {
	case 0, 1, 2:
		return engine.LegAnswered{Leg: leg}
	case 3:
		return engine.LegEnded{Leg: leg, Cause: rapid.SampledFrom([]engine.Cause{16, 17, 19, 20, 21, 41, 127}).Draw(t, "cause")}
	case 4:
		return engine.LegJoined{Leg: leg, Room: "call"}
	case 5:
		return engine.LegRinging{Leg: leg, Media: rapid.Bool().Draw(t, "media")}
	case 6:
		return engine.RecordingStarted{Recording: rec, At: start}
	case 7:
		return engine.RecordingEnded{Recording: rec, At: start}
	case 8:
		return engine.DTMF{Leg: leg, Digit: rapid.SampledFrom([]string{"1", "2", "5", "#"}).Draw(t, "digit")}
	default:
		id := engine.PlaybackID("none")
		if c.Prompt != nil {
			id = c.Prompt.ID
		}
		return engine.PlaybackEnded{Playback: id}
	}
}

// drawFailed fails any command about any leg.
func drawFailed(t *rapid.T, c *Call) Input {
	leg := rapid.SampledFrom(append([]engine.LegID{c.Customer.Leg}, c.Legs()...)).Draw(t, "leg")
	var rec engine.RecordingID = "none"
	if n := len(c.Customer.Tracks); n > 0 {
		rec = c.Customer.Tracks[n-1].ID
	}
	cmds := []Command{Ring{leg}, Answer{leg}, CreateRoom{"call"}, DestroyRoom{"call"}, Join{"call", leg}, JoinEarly{"call", leg}, Part{"call", leg}, HoldLeg{"call", leg},
		UnholdLeg{"call", leg}, MuteLeg{leg, true}, MuteLeg{leg, false}, Music{leg, true}, PlayDigits{leg, "1"}, Monitor{Leg: leg}, StopPlay{"x"},
		Record{ID: rec, Leg: leg}, StopRecord{rec}, Mask{rec, true}, Dial{Agent{Party: Party{Leg: leg}}}, Hangup{Leg: leg, Cause: 16}}
	if c.Direction == "outbound" && leg == c.Customer.Leg {
		cmds = append(cmds, DialOut{Leg: leg})
	}
	if c.Prompt != nil {
		cmds = append(cmds, Play{ID: c.Prompt.ID, Leg: leg})
	}
	return Failed{Command: rapid.SampledFrom(cmds).Draw(t, "command"), Kind: rapid.SampledFrom(kinds).Draw(t, "kind")}
}

func drawSnapshot(t *rapid.T, c *Call, w *world) Input {
	snap := engine.Snapshot{Legs: map[engine.LegID]engine.LegState{}, Rooms: map[engine.RoomID][]engine.LegID{}, Recordings: map[engine.RecordingID]bool{}}
	for _, p := range (&step{c: *c}).parties() {
		if w.dialled[p.Leg] && rapid.IntRange(0, 3).Draw(t, "there") > 0 {
			snap.Legs[p.Leg] = engine.LegState{Answered: rapid.Bool().Draw(t, "answered"), Room: rapid.SampledFrom([]engine.RoomID{"", "call"}).Draw(t, "room")}
		}
		for _, tr := range p.Tracks {
			snap.Recordings[tr.ID] = rapid.Bool().Draw(t, "running")
		}
	}
	for _, f := range c.Forwards {
		if w.dialled[f.Leg] && rapid.Bool().Draw(t, "outside") {
			snap.Legs[f.Leg] = engine.LegState{Answered: rapid.Bool().Draw(t, "answers")}
		}
	}
	if rapid.Bool().Draw(t, "room") {
		snap.Rooms["call"] = nil
	}
	return Reconcile{Snapshot: snap}
}

// drawInput picks anything that could come, sensible or not.
func drawInput(t *rapid.T, s *story, w *world) Input {
	c := &s.c
	if c.Flow != nil && c.Flow.Phase != "" && rapid.IntRange(0, 4).Draw(t, "for the flow") == 0 {
		return drawForFlow(t, c)
	}
	switch rapid.IntRange(0, 13).Draw(t, "input") {
	case 0, 1, 2, 3:
		return drawEngine(t, c)
	case 4, 5, 6:
		return drawDo(t, c, w)
	case 7:
		if d := c.Deadline(); !d.IsZero() && d.After(s.now) {
			s.now = d
		}
		return Tick{}
	case 8:
		return drawFailed(t, c)
	case 9:
		return drawSnapshot(t, c, w)
	case 10, 11:
		return drawOffered(t, c, w)
	case 12:
		who := rapid.SampledFrom(people).Draw(t, "account")
		return rapid.SampledFrom([]Input{Away{AccountID: "acc-" + who}, WentTo{AccountID: "acc-" + who}, Revoked{Phone: "ph-" + who},
			Revoked{AgentID: who}}).Draw(t, "gone")
	default:
		return rapid.SampledFrom([]Input{nil, Located{Ahead: 1, Wait: time.Minute}, Barred{}, Arrived{}, AskedBack{}, engine.LinkDown{}}).Draw(t, "other")
	}
}

// drawOffered looks for agents as the exchange does: for new phones of those
// who are there, else for those who are free.
func drawOffered(t *rapid.T, c *Call, w *world) Input {
	if c.State.Over() {
		return nil
	}
	if len(c.Agents) > 0 && rapid.Bool().Draw(t, "moved") {
		id := c.Agents[rapid.IntRange(0, len(c.Agents)-1).Draw(t, "agent")].AgentID
		if i := c.Present(id); i >= 0 && !c.Agents[i].AutoAnswer && !c.Agents[i].Silent() {
			if !c.Agents[i].AwaySince.IsZero() && !c.Agents[i].Gone && rapid.Bool().Draw(t, "back") {
				return Offered{Back: []string{id}}
			}
			return Offered{Candidates: []Candidate{*w.candidate(id)}}
		}
	}
	if !c.Waits() || c.RingsOne() {
		return nil
	}
	return Offered(drawFound(t, w))
}
