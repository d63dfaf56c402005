package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The streams are what go 1.26 writes, shortened.
const (
	onePass = `{"Action":"start","Package":"ringdesk/a"}
{"Action":"run","Package":"ringdesk/a","Test":"TestOne"}
{"Action":"output","Package":"ringdesk/a","Test":"TestOne","Output":"=== RUN   TestOne\n"}
{"Action":"pass","Package":"ringdesk/a","Test":"TestOne","Elapsed":0.1}
{"Action":"pass","Package":"ringdesk/a","Elapsed":0.2}
{"Action":"exit","Package":"go test (unit)","Code":0}
`
	subtests = `{"Action":"run","Package":"ringdesk/a","Test":"TestTable"}
{"Action":"run","Package":"ringdesk/a","Test":"TestTable/good"}
{"Action":"pass","Package":"ringdesk/a","Test":"TestTable/good"}
{"Action":"run","Package":"ringdesk/a","Test":"TestTable/bad"}
{"Action":"output","Package":"ringdesk/a","Test":"TestTable/bad","Output":"    a_test.go:4: got 3, want 4\n"}
{"Action":"output","Package":"ringdesk/a","Test":"TestTable/bad","Output":"    --- FAIL: TestTable/bad (0.00s)\n"}
{"Action":"fail","Package":"ringdesk/a","Test":"TestTable/bad"}
{"Action":"output","Package":"ringdesk/a","Test":"TestTable","Output":"--- FAIL: TestTable (0.00s)\n"}
{"Action":"fail","Package":"ringdesk/a","Test":"TestTable"}
{"Action":"fail","Package":"ringdesk/a","Elapsed":0.2}
{"Action":"exit","Package":"go test (unit)","Code":1}
`
	parentAlone = `{"Action":"run","Package":"ringdesk/a","Test":"TestTable"}
{"Action":"run","Package":"ringdesk/a","Test":"TestTable/good"}
{"Action":"pass","Package":"ringdesk/a","Test":"TestTable/good"}
{"Action":"output","Package":"ringdesk/a","Test":"TestTable","Output":"    a_test.go:9: left behind\n"}
{"Action":"fail","Package":"ringdesk/a","Test":"TestTable"}
{"Action":"fail","Package":"ringdesk/a"}
`
	skipped = `{"Action":"run","Package":"ringdesk/a","Test":"TestLive"}
{"Action":"output","Package":"ringdesk/a","Test":"TestLive","Output":"    a_test.go:5: no engine here\n"}
{"Action":"output","Package":"ringdesk/a","Test":"TestLive","Output":"--- SKIP: TestLive (0.00s)\n"}
{"Action":"skip","Package":"ringdesk/a","Test":"TestLive"}
{"Action":"pass","Package":"ringdesk/a"}
`
	noTestFiles = `{"Action":"start","Package":"ringdesk/none"}
{"Action":"output","Package":"ringdesk/none","Output":"?   \tringdesk/none\t[no test files]\n"}
{"Action":"skip","Package":"ringdesk/none"}
`
	broken = `{"ImportPath":"ringdesk/b [ringdesk/b.test]","Action":"build-output","Output":"b_test.go:3:28: undefined: x\n"}
{"ImportPath":"ringdesk/b [ringdesk/b.test]","Action":"build-fail"}
{"Action":"output","Package":"ringdesk/b","Output":"FAIL\tringdesk/b [build failed]\n"}
{"Action":"fail","Package":"ringdesk/b","FailedBuild":"ringdesk/b [ringdesk/b.test]"}
`
	testMain = `{"Action":"output","Package":"ringdesk/m","Output":"cannot start Asterisk\n"}
{"Action":"fail","Package":"ringdesk/m"}
`
	raceAfterwards = `{"Action":"run","Package":"ringdesk/r","Test":"TestOne"}
{"Action":"pass","Package":"ringdesk/r","Test":"TestOne"}
{"Action":"output","Package":"ringdesk/r","Output":"testing: race detected outside of test execution\n"}
{"Action":"fail","Package":"ringdesk/r"}
`
	panicked = `{"Action":"run","Package":"ringdesk/p","Test":"TestWaiting"}
{"Action":"pause","Package":"ringdesk/p","Test":"TestWaiting"}
{"Action":"run","Package":"ringdesk/p","Test":"TestPanic"}
{"Action":"output","Package":"ringdesk/p","Test":"TestPanic","Output":"panic: boom\n"}
{"Action":"fail","Package":"ringdesk/p","Test":"TestPanic"}
{"Action":"fail","Package":"ringdesk/p"}
`
	cutOff = `{"Action":"run","Package":"ringdesk/c","Test":"TestOne"}
{"Action":"pass","Package":"ringdesk/c","Test":"TestOne"}
`
	exitAlone = `go: module lookup disabled
{"Action":"exit","Package":"go test (unit)","Code":1}
`

	notRun = `{"Action":"notrun","Package":"docker compose","Output":"no engine"}
`

	vitestGood = `{"success":true,"testResults":[{"name":"/x/web/src/a.test.ts","status":"passed","assertionResults":[
		{"fullName":"adds","status":"passed"},{"fullName":"subtracts","status":"passed"}]}]}`
	vitestBad = `{"success":false,"testResults":[
		{"name":"/x/web/src/a.test.ts","status":"failed","assertionResults":[
			{"fullName":"adds","status":"failed","failureMessages":["expected 3 to be 4"]},{"fullName":"later","status":"skipped"}]},
		{"name":"/x/web/src/b.test.ts","status":"failed","message":"cannot import ./missing","assertionResults":[]}]}`
	vitestUnhandled = `{"success":false,"testResults":[{"name":"/x/web/src/a.test.ts","status":"passed","assertionResults":[{"fullName":"adds","status":"passed"}]}]}`
)

