package models

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

// FactCondition is what facts of a call must be like, and FactAmount what a call adds
// to a figure. controller/stats makes the figures of them.
type (
	FactCondition struct {
		sql  string
		args []any
	}
	FactAmount struct {
		sql   string
		args  []any
		times string // what a mean divides by; "" means calls
	}
)

// Conditions that need nothing to be told.
var (
	FactInbound       = FactCondition{sql: "f.direction = 'inbound'"}
	FactOutbound      = FactCondition{sql: "f.direction <> 'inbound'"}
	FactAnswered      = FactCondition{sql: "f.outcome = 'answered'"}
	FactMissed        = FactCondition{sql: "f.state = 'missed'"}
	FactClosed        = FactCondition{sql: "f.closed_at IS NOT NULL"}
	FactConnected     = FactCondition{sql: "f.answered_at IS NOT NULL"}
	FactHeld          = FactCondition{sql: "f.hold_ms > 0"}
	FactTransferred   = FactCondition{sql: "f.transfers > 0"}
	FactInvited       = FactCondition{sql: "f.invitations > 0"}
	FactCallbackAsked = FactCondition{sql: "f.callback_asked"}
	FactVoicemail     = FactCondition{sql: "f.voicemail"}
	FactGraded        = FactCondition{sql: "f.grade > 0"}
	FactRangOrTalked  = FactCondition{sql: "(f.ring_ms > 0 OR f.dial_ms > 0 OR f.outcome = 'answered')"}
)

// waitedSince is when a call began to wait, as controller/stats says it of a CallFact.
const waitedSince = "COALESCE(f.waited_at, f.started_at + f.greeting_ms * 1000)"

// FactLeftWithin are inbound calls with a missed reason that ended before so much waiting.
func FactLeftWithin(reason string, limit time.Duration) FactCondition {
	return FactCondition{"(f.direction = 'inbound' AND f.missed_reason = ? AND f.ended_at - " + waitedSince + " < ?)", []any{reason, limit.Microseconds()}}
}

// FactNotForReasons are calls with none of these missed reasons.
func FactNotForReasons(reasons []string) FactCondition {
	return FactCondition{"f.missed_reason NOT IN ?", []any{reasons}}
}

// FactAnsweredWithin are calls that were answered within a time of waiting.
func FactAnsweredWithin(limit time.Duration) FactCondition {
	return FactCondition{"(f.answered_at IS NOT NULL AND f.answered_at - " + waitedSince + " <= ?)", []any{limit.Microseconds()}}
}

// FactAnsweredWithinOfRing are calls that were answered within a time of the first ring.
func FactAnsweredWithinOfRing(limit time.Duration) FactCondition {
	return FactCondition{"(f.answered_at IS NOT NULL AND f.rang_at IS NOT NULL AND f.answered_at - f.rang_at <= ?)", []any{limit.Microseconds()}}
}

// FactNot are the calls of which not all conditions hold.
func FactNot(of ...FactCondition) FactCondition {
	sql, args := allOf(of)
	return FactCondition{"NOT (" + sql + ")", args}
}

const (
	partsOf  = "agent_facts p WHERE p.call_id = f.call_id AND p.agent_id = ?"
	tookPart = "(p.answered OR p.way = 'placed')"
)

// FactOfAgent are calls in which an agent had a part.
func FactOfAgent(agent string) FactCondition {
	return FactCondition{"EXISTS (SELECT 1 FROM " + partsOf + ")", []any{agent}}
}

// FactTook are calls that an agent answered or placed.
func FactTook(agent string) FactCondition {
	return FactCondition{"EXISTS (SELECT 1 FROM " + partsOf + " AND " + tookPart + ")", []any{agent}}
}

// FactTalked are calls in which an agent talked with the customer.
func FactTalked(agent string) FactCondition {
	return FactCondition{"EXISTS (SELECT 1 FROM " + partsOf + " AND p.talk_ms > 0)", []any{agent}}
}

// missedRing is a part that ended while the phone rang.
const missedRing = " AND NOT " + tookPart + " AND p.talk_ms = 0 AND p.ended_as IN ('missed', 'declined')"

// FactMissedRings are calls that rang at an agent who did not take them then.
func FactMissedRings(agent string) FactCondition {
	return FactCondition{"EXISTS (SELECT 1 FROM " + partsOf + missedRing + ")", []any{agent}}
}

// Amounts of a call.
var (
	FactOne         = FactAmount{sql: "1"}
	FactTalk        = FactAmount{sql: "f.talk_ms"}
	FactHold        = FactAmount{sql: "f.hold_ms"}
	FactRingAndTalk = FactAmount{sql: "f.ring_ms + f.dial_ms + CASE WHEN f.outcome = 'answered' THEN f.talk_ms ELSE 0 END"}
	FactResponse    = FactAmount{sql: "f.wait_ms"}
	FactWrapUp      = FactAmount{sql: "(f.closed_at - f.ended_at) / 1000"}
	FactTransfers   = FactAmount{sql: "f.transfers"}
	FactInvitations = FactAmount{sql: "f.invitations"}
	FactGrade       = FactAmount{sql: "f.grade"}
)

// FactWait is how long an answered call waited.
var FactWait = FactAmount{sql: "(f.answered_at - " + waitedSince + ") / 1000"}

