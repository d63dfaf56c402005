package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// partGrowth measures how the cost of a call grows with what there is.
const partGrowth = "growth"

// What there is at the smallest. One axis at a time grows, the others stay.
const (
	fewAgents     = 10
	fewWorkspaces = 1
	fewPast       = playedCalls
)

// growthRate is calls per second, of which ten agents take each.
const growthRate = 10

// targetGrown is the setup's median, ÷ that of the smallest.
const targetGrown = 1.3

// size is how much there is: agents at their desks in the business that is called,
// workspaces with the others, past calls of the business.
type size struct {
	Agents     int `json:"agents"`
	Workspaces int `json:"workspaces"`
	Past       int `json:"past"`
}

var smallest = size{fewAgents, fewWorkspaces, fewPast}

// sizes are all that are measured, the smallest first.
func sizes(past int) []size {
	return []size{smallest, {100, fewWorkspaces, fewPast}, {1000, fewWorkspaces, fewPast}, {fewAgents, 100, fewPast}, {fewAgents, fewWorkspaces, past}}
}

// what names the axis that has grown.
func (s size) what() string {
	switch {
	case s.Agents != fewAgents:
		return fmt.Sprintf("%d agents", s.Agents)
	case s.Workspaces != fewWorkspaces:
		return fmt.Sprintf("%d workspaces", s.Workspaces)
	case s.Past != fewPast:
		return fmt.Sprintf("%d past calls", s.Past)
	}
	return "smallest"
}

// part names the size's step.
func (s size) part() string {
	return fmt.Sprintf("%s-%d-%d-%d", partGrowth, s.Agents, s.Workspaces, s.Past)
}

// grown is what the part gave beside its rows.
type grown struct {
	Making time.Duration `json:"making"` // of all stores, in nanoseconds
	Sizes  []*grownSize  `json:"sizes"`
}

type grownSize struct {
	size
	Start float64 `json:"startSeconds"` // from the process's start until it takes calls
	MB    float64 `json:"controllerMB"` // after the calls
	p     *pair
}

// growthPart measures the same calls with controllers that differ in what there is. All of
// them run all the time, and take turns.
func (b *run) growthPart(ctx context.Context) error {
	began := time.Now()
	dir := filepath.Join(b.dir, partGrowth)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	say("Making %d calls", fewPast)
	first := filepath.Join(dir, "first.db")
	if err := makeSmallest(ctx, first, b.receiver.url); err != nil {
		return err
	}
	g := &grown{}
	for i, s := range sizes(b.past) {
		x := &grownSize{size: s}
		if err := b.startSize(ctx, x, first, firstRTP+i*rtpPorts); err != nil {
			return fmt.Errorf("%s: %w", s.what(), err)
		}
		g.Sizes = append(g.Sizes, x)
	}
	g.Making = time.Since(began)
	b.report.Growth = g
	return b.measureSizes(ctx, g)
}

// startSize makes the store of a size and starts an engine and a controller on it.
func (b *run) startSize(ctx context.Context, x *grownSize, first string, rtp int) error {
	c := x.scene()
	p := &pair{dir: filepath.Join(b.dir, x.part()), ours: &system{name: ringdesk}, peer: &system{}}
	b.pairs, x.p = append(b.pairs, p), p
	var err error
	if p.generator, err = newGenerator(p.dir, c); err != nil {
		return err
	}
	if err := os.MkdirAll(p.home(), 0o700); err != nil {
		return err
	}
	say("Making %s", x.what())
	if err := makeSize(ctx, first, filepath.Join(p.home(), "ringdesk.db"), x.size, b.receiver.url); err != nil {
		return err
	}
	if p.ours.server, err = b.engine.start(ctx, p.home(), rtp, nil); err != nil {
		return err
	}
	o, err := b.optionsOf(x.part())
	if err != nil {
		return err
	}
	began := time.Now()
	err = startController(ctx, p.ours, p.home(), c, o)
	x.Start = time.Since(began).Seconds()
	return err
}

// scene is a business with a queue; a line for each workspace beside it.
func (s size) scene() *scene {
	return &scene{Made: true, Willing: true, Team: s.Agents, Lines: s.Workspaces - 1}
}

func (b *run) measureSizes(ctx context.Context, g *grown) error {
	st := step{Number: queueNumber(willing), Rate: growthRate, Length: 3 * time.Second, manner: manner{Ring: queueRing, Talk: queueTalk, AgentEnds: true}}
	for _, x := range g.Sizes {
		st.Part = x.part()
		if _, err := x.p.run(ctx, x.p.ours, st); err != nil { // what is only done once
			return err
		}
	}
	st.Length = b.length
	for range b.rounds {
		for _, x := range g.Sizes {
			st.Part = x.part()
			say("With %s:", x.what())
			if _, err := b.step(ctx, x.p, x.p.ours, st); err != nil {
				return err
			}
		}
	}
	var errs []error
	for _, x := range g.Sizes {
		mb, err := resident(x.p.ours.controller.cmd.Process.Pid)
		x.MB = mb
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (r *report) writeGrowth(w io.Writer) {
	if r.Growth == nil {
		return
	}
	fmt.Fprintf(w, "\nGROWTH: %d calls/s to one queue; %d agents, %d workspace and %d past calls, and one of them more\n\n", growthRate, fewAgents, fewWorkspaces, fewPast)
	fmt.Fprintln(w, "with\tcalls\tfailed\tsetup p50\t÷ smallest\tp99\tcontroller's CPU\t÷ smallest\tCPU "+r.Names.Engine+"\tmemory\ttakes calls after\tothers\t")
	fmt.Fprintln(w, "\t\t\tms\t\tms\tms/call\t\tms/call\tMB\ts\t% of a core\t")
	base := orEmpty(r.only(smallest.part(), ringdesk))
	for _, s := range r.Growth.Sizes {
		x := orEmpty(r.only(s.part(), ringdesk))
		fmt.Fprintf(w, "%s\t%d\t%d\t%.1f\t%.2f\t%.1f\t%.1f\t%.2f\t%.1f\t%.0f\t%.1f\t%.0f\t\n", s.what(), x.Calls, x.Failed, x.SetupP50, x.SetupP50/base.SetupP50, x.SetupP99,
			x.Controller, x.Controller/base.Controller, x.Engine, s.MB, s.Start, x.Busy)
	}
	fmt.Fprintf(w, "\nThe data took %.0f s to make. takes calls after: from the controller's start on that data until the engine has all phones.\n", r.Growth.Making.Seconds())
}

// growthVerdicts are on how little a call's setup grows.
func (r *report) growthVerdicts() (vs []verdict) {
	all := sizes(manyPast)
	if r.Growth != nil {
		all = sizes(r.Growth.Sizes[len(r.Growth.Sizes)-1].Past)
	}
	base := orEmpty(r.only(smallest.part(), ringdesk))
	for _, s := range all[1:] {
		v := verdict{what: fmt.Sprintf("growth: setup median with %s ≤ %.1f × that of the smallest", s.what(), targetGrown), limit: targetGrown, format: "%.2f"}
		if x := r.only(s.part(), ringdesk); x != nil && base.SetupP50 > 0 {
			v.measured, v.got = true, x.SetupP50/base.SetupP50
		}
		vs = append(vs, v)
	}
	return vs
}
