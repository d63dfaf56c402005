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
	open    map[string]*making
}

// NewFold begins with no entries.
func NewFold() *Fold { return &Fold{figures: NewFigures(), open: map[string]*making{}} }

// Figures are those of all calls that have ended.
func (f *Fold) Figures() Figures { return f.figures }

// Open is how many calls have not ended yet.
func (f *Fold) Open() int { return len(f.open) }

// Add takes the next entry.
func (f *Fold) Add(row models.JournalEntry) error {
	m := f.open[row.CallID]
	if m == nil && row.Type != (journal.CallCreated{}).Type() {
		return nil // what comes after the end, or belongs to no call
	}
	entry, err := journal.Decode(row.Type, row.Data)
	if err != nil {
		return fmt.Errorf("call %s, entry %d: %w", row.CallID, row.Seq, err)
	}
	if m == nil {
		m = &making{}
		f.open[row.CallID] = m
	}
	m.add(entry, row.At.Truncate(time.Millisecond))
	if facts := m.facts(); facts.Ended() {
		delete(f.open, row.CallID)
		f.figures.Add(facts)
	}
	return nil
}

// Add counts one call that has ended.
func (g *Figures) Add(f Facts) {
	c := &f.Call
	g.Calls++
	g.ByState[c.State]++
	g.ByOutcome[c.Outcome]++
	if c.MissedReason != "" {
		g.ByReason[c.MissedReason]++
	}
	g.TotalMS += c.TotalMS
	g.HoldMS += c.HoldMS
	for phase, ms := range map[string]int64{"greetingMs": c.GreetingMS, "queueMs": c.QueueMS, "ringMs": c.RingMS, "dialMs": c.DialMS, "talkMs": c.TalkMS,
		"voicemailMs": c.VoicemailMS, "surveyMs": c.SurveyMS} {
		if ms != 0 {
			g.Phases[phase] += ms
		}
	}
	inbound, answered := c.Direction == "inbound", c.Outcome == "answered"
	d := &g.Outbound
	if inbound {
		d = &g.Inbound
	}
	d.Calls++
	if answered {
		d.Answered++
		d.TalkMS += c.TalkMS
	}
	if answered && inbound {
		g.FirstResponses++
		g.FirstResponseMS += c.WaitMS
	}
	for _, p := range f.Agents {
		g.agent(p, inbound)
	}
}

// agent counts an agent's part.
func (g *Figures) agent(p models.AgentFact, inbound bool) {
	a, known := g.Agents[p.AgentID]
	a.RingMS += p.RingMS
	switch {
	case p.Answered && inbound:
		a.Answered++
	case p.Answered:
		a.Outbound++
	case p.RingMS == 0 && !known:
		return // nothing to tell of them
	}
	g.Agents[p.AgentID] = a
}
