package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// allowed says which of our packages each package may import, besides its own
// subpackages. Data flows one way (docs/architecture.md); whoever needs more
// has found a wrong turn, or must change this list with a reason.
var allowed = map[string][]string{
	"configs":                   {},
	"dialplan":                  {},
	"configs/asterisk":          {},
	"models":                    {},
	"web":                       {},
	"controller/engine":         {},
	"controller/asterisk":       {"controller/engine"},
	"controller/asterisk/local": {"configs/asterisk"},
	"controller/freeswitch":     {"controller/engine"},
	"controller/call":           {"controller/assign", "controller/engine", "controller/outbound", "controller/sounds", "dialplan", "models"},
	"controller/assign":         {"dialplan", "models"},
	"controller/outbound":       {"models"},
	"controller/sounds":         {"models"},
	"controller/recording":      {"controller/call", "models"},
	"controller/jobs":           {"models"},
	"controller/sim":            {"controller/call", "controller/engine", "controller/outbound", "controller/stats", "dialplan", "models"},
	"controller/stats":          {"models"},
	"api":                       {"controller/call", "controller/engine", "controller/outbound", "controller/sounds", "dialplan", "models"},
	"e2e":                       {"*"},
	"bench":                     {"*"},
	"scripts":                   {},
	"scripts/sim":               {"controller/sim"},
	"":                          {"*"},
	// The suite measures what phones hear with the test phone's ears.
	"controller/engine/enginetest": {"controller/engine", "e2e/phone"},
	"controller/engine/memory":     {"controller/engine"},
}

func TestImportDirections(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	seen := 0
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
		for _, imp := range p.Imports {
			dep, ours := strings.CutPrefix(imp, "ringdesk/")
			if ours && !permitted(rules, owner, dep) {
				t.Errorf("%s must not import %s", name, dep)
			}
		}
		for _, imp := range p.Imports {
			if strings.HasPrefix(imp, "gorm.io/") && owner != "models" {
				t.Errorf("%s knows GORM; only models may", name)
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
		if r == "*" || dep == r || strings.HasPrefix(dep, r+"/") {
			return true
		}
	}
	return false
}
