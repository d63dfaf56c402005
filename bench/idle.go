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
)

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
	for _, m := range []*memory{&b.report.ProductFirst, &b.report.ProductIdle} {
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
func idle(ctx context.Context, cmd *exec.Cmd, ready string) (memory, error) {
	if err := cmd.Start(); err != nil {
		return memory{}, err
	}
	m, err := settled(ctx, cmd.Process.Pid, ready)
	stopErr := cmd.Process.Signal(os.Interrupt)
	force := time.AfterFunc(10*time.Second, func() { cmd.Process.Kill() })
	defer force.Stop()
	_ = cmd.Wait() // how it ends is not what is measured
	return m, errors.Join(err, stopErr)
}

// settled waits until the address says 200 and then a while, and returns the
// process's memory.
func settled(ctx context.Context, pid int, ready string) (m memory, err error) {
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
			return memoryOf(pid)
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
