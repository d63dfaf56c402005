// Package rawdata writes what statistics are made of as tables for other programs: one
// row per call, and one per agent's part in a call (STAT-4).
package rawdata

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/spreadsheet"
	"ringdesk/controller/verb"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// Longest is how many days one export may be of.
const Longest = 366

// atOnce is how many rows are read at a time.
const atOnce = 500

// Table is what there is one row of.
type Table string

// The tables of a CSV; a workbook has both.
const (
	Calls      Table = "calls"
	AgentParts Table = "agents"
)

// Request is what somebody wants to have, and why.
type Request struct {
	From, To time.Time // days, both meant
	Workbook bool      // as XLSX instead of CSV
	Table    Table     // of a CSV
	Columns  []string  // of the table, of a workbook of its calls; nil means all
	Reason   string    // goes into the audit log
}

// Export is a request that was allowed and written down. It must be written, since it
// counts among those that run until then.
type Export struct {
	Name     string // of the file
	Rows     int    // calls, when it was asked for
	request  Request
	store    *models.Store
	work     string // workspace
	zone     *time.Location
	from, to time.Time
	ofCalls  []column[callRow]
	ofParts  []column[models.RawAgentPart]
	done     func()
}

// Exports carries requests out.
type Exports struct {
	Store *models.Store
	Now   func() time.Time

	running running
}

// Begin looks whether a request can be met, and writes down who asks for what and why
// (SEC-6).
func (e *Exports) Begin(ctx context.Context, by verb.By, workspace string, r Request) (*Export, error) {
	if err := by.NeedAdmin("export raw data"); err != nil {
		return nil, err
	}
	return e.begin(ctx, by, workspace, r)
}

func (e *Exports) begin(ctx context.Context, by verb.By, workspace string, r Request) (_ *Export, err error) {
	r.Reason = strings.TrimSpace(r.Reason)
	days := int(r.To.Sub(r.From).Hours()/24) + 1
	switch {
	case r.Reason == "":
		return nil, verb.Refuse(verb.Invalid, "reason", "Say what the data is for: it is written into the audit log.").Because(reason.Required)
	case days < 1 || days > Longest:
		return nil, verb.Refuse(verb.Invalid, "to", "to must not be before from, and at most %d days after it.", Longest).Because(reason.BadPeriod, "days", fmt.Sprint(Longest))
	}
	x, err := e.prepare(ctx, workspace, r)
	if err != nil {
		return nil, err
	}
	if x.done, err = e.running.begin(workspace); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			x.done()
		}
	}()
	return x, e.Store.Tx(ctx, func(tx *models.Tx) error {
		return audit.Write(tx, by, workspace, e.Now(), audit.Entry{Action: audit.Exported, Kind: audit.RawData, Name: x.Name,
			Changes: audit.Diff(nil, audit.Fields{"reason": r.Reason, "rows": x.Rows})})
	})
}

// prepare finds out what a request is about.
func (e *Exports) prepare(ctx context.Context, workspace string, r Request) (*Export, error) {
	w, err := e.Store.Workspace(ctx, workspace)
	if err != nil {
		return nil, err
	}
	zone := dialplan.Location(w.TimeZone)
	x := &Export{request: r, store: e.Store, work: workspace, zone: zone, from: midnight(r.From, zone), to: midnight(r.To.AddDate(0, 0, 1), zone),
		ofCalls: callColumns, ofParts: partColumns}
	if r.Table == AgentParts && !r.Workbook {
		x.ofParts, err = chosen(partColumns, r.Columns)
	} else {
		x.ofCalls, err = chosen(callColumns, r.Columns)
	}
	if err != nil {
		return nil, err
	}
	if x.Rows, err = e.Store.CountFacts(ctx, workspace, x.from, x.to); err != nil {
		return nil, err
	}
	period := r.From.Format(time.DateOnly) + "_" + r.To.Format(time.DateOnly)
	if !r.Workbook {
		x.Name = "ringdesk_" + string(r.Table) + "_" + period + ".csv"
		return x, nil
	}
	x.Name = "ringdesk_" + period + ".xlsx"
	parts, err := e.Store.CountAgentFacts(ctx, workspace, x.from, x.to)
	if err == nil && max(parts, x.Rows) > spreadsheet.MostRows {
		err = verb.Refuse(verb.Invalid, "to", "A sheet takes at most %d rows: choose a shorter period, or CSV.", spreadsheet.MostRows).Because(reason.TooManyRows, "max", fmt.Sprint(spreadsheet.MostRows))
	}
	return x, err
}

// Write writes the table. It reads a page at a time, so that its memory does not grow
// with the rows.
func (x *Export) Write(ctx context.Context, out io.Writer) error {
	defer x.done()
	if x.request.Workbook {
		return x.workbook(ctx, out)
	}
	return x.csv(ctx, out)
}

func midnight(day time.Time, zone *time.Location) time.Time {
	return dialplan.DayBegins(day.Year(), day.Month(), day.Day(), zone)
}

// calls hands over all calls, in the order of their beginning.
func (x *Export) calls(ctx context.Context, do func([]any) error) error {
	f := models.RawFilter{Workspace: x.work, From: x.from, To: x.to, Limit: atOnce}
	for {
		rows, err := x.store.RawCalls(ctx, f)
		if err != nil || len(rows) == 0 {
			return err
		}
		conversations := make([]string, len(rows))
		for i, r := range rows {
			conversations[i] = r.ConversationID
		}
		tags, err := x.store.TagsOf(ctx, conversations)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := do(cells(x.ofCalls, &callRow{r, tags[r.ConversationID]})); err != nil {
				return err
			}
		}
		last := rows[len(rows)-1]
		f.From, f.After = last.StartedAt.Time, last.CallID
	}
}

// parts hands over all agents' parts, in the order of their calls' beginning.
func (x *Export) parts(ctx context.Context, do func([]any) error) error {
	f := models.RawFilter{Workspace: x.work, From: x.from, To: x.to, Limit: atOnce}
	for {
		rows, err := x.store.RawAgentParts(ctx, f)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			if err := do(cells(x.ofParts, &r)); err != nil {
				return err
			}
		}
		last := rows[len(rows)-1]
		f.From, f.After, f.AfterPart = last.CallStartedAt.Time, last.CallID, last.Part
	}
}
