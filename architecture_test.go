package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// allowed says which of our packages each package may import, besides what stands
// below it: exactly those, or with /... at the end all below a folder. A package
// without an entry has that of the nearest folder above it. Data flows one way
// (docs/architecture.md): a package that needs more has found a wrong turn, or must
// change this list with a reason. What nobody imports stands here no longer.
var allowed = map[string][]string{
	"":                               {"cli"},
	"cli":                            {"api", "app", "configs", "configs/asterisk", "configs/coturn", "configs/freeswitch", "controller/asterisk/local", "controller/backup", "controller/certificate", "controller/disk", "controller/durable", "controller/engine", "controller/engine/trust", "controller/flows", "controller/logkeep", "controller/numbering", "controller/outbound", "controller/people", "controller/queues", "controller/seed", "controller/sounds/built", "controller/stats", "controller/tasks", "controller/transcription", "controller/verb", "dialplan", "dialplan/flow", "dialplan/lang", "dialplan/simulate", "models"},
	"app":                            {"api", "configs", "configs/asterisk", "controller/...", "dialplan/lang", "models", "web"},
	"configs":                        {},
	"configs/asterisk":               {},
	"configs/coturn":                 {},
	"configs/freeswitch":             {"configs/asterisk"},
	"dialplan":                       {},
	"dialplan/flow":                  {"dialplan"},
	"dialplan/lang":                  {"dialplan", "dialplan/flow"},
	"dialplan/simulate":              {"dialplan", "dialplan/flow"},
	"controller/queues":              {"dialplan/flow"},
	"controller/flows":               {"controller/assign", "controller/audit", "controller/journal", "controller/queues", "controller/reason", "controller/sounds", "controller/verb", "dialplan", "dialplan/flow", "dialplan/lang", "dialplan/simulate", "models"},
	"models":                         {"controller/durable", "controller/journal"},
	"web":                            {},
	"controller/engine":              {},
	"controller/engine/lease":        {"controller/engine"},
	"controller/engine/link":         {"controller/engine"},
	"controller/engine/trust":        {"controller/engine"},
	"controller/journal":             {},
	"controller/metrics":             {},
	"controller/metrics/scrape":      {"controller/call", "controller/metrics", "models"},
	"controller/asterisk":            {"controller/asterisk/message", "controller/asterisk/roundtrip", "controller/engine", "controller/engine/callerid", "controller/engine/lease", "controller/engine/link", "controller/engine/trust"},
	"controller/asterisk/guardparts": {},
	"controller/asterisk/guard":      {},
	"controller/asterisk/message":    {},
	"controller/asterisk/roundtrip":  {},
	"controller/asterisk/local":      {"configs/asterisk", "controller/asterisk/guardparts", "controller/durable", "controller/logkeep"},
	"controller/freeswitch":          {"controller/durable", "controller/engine", "controller/engine/callerid", "controller/engine/lease", "controller/engine/link", "controller/engine/trust"},
	"controller/freeswitch/esl":      {},
	"controller/call":                {"controller/engine", "controller/journal", "controller/outbound", "controller/reason", "controller/sounds", "dialplan", "dialplan/flow"},
	"controller/exchange":            {"controller/assign", "controller/audit", "controller/call", "controller/disk", "controller/engine", "controller/engine/callerid", "controller/journal", "controller/metrics", "controller/outbound", "controller/provision", "controller/queues", "controller/reason", "controller/sounds", "controller/verb", "dialplan", "dialplan/flow", "models"},
	"controller/provision":           {"controller/engine", "models"},
	"controller/assign":              {"dialplan", "models"},
	"controller/outbound":            {"controller/reason", "dialplan", "models"},
	"controller/logkeep":             {},
	"controller/certificate":         {},
	"controller/turn":                {},
	"controller/transcription":       {"configs", "controller/converter", "controller/sounds"},
	"controller/disk":                {},
	"controller/durable":             {},
	"controller/backup":              {"controller/durable", "models"},
	"controller/bucket":              {},
	"controller/converter":           {},
	"controller/sounds":              {"controller/converter", "controller/durable", "models"},
	"controller/sounds/built":        {},
	"controller/recording":           {"controller/converter", "controller/durable", "controller/journal", "controller/tasks", "models"},
	"controller/tasks":               {"models"},
	"controller/jobs":                {"controller/audit", "controller/rawdata", "controller/reason", "controller/stats", "controller/verb", "controller/webhook", "controller/workflow", "dialplan", "models"},
	"controller/verb":                {"controller/reason", "models"},
	"controller/reason":              {},
	"controller/addressbook":         {},
	"controller/audit":               {"controller/verb", "models"},
	"controller/inbox":               {"controller/addressbook", "controller/audit", "controller/journal", "controller/outbound", "controller/reason", "controller/spreadsheet", "controller/tasks", "controller/verb", "models"},
	"controller/people":              {"controller/audit", "controller/reason", "controller/verb", "dialplan", "models"},
	"controller/numbering":           {"controller/audit", "controller/people", "controller/provision", "controller/reason", "controller/sounds", "controller/verb", "dialplan", "models"},
	"controller/seed":                {"controller/call", "controller/engine", "controller/exchange", "controller/inbox", "controller/journal", "controller/numbering", "controller/outbound", "controller/people", "controller/verb", "dialplan", "models"},
	"controller/presence":            {"controller/assign", "controller/audit", "controller/engine", "controller/provision", "controller/reason", "controller/verb", "dialplan", "models"},
	"controller/lookup":              {"controller/webhook", "dialplan/flow"},
	"controller/webhook":             {"controller/audit", "controller/journal", "controller/reason", "controller/verb", "models"},
	"controller/workflow":            {"controller/audit", "controller/inbox", "controller/journal", "controller/reason", "controller/verb", "controller/webhook", "dialplan/flow", "models"},
	"controller/stats":               {"controller/journal", "controller/reason", "controller/verb", "dialplan", "models"},
	"controller/rawdata":             {"controller/audit", "controller/durable", "controller/reason", "controller/spreadsheet", "controller/stats", "controller/verb", "dialplan", "models"},
	"controller/odata":               {"controller/audit", "controller/rawdata", "controller/stats", "controller/verb", "dialplan", "models"},
	"controller/spreadsheet":         {},
	"controller/bi":                  {},
	"api":                            {"controller/addressbook", "controller/bi", "controller/board", "controller/bucket", "controller/call", "controller/disk", "controller/engine", "controller/exchange", "controller/flows", "controller/inbox", "controller/jobs", "controller/journal", "controller/logkeep", "controller/numbering", "controller/odata", "controller/outbound", "controller/people", "controller/presence", "controller/queues", "controller/rawdata", "controller/reason", "controller/sounds", "controller/stats", "controller/turn", "controller/verb", "controller/webhook", "controller/workflow", "dialplan", "dialplan/flow", "dialplan/lang", "models"},
	"controller/board":               {"controller/stats", "dialplan", "models"},
	"api/sipdoor":                    {"controller/engine"},
	"testkit":                        {"..."},
	"e2e":                            {"..."},
	"bench":                          {"..."},
	"scripts":                        {},
	"scripts/sim":                    {"controller/stats", "testkit/figures", "testkit/memstore", "testkit/sim"},
	"scripts/reference":              {"configs", "controller/metrics/scrape", "controller/stats", "dialplan/lang"},
	"scripts/callstates":             {"controller/call"},
	"docker":                         {},
}

