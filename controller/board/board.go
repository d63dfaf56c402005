// Package board keeps the figures of today that a live board shows (STAT-1), for as many
// desks as look at it. All of them come from the journal (STAT-0): what it means is said
// in package stats, what is new in it is read here.
package board

import (
	"context"
	"sync"
	"time"

	"ringdesk/controller/stats"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// Board keeps today's figures of each workspace that somebody asks for. All of
// them come from the journal (STAT-0); what a call that has ended says is read
// once, so that asking again costs what has happened since.
type Board struct {
	Store *models.Store
	Now   func() time.Time

	mu  sync.Mutex
	its map[string]*board // by workspace
}

// fresh is how old figures may be that are given again: many desks look at the
// same moment.
const fresh = 500 * time.Millisecond

// overlap is how far back a look for new calls goes: one that began a little
// before another may have been committed after it.
const overlap = 10 * time.Second

// callsAtOnce bounds how many calls one statement asks for.
const callsAtOnce = 500

// board is one workspace's.
type board struct {
	mu               sync.Mutex
	today, yesterday *stats.Day
	looked           time.Time // when today was brought up to date
	answers          map[asked]answer
}

// asked is what many desks ask for in the same moment.
type asked struct {
	team   string
	within time.Duration
}

type answer struct{ today, yesterday stats.Today }

// Look gives today's figures until now, and yesterday's until the same time of
// day, in the workspace's time zone.
func (b *Board) Look(ctx context.Context, workspace string, zone *time.Location, team string, within time.Duration) (today, yesterday stats.Today, from time.Time, err error) {
	now := b.Now()
	y, m, d := now.In(zone).Date()
	midnight, before := dialplan.DayBegins(y, m, d, zone), dialplan.DayBegins(y, m, d-1, zone)
	w := b.board(workspace)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.today == nil || !w.today.From.Equal(midnight) {
		if err := b.begin(ctx, workspace, w, before, midnight); err != nil {
			return today, yesterday, midnight, err
		}
	}
	if age := now.Sub(w.looked); age < 0 || age >= fresh {
		since := midnight
		if !w.looked.IsZero() && w.looked.Add(-overlap).After(midnight) {
			since = w.looked.Add(-overlap)
		}
		if err := b.catchUp(ctx, workspace, w.today, since, now); err != nil {
			return today, yesterday, midnight, err
		}
		if err := b.again(ctx, workspace, w.yesterday); err != nil {
			return today, yesterday, midnight, err
		}
		w.looked, w.answers = now, map[asked]answer{}
	}
	a, ok := w.answers[asked{team, within}]
	if !ok {
		// A day with a change of the clocks is an hour longer or shorter.
		a = answer{w.today.Until(now, team, within), w.yesterday.Until(before.Add(now.Sub(midnight)), team, within)}
		w.answers[asked{team, within}] = a
	}
	return a.today, a.yesterday, midnight, nil
}

func (b *Board) board(workspace string) *board {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.its == nil {
		b.its = map[string]*board{}
	}
	w := b.its[workspace]
	if w == nil {
		w = &board{}
		b.its[workspace] = w
	}
	return w
}

// begin makes a new day; the one before it is read whole.
func (b *Board) begin(ctx context.Context, workspace string, w *board, before, midnight time.Time) error {
	yesterday := stats.NewDay(before, midnight)
	if err := b.catchUp(ctx, workspace, yesterday, before, midnight); err != nil {
		return err
	}
	w.yesterday, w.today, w.looked = yesterday, stats.NewDay(midnight, midnight.AddDate(0, 0, 1)), time.Time{}
	return nil
}

// catchUp reads the calls of a day that are new, and those that had not ended.
func (b *Board) catchUp(ctx context.Context, workspace string, d *stats.Day, since, to time.Time) error {
	begun, err := b.Store.BegunCalls(ctx, workspace, since, to)
	if err != nil {
		return err
	}
	fresh := begun[:0]
	for _, c := range begun {
		if !d.Has(c.ID) {
			fresh = append(fresh, c)
		}
	}
	if err := b.again(ctx, workspace, d); err != nil {
		return err
	}
	return b.read(ctx, d, fresh)
}

// again reads the calls of a day that had not ended.
func (b *Board) again(ctx context.Context, workspace string, d *stats.Day) error {
	open := d.Open()
	for len(open) > 0 {
		n := min(len(open), callsAtOnce)
		calls, err := b.Store.TeamsOfCalls(ctx, workspace, open[:n])
		if err != nil {
			return err
		}
		if err := b.read(ctx, d, calls); err != nil {
			return err
		}
		open = open[n:]
	}
	return nil
}

// read takes what the journal says of calls.
func (b *Board) read(ctx context.Context, d *stats.Day, calls []models.BegunCall) error {
	for len(calls) > 0 {
		n := min(len(calls), callsAtOnce)
		ids, teams := make([]string, n), make(map[string]string, n)
		for i, c := range calls[:n] {
			ids[i], teams[c.ID] = c.ID, c.TeamID
		}
		rows, err := b.Store.JournalOf(ctx, ids, stats.LevelTypes)
		if err != nil {
			return err
		}
		for len(rows) > 0 {
			end := 1
			for end < len(rows) && rows[end].CallID == rows[0].CallID {
				end++
			}
			if err := d.Add(rows[0].CallID, teams[rows[0].CallID], rows[:end]); err != nil {
				return err
			}
			rows = rows[end:]
		}
		calls = calls[n:]
	}
	return nil
}
