// Package stats makes figures from the journal of calls (STAT-0). It is pure:
// the same entries give the same figures, whenever they are read.
//
// The formulas (STAT-2, STAT-3):
//
//   - A call counts when it has ended, once, under the outcome and missed reason
//     of its entry "call.ended", and so do its times in each phase.
//   - Inbound completion is inbound calls with the outcome "answered" among all
//     inbound calls; outbound completion likewise.
//   - Talk time is the time in the phase "talking" of answered calls.
//   - First response is the time from the start of an inbound call to its first
//     "call.answered"; one that ended as missed all the same has none.
//   - Hold is from "call.held" to "call.released", or to whatever ends the talk.
//   - An agent has answered a call whenever an entry "call.answered" names them
//     and the call was not missed. An agent's ring time is from "agent.offered"
//     until the phone stopped.
package stats

import (
	"fmt"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/models"
)

// Figures are sums over calls that have ended. Times are in milliseconds.
type Figures struct {
	Calls    int
	Inbound  Direction
	Outbound Direction

	ByState   map[string]int // ended, missed
	ByOutcome map[string]int
	ByReason  map[string]int   // missed reasons (MISS-1)
	Phases    map[string]int64 // time in each phase, by its name in "call.ended", such as talkMs
	TotalMS   int64            // from start to end
	HoldMS    int64

	FirstResponses  int   // inbound calls that have one
	FirstResponseMS int64 // their sum

	Agents map[string]Agent // by id
}

// Direction are the calls of one direction.
type Direction struct {
	Calls    int
	Answered int
	TalkMS   int64 // of those answered
}

// Completion is the share of calls that were answered; 0 where there were none.
func (d Direction) Completion() float64 {
	if d.Calls == 0 {
		return 0
	}
	return float64(d.Answered) / float64(d.Calls)
}

// MeanTalk is the mean talk of those answered; 0 where there were none.
func (d Direction) MeanTalk() time.Duration { return mean(d.TalkMS, d.Answered) }

// MeanFirstResponse is the mean time until an agent was connected.
func (f Figures) MeanFirstResponse() time.Duration { return mean(f.FirstResponseMS, f.FirstResponses) }

func mean(ms int64, of int) time.Duration {
	if of == 0 {
		return 0
	}
	return time.Duration(ms) * time.Millisecond / time.Duration(of)
}

// Agent are the figures of one agent.
type Agent struct {
	Answered int   // inbound calls
	Outbound int   // outbound calls that the customer answered
	RingMS   int64 // how long their phone rang, answered or not
}

// NewFigures makes figures of no call at all.
func NewFigures() Figures {
	return Figures{ByState: map[string]int{}, ByOutcome: map[string]int{}, ByReason: map[string]int{}, Phases: map[string]int64{},
		Agents: map[string]Agent{}}
}

// Fold adds up journal entries, those of each call in their order.
type Fold struct {
	figures Figures
	open    map[string]*call
}

// call is what must be remembered of one that goes on.
type call struct {
	inbound  bool
	answered bool
	waitMS   int64
	held     time.Time
	holdMS   int64
	took     []string             // agents, in order
	ringing  map[string]time.Time // agents, since when
	rungMS   map[string]int64
}

// NewFold begins with no entries.
func NewFold() *Fold { return &Fold{figures: NewFigures(), open: map[string]*call{}} }

// Figures are those of all calls that have ended.
func (f *Fold) Figures() Figures { return f.figures }

// Open is how many calls have not ended yet.
func (f *Fold) Open() int { return len(f.open) }

// Add takes the next entry.
func (f *Fold) Add(row models.JournalEntry) error {
	c := f.open[row.CallID]
	if c == nil && row.Type != (journal.CallCreated{}).Type() {
		return nil // what comes after the end, or belongs to no call
	}
	entry, err := journal.Decode(row.Type, row.Data)
	if err != nil {
		return fmt.Errorf("call %s, entry %d: %w", row.CallID, row.Seq, err)
	}
	switch e := entry.(type) {
	case journal.CallCreated:
		f.open[row.CallID] = &call{inbound: e.Direction == "inbound", ringing: map[string]time.Time{}, rungMS: map[string]int64{}}
	case journal.CallEnded:
		delete(f.open, row.CallID)
		f.ended(c, e, row.At.Time)
	default:
		c.goesOn(entry, row.At.Time)
	}
	return nil
}

