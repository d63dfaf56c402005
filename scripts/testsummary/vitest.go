package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// vitestReport is what Vitest's "json" reporter writes (Jest's format).
type vitestReport struct {
	Success     bool
	TestResults []struct {
		Name             string // path of the file
		Status           string
		Message          string
		AssertionResults []struct {
			FullName        string
			Status          string // passed, failed, skipped, pending, todo
			FailureMessages []string
		}
	}
}

// readVitest adds the results of a report. A report that is missing or says failure without a failed test counts as one failure.
func readVitest(path string, r *report) {
	raw, err := os.ReadFile(path)
	if err != nil {
		r.fail("vitest", "it wrote no report: "+err.Error())
		return
	}
	var v vitestReport
	if err := json.Unmarshal(raw, &v); err != nil {
		r.fail("vitest", "its report cannot be read: "+err.Error())
		return
	}
	before, counted := len(r.failures), 0
	for _, file := range v.TestResults {
		name := shortName(file.Name)
		if len(file.AssertionResults) == 0 && file.Status == "failed" {
			r.fail("web "+name, file.Message)
		}
		for _, a := range file.AssertionResults {
			counted++
			switch full := "web " + name + ": " + a.FullName; a.Status {
			case "passed":
				r.pass()
			case "failed":
				r.fail(full, strings.Join(a.FailureMessages, "\n"))
			default:
				r.skip(full, a.Status)
			}
		}
	}
	if !v.Success && len(r.failures) == before {
		r.fail("vitest", "it found no test or failed outside its tests; see vitest.log beside its report")
	}
	word := "ok  "
	if len(r.failures) > before {
		word = "FAIL"
	}
	fmt.Fprintf(r.out, "%s  web  %d tests\n", word, counted)
}

// shortName cuts a path before its src/ folder.
func shortName(path string) string {
	path = filepath.ToSlash(path)
	if i := strings.LastIndex(path, "/src/"); i >= 0 {
		return path[i+1:]
	}
	return path
}
