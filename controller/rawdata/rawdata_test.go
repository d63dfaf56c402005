package rawdata_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"ringdesk/controller/people"
	"ringdesk/controller/rawdata"
	"ringdesk/controller/reason"
	"ringdesk/controller/seed"
	"ringdesk/controller/stats"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

const conversations = 600 // more than one page

var (
	now  = time.Date(2026, 11, 27, 17, 30, 0, 0, time.UTC)
	from = now.AddDate(0, 0, -40).Truncate(24 * time.Hour)
	to   = now.AddDate(0, 0, 2).Truncate(24 * time.Hour)
)

// business is a store with the facts of a business that has so many conversations.
func business(t *testing.T, conversations int) (store *models.Store, workspace string) {
	t.Helper()
	store, err := models.Open(filepath.Join(t.TempDir(), "ringdesk.db"))
	must(t, err)
	t.Cleanup(func() { _ = store.Close() })
	at := models.At(now.AddDate(-1, 0, 0))
	must(t, store.Tx(t.Context(), func(tx *models.Tx) error {
		workspace, _, err = people.AddWorkspace(tx, verb.Operator, people.NewWorkspace{Name: "Spring", Country: "KR", TimeZone: "Asia/Seoul"},
			people.Person{Email: "owner@spring.example", Name: "Olivia", PasswordHash: "x", Locale: "ko", Role: "owner"}, at)
		if err != nil {
			return err
		}
		trunk := models.Trunk{ID: models.NewID(), WorkspaceID: workspace, Name: "carrier", CreatedAt: at}
		number := models.Number{ID: models.NewID(), WorkspaceID: workspace, TrunkID: trunk.ID, Number: "+827076660001", Label: "=cmd|' /C calc'!A0", Settings: "{}", Outbound: "{}", CreatedAt: at}
		return errors.Join(tx.AddTrunk(trunk, []string{"192.0.2.1"}), tx.AddNumber(number))
	}))
	_, err = seed.Fill(t.Context(), store, seed.Options{Conversations: conversations, Contacts: 120, Days: 20, Seed: 7, Now: now})
	must(t, err)
	must(t, stats.NewKeeper(store, slog.New(slog.DiscardHandler), "one", func() time.Time { return now }).Pass(t.Context()))
	return store, workspace
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// export gives a table as it is written.
func export(t *testing.T, store *models.Store, workspace string, r rawdata.Request) []byte {
	t.Helper()
	exports := &rawdata.Exports{Store: store, Now: func() time.Time { return now }}
	r.From, r.To, r.Reason = from, to, "the auditors want it"
	x, err := exports.Begin(t.Context(), verb.By{Workspace: workspace, Role: "admin"}, workspace, r)
	must(t, err)
	var out bytes.Buffer
	must(t, x.Write(t.Context(), &out))
	return out.Bytes()
}

// The CSV has a row for each call, in their order, whose figures are the report's; what
// a spreadsheet would take for a formula is none, and Hangul stays.
//
// Covers: STAT-4, STAT-0.
func TestCSV(t *testing.T) {
	store, workspace := business(t, conversations)
	raw := export(t, store, workspace, rawdata.Request{Table: rawdata.Calls})
	body, marked := bytes.CutPrefix(raw, []byte("\ufeff"))
	if !marked || !bytes.Contains(body, []byte("\r\n")) {
		t.Error("it is not as RFC 4180 and spreadsheets want it")
	}
	rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
	must(t, err)
	if len(rows) != conversations+1 {
		t.Fatalf("%d rows", len(rows)-1)
	}
	head := rows[0]
	if strings.Join(head[:3], " ") != "direction missedReason duration" {
		t.Errorf("the head begins with %v", head[:3])
	}
	at := func(row []string, name string) string { return row[slices.Index(head, name)] }
	var talk, missed int64
	seen, last, hangul, userleft := map[string]bool{}, "", false, false
	for _, row := range rows[1:] {
		began := at(row, "startedAt")
		if seen[at(row, "callId")] || began < last || !strings.HasSuffix(began, "+09:00") {
			t.Errorf("call %s at %s after %s", at(row, "callId"), began, last)
		}
		seen[at(row, "callId")], last = true, began
		if at(row, "outcome") == "answered" {
			talk += seconds(t, at(row, "talk"))
		}
		if at(row, "state") == "missed" {
			missed++
		}
		hangul = hangul || strings.ContainsFunc(at(row, "contact"), func(r rune) bool { return r >= '가' && r <= '힣' })
		userleft = userleft || at(row, "missedReason") == "userleft"
		if label := at(row, "numberLabel"); label != "'=cmd|' /C calc'!A0" && strings.HasPrefix(label, "=") {
			t.Errorf("a formula: %s", label)
		}
		var sum int64
		for _, phase := range []string{"greeting", "queue", "ring", "dial", "talk", "voicemail", "survey"} {
			sum += seconds(t, at(row, phase))
		}
		if sum != seconds(t, at(row, "total")) {
			t.Errorf("phases of %d ms in %s s", sum, at(row, "total"))
		}
	}
	if !hangul || !userleft {
		t.Errorf("Hangul %v, userleft %v", hangul, userleft)
	}
	report, err := stats.Ask(t.Context(), store, models.SumFilter{Workspace: workspace, From: "2026-01-01", To: "2026-12-31"}, 20*time.Second)
	must(t, err)
	if report.Total.Calls != conversations || report.Total.TalkMS != talk || report.Total.Missed != missed {
		t.Errorf("%d missed and %d ms of talk, the report says %+v", missed, talk, report.Total)
	}

	parts, err := csv.NewReader(bytes.NewReader(export(t, store, workspace, rawdata.Request{Table: rawdata.AgentParts, Columns: []string{"callId", "way", "ring"}})[3:])).ReadAll()
	must(t, err)
	if strings.Join(parts[0], " ") != "callId way ring" {
		t.Errorf("the columns are %v", parts[0])
	}
	var ring int64
	for _, p := range parts[1:] {
		ring += seconds(t, p[slices.Index(parts[0], "ring")])
		if !seen[p[0]] {
			t.Errorf("a part in call %s", p[0])
		}
	}
	var want int64
	for _, a := range report.Agents {
		want += a.RingMS
	}
	if ring != want {
		t.Errorf("phones rang for %d ms, the report says %d", ring, want)
	}
}

// seconds reads a time in milliseconds.
func seconds(t *testing.T, text string) int64 {
	t.Helper()
	s, err := strconv.ParseFloat(text, 64)
	must(t, err)
	return int64(s*1000 + 0.5)
}

// The workbook has the same rows with real dates, durations and texts.
//
// Covers: STAT-4.
func TestWorkbook(t *testing.T) {
	store, workspace := business(t, conversations)
	f, err := excelize.OpenReader(bytes.NewReader(export(t, store, workspace, rawdata.Request{Workbook: true, Columns: []string{"duration", "startedAt", "numberLabel", "grade"}})))
	must(t, err)
	defer func() { must(t, f.Close()) }()
	if sheets := strings.Join(f.GetSheetList(), ", "); sheets != "UserChat meet data, Agents, Definitions" {
		t.Errorf("sheets %s", sheets)
	}
	rows, err := f.GetRows("UserChat meet data")
	must(t, err)
	if len(rows) != conversations+1 || strings.Join(rows[0], " ") != "duration startedAt numberLabel grade" {
		t.Fatalf("%d rows, %v", len(rows)-1, rows[0])
	}
	first, err := store.RawCalls(t.Context(), models.RawFilter{Workspace: workspace, From: from, To: to, Limit: 1})
	must(t, err)
	serial, err := f.GetCellValue("UserChat meet data", "B2", excelize.Options{RawCellValue: true})
	must(t, err)
	days, err := strconv.ParseFloat(serial, 64)
	must(t, err)
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.FixedZone("", 9*3600)) // ECMA-376 part 1, 18.17.4
	if want := first[0].StartedAt.Sub(epoch).Hours() / 24; days-want > 1e-8 || want-days > 1e-8 {
		t.Errorf("the first began at %v, want %v", days, want)
	}
	for cell, want := range map[string]excelize.CellType{"A2": excelize.CellTypeUnset, "B2": excelize.CellTypeUnset, "C2": excelize.CellTypeInlineString} {
		if got, err := f.GetCellType("UserChat meet data", cell); err != nil || got != want {
			t.Errorf("cell %s is of type %v, %v", cell, got, err)
		}
	}
	if formula, err := f.GetCellFormula("UserChat meet data", "C2"); err != nil || formula != "" {
		t.Errorf("a formula %q, %v", formula, err)
	}
	if parts, err := f.GetRows("Agents"); err != nil || len(parts) < conversations/2 {
		t.Errorf("%d agents' parts, %v", len(parts), err)
	}
}

