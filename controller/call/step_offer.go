package call

import (
	"time"

	"ringdesk/controller/engine"
)

// offered lets agents who became free ring, too.
func (s *step) offered(cs []Candidate) {
	switch s.c.State {
	case Queued, Ringing:
		s.offer(cs)
	case Talking:
		for _, c := range cs {
			s.redial(c)
		}
	default:
		s.freeAll(cs)
	}
}

// redial brings an agent back whose browser was reloaded in mid-call (IN-12).
func (s *step) redial(c Candidate) {
	i := s.c.present(c.AgentID)
	if i < 0 {
		s.emit(Free{AccountID: c.AccountID})
		return
	}
	old := s.c.Agents[i]
	s.silence(i, PartyMoved, engine.CauseNormal)
	a := newAgent(c, s.now)
	a.State, a.JoinedAt, a.Muted, a.Redial, a.AwaySince = PartyJoined, old.JoinedAt, old.Muted, true, old.AwaySince
	if a.AwaySince.IsZero() {
		a.AwaySince = s.now
	}
	s.c.Agents = append(s.c.Agents, a)
	s.emit(Dial{Agent: a})
}

// redialled puts the agent back into the talk.
func (s *step) redialled(i int) {
	a := &s.c.Agents[i]
	a.Redial, a.AwaySince = false, time.Time{}
	s.journal("agent.returned", map[string]any{"agentId": a.AgentID, "name": a.Name})
	if a.Muted { // before anybody can hear it
		s.emit(MuteLeg{Leg: a.Leg, On: true})
	}
	s.emit(Join{Room: s.c.Room, Leg: a.Leg})
	s.record(&a.Party)
}

func newAgent(c Candidate, now time.Time) Agent {
	return Agent{
		Party:   Party{ID: c.PartyID, Name: c.Name, Leg: c.Leg, State: PartyRinging, RingingAt: now},
		AgentID: c.AgentID, AccountID: c.AccountID, Phone: c.Phone,
	}
}

func (s *step) freeAll(cs []Candidate) {
	for _, c := range cs {
		s.emit(Free{AccountID: c.AccountID})
	}
}

func (s *step) offer(cs []Candidate) {
	if s.c.State != Ringing && len(cs) > 0 {
		s.c.State = Ringing
		s.c.RingUntil = s.now.Add(time.Duration(s.c.RingSeconds) * time.Second)
	}
	for _, c := range cs {
		if i := s.c.present(c.AgentID); i >= 0 {
			s.silence(i, PartyMoved, engine.CauseNormal)
		}
		a := newAgent(c, s.now)
		s.c.Agents = append(s.c.Agents, a)
		s.journal("agent.offered", map[string]any{"agentId": a.AgentID, "name": a.Name})
		s.emit(Dial{Agent: a})
	}
}

func (s *step) connect(i int) {
	a := &s.c.Agents[i]
	a.State, a.JoinedAt = PartyJoined, s.now
	s.c.State, s.c.AnsweredAt, s.c.Room = Talking, s.now, engine.RoomID(s.c.ID)
	s.journal("call.answered", map[string]any{
		"agentId": a.AgentID, "name": a.Name, "waitMs": s.now.Sub(s.c.StartedAt).Milliseconds(), "ringMs": s.now.Sub(a.RingingAt).Milliseconds()})
	s.emit(Occupy{AccountID: a.AccountID})
	customer := s.c.Customer.Leg
	if s.c.Customer.Answered {
		s.emit(Music{Leg: customer, On: false})
	} else {
		s.emit(Answer{Leg: customer})
		s.c.Customer.Answered = true
	}
	s.emit(CreateRoom{Room: s.c.Room})
	s.emit(Join{Room: s.c.Room, Leg: a.Leg})
	s.emit(Join{Room: s.c.Room, Leg: customer})
	for j := range s.c.Agents {
		if s.c.Agents[j].State == PartyRinging {
			s.stopRinging(j, PartyTaken, engine.CauseAnsweredElsewhere)
		}
	}
	if s.c.RecordingID != "" {
		s.emit(RecordingOpened{})
	}
	s.record(&a.Party)
	s.record(&s.c.Customer.Party)
}

// stopRinging ends an offer for the given reason.
func (s *step) stopRinging(i int, as PartyState, cause engine.Cause) {
	s.silence(i, as, cause)
	s.emit(Free{AccountID: s.c.Agents[i].AccountID})
}

// silence stops a phone that rings; the agent stays claimed.
func (s *step) silence(i int, as PartyState, cause engine.Cause) {
	a := &s.c.Agents[i]
	a.State, a.LeftAt = as, s.now
	s.journal("agent."+string(as), map[string]any{"agentId": a.AgentID, "name": a.Name})
	if !a.Gone {
		s.emit(Hangup{Leg: a.Leg, Cause: cause})
	}
}

// seekPause is how long a call that lost its last ringing phone waits before
// it looks for agents again.
const seekPause = 2 * time.Second

// nobodyRings ends a ringing call that everybody has declined. Where a phone
// was lost instead (a browser that reloads, a controller that has just
// started), the call goes on for its ring time and looks for agents again.
func (s *step) nobodyRings() {
	if s.c.State != Ringing || s.anyAgent(PartyRinging) {
		return
	}
	if s.anyAgent(PartyMissed) {
		s.c.SeekAt = s.now.Add(seekPause)
		return
	}
	s.finish(Missed, BySystem, RingTimeOver, engine.CauseNoAnswer)
}

// seek looks for agents while nobody rings, or while one who talks is away.
func (s *step) seek() {
	s.c.SeekAt = time.Time{}
	if s.c.State == Ringing && s.anyAgent(PartyRinging) {
		return
	}
	if s.c.State == Talking && !s.waitForReturn() {
		return
	}
	s.c.SeekAt = s.now.Add(seekPause)
	s.emit(Seek{})
}

// returnLimit is how long a talk waits for an agent whose browser is being
// dialled anew (IN-12).
const returnLimit = 20 * time.Second

// waitForReturn lets agents leave who have been away for too long, and says
// whether others are still awaited.
func (s *step) waitForReturn() bool {
	awaited := false
	for i := range s.c.Agents {
		a := &s.c.Agents[i]
		if a.State != PartyJoined || !a.Gone {
			continue
		}
		if s.now.Sub(a.AwaySince) >= returnLimit {
			s.leave(i)
		} else {
			awaited = true
		}
	}
	return awaited && s.c.State == Talking
}
