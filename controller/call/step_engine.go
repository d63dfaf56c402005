package call

import (
	"fmt"
	"slices"
	"strings"

	"ringdesk/controller/engine"
)

// failed deals with a command that the engine did not carry out. A leg that
// is gone says so itself (LegEnded), and an engine that cannot be reached is
// reconciled with when it is back; the rest is decided here.
func (s *step) failed(in Failed) {
	switch cmd := in.Command.(type) {
	case Record: // no event will come of it, whatever the reason
		s.recordingEnded(cmd.ID, s.now, "the engine did not begin it: "+string(in.Kind))
		return
	case Dial:
		s.legEnded(cmd.Agent.Leg, engine.CauseFailure)
		if in.Kind == engine.KindTimeout { // it may yet ring
			s.emit(Hangup{Leg: cmd.Agent.Leg, Cause: engine.CauseNormal})
		}
		return
	case Hangup:
		if in.Kind == engine.KindTimeout && slices.Contains(s.c.Legs(), cmd.Leg) {
			s.emit(cmd)
		}
		return
	}
	if s.c.State.Over() || in.Kind == engine.KindUnreachable {
		return
	}
	if in.Kind == engine.KindGone {
		s.goneUnseen(in.Command)
		return
	}
	s.journal("command.failed", map[string]any{"command": commandName(in.Command), "kind": in.Kind})
	switch cmd := in.Command.(type) {
	case HoldLeg:
		s.notHeld(cmd, in.Kind)
	case MuteLeg:
		s.notMuted(cmd, in.Kind)
	case Answer, CreateRoom, Join, UnholdLeg:
		// A customer in silence is worse than one who must call again.
		s.over(!s.c.AnsweredAt.IsZero(), BySystem, RingTimeOver)
	}
}

// goneUnseen ends a call whose customer had hung up before the engine's
// events could be heard: no LegEnded will come.
func (s *step) goneUnseen(c Command) {
	switch c.(type) {
	case Ring, Answer:
		s.legEnded(c.leg(), engine.CauseNormal)
	}
}

// notHeld takes back a hold that failed. One that timed out may have
// happened.
func (s *step) notHeld(cmd HoldLeg, kind engine.Kind) {
	if s.c.Hold == nil {
		return
	}
	s.c.Hold = nil
	s.journal("call.released", map[string]any{"failed": true})
	if kind == engine.KindTimeout {
		s.emit(UnholdLeg(cmd))
	}
}

// notMuted shows the agent the microphone's true state. After an unmute that
// timed out, that is made sure of: nobody may be heard who believes otherwise.
func (s *step) notMuted(cmd MuteLeg, kind engine.Kind) {
	i := s.agentAt(cmd.Leg)
	if i < 0 {
		return
	}
	s.c.Agents[i].Muted = !cmd.On
	if kind == engine.KindTimeout && !cmd.On {
		s.emit(MuteLeg{Leg: cmd.Leg, On: true})
	}
}

// commandName names a command in the journal and the log.
func commandName(c Command) string { return strings.TrimPrefix(fmt.Sprintf("%T", c), "call.") }

// reconcile makes the call and the engine agree after a gap: first the call
// learns what it missed, then the engine gets what it missed.
func (s *step) reconcile(snap engine.Snapshot) {
	was, answered := s.c.State, s.c.Customer.Answered
	if leg, there := snap.Legs[s.c.Customer.Leg]; there && !leg.Answered {
		s.c.Customer.Answered = false
	}
	for _, p := range s.parties() {
		leg, there := snap.Legs[p.Leg]
		present := p.State == PartyRinging || p.State == PartyJoined
		switch {
		case there && (p.Gone || s.c.State.Over() || !present):
			s.emit(Hangup{Leg: p.Leg, Cause: engine.CauseNormal})
		case !there && !p.Gone:
			s.legEnded(p.Leg, engine.CauseInterworking)
			// A dial that was under way may make the leg after the snapshot.
			s.emit(Hangup{Leg: p.Leg, Cause: engine.CauseNormal})
		case there && leg.Answered && s.c.State != Talking:
			s.legAnswered(p.Leg)
		}
	}
	s.closeLostTracks(snap)
	_, room := snap.Rooms[s.c.Room]
	switch {
	case s.c.State.Over() && was.Over() && room:
		s.emit(DestroyRoom{Room: s.c.Room})
	case s.c.State == Queued, s.c.State == Ringing:
		s.rewait(answered)
	case s.c.State == Talking && was == Talking:
		s.rejoin(snap)
	}
	s.drained()
}

// rewait lets a caller who waits hear again what they should: music, or
// ringing.
func (s *step) rewait(answered bool) {
	leg := s.c.Customer.Leg
	if !answered {
		s.emit(Ring{Leg: leg})
		return
	}
	if !s.c.Customer.Answered {
		s.c.Customer.Answered = true
		s.emit(Answer{Leg: leg})
	}
	s.emit(Music{Leg: leg, On: true})
}

func (s *step) closeLostTracks(snap engine.Snapshot) {
	for _, p := range s.parties() {
		for _, t := range p.Tracks {
			if !t.Closed && !snap.Recordings[t.ID] && !t.StartedAt.IsZero() {
				s.recordingEnded(t.ID, s.now, "")
			}
		}
	}
}

// rejoin puts everybody of a talk where they belong, with a running track.
func (s *step) rejoin(snap engine.Snapshot) {
	if _, ok := snap.Rooms[s.c.Room]; !ok {
		s.emit(CreateRoom{Room: s.c.Room})
	}
	for i := range s.c.Agents {
		a := &s.c.Agents[i]
		if a.State != PartyJoined || a.Gone || a.Redial && !snap.Legs[a.Leg].Answered {
			continue
		}
		a.Redial = false
		s.emit(MuteLeg{Leg: a.Leg, On: a.Muted}) // before anybody can hear it
		if snap.Legs[a.Leg].Room != s.c.Room {
			s.emit(Join{Room: s.c.Room, Leg: a.Leg})
		}
		s.resumeTrack(snap, &a.Party)
	}
	if leg := snap.Legs[s.c.Customer.Leg]; !leg.Answered {
		s.emit(Answer{Leg: s.c.Customer.Leg})
		s.c.Customer.Answered = true
	}
	switch {
	case s.c.Hold != nil:
		s.emit(HoldLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
	case snap.Legs[s.c.Customer.Leg].Room != s.c.Room:
		s.emit(UnholdLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
	}
	s.resumeTrack(snap, &s.c.Customer.Party)
}

// resumeTrack begins a new track where none is running in the engine.
func (s *step) resumeTrack(snap engine.Snapshot, p *Party) {
	for i := range p.Tracks {
		t := &p.Tracks[i]
		if !t.Closed && snap.Recordings[t.ID] {
			return
		}
		if !t.Closed { // asked for before the gap, never begun
			t.Closed = true
			s.emit(TrackClosed{ID: t.ID, At: s.now, Failed: "the link to the engine was lost before it began"})
		}
	}
	s.record(p)
}