func TestRun(t *testing.T) {
	const expectLive = "# why\nringdesk/a TestLive # needs a real engine\n\n"
	tests := []struct {
		name, in         string
		vitest, expected string // contents of the files; empty means none given
		last             string
		code             int
		shows            []string
	}{
		{name: "passed", in: onePass, last: "1 passed, 0 failed, 0 skipped", shows: []string{"ok    ringdesk/a  1 tests, 0.2 s"}},
		{name: "two commands", in: onePass + strings.ReplaceAll(onePass, "/a", "/e2e"), last: "2 passed, 0 failed, 0 skipped"},
		{name: "subtests count, not their parent", in: subtests, last: "1 passed, 1 failed, 0 skipped", code: 1,
			shows: []string{"--- FAIL: ringdesk/a TestTable/bad\n    a_test.go:4: got 3, want 4\n", "Failed:\n  ringdesk/a TestTable/bad\n"}},
		{name: "parent fails alone", in: parentAlone, last: "1 passed, 1 failed, 0 skipped", code: 1, shows: []string{"left behind"}},
		{name: "unexpected skip", in: skipped + onePass, last: "1 passed, 0 failed, 1 skipped", code: 1,
			shows: []string{"Skipped, though not expected to be:\n  ringdesk/a TestLive: a_test.go:5: no engine here\n"}},
		{name: "expected skip", in: skipped + onePass, expected: expectLive, last: "1 passed, 0 failed, 1 skipped"},
		{name: "expected kind of skip", in: skipped + onePass, expected: "ringdesk/a Test*Live*\n", last: "1 passed, 0 failed, 1 skipped"},
		{name: "another package's kind of skip", in: skipped + onePass, expected: "ringdesk/b TestLive*\nringdesk/a TestLive_*\n",
			last: "1 passed, 0 failed, 1 skipped", code: 1},
		{name: "expected skip that ran", in: onePass, expected: expectLive, last: "1 passed, 0 failed, 0 skipped"},
		{name: "a part that could not be run", in: onePass + notRun, last: "1 passed, 0 failed, 1 skipped", shows: []string{"NOT RUN, so not tested:\n  docker compose: no engine\n"}},
		{name: "nothing could be run", in: notRun, last: "0 passed, 0 failed, 1 skipped", code: 1, shows: []string{"No test ran."}},
		{name: "nothing", last: "0 passed, 0 failed, 0 skipped", code: 1, shows: []string{"No test ran."}},
		{name: "package without tests", in: noTestFiles, last: "0 passed, 0 failed, 0 skipped", code: 1},
		{name: "does not build", in: onePass + broken, last: "1 passed, 1 failed, 0 skipped", code: 1,
			shows: []string{"--- FAIL: ringdesk/b\n    b_test.go:3:28: undefined: x\n"}},
		{name: "TestMain exits", in: testMain, last: "0 passed, 1 failed, 0 skipped", code: 1, shows: []string{"cannot start Asterisk"}},
		{name: "race after the tests", in: raceAfterwards, last: "1 passed, 1 failed, 0 skipped", code: 1, shows: []string{"race detected"}},
		{name: "panic, and a test that never ran on", in: panicked, last: "0 passed, 2 failed, 0 skipped", code: 1,
			shows: []string{"panic: boom", "ringdesk/p TestWaiting\n    it did not end"}},
		{name: "stream cut off", in: cutOff, last: "0 passed, 1 failed, 0 skipped", code: 1, shows: []string{"its events end before it did"}},
		{name: "command failed without events", in: onePass + exitAlone, last: "1 passed, 1 failed, 0 skipped", code: 1,
			shows: []string{"go: module lookup disabled", "exit code 1, though no test failed"}},
		{name: "second command failed after a failure of the first", in: subtests + exitAlone, last: "1 passed, 2 failed, 0 skipped", code: 1},
		{name: "vitest passed", in: onePass, vitest: vitestGood, last: "3 passed, 0 failed, 0 skipped", shows: []string{"ok    web  2 tests"}},
		{name: "vitest failed", in: onePass, vitest: vitestBad, last: "1 passed, 2 failed, 1 skipped", code: 1,
			shows: []string{"--- FAIL: web src/a.test.ts: adds\n    expected 3 to be 4\n", "cannot import ./missing", "web src/a.test.ts: later: skipped"}},
		{name: "vitest's error outside a test", in: onePass, vitest: vitestUnhandled, last: "2 passed, 1 failed, 0 skipped", code: 1},
		{name: "vitest's report is cut off", in: onePass, vitest: `{"success":`, last: "1 passed, 1 failed, 0 skipped", code: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var args []string
			if tt.vitest != "" {
				args = append(args, "-vitest", file(t, tt.vitest))
			}
			if tt.expected != "" {
				args = append(args, "-expected", file(t, tt.expected))
			}
			code, out := summarise(t, args, tt.in)
			if code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			if !strings.HasSuffix(out, "\n"+tt.last+"\n") {
				t.Errorf("last line is not %q", tt.last)
			}
			for _, s := range tt.shows {
				if !strings.Contains(out, s) {
					t.Errorf("does not show %q", s)
				}
			}
			if t.Failed() {
				t.Log(out)
			}
		})
	}
}

