package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// step is a stretch of calls at one rate through one system.
type step struct {
	Part     string             // of the report
	Rate     int                // calls per second
	Length   time.Duration      // for which calls begin
	Recorded bool               // lines only
	Number   string             // what all dial; empty means the lines in turn, or dial
	dial     func(i int) string // what call i dials, where that differs
	AtOnce   int                // callers at a time at most; 0 means any number
	manner
}

// calls is how many there are.
func (st *step) calls() int { return int(float64(st.Rate) * st.Length.Seconds()) }

// limit is the longest that the step may last.
func (st *step) limit() time.Duration {
	if st.AtOnce > 0 { // callers wait for each other
		return st.Length + st.Talk + 2*patience
	}
	return st.Length + st.Talk + patience
}

// measured is what a step gave.
type measured struct {
	Part     string  `json:"part"`
	System   string  `json:"system"`
	Rate     int     `json:"rate"`
	Recorded bool    `json:"recorded"`
	Reached  float64 `json:"reachedRate"` // calls per second that really began
	Taken    float64 `json:"takenRate"`   // calls per second that agents answered, between the first and the last
	Calls    int     `json:"calls"`
	Failed   int     `json:"failed"`
	Repeats  int     `json:"inviteRepeats"` // INVITEs sent again for want of an answer
	Busy     float64 `json:"othersCPUPercent"`
	Load     string  `json:"loadBefore"`

	EngineCPU     time.Duration `json:"engineCPU"` // in nanoseconds, as all durations
	ControllerCPU time.Duration `json:"controllerCPU"`

	setup   []time.Duration // INVITE made to INVITE at the first agent's
	reoffer []time.Duration // an agent's refusal made to INVITE at the next one's
	answer  []time.Duration // agent's 200 to caller's 200
}

// generator makes the load: it runs SIPp's callers and phones, step after step.
type generator struct {
	dir     string // traces and scenarios
	lines   int
	at      Phones
	callers int    // port
	sound   string // file
	steps   int    // so far: makes callers' numbers unique
	next    int    // the line that the next call goes to
}

// newGenerator chooses ports for callers and phones, and puts them into the scene.
func newGenerator(dir string, c *scene) (*generator, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	g := &generator{dir: dir, lines: c.Lines}
	var err error
	if g.sound, err = writeSound(dir); err != nil {
		return nil, err
	}
	g.sound = filepath.Base(g.sound) // SIPp runs in dir
	if g.callers, err = freePort(callersHost); err != nil {
		return nil, err
	}
	for _, at := range []*string{&c.Agents, &c.Busy, &c.Declines} {
		port, err := freePort(agentsHost)
		if err != nil {
			return nil, err
		}
		*at = fmt.Sprintf("%s:%d", agentsHost, port)
	}
	g.at = c.Phones
	return g, nil
}

// run makes the step's calls through the system.
func (g *generator) run(ctx context.Context, s *system, st step) (*measured, error) {
	name := g.newName(s, st.Part)
	if err := g.writeCalls(name+".csv", &st); err != nil {
		return nil, err
	}
	m := &measured{Part: st.Part, System: s.name, Rate: st.Rate, Recorded: st.Recorded, Calls: st.calls(), Load: loadAverage()}
	phones, err := g.startPhones(ctx, name, &st)
	if err != nil {
		return nil, err
	}
	before, err := s.meter(commands(phones)...)
	if err != nil {
		return nil, errors.Join(err, stopAll(phones))
	}
	callers, err := g.startCallers(s, &st, name)
	if err == nil {
		err = wait(ctx, callers, st.limit())
	}
	if err == nil {
		err = s.settle(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w (SIPp's errors: %s-*.err)", err, name), stopAll(phones))
	}
	after, err := s.meter(append(commands(phones), callers)...)
	if err := errors.Join(err, stopAll(phones)); err != nil {
		return nil, err
	}
	used := after.minus(before)
	m.EngineCPU, m.ControllerCPU, m.Busy = used.engine, used.controller, used.others()
	return m, g.read(m, name, phones)
}

// newName begins the names of a step's files.
func (g *generator) newName(s *system, part string) string {
	g.steps++
	return filepath.Join(g.dir, fmt.Sprintf("step-%02d-%s-%s", g.steps, part, s.name))
}

// writeCalls lists the calls for SIPp: number dialled; caller's own.
func (g *generator) writeCalls(file string, st *step) error {
	var b strings.Builder
	b.WriteString("SEQUENTIAL\n")
	for i := range st.calls() {
		number := st.Number
		switch {
		case st.dial != nil:
			number = st.dial(i)
		case number == "":
			number = lineNumber(g.next, st.Recorded)
			g.next = (g.next + 1) % g.lines
		}
		fmt.Fprintf(&b, "%s;"+callerPattern+"\n", number, g.steps, i)
	}
	return os.WriteFile(file, []byte(b.String()), 0o600)
}

// settle waits until nothing of the step's calls is left, so that the next
// step, of the other system, has the machine to itself.
func (s *system) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	t := time.NewTicker(100 * time.Millisecond)
	defer t.Stop()
	for {
		left, err := s.leftovers(ctx)
		if err == nil && s.controller != nil {
			var st controllerState
			st, err = s.controller.state(ask{})
			left += st.Live
		}
		if err == nil && left == 0 && s.controller != nil {
			err = s.controller.rest(ctx)
		}
		if err != nil || left == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: %d calls, channels and bridges are left a minute after the last call", s.name, left)
		case <-t.C:
		}
	}
}

// read takes what the traces say.
func (g *generator) read(m *measured, name string, phones []*phoneSet) error {
	var traces []string
	for _, p := range phones {
		traces = append(traces, p.trace)
	}
	calls, err := journeys(name+"-caller.log", traces...)
	if err != nil {
		return err
	}
	whole := 0
	var invites, answers []time.Time
	for _, j := range calls {
		m.Repeats += j.repeats
		invites = append(invites, j.invite)
		if len(j.offers) > 0 {
			m.setup = append(m.setup, j.offers[0].at.Sub(j.invite))
		}
		m.reoffer = append(m.reoffer, j.reoffers()...)
		if at := j.accepted(); !at.IsZero() && !j.answered.IsZero() {
			answers = append(answers, at)
			m.answer = append(m.answer, j.answered.Sub(at)) // negative for a caller who was answered to wait
		}
		if j.whole() {
			whole++
		}
	}
	m.Failed = m.Calls - whole
	m.Reached, m.Taken = perSecond(invites), perSecond(answers)
	return nil
}

// perSecond is how often something happened between the first and the last time.
func perSecond(times []time.Time) float64 {
	if len(times) < 2 {
		return 0
	}
	first, last := slices.MinFunc(times, time.Time.Compare), slices.MaxFunc(times, time.Time.Compare)
	if !last.After(first) {
		return 0
	}
	return float64(len(times)-1) / last.Sub(first).Seconds()
}
