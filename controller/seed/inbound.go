package seed

import (
	"slices"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/outbound"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// fate is what becomes of an inbound call.
type fate int

// The fates. Nature takes its course is the usual one: whoever is free answers,
// and who waits too long hangs up.
const (
	takesItsCourse fate = iota
	isBlocked
	isTooMany
	asksForCallback
	findsNobody
	findsQueueFull
	waitsTooLong
	agentLeavesAtOnce
	ringsInVain
	hangsUpEarly
	isTurnedAway
)

// special are the fates among a hundred inbound calls; the others take their
// course.
var special = []fate{isBlocked, isTooMany, asksForCallback, asksForCallback, findsNobody, findsQueueFull, waitsTooLong, agentLeavesAtOnce,
	ringsInVain, ringsInVain, hangsUpEarly, hangsUpEarly, hangsUpEarly, isTurnedAway}

// nextFate draws from a hundred at a time, so that few calls have all fates, too.
func (s *seeder) nextFate() fate {
	if len(s.fates) == 0 {
		s.fates = make([]fate, 100)
		copy(s.fates, special)
		s.rng.Shuffle(len(s.fates), func(i, j int) { s.fates[i], s.fates[j] = s.fates[j], s.fates[i] })
	}
	f := s.fates[0]
	s.fates = s.fates[1:]
	return f
}

// inbound plays a customer's call.
func (s *seeder) inbound(at time.Time) (*play, error) {
	f, l := s.nextFate(), s.chooseLine(at)
	if s.o.Now.Sub(at) < 2*time.Hour && f == waitsTooLong { // it would not be over yet
		f = takesItsCourse
	}
	who := s.caller(at, f == isBlocked)
	p := s.newPlay(at, l, who, "inbound")
	p.c.From, p.c.To, p.c.CallerName = who.number(), l.Number.Number, who.CallerName
	if s.chance(2) && f != isBlocked && f != asksForCallback { // the number is withheld
		p.contact = s.anonymous(at)
		p.c.Customer.Name, p.c.Customer.ContactID, p.conv.ContactID, p.c.From, p.c.CallerName = "", p.contact.ID, p.contact.ID, "", ""
	}
	facts := dialplan.Facts{Now: at, TimeZone: s.ws.TimeZone, Blocked: f == isBlocked}
	if f == isTooMany {
		facts.PerMinute = *l.settings.InboundPerMinute
	}
	p.c.Plan = dialplan.Decide(l.settings, facts)
	p.c.Customer.Leg = engine.LegID("leg-" + p.c.ID)
	if _, err := outbound.Check(outbound.Request{Text: p.c.From, NumberID: l.ID, At: at}, s.facts); err != nil {
		p.c.Plan.CallbackKey = "" // nothing is offered that could not be kept
	}
	p.behave(f)
	if len(p.c.Plan.Say) > 0 || p.c.Plan.Refuse != "" {
		if s.chance(20) {
			p.hangsUp(s.between(time.Second, 4*time.Second))
		}
		return p, p.run(call.Arrived{})
	}
	return p, p.run(call.Arrived(p.search()))
}

// hangsUp lets the customer leave in a while, unless they talk by then.
func (p *play) hangsUp(in time.Duration) {
	p.then(in, func() call.Input {
		if p.c.State == call.Talking {
			return nil
		}
		return engine.LegEnded{Leg: p.c.Customer.Leg, Cause: engine.CauseNormal}
	})
}

// behave says what customer and agents do before they talk.
func (p *play) behave(f fate) {
	s := p.s
	p.search, p.talks = p.seek, p.converse
	p.rings = p.answersOrNot
	switch f {
	case findsNobody:
		p.search = func() call.Found { return call.Found{} }
	case findsQueueFull:
		p.search = func() call.Found { return call.Found{Busy: true, Waiting: p.c.Plan.QueueCalls} }
	case waitsTooLong:
		p.search = func() call.Found { return call.Found{Busy: true} }
	case asksForCallback:
		p.search = func() call.Found { return call.Found{Busy: true} }
		p.then(s.between(20*time.Second, 70*time.Second), func() call.Input {
			return engine.DTMF{Leg: p.c.Customer.Leg, Digit: p.c.Plan.CallbackKey}
		})
		p.hangsUp(15 * time.Minute) // where no key helps: the number is open all day
	case ringsInVain:
		p.rings = func(call.Agent) {}
	case hangsUpEarly:
		p.rings = func(call.Agent) {}
		p.hangsUp(s.between(3*time.Second, 18*time.Second))
	case agentLeavesAtOnce:
		p.rings = func(a call.Agent) { p.thenSay(s.between(2*time.Second, 8*time.Second), engine.LegAnswered{Leg: a.Leg}) }
		p.talks = func() { p.thenSay(joinsIn/2, call.Do{AgentID: p.speaker(), Action: call.Leave}) }
		p.hangsUp(3 * time.Minute) // where nobody is free
	case isTurnedAway:
		p.talks = p.turnsAway
		p.hangsUp(p.patience())
	default:
		p.hangsUp(p.patience())
	}
}

// patience is how long the caller waits.
func (p *play) patience() time.Duration {
	return 15*time.Second + min(9*time.Minute, time.Duration(p.s.rng.ExpFloat64()*float64(150*time.Second)))
}

// seek finds agents as the assignment would: under automatic assignment the one
// who has been free the longest and was not asked too often, else all.
func (p *play) seek() call.Found {
	free, somebody := p.s.freeNow(p.line, p.now)
	asked, _ := p.c.Asked()
	var found call.Found
	most := 6 // phones that ring at once
	if p.c.Plan.Automatic {
		most = 1
	}
	for _, a := range free {
		if p.c.Present(a.ID) < 0 && asked[a.ID] < p.c.Rounds() && len(found.Candidates) < most {
			found.Candidates = append(found.Candidates, p.candidate(a))
		}
	}
	if len(found.Candidates) > 0 || !somebody {
		return found
	}
	if next := p.s.nextFree(p.line, p.now); !next.IsZero() {
		found.Busy = true
		p.then(next.Sub(p.now)+150*time.Millisecond, func() call.Input {
			if p.c.State != call.Queued {
				return nil
			}
			return call.Offered(p.search())
		})
	}
	found.Tried = !found.Busy
	return found
}

// answersOrNot is what an agent does whose phone rings.
func (p *play) answersOrNot(a call.Agent) {
	s := p.s
	rings := s.between(1500*time.Millisecond, 11*time.Second)
	switch {
	case s.chance(4):
		p.then(rings/2, func() call.Input {
			if i := p.c.Present(a.AgentID); i < 0 || p.c.Agents[i].State != call.PartyRinging {
				return nil
			}
			return call.Do{AgentID: a.AgentID, Action: call.Decline}
		})
	case s.chance(5): // is not at the desk
	default:
		p.thenSay(rings, engine.LegAnswered{Leg: a.Leg})
	}
}

// callback plays the call that a caller has asked for instead of waiting.
func (s *seeder) callback(of *play) (*play, error) {
	at := of.c.EndedAt.Add(-5 * time.Second)
	p := s.newPlay(at, of.line, of.contact, "outbound")
	grant, err := outbound.Check(outbound.Request{Text: of.c.From, NumberID: of.line.ID, At: at}, s.facts)
	if err != nil {
		return nil, err
	}
	p.grant = &grant
	p.c.From, p.c.To = grant.Number.Number, grant.Dial()
	p.c.Plan = of.c.Plan
	p.c.Customer.Gone = true
	p.c.Out = &call.Out{Number: p.c.To, Routes: grant.Routes, Seconds: int(grant.MaxDuration / time.Second),
		Callback: &call.Callback{From: of.c.ID, Rank: *of.asked}}
	p.search, p.rings, p.talks = p.seek, p.answersOrNot, p.converse
	p.out = func(leg engine.LegID) {
		p.thenSay(2*time.Second, engine.LegRinging{Leg: leg})
		p.thenSay(s.between(5*time.Second, 15*time.Second), engine.LegAnswered{Leg: leg})
	}
	return p, p.run(call.AskedBack{})
}

// chooseLine draws a number; at night it is mostly the one that has no hours.
func (s *seeder) chooseLine(at time.Time) *line {
	n := s.rng.IntN(100)
	i := slices.IndexFunc(s.lines, func(l line) bool { n -= l.share; return n < 0 })
	return &s.lines[max(i, 0)]
}

// newPlay begins a call.
func (s *seeder) newPlay(at time.Time, l *line, who *contact, direction string) *play {
	id, conv := s.id(at), s.id(at)
	p := &play{s: s, line: l, contact: who, now: at}
	p.c = call.Call{ID: id, WorkspaceID: s.ws.ID, ConversationID: conv, NumberID: l.ID, Kind: "phone", Direction: direction, StartedAt: at,
		Zone: s.ws.TimeZone, Customer: call.Customer{Party: call.Party{ID: s.id(at), Name: who.Name}, ContactID: who.ID}}
	p.conv = models.Conversation{ID: conv, WorkspaceID: s.ws.ID, ContactID: who.ID, NumberID: &l.ID, Kind: "phone", Direction: direction, State: "open",
		Live: true, CreatedAt: models.At(at), UpdatedAt: models.At(at)}
	return p
}
