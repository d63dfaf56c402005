package figures

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"time"

	"ringdesk/controller/board"
	"ringdesk/controller/stats"
	"ringdesk/models"
	"ringdesk/testkit/memstore"
)

// level is the service level's time.
const level = 20 * time.Second

// bits is in how many bits a history is written.
const bits = 8

// turn is a moment around which a history is played: clocks change, or a day begins.
type turn struct {
	zone string
	at   string
	then string // the zone that the workspace moves to in the end
}

// turns are those of places whose clocks change in ways of their own: by half an hour, or
// at midnight.
var turns = []turn{
	{"Asia/Seoul", "2026-03-02T15:00:00Z", "America/New_York"},
	{"America/New_York", "2026-11-01T06:00:00Z", "Asia/Seoul"},
	{"America/New_York", "2026-03-08T07:00:00Z", "Asia/Kathmandu"},
	{"Europe/Berlin", "2026-10-25T01:00:00Z", "Pacific/Kiritimati"},
	{"Australia/Lord_Howe", "2026-04-04T15:00:00Z", "America/Santiago"},
	{"America/Santiago", "2026-09-06T04:00:00Z", "Asia/Seoul"},
	{"America/Santiago", "2026-04-05T03:00:00Z", "Europe/Berlin"},
	{"Asia/Kathmandu", "2026-11-26T18:15:00Z", "Australia/Lord_Howe"},
}

// Told is what a comparison has come to.
type Told struct {
	Calls       int
	Figures     int // that were compared
	Differences []string
}

// Add adds up two of them.
func (t *Told) Add(o Told) {
	t.Calls, t.Figures, t.Differences = t.Calls+o.Calls, t.Figures+o.Figures, append(t.Differences, o.Differences...)
}

func (t *Told) compare(what string, got, want any) {
	n, different := differences(what, got, want)
	t.Figures += n
	t.Differences = append(t.Differences, different...)
}

// agreement is one comparison.
type agreement struct {
	Told
	ctx    context.Context
	store  *models.Store
	h      memstore.History
	replay *replay
	keeper *stats.Keeper
	board  *board.Board
	now    time.Time
	zone   *time.Location
	boards []looked
}

// looked is what the live board said at a moment.
type looked struct {
	at        time.Time
	workspace string
	today     stats.Today
}

// Agree writes a history into a database of its own in the folder, around the turn that
// the seed says, and compares. live are the figures that were counted while it happened.
func Agree(ctx context.Context, dir string, h memstore.History, live stats.Figures, seed uint64) (told Told, err error) {
	if len(h.Calls) == 0 {
		return told, nil
	}
	store, err := models.Open(filepath.Join(dir, fmt.Sprintf("figures-%d.db", seed)))
	if err != nil {
		return told, err
	}
	defer store.Close()
	a := &agreement{ctx: ctx, store: store, h: h}
	err = a.run(turns[seed%uint64(len(turns))], rand.New(rand.NewPCG(seed, 13)))
	if err == nil {
		err = a.liveFigures(live)
	}
	return a.Told, err
}

func (a *agreement) run(t turn, rng *rand.Rand) error {
	at, err := time.Parse(time.RFC3339, t.at)
	if err != nil {
		return err
	}
	if a.zone, err = time.LoadLocation(t.zone); err != nil {
		return err
	}
	first, last := a.h.Calls[0].StartedAt.Time, a.h.Calls[0].StartedAt.Time
	for _, c := range a.h.Calls {
		if c.EndedAt.After(last) {
			last = c.EndedAt.Time
		}
	}
	by := at.Sub(first.Add(last.Sub(first) / 2)).Truncate(time.Millisecond)
	clock := func() time.Time { return a.now }
	a.replay = newReplay(a.ctx, a.store, a.h, by, rng)
	a.keeper = stats.NewKeeper(a.store, slog.New(slog.DiscardHandler), "figures", clock)
	a.board = &board.Board{Store: a.store, Now: clock}
	a.Calls = len(a.h.Calls)
	if err := a.replay.furnish(t.zone); err != nil {
		return err
	}
	for i := 1; i <= bits; i++ {
		a.now = endOfMs(first.Add(by + last.Sub(first)*time.Duration(i)/bits))
		if err := a.bit(); err != nil {
			return err
		}
	}
	a.now = endOfMs(last.Add(by + 2*time.Hour)) // what is done to conversations, and wrap-ups
	if err := a.bit(); err != nil {
		return err
	}
	if err := a.everything(); err != nil {
		return err
	}
	return a.moves(t.then)
}

// endOfMs is the last moment of a millisecond: facts say of what happened in it only that.
func endOfMs(at time.Time) time.Time {
	return at.Truncate(time.Millisecond).Add(time.Millisecond - time.Microsecond)
}

// bit lets time go on, and asks the board and the report.
func (a *agreement) bit() error {
	if err := a.replay.until(a.now); err != nil {
		return err
	}
	for _, w := range a.h.Workspaces {
		today, _, _, err := a.board.Look(a.ctx, w.ID, a.zone, "", level)
		if err != nil {
			return err
		}
		a.boards = append(a.boards, looked{a.now, w.ID, today})
	}
	if err := a.keeper.Pass(a.ctx); err != nil {
		return err
	}
	for _, w := range a.h.Workspaces {
		if err := a.reports(w.ID, "report while it goes on"); err != nil {
			return err
		}
	}
	return nil
}

