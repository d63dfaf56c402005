package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"
)

const (
	ringdesk = "ringdesk"
	appQueue = "app_queue"
)

// The targets of the product.
const (
	targetRate       = 20 // calls per second at which the times are asked for
	targetMedian     = 10 * time.Millisecond
	targetP99        = 40 * time.Millisecond
	targetThroughput = 60  // calls per second
	targetFailed     = 0.1 // percent: fewer must fail
	targetIdleMB     = 60.0
)

// row is what all rounds of one step and system gave together.
type row struct {
	measured
	Rounds     int     `json:"rounds"`
	SetupP50   float64 `json:"setupMsP50"` // INVITE to agent's INVITE, in milliseconds
	SetupP95   float64 `json:"setupMsP95"`
	SetupP99   float64 `json:"setupMsP99"`
	SetupMax   float64 `json:"setupMsMax"`
	AnswerP50  float64 `json:"answerMsP50"` // agent's 200 to caller's 200
	AnswerP99  float64 `json:"answerMsP99"`
	Asterisk   float64 `json:"asteriskCPUMsPerCall"`
	Controller float64 `json:"controllerCPUMsPerCall"`
}

// report is what a run found.
type report struct {
	At        time.Time `json:"at"`
	Cores     int       `json:"cores"`
	CPU       string    `json:"cpu"`
	Go        string    `json:"go"`
	SyncMs    float64   `json:"fsyncMs"`
	LoadFirst string    `json:"loadBefore"`
	LoadLast  string    `json:"loadAfter"`
	Rows      []*row    `json:"rows"`

	ProductIdleMB     float64 `json:"productIdleMB"` // the whole product without calls; 0 when not measured
	ControllerIdleMB  float64 `json:"controllerIdleMB"`
	ControllerAfterMB float64 `json:"controllerAfterMB"`
	AsteriskAfterMB   float64 `json:"asteriskAfterMB"`
	QueueAfterMB      float64 `json:"queueAsteriskAfterMB"`
	GoroutinesBefore  int     `json:"goroutinesBefore"`
	GoroutinesAfter   int     `json:"goroutinesAfter"`
	Leftovers         int     `json:"leftovers"` // channels and bridges in both Asterisks
}

