package seed

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/exchange"
	"ringdesk/controller/journal"
	"ringdesk/controller/outbound"
	"ringdesk/models"
)

// play is one call that is played by call.Step: what was planned to happen comes
// in the order of its moments, and so do the deadlines of the call itself.
type play struct {
	s       *seeder
	line    *line
	contact *contact
	c       call.Call
	now     time.Time
	plan    []event

	search func() call.Found   // what a search for agents finds
	rings  func(call.Agent)    // an agent's phone rings
	talks  func()              // the customer and an agent talk for the first time
	out    func(engine.LegID)  // the customer's phone is called
	grant  *outbound.Grant     // of an outbound call
	begun  models.OutboundCall // its place in the ledger; empty until it is dialled

	seen    bool // talks was called
	entries []models.JournalEntry
	parties []models.Participant
	conv    models.Conversation
	blocks  []call.Block
	tags    []string
	wraps   []string // agents who wrap it up
	asked   *int64   // the rank of the callback that was asked for
	after   []write
	steps   int
}

// event is an input that is made when its moment has come; nil is none.
type event struct {
	at time.Time
	in func() call.Input
}

// mostSteps is more than a call of two hours in the queue takes.
const mostSteps = 5000

// then plans what happens in a while, unless it makes no sense any more.
func (p *play) then(in time.Duration, make func() call.Input) {
	e := event{at: p.now.Add(in), in: make}
	i, _ := slices.BinarySearchFunc(p.plan, e, func(a, b event) int { return cmp.Or(a.at.Compare(b.at), -1) })
	p.plan = slices.Insert(p.plan, i, e)
}

// thenSay plans an input that is known already.
func (p *play) thenSay(in time.Duration, input call.Input) {
	p.then(in, func() call.Input { return input })
}

// run plays until nothing of the call is left.
func (p *play) run(first call.Input) error {
	if err := p.step(first); err != nil {
		return err
	}
	for !p.c.Drained() || len(p.plan) > 0 {
		d := p.c.Deadline()
		if len(p.plan) > 0 && (d.IsZero() || !p.plan[0].at.After(d)) {
			e := p.plan[0]
			p.plan = p.plan[1:]
			p.now = e.at
			if in := e.in(); in != nil {
				if err := p.step(in); err != nil {
					return err
				}
			}
			continue
		}
		if d.IsZero() {
			return fmt.Errorf("nothing happens any more in state %s", p.c.State)
		}
		if d.After(p.now) {
			p.now = d
		}
		if err := p.step(call.Tick{}); err != nil {
			return err
		}
	}
	return nil
}

func (p *play) step(in call.Input) error {
	if p.steps++; p.steps > mostSteps {
		return fmt.Errorf("it goes on and on in state %s", p.c.State)
	}
	next, effects := call.Step(p.c, in, p.now)
	for _, e := range effects {
		if refused, no := e.(call.Refused); no {
			return fmt.Errorf("%+v is refused: %s", in, refused.Why)
		}
	}
	next.Version++
	p.c = next
	for _, e := range effects {
		if err := p.take(e); err != nil {
			return err
		}
	}
	p.keep(exchange.ConversationUpdate(&p.c, effects))
	p.parties = exchange.Participants(p.parties, &p.c, p.now)
	if p.c.State == call.Talking && !p.seen {
		p.seen = true
		p.talks()
	}
	return nil
}

// What the engine takes for what it is told.
const (
	hangsUpIn = 60 * time.Millisecond
	joinsIn   = 40 * time.Millisecond
	soundOf   = 1800 * time.Millisecond // one sound of an announcement
)

// take does what Step wants done: it plays the engine, the search for agents and
// the records.
func (p *play) take(e call.Effect) error {
	switch e := e.(type) {
	case call.Journal:
		entry, err := exchange.JournalEntry(&p.c, e)
		p.entries = append(p.entries, entry)
		return err
	case call.Seek:
		p.then(0, func() call.Input { return call.Offered(p.search()) })
	case call.Locate:
		p.thenSay(0, call.Located{Ahead: p.s.rng.IntN(4), Wait: p.s.between(time.Minute, 4*time.Minute).Round(time.Minute)})
	case call.Play:
		if !e.Loop {
			p.thenSay(time.Duration(len(e.Sounds))*soundOf, engine.PlaybackEnded{Playback: e.ID})
		}
	case call.Hangup:
		p.thenSay(hangsUpIn, engine.LegEnded{Leg: e.Leg, Cause: e.Cause})
	case call.Join:
		if e.Leg == p.c.Customer.Leg {
			p.thenSay(joinsIn, engine.LegJoined{Room: e.Room, Leg: e.Leg})
		}
	case call.Dial:
		p.rings(e.Agent)
	case call.DialOut:
		p.out(e.Leg)
	case call.OutboundBegun:
		p.begun = p.grant.Call(p.c.ID)
		p.begun.AgentID = e.AgentID
	case call.OutboundEnded:
		if p.begun.CallID != "" {
			p.after = append(p.after, p.charge)
		}
	case call.Handled:
		p.handles(e.CallID)
	case call.Tag:
		p.tags = append(p.tags, e.Tag)
	case call.Block:
		p.blocks = append(p.blocks, e)
	case call.WrapUp:
		p.wraps = append(p.wraps, e.AgentID)
	case call.CallBack:
		p.asked = &e.Rank
	}
	return nil
}

