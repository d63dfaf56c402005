package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"
)

// soakRate is how many calls per second come while memory is watched, and
// soakLength the time for which memory must be flat.
const (
	soakRate   = 10
	soakLength = 10 * time.Minute
)

// sample is how much there is at one moment.
type sample struct {
	After         time.Duration `json:"after"`         // since the first call, in nanoseconds
	ControllerCPU time.Duration `json:"controllerCPU"` // that it has used so far
	ControllerMB  float64       `json:"controllerMB"`
	EngineMB      float64       `json:"engineMB"`
	PeerMB        float64       `json:"peerMB"`
	Goroutines    int           `json:"goroutines"`
	Live          int           `json:"liveCalls"`
}

// soaked is what the part that watches memory gave.
type soaked struct {
	Length  time.Duration `json:"length"` // in nanoseconds
	Rows    []*measured   `json:"rows"`
	Samples []sample      `json:"samples"`
	aftermath
}

// growth compares the last quarter of the samples with the second, by the least
// of each: what leaks raises it, a moment in which the machine was busy does not.
// The first quarter is for filling pools and caches.
func (s *soaked) growth(of func(sample) float64) float64 {
	quarter := len(s.Samples) / 4
	if quarter == 0 {
		return 0
	}
	least := func(part []sample) float64 {
		value := of(part[0])
		for _, x := range part {
			value = min(value, of(x))
		}
		return value
	}
	return least(s.Samples[len(s.Samples)-quarter:]) / least(s.Samples[quarter:2*quarter])
}

// soakPart lets calls come for a long time, recorded as the product's are, and
// watches memory. Both systems work at the same time, for it is not their speed
// that is compared.
func (b *run) soakPart(ctx context.Context) error {
	c := &scene{Lines: 4 * soakRate} // a line's call is over long before the next one comes
	p, err := b.newPair(ctx, partSoak, b.engine.names().Queue, c)
	if err != nil {
		return err
	}
	theirs := *c
	their, err := newGenerator(filepath.Join(p.dir, "generator"), &theirs)
	if err == nil {
		err = b.startOurs(ctx, p, partSoak, c)
	}
	if err == nil {
		err = p.peer.startPeer(ctx, &theirs)
	}
	if err != nil {
		return err
	}
	st := b.line(soakRate, 3*time.Second, true)
	st.Part = partSoak
	say("Warming up")
	if err := errors.Join(second(p.run(ctx, p.ours, st)), second(their.run(ctx, p.peer, st))); err != nil {
		return err
	}
	r := &soaked{Length: b.soak}
	b.report.Soak = r
	if r.Before, err = b.rest(ctx, p); err != nil {
		return err
	}
	say("%d calls/s for %v", soakRate, b.soak)
	st.Length = b.soak
	if err := b.watch(ctx, p, r, func(s *system) (*measured, error) {
		if s == p.ours {
			return p.run(ctx, s, st)
		}
		return their.run(ctx, s, st)
	}); err != nil {
		return err
	}
	if r.After, err = b.rest(ctx, p); err != nil {
		return err
	}
	if r.left() > 0 {
		return b.keepStacks(p.ours.controller)
	}
	return nil
}

func second[T any](_ T, err error) error { return err }

// samples is how many are taken, if the run is long enough for one each second.
const samples = 40

// watch runs both systems at the same time and takes samples meanwhile.
func (b *run) watch(ctx context.Context, p *pair, r *soaked, run func(*system) (*measured, error)) error {
	type result struct {
		m   *measured
		err error
	}
	results := make(chan result, 2)
	for _, s := range p.systems() {
		go func() {
			m, err := run(s)
			results <- result{m, err}
		}()
	}
	begin := time.Now()
	tick := time.NewTicker(max(time.Second, b.soak/samples))
	defer tick.Stop()
	var errs []error
	for ended := 0; ended < 2; {
		select {
		case x := <-results:
			ended++
			errs = append(errs, x.err)
			if x.err == nil {
				r.Rows = append(r.Rows, x.m)
			}
		case <-tick.C:
			if time.Since(begin) > b.soak { // no more calls come
				continue
			}
			one, err := p.sample(time.Since(begin))
			if err != nil {
				errs = append(errs, err)
				continue
			}
			r.Samples = append(r.Samples, one)
		}
	}
	return errors.Join(errs...)
}

func (p *pair) sample(after time.Duration) (sample, error) {
	x := sample{After: after}
	st, err := p.ours.controller.state(ask{})
	if err != nil {
		return x, err
	}
	x.Goroutines, x.Live = st.Goroutines, st.Live
	var errs [4]error
	x.ControllerCPU, errs[3] = cpuTime(p.ours.controller.cmd.Process.Pid)
	x.ControllerMB, errs[0] = resident(p.ours.controller.cmd.Process.Pid)
	x.EngineMB, errs[1] = resident(p.ours.pid())
	x.PeerMB, errs[2] = resident(p.peer.pid())
	return x, errors.Join(errs[:]...)
}