// Amounts of an agent's parts in a call.
func FactMissedRingsOf(agent string) FactAmount {
	return FactAmount{sql: "(SELECT COUNT(*) FROM " + partsOf + missedRing + ")", args: []any{agent}}
}
func FactRingOf(agent string) FactAmount { return agentSum("p.ring_ms", agent) }
func FactTalkOf(agent string) FactAmount { return agentSum("p.talk_ms", agent) }
func FactHoldOf(agent string) FactAmount { return agentSum("p.hold_ms", agent) }
func FactRingAndTalkOf(agent string) FactAmount {
	return agentSum("p.ring_ms + p.dial_ms + p.talk_ms", agent)
}

func agentSum(of, agent string) FactAmount {
	return FactAmount{sql: "(SELECT COALESCE(SUM(" + of + "), 0) FROM " + partsOf + ")", args: []any{agent}}
}

// wrapped is a part whose wrap-up has ended.
const wrapped = " AND p.wrap_up_end <> ''"

// FactWrapped are calls that an agent has wrapped up.
func FactWrapped(agent string) FactCondition {
	return FactCondition{"EXISTS (SELECT 1 FROM " + partsOf + wrapped + ")", []any{agent}}
}

// FactWrapUpsOf is what an agent's wrap-ups of a call took.
func FactWrapUpsOf(agent string) FactAmount {
	return FactAmount{"(SELECT COALESCE(SUM(p.wrap_up_ms), 0) FROM " + partsOf + wrapped + ")", []any{agent}, "(SELECT COUNT(*) FROM " + partsOf + wrapped + ")"}
}

// FactSpan is from one moment to before another.
type FactSpan struct{ From, To time.Time }

// FactFilter says which calls that have ended.
type FactFilter struct {
	Workspace               string
	From, To                time.Time  // they began from one moment to before another
	Spans                   []FactSpan // and in one of these, where there are some
	TeamID, NumberID        string     // "" means all
	Kind, Direction, Reason string
	Of                      []FactCondition // all of which hold
	Adds                    FactAmount
	BeforeAt                Time // behind the last one of the page before
	Before                  string
	Limit                   int
}

func (f FactFilter) where() (string, []any) {
	all := []FactCondition{{"f.workspace_id = ? AND f.started_at >= ? AND f.started_at < ?", []any{f.Workspace, At(f.From), At(f.To)}}}
	for _, c := range []struct{ column, value string }{{"f.team_id", f.TeamID}, {"f.number_id", f.NumberID}, {"f.kind", f.Kind}, {"f.direction", f.Direction}, {"f.missed_reason", f.Reason}} {
		if c.value != "" {
			all = append(all, FactCondition{c.column + " = ?", []any{c.value}})
		}
	}
	if len(f.Spans) > 0 {
		var spans []string
		var args []any
		for _, s := range f.Spans {
			spans, args = append(spans, "f.started_at >= ? AND f.started_at < ?"), append(args, At(s.From), At(s.To))
		}
		all = append(all, FactCondition{"(" + strings.Join(spans, " OR ") + ")", args})
	}
	if f.Before != "" {
		all = append(all, FactCondition{"(f.started_at < ? OR f.started_at = ? AND f.call_id < ?)", []any{f.BeforeAt, f.BeforeAt, f.Before}})
	}
	return allOf(append(all, f.Of...))
}

func allOf(of []FactCondition) (sql string, args []any) {
	var all []string
	for _, c := range of {
		if c.sql != "" { // one that says nothing holds always
			all, args = append(all, c.sql), append(args, c.args...)
		}
	}
	return strings.Join(all, " AND "), args
}

// FactCount is how many calls there are, and what they add up to.
type FactCount struct {
	Calls int64
	Times int64 // what a mean divides the sum by
	Sum   int64
}

// CountCallFacts counts the calls of a filter.
func (s *Store) CountCallFacts(ctx context.Context, f FactFilter) (FactCount, error) {
	condition, args := f.where()
	times := cmp.Or(f.Adds.times, "1")
	if f.Adds.times != "" {
		args = append(slices.Clone(f.Adds.args), args...)
	}
	var c FactCount
	return c, s.read.WithContext(ctx).Raw("SELECT COUNT(*) AS calls, CAST(COALESCE(SUM("+cmp.Or(f.Adds.sql, "0")+"), 0) AS BIGINT) AS sum, CAST(COALESCE(SUM("+times+
		"), 0) AS BIGINT) AS times FROM call_facts f WHERE "+condition, append(slices.Clone(f.Adds.args), args...)...).Scan(&c).Error
}

// FactRow is a call of a list, with what it adds and what the ids in it are called today.
type FactRow struct {
	CallFact
	Adds        int64
	FromNumber  string
	ToNumber    string
	Number      string
	NumberLabel string
	Contact     string
	Agent       string
	Team        string
}

// CallFacts lists the calls of a filter, the latest first.
func (s *Store) CallFacts(ctx context.Context, f FactFilter) ([]FactRow, error) {
	condition, args := f.where()
	args = append(slices.Concat(f.Adds.args, args), f.Limit)
	var rows []FactRow
	return rows, s.read.WithContext(ctx).Raw("SELECT f.*, "+cmp.Or(f.Adds.sql, "0")+` AS adds, c.from_number, c.to_number, COALESCE(n.number, '') AS number,
		COALESCE(n.label, '') AS number_label, COALESCE(o.name, '') AS contact, COALESCE(a.name, '') AS agent, COALESCE(t.name, '') AS team
		FROM call_facts f JOIN calls c ON c.id = f.call_id LEFT JOIN numbers n ON n.id = f.number_id LEFT JOIN contacts o ON o.id = f.contact_id
		LEFT JOIN agents a ON a.id = f.agent_id LEFT JOIN teams t ON t.id = f.team_id WHERE `+condition+" ORDER BY f.started_at DESC, f.call_id DESC LIMIT ?",
		args...).Scan(&rows).Error
}
