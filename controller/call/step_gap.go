package call

import (
	"ringdesk/controller/engine"
)

// reconcile makes the call and the engine agree after a gap: first the call
// learns what it missed, then the engine gets what it missed.
func (s *step) reconcile(snap engine.Snapshot) {
	if s.c.State == "" { // it has not begun
		return
	}
	s.hangUpOldDials(snap)
	was, answered := s.c.State, s.c.Customer.Answered
	settled := map[engine.LegID]bool{} // agents who had come in before
	for i := range s.c.Agents {
		if a := &s.c.Agents[i]; a.State == PartyJoined {
			settled[a.Leg] = true
		}
	}
	if leg, there := snap.Legs[s.c.Customer.Leg]; there && !leg.Answered {
		s.c.Customer.Answered = false
	}
	_, there := snap.Rooms[s.c.Room]
	if s.c.Room != "" && !there && !was.Over() {
		s.emit(CreateRoom{Room: s.c.Room})
	}
	for i := -1; i < len(s.c.Agents); i++ {
		s.reconcileLeg(i, snap)
	}
	s.closeLostTracks(snap)
	if was == s.c.State && was != Talking && !was.Over() {
		s.checkTracks(snap)
	}
	switch {
	case s.c.State.Over() && was.Over() && there:
		s.emit(DestroyRoom{Room: s.c.Room})
	case s.c.State == Queued, s.c.State == Ringing:
		s.rewait(answered)
	case (s.c.State == Talking || s.c.State == Dialing) && was == s.c.State:
		s.rejoin(snap, settled)
	case s.c.State == Voicemail && s.c.Prompt == nil && was == Voicemail && !s.c.Customer.recorded():
		s.phaseEnds()
	}
	if was == s.c.State && !s.c.State.Over() {
		s.resound(there)
	}
	s.drained()
}

// hangUpOldDials ends customer's legs that another dial has replaced.
func (s *step) hangUpOldDials(snap engine.Snapshot) {
	if s.c.Out == nil {
		return
	}
	for n := 1; n < s.c.Out.Dials; n++ {
		if _, there := snap.Legs[s.dialLeg(n)]; there {
			s.emit(Hangup{Leg: s.dialLeg(n), Cause: engine.CauseNormal})
		}
	}
}

// hangUpOldDial ends one that was answered all the same.
func (s *step) hangUpOldDial(leg engine.LegID) {
	for n := 1; s.c.Out != nil && n < s.c.Out.Dials; n++ {
		if leg == s.dialLeg(n) {
			s.emit(Hangup{Leg: leg, Cause: engine.CauseNormal})
		}
	}
}

// resound lets the customer and an agent who calls hear what they should.
func (s *step) resound(room bool) {
	switch s.c.State {
	case Greeting, Voicemail, Survey:
		s.silenced(room)
	case Dialing, Talking:
		s.stopOldRingback()
	}
	if s.c.Prompt != nil { // nobody knows how much of it was heard
		s.play(s.c.Prompt.For, s.c.Prompt.Sounds)
	}
}

// silenced makes sure that the customer hears neither music nor a room.
func (s *step) silenced(room bool) {
	leg := s.c.Customer.Leg
	switch {
	case !s.c.Customer.Answered:
		s.c.Customer.Answered = true
		s.emit(Answer{Leg: leg})
	case room:
		s.outOfRoom(true)
	default:
		s.emit(Music{Leg: leg, On: false})
	}
}

// stopOldRingback ends the ringing tone of a dial that is over: it would go on
// for ever.
func (s *step) stopOldRingback() {
	if s.c.Out == nil {
		return
	}
	for dial := max(1, s.c.Out.Dials-1); dial <= s.c.Out.Dials; dial++ {
		if id := ringback(s.dialLeg(dial)); id != s.c.Out.Ringback {
			s.emit(StopPlay{ID: engine.PlaybackID(id)})
		}
	}
}

