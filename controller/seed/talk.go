package seed

import (
	"math"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
)

// length draws how long a talk lasts: half of them less than two and a half
// minutes, few more than ten.
func (p *play) length() time.Duration {
	t := time.Duration(150 * math.Exp(p.s.rng.NormFloat64()*0.8) * float64(time.Second))
	return min(max(t, 8*time.Second), 25*time.Minute).Round(time.Millisecond)
}

// doing lets whoever talks then do something in a while.
func (p *play) doing(in time.Duration, make func(agent string) call.Do) {
	p.then(in, func() call.Input {
		agent := p.speaker()
		if p.c.State != call.Talking || agent == "" {
			return nil
		}
		return make(agent)
	})
}

func (p *play) does(in time.Duration, what call.Action) {
	p.doing(in, func(agent string) call.Do { return call.Do{AgentID: agent, Action: what} })
}

// converse plans a talk: what the agents do in it, and who ends it.
func (p *play) converse() {
	s, t := p.s, p.length()
	if s.chance(17) {
		p.holds(t)
	}
	if s.chance(3) {
		p.does(t/5, call.Mute)
		p.does(t/4, call.Unmute)
	}
	if s.chance(2) {
		p.does(t/3, call.AskHelp)
		p.does(t/2, call.HelpDone)
	}
	if s.chance(1) {
		p.doing(t/6, func(agent string) call.Do { return call.Do{AgentID: agent, Action: call.SendDTMF, Digits: "1"} })
	}
	switch {
	case s.chance(5):
		p.invites(t)
	case s.chance(4):
		p.handsOver(t)
	case s.chance(3) && p.line.team != "" && p.c.Direction == "inbound":
		p.toTeam(t)
	}
	p.ends(t)
}

func (p *play) holds(t time.Duration) {
	from := p.s.between(t/5, t/2)
	for until := min(from+p.s.between(10*time.Second, 100*time.Second), t*9/10); until > from; {
		p.does(from, call.PutHold)
		p.does(until, call.Release)
		return
	}
}

// ends plans the talk's end. Who hangs up is the customer in most cases.
func (p *play) ends(t time.Duration) {
	if p.s.chance(60) {
		p.then(t, func() call.Input {
			if p.c.State.Over() {
				return nil
			}
			return engine.LegEnded{Leg: p.c.Customer.Leg, Cause: engine.CauseNormal}
		})
		return
	}
	p.does(t, call.EndCall)
	p.then(t, func() call.Input { // the customer grades the talk, or hangs up
		if p.c.State != call.Survey {
			return nil
		}
		if p.s.chance(60) {
			p.thenSay(p.s.between(4*time.Second, 9*time.Second), engine.DTMF{Leg: p.c.Customer.Leg, Digit: string(pick(p.s, []rune("55555444332")))})
			return nil
		}
		p.thenSay(p.s.between(time.Second, 6*time.Second), engine.LegEnded{Leg: p.c.Customer.Leg, Cause: engine.CauseNormal})
		return nil
	})
	p.then(t+5*time.Second, func() call.Input { // whoever should have ended it was handed over
		if p.c.State != call.Talking && !p.c.Waits() {
			return nil
		}
		return engine.LegEnded{Leg: p.c.Customer.Leg, Cause: engine.CauseNormal}
	})
}

// colleague is another agent who is free now.
func (p *play) colleague() (call.Candidate, bool) {
	for i := range p.s.lines {
		free, _ := p.s.freeNow(&p.s.lines[(i+1)%len(p.s.lines)], p.now)
		for _, a := range free {
			if _, was := p.c.Agent(a.ID); !was {
				return p.candidate(a), true
			}
		}
	}
	return call.Candidate{}, false
}

// invites lets a colleague join for a while (CALL-3).
func (p *play) invites(t time.Duration) {
	p.withColleague(t/4, func(agent string, c call.Candidate) call.Do {
		p.then(t/3, func() call.Input {
			if i := p.c.Present(c.AgentID); p.c.State != call.Talking || i < 0 || p.c.Agents[i].State != call.PartyJoined {
				return nil
			}
			return call.Do{AgentID: c.AgentID, Action: call.Leave}
		})
		return call.Do{AgentID: agent, Action: call.Invite, Target: c.AgentID, Candidate: &c}
	})
}

// handsOver gives the customer to a colleague without a word (CALL-7).
func (p *play) handsOver(t time.Duration) {
	p.withColleague(t/3, func(agent string, c call.Candidate) call.Do {
		return call.Do{AgentID: agent, Action: call.Transfer, Target: c.AgentID, Candidate: &c}
	})
}

func (p *play) withColleague(in time.Duration, make func(string, call.Candidate) call.Do) {
	p.then(in, func() call.Input {
		agent := p.speaker()
		c, free := p.colleague()
		if p.c.State != call.Talking || agent == "" || !free {
			return nil
		}
		p.rings = func(a call.Agent) {
			p.thenSay(p.s.between(2*time.Second, 7*time.Second), engine.LegAnswered{Leg: a.Leg})
		}
		return make(agent, c)
	})
}

// toTeam gives the customer to another department, whose agents are looked for
// (CALL-7).
func (p *play) toTeam(t time.Duration) {
	p.then(t/4, func() call.Input {
		agent, other := p.speaker(), &p.s.lines[1+p.s.rng.IntN(len(p.s.lines)-1)]
		if p.c.State != call.Talking || agent == "" || other.team == p.line.team {
			return nil
		}
		p.line, p.rings = other, p.answersOrNot
		return call.Do{AgentID: agent, Action: call.Transfer, Team: other.team}
	})
}

// turnsAway is the talk with somebody abusive (CALL-7).
func (p *play) turnsAway() {
	t := p.s.between(40*time.Second, 2*time.Minute)
	p.does(t/2, call.Warn)
	p.does(t, call.TurnAway)
}
