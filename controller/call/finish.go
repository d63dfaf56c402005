package call

import (
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
)

// drainTime is how long an ended call waits for its legs and recordings to
// end before it gives them up.
const drainTime = 15 * time.Second

// over ends the call: as talked if there was a talk, else as missed.
func (s *step) over(on Trigger, by EndedBy, reason dialplan.MissedReason) {
	switch {
	case s.c.State.Over():
	case !s.c.AnsweredAt.IsZero(), s.c.Direction == "outbound":
		s.finish(on, Ended, by, "", engine.CauseNormal)
	default:
		s.finish(on, Missed, by, reason, engine.CauseNormal)
	}
}

// finish is the one way in which a call ends. cause goes to the legs that are
// still there.
func (s *step) finish(on Trigger, as State, by EndedBy, reason dialplan.MissedReason, cause engine.Cause) {
	if reason == dialplan.UserLeft && s.c.Pending != "" {
		reason = s.c.Pending // it comes before it (MISS-1)
	}
	reason = s.flowOver(reason)
	s.enter(as, on)
	s.c.EndedAt, s.c.EndedBy, s.c.MissedReason = s.c.Since, by, reason
	s.c.Outcome = s.outcome(as, by)
	s.c.DrainUntil = s.now.Add(drainTime)
	s.stopPrompt()
	s.stopRingback()
	s.forwardOver(Cancelled)
	for i := range s.c.Agents {
		switch s.c.Agents[i].State {
		case PartyRinging:
			s.stopRinging(i, PartyMissed, cause)
		case PartyJoined:
			s.part(i, PartyLeft)
		}
	}
	s.c.Customer.State, s.c.Customer.LeftAt = PartyLeft, s.now
	if !s.c.Customer.Gone {
		s.emit(Hangup{Leg: s.c.Customer.Leg, Cause: cause})
	}
	if s.c.Room != "" {
		s.emit(DestroyRoom{Room: s.c.Room})
	}
	if s.c.Out != nil {
		s.emit(OutboundEnded{})
		if s.c.MissedCallID != "" && s.c.Out.Dials == 0 {
			s.emit(Unhandled{CallID: s.c.MissedCallID})
		}
	}
	s.journal(s.summary())
}

// outcome is the call's one class.
func (s *step) outcome(as State, by EndedBy) Outcome {
	switch {
	case as == Missed:
		return WasMissed
	case !s.c.AnsweredAt.IsZero():
		return Answered
	case s.c.Outcome != "":
		return s.c.Outcome
	case by == ByAgent:
		return Cancelled
	default:
		return Failure
	}
}

// summary is what statistics are made from (STAT-0).
func (s *step) summary() journal.CallEnded {
	spent := func(state State) *int64 {
		if ms, ok := s.c.Spent[state]; ok {
			return &ms
		}
		return nil
	}
	return journal.CallEnded{
		By: string(s.c.EndedBy), State: string(s.c.State), Outcome: string(s.c.Outcome), MissedReason: string(s.c.MissedReason),
		TotalMS:    s.c.EndedAt.Sub(s.c.StartedAt).Milliseconds(),
		GreetingMS: spent(Greeting), QueueMS: spent(Queued), RingMS: spent(Ringing), DialMS: spent(Dialing), TalkMS: spent(Talking),
		VoicemailMS: spent(Voicemail), SurveyMS: spent(Survey),
	}
}

// drained notes that nothing of an ended call is left in the engine.
func (s *step) drained() {
	if s.c.Drained() {
		s.emit(Drained{})
	}
}
