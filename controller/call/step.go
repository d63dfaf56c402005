package call

import (
	"slices"
	"time"

	"ringdesk/controller/engine"
)

// drainTime is how long an ended call waits for its legs and recordings to
// end before it gives them up.
const drainTime = 15 * time.Second

// Step decides what an input does to a call. It is pure and total: it reads
// no clock, does no I/O, and an input that means nothing in the call's state
// changes nothing. The returned effects are in the order in which they must
// happen.
func Step(c Call, in Input, now time.Time) (Call, []Effect) {
	s := &step{c: c.clone(), now: now}
	switch in := in.(type) {
	case Arrived:
		s.arrived(in)
	case Offered:
		s.offered(in.Candidates)
	case Tick:
		s.tick()
	case Do:
		if reason := s.do(in); reason != "" {
			return c, []Effect{Refused{Reason: reason}}
		}
	case Failed:
		s.failed(in)
	case Reconcile:
		s.reconcile(in.Snapshot)
	case engine.LegAnswered:
		s.legAnswered(in.Leg)
	case engine.LegEnded:
		s.legEnded(in.Leg, in.Cause)
	case engine.RecordingStarted:
		s.recordingStarted(in)
	case engine.RecordingEnded:
		s.recordingEnded(in.Recording, in.At, in.Failed)
	case engine.DTMF:
		s.dtmfPressed(in)
	}
	return s.c, s.out
}

// step is one Step on its way.
type step struct {
	c   Call
	now time.Time
	out []Effect
}

func (s *step) emit(e Effect) { s.out = append(s.out, e) }

func (s *step) journal(typ string, data map[string]any) {
	if data == nil {
		data = map[string]any{}
	}
	s.emit(Journal{At: s.now, Type: typ, Data: data})
}

// agentAt finds an agent's place by leg; -1 if the leg is none of theirs.
func (s *step) agentAt(leg engine.LegID) int {
	return slices.IndexFunc(s.c.Agents, func(a Agent) bool { return a.Leg == leg })
}

func (s *step) anyAgent(st PartyState) bool {
	return slices.ContainsFunc(s.c.Agents, func(a Agent) bool { return a.State == st })
}

// arrived begins an inbound call: it rings, waits, or is missed (IN-5, IN-6,
// MISS-1).
func (s *step) arrived(in Arrived) {
	if s.c.State != "" {
		s.freeAll(in.Candidates)
		return
	}
	s.c.Customer.JoinedAt = s.now
	s.c.Customer.State = PartyJoined
	s.journal("call.created", map[string]any{
		"from": s.c.From, "to": s.c.To, "kind": s.c.Kind, "direction": s.c.Direction, "contactId": s.c.Customer.ContactID})
	switch {
	case len(in.Candidates) > 0:
		s.offer(in.Candidates)
		s.emit(Ring{Leg: s.c.Customer.Leg})
	case in.Busy:
		s.c.State = Queued
		s.c.Customer.Answered = true
		s.journal("call.queued", nil)
		s.emit(Answer{Leg: s.c.Customer.Leg})
		s.emit(Music{Leg: s.c.Customer.Leg, On: true})
	default:
		s.finish(Missed, BySystem, NoOperator, engine.CauseNoAnswer)
	}
}

// legAnswered connects the first agent to answer (IN-11).
func (s *step) legAnswered(leg engine.LegID) {
	if leg == s.c.Customer.Leg {
		s.c.Customer.Answered = true
		return
	}
	i := s.agentAt(leg)
	switch {
	case i < 0:
	case s.c.State == Ringing && s.c.Agents[i].State == PartyRinging:
		s.connect(i)
	case s.c.State == Talking && s.c.Agents[i].Redial:
		s.redialled(i)
	case s.c.Agents[i].State != PartyJoined: // too late
		s.emit(Hangup{Leg: leg, Cause: engine.CauseNormal})
	}
}

// legEnded is how parties leave by themselves.
func (s *step) legEnded(leg engine.LegID, cause engine.Cause) {
	if leg == s.c.Customer.Leg {
		if s.c.Customer.Gone {
			return
		}
		s.c.Customer.Gone = true
		s.over(s.c.State == Talking, ByCustomer, UserLeft)
		s.drained()
		return
	}
	i := s.agentAt(leg)
	if i < 0 || s.c.Agents[i].Gone {
		return
	}
	a := &s.c.Agents[i]
	a.Gone = true
	switch a.State {
	case PartyRinging:
		as := PartyMissed
		if cause == engine.CauseRejected || cause == engine.CauseBusy {
			as = PartyDeclined
		}
		s.stopRinging(i, as, cause)
		s.nobodyRings()
	case PartyJoined:
		if a.Redial && s.c.State == Talking { // the browser was not there yet
			a.Redial = false
			s.c.SeekAt = s.now.Add(seekPause)
			break
		}
		s.leave(i)
	}
	s.drained()
}

