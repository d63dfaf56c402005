package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// event is one line of `go test -json` (see `go doc test2json`, and "build-…" in `go help buildjson`), or one that
// scripts/test.sh writes: "exit" after each command with its exit code, "notrun" with a reason instead of one.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of a build event
	FailedBuild string // ImportPath of the build whose failure failed this package
	Test        string
	Elapsed     float64 // seconds
	Output      string
	Code        int
}

// test is one test that has begun. Status is empty while it runs.
type test struct {
	name   string
	status string
	parent bool
	output strings.Builder
}

// pkg is one package whose tests run. Its order is that of the tests' beginning.
type pkg struct {
	tests  map[string]*test
	order  []*test
	output strings.Builder
}

// goRun folds the events of one or several `go test` commands.
type goRun struct {
	report   *report
	packages map[string]*pkg
	builds   map[string]*strings.Builder
	failures int // of the report, when the current command began
}

func readGo(in io.Reader, r *report) error {
	g := &goRun{report: r, packages: make(map[string]*pkg), builds: make(map[string]*strings.Builder), failures: len(r.failures)}
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil || e.Action == "" {
				r.out.Write(line) // some tools print beside the events
			} else {
				g.take(e)
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	for name := range g.packages {
		r.fail(name, "its events end before it did")
	}
	return nil
}

func (g *goRun) take(e event) {
	switch {
	case e.Action == "build-output":
		g.build(e.ImportPath).WriteString(e.Output)
	case e.Action == "exit":
		if e.Code != 0 && len(g.report.failures) == g.failures {
			g.report.fail(e.Package, fmt.Sprintf("exit code %d, though no test failed; see its messages above", e.Code))
		}
		g.failures = len(g.report.failures)
	case e.Action == "notrun":
		g.report.notRun(e.Package, e.Output)
	case e.Package == "":
	case e.Test != "":
		g.takeTest(g.pkg(e.Package), e)
	case e.Action == "output":
		g.pkg(e.Package).output.WriteString(e.Output)
	case e.Action == "pass", e.Action == "fail", e.Action == "skip": // "skip": no test files
		g.end(g.pkg(e.Package), e)
		delete(g.packages, e.Package)
	}
}

func (g *goRun) takeTest(p *pkg, e event) {
	t := p.tests[e.Test]
	if t == nil {
		t = &test{name: e.Test}
		p.tests[e.Test] = t
		p.order = append(p.order, t)
		for i := range e.Test {
			if e.Test[i] == '/' && p.tests[e.Test[:i]] != nil {
				p.tests[e.Test[:i]].parent = true
			}
		}
	}
	switch e.Action {
	case "output":
		// Which test failed is said by its name already.
		if !strings.HasPrefix(e.Output, "=== ") && !strings.HasPrefix(strings.TrimLeft(e.Output, " "), "--- FAIL: ") {
			t.output.WriteString(e.Output)
		}
	case "pass", "fail", "skip":
		t.status = e.Action
	}
}

// end counts a package's tests and prints its line.
func (g *goRun) end(p *pkg, e event) {
	before := len(g.report.failures)
	counted := 0
	for _, t := range p.order {
		if t.parent && (t.status == "pass" || t.status == "skip") {
			continue
		}
		counted++
		g.count(p, e.Package, t)
	}
	if e.Action == "fail" && len(g.report.failures) == before {
		output := p.output.String()
		if b := g.builds[e.FailedBuild]; b != nil {
			output = b.String()
		}
		g.report.fail(e.Package, output)
	}
	word := "ok  "
	if len(g.report.failures) > before {
		word = "FAIL"
	}
	if counted > 0 || word == "FAIL" {
		fmt.Fprintf(g.report.out, "%s  %s  %d tests, %.1f s\n", word, e.Package, counted, e.Elapsed)
	}
}

func (g *goRun) count(p *pkg, name string, t *test) {
	name += " " + t.name
	output := t.output.String()
	switch t.status {
	case "pass":
		g.report.pass()
	case "skip":
		g.report.skip(name, reason(output))
	case "fail":
		if t.parent && p.failedBelow(t) {
			if output != "" {
				g.report.show(name, output) // its subtests are counted
			}
		} else {
			g.report.fail(name, output)
		}
	default: // a panic, a timeout or os.Exit ended the whole package
		if !t.parent {
			g.report.fail(name, output+"it did not end")
		}
	}
}

func (p *pkg) failedBelow(parent *test) bool {
	for _, t := range p.order {
		if t.status != "pass" && t.status != "skip" && strings.HasPrefix(t.name, parent.name+"/") {
			return true
		}
	}
	return false
}

// reason is why a test was skipped: what it said before "--- SKIP".
func reason(output string) string {
	text, _, _ := strings.Cut(output, "--- SKIP")
	return strings.Join(strings.Fields(text), " ")
}

func (g *goRun) pkg(name string) *pkg {
	p := g.packages[name]
	if p == nil {
		p = &pkg{tests: make(map[string]*test)}
		g.packages[name] = p
	}
	return p
}

func (g *goRun) build(path string) *strings.Builder {
	b := g.builds[path]
	if b == nil {
		b = new(strings.Builder)
		g.builds[path] = b
	}
	return b
}
