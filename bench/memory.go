package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// memory is what a process has, in MB.
type memory struct {
	All       float64 `json:"all"`       // resident
	Anonymous float64 `json:"anonymous"` // of it; the rest are pages of files, nearly all of the program's own
}

func memoryOf(pid int) (m memory, err error) {
	if m.All, err = resident(pid); err == nil {
		m.Anonymous, err = status(pid, "RssAnon")
	}
	return m, err
}

func (m memory) String() string {
	if m.All == 0 {
		return "not measured"
	}
	return fmt.Sprintf("%.0f MB (%.0f MB its own, %.0f MB pages of the program's file)", m.All, m.Anonymous, m.All-m.Anonymous)
}

// dropPages takes a file out of the machine's page cache, so that a program that starts has
// what it reads of it itself, as after a boot. Of a file that was read from end to end before,
// as by a copy or a checksum, Linux keeps large pieces, and a program that touches a byte of
// one is counted the whole piece, of up to 2 MB.
func dropPages(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil { // what is not on the disk stays
		return err
	}
	return unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)
}

// ownCopy copies a program, so that nobody else runs it, and takes the copy out of the page cache.
func ownCopy(program, to string) error {
	from, err := os.Open(program)
	if err != nil {
		return err
	}
	defer from.Close()
	f, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o700)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return dropPages(to)
}

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
	if b.report.Busy.All == 0 {
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
		m, err := memoryOf(p.cmd.Process.Pid)
		if err != nil {
			return err
		}
		if m.All > b.report.Busy.All {
			b.report.Busy = m
		}
	}
}
