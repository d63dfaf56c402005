package call

import (
	"slices"
	"strconv"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/sounds"
)

// placed begins an agent's outbound call: their own browser is dialled first and
// answers by itself, then the customer is (OUT-2, OUT-3).
func (s *step) placed(c Candidate) {
	if s.c.State != "" {
		s.emit(Free{AccountID: c.AccountID})
		return
	}
	s.created()
	s.enter(Dialing)
	a := newAgent(c, s.now)
	a.State, a.JoinedAt, a.Redial = PartyJoined, s.now, true
	s.c.Agents = append(s.c.Agents, a)
	s.emit(Occupy{AccountID: a.AccountID})
	s.emit(Dial{Agent: a})
}

// askedBack begins a callback: it waits in the caller's place, without the
// caller.
func (s *step) askedBack() {
	if s.c.State != "" {
		return
	}
	s.created()
	s.enter(Queued)
	s.c.Rank = s.c.Out.Callback.Rank
	s.queued()
	s.journal("call.queued", map[string]any{"callback": true, "team": s.c.Team()})
	s.seekNow()
}

// callable says whether the customer could be called back: they have called,
// and their number is not withheld.
func (s *step) callable() bool { return s.c.From != "" && s.c.Direction == "inbound" }

// askForCallback ends the wait of a caller who would rather be called back.
func (s *step) askForCallback() {
	if !s.callable() {
		return
	}
	s.journal("callback.asked", nil)
	s.emit(CallBack{Rank: s.c.Rank})
	s.announce("callback", []string{s.sound(sounds.CallbackConfirmed)})
	s.c.Pending, s.c.Rank = Workflow, 0
}

// callOut calls the customer for the agent who is there.
func (s *step) callOut(i int) {
	s.enter(Dialing)
	s.openRoom()
	s.comeIn(i)
	if cb := s.c.Out.Callback; cb != nil {
		cb.Attempts++
		if s.c.Out.Dials == 0 {
			s.emit(OutboundBegun{AgentID: s.c.Agents[i].AgentID})
			s.emit(Handled{CallID: cb.From})
		}
	}
	s.c.Out.Tried = 0
	s.dialRoute()
}

// dialRoute tries the next trunk.
func (s *step) dialRoute() {
	out := s.c.Out
	route := out.Routes[out.Tried]
	out.Tried++
	out.Dials++
	s.c.Customer.Leg = s.dialLeg(out.Dials)
	s.c.Customer.Gone, s.c.Customer.Answered = false, false
	s.c.Customer.State, s.c.Customer.RingingAt = PartyRinging, time.Time{}
	s.journal("customer.dialled", map[string]any{"trunk": route.TrunkID, "attempt": out.Dials})
	if out.Tried > 1 {
		s.emit(OutboundTrunk{Trunk: route.TrunkID})
	}
	s.emit(DialOut{Leg: s.c.Customer.Leg, Route: route, Number: out.Number})
}

// dialLeg is the leg of the customer's nth dial.
func (s *step) dialLeg(n int) engine.LegID {
	return engine.LegID(s.c.ID + "-out" + strconv.Itoa(n))
}

// ringback is the playback of the ringing tone of a dial.
func ringback(leg engine.LegID) string { return string(leg) + "-ring" }

// legRinging lets the agent hear that the customer's phone rings.
func (s *step) legRinging(leg engine.LegID) {
	if leg != s.c.Customer.Leg || s.c.State != Dialing || s.c.Out.Ringback != "" {
		return
	}
	s.c.Customer.RingingAt = s.now
	i := slices.IndexFunc(s.c.Agents, func(a Agent) bool { return a.here() })
	if i < 0 {
		return
	}
	s.c.Out.Ringback = ringback(s.c.Customer.Leg)
	s.emit(Play{ID: engine.PlaybackID(s.c.Out.Ringback), Leg: s.c.Agents[i].Leg, Sounds: []string{engine.RingTone}, Loop: true})
}

func (s *step) stopRingback() {
	if s.c.Out != nil && s.c.Out.Ringback != "" {
		s.emit(StopPlay{ID: engine.PlaybackID(s.c.Out.Ringback)})
		s.c.Out.Ringback = ""
	}
}

