package models

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"gorm.io/gorm"
)

// Slot is what sums of calls are kept by: the day and the number, team, kind and
// direction of the calls.
type Slot struct {
	WorkspaceID string `gorm:"primaryKey"`
	Day         string `gorm:"primaryKey"` // on which they began, in the workspace's time zone, such as 2026-11-27
	NumberID    string `gorm:"primaryKey"`
	TeamID      string `gorm:"primaryKey"`
	Kind        string `gorm:"primaryKey"`
	Direction   string `gorm:"primaryKey"`
}

// HourSum are the sums of the calls that began in an hour of a day.
type HourSum struct {
	Slot
	Hour            int `gorm:"primaryKey;autoIncrement:false"` // 0 to 23
	Calls           int64
	Answered        int64
	Missed          int64
	Waited          int64 // that count for the service level
	ShortAbandons   int64 // callers who left too soon for it
	TalkMS          int64 // of those answered, as are the next two
	HoldMS          int64
	FirstResponseMS int64 // from the beginning to the first answer
	RingMS          int64
	DialMS          int64
	QueueMS         int64
	TotalMS         int64
	Wraps           int64 // answered ones whose conversation was closed
	WrapMS          int64 // from their end until then
	Transfers       int64
	Invitations     int64
	Callbacks       int64 // asked for
	Grades          int64
	GradeSum        int64
	Voicemails      int64
}

// ReasonSum counts a day's missed calls of one reason (MISS-1).
type ReasonSum struct {
	Slot
	Reason string `gorm:"primaryKey"`
	Calls  int64
}

// WaitSum counts a day's answered inbound calls by how long it took, in whole seconds
// rounded up: from the beginning of the wait, and from the first ring.
type WaitSum struct {
	Slot
	Seconds int `gorm:"primaryKey;autoIncrement:false"`
	Waits   int64
	Rings   int64
}

// AgentSum are the sums of an agent's parts in the calls that began on a day.
type AgentSum struct {
	Slot
	AgentID string `gorm:"primaryKey"`
	Took    int64  // calls that they answered or placed
	Joined  int64  // calls of others that they came into
	Missed  int64  // rings that they did not answer
	RingMS  int64
	DialMS  int64
	TalkMS  int64
	HoldMS  int64
	Wraps   int64 // wrap-ups that have ended
	WrapMS  int64
}

// Sums are differences to what is kept.
type Sums struct {
	Hours   []HourSum
	Reasons []ReasonSum
	Waits   []WaitSum
	Agents  []AgentSum
}

// AddSums adds differences to what is kept.
func (t *Tx) AddSums(s Sums) error {
	for _, add := range []func() error{
		func() error { return addUp(t, s.Hours) }, func() error { return addUp(t, s.Reasons) },
		func() error { return addUp(t, s.Waits) }, func() error { return addUp(t, s.Agents) },
	} {
		if err := add(); err != nil {
			return err
		}
	}
	return nil
}

