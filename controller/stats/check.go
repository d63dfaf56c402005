package stats

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ringdesk/dialplan"
	"ringdesk/models"
)

// CheckSums adds the facts of a workspace's day up anew, and mends the sums that are
// kept if they are others. The error says what was different; "" is nothing.
func (k *Keeper) CheckSums(ctx context.Context, w models.Workspace, midnight time.Time) (different string, err error) {
	begun, err := k.Store.BegunCalls(ctx, w.ID, midnight, midnight.AddDate(0, 0, 1))
	if err != nil {
		return "", err
	}
	ids, day, zone := make([]string, len(begun)), midnight.Format(time.DateOnly), dialplan.Location(w.TimeZone)
	for i, c := range begun {
		ids[i] = c.ID
	}
	made, err := sumsOf(ids, zone, func(ids []string) (map[string]models.CallFact, map[string][]models.AgentFact, error) {
		return k.Store.FactsOfCalls(ctx, ids)
	})
	if err != nil {
		return "", err
	}
	kept, err := k.Store.SumsOfDay(ctx, w.ID, day)
	if err != nil || difference(made, kept) == "" {
		return "", err
	}
	// A call may have changed between the two questions: nothing is mended but what is
	// different while nobody keeps facts.
	return different, k.Store.Tx(ctx, func(tx *models.Tx) error {
		different = ""
		if err := tx.LockCursor(models.CursorFacts); err != nil {
			return err
		}
		if in, err := tx.SumsZone(w.ID); err != nil || in != w.TimeZone {
			return err // they are being made anew
		}
		made, err := sumsOf(ids, zone, tx.FactsOfCalls)
		if err != nil {
			return err
		}
		kept, err := tx.SumsOfDay(w.ID, day)
		if err != nil {
			return err
		}
		if different = difference(made, kept); different == "" {
			return nil
		}
		if err := tx.ClearDay(w.ID, day); err != nil {
			return err
		}
		return tx.AddSums(made)
	})
}

// sumsOf adds up the facts of calls.
func sumsOf(ids []string, zone *time.Location, facts func(ids []string) (map[string]models.CallFact, map[string][]models.AgentFact, error)) (models.Sums, error) {
	sums := NewSums(zone)
	for some := range slices.Chunk(ids, callsAtOnce) {
		calls, parts, err := facts(some)
		if err != nil {
			return models.Sums{}, err
		}
		for id, c := range calls {
			sums.Add(Facts{c, parts[id]})
		}
	}
	return sums.Rows(), nil
}

// difference says what is different between sums that were made anew and those that are
// kept. Rows of nothing but zeros are as good as none.
func difference(made, kept models.Sums) string {
	n := differ(made.Hours, kept.Hours, func(h models.HourSum) models.HourSum { return models.HourSum{Slot: h.Slot, Hour: h.Hour} }) +
		differ(made.Reasons, kept.Reasons, func(r models.ReasonSum) models.ReasonSum { return models.ReasonSum{Slot: r.Slot, Reason: r.Reason} }) +
		differ(made.Waits, kept.Waits, func(w models.WaitSum) models.WaitSum { return models.WaitSum{Slot: w.Slot, Seconds: w.Seconds} }) +
		differ(made.Agents, kept.Agents, func(a models.AgentSum) models.AgentSum { return models.AgentSum{Slot: a.Slot, AgentID: a.AgentID} })
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d sums were wrong: %d calls and %d ms of talk instead of %d and %d", n, calls(kept), talk(kept), calls(made), talk(made))
}

// differ counts the keys whose rows are different; empty is a row of its key alone.
func differ[T comparable](made, kept []T, empty func(T) T) int {
	rows, n := map[T]T{}, 0
	for _, r := range made {
		rows[empty(r)] = r
	}
	for _, r := range kept {
		key := empty(r)
		if m, is := rows[key]; is && m != r || !is && r != key {
			n++
		}
		delete(rows, key)
	}
	for key, r := range rows {
		if r != key {
			n++
		}
	}
	return n
}

func calls(s models.Sums) (n int64) {
	for _, h := range s.Hours {
		n += h.Calls
	}
	return n
}

func talk(s models.Sums) (n int64) {
	for _, h := range s.Hours {
		n += h.TalkMS
	}
	return n
}
