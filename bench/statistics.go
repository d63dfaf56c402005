package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"ringdesk/controller/odata"
	"ringdesk/controller/rawdata"
	"ringdesk/controller/stats"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// What is read that has a target.
const (
	readReport  = "report, 90 days"
	readReports = "report with the time before"
	readCSV     = "CSV"
	readXLSX    = "XLSX of 44 days, parts, too"
)

// workbookDays is of how many days the workbook is: a sheet takes 1,048,575 rows, and there
// are more parts than calls.
const workbookDays = 44

// readings is how often the report is asked for.
const readings = 40

// read is one way to the figures, and the same rows read by plain SQL. Times are in
// milliseconds.
type read struct {
	What  string  `json:"what"`
	Rows  int     `json:"rows"`
	P50   float64 `json:"msP50"`
	P95   float64 `json:"msP95"`
	MB    float64 `json:"mb"`    // the process's most memory meanwhile
	Plain float64 `json:"plain"` // ms of plain SQL, the median
	Load  string  `json:"load"`  // of the machine
	Bytes int     `json:"bytes"` // that came out
}

// counted is what the part with very many calls gave.
type counted struct {
	Calls   int           `json:"calls"`
	Days    int           `json:"days"`
	Seeding time.Duration `json:"seeding"` // in nanoseconds
	Reads   []*read       `json:"reads"`
}

// statisticsPart measures reports, exports and the feed of very many calls. A process of
// its own reads, so that its memory is that of reading.
func (b *run) statisticsPart(ctx context.Context) error {
	file, now := filepath.Join(b.dir, "statistics.db"), time.Now()
	say("Making %d calls of %d days", b.statistics, statisticsDays)
	workspace, err := fillStatistics(ctx, file, b.statistics, now)
	if err != nil {
		return err
	}
	c := &counted{Days: statisticsDays, Seeding: time.Since(now)}
	say("They took %v", c.Seeding.Round(time.Second))
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, "statistics", file, workspace, strconv.FormatInt(now.Unix(), 10))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &c.Reads)
	}
	for _, r := range c.Reads {
		if r.What == readCSV {
			c.Calls = r.Rows
		}
	}
	b.report.Statistics = c
	return err
}

// reader reads the database of the part.
type reader struct {
	ctx       context.Context
	store     *models.Store
	plain     *sql.DB
	workspace string
	now       time.Time
	reads     []*read
}

// readStatistics is the process that reads: its arguments are the database, the
// workspace and when the calls end.
func readStatistics(args []string, out io.Writer) (err error) {
	seconds, err := strconv.ParseInt(args[2], 10, 64)
	if err != nil {
		return err
	}
	r := &reader{ctx: context.Background(), workspace: args[1], now: time.Unix(seconds, 0)}
	if r.store, err = models.Open(args[0]); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.store.Close()) }()
	if r.plain, err = plainSQL(args[0]); err != nil {
		return err
	}
	for _, part := range []func() error{r.reports, r.csv, r.workbook, r.feed} {
		if err := part(); err != nil {
			return err
		}
	}
	return errors.Join(json.NewEncoder(out).Encode(r.reads), r.plain.Close())
}

// measure reads several times, and the same by plain SQL.
func (r *reader) measure(what string, times int, do func() (rows, bytes int, err error), queries ...string) error {
	x := &read{What: what, Load: loadAverage()}
	r.reads = append(r.reads, x)
	var took, plain []time.Duration
	for i := range times {
		debug.FreeOSMemory()
		if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o200); err != nil { // the peak begins anew: proc(5)
			return err
		}
		began := time.Now()
		rows, size, err := do()
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		took, x.Rows, x.Bytes = append(took, time.Since(began)), rows, size
		peak, err := peakMemory()
		if err != nil {
			return err
		}
		x.MB = max(x.MB, peak)
		if i%max(1, times/5) == 0 {
			began = time.Now()
			for _, q := range queries {
				if err := readAll(r.ctx, r.plain, q, r.workspace); err != nil {
					return fmt.Errorf("%s by plain SQL: %w", what, err)
				}
			}
			plain = append(plain, time.Since(began))
		}
	}
	x.P50, x.P95, x.Plain = ms(percentile(took, 50)), ms(percentile(took, 95)), ms(percentile(plain, 50))
	say("%-28s p50 %.1f ms, p95 %.1f ms, %.0f MB, plain SQL %.1f ms", what, x.P50, x.P95, x.MB, x.Plain)
	return nil
}

