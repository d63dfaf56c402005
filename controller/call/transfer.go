package call

import (
	"ringdesk/controller/journal"
	"ringdesk/controller/reason"
	"ringdesk/dialplan"
)

// transfer hands the customer over: to a colleague who has joined (attended), to
// one who is rung now (blind), or to a team's queue (CALL-7).
func (s *step) transfer(i int, in Do) *reason.Why {
	if in.Team != "" {
		s.journal(journal.CallTransferred{AgentID: s.c.Agents[i].AgentID, Team: in.Team})
		s.c.Plan.Overflow = append([]dialplan.Level{{Team: in.Team, Rounds: 1}}, s.c.Plan.Overflow...)
		s.c.Level = 0
		s.requeue(onTransfer)
		return nil
	}
	j := s.c.Present(in.Target)
	switch {
	case j == i:
		return reason.Of(reason.TransferToYourself, "Choose a colleague to hand the call over to.")
	case j >= 0 && s.c.Agents[j].Speaks():
		s.journal(journal.CallTransferred{AgentID: s.c.Agents[i].AgentID, Attended: new(true), To: in.Target})
		s.release(i)
		s.leave(i)
		return nil
	case j >= 0:
		return reason.Of(reason.NotAnsweredYet, "This colleague has not answered yet: wait until they have, or cancel the invitation.")
	case in.Candidate == nil:
		return in.Why
	}
	s.journal(journal.CallTransferred{AgentID: s.c.Agents[i].AgentID, Attended: new(false), To: in.Target})
	by := s.c.Agents[i].AgentID
	s.part(i, PartyLeft)
	if s.anySpeaks() { // colleagues go on talking until the new one joins
		s.ring(*in.Candidate, by)
		s.follow(by)
		s.aloneOrNot()
		return nil
	}
	s.handOver(*in.Candidate, by)
	return nil
}

// handOver rings one agent for a customer who hears music meanwhile. Where they
// do not answer, the call goes on as from the head of the queue.
func (s *step) handOver(c Candidate, by string) {
	s.dismissWatchers()
	s.journal(journal.CallRequeued{AgentID: c.AgentID, Why: "transfer"})
	s.enter(Ringing, onTransfer)
	s.c.Offers = len(s.c.Agents)
	s.c.Rank = RankOf(s.now, headPriority)
	s.queued()
	s.music()
	s.ring(c, by)
}
