// Command bench measures how fast calls reach agents, through ringdesk and
// through Asterisk's own app_queue, side by side: the same SIPp callers and
// phones, two equal Asterisks, one system after the other at each rate.
// docs/benchmarks.md says what the figures mean.
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
	"strconv"
	"strings"
	"syscall"
	"time"
)

type options struct {
	root     string // Asterisk's root file system
	product  string // the built program, for its idle memory
	out      string
	rates    []int
	recorded []int // rates at which it is measured with recording, too
	length   time.Duration
	rounds   int // at the first rate
	talk     time.Duration
	profile  bool
	keep     bool
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "controller" {
		// Ctrl-C goes to the whole group: the parent ends us when it is ready.
		signal.Ignore(os.Interrupt)
		exit(controller(os.Stdin, os.Stdout))
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

func parse(args []string) (options, error) {
	var o options
	fs := flag.NewFlagSet("bench", flag.ContinueOnError)
	fs.StringVar(&o.root, "root", ".engine/asterisk", "Asterisk's root file system; empty takes the machine's own Asterisk")
	fs.StringVar(&o.product, "product", "bin/ringdesk", "the built program, whose idle memory is measured")
	fs.StringVar(&o.out, "out", "bench/out", "folder for results; the database is kept below it during the run")
	rates := fs.String("rates", "20,60,100,150,200", "calls per second, rising; a system that fails at one is not tried at the next")
	recorded := fs.String("recorded", "20,60", "calls per second with recording on; empty for none")
	fs.DurationVar(&o.length, "length", 15*time.Second, "time for which calls begin at each rate")
	fs.IntVar(&o.rounds, "rounds", 2, "how often the two take turns at the first rate")
	fs.DurationVar(&o.talk, "talk", time.Second, "time that each call talks")
	fs.BoolVar(&o.profile, "profile", false, "write a CPU profile of the controller beside the results")
	fs.BoolVar(&o.keep, "keep", false, "keep the run's folder: traces, logs, database")
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	var err, err2 error
	o.rates, err = numbers(*rates)
	o.recorded, err2 = numbers(*recorded)
	if err := errors.Join(err, err2); err != nil {
		return o, err
	}
	if len(o.rates) == 0 || o.rounds < 1 || o.length < time.Second || o.talk < 0 {
		return o, errors.New("give at least one rate, one round and one second")
	}
	return o, nil
}

func numbers(list string) ([]int, error) {
	var ns []int
	for text := range strings.SplitSeq(list, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 1000 {
			return nil, fmt.Errorf("rate %q must be 1 to 1000", text)
		}
		ns = append(ns, n)
	}
	return ns, nil
}

// linesFor is how many lines the highest rate needs, so that a line is free
// again long before its next call comes.
func (o *options) linesFor() int {
	highest := 0
	for _, r := range append(o.rates, o.recorded...) {
		highest = max(highest, r)
	}
	return min(mostLines, int(float64(highest)*(o.talk.Seconds()+1.5))+20)
}

// bench runs everything and prints the report.
func bench(ctx context.Context, o options) (err error) {
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
	r, err := newReport(dir)
	if err != nil {
		return err
	}
	b := &run{options: o, dir: dir, report: r}
	if err := errors.Join(b.all(ctx), b.close()); err != nil {
		return err
	}
	r.LoadLast = loadAverage()
	file, err := r.save(o.out)
	if err != nil {
		return err
	}
	if err := r.write(os.Stdout); err != nil {
		return err
	}
	fmt.Println("\nAll figures:", filepath.ToSlash(file))
	return nil
}
