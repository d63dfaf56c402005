package seed

import (
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/inbox"
	"ringdesk/controller/outbound"
	"ringdesk/controller/verb"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// missed is a call that somebody should call back.
type missed struct {
	of *play
	at time.Time
}

// call plays the next call: a customer's, or an agent's. Agents call back first
// whom nobody could help.
func (s *seeder) call(at time.Time) (p *play, err error) {
	switch out := s.chance(28); {
	case out && len(s.callbacks) > 0:
		p, err = s.callback(s.callbacks[0])
		s.callbacks = s.callbacks[1:]
	case out && s.placer(at) != nil:
		p, err = s.outbound(at, s.placer(at))
	default:
		p, err = s.inbound(at)
	}
	if err != nil {
		return p, err
	}
	p.rest()
	s.afterwards(p)
	return p, nil
}

// placer is an agent who has time to call somebody; nil when all are busy or at
// home.
func (s *seeder) placer(at time.Time) *agent {
	free, _ := s.freeNow(&s.lines[0], at)
	for _, a := range free {
		if a.PlacesCalls {
			return a
		}
	}
	return nil
}

// results are how calls end that agents place (OUT-8), in a hundred.
var results = []struct {
	share int
	cause engine.Cause // 0: the customer answers
	rings bool
}{
	{63, 0, true},
	{18, engine.CauseNoAnswer, true},
	{7, engine.CauseBusy, false},
	{4, engine.CauseRejected, true},
	{3, engine.CauseUnallocated, false},
	{1, engine.CauseNumberChanged, false},
	{1, engine.CauseCongestion, false},
}

// outbound plays a call that an agent places: back to somebody who was missed, or
// to a contact.
func (s *seeder) outbound(at time.Time, by *agent) (*play, error) {
	back := s.nextOwed(at)
	l, who := &s.lines[0], s.known(at)
	if back != nil {
		l, who = back.line, back.contact
	}
	grant, err := outbound.Check(outbound.Request{Text: who.number(), NumberID: l.ID, At: at}, s.facts)
	for range 200 { // abroad only few of ours may call
		if err == nil {
			break
		}
		l, who, back = &s.lines[0], s.known(at), nil
		grant, err = outbound.Check(outbound.Request{Text: who.number(), NumberID: l.ID, At: at}, s.facts)
	}
	if err != nil {
		return nil, err
	}
	p := s.newPlay(at, l, who, "outbound")
	p.grant, p.conv.AssigneeID = &grant, &by.ID
	p.c.From, p.c.To = grant.Number.Number, grant.Dial()
	p.c.Plan = dialplan.Decide(l.settings, dialplan.Facts{Now: at, TimeZone: s.ws.TimeZone})
	p.c.Plan.Say, p.c.Plan.Refuse = nil, ""
	p.c.Customer.Gone = true
	p.c.Out = &call.Out{Number: p.c.To, Routes: grant.Routes, Seconds: int(grant.MaxDuration / time.Second)}
	p.begun = grant.Call(p.c.ID)
	p.begun.AgentID = by.ID
	p.search, p.talks = func() call.Found { return call.Found{} }, p.converse
	p.rings = func(a call.Agent) {
		p.thenSay(s.between(200*time.Millisecond, 700*time.Millisecond), engine.LegAnswered{Leg: a.Leg})
	}
	p.out = p.reachesOrNot
	if back != nil {
		p.c.MissedCallID = back.c.ID
		p.calledBack(back, by)
	}
	return p, p.run(call.Placed{Candidate: p.candidate(by)})
}

// callsBackWithin is for how long a missed call is worth calling back.
const callsBackWithin = 72 * time.Hour

// nextOwed is the call that is missed for the longest time; nil when there is
// none. Those that nobody called back in time are closed.
func (s *seeder) nextOwed(at time.Time) *play {
	for len(s.owed) > 0 && at.Sub(s.owed[0].at) > time.Minute {
		first := s.owed[0]
		s.owed = s.owed[1:]
		if at.Sub(first.at) < callsBackWithin {
			return first.of
		}
		s.later(func(tx *models.Tx) error {
			by := verb.By{Workspace: s.ws.ID, Agent: s.agents[0].ID, Role: "agent"}
			return inbox.Change(tx, by, first.of.c.ConversationID, inbox.ConversationChange{State: new("closed")}, models.At(at))
		})
	}
	return nil
}

// reachesOrNot is what becomes of a dial.
func (p *play) reachesOrNot(leg engine.LegID) {
	s, n := p.s, p.s.rng.IntN(100)
	for _, r := range results {
		if n -= r.share; n >= 0 {
			continue
		}
		if r.rings {
			p.thenSay(s.between(time.Second, 3*time.Second), engine.LegRinging{Leg: leg})
		}
		switch {
		case r.cause == 0:
			p.thenSay(s.between(5*time.Second, 22*time.Second), engine.LegAnswered{Leg: leg})
		case r.cause == engine.CauseNoAnswer:
			p.thenSay(s.between(28*time.Second, 45*time.Second), engine.LegEnded{Leg: leg, Cause: r.cause})
		default:
			p.thenSay(s.between(2*time.Second, 8*time.Second), engine.LegEnded{Leg: leg, Cause: r.cause})
		}
		return
	}
	p.thenSay(s.between(8*time.Second, 20*time.Second), call.Do{AgentID: p.speaker(), Action: call.EndCall}) // the agent gives up
}
