// Command engines writes docs/engines.md from the conformance suite's results.
// The last results of each engine are kept beside it, since not everybody has
// every engine: what was run now replaces those engines' results.
//
//	RINGDESK_CONFORMANCE_OUT=$PWD/build/conformance.jsonl go test -count=1 -run 'TestConformance|TestSecured' ./testkit/memory ./controller/asterisk
//	go run ./scripts/engines docs/engines.jsonl build/conformance.jsonl > docs/engines.md
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"
)

// result is one line of the suite's report (conformance.Result), and the day of
// its run (UTC).
type result struct {
	Engine  string  `json:"engine"`
	Version string  `json:"version"`
	Day     string  `json:"day"`
	Case    string  `json:"case"`
	Pass    bool    `json:"pass"`
	Seconds float64 `json:"seconds"`
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go run ./scripts/engines KEPT RESULTS > docs/engines.md")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "engines:", err)
		os.Exit(1)
	}
}

func run(kept, results string) error {
	old, err := readFile(kept)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	ran, err := readFile(results)
	if err != nil {
		return err
	}
	rs := merge(old, ran, time.Now())
	var lines strings.Builder
	for _, r := range rs {
		if err := json.NewEncoder(&lines).Encode(r); err != nil {
			return err
		}
	}
	if err := os.WriteFile(kept, []byte(lines.String()), 0o644); err != nil {
		return err
	}
	return render(os.Stdout, rs)
}

func readFile(name string) ([]result, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return read(f)
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

// merge puts the engines that ran now in the place of their old results. A case
// that an engine ran several times counts as its last run.
func merge(old, ran []result, now time.Time) []result {
	var rs []result
	for _, r := range ran {
		r.Day = now.UTC().Format(time.DateOnly)
		rs = slices.DeleteFunc(rs, func(o result) bool { return o.Engine == r.Engine && o.Case == r.Case })
		rs = append(rs, r)
	}
	for _, o := range old {
		if !slices.ContainsFunc(ran, func(r result) bool { return r.Engine == o.Engine }) {
			rs = append(rs, o)
		}
	}
	slices.SortStableFunc(rs, func(a, b result) int { return strings.Compare(a.Case, b.Case) })
	return rs
}

// engines are the columns, in this order.
var engines = []string{"memory", "asterisk", "freeswitch"}

// render writes the table of cases × engines. The results are in the order of
// the cases.
func render(w io.Writer, rs []result) error {
	if len(rs) == 0 {
		return errors.New("the report is empty")
	}
	fmt.Fprintf(w, "# What each engine passes\n\nMade by `make docs` from the last run of the conformance suite on each engine; do not edit.\n\n")
	for _, e := range engines {
		passed, total, head := 0, 0, ""
		for _, r := range rs {
			if r.Engine != e {
				continue
			}
			total++
			if r.Pass {
				passed++
			}
			head = fmt.Sprintf("- **%s** (%s), run on %s", e, r.Version, r.Day)
		}
		if total > 0 {
			fmt.Fprintf(w, "%s: %d of %d cases passed\n", head, passed, total)
		}
	}
	fmt.Fprintf(w, "\n| case | %s |\n|%s\n", strings.Join(engines, " | "), strings.Repeat(" --- |", len(engines)+1))
	var cases []string
	for _, r := range rs {
		cases = append(cases, r.Case)
	}
	for _, c := range slices.Compact(cases) {
		line := "| " + c + " |"
		for _, e := range engines {
			line += " " + cell(rs, c, e) + " |"
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

func cell(rs []result, name, engine string) string {
	i := slices.IndexFunc(rs, func(r result) bool { return r.Case == name && r.Engine == engine })
	switch {
	case i < 0:
		return "not run"
	case rs[i].Pass:
		return "passed"
	default:
		return "**failed**"
	}
}
