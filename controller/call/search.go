package call

import (
	"slices"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
)

// SeekPause is how long a call waits before it looks for agents again when
// nothing has told it to.
const SeekPause = 2 * time.Second

// seekNow looks for agents at once. Should that fail, time brings it up again.
func (s *step) seekNow() {
	s.c.SeekAt = s.now.Add(SeekPause)
	s.emit(Seek{})
}

// seek looks for agents while nobody rings, or while one who talks is away.
func (s *step) seek() {
	s.c.SeekAt = time.Time{}
	switch {
	case s.c.State == Talking:
		if !s.waitForReturn() {
			return
		}
	case !s.c.Waits() || s.anyRings():
		return
	case s.c.Rests():
		s.c.Rank = s.c.Out.Callback.Rank
		s.journal(journal.CallbackDue{Attempt: s.c.Out.Callback.Attempts + 1})
	}
	s.seekNow()
}

// offered takes what a search has found.
func (s *step) offered(in Found) {
	switch {
	case s.c.Rests():
		s.freeAll(in.Candidates)
	case s.c.Waits():
		s.route(in)
	case s.c.State == Talking:
		for _, id := range in.Back {
			s.back(id)
		}
		for _, c := range in.Candidates {
			s.dialAnew(c)
		}
	default:
		s.freeAll(in.Candidates)
	}
}

// route goes on after a search for agents: it rings, waits, or asks the next
// team.
func (s *step) route(in Found) {
	s.c.SeekAt = time.Time{}
	if len(in.Candidates) > 0 {
		s.c.NobodySince = time.Time{}
		s.offer(in.Candidates)
		return
	}
	if s.anyRings() {
		return
	}
	switch {
	case in.Busy:
		s.c.NobodySince = time.Time{}
		s.wait(in.Waiting)
	case s.waitsAgain(): // one who has talked already is not sent away
		s.askAnew(in.Waiting)
	case s.c.State == Queued && !s.c.QueuedAt.IsZero() && !in.Tried && (s.c.Out != nil || s.nobodyYet()): // a callback can wait
		s.wait(in.Waiting)
	case s.c.State == Ringing && s.now.Before(s.c.RingUntil) && s.anyLost():
		s.c.SeekAt = s.now.Add(SeekPause)
	default:
		s.nextLevel()
	}
}

// waitsAgain says whether the customer waits for another agent than the one they have
// talked to, though no flow led them there.
func (s *step) waitsAgain() bool { return !s.c.AnsweredAt.IsZero() && !s.flowWaits() }

// askAnew asks the next team for a customer who has talked already, or all of
// them again.
func (s *step) askAnew(waiting int) {
	s.c.Offers = len(s.c.Agents)
	if s.c.Level+1 < len(s.c.Plan.Overflow) {
		s.c.Level++
	} else {
		s.c.Level = 0
	}
	s.wait(waiting)
	s.c.SeekAt = s.now.Add(SeekPause)
}

// nobodyLimit is how long a caller who waits stays when all agents are gone: a
// page that is loaded anew is gone for a moment, too.
const nobodyLimit = 30 * time.Second

// nobodyYet says whether agents may still come back: nobodyLimit has not passed
// since the search first found none.
func (s *step) nobodyYet() bool {
	if s.c.NobodySince.IsZero() {
		s.c.NobodySince = s.now
	}
	return s.now.Sub(s.c.NobodySince) < nobodyLimit
}

// anyLost says whether a phone was lost while it rang, since it may come back.
func (s *step) anyLost() bool {
	return slices.ContainsFunc(s.c.Agents[s.c.Offers:], func(a Agent) bool { return a.State == PartyMissed && a.Lost })
}

// nextLevel asks the plan's next team, or turns the caller away. A call that
// was offered to nobody had no operator.
func (s *step) nextLevel() {
	s.stopAll(PartyMissed, engine.CauseNoAnswer)
	s.c.RingUntil = time.Time{}
	if s.c.Level+1 < len(s.c.Plan.Overflow) {
		s.c.Level++
		s.c.Offers = len(s.c.Agents)
		if s.c.State == "" { // nobody of the first team is there: it waits for the look
			s.enter(Queued, onNextTeam)
		}
		s.journal(journal.CallLevel{Level: s.c.Level, Team: s.c.Team()})
		s.seekNow()
		return
	}
	if s.waitsAgain() { // who has talked already goes on waiting
		s.askAnew(0)
		return
	}
	reason := dialplan.NoOperator
	switch waited := s.c.QueueUntil; {
	case len(s.c.Agents) > 0 && !waited.IsZero() && !s.now.Before(waited): // it ran out while a phone rang
		reason = dialplan.AbandonedInQueue
	case len(s.c.Agents) > 0:
		reason = dialplan.RingTimeOver
	}
	s.refuse(reason)
}

// freeAll lets agents go whom the call has no use for. Those who are in it at
// another phone keep their claim.
func (s *step) freeAll(cs []Candidate) {
	for _, c := range cs {
		if s.c.Present(c.AgentID) < 0 {
			s.emit(Free{AccountID: c.AccountID})
		}
	}
}