// reached connects the customer who has answered an outbound call.
func (s *step) reached() {
	s.stopRingback()
	s.enter(Talking)
	s.c.AnsweredAt, s.c.Customer.State, s.c.Customer.JoinedAt = s.now, PartyJoined, s.now
	if s.c.Out.Seconds > 0 {
		s.c.Out.TalkUntil = s.now.Add(seconds(s.c.Out.Seconds))
	}
	data := map[string]any{"waitMs": s.now.Sub(s.c.StartedAt).Milliseconds()}
	if i := slices.IndexFunc(s.c.Agents, func(a Agent) bool { return a.speaks() }); i >= 0 {
		data["agentId"], data["name"] = s.c.Agents[i].AgentID, s.c.Agents[i].Name
		s.emit(Took{AgentID: s.c.Agents[i].AgentID})
	}
	s.journal("call.answered", data)
	s.emit(Join{Room: s.c.Room, Leg: s.c.Customer.Leg})
	for i := range s.c.Agents {
		if s.c.Agents[i].here() {
			s.record(&s.c.Agents[i].Party)
		}
	}
	s.record(&s.c.Customer.Party)
}

// callbackTries and callbackPause bound how often a customer is called back who
// does not answer.
const (
	callbackTries = 3
	callbackPause = 5 * time.Minute
)

// notReached goes on when the customer could not be had: by the next trunk, by
// another try later, or to the end, with its cause (OUT-8).
func (s *step) notReached(cause engine.Cause) {
	s.stopRingback()
	out := s.c.Out
	outcome := outcomeOf(cause)
	s.journal("customer.notReached", map[string]any{"cause": int(cause), "outcome": outcome})
	dead := outcome == Failure || cause == engine.CauseNoUserResponse && s.c.Customer.RingingAt.IsZero() // it answered nothing
	if dead && out.Tried < len(out.Routes) {
		s.dialRoute()
		return
	}
	if out.Callback != nil && out.Callback.Attempts < callbackTries && outcome != Rejected {
		s.everybodyOut()
		s.enter(Queued)
		s.c.Rank = 0 // others are not held up meanwhile
		s.c.Offers = len(s.c.Agents)
		s.c.SeekAt = s.now.Add(callbackPause)
		s.c.QueueUntil = s.c.SeekAt.Add(seconds(s.c.Plan.QueueSeconds))
		return
	}
	s.c.Outcome = outcome
	s.finish(Ended, BySystem, "", engine.CauseNormal)
}

// backToPlace lets a callback wait again that its agent gave up: for another
// agent, in its old place. The try does not count.
func (s *step) backToPlace() {
	s.stopRingback()
	if !s.c.Customer.Gone {
		s.emit(Hangup{Leg: s.c.Customer.Leg, Cause: engine.CauseNormal})
		s.c.Customer.Gone = true
	}
	s.everybodyOut()
	s.c.Out.Callback.Attempts--
	s.enter(Queued)
	s.c.Rank = s.c.Out.Callback.Rank
	s.c.Offers = len(s.c.Agents)
	s.queued()
	s.seekNow()
}

// barred ends a callback that the caps do not allow any more. It was not
// dialled.
func (s *step) barred() {
	if s.c.State != Dialing || s.c.Out.Callback == nil {
		return
	}
	// Where the step could not be saved in time, it is being dialled.
	s.emit(Hangup{Leg: s.c.Customer.Leg, Cause: engine.CauseNormal})
	s.c.Customer.Gone = true
	s.journal("callback.barred", nil)
	s.c.Outcome = Failure
	s.finish(Ended, BySystem, "", engine.CauseNormal)
}

// outcomeOf says what a cause means for the agent (ITU-T Q.850; OUT-8).
func outcomeOf(cause engine.Cause) Outcome {
	switch cause {
	case engine.CauseBusy:
		return WasBusy
	case engine.CauseNoAnswer, engine.CauseNoUserResponse:
		return NoAnswer
	case engine.CauseRejected:
		return Rejected
	case engine.CauseUnallocated, engine.CauseNoRoute, engine.CauseAbsent, engine.CauseNumberFormat, engine.CauseNumberChanged:
		return Unreachable
	default:
		return Failure
	}
}
