package call

import (
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

// tick does what is due because a deadline has passed.
func (s *step) tick() {
	d := s.c.Deadline()
	if d.IsZero() || s.now.Before(d) {
		return
	}
	if s.c.State.Over() {
		s.giveUp()
		return
	}
	passed := func(t time.Time) bool { return !t.IsZero() && !s.now.Before(t) }
	s.ringsOut(passed)
	switch {
	case s.c.Prompt != nil && passed(s.c.Prompt.Until):
		s.promptOver()
	case s.c.Flow != nil && passed(s.c.Flow.Until):
		s.tell(flow.Tick{})
	case passed(s.c.PhaseUntil):
		s.phaseEnds()
	case s.c.State == Ringing && passed(s.c.RingUntil):
		s.nextLevel()
	case s.c.State == Dialing && s.c.Out != nil && passed(s.c.Out.RingUntil):
		s.dialForgotten()
	case s.c.forward() != nil && passed(s.c.forward().TalkUntil):
		s.forwardLimit()
	case s.c.Out != nil && passed(s.c.Out.TalkUntil):
		s.journal(journal.OutboundLimit{})
		s.finish(onTalkLimit, Ended, BySystem, "", engine.CauseNormal)
	}
	if s.c.State == Queued && passed(s.c.QueueUntil) { // perhaps only since phones have stopped ringing
		s.refuse(dialplan.AbandonedInQueue)
	}
	if s.c.State.Over() {
		return
	}
	if passed(s.c.SeekAt) {
		s.seek()
	}
	if s.c.State == Queued && passed(s.c.AnnounceAt) {
		s.c.AnnounceAt = s.now.Add(seconds(s.c.Plan.AnnounceSeconds))
		s.emit(Locate{})
	}
}

// phaseEnds ends a message or a survey.
func (s *step) phaseEnds() {
	s.c.PhaseUntil = time.Time{}
	if s.flowLeads() {
		s.tell(flow.Recorded{})
		return
	}
	switch s.c.State {
	case Voicemail:
		s.over(onMessageOver, BySystem, s.c.Pending)
	case Survey:
		s.finish(onGraded, Ended, ByAgent, "", engine.CauseNormal)
	}
}

// giveUp lets go of what an ended call still has in the engine.
func (s *step) giveUp() {
	var legs []string
	for _, leg := range s.c.Legs() {
		legs = append(legs, string(leg))
	}
	s.journal(journal.CallLeftovers{Legs: legs})
	for i := range s.c.Forwards {
		if f := &s.c.Forwards[i]; !f.Gone {
			s.emit(Hangup{Leg: f.Leg, Cause: engine.CauseNormal})
			f.Gone = true
		}
	}
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
