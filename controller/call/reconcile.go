package call

import (
	"slices"
	"strconv"
	"strings"

	"ringdesk/controller/engine"
)

// reconcile makes the call and the engine agree after a gap: first the call
// learns what it missed, then the engine gets what it missed.
func (s *step) reconcile(snap engine.Snapshot) {
	if s.c.State == "" { // it has not begun
		return
	}
	s.runs = snap.Recordings
	s.hangUpOldDials(snap)
	s.stopOldPrompts(snap)
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
	s.removeOldRoom(snap)
	for i := -1; i < len(s.c.Agents); i++ {
		s.reconcileLeg(i, snap)
	}
	s.reconcileForwards(snap)
	s.closeLostTracks(snap)
	if was == s.c.State && was != Talking && !was.Over() {
		s.checkTracks(snap)
	}
	switch {
	case s.c.State.Over() && was.Over() && there:
		s.emit(DestroyRoom{Room: s.c.Room})
	case s.c.State == Queued, s.c.State == Ringing:
		s.rewait(answered)
	case s.c.State == Dialing && s.c.Out == nil:
		s.awaitForward()
	case (s.c.State == Talking || s.c.State == Dialing) && was == s.c.State:
		s.rejoin(snap, settled)
	case s.c.State == Voicemail && s.c.Prompt == nil && was == Voicemail && !s.c.Customer.recorded():
		s.phaseEnds()
	}
	if was == s.c.State && !s.c.State.Over() {
		s.resound(snap, there)
	}
	s.drained()
}

// stopOldPrompts ends what parties hear that is over for the call: the command
// that should have ended it may be lost, and so may the step that began it.
func (s *step) stopOldPrompts(snap engine.Snapshot) {
	for _, p := range s.parties() {
		id := snap.Legs[p.Leg].Playback
		if n, ok := strings.CutPrefix(string(id), s.promptIDs()); ok {
			if n, err := strconv.Atoi(n); err == nil {
				s.c.Prompts = max(s.c.Prompts, n) // the next one has another id than one that was not saved
			}
		}
		prompt := s.c.Prompt != nil && s.c.Prompt.ID == id
		ringing := s.c.Out != nil && s.c.Out.Ringback == string(id)
		if id != "" && !prompt && !ringing {
			s.emit(StopPlay{ID: id})
		}
	}
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

// hangUpOldDial ends a customer's leg that was answered after another dial had
// replaced it.
func (s *step) hangUpOldDial(leg engine.LegID) {
	for n := 1; s.c.Out != nil && n < s.c.Out.Dials; n++ {
		if leg == s.dialLeg(n) {
			s.emit(Hangup{Leg: leg, Cause: engine.CauseNormal})
		}
	}
}

// resound lets the customer and an agent who calls hear what they should.
func (s *step) resound(snap engine.Snapshot, room bool) {
	switch s.c.State {
	case Greeting, Voicemail, Survey:
		s.quiet(room)
		s.handOverAgain()
	case Dialing:
		if s.c.Out != nil {
			s.ringBackAgain(snap)
		}
	}
	if s.c.Prompt != nil { // nobody knows how much of it was heard
		asked := s.c.Prompt.Asked
		s.play(s.c.Prompt.For, s.c.Prompt.Sounds)
		s.c.Prompt.Asked = asked
	}
}

// quiet lets the customer hear neither music nor a room. One whom a flow has not
// answered yet hears ringing.
func (s *step) quiet(room bool) {
	if s.flowLeads() && s.c.Prompt == nil && !s.c.Customer.Answered {
		s.emit(Ring{Leg: s.c.Customer.Leg})
		return
	}
	s.silenced(room)
}

// removeOldRoom removes the room of a talk that a flow has gone on from, where the
// command was lost.
func (s *step) removeOldRoom(snap engine.Snapshot) {
	room := engine.RoomID(s.c.ID)
	if _, there := snap.Rooms[room]; there && s.c.Room == "" {
		s.emit(DestroyRoom{Room: room})
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

// ringBackAgain begins a ringing tone again that ended with the gap.
func (s *step) ringBackAgain(snap engine.Snapshot) {
	heard := func(p *Party) bool { return string(snap.Legs[p.Leg].Playback) == s.c.Out.Ringback }
	if s.c.Out.Ringback != "" && !slices.ContainsFunc(s.parties(), heard) {
		s.c.Out.Ringback = ""
		s.ringBack()
	}
}

// reconcileLeg makes one party and the engine agree: the customer (-1), or an
// agent by place.
func (s *step) reconcileLeg(i int, snap engine.Snapshot) {
	p, cut := &s.c.Customer.Party, false
	if i >= 0 {
		p, cut = &s.c.Agents[i].Party, s.c.Agents[i].Cut
	}
	leg, there := snap.Legs[p.Leg]
	present := p.State == PartyRinging || p.State == PartyJoined
	switch {
	case there && (p.Gone || cut || s.c.State.Over() || !present):
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
			case !s.c.PausedSince.IsZero():
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
		if s.c.Out != nil && s.c.Out.Early && snap.Legs[s.c.Customer.Leg].Room != s.c.Room {
			s.emit(JoinEarly{Room: s.c.Room, Leg: s.c.Customer.Leg})
		}
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
	if a.State != PartyJoined || a.Gone || a.Cut || !snap.Legs[a.Leg].Answered {
		return
	}
	if a.AutoAnswer {
		s.autoAnswered(i)
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
			if s.c.PausedBefore {
				s.emit(Mask{ID: t.ID, On: !s.c.PausedSince.IsZero()})
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
