package call

import (
	"slices"
	"strconv"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
)

// placed begins an agent's outbound call: their own browser is dialled first and
// answers by itself, then the customer is (OUT-2, OUT-3).
func (s *step) placed(c Candidate) {
	if s.c.State != "" {
		s.emit(Free{AccountID: c.AccountID})
		return
	}
	s.created()
	s.enter(Dialing, onPlaced)
	a := newAgent(c, s.now)
	a.State, a.JoinedAt, a.AutoAnswer = PartyJoined, s.now, true
	s.c.Agents = append(s.c.Agents, a)
	s.emit(Occupy{AccountID: a.AccountID})
	s.emit(Dial{Agent: a})
}

// callOut calls the customer for the agent who is there.
func (s *step) callOut(i int) {
	s.enter(Dialing, onAgentAnswers)
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
	out.Early, out.RingUntil = false, s.now.Add(outboundRing+dialGrace)
	s.journal(journal.CustomerDialled{Attempt: out.Dials, Trunk: route.TrunkID})
	if out.Tried > 1 {
		s.emit(OutboundTrunk{Trunk: route.TrunkID})
	}
	s.emit(DialOut{Leg: s.c.Customer.Leg, Route: route, Number: out.Number})
}

// dialLeg is the leg of the customer's nth dial.
func (s *step) dialLeg(n int) engine.LegID {
	return engine.LegID(s.c.ID + "-out" + strconv.Itoa(n))
}

// reached connects the customer who has answered an outbound call.
func (s *step) reached() {
	s.stopRingback()
	s.enter(Talking, onCustomerAnswers)
	s.c.AnsweredAt, s.c.Customer.State, s.c.Customer.JoinedAt = s.now, PartyJoined, s.now
	if s.c.Out.Seconds > 0 {
		s.c.Out.TalkUntil = s.now.Add(seconds(s.c.Out.Seconds))
	}
	answered := journal.CallAnswered{WaitMS: s.now.Sub(s.c.StartedAt).Milliseconds()}
	if i := slices.IndexFunc(s.c.Agents, func(a Agent) bool { return a.Speaks() }); i >= 0 {
		answered.Agent = new(about(&s.c.Agents[i]))
		s.emit(Took{AgentID: s.c.Agents[i].AgentID})
	}
	s.journal(answered)
	s.c.Met = s.c.Met || s.c.Out.Early // no event will tell: they are in the room already
	s.emit(Join{Room: s.c.Room, Leg: s.c.Customer.Leg})
	for i := range s.c.Agents {
		if s.c.Agents[i].here() {
			s.record(&s.c.Agents[i].Party)
		}
	}
	s.record(&s.c.Customer.Party)
}

// dialGrace is how much later than its time limit the end of a dial may be told:
// a carrier that is silent holds its CANCEL up.
const dialGrace = 10 * time.Second

// notReached goes on when the customer could not be had: by the next trunk, by
// another try later, or to the end, with its cause (OUT-8).
func (s *step) notReached(cause engine.Cause) {
	s.stopRingback()
	out := s.c.Out
	outcome := outcomeOf(cause)
	silent := cause == engine.CauseNoUserResponse && s.c.Customer.RingingAt.IsZero() // the carrier answered nothing
	if silent {
		outcome = Unreachable
	}
	s.journal(journal.CustomerNotReached{Cause: int(cause), Outcome: string(outcome)})
	if (silent || outcome == Failure) && out.Tried < len(out.Routes) && !s.restarted { // else the agent's leg is gone as well
		s.dialRoute()
		return
	}
	if out.Callback != nil && out.Callback.Attempts < callbackTries && outcome != Rejected && outcome != Moved {
		s.everybodyOut()
		s.enter(Queued, onNotReached) // without a rank: others are not held up meanwhile
		s.c.Offers = len(s.c.Agents)
		s.c.SeekAt = s.now.Add(callbackPause)
		s.c.QueueUntil = s.c.SeekAt.Add(seconds(s.c.Plan.QueueSeconds))
		return
	}
	s.c.Outcome = outcome
	s.finish(onNotReached, Ended, BySystem, "", engine.CauseNormal)
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
	case engine.CauseUnallocated, engine.CauseNoRoute, engine.CauseAbsent, engine.CauseNumberFormat:
		return Unreachable
	case engine.CauseNumberChanged:
		return Moved
	default:
		return Failure
	}
}

// dialForgotten ends a dial that the engine says nothing of any more.
func (s *step) dialForgotten() {
	leg := s.c.Customer.Leg
	s.c.Out.RingUntil = time.Time{}
	if !s.c.Customer.Gone {
		s.emit(Hangup{Leg: leg, Cause: engine.CauseNoAnswer})
	}
	s.legEnded(leg, engine.CauseNoAnswer)
}
