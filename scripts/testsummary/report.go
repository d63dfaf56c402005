package main

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// report counts results and prints them as they come.
type report struct {
	out      io.Writer
	expected []string // skips that are no error, as patterns of "PACKAGE TEST"

	passed, skipped int
	failures        []string // names, in the order they came
	unexpected      []string // skips
	missing         []string // parts that could not be run, with their reasons
}

// A failure's output is shown whole up to firstLines + lastLines: a panic says its reason first, a long test last.
const firstLines, lastLines = 60, 140

func (r *report) pass() { r.passed++ }

func (r *report) fail(name, output string) {
	r.failures = append(r.failures, name)
	r.show(name, output)
}

// show prints a failure's output without counting it.
func (r *report) show(name, output string) {
	lines := strings.Split(strings.TrimRight(output, "\n"), "\n")
	if n := len(lines) - firstLines - lastLines; n > 0 {
		lines = slices.Replace(lines, firstLines, firstLines+n, fmt.Sprintf("… %d lines more …", n))
	}
	fmt.Fprintf(r.out, "\n--- FAIL: %s\n", name)
	for _, l := range lines {
		fmt.Fprintf(r.out, "    %s\n", strings.TrimPrefix(l, "    "))
	}
}

func (r *report) skip(name, reason string) {
	r.skipped++
	matches := func(pattern string) bool {
		ok, _ := path.Match(pattern, name) // readExpected refused what is no pattern
		return ok
	}
	if !slices.ContainsFunc(r.expected, matches) {
		r.unexpected = append(r.unexpected, strings.TrimSuffix(name+": "+reason, ": "))
	}
}

// notRun counts a whole part as one skip: it is told of by name, since nothing of it was tested.
func (r *report) notRun(part, reason string) {
	r.skipped++
	r.missing = append(r.missing, part+": "+reason)
}

// close prints what is wrong and the closing line, and gives the exit code.
func (r *report) close() int {
	ok := true
	complain := func(title string, names []string) {
		if len(names) == 0 {
			return
		}
		ok = false
		fmt.Fprintf(r.out, "\n%s:\n", title)
		for _, n := range names {
			fmt.Fprintf(r.out, "  %s\n", n)
		}
	}
	complain("Failed", r.failures)
	complain("Skipped, though not expected to be", r.unexpected)
	if len(r.missing) > 0 {
		fmt.Fprintf(r.out, "\nNOT RUN, so not tested:\n  %s\n", strings.Join(r.missing, "\n  "))
	}
	if r.passed+len(r.failures)+r.skipped == len(r.missing) {
		ok = false
		fmt.Fprintln(r.out, "\nNo test ran.")
	}
	fmt.Fprintf(r.out, "\n%d passed, %d failed, %d skipped\n", r.passed, len(r.failures), r.skipped)
	if !ok {
		return 1
	}
	return 0
}
