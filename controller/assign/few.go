package assign

import (
	"ringdesk/dialplan"
	"ringdesk/models"
)

// Order says in which order free agents are to be read so that the first ones suffice
// (Settled). Where the call rings all of them, or goes by skills, all are needed.
func (w Want) Order() (o models.AgentOrder, few bool) {
	switch {
	case !w.Automatic || w.Only != "":
		return o, false
	case w.Strategy == dialplan.RoundRobin:
		return models.OfferedLongest, true
	case w.Strategy == dialplan.FewestToday:
		return models.FewestAnswered, true
	case w.Strategy == dialplan.BySkill && len(w.Skills) > 0:
		return o, false
	}
	return models.FreeLongest, true
}

// Settled says whether a choice among the first free agents (models.FreeFilter) begins as
// that among all agents would. all says that there are no further free agents.
func (w Want) Settled(c Choice, all bool) bool {
	switch {
	case len(c.Pick) == 0:
		return all && c.Busy
	case all:
		return true
	}
	first := c.Pick[0] // whoever has had an offer comes behind everybody who has had none
	return w.Offers[first.ID] == 0 && w.Last != first.ID
}
