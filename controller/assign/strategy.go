package assign

import (
	"cmp"

	"ringdesk/dialplan"
	"ringdesk/models"
)

type order = func(a, b models.AgentState) int

// strategy orders by what the call's strategy says (IN-4). Ties are for
// longestIdle.
func (w Want) strategy() order {
	switch w.Strategy {
	case dialplan.RoundRobin:
		return leastRecentlyOffered
	case dialplan.FewestToday:
		return func(a, b models.AgentState) int { return cmp.Compare(w.today(a), w.today(b)) }
	case dialplan.BySkill:
		// Levels are decoded once, not for every comparison.
		levels := make(map[string]int)
		level := func(a models.AgentState) int {
			n, ok := levels[a.ID]
			if !ok {
				n = w.level(a)
				levels[a.ID] = n
			}
			return n
		}
		return func(a, b models.AgentState) int { return cmp.Compare(level(b), level(a)) }
	default:
		return longestIdle
	}
}

// longestIdle puts whoever never had a call first; of several whoever was
// offered one the longest ago.
func longestIdle(a, b models.AgentState) int {
	return cmp.Or(a.IdleSince.Compare(b.IdleSince.Time), leastRecentlyOffered(a, b))
}

func leastRecentlyOffered(a, b models.AgentState) int { return a.OfferedAt.Compare(b.OfferedAt.Time) }

func (w Want) today(a models.AgentState) int {
	if a.AnsweredDay != w.Day {
		return 0
	}
	return a.AnsweredCount
}

// level adds up the agent's levels of the skills that the call wants. A call
// that wants none finds all alike.
func (w Want) level(a models.AgentState) int {
	if len(w.Skills) == 0 {
		return 0
	}
	n, has := 0, a.SkillLevels()
	for skill := range w.Skills {
		n += has[skill]
	}
	return n
}