// leave takes an agent out of the talk; the last one's leaving ends it
// (CALL-6).
func (s *step) leave(i int) {
	a := &s.c.Agents[i]
	a.State, a.LeftAt = PartyLeft, s.now
	s.journal("agent.left", map[string]any{"agentId": a.AgentID, "name": a.Name})
	if !a.Gone {
		s.emit(Hangup{Leg: a.Leg, Cause: engine.CauseNormal})
	}
	s.emit(Free{AccountID: a.AccountID})
	if s.c.State == Talking && !s.anyAgent(PartyJoined) {
		s.finish(Ended, ByAgent, "", engine.CauseNormal)
	}
}

// tick is time's doing.
func (s *step) tick() {
	d := s.c.Deadline()
	if d.IsZero() || s.now.Before(d) {
		return
	}
	switch {
	case s.c.State == Ringing && s.now.Before(s.c.RingUntil), s.c.State == Talking:
		s.seek()
	case s.c.State == Ringing:
		s.finish(Missed, BySystem, RingTimeOver, engine.CauseNoAnswer)
	case s.c.State == Queued:
		s.finish(Missed, BySystem, AbandonedInQueue, engine.CauseNormal)
	default:
		s.giveUp()
	}
}

// giveUp lets go of what an ended call still has in the engine.
func (s *step) giveUp() {
	s.journal("call.leftovers", map[string]any{"legs": s.c.Legs()})
	for _, p := range s.parties() {
		if !p.Gone {
			s.emit(Hangup{Leg: p.Leg, Cause: engine.CauseNormal})
		}
		p.Gone = true
		for i := range p.Tracks {
			if !p.Tracks[i].Closed {
				p.Tracks[i].Closed = true
				s.emit(TrackClosed{ID: p.Tracks[i].ID, At: s.now, Failed: "the engine did not say that it ended"})
			}
		}
	}
	s.drained()
}

func (s *step) parties() []*Party {
	ps := []*Party{&s.c.Customer.Party}
	for i := range s.c.Agents {
		ps = append(ps, &s.c.Agents[i].Party)
	}
	return ps
}

// over ends the call as talked or missed.
func (s *step) over(talked bool, by EndedBy, reason MissedReason) {
	switch {
	case s.c.State.Over():
	case talked:
		s.finish(Ended, by, "", engine.CauseNormal)
	default:
		s.finish(Missed, by, reason, engine.CauseNormal)
	}
}

// finish is the one way in which a call ends. cause goes to the legs that are
// still there.
func (s *step) finish(as State, by EndedBy, reason MissedReason, cause engine.Cause) {
	was := s.c.State
	s.c.State, s.c.EndedAt, s.c.EndedBy, s.c.MissedReason = as, s.now, by, reason
	s.c.DrainUntil = s.now.Add(drainTime)
	s.c.Hold = nil
	for i := range s.c.Agents {
		switch s.c.Agents[i].State {
		case PartyRinging:
			s.stopRinging(i, PartyMissed, cause)
		case PartyJoined:
			s.leave(i)
		}
	}
	s.c.Customer.State, s.c.Customer.LeftAt = PartyLeft, s.now
	if !s.c.Customer.Gone {
		s.emit(Hangup{Leg: s.c.Customer.Leg, Cause: cause})
	}
	if was == Talking {
		s.emit(DestroyRoom{Room: s.c.Room})
	}
	data := map[string]any{"state": as, "by": by, "totalMs": s.now.Sub(s.c.StartedAt).Milliseconds()}
	if reason != "" {
		data["missedReason"] = reason
	}
	if !s.c.AnsweredAt.IsZero() {
		data["talkMs"] = s.now.Sub(s.c.AnsweredAt).Milliseconds()
	}
	s.journal("call.ended", data)
}

// drained notes that nothing of an ended call is left in the engine.
func (s *step) drained() {
	if s.c.Drained() {
		s.emit(Drained{})
	}
}

func (s *step) dtmfPressed(in engine.DTMF) {
	if in.Leg == s.c.Customer.Leg && s.c.State == Talking {
		// Which key it was is not written down: it may be a card number (CALL-7).
		s.journal("customer.dtmf", nil)
	}
}
