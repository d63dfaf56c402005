// Package scrape shows the controller's figures to Prometheus. Counts of events come
// from package metrics; figures of the present moment, such as queue lengths, are
// read when Prometheus asks.
package scrape

import (
	"context"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"ringdesk/controller/call"
	"ringdesk/controller/metrics"
	"ringdesk/models"
)

// timeout bounds what a look asks of the database.
const timeout = 5 * time.Second

// Store is what a look asks of the database (models.Store).
type Store interface {
	Waiting() int
	TaskCounts(ctx context.Context) ([]models.TaskCounts, error)
	RecordingsWaiting(ctx context.Context) (int, error)
	RecordingsUnstored(ctx context.Context) (int, error)
	Jobs(ctx context.Context) (map[string]models.Job, error)
	Queues(ctx context.Context) ([]models.Queue, error)
}

// Sources are where the figures come from. None of them may be left out.
type Sources struct {
	Version  string
	Calls    *metrics.Calls
	Commits  *metrics.Commits
	Store    Store
	Live     func(func(*call.Call)) // shows every live call
	EngineUp func() error           // nil while the link to the engine is up
	Browsers func() int             // how many pages of the desk are connected
	Trunks   func(context.Context) ([]Trunk, error)
	Room     func() error // nil while there is room for recordings
	Stores   bool         // recordings are moved to a storage
	Flows    func() []Mistake
}

// Mistake is where the folder of flows has one that keeps its files from being in force; the
// folder itself, when it cannot be read.
type Mistake struct {
	File string
	Line int
}

// Trunk is how a trunk stands with its carrier.
type Trunk struct {
	Workspace, Name string
	State           string // engine.TrunkState
}

// NewRegistry gathers all figures, those of the Go runtime and of the process
// among them.
func NewRegistry(s Sources) *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &collector{s})
	return r
}

// collector makes a look at all figures (prometheus.Collector).
type collector struct{ Sources }

// Describe implements prometheus.Collector.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, f := range figures {
		ch <- f.desc
	}
}

// Collect implements prometheus.Collector. A figure that cannot be read spoils
// only itself.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	for _, f := range figures {
		if err := f.collect(ctx, &c.Sources, look{f, ch}); err != nil {
			ch <- prometheus.NewInvalidMetric(f.desc, err)
		}
	}
}

// figure is one metric: its name, its meaning, and how it is read.
type figure struct {
	name, help string
	kind       string // counter, gauge or histogram
	labels     []string
	collect    func(ctx context.Context, s *Sources, to look) error

	desc *prometheus.Desc
}

// look takes the values of one figure.
type look struct {
	of *figure
	ch chan<- prometheus.Metric
}

func (l look) value(v float64, labels ...string) {
	kind := prometheus.GaugeValue
	if l.of.kind == "counter" {
		kind = prometheus.CounterValue
	}
	l.ch <- prometheus.MustNewConstMetric(l.of.desc, kind, v, labels...)
}

func (l look) histogram(h *metrics.Histogram) {
	count, sum, buckets := h.Read()
	l.ch <- prometheus.MustNewConstHistogram(l.of.desc, count, sum, buckets)
}

