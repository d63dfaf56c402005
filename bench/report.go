package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// ringdesk is the system that is compared with others (report.Names).
const ringdesk = "ringdesk"

// row is what all rounds of one step and system gave together. Times are in
// milliseconds.
type row struct {
	measured
	Rounds     int     `json:"rounds"`
	SetupP50   float64 `json:"setupMsP50"` // INVITE to first agent's INVITE
	SetupP95   float64 `json:"setupMsP95"`
	SetupP99   float64 `json:"setupMsP99"`
	SetupMax   float64 `json:"setupMsMax"`
	Reoffers   int     `json:"reoffers"`
	ReofferP50 float64 `json:"reofferMsP50"` // refusal to next agent's INVITE
	ReofferP99 float64 `json:"reofferMsP99"`
	ReofferMax float64 `json:"reofferMsMax"`
	AnswerP50  float64 `json:"answerMsP50"` // agent's 200 to caller's 200
	AnswerP99  float64 `json:"answerMsP99"`
	Engine     float64 `json:"engineCPUMsPerCall"`
	Controller float64 `json:"controllerCPUMsPerCall"`
}

// report is what a run found. What was not measured is empty or nil.
type report struct {
	At        time.Time `json:"at"`
	Cores     int       `json:"cores"`
	CPU       string    `json:"cpu"`
	Go        string    `json:"go"`
	SyncMs    float64   `json:"fsyncMs"`
	LoadFirst string    `json:"loadBefore"`
	LoadLast  string    `json:"loadAfter"`
	Names     names     `json:"names"`
	Store     string    `json:"store"` // the controller's database

	Agents      int     `json:"agents"`      // of the queue
	AgentsBound float64 `json:"agentsBound"` // calls per second that they can take at most
	ProductIdle memory  `json:"productIdle"`
	// ProductFirst is the same of the product's first start.
	ProductFirst memory `json:"productFirst"`
	Busy         memory `json:"busy"` // the controller's with busyCalls

	Rows       []*row     `json:"rows"`
	Setup      *aftermath `json:"setup"`
	Webhooks   int64      `json:"webhooks"` // that the receiver took in the part setup
	Told       int64      `json:"told"`     // messages that the open desks had meanwhile
	Talked     []*talked  `json:"talked"`
	Inbox      *inboxed   `json:"inbox"`
	Statistics *counted   `json:"statistics"`
	Growth     *grown     `json:"growth"`
	Soak       *soaked    `json:"soak"`
}

func newReport(dir string, n names) (*report, error) {
	r := &report{At: time.Now(), Cores: runtime.NumCPU(), CPU: cpuModel(), Go: runtime.Version(), LoadFirst: loadAverage(), Names: n}
	d, err := syncTime(dir)
	r.SyncMs = ms(d)
	return r, err
}

// add counts a step into its row.
func (r *report) add(m *measured) *row {
	x := r.find(m.Part, m.System, m.Rate, m.Recorded)
	if x == nil {
		x = &row{measured: measured{Part: m.Part, System: m.System, Rate: m.Rate, Recorded: m.Recorded, Load: m.Load, Reached: m.Reached}}
		r.Rows = append(r.Rows, x)
	}
	x.Rounds++
	x.Calls += m.Calls
	x.Failed += m.Failed
	x.Repeats += m.Repeats
	x.Reached = min(x.Reached, m.Reached)
	x.Taken += (m.Taken - x.Taken) / float64(x.Rounds) // the mean
	x.Busy = max(x.Busy, m.Busy)
	x.EngineCPU += m.EngineCPU
	x.ControllerCPU += m.ControllerCPU
	x.setup = append(x.setup, m.setup...)
	x.reoffer = append(x.reoffer, m.reoffer...)
	x.answer = append(x.answer, m.answer...)
	x.SetupP50, x.SetupP95 = ms(percentile(x.setup, 50)), ms(percentile(x.setup, 95))
	x.SetupP99, x.SetupMax = ms(percentile(x.setup, 99)), ms(percentile(x.setup, 100))
	x.Reoffers, x.ReofferP50 = len(x.reoffer), ms(percentile(x.reoffer, 50))
	x.ReofferP99, x.ReofferMax = ms(percentile(x.reoffer, 99)), ms(percentile(x.reoffer, 100))
	x.AnswerP50, x.AnswerP99 = ms(percentile(x.answer, 50)), ms(percentile(x.answer, 99))
	x.Engine = ms(x.EngineCPU) / float64(x.Calls)
	x.Controller = ms(x.ControllerCPU) / float64(x.Calls)
	return x
}