// reconcileLeg makes one party and the engine agree: the customer (-1), or an
// agent by place.
func (s *step) reconcileLeg(i int, snap engine.Snapshot) {
	p := &s.c.Customer.Party
	if i >= 0 {
		p = &s.c.Agents[i].Party
	}
	leg, there := snap.Legs[p.Leg]
	present := p.State == PartyRinging || p.State == PartyJoined
	switch {
	case there && (p.Gone || s.c.State.Over() || !present):
		s.emit(Hangup{Leg: p.Leg, Cause: engine.CauseNormal})
	case !there && !p.Gone:
		id := p.Leg
		s.legEnded(id, engine.CauseInterworking)
		// A dial that was under way may make the leg after the snapshot.
		s.emit(Hangup{Leg: id, Cause: engine.CauseNormal})
	case there && leg.Answered && (s.c.State != Talking || p.State == PartyRinging):
		s.legAnswered(p.Leg)
	}
}

// rewait lets a caller who waits hear again what they should: music, or
// ringing.
func (s *step) rewait(answered bool) {
	leg := s.c.Customer.Leg
	switch {
	case s.c.Customer.Gone:
	case !answered:
		s.emit(Ring{Leg: leg})
	default:
		s.music()
	}
}

// checkTracks stops or masks the tracks that run while nobody talks, where the
// command was lost.
func (s *step) checkTracks(snap engine.Snapshot) {
	for _, p := range s.parties() {
		for _, t := range p.Tracks {
			switch {
			case t.Closed || !snap.Recordings[t.ID]:
			case s.c.State == Survey:
				s.emit(StopRecord{ID: t.ID})
			case !s.c.MaskedSince.IsZero():
				s.emit(Mask{ID: t.ID, On: true})
			}
		}
	}
}

func (s *step) closeLostTracks(snap engine.Snapshot) {
	for _, p := range s.parties() {
		for _, t := range p.Tracks {
			runs := snap.Recordings[t.ID]
			switch {
			case t.Closed && runs: // given up, and begun all the same
				s.emit(StopRecord{ID: t.ID})
			case t.Closed || runs:
			case !t.StartedAt.IsZero() || p.Gone: // one that nobody saw begin may be about to, unless its leg is gone
				s.recordingEnded(t.ID, s.now, "")
			}
		}
	}
}

// rejoin puts everybody of a talk where they belong, with a running track. The
// agents who have come in only now are on their way there.
func (s *step) rejoin(snap engine.Snapshot, settled map[engine.LegID]bool) {
	for i := range s.c.Agents {
		if settled[s.c.Agents[i].Leg] {
			s.rejoinAgent(i, snap)
		}
	}
	s.aloneOrNot()
	if s.c.State != Talking {
		return
	}
	if leg := snap.Legs[s.c.Customer.Leg]; !leg.Answered {
		s.emit(Answer{Leg: s.c.Customer.Leg})
		s.c.Customer.Answered = true
	}
	s.c.Met = s.c.Met || snap.Legs[s.c.Customer.Leg].Room == s.c.Room
	switch {
	case s.c.Hold != nil, !s.c.AloneSince.IsZero():
		s.emit(HoldLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
	case snap.Legs[s.c.Customer.Leg].Room != s.c.Room:
		s.emit(UnholdLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
	}
	s.resumeTrack(snap, &s.c.Customer.Party)
}

func (s *step) rejoinAgent(i int, snap engine.Snapshot) {
	a := &s.c.Agents[i]
	if a.State != PartyJoined || a.Gone || !snap.Legs[a.Leg].Answered {
		return
	}
	if a.Redial {
		s.redialled(i)
		return
	}
	if a.Role != Speaker {
		s.watch(i)
		return
	}
	s.emit(MuteLeg{Leg: a.Leg, On: a.Muted}) // before anybody can hear it
	if snap.Legs[a.Leg].Room != s.c.Room {
		s.emit(Join{Room: s.c.Room, Leg: a.Leg})
	}
	s.resumeTrack(snap, &a.Party)
}

// resumeTrack begins a new track where none is running in the engine.
func (s *step) resumeTrack(snap engine.Snapshot, p *Party) {
	for i := range p.Tracks {
		t := &p.Tracks[i]
		if !t.Closed && snap.Recordings[t.ID] {
			if s.c.Masks {
				s.emit(Mask{ID: t.ID, On: !s.c.MaskedSince.IsZero()})
			}
			return
		}
		if !t.Closed { // asked for before the gap, never begun
			t.Closed = true
			s.emit(TrackClosed{ID: t.ID, At: s.now, Failed: "the link to the engine was lost before it began"})
		}
	}
	s.record(p)
}