// handles marks the missed call that this one answers (MISS-5).
func (p *play) handles(missed string) {
	at, by := p.now, ""
	for i := range p.c.Agents {
		if p.c.Agents[i].Speaks() {
			by = p.c.Agents[i].AgentID
		}
	}
	p.after = append(p.after, func(tx *models.Tx) error {
		_, err := tx.HandleMissed(p.c.WorkspaceID, missed, by, at)
		return err
	})
}

// charge writes the call into the ledger (OUT-7).
func (p *play) charge(tx *models.Tx) error {
	if err := tx.AddOutbound(p.begun); err != nil {
		return err
	}
	_, err := tx.EndOutbound(p.c.ID, p.c.AnsweredAt, p.c.EndedAt)
	return err
}

// write writes the call as the exchange would have, and what was done afterwards.
func (p *play) write(tx *models.Tx) error {
	row, err := exchange.Stored(&p.c)
	if err != nil {
		return err
	}
	for _, w := range []error{tx.AddConversation(p.conv), tx.AddCall(row), tx.AddJournal(p.entries), tx.PutParticipants(p.parties)} {
		if w != nil {
			return w
		}
	}
	for _, b := range p.blocks {
		err := tx.Block(models.Block{ID: p.s.id(p.c.EndedAt), WorkspaceID: p.c.WorkspaceID, Number: p.c.Caller(), UntilAt: models.At(b.Until),
			Reason: call.Abusive, AgentID: b.AgentID, CreatedAt: models.At(p.c.EndedAt)})
		if err != nil {
			return err
		}
	}
	for _, tag := range p.tags {
		if err := tx.TagConversation(p.c.WorkspaceID, p.c.ConversationID, tag); err != nil {
			return err
		}
	}
	for _, w := range p.after {
		if err := w(tx); err != nil {
			return err
		}
	}
	return nil
}

// rest says until when everybody who was in the call had to do with it: their
// phones rang, they talked, they wrapped up.
func (p *play) rest() {
	for i := range p.c.Agents {
		a := &p.c.Agents[i]
		until := a.LeftAt
		if a.State == call.PartyLeft {
			until = until.Add(p.s.between(4*time.Second, 55*time.Second))
			p.wrappedUp(a.AgentID, until)
		}
		if known := p.s.agentOf(a.AgentID); known.free.Before(until) {
			known.free = until
		}
	}
}

// wrappedUp ends the wrap-up of an agent who has begun one (END-5).
func (p *play) wrappedUp(agent string, at time.Time) {
	if !slices.Contains(p.wraps, agent) || at.After(p.s.o.Now) {
		return
	}
	p.after = append(p.after, func(tx *models.Tx) error {
		return tx.AddConversationEntry(p.c.WorkspaceID, p.c.ConversationID, agent, models.At(at),
			journal.AgentWrappedUp{AgentID: agent, CallID: p.c.ID, How: journal.WrapUpFinished})
	})
}

// speaker is the agent who talks now, or "".
func (p *play) speaker() string {
	for i := range p.c.Agents {
		if p.c.Agents[i].Speaks() {
			return p.c.Agents[i].AgentID
		}
	}
	return ""
}

// candidate is an agent who is claimed for this call.
func (p *play) candidate(a *agent) call.Candidate {
	id := p.s.id(p.now)
	return call.Candidate{AgentID: a.ID, AccountID: a.AccountID, Name: a.Name, Phone: "ph-" + a.ID, Leg: engine.LegID(id), PartyID: p.s.id(p.now)}
}

// keep changes the conversation as its row would be changed.
func (p *play) keep(u models.ConversationUpdate) {
	set := func(to **string, v *string) {
		if v != nil {
			*to = v
		}
	}
	set(&p.conv.AssigneeID, u.AssigneeID)
	if u.State != nil {
		p.conv.State, p.conv.MissedReason = *u.State, *u.MissedReason
	}
	if u.Live != nil {
		p.conv.Live = *u.Live
	}
	if u.TalkSeconds != nil {
		p.conv.TalkSeconds = *u.TalkSeconds
	}
	if !u.UpdatedAt.IsZero() {
		p.conv.UpdatedAt = u.UpdatedAt
	}
}
