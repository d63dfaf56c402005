package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// roomSize is how many parties a room has (CALL-3).
const roomSize = 10

// talkers are calls that all talk at the same time, with sound.
type talkers struct {
	part     string
	groups   int // rooms, or calls of two
	size     int // parties in each
	recorded bool
}

func (t *talkers) parties() int { return t.groups * t.size }

// talked is what a stretch of talking gave.
type talked struct {
	Part     string `json:"part"`
	System   string `json:"system"`
	Recorded bool   `json:"recorded"`
	Groups   int    `json:"groups"` // rooms, or calls of two
	Rounds   int    `json:"rounds"`

	Wall          time.Duration  `json:"wall"` // in nanoseconds, as all durations
	EngineCPU     time.Duration  `json:"engineCPU"`
	ControllerCPU time.Duration  `json:"controllerCPU"`
	Heard         float64        `json:"rtpIn"`   // packets per second that the engine had from each party; 50 were sent
	Said          float64        `json:"rtpOut"`  // packets per second that it sent to each party
	Bridges       map[string]int `json:"bridges"` // by technology
	Busy          float64        `json:"othersCPUPercent"`
}

// engine, controller and both are CPU time in percent of a core for each group.
func (t *talked) engine() float64     { return t.perGroup(t.EngineCPU) }
func (t *talked) controller() float64 { return t.perGroup(t.ControllerCPU) }
func (t *talked) both() float64       { return t.perGroup(t.EngineCPU + t.ControllerCPU) }

func (t *talked) perGroup(cpu time.Duration) float64 {
	return 100 * cpu.Seconds() / t.Wall.Seconds() / float64(t.Groups)
}

// roomsPart compares the product's rooms with the engine's own.
func (b *run) roomsPart(ctx context.Context) error {
	p, err := b.startPair(ctx, partRooms, b.engine.names().Rooms, &scene{Rooms: true})
	if err != nil {
		return err
	}
	return b.takeTurns(ctx, p, talkers{part: partRooms, groups: b.rooms, size: roomSize})
}

// recordingPart compares calls of two, and what recording them costs.
func (b *run) recordingPart(ctx context.Context) error {
	p, err := b.startPair(ctx, partRecording, b.engine.names().Queue, &scene{Lines: b.calls})
	if err != nil {
		return err
	}
	return b.takeTurns(ctx, p, talkers{part: partRecording, groups: b.calls, size: 2})
}

// takeTurns lets both systems take turns, without and with recording.
func (b *run) takeTurns(ctx context.Context, p *pair, t talkers) error {
	for range b.rounds {
		for _, t.recorded = range []bool{false, true} {
			for _, s := range p.systems() {
				m, err := p.talk(ctx, s, &t, b.window)
				if err != nil {
					return fmt.Errorf("%s: %w", s.name, err)
				}
				b.report.addTalked(m)
				say("%-10s  %d × %d  recorded %-3s  %.2f %% of a core each  RTP per party: in %.1f/s, out %.1f/s  %s", s.name, t.groups, t.size, yes(t.recorded),
					m.both(), m.Heard, m.Said, bridgeList(m.Bridges))
			}
		}
	}
	return nil
}

// Callers begin at this rate per second. They talk until the last one has begun,
// the window is over, and for this much longer.
const (
	beginRate = 25
	slack     = 4 * time.Second
)

// step is how the callers dial.
func (t *talkers) step(g *generator, window time.Duration) step {
	callers := t.groups
	if t.size > 2 {
		callers = t.parties()
	}
	begin := time.Duration(callers) * time.Second / beginRate
	return step{Part: t.part, Rate: beginRate, Length: begin, Recorded: t.recorded,
		manner: manner{Ring: 100 * time.Millisecond, Talk: begin + window + slack, Sound: g.sound}}
}