// peakMemory is the most memory that this process had, in MB.
func peakMemory() (float64, error) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	return kb * 1024 / 1e6, err
}

// readAll reads all rows of a query and does nothing with them.
func readAll(ctx context.Context, db *sql.DB, query, workspace string) error {
	rows, err := db.QueryContext(ctx, query, workspace)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values := make([]sql.RawBytes, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// reports asks for 90 days, alone and with the period before, as the dashboard does.
func (r *reader) reports() error {
	day := func(ago int) string { return r.now.AddDate(0, 0, -ago).Format(time.DateOnly) }
	f := models.SumFilter{Workspace: r.workspace, From: day(statisticsDays - 1), To: day(0)}
	ask := func(fs ...models.SumFilter) func() (int, int, error) {
		return func() (int, int, error) {
			n := 0
			for _, f := range fs {
				report, err := stats.Ask(r.ctx, r.store, f, 20*time.Second)
				if err != nil {
					return 0, 0, err
				}
				n += int(report.Total.Calls)
			}
			return n, 0, nil
		}
	}
	before := f
	before.From, before.To = day(2*statisticsDays-1), day(statisticsDays)
	sums := []string{"SELECT day, hour, direction, SUM(calls), SUM(answered), SUM(missed), SUM(waited), SUM(talk_ms) FROM hour_sums WHERE workspace_id = ? GROUP BY 1, 2, 3",
		"SELECT reason, SUM(calls) FROM reason_sums WHERE workspace_id = ? GROUP BY 1", "SELECT day, seconds, SUM(waits), SUM(rings) FROM wait_sums WHERE workspace_id = ? GROUP BY 1, 2",
		"SELECT agent_id, direction, SUM(took), SUM(ring_ms), SUM(talk_ms) FROM agent_sums WHERE workspace_id = ? GROUP BY 1, 2"}
	if err := r.measure(readReport, readings, ask(f), sums...); err != nil {
		return err
	}
	if err := r.measure(readReports, readings, ask(f, before), sums...); err != nil {
		return err
	}
	return r.measure("the same without sums", 3, ask(f), `SELECT started_at / 3600000000, direction, COUNT(*), SUM(outcome = 'answered'), SUM(state = 'missed'), SUM(talk_ms), SUM(hold_ms)
		FROM call_facts WHERE workspace_id = ? GROUP BY 1, 2`, "SELECT agent_id, SUM(ring_ms), SUM(talk_ms) FROM agent_facts WHERE workspace_id = ? GROUP BY 1")
}

// plainCalls reads what an export of calls reads.
const plainCalls = `SELECT f.*, c.from_number, c.to_number, n.number, n.label, o.name, a.name, s.name, t.name
	FROM call_facts f JOIN calls c ON c.id = f.call_id LEFT JOIN numbers n ON n.id = f.number_id LEFT JOIN contacts o ON o.id = f.contact_id
	LEFT JOIN agents a ON a.id = f.agent_id LEFT JOIN conversations v ON v.id = f.conversation_id LEFT JOIN agents s ON s.id = v.assignee_id
	LEFT JOIN teams t ON t.id = f.team_id WHERE f.workspace_id = ? ORDER BY f.started_at, f.call_id`

// weight counts what is written.
type weight int

func (w *weight) Write(p []byte) (int, error) {
	*w += weight(len(p))
	return len(p), nil
}

// export writes the calls of the last days.
func (r *reader) export(days int, q rawdata.Request) func() (int, int, error) {
	q.From, q.To, q.Reason = r.now.AddDate(0, 0, -days), r.now.AddDate(0, 0, 1), "a measurement"
	exports := &rawdata.Exports{Store: r.store, Now: time.Now}
	return func() (int, int, error) {
		x, err := exports.Begin(r.ctx, verb.Operator, r.workspace, q)
		if err != nil {
			return 0, 0, err
		}
		var w weight
		err = x.Write(r.ctx, &w)
		return x.Rows, int(w), err
	}
}

func (r *reader) csv() error {
	return r.measure(readCSV, 1, r.export(statisticsDays+1, rawdata.Request{Table: rawdata.Calls}), plainCalls)
}

func (r *reader) workbook() error {
	since := fmt.Sprintf("WHERE f.workspace_id = ? AND f.started_at >= %d ", r.now.AddDate(0, 0, -workbookDays).UnixMicro())
	calls := strings.Replace(plainCalls, "WHERE f.workspace_id = ? ", since, 1)
	parts := "SELECT p.* FROM call_facts f JOIN agent_facts p ON p.call_id = f.call_id " + since + "ORDER BY f.started_at, f.call_id, p.part"
	return r.measure(readXLSX, 1, r.export(workbookDays, rawdata.Request{Workbook: true}), calls, parts)
}

// feed reads all pages of the calls (STAT-5).
func (r *reader) feed() error {
	service := odata.New(r.store, func() time.Time { return r.now })
	return r.measure("OData, all calls", 1, func() (rows, size int, err error) {
		query := ""
		for {
			a, err := service.Ask(r.ctx, verb.Operator, r.workspace, odata.Request{Root: "http://localhost/odata/v4/", Path: "Calls", Query: query, Accept: "application/json"})
			if err != nil {
				return 0, 0, err
			}
			body := bytes.NewBufferString(a.Body)
			if a.Stream != nil {
				if err := a.Stream(r.ctx, body); err != nil {
					return 0, 0, err
				}
			}
			size += body.Len()
			rows += bytes.Count(body.Bytes(), []byte(`"callId":`))
			_, link, more := bytes.Cut(body.Bytes(), []byte(`"@odata.nextLink":"`))
			if !more {
				return rows, size, nil
			}
			link, _, _ = bytes.Cut(link, []byte(`"`))
			next, err := url.Parse(strings.ReplaceAll(string(link), `\u0026`, "&"))
			if err != nil {
				return 0, 0, err
			}
			query = next.RawQuery
		}
	}, plainCalls)
}

func (r *report) writeStatistics(w io.Writer) {
	c := r.Statistics
	if c == nil {
		return
	}
	fmt.Fprintf(w, "\nSTATISTICS: %d calls of %d days on SQLite; the same rows read by plain SQL, which does nothing with them\n\n", c.Calls, c.Days)
	fmt.Fprintln(w, "read\tcalls\tp50\tp95\tplain SQL\t÷\tmemory\tcame out\tload\t")
	fmt.Fprintln(w, "\t\tms\tms\tms\t\tMB\tMB\t\t")
	for _, x := range c.Reads {
		fmt.Fprintf(w, "%s\t%d\t%.1f\t%.1f\t%.1f\t%.2f\t%.0f\t%.1f\t%s\t\n", x.What, x.Rows, x.P50, x.P95, x.Plain, x.P50/x.Plain, x.MB, float64(x.Bytes)/1e6, x.Load)
	}
	fmt.Fprintf(w, "\nThe data took %.0f s to make. The third row's plain SQL adds up the facts instead of the sums of days.\n", c.Seeding.Seconds())
}

func (r *report) statisticsVerdicts() (vs []verdict) {
	reads := map[string]*read{}
	if r.Statistics != nil {
		for _, x := range r.Statistics.Reads {
			reads[x.What] = x
		}
	}
	for _, what := range []string{readReport, readReports} {
		x, measured := reads[what]
		if !measured {
			x = &read{}
		}
		vs = append(vs, verdict{measured: measured, what: fmt.Sprintf("statistics: %s, p95 ≤ %v", what, targetReport), got: x.P95, limit: ms(targetReport), format: "%.1f ms"})
	}
	for _, what := range []string{readCSV, readXLSX} {
		x, measured := reads[what]
		if !measured {
			x = &read{}
		}
		vs = append(vs, verdict{measured: measured, what: fmt.Sprintf("statistics: %s in ≤ %.0f MB", what, targetExportMB), got: x.MB, limit: targetExportMB, format: "%.0f MB"})
	}
	return vs
}
