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
	"encoding/json"
	"fmt"
	"time"

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

// entry is what of an entry's data counts.
type entry struct {
	AgentID      string `json:"agentId"`
	Direction    string `json:"direction"`
	State        string `json:"state"`
	Outcome      string `json:"outcome"`
	MissedReason string `json:"missedReason"`
	WaitMS       int64  `json:"waitMs"`
	TotalMS      int64  `json:"totalMs"`
	Again        bool   `json:"again"`
}

// counted are the types of entries that figures are made from.
var counted = map[string]func(f *Fold, c *call, e entry, at time.Time){
	"call.answered":    answered,
	"call.held":        func(_ *Fold, c *call, _ entry, at time.Time) { c.held = at },
	"call.released":    releases,
	"call.requeued":    releases,
	"call.turnedAway":  releases,
	"survey.asked":     releases,
	"agent.offered":    func(_ *Fold, c *call, e entry, at time.Time) { c.ringing[e.AgentID] = at },
	"agent.joined":     stopsRinging,
	"agent.declined":   stopsRinging,
	"agent.missed":     stopsRinging,
	"agent.taken":      stopsRinging,
	"agent.moved":      stopsRinging,
	"customer.dialled": stopsRinging,
}

// Add takes the next entry.
func (f *Fold) Add(e models.JournalEntry) error {
	if e.Type == "call.created" {
		var data entry
		if err := json.Unmarshal([]byte(e.Data), &data); err != nil {
			return fmt.Errorf("journal entry %s/%d: %w", e.CallID, e.Seq, err)
		}
		f.open[e.CallID] = &call{inbound: data.Direction == "inbound", ringing: map[string]time.Time{}, rungMS: map[string]int64{}}
		return nil
	}
	do := counted[e.Type]
	if do == nil && e.Type != "call.ended" {
		return nil
	}
	c := f.open[e.CallID]
	if c == nil {
		return nil // what comes after the end, or belongs to no call
	}
	var data entry
	if err := json.Unmarshal([]byte(e.Data), &data); err != nil {
		return fmt.Errorf("journal entry %s/%d: %w", e.CallID, e.Seq, err)
	}
	if e.Type != "call.ended" {
		do(f, c, data, e.At.Time)
		return nil
	}
	delete(f.open, e.CallID)
	return f.ended(c, data, e)
}

func answered(_ *Fold, c *call, e entry, at time.Time) {
	stopsRinging(nil, c, e, at)
	if e.AgentID != "" {
		c.took = append(c.took, e.AgentID)
	}
	if !c.answered {
		c.answered, c.waitMS = true, e.WaitMS
	}
}

func releases(_ *Fold, c *call, _ entry, at time.Time) {
	if !c.held.IsZero() {
		c.holdMS += at.Sub(c.held).Milliseconds()
	}
	c.held = time.Time{}
}

// stopsRinging ends an agent's ringing. Where the entry names none, as when a
// callback's customer is dialled, all that ring have been answered.
func stopsRinging(_ *Fold, c *call, e entry, at time.Time) {
	stop := func(agent string) {
		if since, rings := c.ringing[agent]; rings {
			c.rungMS[agent] += at.Sub(since).Milliseconds()
			delete(c.ringing, agent)
		}
	}
	if e.AgentID != "" {
		stop(e.AgentID)
		return
	}
	for agent := range c.ringing {
		stop(agent)
	}
}

func (f *Fold) ended(c *call, e entry, j models.JournalEntry) error {
	releases(f, c, e, j.At.Time)
	g := &f.figures
	g.Calls++
	g.ByState[e.State]++
	g.ByOutcome[e.Outcome]++
	if e.MissedReason != "" {
		g.ByReason[e.MissedReason]++
	}
	g.TotalMS += e.TotalMS
	g.HoldMS += c.holdMS
	var all map[string]any
	if err := json.Unmarshal([]byte(j.Data), &all); err != nil {
		return fmt.Errorf("journal entry %s/%d: %w", j.CallID, j.Seq, err)
	}
	for _, phase := range phases {
		if ms, ok := all[phase].(float64); ok {
			g.Phases[phase] += int64(ms)
		}
	}
	talk, _ := all["talkMs"].(float64)
	d := &g.Outbound
	if c.inbound {
		d = &g.Inbound
	}
	d.Calls++
	if e.Outcome == "answered" {
		d.Answered++
		d.TalkMS += int64(talk)
		if c.inbound {
			g.FirstResponses++
			g.FirstResponseMS += c.waitMS
		}
	}
	f.agents(c, e)
	return nil
}

// phases are the names of the times in "call.ended".
var phases = []string{"greetingMs", "queueMs", "ringMs", "dialMs", "talkMs", "voicemailMs", "surveyMs"}

func (f *Fold) agents(c *call, e entry) {
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
