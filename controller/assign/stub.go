package assign

import (
	"time"

	"ringdesk/dialplan"
	"ringdesk/models"
)

type Want struct {
	Call, Team     string
	Kind           string
	Automatic      bool
	Strategy       dialplan.Strategy
	Skills         map[string]int
	AssignSilently bool
	Rounds         int
	Offers         map[string]int
	Last           string
	Earlier        []models.Waiting
	Only           string
}
type Choice struct {
	Pick   []models.AgentState
	Silent string
	Busy   bool
	Tried  bool
}

func Choose(w Want, agents []models.AgentState, now time.Time) Choice {
	c := Choice{}
	for _, a := range agents {
		ok := a.Eligible(now) && !a.DNDNow(now) && a.NotifyUnassigned
		if !ok {
			continue
		}
		if w.Offers[a.ID] >= w.Rounds {
			c.Tried = true
			continue
		}
		if a.ClaimCall != "" || len(w.Earlier) > 0 {
			c.Busy = true
			continue
		}
		c.Pick = append(c.Pick, a)
	}
	return c
}
