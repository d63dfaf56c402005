package flows

import (
	"slices"
	"strings"
	"time"

	"ringdesk/controller/assign"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// Level is a team that is offered a call, with its agents in the order in which they are.
type Level struct {
	Team   string // its name; "" is everybody
	Agents []Candidate
}

// Candidate is an agent of the team. Why are the words of presence.RingCheck that keep the
// call away; without any it could be offered now.
type Candidate struct {
	ID, Name string
	Status   string // that the agent has set
	Why      []string
}

// why are the obstacles in the words of presence.RingCheck, in its order.
var why = []struct {
	of   assign.Obstacles
	word string
}{
	{assign.NoSeat, "seat"}, {assign.NotAvailable, "status"}, {assign.Disturbed, "dnd"}, {assign.OtherKind, "phone"}, {assign.Bound, "call"},
	{assign.WrappingUp, "wrapUp"}, {assign.Offline, "line"}, {assign.NotNotified, "notify"}, {assign.Unskilled, "skills"},
}

// levels says for each team of a plan who would be offered the call now.
func levels(p dialplan.Plan, agents []models.AgentState, now time.Time, names map[string]string) []Level {
	var all []Level
	for _, l := range p.Overflow {
		w := assign.Want{Team: l.Team, Kind: "phone", Automatic: p.Automatic, Strategy: p.Strategy, Skills: p.Skills, AssignSilently: p.AssignSilently}
		level := Level{Team: names[l.Team]}
		pick := assign.Choose(w, agents, now).Pick
		for _, a := range pick {
			level.Agents = append(level.Agents, Candidate{ID: a.ID, Name: a.Name, Status: a.Status})
		}
		level.Agents = append(level.Agents, others(w, agents, pick, now)...)
		all = append(all, level)
	}
	return all
}

// others are the team's agents who are not offered the call, by name.
func others(w assign.Want, agents, pick []models.AgentState, now time.Time) []Candidate {
	var all []Candidate
	for _, a := range agents {
		o := w.Obstacles(a, now)
		if o.Any(assign.OtherTeam) || slices.ContainsFunc(pick, func(p models.AgentState) bool { return p.ID == a.ID }) {
			continue
		}
		c := Candidate{ID: a.ID, Name: a.Name, Status: a.Status}
		for _, because := range why {
			if o.Any(because.of) {
				c.Why = append(c.Why, because.word)
			}
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Candidate) int { return strings.Compare(a.Name, b.Name) })
	return all
}
