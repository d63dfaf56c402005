package call

import (
	"slices"
	"time"

	"ringdesk/controller/engine"
)

// joined lets an invited agent into the talk (CALL-3).
func (s *step) joined(i int) {
	a := &s.c.Agents[i]
	a.State, a.JoinedAt, a.RingUntil = PartyJoined, s.now, time.Time{}
	a.Muted = s.c.Plan.JoinMuted
	s.journal("agent.joined", about(a))
	s.emit(Occupy{AccountID: a.AccountID})
	s.comeIn(i)
}

// comeIn puts an agent whose leg is answered into the room. A customer who was
// alone hears them.
func (s *step) comeIn(i int) {
	a := &s.c.Agents[i]
	if a.Muted { // before anybody can hear it
		s.emit(MuteLeg{Leg: a.Leg, On: true})
	}
	s.emit(Join{Room: s.c.Room, Leg: a.Leg})
	s.record(&a.Party)
	s.aloneOrNot()
}

// leave takes an agent out of the call; the last one's leaving ends the talk
// (CALL-6).
func (s *step) leave(i int) {
	a := &s.c.Agents[i]
	s.part(i, PartyLeft)
	if a.Role != Speaker {
		return
	}
	s.follow(a.AgentID)
	if s.anySpeaks() {
		s.aloneOrNot()
		return
	}
	switch s.c.State {
	case Talking:
		s.talkOver(ByAgent)
	case Dialing:
		if s.c.Out.Callback != nil { // the customer waits for it all the same
			s.backToPlace()
			return
		}
		s.finish(Ended, ByAgent, "", engine.CauseNormal)
	}
}

// part lets an agent go, without a thought for the others.
func (s *step) part(i int, as PartyState) {
	a := &s.c.Agents[i]
	a.State, a.LeftAt, a.Redial, a.AwaySince = as, s.now, false, time.Time{}
	s.journal("agent.left", about(a))
	if !a.Gone {
		s.emit(Hangup{Leg: a.Leg, Cause: engine.CauseNormal})
	}
	s.emit(Free{AccountID: a.AccountID})
	if s.c.Help != nil && s.c.Help.AgentID == a.AgentID {
		s.c.Help = nil
	}
	if s.c.Plan.WrapUpSeconds > 0 && a.Role == Speaker && !s.c.AnsweredAt.IsZero() {
		s.emit(WrapUp{AgentID: a.AgentID, Until: s.now.Add(seconds(s.c.Plan.WrapUpSeconds))})
	}
}

// talkOver ends a talk that no agent takes part in any more: the customer may
// grade it. One in which the customer could not speak was none (MISS-1).
func (s *step) talkOver(by EndedBy) {
	if !s.c.Met && s.c.Direction == "inbound" {
		s.c.AnsweredAt = time.Time{}
		s.finish(Missed, by, ManagerLeft, engine.CauseNormal)
		return
	}
	if s.c.Plan.Survey && s.c.Direction == "inbound" && !s.c.Customer.Gone {
		s.survey()
		return
	}
	s.finish(Ended, by, "", engine.CauseNormal)
}

// everybodyOut frees all agents.
func (s *step) everybodyOut() {
	for i := range s.c.Agents {
		switch s.c.Agents[i].State {
		case PartyRinging:
			s.stopRinging(i, PartyMissed, engine.CauseNormal)
		case PartyJoined:
			s.part(i, PartyLeft)
		}
	}
	s.c.Hold, s.c.AloneSince = nil, time.Time{}
}

// wentTo lets an agent go who has accepted another call (IN-9).
func (s *step) wentTo(account string) {
	for i := range s.c.Agents {
		a := &s.c.Agents[i]
		if a.AccountID == account && a.State == PartyJoined {
			s.leave(i)
			return
		}
	}
}

// lostBrowser notes that an agent's browser is gone, though their leg may not
// have ended yet (IN-12). A phone that rang there rings nobody.
func (s *step) lostBrowser(account string) {
	for i := range s.c.Agents {
		a := &s.c.Agents[i]
		switch {
		case a.AccountID != account || s.c.State.Over():
		case a.State == PartyRinging && !a.Gone:
			a.Lost = true
			s.stopRinging(i, PartyMissed, engine.CauseNormal)
			s.nobodyRings()
		case a.State != PartyJoined || a.Redial || !a.AwaySince.IsZero():
		case a.Role != Speaker, s.c.State == Dialing:
			s.leave(i)
		case s.c.State == Talking:
			s.away(i)
		}
	}
}

// away waits for an agent whose browser is gone; meanwhile a customer who has
// nobody else hears music (IN-12).
func (s *step) away(i int) {
	a := &s.c.Agents[i]
	if a.AwaySince.IsZero() {
		a.AwaySince = s.now
		s.journal("agent.away", about(a))
	}
	s.c.SeekAt = s.now.Add(seekPause)
	s.aloneOrNot()
}