// addUp adds rows to those of the same key.
func addUp[T any](t *Tx, rows []T) error {
	table, err := tableOf[T](t.db)
	if err != nil || len(rows) == 0 {
		return err
	}
	var keys, sums []string
	for _, f := range table.columns {
		if f.PrimaryKey {
			keys = append(keys, quote(f.DBName))
		} else {
			sums = append(sums, quote(f.DBName)+" = "+quote(f.Schema.Table)+"."+quote(f.DBName)+" + excluded."+quote(f.DBName))
		}
	}
	for len(rows) > 0 {
		n := min(len(rows), factsAtOnce)
		statement, args, err := insertion(t.db, rows[:n])
		if err != nil {
			return err
		}
		if _, err := exec(t.db, statement+" ON CONFLICT ("+strings.Join(keys, ", ")+") DO UPDATE SET "+strings.Join(sums, ", "), args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// ClearSums forgets the sums of the first day that a workspace has some of, and says
// whether there was one.
func (t *Tx) ClearSums(workspace string) (was bool, err error) {
	day, err := value[string](t.db, "SELECT day FROM hour_sums WHERE workspace_id = ? ORDER BY day LIMIT 1", workspace)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, t.ClearDay(workspace, day)
}

// ClearDay forgets the sums of a workspace's day.
func (t *Tx) ClearDay(workspace, day string) error {
	for _, table := range []string{"hour_sums", "reason_sums", "wait_sums", "agent_sums"} {
		if _, err := exec(t.db, "DELETE FROM "+table+" WHERE workspace_id = ? AND day = ?", workspace, day); err != nil {
			return err
		}
	}
	return nil
}

// SumsOfDay gives all sums of a workspace's day.
func (s *Store) SumsOfDay(ctx context.Context, workspace, day string) (Sums, error) {
	return sumsOfDay(s.read.WithContext(ctx), workspace, day)
}

// SumsOfDay gives them inside the transaction.
func (t *Tx) SumsOfDay(workspace, day string) (Sums, error) { return sumsOfDay(t.db, workspace, day) }

func sumsOfDay(db *gorm.DB, workspace, day string) (s Sums, err error) {
	of := func() *gorm.DB { return db.Where("workspace_id = ? AND day = ?", workspace, day) }
	return s, errors.Join(of().Find(&s.Hours).Error, of().Find(&s.Reasons).Error, of().Find(&s.Waits).Error, of().Find(&s.Agents).Error)
}

// SumsZone gives the time zone in which the sums of a workspace were made; "" while they
// are being made.
func (t *Tx) SumsZone(workspace string) (string, error) {
	return value[string](t.db, "SELECT sums_zone FROM workspaces WHERE id = ?", workspace)
}

// SumsZones gives those of some workspaces, by workspace.
func (t *Tx) SumsZones(workspaces []string) (map[string]string, error) {
	zones := make(map[string]string, len(workspaces))
	if len(workspaces) == 0 {
		return zones, nil
	}
	of, args := among(workspaces)
	return zones, each(t.db, func(rows *sql.Rows) error {
		var id, zone string
		err := rows.Scan(&id, &zone)
		zones[id] = zone
		return err
	}, "SELECT id, sums_zone FROM workspaces WHERE id IN "+of, args...)
}

// SetSumsZone says in which time zone the sums of a workspace were made.
func (t *Tx) SetSumsZone(workspace, zone string) error {
	return execFound(t.db, "UPDATE workspaces SET sums_zone = ? WHERE id = ?", zone, workspace)
}

// ForgetSums has the sums of all workspaces made anew.
func (t *Tx) ForgetSums() error {
	_, err := exec(t.db, "UPDATE workspaces SET sums_zone = ''")
	return err
}

// WithoutSums lists the workspaces whose sums are to be made, or made anew as their time
// zone has changed.
func (s *Store) WithoutSums(ctx context.Context) ([]Workspace, error) {
	var ws []Workspace
	return ws, s.read.WithContext(ctx).Where("sums_zone <> time_zone").Order("id").Find(&ws).Error
}

// SumFilter says which sums: of the days from From to To, which are both meant, and of
// one team, number, kind or direction; "" means all.
type SumFilter struct {
	Workspace        string
	From, To         string
	TeamID, NumberID string
	Kind             string
	Direction        string
}

func (f SumFilter) where() (condition string, args []any) {
	condition, args = "workspace_id = ? AND day >= ? AND day <= ?", []any{f.Workspace, f.From, f.To}
	for _, c := range []struct{ column, value string }{{"team_id", f.TeamID}, {"number_id", f.NumberID}, {"kind", f.Kind}, {"direction", f.Direction}} {
		if c.value != "" {
			condition, args = condition+" AND "+c.column+" = ?", append(args, c.value)
		}
	}
	return condition, args
}

// HourSums adds up calls by day, hour and direction.
func (s *Store) HourSums(ctx context.Context, f SumFilter) ([]HourSum, error) {
	condition, args := f.where()
	var rows []HourSum
	return rows, s.read.WithContext(ctx).Raw(`SELECT day, hour, direction, SUM(calls) AS calls, SUM(answered) AS answered, SUM(missed) AS missed, SUM(waited) AS waited,
		SUM(short_abandons) AS short_abandons, SUM(talk_ms) AS talk_ms, SUM(hold_ms) AS hold_ms, SUM(first_response_ms) AS first_response_ms, SUM(ring_ms) AS ring_ms,
		SUM(queue_ms) AS queue_ms, SUM(total_ms) AS total_ms, SUM(wraps) AS wraps, SUM(wrap_ms) AS wrap_ms, SUM(transfers) AS transfers,
		SUM(invitations) AS invitations, SUM(callbacks) AS callbacks, SUM(grades) AS grades, SUM(grade_sum) AS grade_sum,
		SUM(dial_ms) AS dial_ms, SUM(voicemails) AS voicemails
		FROM hour_sums WHERE `+condition+" GROUP BY day, hour, direction ORDER BY day, hour, direction", args...).Scan(&rows).Error
}

// ReasonSums adds up missed calls by their reason.
func (s *Store) ReasonSums(ctx context.Context, f SumFilter) ([]ReasonSum, error) {
	condition, args := f.where()
	var rows []ReasonSum
	return rows, s.read.WithContext(ctx).Raw("SELECT reason, SUM(calls) AS calls FROM reason_sums WHERE "+condition+
		" GROUP BY reason HAVING SUM(calls) > 0 ORDER BY 2 DESC, 1", args...).Scan(&rows).Error
}

// WaitSums adds up answered inbound calls by day and seconds.
func (s *Store) WaitSums(ctx context.Context, f SumFilter) ([]WaitSum, error) {
	condition, args := f.where()
	var rows []WaitSum
	return rows, s.read.WithContext(ctx).Raw("SELECT day, seconds, SUM(waits) AS waits, SUM(rings) AS rings FROM wait_sums WHERE "+condition+
		" GROUP BY day, seconds ORDER BY day, seconds", args...).Scan(&rows).Error
}

// AgentSums adds up parts by agent and direction.
func (s *Store) AgentSums(ctx context.Context, f SumFilter) ([]AgentSum, error) {
	condition, args := f.where()
	var rows []AgentSum
	return rows, s.read.WithContext(ctx).Raw(`SELECT agent_id, direction, SUM(took) AS took, SUM(joined) AS joined, SUM(missed) AS missed, SUM(ring_ms) AS ring_ms,
		SUM(talk_ms) AS talk_ms, SUM(hold_ms) AS hold_ms, SUM(wraps) AS wraps, SUM(wrap_ms) AS wrap_ms,
		SUM(dial_ms) AS dial_ms FROM agent_sums WHERE `+condition+" GROUP BY agent_id, direction ORDER BY agent_id, direction", args...).Scan(&rows).Error
}
