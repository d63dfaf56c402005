package sim

import (
	"fmt"
	"reflect"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/stats"
)

// seen makes the figures from the calls' states while they change, to compare
// with those that the journal gives (STAT-0).
type seen struct {
	figures stats.Figures
	holdMS  map[string]int64    // by call that goes on
	took    map[string][]string // likewise: agents
	rungMS  map[string]map[string]int64
}

func newSeen() *seen {
	return &seen{figures: stats.NewFigures(), holdMS: map[string]int64{}, took: map[string][]string{}, rungMS: map[string]map[string]int64{}}
}

// step looks at one step of a call that is saved.
func (s *seen) step(d *decision) {
	prev, c, at := d.prev, d.next, d.at
	if prev.Hold != nil && (c.Hold == nil || !c.Hold.Since.Equal(prev.Hold.Since)) {
		s.holdMS[c.ID] += msBetween(prev.Hold.Since, at)
	}
	for i := range prev.Agents {
		if prev.Agents[i].State == call.PartyRinging && c.Agents[i].State != call.PartyRinging {
			if s.rungMS[c.ID] == nil {
				s.rungMS[c.ID] = map[string]int64{}
			}
			s.rungMS[c.ID][c.Agents[i].AgentID] += msBetween(c.Agents[i].RingingAt, at)
		}
	}
	for _, e := range d.effects {
		if took, ok := e.(call.Took); ok {
			s.took[c.ID] = append(s.took[c.ID], took.AgentID)
		}
	}
	if c.State.Over() && !prev.State.Over() {
		s.ended(c)
	}
}

// msBetween is the time between two moments, both cut down to milliseconds as in facts.
func msBetween(from, to time.Time) int64 { return to.UnixMilli() - from.UnixMilli() }

// ended counts a call from its final state.
func (s *seen) ended(c *call.Call) {
	g := &s.figures
	g.Calls++
	g.ByState[string(c.State)]++
	g.ByOutcome[string(c.Outcome)]++
	if c.MissedReason != "" {
		g.ByReason[string(c.MissedReason)]++
	}
	for state, name := range map[call.State]string{call.Greeting: "greetingMs", call.Queued: "queueMs", call.Ringing: "ringMs",
		call.Dialing: "dialMs", call.Talking: "talkMs", call.Voicemail: "voicemailMs", call.Survey: "surveyMs"} {
		if ms, ok := c.Spent[state]; ok {
			g.Phases[name] += ms
		}
	}
	g.TotalMS += c.EndedAt.Sub(c.StartedAt).Milliseconds()
	g.HoldMS += s.holdMS[c.ID]
	d := &g.Outbound
	if c.Direction == "inbound" {
		d = &g.Inbound
	}
	d.Calls++
	if !c.AnsweredAt.IsZero() {
		d.Answered++
		d.TalkMS += c.Spent[call.Talking]
		if c.Direction == "inbound" {
			g.FirstResponses++
			g.FirstResponseMS += c.AnsweredAt.Sub(c.StartedAt).Milliseconds()
		}
		for _, id := range s.took[c.ID] {
			a := g.Agents[id]
			if c.Direction == "inbound" {
				a.Answered++
			} else {
				a.Outbound++
			}
			g.Agents[id] = a
		}
	}
	for id, ms := range s.rungMS[c.ID] {
		a := g.Agents[id]
		a.RingMS += ms
		g.Agents[id] = a
	}
	delete(s.holdMS, c.ID)
	delete(s.took, c.ID)
	delete(s.rungMS, c.ID)
}

// compare: statistics rebuilt from the journal equal the live ones.
func (s *seen) compare(w *world) {
	for _, id := range w.store.CallIDs() {
		for i, e := range w.store.Journal(id) {
			if e.Seq != int64(i+1) {
				w.fail(id, "entry %d of its journal has number %d", i+1, e.Seq)
			}
			if err := w.figures.Add(e); err != nil {
				w.fail(id, "the journal's %s cannot be read: %s", e.Type, err)
			}
		}
		w.factsAgree(id)
	}
	got := w.figures.Figures()
	if w.figures.Open() != 0 {
		w.fail("", "%d calls have not ended in the journal", w.figures.Open())
	}
	if !reflect.DeepEqual(got, s.figures) {
		was, is := fmt.Sprintf("%+v", s.figures), fmt.Sprintf("%+v", got)
		i := 0
		for i < min(len(was), len(is)) && was[i] == is[i] {
			i++
		}
		w.fail("", "the journal gives other figures than the calls: …%s, not …%s", is[max(0, i-80):min(len(is), i+60)], was[max(0, i-80):min(len(was), i+60)])
	}
}
