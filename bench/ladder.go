package main

import (
	"context"
	"slices"
	"time"
)

// ringTime is how long an agent's phone rings in the parts setup and soak.
const ringTime = 250 * time.Millisecond

// line is a step with the lines.
func (b *run) line(rate int, length time.Duration, recorded bool) step {
	return step{Part: partSetup, Rate: rate, Length: length, Recorded: recorded, manner: manner{Ring: ringTime, Talk: b.talk, AgentEnds: b.engine.names().AnswersAtOnce}}
}

// ladderPart measures how fast a call reaches its agent, at rising rates.
func (b *run) ladderPart(ctx context.Context) error {
	c := &scene{Lines: b.linesFor(), FlowLines: flowLines}
	p, err := b.newPair(ctx, partSetup, b.engine.names().Queue, c)
	if err != nil {
		return err
	}
	if err := b.productIdle(ctx, p.ours.server); err != nil {
		return err
	}
	say("Making %d lines", c.Lines)
	if err := b.connect(ctx, p, partSetup, c); err != nil {
		return err
	}
	if err := p.warmUp(ctx, b.line(0, 0, false)); err != nil {
		return err
	}
	before, err := b.rest(ctx, p)
	if err != nil {
		return err
	}
	if err := b.manyCalls(ctx, p); err != nil {
		return err
	}
	if err := b.flowSteps(ctx, p); err != nil {
		return err
	}
	if err := b.ladder(ctx, p); err != nil {
		return err
	}
	after, err := b.rest(ctx, p)
	if err != nil {
		return err
	}
	b.report.Setup = &aftermath{Before: before, After: after}
	b.report.Webhooks, b.report.Told = b.receiver.taken.Load(), p.ours.controller.desks.told.Load()
	if after.Goroutines > before.Goroutines {
		return b.keepStacks(p.ours.controller)
	}
	return nil
}

// resting is how both systems are without calls.
type resting struct {
	Goroutines   int     `json:"goroutines"`
	ControllerMB float64 `json:"controllerMB"`
	EngineMB     float64 `json:"engineMB"`
	PeerMB       float64 `json:"peerMB"`
	Leftovers    int     `json:"leftovers"` // of calls in both engines
}

// aftermath compares before the first call with after the last.
type aftermath struct {
	Before resting `json:"before"`
	After  resting `json:"after"`
}

// left counts what is left of calls: goroutines, and channels and bridges of the engines.
func (a *aftermath) left() int {
	return max(0, a.After.Goroutines-a.Before.Goroutines) + a.After.Leftovers
}

// rest waits until our controller is calm and tells how things are.
func (b *run) rest(ctx context.Context, p *pair) (resting, error) {
	var r resting
	var err error
	if r.Goroutines, err = p.ours.controller.calm(ctx); err != nil {
		return r, err
	}
	for _, m := range []struct {
		pid int
		to  *float64
	}{{p.ours.controller.cmd.Process.Pid, &r.ControllerMB}, {p.ours.pid(), &r.EngineMB}, {p.peer.pid(), &r.PeerMB}} {
		if *m.to, err = resident(m.pid); err != nil {
			return r, err
		}
	}
	for _, s := range p.systems() {
		n, err := s.leftovers(ctx)
		if err != nil {
			return r, err
		}
		r.Leftovers += n
	}
	return r, nil
}

// ladder raises the rate, until both have failed.
func (b *run) ladder(ctx context.Context, p *pair) error {
	failed := map[*system]bool{}
	for i, rate := range b.rates {
		rounds := 1
		if i == 0 {
			rounds = b.rounds
		}
		for range rounds {
			for _, s := range p.systems() {
				if failed[s] {
					continue
				}
				m, err := b.step(ctx, p, s, b.line(rate, b.length, false))
				if err != nil {
					return err
				}
				failed[s] = failed[s] || !m.good()
			}
		}
		if slices.Contains(b.recorded, rate) {
			if err := b.recordedStep(ctx, p, rate); err != nil {
				return err
			}
		}
	}
	for _, rate := range b.recorded {
		if !slices.Contains(b.rates, rate) {
			if err := b.recordedStep(ctx, p, rate); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *run) recordedStep(ctx context.Context, p *pair, rate int) error {
	for _, s := range p.systems() {
		if _, err := b.step(ctx, p, s, b.line(rate, b.length, true)); err != nil {
			return err
		}
	}
	return nil
}
