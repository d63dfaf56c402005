// Command testsummary reads the events of `go test -json` on standard input and Vitest's JSON report from a file. It
// prints each package as it ends, failures with their output, and last one line such as
//
//	312 passed, 0 failed, 0 skipped
//
// It exits with 1 when something failed, when a test was skipped that the list of expected skips does not name, and
// when no test ran at all. A test with subtests is not counted, its subtests are.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout)) }

func run(args []string, in io.Reader, out io.Writer) int {
	flags := flag.NewFlagSet("testsummary", flag.ContinueOnError)
	flags.SetOutput(out)
	vitest := flags.String("vitest", "", "Vitest's JSON report")
	expected := flags.String("expected", "", "list of expected skips: one \"PACKAGE TEST\" per line, * stands for any letters of TEST, # begins a comment")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	r := &report{out: out}
	if *expected != "" {
		patterns, err := readExpected(*expected)
		if err != nil {
			fmt.Fprintln(out, "testsummary:", err)
			return 2
		}
		r.expected = patterns
	}
	if *vitest != "" {
		readVitest(*vitest, r)
	}
	if err := readGo(in, r); err != nil {
		r.fail("go test", fmt.Sprintf("its events could not be read: %v", err))
	}
	return r.close()
}

// readExpected gives the patterns of a list of expected skips, in the syntax of path.Match.
func readExpected(list string) ([]string, error) {
	f, err := os.Open(list)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var patterns []string
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		switch fields := strings.Fields(text); len(fields) {
		case 0:
		case 2:
			pattern := fields[0] + " " + fields[1]
			if _, err := path.Match(pattern, ""); err != nil {
				return nil, fmt.Errorf("%s:%d: %q: %w", list, n, pattern, err)
			}
			patterns = append(patterns, pattern)
		default:
			return nil, fmt.Errorf("%s:%d: %w", list, n, errors.New("want PACKAGE TEST"))
		}
	}
	return patterns, lines.Err()
}
