// Command bench measures ringdesk on Asterisk or FreeSWITCH beside the engine's
// own applications: how fast calls reach agents and how many agents can take
// (app_queue, mod_callcenter), what rooms of ten cost and recording, and whether
// memory is flat. Both get the same SIPp callers and phones and have equal
// engines, and they take turns. docs/benchmarks.md says what the figures mean.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "controller" {
		// Ctrl-C goes to the whole group: the parent ends us when it is ready.
		signal.Ignore(os.Interrupt)
		exit(controller(os.Stdin, os.Stdout))
	}
	if len(os.Args) == 5 && os.Args[1] == "statistics" {
		exit(readStatistics(os.Args[2:], os.Stdout))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	opt, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		err = bench(ctx, opt)
	}
	exit(err)
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// bench runs everything and prints the report.
func bench(ctx context.Context, o options) (err error) {
	engine, err := o.mediaEngine()
	if err != nil {
		return err
	}
	if o.parts, err = chooseParts(o.parts, engine.names()); err != nil {
		return err
	}
	if _, err := exec.LookPath("sipp"); err != nil {
		return errors.New("SIPp is not installed: run `make bench`, or install the package sip-tester")
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(o.out, "run-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil && ctx.Err() == nil || o.keep {
			fmt.Fprintln(os.Stderr, "The run's folder is kept:", dir)
			return
		}
		err = errors.Join(err, os.RemoveAll(dir))
	}()
	r, err := newReport(dir, engine.names())
	if err != nil {
		return err
	}
	r.Agents, r.AgentsBound = o.agents, o.agentsBound()
	b := &run{options: o, engine: engine, dir: dir, report: r}
	if err = b.startStore(); err == nil {
		err = b.all(ctx)
	}
	if err := errors.Join(err, b.close(), b.stopStore()); err != nil {
		return err
	}
	r.LoadLast = loadAverage()
	file, err := r.save(o.out)
	if err != nil {
		return err
	}
	var text strings.Builder
	if err := r.write(&text); err != nil {
		return err
	}
	fmt.Print(text.String())
	if o.doc != "" {
		if err := putResult(o.doc, o.engineName, o.store, text.String()); err != nil {
			return err
		}
	}
	fmt.Println("\nAll figures:", filepath.ToSlash(file))
	return nil
}
