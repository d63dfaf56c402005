package scrape_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"ringdesk/controller/metrics/scrape"
)

var (
	row    = regexp.MustCompile("(?m)^\\| `(ringdesk_\\w+)` \\| (\\w+) \\| (.*?) \\|")
	used   = regexp.MustCompile(`(ringdesk_\w+)(?:\{([^}]*)\})?`)
	label  = regexp.MustCompile(`(\w+)\s*(?:=~|!~|!=|=)`)
	by     = regexp.MustCompile(`by \(([^)]*)\)`)
	series = regexp.MustCompile(`_(bucket|sum|count)$`)
)

// metric is what the reference says of one.
type metric struct {
	kind   string
	labels []string
}

func reference(t *testing.T) map[string]metric {
	t.Helper()
	all := map[string]metric{}
	for _, m := range row.FindAllStringSubmatch(scrape.Reference(), -1) {
		all[m[1]] = metric{m[2], strings.FieldsFunc(m[3], func(r rune) bool { return strings.ContainsRune("`, –", r) })}
	}
	if len(all) < 15 {
		t.Fatalf("the reference has %d metrics", len(all))
	}
	return all
}

// Every figure and label that the alerts and the dashboard ask for is there.
//
// Covers: OPS-4
func TestAlertsAndDashboard(t *testing.T) {
	known := reference(t)
	asked := map[string]bool{}
	for _, expr := range append(alerts(t), panels(t)...) {
		labels := map[string]bool{"le": strings.Contains(expr, "_bucket")}
		for _, m := range used.FindAllStringSubmatch(expr, -1) {
			name := m[1]
			if base := series.ReplaceAllString(name, ""); known[base].kind == "histogram" {
				name = base
			}
			is, there := known[name]
			if !there {
				t.Errorf("there is no %s: %s", name, expr)
			}
			asked[name] = true
			for _, l := range is.labels {
				labels[l] = true
			}
			for _, l := range label.FindAllStringSubmatch(m[2], -1) {
				if !slices.Contains(is.labels, l[1]) {
					t.Errorf("%s has no label %s: %s", name, l[1], expr)
				}
			}
		}
		for _, m := range by.FindAllStringSubmatch(expr, -1) {
			for l := range strings.SplitSeq(m[1], ",") {
				if !labels[strings.TrimSpace(l)] {
					t.Errorf("nothing has the label %s: %s", l, expr)
				}
			}
		}
	}
	for name := range known {
		if !asked[name] {
			t.Errorf("neither an alert nor the dashboard shows %s", name)
		}
	}
}

// alerts are the expressions of the rules, each of which has a page's advice.
func alerts(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../../configs/prometheus/ringdesk.rules.yml")
	if err != nil {
		t.Fatal(err)
	}
	advice, err := os.ReadFile("../../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr string
				Labels      struct{ Severity string }
				Annotations struct{ Summary string }
			}
		}
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			if r.Alert == "" || r.Annotations.Summary == "" || r.Labels.Severity != "page" && r.Labels.Severity != "ticket" {
				t.Errorf("an alert lacks something: %+v", r)
			}
			if !strings.Contains(string(advice), "`"+r.Alert+"`") {
				t.Errorf("docs/operations.md does not say what to do about %s", r.Alert)
			}
			all = append(all, r.Expr)
		}
	}
	if len(all) < 10 {
		t.Errorf("there are %d alerts", len(all))
	}
	return all
}

// panels are the expressions of the dashboard.
func panels(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../../configs/grafana/ringdesk.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Title  string
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(text, &file); err != nil || file.Title == "" {
		t.Fatal(err)
	}
	var all []string
	for _, p := range file.Panels {
		if p.Title == "" || len(p.Targets) == 0 {
			t.Errorf("a panel lacks something: %+v", p)
		}
		for _, q := range p.Targets {
			all = append(all, q.Expr)
		}
	}
	return all
}
