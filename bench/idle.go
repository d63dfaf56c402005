package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// idleMemory is what a process that does nothing has, in MB.
type idleMemory struct {
	All       float64 `json:"all"`       // resident
	Anonymous float64 `json:"anonymous"` // of it; the rest are pages of files, nearly all of the program's own
}

func (m idleMemory) String() string {
	if m.All == 0 {
		return "not measured"
	}
	return fmt.Sprintf("%.0f MB (%.0f MB its own, %.0f MB pages of the program's file)", m.All, m.Anonymous, m.All-m.Anonymous)
}

// productIdle starts the product as it is, connected to our engine and with
// nothing to do, and measures its memory: at its first start, which puts the prompts
// into their folder, and at the next, as at all that follow.
func (b *run) productIdle(ctx context.Context, s server) error {
	program, err := filepath.Abs(b.product)
	if err != nil {
		return err
	}
	if _, err := os.Stat(program); err != nil {
		say("%s is not built, so its memory is not measured: run `make build`", b.product)
		return nil
	}
	if err := dropPages(program); err != nil {
		return err
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
	address := fmt.Sprintf("127.0.0.1:%d", port)
	for _, m := range []*idleMemory{&b.report.ProductFirst, &b.report.ProductIdle} {
		cmd := exec.Command(program, "serve")
		cmd.Dir, cmd.Stdout, cmd.Stderr = dir, log, log
		cmd.Env = append(append(os.Environ(), "RINGDESK_HTTP="+address, "RINGDESK_DATA="+dir, "RINGDESK_METRICS=off"), s.environment()...)
		if *m, err = idle(ctx, cmd, "http://"+address+"/readyz"); err != nil {
			return fmt.Errorf("%s serve, see %s: %w", b.product, log.Name(), err)
		}
	}
	return nil
}

// idle runs the product until its memory is measured.
func idle(ctx context.Context, cmd *exec.Cmd, ready string) (idleMemory, error) {
	if err := cmd.Start(); err != nil {
		return idleMemory{}, err
	}
	m, err := settled(ctx, cmd.Process.Pid, ready)
	stopErr := cmd.Process.Signal(os.Interrupt)
	force := time.AfterFunc(10*time.Second, func() { cmd.Process.Kill() })
	defer force.Stop()
	_ = cmd.Wait() // how it ends is not what is measured
	return m, errors.Join(err, stopErr)
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

// settled waits until the address says 200 and then a while, and returns the
// process's memory.
func settled(ctx context.Context, pid int, ready string) (m idleMemory, err error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	t := time.NewTicker(100 * time.Millisecond)
	defer t.Stop()
	var since time.Time
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, ready, nil)
		if err != nil {
			return m, err
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK && since.IsZero() {
				since = time.Now()
			}
		}
		if !since.IsZero() && time.Since(since) > settleTime {
			if m.All, err = memoryOf(pid, "VmRSS"); err == nil {
				m.Anonymous, err = memoryOf(pid, "RssAnon")
			}
			return m, err
		}
		select {
		case <-ctx.Done():
			return m, errors.New("it does not get ready")
		case <-t.C:
		}
	}
}

// settleTime is how long the product is left alone before its memory is read.
const settleTime = 3 * time.Second
