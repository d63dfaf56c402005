package main

import (
	"context"
	"errors"
	"time"
)

// busyCalls is how many calls go on at a time when the controller's memory is measured.
const busyCalls = 100

// manyCalls lets so many calls go on at a time, and notes the most memory that the
// controller has while all of them do.
func (b *run) manyCalls(ctx context.Context, p *pair) error {
	const begin = 4 * time.Second
	st := b.line(busyCalls/int(begin.Seconds()), begin, false)
	st.Part, st.Talk = partMany, begin+4*time.Second
	running, stop := context.WithCancel(ctx)
	defer stop()
	watched := make(chan error, 1)
	go func() { watched <- b.watchBusy(running, p.ours.controller) }()
	m, err := b.step(ctx, p, p.ours, st)
	stop()
	if err := errors.Join(err, <-watched); err != nil {
		return err
	}
	if b.report.BusyMB == 0 {
		say("There were never %d calls at a time (%d of %d failed), so the controller's memory with them is not measured", busyCalls, m.Failed, m.Calls)
	}
	return nil
}

// watchBusy looks at the controller until ctx ends.
func (b *run) watchBusy(ctx context.Context, p *process) error {
	t := time.NewTicker(100 * time.Millisecond)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
		st, err := p.state(ask{})
		if err != nil {
			return err
		}
		if st.Live < busyCalls {
			continue
		}
		mb, err := resident(p.cmd.Process.Pid)
		if err != nil {
			return err
		}
		b.report.BusyMB = max(b.report.BusyMB, mb)
	}
}