// aloneOrNot gives the customer music while no agent is here, and takes it away
// when one is.
func (s *step) aloneOrNot() {
	if s.c.State != Talking {
		return
	}
	switch alone := !s.anyHere(); {
	case alone && s.c.AloneSince.IsZero():
		s.c.AloneSince = s.now
		s.journal("call.alone", nil)
		s.emit(HoldLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
	case !alone && !s.c.AloneSince.IsZero():
		s.c.AloneSince = time.Time{}
		s.journal("call.together", nil)
		if s.c.Hold == nil {
			s.emit(UnholdLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
		}
	}
}

// returnLimit is how long a talk waits for an agent whose browser is gone
// (IN-12).
const returnLimit = 20 * time.Second

// waitForReturn lets agents go who have been away for too long, and says
// whether others are still awaited. A customer who has lost the last one goes
// to the head of the queue.
func (s *step) waitForReturn() bool {
	awaited := false
	for i := range s.c.Agents {
		a := &s.c.Agents[i]
		if a.State != PartyJoined || a.AwaySince.IsZero() {
			continue
		}
		if s.now.Sub(a.AwaySince) >= returnLimit {
			s.part(i, PartyLeft)
			s.follow(a.AgentID)
		} else {
			awaited = true
		}
	}
	if !s.anySpeaks() {
		s.requeue("agentLost")
		return false
	}
	return awaited
}

// redial brings an agent back whose browser was reloaded in mid-call (IN-12).
func (s *step) redial(c Candidate) {
	i := s.c.present(c.AgentID)
	switch {
	case i < 0:
		s.freeAll([]Candidate{c})
		return
	case s.c.Agents[i].Role != Speaker: // a supervisor may listen again
		s.leave(i)
		return
	}
	old := s.c.Agents[i]
	s.silence(i, PartyMoved, engine.CauseNormal)
	if old.State == PartyRinging {
		s.ring(c, old.InvitedBy)
		return
	}
	a := newAgent(c, s.now)
	a.State, a.JoinedAt, a.Muted, a.Redial, a.AwaySince = PartyJoined, old.JoinedAt, old.Muted, true, old.AwaySince
	s.c.Agents = append(s.c.Agents, a)
	s.away(len(s.c.Agents) - 1)
	s.emit(Dial{Agent: a})
}

// back lets an agent go on whose page had been out of sight, with their phone
// still in the talk.
func (s *step) back(agentID string) {
	i := s.c.present(agentID)
	if i < 0 || s.c.Agents[i].AwaySince.IsZero() || s.c.Agents[i].Gone {
		return
	}
	s.c.Agents[i].AwaySince = time.Time{}
	s.journal("agent.returned", about(&s.c.Agents[i]))
	s.aloneOrNot()
}

// redialled lets in an agent whose browser has answered by itself.
func (s *step) redialled(i int) {
	a := &s.c.Agents[i]
	a.Redial = false
	switch {
	case a.Role != Speaker:
		s.watch(i)
	case s.c.State == Dialing:
		s.callOut(i)
	case s.c.State == Talking:
		if !a.AwaySince.IsZero() {
			a.AwaySince = time.Time{}
			s.journal("agent.returned", about(a))
		} else {
			s.journal("agent.joined", about(a))
		}
		s.comeIn(i)
		s.follow(a.AgentID)
	}
}

// spokesman is the agent whom a supervisor hears unless another was named: the
// first who speaks; -1 if there is none.
func (s *step) spokesman(agentID string) int {
	found := -1
	for i := range s.c.Agents {
		a := &s.c.Agents[i]
		if !a.here() || a.Redial {
			continue
		}
		if a.AgentID == agentID {
			return i
		}
		if found < 0 {
			found = i
		}
	}
	return found
}

// watch lets a supervisor hear, and whisper (CALL-7).
func (s *step) watch(i int) {
	a := &s.c.Agents[i]
	t := s.spokesman(a.Watches)
	if t < 0 || a.Gone || a.Redial {
		return
	}
	a.Watches = s.c.Agents[t].AgentID
	s.emit(Monitor{Leg: a.Leg, Target: s.c.Agents[t].Leg, Whisper: a.Role == Whispering})
}

// follow turns the supervisors of an agent who has left to another one, and
// those of an agent who has a new phone to that.
func (s *step) follow(agentID string) {
	for i := range s.c.Agents {
		if a := &s.c.Agents[i]; a.State == PartyJoined && a.Role != Speaker && a.Watches == agentID {
			s.watch(i)
		}
	}
}

// dismissWatchers lets supervisors go when there is nothing to hear any more.
func (s *step) dismissWatchers() {
	for i := range s.c.Agents {
		if a := &s.c.Agents[i]; a.State == PartyJoined && a.Role != Speaker {
			s.part(i, PartyLeft)
		}
	}
}

// speakers counts the agents who take part or are being called in.
func (s *step) speakers() int {
	n := 0
	for i := range s.c.Agents {
		a := &s.c.Agents[i]
		if a.Role == Speaker && slices.Contains([]PartyState{PartyJoined, PartyRinging}, a.State) {
			n++
		}
	}
	return n
}
