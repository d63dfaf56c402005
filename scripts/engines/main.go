// Command engines writes docs/engines.md from the conformance suite's results:
//
//	RINGDESK_CONFORMANCE_OUT=$PWD/build/conformance.jsonl go test -count=1 -run TestConformance ./controller/engine/memory ./controller/asterisk
//	go run ./scripts/engines build/conformance.jsonl > docs/engines.md
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// result is one line of the suite's report (enginetest.Result).
type result struct {
	Engine, Version, Case string
	Pass                  bool
	Seconds               float64
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./scripts/engines RESULTS > docs/engines.md")
		os.Exit(2)
	}
	f, err := os.Open(os.Args[1])
	if err == nil {
		defer f.Close()
		var rs []result
		if rs, err = read(f); err == nil {
			err = render(os.Stdout, rs, time.Now())
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "engines:", err)
		os.Exit(1)
	}
}

func read(r io.Reader) ([]result, error) {
	var rs []result
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		var x result
		if err := json.Unmarshal(lines.Bytes(), &x); err != nil {
			return nil, err
		}
		rs = append(rs, x)
	}
	return rs, lines.Err()
}

// render writes the table of cases × engines. A case that an engine ran
// several times counts as its last run.
func render(w io.Writer, rs []result, now time.Time) error {
	if len(rs) == 0 {
		return fmt.Errorf("the report is empty")
	}
	var engines, cases []string
	last := map[[2]string]result{}
	version, passed, total := map[string]string{}, map[string]int{}, map[string]int{}
	for _, r := range rs {
		if !slices.Contains(engines, r.Engine) {
			engines = append(engines, r.Engine)
		}
		if !slices.Contains(cases, r.Case) {
			cases = append(cases, r.Case)
		}
		last[[2]string{r.Case, r.Engine}] = r
		version[r.Engine] = r.Version
	}
	slices.Sort(cases)
	var table strings.Builder
	for _, c := range cases {
		fmt.Fprintf(&table, "| %s |", c)
		for _, e := range engines {
			r, ran := last[[2]string{c, e}]
			cell := "not run"
			if ran {
				total[e]++
				cell = "**failed**"
			}
			if r.Pass {
				passed[e]++
				cell = "passed"
			}
			fmt.Fprintf(&table, " %s |", cell)
		}
		table.WriteString("\n")
	}
	fmt.Fprintf(w, "# What each engine passes\n\nMade by `go run ./scripts/engines` from a run of the conformance suite on %s; do not edit.\n\n", now.UTC().Format(time.DateOnly))
	for _, e := range engines {
		fmt.Fprintf(w, "- **%s** (%s): %d of %d cases passed\n", e, version[e], passed[e], total[e])
	}
	_, err := fmt.Fprintf(w, "\n| case | %s |\n|%s\n%s", strings.Join(engines, " | "), strings.Repeat(" --- |", len(engines)+1), table.String())
	return err
}