// Nobody exports without a reason, a right and a period; who does is written down.
//
// Covers: STAT-4, SEC-6.
func TestBegin(t *testing.T) {
	store, workspace := business(t, 5)
	exports := &rawdata.Exports{Store: store, Now: func() time.Time { return now }}
	good := rawdata.Request{From: from, To: to, Table: rawdata.Calls, Reason: "the auditors want it"}
	admin := verb.By{Workspace: workspace, Role: "admin"}
	for field, change := range map[string]func(*rawdata.Request){
		"reason": func(r *rawdata.Request) { r.Reason = "  " }, "to": func(r *rawdata.Request) { r.To = from.AddDate(0, 0, -1) },
		"columns": func(r *rawdata.Request) { r.Columns = []string{"callId", "joinedAt"} }, // it is the other table's
	} {
		r := good
		change(&r)
		var no *verb.Refusal
		if _, err := exports.Begin(t.Context(), admin, workspace, r); !errors.As(err, &no) || no.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := exports.Begin(t.Context(), verb.By{Workspace: workspace, Role: "agent"}, workspace, good); err == nil {
		t.Error("an agent may export")
	}
	x, err := exports.Begin(t.Context(), admin, workspace, good)
	must(t, err)
	if x.Rows != 5 {
		t.Errorf("%d rows are promised", x.Rows)
	}
	log, err := store.Audit(t.Context(), workspace, models.AuditFilter{Limit: 1})
	if err != nil || len(log) != 1 || log[0].Name != "ringdesk_calls_2026-10-18_2026-11-29.csv" || !strings.Contains(log[0].Changes, "the auditors want it") {
		t.Errorf("the audit log says %+v, %v", log, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := x.Write(ctx, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("one that was cancelled: %v", err)
	}
}

// Of a workspace two exports run at a time; who asks for a third is told to wait, until
// one has ended, however it did.
//
// Covers: STAT-4, SEC-4.
func TestExportsAtATime(t *testing.T) {
	store, workspace := business(t, 5)
	exports := &rawdata.Exports{Store: store, Now: func() time.Time { return now }}
	begin := func() (*rawdata.Export, error) {
		return exports.Begin(t.Context(), verb.By{Workspace: workspace, Role: "admin"}, workspace, rawdata.Request{From: from, To: to, Table: rawdata.Calls, Reason: "why not"})
	}
	first, err := begin()
	must(t, err)
	_, err = begin()
	must(t, err)
	var no *verb.Refusal
	if _, err := begin(); !errors.As(err, &no) || no.Kind != verb.Busy || no.Word != reason.ExportsRunning || no.Params["max"] != "2" {
		t.Errorf("a third: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := first.Write(ctx, io.Discard); err == nil {
		t.Error("one that was cancelled went on")
	}
	if _, err := begin(); err != nil {
		t.Errorf("after one has ended: %v", err)
	}
}
