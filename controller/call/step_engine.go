package call

import (
	"fmt"
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
	}
	if in.Kind == engine.KindGone || in.Kind == engine.KindUnreachable || s.c.State.Over() {
		return
	}
	s.journal("command.failed", map[string]any{"command": commandName(in.Command), "kind": in.Kind})
	switch cmd := in.Command.(type) {
	case HoldLeg:
		s.c.Hold = nil
	case MuteLeg:
		if i := s.agentAt(cmd.Leg); i >= 0 {
			s.c.Agents[i].Muted = !cmd.On
		}
	case Answer, CreateRoom, Join, UnholdLeg:
		// A customer in silence is worse than one who must call again.
		s.over(!s.c.AnsweredAt.IsZero(), BySystem, RingTimeOver)
	}
}

// commandName names a command in the journal and the log.
func commandName(c Command) string { return strings.TrimPrefix(fmt.Sprintf("%T", c), "call.") }

// reconcile makes the call and the engine agree after a gap: first the call
// learns what it missed, then the engine gets what it missed.
func (s *step) reconcile(snap engine.Snapshot) {
	talked := s.c.State == Talking
	for _, p := range s.parties() {
		leg, there := snap.Legs[p.Leg]
		switch {
		case there && (p.Gone || s.c.State.Over()):
			s.emit(Hangup{Leg: p.Leg, Cause: engine.CauseNormal})
		case !there && !p.Gone:
			s.legEnded(p.Leg, engine.CauseInterworking)
		case there && leg.Answered && s.c.State != Talking:
			s.legAnswered(p.Leg)
		}
	}
	s.closeLostTracks(snap)
	switch {
	case s.c.State == Queued:
		s.emit(Music{Leg: s.c.Customer.Leg, On: true})
	case s.c.State == Talking && talked:
		s.rejoin(snap)
	}
	s.drained()
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
		if a.State != PartyJoined || a.Redial && !snap.Legs[a.Leg].Answered {
			continue
		}
		a.Redial = false
		if snap.Legs[a.Leg].Room != s.c.Room {
			s.emit(Join{Room: s.c.Room, Leg: a.Leg})
		}
		s.resumeTrack(snap, &a.Party)
		if a.Muted {
			s.emit(MuteLeg{Leg: a.Leg, On: true})
		}
	}
	if leg := snap.Legs[s.c.Customer.Leg]; !leg.Answered {
		s.emit(Answer{Leg: s.c.Customer.Leg})
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
