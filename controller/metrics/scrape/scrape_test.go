package scrape_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"ringdesk/controller/call"
	"ringdesk/controller/metrics"
	"ringdesk/controller/metrics/scrape"
	"ringdesk/models"
)

// store is a database that answers the same all the time.
type store struct{ fails error }

func (s store) Waiting() int { return 3 }
func (s store) TaskCounts(context.Context) ([]models.TaskCounts, error) {
	return []models.TaskCounts{{Kind: "mix", Open: 2, Dead: 1}, {Kind: "transcript"}}, s.fails
}
func (s store) RecordingsWaiting(context.Context) (int, error)  { return 2, s.fails }
func (s store) RecordingsUnstored(context.Context) (int, error) { return 5, s.fails }
func (s store) Jobs(context.Context) (map[string]models.Job, error) {
	return map[string]models.Job{"prune": {}, "exports": {}, "exports/1": {Error: "the folder is full"}}, s.fails
}
func (s store) Queues(context.Context) ([]models.Queue, error) {
	return []models.Queue{{WorkspaceID: "1", Workspace: "Moa"}, {WorkspaceID: "1", Workspace: "Moa", TeamID: "s", Team: "Sales"},
		{WorkspaceID: "2", Workspace: "Caf\xe9"}}, s.fails // as a terminal in Latin-1 sends it
}

func sources(fails error) scrape.Sources {
	s := scrape.Sources{Version: "v1", Calls: metrics.NewCalls(), Commits: metrics.NewCommits(), Store: store{fails}, EngineUp: func() error { return fails },
		Browsers: func() int { return 4 }, Stores: true, Room: func() error { return fails },
		Trunks: func(context.Context) ([]scrape.Trunk, error) {
			return []scrape.Trunk{{"Moa", "Carrier \"A\"", "reachable"}, {"Moa", "B", "rejected"}}, fails
		},
		Flows: func() []scrape.Mistake {
			return []scrape.Mistake{{File: "main.hcl", Line: 3}, {File: "main.hcl", Line: 3}}
		},
		Live: func(f func(*call.Call)) {
			f(&call.Call{WorkspaceID: "1", Direction: "inbound", State: call.Queued})
			f(&call.Call{WorkspaceID: "1", Direction: "outbound", State: call.Ended})
		}}
	s.Commits.Committed(5, 3*time.Millisecond)
	s.Calls.Refused.Of(metrics.Overload).Inc()
	return s
}

// Names, units and descriptions are as Prometheus' guide asks.
func TestLint(t *testing.T) {
	problems, err := testutil.GatherAndLint(scrape.NewRegistry(sources(nil)))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "ringdesk_") { // the others are the library's
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}

// A database that does not answer spoils only what comes from it.
func TestFigures(t *testing.T) {
	for name, c := range map[string]struct {
		fails     error
		there     []string
		notThere  []string
		complains bool
	}{
		"well": {nil, []string{`ringdesk_queue_calls{team="",workspace="Moa"} 1`, `ringdesk_queue_calls{team="Sales",workspace="Moa"} 0`, `ringdesk_queue_calls{team="",workspace="Caf�"} 0`, `ringdesk_tasks{kind="mix"} 2`, `ringdesk_tasks_dead{kind="mix"} 1`, `ringdesk_tasks{kind="transcript"} 0`,
			`ringdesk_job_failed{job="exports"} 1`, `ringdesk_job_failed{job="prune"} 0`, `ringdesk_recordings_waiting 2`, `ringdesk_recordings_unstored 5`, `ringdesk_browsers 4`, `ringdesk_flows_mistakes{file="main.hcl",line="3"} 2`, `ringdesk_store_waiting_transactions 3`, `ringdesk_store_commit_transactions_bucket{le="8"} 1`,
			`ringdesk_store_commit_transactions_sum 5`, `ringdesk_calls{direction="outbound",state="talking"} 0`, `ringdesk_calls{direction="inbound",state="queued"} 1`,
			`ringdesk_calls_refused_total{reason="overload"} 1`, `ringdesk_engine_link_up 1`, `ringdesk_recording_room 1`, `ringdesk_trunk{name="B",state="rejected",workspace="Moa"} 1`,
			`ringdesk_trunk{name="Carrier \"A\"",state="reachable",workspace="Moa"} 1`}, []string{`state="ended"`}, false},
		"no database": {errors.New("the disk is gone"), []string{`ringdesk_browsers 4`, `ringdesk_engine_link_up 0`, `ringdesk_recording_room 0`}, []string{"ringdesk_tasks{", "ringdesk_recordings_waiting ", "ringdesk_job_failed{", "ringdesk_queue_calls{", "ringdesk_trunk{"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			var log strings.Builder
			answer := httptest.NewRecorder()
			h := scrape.Handler(scrape.NewRegistry(sources(c.fails)), slog.New(slog.NewTextHandler(&log, nil)))
			h.ServeHTTP(answer, httptest.NewRequest("GET", scrape.Path, nil))
			body, err := io.ReadAll(answer.Result().Body)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.there {
				if !strings.Contains(string(body), "\n"+want+"\n") {
					t.Errorf("there is no %s in\n%s", want, body)
				}
			}
			for _, never := range c.notThere {
				if strings.Contains(string(body), never) {
					t.Errorf("there is %s", never)
				}
			}
			if told := strings.Contains(log.String(), "the disk is gone"); told != c.complains {
				t.Errorf("the log says %q", log.String())
			}
		})
	}
}

func TestReference(t *testing.T) {
	kept, err := os.ReadFile("../../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != scrape.Reference() {
		t.Error("docs/metrics.md is out of date: make docs")
	}
}
