package sim

import (
	"slices"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/testkit/memory"
)

// line gives the far side of a leg that is up.
func (w *world) line(leg engine.LegID) *memory.Line {
	if l := w.lines[leg]; l != nil && l.Leg() == leg {
		return l
	}
	return nil
}

// checkSound: who hears whom is as the call says, once nothing is under way.
// After a command that failed only what must never happen is checked.
func (w *world) checkSound(v *view) {
	c := &v.c
	if c.State.Over() {
		return
	}
	w.checkMask(c)
	line := w.line(c.Customer.Leg)
	if c.Customer.Gone || line == nil {
		return
	}
	hears := line.Hears()
	for _, hz := range hears {
		if hz > 3000 && c.State == call.Talking && c.Hold != nil {
			w.fail(c.ID, "the customer is on hold, and hears %v", hears)
		}
	}
	if c.State == call.Talking {
		for i := range c.Agents {
			if a := &c.Agents[i]; (a.Muted || a.Role != call.Speaker) && a.State == call.PartyJoined && !a.Gone && slices.Contains(hears, w.tone(a)) {
				w.fail(c.ID, "the customer hears %s, who is muted or supervises", a.AgentID)
			}
		}
	}
	if v.doubt {
		return
	}
	if want, sure := w.shouldHear(c); sure && !slices.Equal(hears, want) {
		w.fail(c.ID, "in state %s the customer hears %v, not %v", c.State, hears, want)
	}
	if c.State == call.Talking {
		w.checkAgents(c, line)
	}
}

func (w *world) tone(a *call.Agent) int { return w.account(a.AccountID).tone }

// says says whether what an agent says reaches the talk.
func (w *world) says(a *call.Agent) bool {
	return a.State == call.PartyJoined && a.Role == call.Speaker && !a.Gone && !a.AutoAnswer && !a.Muted && w.account(a.AccountID).here(a.Phone)
}

// shouldHear is what the customer of a call should hear; sure is false where
// the engine may end a sound at any moment.
func (w *world) shouldHear(c *call.Call) (hz []int, sure bool) {
	switch {
	case c.Prompt != nil:
		return []int{soundTone}, c.Customer.Answered
	case c.State == call.Queued, c.State == call.Ringing, c.State == call.Dialing && c.Out == nil: // a flow has it forwarded
		if c.Customer.Answered {
			hz = []int{musicTone}
		}
	case c.State == call.Talking && (c.Hold != nil || !c.AloneSince.IsZero()):
		hz = []int{musicTone}
	case c.State == call.Talking:
		for i := range c.Agents {
			if a := &c.Agents[i]; w.says(a) {
				hz = append(hz, w.tone(a))
			}
		}
		slices.Sort(hz)
	}
	return hz, true
}

// checkAgents: agents hear the customer, unless on hold, and each other; a
// supervisor is heard only by the one they whisper to; all are recorded.
func (w *world) checkAgents(c *call.Call, customer *memory.Line) {
	for i := range c.Agents {
		a := &c.Agents[i]
		line := w.line(a.Leg)
		if a.State != call.PartyJoined || a.Role != call.Speaker || a.Gone || a.AutoAnswer || line == nil {
			continue
		}
		want := w.agentHears(c, i)
		if c.Hold == nil && c.AloneSince.IsZero() && c.Prompt == nil {
			want = append(want, w.tones[customer])
		}
		slices.Sort(want)
		hears := slices.DeleteFunc(line.Hears(), func(hz int) bool { return c.Prompt != nil && hz >= customerTone })
		if !slices.Equal(hears, slices.Compact(want)) {
			w.fail(c.ID, "%s hears %v, not %v", a.AgentID, hears, want)
		}
		if c.Record && a.AwaySince.IsZero() && w.now.Sub(c.AnsweredAt) < engineLimit {
			w.checkRecorded(c, a)
		}
	}
}

// agentHears are the colleagues that an agent hears.
func (w *world) agentHears(c *call.Call, i int) (hz []int) {
	a := &c.Agents[i]
	for j := range c.Agents {
		o := &c.Agents[j]
		switch {
		case j == i || o.State != call.PartyJoined:
		case w.says(o):
			hz = append(hz, w.tone(o))
		case o.Role == call.Whispering && !o.AutoAnswer && !o.Gone && o.Watches == a.AgentID && w.account(o.AccountID).here(o.Phone):
			hz = append(hz, w.tone(o))
		}
	}
	return hz
}

// engineLimit is the longest recording (END-1).
const engineLimit = time.Hour

// checkRecorded: whoever talks is recorded by a track that runs (END-1, END-6).
func (w *world) checkRecorded(c *call.Call, a *call.Agent) {
	for _, t := range a.Tracks {
		if _, runs := w.sw.Writes(t.ID); runs && !t.Closed {
			return
		}
	}
	if w.low {
		return
	}
	w.fail(c.ID, "%s talks and is not recorded", a.AgentID)
}

// checkMask: nothing is taken down while the recording is paused (CALL-7).
func (w *world) checkMask(c *call.Call) {
	if c.PausedSince.IsZero() {
		return
	}
	parties := []*call.Party{&c.Customer.Party}
	for i := range c.Agents {
		parties = append(parties, &c.Agents[i].Party)
	}
	for _, p := range parties {
		for _, t := range p.Tracks {
			if hz, runs := w.sw.Writes(t.ID); runs && len(hz) > 0 {
				w.fail(c.ID, "the recording is paused, and track %s takes down %v", t.ID, hz)
			}
		}
	}
}