// addTalked counts a stretch of talking into its row.
func (r *report) addTalked(m *talked) {
	x := r.talkedBy(m.Part, m.System, m.Recorded)
	if x == nil {
		r.Talked = append(r.Talked, m)
		return
	}
	x.Heard += (m.Heard - x.Heard) / float64(x.Rounds+1) // the mean
	x.Said += (m.Said - x.Said) / float64(x.Rounds+1)
	x.Rounds++
	x.Wall += m.Wall
	x.EngineCPU += m.EngineCPU
	x.ControllerCPU += m.ControllerCPU
	x.Busy = max(x.Busy, m.Busy)
	for technology, n := range m.Bridges {
		x.Bridges[technology] = max(x.Bridges[technology], n)
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// good says whether the system kept up: fewer than targetFailed percent of the
// calls failed, and they came at the rate that was meant.
func (m *measured) good() bool {
	return 100*float64(m.Failed) < targetFailed*float64(m.Calls) && m.Reached > 0.95*float64(m.Rate)
}

func (r *report) find(part, system string, rate int, recorded bool) *row {
	i := slices.IndexFunc(r.Rows, func(x *row) bool {
		return x.Part == part && x.System == system && x.Rate == rate && x.Recorded == recorded
	})
	if i < 0 {
		return nil
	}
	return r.Rows[i]
}

// only finds the row of a step that is made at one rate only.
func (r *report) only(part, system string) *row {
	i := slices.IndexFunc(r.Rows, func(x *row) bool { return x.Part == part && x.System == system })
	if i < 0 {
		return nil
	}
	return r.Rows[i]
}

func (r *report) talkedBy(part, system string, recorded bool) *talked {
	i := slices.IndexFunc(r.Talked, func(x *talked) bool { return x.Part == part && x.System == system && x.Recorded == recorded })
	if i < 0 {
		return nil
	}
	return r.Talked[i]
}

// peerOf is the row of the other system beside one of ours.
func (r *report) peerOf(t *talked) *talked {
	i := slices.IndexFunc(r.Talked, func(x *talked) bool { return x.Part == t.Part && x.System != ringdesk && x.Recorded == t.Recorded })
	if t.System != ringdesk || i < 0 {
		return nil
	}
	return r.Talked[i]
}

// highest is the highest rate without recording that a system kept up with.
func (r *report) highest(system string) int {
	best := 0
	for _, x := range r.Rows {
		if x.Part == partSetup && x.System == system && !x.Recorded && x.good() {
			best = max(best, x.Rate)
		}
	}
	return best
}

// save writes the report for programs and returns the file's name.
func (r *report) save(dir string) (string, error) {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "bench-"+r.At.Format("20060102-150405")+".json")
	return file, os.WriteFile(file, append(text, '\n'), 0o644)
}

// What stands around an engine's result in a page.
const (
	resultEnd        = "<!-- end of result -->\n"
	asteriskBegin    = "<!-- result of make bench -->\n"
	resultBeginOther = "<!-- result of make bench ENGINE=%s -->\n"
	resultBeginStore = "<!-- result of make bench STORE=%s -->\n"
)

func resultBegin(engine, store string) string {
	switch {
	case store != onSQLite: // on whichever engine: its head says so
		return fmt.Sprintf(resultBeginStore, store)
	case engine == onAsterisk:
		return asteriskBegin
	}
	return fmt.Sprintf(resultBeginOther, engine)
}

// putResult replaces an engine's result in a page.
func putResult(page, engine, store, result string) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	begin := resultBegin(engine, store)
	before, rest, found := strings.Cut(string(text), begin)
	_, after, foundEnd := strings.Cut(rest, resultEnd)
	if !found || !foundEnd {
		return fmt.Errorf("%s has no lines %q and %q for the result to stand between", page, strings.TrimSpace(begin), strings.TrimSpace(resultEnd))
	}
	return os.WriteFile(page, []byte(before+begin+"```\n"+strings.TrimSpace(result)+"\n```\n"+resultEnd+after), 0o644)
}
