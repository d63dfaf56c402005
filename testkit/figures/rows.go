package figures

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"ringdesk/controller/rawdata"
	"ringdesk/controller/spreadsheet"
	"ringdesk/controller/stats"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// callRow is a call as some table tells of it.
type callRow struct {
	id, direction, state, outcome, reason string
	started, waited, rang, answered       time.Time
	ended, closed                         time.Time
	greeting, ring, dial, talk, hold      int64 // ms
	first                                 int64 // ms
	invitations, transfers, holds         int64
	callback, voicemail                   bool
	grade                                 int64
}

// partRow is an agent's part in a call.
type partRow struct {
	call, agent, way, end        string
	answered                     bool
	ring, dial, talk, hold, wrap int64 // ms
	wrapped                      bool
}

// ofFacts are the rows of the facts themselves.
func ofFacts(all []stats.Facts) (calls []callRow, parts []partRow) {
	for _, f := range all {
		c := f.Call
		calls = append(calls, callRow{id: c.CallID, direction: c.Direction, state: c.State, outcome: c.Outcome, reason: c.MissedReason,
			started: c.StartedAt.Time, waited: c.WaitedAt.Time, rang: c.RangAt.Time, answered: c.AnsweredAt.Time, ended: c.EndedAt.Time, closed: c.ClosedAt.Time,
			greeting: c.GreetingMS, ring: c.RingMS, dial: c.DialMS, talk: c.TalkMS, hold: c.HoldMS, first: c.WaitMS,
			invitations: int64(c.Invitations), transfers: int64(c.Transfers), callback: c.CallbackAsked, voicemail: c.Voicemail, grade: int64(c.Grade)})
		for _, p := range f.Agents {
			parts = append(parts, partRow{call: p.CallID, agent: p.AgentID, way: p.Way, end: p.End, answered: p.Answered, ring: p.RingMS, dial: p.DialMS, talk: p.TalkMS,
				hold: p.HoldMS, wrap: p.WrapUpMS, wrapped: p.WrapUpEnd != ""})
		}
	}
	return calls, parts
}

// OfRawData is the report that the exported tables of a day give, and how often customers
// were put on hold in them.
func OfRawData(ctx context.Context, store *models.Store, workspace string, day time.Time, zone *time.Location, within time.Duration) (stats.Report, int64, error) {
	date := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)
	calls, parts, err := ofRawData(ctx, store, workspace, date, date)
	var holds int64
	for _, c := range calls {
		holds += c.holds
	}
	return count(calls, parts, zone, within), holds, err
}

// ofRawData are the rows of the tables that are exported as CSV (STAT-4).
func ofRawData(ctx context.Context, store *models.Store, workspace string, from, to time.Time) (calls []callRow, parts []partRow, err error) {
	exports := &rawdata.Exports{Store: store, Now: time.Now}
	read := func(t rawdata.Table, row func(r record)) error {
		x, err := exports.Begin(ctx, verb.Operator, workspace, rawdata.Request{From: from, To: to, Table: t, Reason: "a comparison"})
		if err != nil {
			return err
		}
		in, out := io.Pipe()
		go func() { out.CloseWithError(x.Write(ctx, out)) }()
		return readCSV(in, row)
	}
	err = read(rawdata.Calls, func(r record) {
		calls = append(calls, callRow{id: r.text("callId"), direction: r.text("direction"), state: r.text("state"), outcome: r.text("outcome"),
			reason: strings.ReplaceAll(r.text("missedReason"), "userleft", "userLeft"), started: r.at("startedAt"), waited: r.at("waitedAt"), rang: r.at("rangAt"),
			answered: r.at("answeredAt"), ended: r.at("endedAt"), closed: r.at("closedAt"), greeting: r.ms("greeting"), ring: r.ms("ring"), dial: r.ms("dial"),
			talk: r.ms("talk"), hold: r.ms("hold"), first: r.ms("firstResponse"), invitations: r.number("invitations"), transfers: r.number("transfers"), holds: r.number("holds"),
			callback: r.text("callbackAsked") == "true", voicemail: r.text("voicemailLeft") == "true", grade: r.number("grade")})
		if d := r.ms("duration"); d != calls[len(calls)-1].talk {
			calls[len(calls)-1].talk = -d
		}
	})
	if err == nil {
		err = read(rawdata.AgentParts, func(r record) {
			parts = append(parts, partRow{call: r.text("callId"), agent: r.text("agentId"), way: r.text("way"), end: r.text("end"), answered: r.text("answered") == "true",
				ring: r.ms("ring"), dial: r.ms("dial"), talk: r.ms("talk"), hold: r.ms("hold"), wrap: r.ms("wrapUp"), wrapped: r.text("wrapUp") != ""})
		})
	}
	return calls, parts, err
}

// record is a row of a CSV by its columns. What cannot be read panics: the test fails.
type record map[string]string

func readCSV(in io.Reader, row func(record)) error {
	mark := make([]byte, len(spreadsheet.Mark))
	if _, err := io.ReadFull(in, mark); err != nil || string(mark) != spreadsheet.Mark {
		return fmt.Errorf("the CSV begins with %q (%v)", mark, err)
	}
	r := csv.NewReader(in)
	head, err := r.Read()
	if err != nil {
		return err
	}
	for {
		line, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		rec := record{}
		for i, name := range head {
			rec[name] = line[i]
		}
		row(rec)
	}
}

func (r record) text(column string) string {
	v, is := r[column]
	if !is {
		panic("there is no column " + column)
	}
	return v
}

func (r record) at(column string) time.Time {
	if r.text(column) == "" {
		return time.Time{}
	}
	return must(time.Parse("2006-01-02T15:04:05.000Z07:00", r[column]))
}

// ms reads seconds.
func (r record) ms(column string) int64 {
	if r.text(column) == "" {
		return 0
	}
	return must(strconv.ParseInt(strings.Replace(r[column], ".", "", 1), 10, 64))
}

func (r record) number(column string) int64 {
	if r.text(column) == "" {
		return 0
	}
	return must(strconv.ParseInt(r[column], 10, 64))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