func TestImportDirections(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	seen, used := 0, map[string]map[string]bool{}
	for {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		seen++
		name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, "ringdesk"), "/")
		rules, owner := rulesOf(name)
		if owner == "?" {
			t.Errorf("package %s has no rule: say in architecture_test.go what it may import", name)
		}
		if used[owner] == nil {
			used[owner] = map[string]bool{}
		}
		for _, imp := range p.Imports {
			dep, ours := strings.CutPrefix(imp, "ringdesk/")
			used[owner][dep] = true
			if ours && !permitted(rules, owner, dep) {
				t.Errorf("%s must not import %s", name, dep)
			}
			if ours && strings.HasPrefix(dep, "testkit/") && !slices.Contains([]string{"testkit", "e2e", "bench", "scripts/sim"}, owner) {
				t.Errorf("%s is the product's and must not import %s, which is for tests", name, dep)
			}
		}
		for _, imp := range p.Imports {
			if strings.HasPrefix(imp, "gorm.io/") && owner != "models" {
				t.Errorf("%s knows GORM; only models may", name)
			}
			if strings.HasPrefix(imp, "github.com/prometheus/") && owner != "controller/metrics/scrape" {
				t.Errorf("%s knows Prometheus; only controller/metrics/scrape may", name)
			}
		}
	}
	for owner, rules := range allowed {
		for _, r := range rules {
			if used[owner] == nil || !strings.HasSuffix(r, "...") && !used[owner][r] {
				t.Errorf("%s may import %s, and does not: take it out of the list", owner, r)
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d packages were looked at", seen)
	}
}

// rulesOf finds the rule of the package or of the nearest folder above it.
func rulesOf(name string) (rules []string, owner string) {
	for at := name; ; {
		if r, ok := allowed[at]; ok && (at != "" || name == "") {
			return r, at
		}
		i := strings.LastIndexByte(at, '/')
		if i < 0 {
			return nil, "?"
		}
		at = at[:i]
	}
}

func permitted(rules []string, owner, dep string) bool {
	if dep == owner || strings.HasPrefix(dep, owner+"/") {
		return true
	}
	for _, r := range rules {
		if below, all := strings.CutSuffix(r, "..."); dep == r || all && strings.HasPrefix(dep, below) {
			return true
		}
	}
	return false
}

// What decides, decides by what it is given alone: it reads no clock, no file and
// no store, starts nothing and waits for nothing, so that it can be tested without
// a world around it.
func TestDecisionsArePure(t *testing.T) {
	for _, folder := range []string{"controller/call", "controller/assign", "controller/outbound", "controller/journal", "dialplan", "dialplan/flow", "dialplan/lang", "dialplan/simulate"} {
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", folder, len(files), err)
		}
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") {
				checkPure(t, file)
			}
		}
	}
}

