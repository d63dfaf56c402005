package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// run is one run of the bench.
type run struct {
	options
	dir    string
	report *report
	field  *field
	ours   *system
	queue  *system
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

func (b *run) all(ctx context.Context) error {
	if err := b.start(ctx); err != nil {
		return err
	}
	pid := b.ours.controller.cmd.Process.Pid
	say("Warming up")
	for _, s := range []*system{b.ours, b.queue} {
		if _, err := b.field.run(ctx, s, step{Rate: 10, Length: 3 * time.Second}); err != nil {
			return err
		}
	}
	// Kept connections to Asterisk count, so they must be given up first: after
	// ten seconds without use.
	goroutines, err := b.ours.controller.calm(ctx)
	if err != nil {
		return err
	}
	b.report.GoroutinesBefore = goroutines
	if b.report.ControllerIdleMB, err = resident(pid); err != nil {
		return err
	}
	if err := b.ladder(ctx); err != nil {
		return err
	}
	if goroutines, err = b.ours.controller.calm(ctx); err != nil {
		return err
	}
	b.report.GoroutinesAfter = goroutines
	if goroutines > b.report.GoroutinesBefore {
		if err := b.keepStacks(); err != nil {
			return err
		}
	}
	return b.after(ctx, pid)
}

// start brings both systems up.
func (b *run) start(ctx context.Context) error {
	lines := b.linesFor()
	var err error
	if b.field, err = newField(b.dir, lines, b.talk); err != nil {
		return err
	}
	say("Starting two Asterisks")
	ours, queue := filepath.Join(b.dir, ringdesk), filepath.Join(b.dir, appQueue)
	if err := queueConfig(queue, lines); err != nil {
		return err
	}
	b.ours, b.queue = &system{name: ringdesk}, &system{name: appQueue}
	if b.ours.server, b.ours.asterisk, err = startAsterisk(ctx, b.root, ours, firstRTP); err != nil {
		return err
	}
	if b.queue.server, b.queue.asterisk, err = startAsterisk(ctx, b.root, queue, firstRTP+rtpPorts); err != nil {
		return err
	}
	if err := b.productIdle(ctx); err != nil {
		return err
	}
	say("Making %d lines", lines)
	profile := ""
	if b.profile {
		profile = filepath.Join(b.out, "controller.pprof")
	}
	if err := startRingdesk(ctx, b.ours, ours, lines, b.field.agentsAddr(), profile); err != nil {
		return err
	}
	return startQueue(ctx, b.queue, lines, b.field.agentsAddr())
}

// firstRTP begins the media ports: below those that outgoing connections take,
// and away from the product's own.
const firstRTP = 10000

// ladder raises the rate, until both have failed.
func (b *run) ladder(ctx context.Context) error {
	failed := map[*system]bool{}
	for i, rate := range b.rates {
		rounds := 1
		if i == 0 {
			rounds = b.rounds
		}
		for range rounds {
			for _, s := range []*system{b.ours, b.queue} {
				if failed[s] {
					continue
				}
				ok, err := b.step(ctx, s, step{Rate: rate, Length: b.length})
				if err != nil {
					return err
				}
				failed[s] = failed[s] || !ok
			}
		}
		if slices.Contains(b.recorded, rate) {
			if err := b.recordedStep(ctx, rate); err != nil {
				return err
			}
		}
	}
	for _, rate := range b.recorded {
		if !slices.Contains(b.rates, rate) {
			if err := b.recordedStep(ctx, rate); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *run) recordedStep(ctx context.Context, rate int) error {
	for _, s := range []*system{b.ours, b.queue} {
		if _, err := b.step(ctx, s, step{Rate: rate, Length: b.length, Recorded: true}); err != nil {
			return err
		}
	}
	return nil
}

// step measures one and says whether the system kept up.
func (b *run) step(ctx context.Context, s *system, st step) (bool, error) {
	m, err := b.field.run(ctx, s, st)
	if err != nil {
		return false, fmt.Errorf("%s at %d calls/s: %w", s.name, st.Rate, err)
	}
	b.report.add(m)
	say("%-9s  %3d calls/s  recorded %-3s  %5d calls  %3d failed  setup p50 %.1f ms, p99 %.1f ms", s.name, st.Rate, yes(st.Recorded), m.Calls, m.Failed,
		ms(percentile(m.setup, 50)), ms(percentile(m.setup, 99)))
	return m.good(), nil
}

// calm waits until the goroutines have been as many for three seconds, and
// returns how many they are.
func (p *process) calm(ctx context.Context) (int, error) {
	last, since := -1, time.Now()
	st, err := p.until(ctx, 30*time.Second, func(st controllerState) bool {
		if st.Goroutines != last {
			last, since = st.Goroutines, time.Now()
		}
		return time.Since(since) > quiet
	})
	return st.Goroutines, err
}

// quiet is longer than the adapter keeps unused connections (10 s).
const quiet = 11 * time.Second

// keepStacks writes down what the goroutines do that are too many.
func (b *run) keepStacks() error {
	st, err := b.ours.controller.state(ask{Stacks: true})
	if err != nil {
		return err
	}
	file := filepath.Join(b.out, "goroutines.txt")
	say("Goroutines are left, see %s", file)
	return os.WriteFile(file, []byte(st.Stacks), 0o644)
}

// after measures what is left when all calls are over.
func (b *run) after(ctx context.Context, controller int) error {
	for _, m := range []struct {
		pid int
		to  *float64
	}{{controller, &b.report.ControllerAfterMB}, {b.ours.asterisk, &b.report.AsteriskAfterMB}, {b.queue.asterisk, &b.report.QueueAfterMB}} {
		mb, err := resident(m.pid)
		if err != nil {
			return err
		}
		*m.to = mb
	}
	for _, s := range []*system{b.ours, b.queue} {
		n, err := leftovers(ctx, s.server)
		if err != nil {
			return err
		}
		b.report.Leftovers += n
	}
	return nil
}

// close ends everything that was started.
func (b *run) close() error {
	var errs []error
	for _, s := range []*system{b.ours, b.queue} {
		if s == nil {
			continue
		}
		if s.controller != nil {
			errs = append(errs, s.controller.stop())
		}
		if s.server != nil {
			errs = append(errs, s.server.Stop())
		}
	}
	return errors.Join(errs...)
}

// productIdle starts the product as it is, connected to our Asterisk and with
// nothing to do, and measures its memory.
func (b *run) productIdle(ctx context.Context) error {
	program, err := filepath.Abs(b.product)
	if err != nil {
		return err
	}
	if _, err := os.Stat(program); err != nil {
		say("%s is not built, so its memory is not measured: run `make build`", b.product)
		return nil
	}
	dir := filepath.Join(b.dir, "idle")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	port, err := freePort("127.0.0.1")
	if err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(dir, "ringdesk.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	s := b.ours.server
	address := fmt.Sprintf("127.0.0.1:%d", port)
	cmd := exec.Command(program, "serve")
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, log, log
	cmd.Env = append(os.Environ(), "RINGDESK_HTTP="+address, "RINGDESK_DATA="+dir, "RINGDESK_ARI_URL="+s.URL, "RINGDESK_ARI_USER="+s.Username,
		"RINGDESK_ARI_PASSWORD="+s.Password, "RINGDESK_SIP_SOCKET="+s.SIPWebSocket, "RINGDESK_RECORDINGS="+s.Recordings)
	if err := cmd.Start(); err != nil {
		return err
	}
	mb, err := idleMemory(ctx, cmd.Process.Pid, "http://"+address+"/readyz")
	if err != nil {
		err = fmt.Errorf("%s serve, see %s: %w", b.product, log.Name(), err)
	}
	b.report.ProductIdleMB = mb
	stopErr := cmd.Process.Signal(os.Interrupt)
	force := time.AfterFunc(10*time.Second, func() { cmd.Process.Kill() })
	defer force.Stop()
	_ = cmd.Wait() // how it ends is not what is measured
	return errors.Join(err, stopErr)
}

// idleMemory waits until the address says 200 and then a while, and returns the
// process's memory.
func idleMemory(ctx context.Context, pid int, ready string) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	t := time.NewTicker(100 * time.Millisecond)
	defer t.Stop()
	var since time.Time
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, ready, nil)
		if err != nil {
			return 0, err
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK && since.IsZero() {
				since = time.Now()
			}
		}
		if !since.IsZero() && time.Since(since) > settleTime {
			return resident(pid)
		}
		select {
		case <-ctx.Done():
			return 0, errors.New("it does not get ready")
		case <-t.C:
		}
	}
}

// settleTime is how long the product is left alone before its memory is read.
const settleTime = 3 * time.Second