// add counts a step into its row.
func (r *report) add(m *measured) *row {
	i := slices.IndexFunc(r.Rows, func(x *row) bool { return x.System == m.System && x.Rate == m.Rate && x.Recorded == m.Recorded })
	if i < 0 {
		r.Rows = append(r.Rows, &row{measured: measured{System: m.System, Rate: m.Rate, Recorded: m.Recorded, Load: m.Load, Reached: m.Reached}})
		i = len(r.Rows) - 1
	}
	x := r.Rows[i]
	x.Rounds++
	x.Calls += m.Calls
	x.Failed += m.Failed
	x.Repeats += m.Repeats
	x.Reached = min(x.Reached, m.Reached)
	x.Busy = max(x.Busy, m.Busy)
	x.AsteriskCPU += m.AsteriskCPU
	x.ControllerCPU += m.ControllerCPU
	x.setup = append(x.setup, m.setup...)
	x.answer = append(x.answer, m.answer...)
	x.SetupP50, x.SetupP95 = ms(percentile(x.setup, 50)), ms(percentile(x.setup, 95))
	x.SetupP99, x.SetupMax = ms(percentile(x.setup, 99)), ms(percentile(x.setup, 100))
	x.AnswerP50, x.AnswerP99 = ms(percentile(x.answer, 50)), ms(percentile(x.answer, 99))
	x.Asterisk = ms(x.AsteriskCPU) / float64(x.Calls)
	x.Controller = ms(x.ControllerCPU) / float64(x.Calls)
	return x
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// good says whether the system kept up: fewer than targetFailed percent of the
// calls failed, and they came at the rate that was meant.
func (m *measured) good() bool {
	return 100*float64(m.Failed) < targetFailed*float64(m.Calls) && m.Reached > 0.95*float64(m.Rate)
}

func (r *report) find(system string, rate int, recorded bool) *row {
	i := slices.IndexFunc(r.Rows, func(x *row) bool { return x.System == system && x.Rate == rate && x.Recorded == recorded })
	if i < 0 {
		return nil
	}
	return r.Rows[i]
}

// highest is the highest rate without recording that a system kept up with.
func (r *report) highest(system string) int {
	best := 0
	for _, x := range r.Rows {
		if x.System == system && !x.Recorded && x.good() {
			best = max(best, x.Rate)
		}
	}
	return best
}

// write prints the report for people.
func (r *report) write(w io.Writer) error {
	fmt.Fprintf(w, "\n%s · %d cores (%s) · %s · fsync %.2f ms · load before %s, after %s\n\n",
		r.At.Format("2006-01-02 15:04"), r.Cores, r.CPU, r.Go, r.SyncMs, r.LoadFirst, r.LoadLast)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "calls/s\trecorded\tthrough\tcalls\tfailed\tsetup p50\tp95\tp99\tmax\tanswer p50\tp99\tCPU Asterisk\tcontroller\tboth\tothers\t")
	fmt.Fprintln(t, "\t\t\t\t\tms\tms\tms\tms\tms\tms\tms/call\tms/call\tms/call\t% of a core\t")
	for _, x := range r.Rows {
		fmt.Fprintf(t, "%d\t%s\t%s\t%d\t%d\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.0f\t\n", x.Rate, yes(x.Recorded), x.System, x.Calls, x.Failed,
			x.SetupP50, x.SetupP95, x.SetupP99, x.SetupMax, x.AnswerP50, x.AnswerP99, x.Asterisk, x.Controller, x.Asterisk+x.Controller, x.Busy)
		if q := r.find(appQueue, x.Rate, x.Recorded); x.System == ringdesk && q != nil {
			fmt.Fprintf(t, "\t\t÷ app_queue\t\t\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t\t%.2f\t\t\n", x.SetupP50/q.SetupP50, x.SetupP95/q.SetupP95,
				x.SetupP99/q.SetupP99, x.SetupMax/q.SetupMax, x.AnswerP50/q.AnswerP50, x.AnswerP99/q.AnswerP99, x.Asterisk/q.Asterisk, (x.Asterisk+x.Controller)/q.Asterisk)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	ours, theirs := r.highest(ringdesk), r.highest(appQueue)
	fmt.Fprintf(w, "\nsetup: INVITE to agent's INVITE. answer: agent's 200 to caller's 200. others: what other programs took meanwhile.\n")
	fmt.Fprintf(w, "Highest rate with < %.1f %% failed: ringdesk %d/s, app_queue %d/s (ratio %.2f)\n", targetFailed, ours, theirs, float64(ours)/float64(max(1, theirs)))
	fmt.Fprintf(w, "Memory: product idle %s; controller before calls %.0f MB, after %.0f MB; its Asterisk after %.0f MB, app_queue's %.0f MB\n",
		r.productIdle(), r.ControllerIdleMB, r.ControllerAfterMB, r.AsteriskAfterMB, r.QueueAfterMB)
	fmt.Fprintf(w, "Left after the last call: goroutines %d (before the first: %d); channels and bridges %d\n\n", r.GoroutinesAfter, r.GoroutinesBefore, r.Leftovers)
	r.writeTargets(w)
	return nil
}

func (r *report) productIdle() string {
	if r.ProductIdleMB == 0 {
		return "not measured"
	}
	return fmt.Sprintf("%.0f MB", r.ProductIdleMB)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func (r *report) writeTargets(w io.Writer) {
	say := func(measured, met bool, what, got string) {
		verdict := "MISSED"
		switch {
		case !measured:
			verdict, got = "not measured", ""
		case met:
			verdict = "met"
		}
		fmt.Fprintf(w, "%-12s  %s  %s\n", verdict, what, got)
	}
	slow := r.find(ringdesk, targetRate, false)
	if slow == nil {
		slow = &row{}
	}
	say(slow.Rounds > 0, slow.SetupP50 <= ms(targetMedian), fmt.Sprintf("setup median at %d/s ≤ %v", targetRate, targetMedian), fmt.Sprintf("%.1f ms", slow.SetupP50))
	say(slow.Rounds > 0, slow.SetupP99 <= ms(targetP99), fmt.Sprintf("setup p99 at %d/s ≤ %v", targetRate, targetP99), fmt.Sprintf("%.1f ms", slow.SetupP99))
	fast := r.find(ringdesk, targetThroughput, false)
	if fast == nil {
		fast = &row{}
	}
	say(fast.Rounds > 0, fast.good(), fmt.Sprintf("%d calls/s with < %.1f %% failed", targetThroughput, targetFailed), fmt.Sprintf("%d of %d failed", fast.Failed, fast.Calls))
	say(r.ProductIdleMB > 0, r.ProductIdleMB < targetIdleMB, fmt.Sprintf("product idle < %.0f MB", targetIdleMB), r.productIdle())
	say(true, r.GoroutinesAfter <= r.GoroutinesBefore && r.Leftovers == 0, "nothing left after the last call", "")
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

func newReport(dir string) (*report, error) {
	r := &report{At: time.Now(), Cores: runtime.NumCPU(), CPU: cpuModel(), Go: runtime.Version(), LoadFirst: loadAverage()}
	d, err := syncTime(dir)
	r.SyncMs = ms(d)
	return r, err
}
