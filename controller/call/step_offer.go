package call

import (
	"cmp"
	"time"

	"ringdesk/controller/engine"
)

// offered takes what a search has found.
func (s *step) offered(in Found) {
	switch {
	case s.c.rests():
		s.freeAll(in.Candidates)
	case s.c.Waits():
		s.route(in)
	case s.c.State == Talking:
		for _, id := range in.Back {
			s.back(id)
		}
		for _, c := range in.Candidates {
			s.redial(c)
		}
	default:
		s.freeAll(in.Candidates)
	}
}

func newAgent(c Candidate, now time.Time) Agent {
	return Agent{
		Party:   Party{ID: c.PartyID, Name: c.Name, Leg: c.Leg, State: PartyRinging, RingingAt: now},
		AgentID: c.AgentID, AccountID: c.AccountID, Phone: c.Phone,
	}
}

// freeAll lets agents go whom the call has no use for. Those who are in it at
// another phone keep their claim.
func (s *step) freeAll(cs []Candidate) {
	for _, c := range cs {
		if s.c.present(c.AgentID) < 0 {
			s.emit(Free{AccountID: c.AccountID})
		}
	}
}

// offer lets agents' phones ring, one under automatic assignment (IN-4), else
// all of them (IN-5).
func (s *step) offer(cs []Candidate) {
	first := s.c.State != Ringing
	if first {
		s.enter(Ringing)
		if !s.c.Plan.Automatic {
			s.c.RingUntil = s.now.Add(seconds(s.c.Plan.RingSeconds))
		}
	}
	for _, c := range cs {
		s.ring(c, "")
	}
	if first && !s.c.Customer.Answered && !s.c.Customer.Gone {
		s.emit(Ring{Leg: s.c.Customer.Leg})
	}
}

// ring lets one agent's phone ring. A phone of theirs that rings already is
// replaced.
func (s *step) ring(c Candidate, invitedBy string) {
	if i := s.c.present(c.AgentID); i >= 0 {
		invitedBy = cmp.Or(invitedBy, s.c.Agents[i].InvitedBy)
		s.silence(i, PartyMoved, engine.CauseNormal)
	}
	a := newAgent(c, s.now)
	a.Level, a.InvitedBy = s.c.Level, invitedBy
	a.RingUntil = s.now.Add(s.ringTime(c))
	data := about(&a)
	if invitedBy != "" {
		data["invitedBy"] = invitedBy
	}
	if c.Silent {
		data["silent"] = true
		a.Gone = true
	}
	s.c.Agents = append(s.c.Agents, a)
	s.journal("agent.offered", data)
	if !c.Silent {
		s.emit(Dial{Agent: a})
	}
}

// ringTime is how long this agent's phone rings. Where all ring, they stop
// together.
func (s *step) ringTime(c Candidate) time.Duration {
	switch {
	case !s.c.RingUntil.IsZero():
		return s.c.RingUntil.Sub(s.now)
	case c.RingSeconds > 0:
		return seconds(c.RingSeconds)
	default:
		return seconds(s.c.Plan.RingSeconds)
	}
}

// ringsOut stops the phones that have rung long enough.
func (s *step) ringsOut(passed func(time.Time) bool) {
	any := false
	for i := range s.c.Agents {
		if a := &s.c.Agents[i]; a.State == PartyRinging && passed(a.RingUntil) {
			s.stopRinging(i, PartyMissed, engine.CauseNoAnswer)
			any = true
		}
	}
	if any && !passed(s.c.RingUntil) {
		s.nobodyRings()
	}
}

// taken connects the agent who has answered first (IN-11).
func (s *step) taken(i int) {
	a := &s.c.Agents[i]
	a.State, a.JoinedAt, a.RingUntil = PartyJoined, s.now, time.Time{}
	s.c.RingUntil, s.c.SeekAt, s.c.QueueUntil, s.c.AnnounceAt = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	s.c.Rank = 0
	s.stopPrompt()
	if s.c.Out != nil && s.c.Customer.Gone {
		s.emit(Occupy{AccountID: a.AccountID})
		s.stopAll(PartyTaken, engine.CauseAnsweredElsewhere)
		s.callOut(i)
		return
	}
	s.connect(i)
}

// stopAll stops all phones that ring: PartyTaken tells the agents that somebody
// else has answered (IN-11).
func (s *step) stopAll(as PartyState, cause engine.Cause) {
	for i := range s.c.Agents {
		if s.c.Agents[i].State == PartyRinging {
			s.stopRinging(i, as, cause)
		}
	}
}

// connect lets the agent and the customer talk.
func (s *step) connect(i int) {
	a := &s.c.Agents[i]
	first := s.c.AnsweredAt.IsZero()
	s.enter(Talking)
	if first {
		s.c.AnsweredAt = s.now
	}
	s.journal("call.answered", map[string]any{
		"agentId": a.AgentID, "name": a.Name, "waitMs": s.now.Sub(s.c.StartedAt).Milliseconds(), "ringMs": s.now.Sub(a.RingingAt).Milliseconds(),
		"again": !first})
	s.emit(Occupy{AccountID: a.AccountID})
	s.emit(Took{AgentID: a.AgentID})
	customer := s.c.Customer.Leg
	switch {
	case s.c.Room != "":
	case s.c.Customer.Answered:
		s.emit(Music{Leg: customer, On: false})
	default:
		s.emit(Answer{Leg: customer})
		s.c.Customer.Answered = true
	}
	again := s.c.Room != ""
	s.openRoom()
	s.emit(Join{Room: s.c.Room, Leg: a.Leg})
	if again {
		s.emit(UnholdLeg{Room: s.c.Room, Leg: customer})
	} else {
		s.emit(Join{Room: s.c.Room, Leg: customer})
	}
	s.stopAll(PartyTaken, engine.CauseAnsweredElsewhere)
	s.record(&a.Party)
	s.record(&s.c.Customer.Party)
}

// openRoom makes the call's room. Its id is the call's, so it is made once.
func (s *step) openRoom() {
	if s.c.Room == "" {
		s.c.Room = engine.RoomID(s.c.ID)
		s.emit(CreateRoom{Room: s.c.Room})
	}
}

// stopRinging ends an offer for the given reason.
func (s *step) stopRinging(i int, as PartyState, cause engine.Cause) {
	s.silence(i, as, cause)
	s.emit(Free{AccountID: s.c.Agents[i].AccountID})
}

// silence stops a phone that rings; the agent stays claimed.
func (s *step) silence(i int, as PartyState, cause engine.Cause) {
	a := &s.c.Agents[i]
	a.State, a.LeftAt, a.RingUntil = as, s.now, time.Time{}
	s.journal("agent."+string(as), about(a))
	if !a.Gone {
		s.emit(Hangup{Leg: a.Leg, Cause: cause})
	}
}

// nobodyRings goes on when the last phone has stopped ringing: somebody else is
// looked for at once (IN-4). Where all rang and a phone was lost (a browser that
// reloads, a controller that has just started), the call goes on for its ring
// time and looks again after a while.
func (s *step) nobodyRings() {
	if s.c.State != Ringing || s.anyRings() {
		return
	}
	if !s.c.Plan.Automatic && s.anyLost() {
		s.c.SeekAt = s.now.Add(seekPause)
		return
	}
	s.seekNow()
}