// figures are all metrics of our own, in the order of docs/metrics.md.
var figures = []*figure{
	{name: "ringdesk_calls", kind: "gauge", labels: []string{"direction", "state"}, help: "Calls that go on.", collect: liveCalls},
	{name: "ringdesk_calls_ended_total", kind: "counter", labels: []string{"direction", "outcome"}, help: "Calls that have ended, by their outcome.", collect: endedCalls},
	{name: "ringdesk_calls_refused_total", kind: "counter", labels: []string{"reason"},
		help: "Calls from outside that were not taken: overload, past the number of new calls in a second; unregistered, to a number that nobody has on that trunk; failure, as they could not be saved.",
		collect: func(_ context.Context, s *Sources, to look) error {
			s.Calls.Refused.Each(func(reason metrics.Refusal, n uint64) { to.value(float64(n), string(reason)) })
			return nil
		}},
	{name: "ringdesk_offers_ended_total", kind: "counter", labels: []string{"result"},
		help: "Offers of calls to agents that have ended: answered, declined, missed (rang in vain), taken (a colleague was faster), lost (the phone could not ring on), moved (goes on at the agent's new phone), ended (the call went elsewhere).",
		collect: func(_ context.Context, s *Sources, to look) error {
			s.Calls.Offers.Each(func(result metrics.OfferResult, n uint64) { to.value(float64(n), string(result)) })
			return nil
		}},
	{name: "ringdesk_call_setup_seconds", kind: "histogram", help: "Time from an inbound call's arrival until its first commands are on their way to the engine.",
		collect: func(_ context.Context, s *Sources, to look) error { to.histogram(s.Calls.Setup); return nil }},
	{name: "ringdesk_call_step_seconds", kind: "histogram", help: "Time for one input of a call: deciding, and saving what was decided.",
		collect: func(_ context.Context, s *Sources, to look) error { to.histogram(s.Calls.Steps); return nil }},
	{name: "ringdesk_queue_calls", kind: "gauge", labels: []string{"workspace", "team"}, help: "Calls that wait for an agent, by the team whose agents they want now; an empty team is everybody.", collect: queues},
	{name: "ringdesk_engine_link_up", kind: "gauge", help: "Whether the link to the media engine is up and the engine has its trunks and phones (1), or not (0).",
		collect: func(_ context.Context, s *Sources, to look) error { to.value(one(s.EngineUp() == nil)); return nil }},
	{name: "ringdesk_engine_reconnects_total", kind: "counter", help: "How often the link to the media engine was made anew after it was lost.",
		collect: func(_ context.Context, s *Sources, to look) error {
			to.value(float64(s.Calls.Reconnects.Value()))
			return nil
		}},
	{name: "ringdesk_trunk", kind: "gauge", labels: []string{"workspace", "name", "state"}, help: "Always 1; the label state tells how the trunk stands with its carrier: registered, rejected, reachable, unreachable, unregistered or unknown, or what is wrong with its certificate: untrusted, expired, misnamed.", collect: trunks},
	{name: "ringdesk_recording_room", kind: "gauge", help: "Whether the disks have room for new recordings (1); with 0 calls go on unrecorded.",
		collect: func(_ context.Context, s *Sources, to look) error { to.value(one(s.Room() == nil)); return nil }},
	{name: "ringdesk_store_commit_seconds", kind: "histogram", help: "Time for one commit of the database, which carries all work that waits at the moment.",
		collect: func(_ context.Context, s *Sources, to look) error { to.histogram(s.Commits.Took); return nil }},
	{name: "ringdesk_store_commit_transactions", kind: "histogram", help: "Transactions that one commit of the database carries.",
		collect: func(_ context.Context, s *Sources, to look) error { to.histogram(s.Commits.Units); return nil }},
	{name: "ringdesk_store_waiting_transactions", kind: "gauge", help: "Transactions that wait for the writer of the database.",
		collect: func(_ context.Context, s *Sources, to look) error { to.value(float64(s.Store.Waiting())); return nil }},
	{name: "ringdesk_tasks", kind: "gauge", labels: []string{"kind"}, help: "Durable work that is to be done.", collect: tasks(func(c models.TaskCounts) int { return c.Open })},
	{name: "ringdesk_tasks_dead", kind: "gauge", labels: []string{"kind"}, help: "Durable work whose attempts are used up, and which nobody has tried again.", collect: tasks(func(c models.TaskCounts) int { return c.Dead })},
	{name: "ringdesk_job_failed", kind: "gauge", labels: []string{"job"}, help: "Whether the last run of a scheduled job that has ended did not do all of its work (1), or did (0).", collect: failedJobs},
	{name: "ringdesk_recordings_waiting", kind: "gauge", help: "Recordings whose tracks are complete, but which are not mixed yet.",
		collect: func(ctx context.Context, s *Sources, to look) error {
			n, err := s.Store.RecordingsWaiting(ctx)
			if err == nil {
				to.value(float64(n))
			}
			return err
		}},
	{name: "ringdesk_recordings_unstored", kind: "gauge", help: "Recordings that are ready and wait for the S3-compatible storage; there is none without such a storage.",
		collect: func(ctx context.Context, s *Sources, to look) error {
			if !s.Stores {
				return nil
			}
			n, err := s.Store.RecordingsUnstored(ctx)
			if err == nil {
				to.value(float64(n))
			}
			return err
		}},
	{name: "ringdesk_flows_mistakes", kind: "gauge", labels: []string{"file", "line"}, help: "Mistakes in a line of the folder of flows, for which the version before stays in force; there is none without such a folder. Line 0 is the folder itself, when it cannot be read.", collect: mistakes},
	{name: "ringdesk_browsers", kind: "gauge", help: "Pages of the desk that are connected for live updates.",
		collect: func(_ context.Context, s *Sources, to look) error { to.value(float64(s.Browsers())); return nil }},
	{name: "ringdesk_build_info", kind: "gauge", labels: []string{"version", "goversion"}, help: "Always 1; the labels tell the build.",
		collect: func(_ context.Context, s *Sources, to look) error {
			to.value(1, s.Version, runtime.Version())
			return nil
		}},
}