// talk lets all talk, and measures while they do.
func (g *generator) talk(ctx context.Context, s *system, t *talkers, window time.Duration) (*talked, error) {
	st := t.step(g, window)
	name := g.newName(s, t.part)
	if t.size > 2 {
		st.dial = func(i int) string { return roomNumber(i%t.groups, t.recorded) }
	}
	if err := g.writeCalls(name+".csv", &st); err != nil {
		return nil, err
	}
	phones, err := g.startPhones(ctx, name, &st)
	if err != nil {
		return nil, err
	}
	callers, err := g.startCallers(s, &st, name)
	if err != nil {
		return nil, errors.Join(err, stopAll(phones))
	}
	m, err := s.listen(ctx, t, window, append(commands(phones), callers))
	if err != nil {
		callers.Process.Kill()
	}
	err = errors.Join(err, wait(ctx, callers, st.Talk+patience))
	if err == nil {
		err = s.settle(ctx)
	}
	return m, errors.Join(err, stopAll(phones))
}

// listen waits until all talk, and measures for the window.
func (s *system) listen(ctx context.Context, t *talkers, window time.Duration, sipps []*exec.Cmd) (*talked, error) {
	if err := s.allTalk(ctx, t); err != nil {
		return nil, err
	}
	first, err := s.traffic(ctx, t)
	if err != nil {
		return nil, err
	}
	before, err := s.meter(sipps...)
	if err != nil {
		return nil, err
	}
	select {
	case <-time.After(window):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	after, err := s.meter(sipps...)
	if err != nil {
		return nil, err
	}
	last, err := s.traffic(ctx, t)
	if err != nil {
		return nil, err
	}
	bridges, _, err := s.bridges(ctx)
	if err != nil {
		return nil, err
	}
	used := after.minus(before)
	seconds := last.at.Sub(first.at).Seconds() * float64(t.parties())
	return &talked{Part: t.part, System: s.name, Recorded: t.recorded, Groups: t.groups, Rounds: 1, Wall: used.wall,
		EngineCPU: used.engine, ControllerCPU: used.controller, Bridges: bridges, Busy: used.others(),
		Heard: float64(last.in-first.in) / seconds, Said: float64(last.out-first.out) / seconds}, nil
}

// allTalk waits until all parties are in bridges.
func (s *system) allTalk(ctx context.Context, t *talkers) error {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(t.parties())*time.Second/beginRate+slack)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for there, joined, groups := 0, 0, 0; ; {
		parties, err := s.parties(ctx)
		var bridges map[string]int
		if err == nil {
			there = len(parties)
			bridges, joined, err = s.bridges(ctx)
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
		groups = 0
		for _, n := range bridges {
			groups += n
		}
		// What records a room may count as joined.
		if there == t.parties() && groups == t.groups && joined >= there {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d parties, %d of them in %d bridges, want %d in %d", there, joined, groups, t.parties(), t.groups)
		case <-tick.C:
		}
	}
}

func bridgeList(count map[string]int) string {
	var parts []string
	for _, technology := range slices.Sorted(maps.Keys(count)) {
		parts = append(parts, fmt.Sprintf("%d %s", count[technology], technology))
	}
	return strings.Join(parts, ", ")
}

// packets is how much RTP all parties together have sent and been sent so far.
type packets struct {
	at      time.Time
	in, out int
}

// traffic counts; a party that is missing is an error.
func (s *system) traffic(ctx context.Context, t *talkers) (packets, error) {
	ids, err := s.parties(ctx)
	if err != nil {
		return packets{}, err
	}
	if len(ids) != t.parties() {
		return packets{}, fmt.Errorf("%d of %d parties are there", len(ids), t.parties())
	}
	slices.Sort(ids) // the same order each time, so that each is asked after the same time
	p := packets{at: time.Now()}
	for _, id := range ids {
		in, out, err := s.packets(ctx, id)
		if err != nil {
			return p, err
		}
		p.in += in
		p.out += out
	}
	return p, nil
}
