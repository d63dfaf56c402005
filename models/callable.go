package models

import (
	"fmt"
	"strings"
	"time"
)

// CallableFilter says which of the agents whose browser can ring now are wanted. A
// business may have a thousand of them, and a call needs one: reading all for each call
// would hold up the one writer.
type CallableFilter struct {
	Workspace string
	Among     []string    // ids of agents; nil means all, and an empty list nobody
	Free      *FreeFilter // only those whom nothing keeps from a call
	Limit     int         // how many at most; 0 means all
}

// FreeFilter asks for agents whom nothing that the database knows keeps from a call, the
// best first. Skills, and what the call itself knows of them, are for controller/assign.
type FreeFilter struct {
	Team  string // whose members; "" means the whole workspace
	Kind  string // what they take: phone, voice, video
	Order AgentOrder
	Day   string // today in the workspace's time zone, for FewestAnswered
}

// AgentOrder is who comes first (IN-4). Ties are for FreeLongest, then for the id.
type AgentOrder int

// The orders. An index leads to the first ones of the first two.
const (
	FreeLongest    AgentOrder = iota // who never had a call, then who ended one the longest ago
	OfferedLongest                   // who was offered one the longest ago
	FewestAnswered                   // who has answered the fewest on a day
)

// by is the order as the indexes have it: a time that never was comes first.
func (o AgentOrder) by() string {
	switch o {
	case OfferedLongest:
		return "a.offered_at NULLS FIRST, a.idle_since NULLS FIRST, a.id"
	case FewestAnswered:
		return "CASE WHEN a.answered_day = ? THEN a.answered_count ELSE 0 END, a.idle_since NULLS FIRST, a.offered_at NULLS FIRST, a.id"
	}
	return "a.idle_since NULLS FIRST, a.offered_at NULLS FIRST, a.id"
}

// takers are the columns that say who takes calls of a kind.
var takers = map[string]string{"phone": "a.takes_phone", "voice": "a.takes_voice", "video": "a.takes_video"}

// CallableAgents lists agents of a workspace whose browser can ring now, in the order of
// their ids or of the filter's. Whether they are offered a call is for controller/assign.
func (t *Tx) CallableAgents(f CallableFilter, now time.Time) ([]AgentState, error) {
	if f.Among != nil && len(f.Among) == 0 {
		return nil, nil
	}
	var more strings.Builder
	more.WriteString("AND p.ready AND p.seen_at > ?")
	args := []any{At(now.Add(-PhoneTimeout))}
	if len(f.Among) > 0 {
		more.WriteString(" AND a.id IN (?" + strings.Repeat(", ?", len(f.Among)-1) + ")")
		for _, id := range f.Among {
			args = append(args, id)
		}
	}
	order := "a.id"
	if f.Free != nil {
		condition, of := f.Free.where(now)
		more.WriteString(condition)
		args, order = append(args, of...), f.Free.Order.by()
		if f.Free.Order == FewestAnswered {
			args = append(args, f.Free.Day)
		}
	}
	more.WriteString(" ORDER BY " + order)
	if f.Limit > 0 {
		more.WriteString(fmt.Sprint(" LIMIT ", f.Limit))
	}
	return agentsWhere(t.db, f.Workspace, more.String(), args...)
}

func (f *FreeFilter) where(now time.Time) (condition string, args []any) {
	condition = ` AND a.seat AND a.status = 'available' AND cl.account_id IS NULL AND (NOT a.dnd OR a.dnd_until <= ?)
		AND (a.wrap_up_until IS NULL OR a.wrap_up_until <= ?)`
	args = []any{At(now), At(now)}
	if column, known := takers[f.Kind]; known {
		condition += " AND " + column
	} else {
		condition += " AND FALSE"
	}
	if f.Team != "" {
		condition += " AND EXISTS (SELECT 1 FROM team_members m WHERE m.team_id = ? AND m.agent_id = a.id)"
		args = append(args, f.Team)
	}
	return condition, args
}