func init() {
	for _, f := range figures {
		f.desc = prometheus.NewDesc(f.name, f.help, f.labels, nil)
	}
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

func mistakes(_ context.Context, s *Sources, to look) error {
	counts := map[Mistake]int{}
	for _, m := range s.Flows() {
		m.File = strings.ToValidUTF8(m.File, "\uFFFD")
		counts[m]++
	}
	for m, n := range counts {
		to.value(float64(n), m.File, strconv.Itoa(m.Line))
	}
	return nil
}

// states are those of a call that goes on.
var states = []call.State{call.Greeting, call.Queued, call.Ringing, call.Dialing, call.Talking, call.Voicemail, call.Survey}

func liveCalls(_ context.Context, s *Sources, to look) error {
	type kind struct {
		direction string
		state     call.State
	}
	counts := map[kind]int{}
	for _, direction := range []string{"inbound", "outbound"} {
		for _, state := range states {
			counts[kind{direction, state}] = 0
		}
	}
	s.Live(func(c *call.Call) {
		if !c.State.Over() {
			counts[kind{c.Direction, c.State}]++
		}
	})
	for k, n := range counts {
		to.value(float64(n), k.direction, string(k.state))
	}
	return nil
}

// failedJobs tells of each job by its name; workspaces' exports count as one.
func failedJobs(ctx context.Context, s *Sources, to look) error {
	jobs, err := s.Store.Jobs(ctx)
	if err != nil {
		return err
	}
	failed := map[string]bool{}
	for name, j := range jobs {
		name, _, _ = strings.Cut(name, "/")
		failed[name] = failed[name] || j.Error != ""
	}
	for name, wrong := range failed {
		to.value(one(wrong), name)
	}
	return nil
}

func endedCalls(_ context.Context, s *Sources, to look) error {
	for direction, ended := range map[string]*metrics.Set[metrics.CallResult]{"inbound": s.Calls.Inbound, "outbound": s.Calls.Outbound} {
		ended.Each(func(outcome metrics.CallResult, n uint64) { to.value(float64(n), direction, string(outcome)) })
	}
	return nil
}

// queues counts by name: two teams of one name count together. A name that came in
// another encoding than UTF-8 is no label, and shown with replacement characters.
func queues(ctx context.Context, s *Sources, to look) error {
	known, err := s.Store.Queues(ctx)
	if err != nil {
		return err
	}
	type queue struct{ workspace, team string }
	names, lengths := map[queue]queue{}, map[queue]int{}
	for _, q := range known {
		name := queue{strings.ToValidUTF8(q.Workspace, "\uFFFD"), strings.ToValidUTF8(q.Team, "\uFFFD")}
		names[queue{q.WorkspaceID, q.TeamID}] = name
		lengths[name] = 0
	}
	s.Live(func(c *call.Call) {
		if !c.Waits() || c.Rests() {
			return
		}
		name, ok := names[queue{c.WorkspaceID, c.Team()}]
		if !ok { // the team is no more
			name = names[queue{c.WorkspaceID, ""}]
		}
		lengths[name]++
	})
	for name, n := range lengths {
		to.value(float64(n), name.workspace, name.team)
	}
	return nil
}

// trunks shows each trunk once: two of one name in a workspace are one series, in the
// state of the last.
func trunks(ctx context.Context, s *Sources, to look) error {
	all, err := s.Trunks(ctx)
	if err != nil {
		return err
	}
	type name struct{ workspace, trunk string }
	states := map[name]string{}
	for _, t := range all {
		states[name{strings.ToValidUTF8(t.Workspace, "\uFFFD"), strings.ToValidUTF8(t.Name, "\uFFFD")}] = t.State
	}
	for n, state := range states {
		to.value(1, n.workspace, n.trunk, state)
	}
	return nil
}

// tasks shows one count of each kind of task.
func tasks(count func(models.TaskCounts) int) func(context.Context, *Sources, look) error {
	return func(ctx context.Context, s *Sources, to look) error {
		backlogs, err := s.Store.TaskCounts(ctx)
		if err != nil {
			return err
		}
		counts := map[string]int{"mix": 0} // a series that is there before there is work
		for _, b := range backlogs {
			counts[b.Kind] = count(b)
		}
		for kind, n := range counts {
			to.value(float64(n), kind)
		}
		return nil
	}
}
