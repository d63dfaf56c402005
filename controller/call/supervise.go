package call

import (
	"ringdesk/controller/journal"
	"ringdesk/controller/reason"
)

// supervise lets a supervisor listen, whisper or barge in (CALL-7).
func (s *step) supervise(in Do) *reason.Why {
	switch {
	case !in.Supervisor:
		return reason.Of(reason.SupervisorsOnly, "Only supervisors can listen to a colleague's call.")
	case !s.c.Plan.Monitored:
		return reason.Of(reason.ListeningUnannounced, "The announcement of this number does not tell callers that somebody may listen, so nobody may.")
	case s.c.State != Talking:
		return reason.Of(reason.NobodyTalks, "Nobody talks in this call at the moment.")
	}
	i := s.c.Present(in.AgentID)
	if i >= 0 && s.c.Agents[i].Role == Speaker {
		return inAlready
	}
	if in.Action == Barge && s.speakers() >= mostAgents {
		return full
	}
	if i < 0 {
		if in.Candidate == nil {
			return in.Why
		}
		a := newAgent(*in.Candidate, s.now)
		a.State, a.JoinedAt, a.AutoAnswer = PartyJoined, s.now, true
		s.c.Agents = append(s.c.Agents, a)
		i = len(s.c.Agents) - 1
		s.emit(Occupy{AccountID: a.AccountID})
		s.emit(Dial{Agent: a})
	}
	a := &s.c.Agents[i]
	a.Role = map[Action]Role{Listen: Listening, Whisper: Whispering, Barge: Speaker}[in.Action]
	if in.Target != "" {
		a.Watches = in.Target
	}
	s.journal(supervises(in.Action, a))
	switch {
	case a.AutoAnswer: // when the phone has answered
	case a.Role == Speaker:
		s.comeIn(i)
	default:
		s.watch(i)
	}
	return nil
}

// supervises is the entry for what a supervisor does.
func supervises(action Action, a *Agent) journal.Entry {
	switch action {
	case Whisper:
		return journal.SupervisorWhispers{Agent: about(a)}
	case Barge:
		return journal.SupervisorBarges{Agent: about(a)}
	default:
		return journal.SupervisorListens{Agent: about(a)}
	}
}

// spokesman is the agent whom a supervisor hears unless another was named: the
// first who speaks; -1 if there is none.
func (s *step) spokesman(agentID string) int {
	found := -1
	for i := range s.c.Agents {
		a := &s.c.Agents[i]
		if !a.here() || a.AutoAnswer {
			continue
		}
		if a.AgentID == agentID {
			return i
		}
		if found < 0 {
			found = i
		}
	}
	return found
}

// watch lets a supervisor hear, and whisper (CALL-7).
func (s *step) watch(i int) {
	a := &s.c.Agents[i]
	t := s.spokesman(a.Watches)
	if t < 0 || a.Gone || a.AutoAnswer {
		return
	}
	a.Watches = s.c.Agents[t].AgentID
	s.emit(Monitor{Leg: a.Leg, Target: s.c.Agents[t].Leg, Whisper: a.Role == Whispering})
}

// follow turns the supervisors of an agent who has left to another one, and
// those of an agent who has a new phone to that.
func (s *step) follow(agentID string) {
	for i := range s.c.Agents {
		if a := &s.c.Agents[i]; a.State == PartyJoined && a.Role != Speaker && a.Watches == agentID {
			s.watch(i)
		}
	}
}

// dismissWatchers lets supervisors go when there is nothing to hear any more.
func (s *step) dismissWatchers() {
	for i := range s.c.Agents {
		if a := &s.c.Agents[i]; a.State == PartyJoined && a.Role != Speaker {
			s.part(i, PartyLeft)
		}
	}
}
