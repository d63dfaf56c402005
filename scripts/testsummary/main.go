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
	"strings"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout)) }

func run(args []string, in io.Reader, out io.Writer) int {
	flags := flag.NewFlagSet("testsummary", flag.ContinueOnError)
	flags.SetOutput(out)
	vitest := flags.String("vitest", "", "Vitest's JSON report")
	expected := flags.String("expected", "", "list of expected skips: one \"PACKAGE TEST\" per line, # begins a comment")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	r := &report{out: out}
	if *expected != "" {
		names, err := readExpected(*expected)
		if err != nil {
			fmt.Fprintln(out, "testsummary:", err)
			return 2
		}
		r.expected = names
	}
	if *vitest != "" {
		readVitest(*vitest, r)
	}
	if err := readGo(in, r); err != nil {
		r.fail("go test", fmt.Sprintf("its events could not be read: %v", err))
	}
	return r.close()
}

// readExpected gives the names of a list of expected skips.
func readExpected(path string) (map[string]bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names := make(map[string]bool)
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		switch fields := strings.Fields(text); len(fields) {
		case 0:
		case 2:
			names[fields[0]+" "+fields[1]] = true
		default:
			return nil, fmt.Errorf("%s:%d: %w", path, n, errors.New("want PACKAGE TEST"))
		}
	}
	return names, lines.Err()
}