func checkPure(t *testing.T, file string) {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, imp := range parsed.Imports {
		if slices.Contains([]string{`"os"`, `"net"`, `"net/http"`, `"database/sql"`, `"log/slog"`, `"math/rand/v2"`, `"crypto/rand"`}, imp.Path.Value) {
			t.Errorf("%s: a decision needs no %s", set.Position(imp.Pos()), imp.Path.Value)
		}
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			t.Errorf("%s: a decision starts nothing", set.Position(n.Pos()))
		case *ast.SelectorExpr:
			x, _ := n.X.(*ast.Ident)
			if x != nil && slices.Contains([]string{"time.Now", "time.Since", "time.Sleep", "time.After", "models.Store", "models.Tx", "models.NewID"}, x.Name+"."+n.Sel.Name) {
				t.Errorf("%s: a decision is given what it needs, and uses no %s.%s", set.Position(n.Pos()), x.Name, n.Sel.Name)
			}
		}
		return true
	})
}

// A handler authorises, calls one verb and presents: it begins no transaction, since
// a rule in it would hold for this door only.
func TestHandlersHaveNoTransactions(t *testing.T) {
	files, err := filepath.Glob("api/*.go")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Tx" {
				t.Errorf("%s uses a transaction: call a verb", set.Position(s.Pos()))
			}
			return true
		})
	}
}
