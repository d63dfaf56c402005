package sim

import (
	"slices"
	"time"

	"ringdesk/controller/stats"
	"ringdesk/models"
)

// factsAgree compares the facts that the journal gives of a call with what its
// participants' rows say, which were written while it went on (STAT-0, STAT-3). Hold
// is compared elsewhere: a row has it from when it could be saved.
func (w *world) factsAgree(id string) {
	facts, err := stats.FactsOf(w.store.Journal(id))
	if err != nil {
		w.fail(id, "its journal gives no facts: %s", err)
		return
	}
	c := &facts.Call
	if sum := c.GreetingMS + c.QueueMS + c.RingMS + c.DialMS + c.TalkMS + c.VoicemailMS + c.SurveyMS; sum != c.TotalMS {
		w.fail(id, "its phases add up to %d ms of %d", sum, c.TotalMS)
	}
	rows, err := w.store.Participants(w.ctx, id)
	if err != nil {
		w.fail(id, "its participants cannot be read: %s", err)
		return
	}
	told := map[string]agentTimes{}
	for _, p := range facts.Agents {
		t := told[p.AgentID]
		t.ring += time.Duration(p.RingMS) * time.Millisecond
		t.talk += time.Duration(p.TalkMS) * time.Millisecond
		told[p.AgentID] = t
	}
	kept := timesOf(rows[id], w.store.Call(id).AnsweredAt.Time)
	for agent, want := range kept {
		if got := told[agent]; !got.near(want) {
			w.fail(id, "the journal gives agent %s %+v, the participants %+v: %+v %+v %+v", agent, got, want, facts.Agents, rows[id], w.store.Journal(id))
		}
	}
	for agent := range told {
		if _, is := kept[agent]; !is {
			w.fail(id, "the journal knows agent %s, who was not in it", agent)
		}
	}
}

// agentTimes are an agent's times in a call. Of one who supervised
// before they barged in, a row does not say when they did: they talked at most so long.
type agentTimes struct {
	ring, talk time.Duration
	supervised bool
}

// near says whether times are those of rows but for what rounding them piece by piece
// makes of them.
func (t agentTimes) near(rows agentTimes) bool {
	near := func(a, b time.Duration) bool { return (a - b).Abs() <= 5*time.Millisecond }
	return near(t.ring, rows.ring) && (near(t.talk, rows.talk) || rows.supervised && t.talk < rows.talk)
}

// timesOf are the times of each agent by the participants' rows. One whose browser
// was lost has several rows for one time in the talk.
func timesOf(rows []models.Participant, answered time.Time) map[string]agentTimes {
	times, until := map[string]agentTimes{}, map[string]time.Time{}
	slices.SortStableFunc(rows, func(a, b models.Participant) int { return a.LeftAt.Compare(b.LeftAt.Time) })
	for _, p := range rows {
		if p.Kind != models.AgentParticipant {
			continue
		}
		t := times[p.AgentID]
		t.supervised = t.supervised || p.Supervised != ""
		t.ring += p.Rang(p.LeftAt.Time)
		if !p.JoinedAt.IsZero() && p.Supervision == "" && !answered.IsZero() {
			from := p.JoinedAt.Time
			for _, at := range []time.Time{answered, until[p.AgentID]} {
				if at.After(from) {
					from = at
				}
			}
			if p.LeftAt.After(from) {
				t.talk += p.LeftAt.Sub(from)
				until[p.AgentID] = p.LeftAt.Time
			}
		}
		times[p.AgentID] = t
	}
	return times
}
