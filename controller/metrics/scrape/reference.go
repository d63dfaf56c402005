package scrape

import (
	"fmt"
	"strings"
)

// Reference is docs/metrics.md.
func Reference() string {
	var out strings.Builder
	out.WriteString(`# Metrics

Made by ` + "`make docs`" + ` from [controller/metrics/scrape](../controller/metrics/scrape/scrape.go).

Prometheus finds these figures at ` + "`http://127.0.0.1:9464/metrics`" + `, an address of its own that is not the desk's; the setting
` + "`metrics.address`" + ` (` + "`RINGDESK_METRICS`" + `) changes it, ` + "`off`" + ` leaves it out. Who can read it learns names of workspaces and teams, and how
much is called, so let nobody but your Prometheus reach it. Times are seconds. No figure names a person or a call.

| metric | kind | labels | meaning |
| --- | --- | --- | --- |
`)
	for _, f := range figures {
		labels := "–"
		if len(f.labels) > 0 {
			labels = "`" + strings.Join(f.labels, "`, `") + "`"
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s |\n", f.name, f.kind, labels, f.help)
	}
	out.WriteString("\nThose of the Go runtime (`go_…`) and of the process (`process_…`) stand beside them.\n")
	return out.String()
}