// goesOn takes an entry between a call's first and last one.
func (c *call) goesOn(entry journal.Entry, at time.Time) {
	switch e := entry.(type) {
	case journal.CallAnswered:
		c.answeredBy(e, at)
	case journal.CallHeld:
		c.held = at
	case journal.CallReleased, journal.CallRequeued, journal.CallTurnedAway, journal.SurveyAsked:
		c.releases(at)
	case journal.AgentOffered:
		c.ringing[e.AgentID] = at
	case journal.AgentJoined:
		c.stopsRinging(e.AgentID, at)
	case journal.AgentDeclined:
		c.stopsRinging(e.AgentID, at)
	case journal.AgentMissed:
		c.stopsRinging(e.AgentID, at)
	case journal.AgentTaken:
		c.stopsRinging(e.AgentID, at)
	case journal.AgentMoved:
		c.stopsRinging(e.AgentID, at)
	case journal.CustomerDialled:
		c.allAnswered(at)
	}
}

func (c *call) answeredBy(e journal.CallAnswered, at time.Time) {
	if e.Agent != nil {
		c.stopsRinging(e.AgentID, at)
		c.took = append(c.took, e.AgentID)
	} else {
		c.allAnswered(at)
	}
	if !c.answered {
		c.answered, c.waitMS = true, e.WaitMS
	}
}

func (c *call) releases(at time.Time) {
	if !c.held.IsZero() {
		c.holdMS += at.Sub(c.held).Milliseconds()
	}
	c.held = time.Time{}
}

// stopsRinging ends an agent's ringing.
func (c *call) stopsRinging(agent string, at time.Time) {
	if since, rings := c.ringing[agent]; rings {
		c.rungMS[agent] += at.Sub(since).Milliseconds()
		delete(c.ringing, agent)
	}
}

// allAnswered ends the ringing of all agents: where a callback's customer is
// dialled, whoever rang has answered.
func (c *call) allAnswered(at time.Time) {
	for agent := range c.ringing {
		c.stopsRinging(agent, at)
	}
}

func (f *Fold) ended(c *call, e journal.CallEnded, at time.Time) {
	c.releases(at)
	g := &f.figures
	g.Calls++
	g.ByState[e.State]++
	g.ByOutcome[e.Outcome]++
	if e.MissedReason != "" {
		g.ByReason[e.MissedReason]++
	}
	g.TotalMS += e.TotalMS
	g.HoldMS += c.holdMS
	for phase, ms := range phases(e) {
		if ms != nil {
			g.Phases[phase] += *ms
		}
	}
	d := &g.Outbound
	if c.inbound {
		d = &g.Inbound
	}
	d.Calls++
	if e.Outcome == "answered" {
		d.Answered++
		if e.TalkMS != nil {
			d.TalkMS += *e.TalkMS
		}
		if c.inbound {
			g.FirstResponses++
			g.FirstResponseMS += c.waitMS
		}
	}
	f.agents(c, e)
}

// phases are the times of a call in each state, by their names in the journal.
func phases(e journal.CallEnded) map[string]*int64 {
	return map[string]*int64{"greetingMs": e.GreetingMS, "queueMs": e.QueueMS, "ringMs": e.RingMS, "dialMs": e.DialMS, "talkMs": e.TalkMS,
		"voicemailMs": e.VoicemailMS, "surveyMs": e.SurveyMS}
}

func (f *Fold) agents(c *call, e journal.CallEnded) {
	for id, ms := range c.rungMS {
		a := f.figures.Agents[id]
		a.RingMS += ms
		f.figures.Agents[id] = a
	}
	if e.Outcome != "answered" {
		return
	}
	for _, id := range c.took {
		a := f.figures.Agents[id]
		if c.inbound {
			a.Answered++
		} else {
			a.Outbound++
		}
		f.figures.Agents[id] = a
	}
}