func TestRun_BadFiles(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	tests := []struct {
		name string
		args []string
		code int
		last string
	}{
		{"no vitest report", []string{"-vitest", missing}, 1, "1 passed, 1 failed, 0 skipped"},
		{"no list of skips", []string{"-expected", missing}, 2, "no such file or directory"},
		{"list of skips names no test", []string{"-expected", file(t, "ringdesk/a\n")}, 2, ":1: want PACKAGE TEST"},
		{"list of skips has no pattern", []string{"-expected", file(t, "ringdesk/a Test[\n")}, 2, ":1: \"ringdesk/a Test[\": syntax error in pattern"},
		{"unknown flag", []string{"-colour"}, 2, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, out := summarise(t, tt.args, onePass)
			if code != tt.code || !strings.HasSuffix(out, tt.last+"\n") {
				t.Errorf("exit code %d, want %d and a last line %q:\n%s", code, tt.code, tt.last, out)
			}
		})
	}
}

func TestRun_LongOutputShowsBothEnds(t *testing.T) {
	in := `{"Action":"output","Package":"p","Test":"TestLong","Output":"panic: first\n"}` + "\n" +
		strings.Repeat(`{"Action":"output","Package":"p","Test":"TestLong","Output":"middle\n"}`+"\n", 1000) +
		`{"Action":"output","Package":"p","Test":"TestLong","Output":"the end\n"}` + "\n" +
		`{"Action":"fail","Package":"p","Test":"TestLong"}` + "\n" + `{"Action":"fail","Package":"p"}` + "\n"
	_, out := summarise(t, nil, in)
	for _, s := range []string{"panic: first", "… 802 lines more …", "the end"} {
		if !strings.Contains(out, s) {
			t.Errorf("does not show %q", s)
		}
	}
	if n := strings.Count(out, "middle"); n != 198 {
		t.Errorf("%d middle lines shown, want 198", n)
	}
}

func summarise(t *testing.T, args []string, in string) (int, string) {
	t.Helper()
	var out strings.Builder
	code := run(args, strings.NewReader(in), &out)
	return code, out.String()
}

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
