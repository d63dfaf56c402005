package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"ringdesk/testkit/postgres"
)

// run is one run of the bench.
type run struct {
	options
	engine mediaEngine
	dir    string
	report *report
	pairs  []*pair // all that were started

	receiver *receiver
	database *postgres.Server // nil with SQLite
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// The parts of the bench, and of its report.
const (
	partSetup      = "setup"      // how fast a call reaches its agent
	partMany       = "many"       // rows of setup: many calls at a time,
	partFlow       = "flow"       // and the same through a flow
	partQueue      = "queue"      // one queue with many agents
	partRooms      = "rooms"      // rooms of ten
	partRecording  = "recording"  // calls of two, with and without recording
	partInbox      = "inbox"      // an inbox with very many conversations
	partStatistics = "statistics" // reports and exports of very many calls
	partSoak       = "soak"       // memory over time
)

var allParts = []string{partSetup, partQueue, partRooms, partRecording, partInbox, partStatistics, partGrowth, partSoak}

// longParts stand alone, or take turns for minutes: they are measured once, however often the
// others are.
var longParts = []string{partInbox, partStatistics, partGrowth, partSoak}

// all runs the parts that are wanted, each with processes of its own.
func (b *run) all(ctx context.Context) error {
	parts := map[string]func(context.Context) error{
		partSetup: b.ladderPart, partQueue: b.queuePart, partRooms: b.roomsPart, partRecording: b.recordingPart, partInbox: b.inboxPart, partStatistics: b.statisticsPart, partGrowth: b.growthPart, partSoak: b.soakPart}
	for _, name := range allParts {
		if !slices.Contains(b.parts, name) {
			continue
		}
		begin := time.Now()
		if err := errors.Join(parts[name](ctx), b.close()); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		say("Part %s took %v", name, time.Since(begin).Round(time.Second))
	}
	return nil
}

// close ends everything that was started.
func (b *run) close() error {
	var errs []error
	for _, p := range b.pairs {
		errs = append(errs, p.close())
	}
	return errors.Join(errs...)
}

// step measures one and adds it to the report.
func (b *run) step(ctx context.Context, p *pair, s *system, st step) (*measured, error) {
	m, err := p.run(ctx, s, st)
	if err != nil {
		return nil, fmt.Errorf("%s at %d calls/s: %w", s.name, st.Rate, err)
	}
	b.report.add(m)
	say("%-9s  %3d calls/s  recorded %-3s  %5d calls  %3d failed  setup p50 %.1f ms, p99 %.1f ms", s.name, st.Rate, yes(st.Recorded), m.Calls, m.Failed,
		ms(percentile(m.setup, 50)), ms(percentile(m.setup, 99)))
	return m, nil
}

// warmUp lets both systems do what they only do once.
func (p *pair) warmUp(ctx context.Context, st step) error {
	say("Warming up")
	st.Rate, st.Length = 10, 3*time.Second
	for _, s := range p.systems() {
		if _, err := p.run(ctx, s, st); err != nil {
			return err
		}
	}
	return nil
}

// calm waits until the goroutines have not become fewer for some time, and
// returns how many there were at least: those of a probe or a renewed time limit
// come and go.
func (p *process) calm(ctx context.Context) (int, error) {
	least, since := math.MaxInt, time.Now()
	_, err := p.until(ctx, 30*time.Second, func(st controllerState) bool {
		if st.Goroutines < least {
			least, since = st.Goroutines, time.Now()
		}
		return time.Since(since) > quiet
	})
	return least, err
}

// quiet is longer than the adapter keeps unused connections (10 s): kept
// connections to the engine count as goroutines.
const quiet = 11 * time.Second

// restTime is how long the controller must do next to nothing to count as at rest.
const restTime = 500 * time.Millisecond

// rest waits until the controller has done what calls leave behind: webhooks, facts,
// tasks. What it takes for them counts as the calls'.
func (p *process) rest(ctx context.Context) error {
	for {
		before, err := cpuTime(p.cmd.Process.Pid)
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the controller is still at work a minute after the last call (see %s)", p.log)
		case <-time.After(restTime):
		}
		if after, err := cpuTime(p.cmd.Process.Pid); err != nil || after-before <= 2*clockTick {
			return err
		}
	}
}

// keepStacks writes down what the goroutines do that are too many.
func (b *run) keepStacks(p *process) error {
	st, err := p.state(ask{Stacks: true})
	if err != nil {
		return err
	}
	file := filepath.Join(b.out, "goroutines.txt")
	say("Goroutines are left, see %s", file)
	return os.WriteFile(file, []byte(st.Stacks), 0o644)
}
