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
func bench(ctx context.Context, o options) error {
	engine, err := o.mediaEngine()
	if err != nil {
		return err
	}
	if o.parts, err = chooseParts(o.parts, engine.names(), o.store); err != nil {
		return err
	}
	if _, err := exec.LookPath("sipp"); err != nil {
		return errors.New("SIPp is not installed: run `make bench`, or install the package sip-tester")
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	var all []*report
	var files []string
	for i := range o.runs {
		if i == 1 {
			o = o.again()
		}
		if len(o.parts) == 0 {
			say("Nothing of this is measured more than once: -once is %s", strings.Join(o.once, ","))
			break
		}
		if o.runs > 1 {
			say("Run %d of %d", i+1, o.runs)
		}
		r, err := one(ctx, o, engine)
		if err != nil {
			return err
		}
		file, err := r.save(o.out)
		if err != nil {
			return err
		}
		all, files = append(all, r), append(files, filepath.ToSlash(file))
	}
	text := result(all)
	fmt.Print("\n" + text)
	if o.doc != "" {
		if err := putResult(o.doc, o.engineName, o.store, text); err != nil {
			return err
		}
	}
	fmt.Println("\nAll figures:", strings.Join(files, ", "))
	return nil
}

// one measures everything once.
func one(ctx context.Context, o options, engine mediaEngine) (_ *report, err error) {
	dir, err := os.MkdirTemp(o.out, "run-")
	if err != nil {
		return nil, err
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
		return nil, err
	}
	r.Agents, r.AgentsBound = o.agents, o.agentsBound()
	b := &run{options: o, engine: engine, dir: dir, report: r}
	if b.receiver, err = startReceiver(); err != nil {
		return nil, err
	}
	if err = b.startStore(); err == nil {
		err = b.all(ctx)
	}
	if err := errors.Join(err, b.close(), b.receiver.Close(), b.stopStore()); err != nil {
		return nil, err
	}
	r.LoadLast = loadAverage()
	return r, nil
}
