package sim

import (
	"reflect"

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

// step looks at one step of a call.
func (s *seen) step(w *world, prev, c *call.Call, effects []call.Effect) {
	if prev.Hold != nil && (c.Hold == nil || !c.Hold.Since.Equal(prev.Hold.Since)) {
		s.holdMS[c.ID] += w.now.Sub(prev.Hold.Since).Milliseconds()
	}
	for i := range prev.Agents {
		if prev.Agents[i].State == call.PartyRinging && c.Agents[i].State != call.PartyRinging {
			if s.rungMS[c.ID] == nil {
				s.rungMS[c.ID] = map[string]int64{}
			}
			s.rungMS[c.ID][c.Agents[i].AgentID] += w.now.Sub(c.Agents[i].RingingAt).Milliseconds()
		}
	}
	for _, e := range effects {
		if took, ok := e.(call.Took); ok {
			s.took[c.ID] = append(s.took[c.ID], took.AgentID)
		}
	}
	if c.State.Over() && !prev.State.Over() {
		s.ended(c)
	}
}

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
	got := w.figures.Figures()
	if w.figures.Open() != 0 {
		w.fail("", "%d calls have not ended in the journal", w.figures.Open())
	}
	if !reflect.DeepEqual(got, s.figures) {
		w.fail("", "the journal gives other figures than the calls:\n got %+v\nwant %+v", got, s.figures)
	}
}
