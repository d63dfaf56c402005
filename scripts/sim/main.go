// Command sim plays simulated days of calls until there have been so many, each
// day from a seed of its own. It ends with exit status 1 at the first invariant
// that does not hold, and prints the seed that shows it again.
//
//	go run ./scripts/sim -calls 20000 -seed 7
//	go run ./scripts/sim -calls 100000 -seed 7 -figures    all ways to a figure, too
//	go run ./scripts/sim -calls 500 -seed 12 -trace        all that happens on one day
//	go run ./scripts/sim -calls 500 -seed 12 -trace -call 002a   to the calls whose id ends so
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"time"

	"ringdesk/controller/stats"
	"ringdesk/testkit/figures"
	"ringdesk/testkit/memstore"
	"ringdesk/testkit/sim"
)

func main() {
	calls := flag.Int("calls", 20000, "how many calls")
	seed := flag.Uint64("seed", 1, "seed of the first day; the next day has the next one")
	trace := flag.Bool("trace", false, "tell all that happens")
	only := flag.String("call", "", "with -trace: only of calls whose id ends so")
	flows := flag.Bool("flows", true, "let some callers go through random flows; without, days are those of sim_test.go's seeds")
	agree := flag.Bool("figures", false, "hold the figures of each day against each other: board, report, facts, raw data and OData")
	profile := flag.String("cpuprofile", "", "write a CPU profile to this file")
	flag.Parse()
	debug.SetGCPercent(400) // speed is worth more here than memory
	if *profile != "" {
		f, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "sim:", err)
			os.Exit(2)
		}
		defer pprof.StopCPUProfile()
	}
	if !play(sim.Options{Seed: *seed, Calls: *calls, Only: *only, Flows: *flows}, *trace, *agree) {
		pprof.StopCPUProfile()
		os.Exit(1)
	}
}

// compare holds the figures of a day against each other, in a folder that is removed.
func compare(h memstore.History, live stats.Figures, seed uint64) (told figures.Told, err error) {
	dir, err := os.MkdirTemp("", "figures")
	if err != nil {
		return told, err
	}
	told, err = figures.Agree(context.Background(), dir, h, live, seed)
	return told, errors.Join(err, os.RemoveAll(dir))
}

func play(all sim.Options, trace, agree bool) bool {
	began := time.Now()
	var told figures.Told
	var failed error
	done, steps := 0, 0
	var day time.Duration
	for s := all.Seed; done < all.Calls; s++ {
		o := all
		o.Seed, o.Calls = s, min(sim.DayCalls, all.Calls-done)
		if trace {
			out := bufio.NewWriter(os.Stdout)
			defer out.Flush()
			o.Trace = out
		}
		if agree {
			o.Over = func(h memstore.History, live stats.Figures) {
				var one figures.Told
				one, failed = compare(h, live, s)
				told.Add(one)
			}
		}
		r, err := sim.Run(o)
		done += r.Calls
		steps += r.Steps
		day += r.Day
		if err == nil && failed != nil {
			fmt.Printf("seed %d: %s\n", s, failed)
			return false
		}
		if err != nil {
			fmt.Printf("VIOLATED: %s\nshow it again: make sim CALLS=%d SEED=%d\n", err, o.Calls, s)
			return false
		}
	}
	if agree {
		fmt.Printf("%d figures of %d calls compared: %d differences\n", told.Figures, told.Calls, len(told.Differences))
		if len(told.Differences) > 0 {
			fmt.Println(strings.Join(told.Differences[:min(20, len(told.Differences))], "\n"))
			return false
		}
	}
	took := time.Since(began)
	fmt.Printf("%d calls, %d steps, seed %d, %.0f simulated hours in %.1f s (%.0f calls a second): all invariants held\n",
		done, steps, all.Seed, day.Hours(), took.Seconds(), float64(done)/took.Seconds())
	return true
}