// facts are those that are kept of a workspace.
func (a *agreement) facts(workspace string) (all []stats.Facts, err error) {
	var ids []string
	for _, c := range a.h.Calls {
		if c.WorkspaceID == workspace {
			ids = append(ids, c.ID)
		}
	}
	calls, parts, err := a.store.FactsOfCalls(a.ctx, ids)
	for _, id := range ids {
		if c, is := calls[id]; is {
			all = append(all, stats.Facts{Call: c, Agents: parts[id]})
		}
	}
	return all, err
}

// The days that all histories are within.
const firstDay, lastDay = "2026-01-01", "2026-12-31"

// reports compares reports of all calls, and of each team and number, with the facts.
func (a *agreement) reports(workspace, what string) error {
	facts, err := a.facts(workspace)
	if err != nil {
		return err
	}
	teams, numbers := map[string][]stats.Facts{"": facts}, map[string][]stats.Facts{}
	for _, f := range facts {
		if f.Call.TeamID != "" {
			teams[f.Call.TeamID] = append(teams[f.Call.TeamID], f)
		}
		numbers[f.Call.NumberID] = append(numbers[f.Call.NumberID], f)
	}
	one := func(f models.SumFilter, of []stats.Facts) error {
		f.Workspace, f.From, f.To = workspace, firstDay, lastDay
		report, err := stats.Ask(a.ctx, a.store, f, level)
		if err != nil {
			return err
		}
		calls, parts := ofFacts(of)
		a.compare(what, report, count(calls, parts, a.zone, level))
		return nil
	}
	for team, of := range teams {
		if err := one(models.SumFilter{TeamID: team}, of); err != nil {
			return err
		}
	}
	for number, of := range numbers {
		if err := one(models.SumFilter{NumberID: number}, of); err != nil && number != "" {
			return err
		}
	}
	return nil
}

// everything compares what is exported, made anew and what the board said.
func (a *agreement) everything() error {
	rebuilt, err := a.keeper.RebuildAll(a.ctx)
	if err != nil {
		return err
	}
	a.compare("facts made anew", rebuilt, stats.Rebuilt{Calls: len(a.h.Calls)})
	for _, w := range a.h.Workspaces {
		if err := a.reports(w.ID, "report made anew"); err != nil {
			return err
		}
		facts, err := a.facts(w.ID)
		if err != nil {
			return err
		}
		calls, parts := ofFacts(facts)
		want := count(calls, parts, a.zone, level)
		rawCalls, rawParts, err := ofRawData(a.ctx, a.store, w.ID, must(time.Parse(time.DateOnly, firstDay)), must(time.Parse(time.DateOnly, lastDay)))
		if err != nil {
			return err
		}
		a.compare("raw data", count(rawCalls, rawParts, a.zone, level), want)
		if err := a.feed(w.ID, calls, want); err != nil {
			return err
		}
		for _, l := range a.boards {
			if l.workspace == w.ID {
				a.compare("board at "+l.at.In(a.zone).Format(time.RFC3339), l.today, today(calls, a.zone, l.at, level))
			}
		}
	}
	return nil
}

// moves takes all workspaces to another time zone.
func (a *agreement) moves(zone string) (err error) {
	if a.zone, err = time.LoadLocation(zone); err != nil {
		return err
	}
	err = a.store.Tx(a.ctx, func(tx *models.Tx) error {
		for _, w := range a.h.Workspaces {
			if err := tx.UpdateWorkspace(w.ID, models.WorkspaceUpdate{TimeZone: &zone}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := a.keeper.Pass(a.ctx); err != nil {
		return err
	}
	for _, w := range a.h.Workspaces {
		if err := a.reports(w.ID, "report in "+zone); err != nil {
			return err
		}
	}
	return nil
}

// liveFigures compares the sum of all reports with what was counted while it happened.
func (a *agreement) liveFigures(live stats.Figures) error {
	type sums struct{ Calls, Inbound, Outbound, InboundAnswered, OutboundAnswered, Missed, TalkMS, FirstResponseMS, RingMS, DialMS int64 }
	var got sums
	for _, w := range a.h.Workspaces {
		r, err := stats.Ask(a.ctx, a.store, models.SumFilter{Workspace: w.ID, From: firstDay, To: lastDay}, level)
		if err != nil {
			return err
		}
		t := r.Total
		got.Calls += t.Calls
		got.Inbound += t.Inbound
		got.Outbound += t.Outbound
		got.InboundAnswered += t.InboundAnswered
		got.OutboundAnswered += t.OutboundAnswered
		got.Missed += t.Missed
		got.TalkMS += t.TalkMS
		got.FirstResponseMS += t.FirstResponseMS
		got.RingMS += t.RingMS
		got.DialMS += t.DialMS
	}
	a.compare("counted while it happened", got, sums{int64(live.Calls), int64(live.Inbound.Calls), int64(live.Outbound.Calls), int64(live.Inbound.Answered),
		int64(live.Outbound.Answered), int64(live.ByState["missed"]), live.Inbound.TalkMS + live.Outbound.TalkMS, live.FirstResponseMS, live.Phases["ringMs"], live.Phases["dialMs"]})
	return nil
}
