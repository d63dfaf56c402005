package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	fsserver "ringdesk/testkit/freeswitch"
)

type options struct {
	engineName string
	store      string // the controller's database
	prefix     string // FreeSWITCH's folder
	root       string // Asterisk's root file system
	product    string // the built program, for its idle memory
	out        string
	runs       int      // of everything, but for
	once       []string // parts of the first run only
	doc        string   // page that takes the result
	parts      []string
	rates      []int
	recorded   []int // rates at which it is measured with recording, too
	length     time.Duration
	rounds     int
	talk       time.Duration
	agents     int // of the queue
	queueRate  int
	rooms      int
	calls      int
	window     time.Duration
	soak       time.Duration

	statistics              int           // calls
	past                    int           // calls of the largest store
	conversations, contacts int           // of the inbox
	inbox                   time.Duration // for which it is asked
	profile                 bool
	keep                    bool
}

// mostRecorded is the highest rate, in calls per second, at which calls are
// recorded, too, unless asRates is replaced by others.
const (
	mostRecorded = 60
	asRates      = "as rates"

	asEngine        = "as engine"
	ratesAsterisk   = "20,60,100,150"
	ratesFreeSWITCH = "20,50,60,100" // 50 is its target
)

func parse(args []string) (options, error) {
	var o options
	fs := flag.NewFlagSet("bench", flag.ContinueOnError)
	fs.StringVar(&o.engineName, "engine", onAsterisk, "media engine: "+onAsterisk+" or "+onFreeSWITCH)
	fs.StringVar(&o.store, "store", onSQLite, "the controller's database: "+onSQLite+" or "+onPostgres)
	fs.StringVar(&o.prefix, "freeswitch", os.Getenv(fsserver.Env), "folder that FreeSWITCH is installed in; default $"+fsserver.Env)
	fs.StringVar(&o.root, "root", ".engine/asterisk", "Asterisk's root file system; empty takes the machine's own Asterisk")
	fs.StringVar(&o.product, "product", "bin/ringdesk", "the built program, whose idle memory is measured")
	fs.StringVar(&o.out, "out", "bench/out", "folder for results; the database is kept below it during the run")
	fs.IntVar(&o.runs, "runs", 1, "how often everything is measured anew; medians are judged, and the least and the most are printed, too")
	once := fs.String("once", strings.Join(longParts, ","), "parts that of several runs only the first measures; empty for none")
	fs.StringVar(&o.doc, "doc", "", "page whose last result is replaced by this one, such as docs/benchmarks.md")
	parts := fs.String("parts", strings.Join(allParts, ","), "what to measure")
	rates := fs.String("rates", asEngine, "setup: calls per second, rising; a system that fails at one is not tried at the next; default "+ratesAsterisk+", on FreeSWITCH "+ratesFreeSWITCH)
	recorded := fs.String("recorded", asRates, "setup: calls per second with recording on, empty for none; default those of -rates up to "+strconv.Itoa(mostRecorded))
	fs.DurationVar(&o.length, "length", 10*time.Second, "setup, queue: time for which calls begin in each step")
	fs.IntVar(&o.rounds, "rounds", 2, "how often the two take turns; in setup, at the first rate only; in several runs 1 unless given")
	fs.DurationVar(&o.talk, "talk", time.Second, "setup, soak: time that each call talks")
	fs.IntVar(&o.agents, "agents", 20, "queue: agents")
	fs.IntVar(&o.queueRate, "queue-rate", 20, "queue: calls per second while an agent is always free")
	fs.IntVar(&o.rooms, "rooms", 10, "rooms: rooms of ten at a time")
	fs.IntVar(&o.calls, "calls", 50, "recording: calls of two at a time")
	fs.DurationVar(&o.window, "window", 8*time.Second, "rooms, recording: time that is measured while all talk")
	fs.DurationVar(&o.soak, "soak", time.Minute, "soak: time for which calls begin")
	fs.IntVar(&o.conversations, "conversations", 100_000, "inbox: conversations that there are")
	fs.IntVar(&o.contacts, "contacts", 20_000, "inbox: contacts that there are")
	fs.DurationVar(&o.inbox, "inbox", time.Minute, "inbox: time for which it is asked while calls come")
	fs.IntVar(&o.statistics, "statistics", 1_000_000, "statistics: calls that there are")
	fs.IntVar(&o.past, "past", manyPast, "growth: past calls in the largest store")
	fs.BoolVar(&o.profile, "profile", false, "write CPU profiles of the controller beside the results, one for each part")
	fs.BoolVar(&o.keep, "keep", false, "keep the run's folder: traces, logs, database")
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	if *rates == asEngine {
		*rates = ratesAsterisk
		if o.engineName == onFreeSWITCH {
			*rates = ratesFreeSWITCH
		}
	}
	var err, err2 error
	o.rates, err = numbers(*rates)
	if *recorded == asRates {
		o.recorded = slices.DeleteFunc(slices.Clone(o.rates), func(rate int) bool { return rate > mostRecorded })
	} else {
		o.recorded, err2 = numbers(*recorded)
	}
	o.parts = listed(*parts)
	if *once != "" {
		o.once = listed(*once)
	}
	given := false
	fs.Visit(func(f *flag.Flag) { given = given || f.Name == "rounds" })
	if o.runs > 1 && !given {
		o.rounds = 1
	}
	return o, errors.Join(err, err2, o.check())
}

// check refuses what cannot be measured.
func (o *options) check() error {
	for _, p := range slices.Concat(o.parts, o.once) {
		if !slices.Contains(allParts, p) {
			return fmt.Errorf("there is no part %q: take some of %s", p, strings.Join(allParts, ","))
		}
	}
	switch {
	case o.store != onSQLite && o.store != onPostgres:
		return fmt.Errorf("there is no store %q: take %s or %s", o.store, onSQLite, onPostgres)
	case o.runs < 1 || o.runs > 20:
		return errors.New("runs must be 1 to 20")
	case len(o.rates) == 0 || o.rounds < 1 || o.length < time.Second || o.talk < 0:
		return errors.New("give at least one rate, one round and one second")
	case o.agents < 1 || o.agents > 1000 || o.queueRate < 1 || o.queueRate > 1000:
		return errors.New("agents and queue-rate must be 1 to 1000")
	case o.rooms < 1 || o.rooms > 40 || o.calls < 1 || o.calls > 400:
		return errors.New("rooms must be 1 to 40, calls 1 to 400")
	case o.conversations < 100 || o.contacts < 10 || o.inbox < time.Second || o.inbox > time.Hour:
		return errors.New("conversations must be 100 or more, contacts 10 or more, inbox 1s to 1h")
	case o.statistics < playedCalls:
		return fmt.Errorf("statistics must be %d or more", playedCalls)
	case o.past < 2*playedCalls:
		return fmt.Errorf("past must be %d or more", 2*playedCalls)
	case o.window < time.Second || o.window > time.Minute || o.soak < time.Second || o.soak > time.Hour:
		return errors.New("window must be 1s to 1m, soak 1s to 1h")
	}
	return nil
}

func listed(list string) []string {
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		names = append(names, strings.TrimSpace(name))
	}
	return names
}

// again leaves out what a run after the first does not measure.
func (o options) again() options {
	o.parts = slices.DeleteFunc(slices.Clone(o.parts), func(part string) bool { return slices.Contains(o.once, part) })
	return o
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
	return min(mostLines, max(busyCalls, int(float64(highest)*(o.talk.Seconds()+1.5)))+20)
}
