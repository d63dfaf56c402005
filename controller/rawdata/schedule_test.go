package rawdata_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/bucket"
	"ringdesk/controller/rawdata"
	"ringdesk/models"
	"ringdesk/testkit/s3test"
)

// planned is a schedule of a business in Seoul, whose clock a test sets.
type planned struct {
	*rawdata.Schedule
	t         *testing.T
	now       time.Time
	workspace string
	store     *models.Store
}

func schedule(t *testing.T, of rawdata.Period) *planned {
	t.Helper()
	p := &planned{t: t, now: now}
	p.store, p.workspace = business(t, 5)
	p.Schedule = &rawdata.Schedule{Exports: &rawdata.Exports{Store: p.store, Now: func() time.Time { return p.now }}, At: "30 2 * * *", Of: of, Workbook: true, Reason: "the ledger", Folder: t.TempDir()}
	return p
}

// run carries out what is due, and tells whether there was anything.
func (p *planned) run(at string) (due bool, err error) {
	p.t.Helper()
	p.now, err = time.Parse(time.RFC3339, at)
	must(p.t, err)
	due, err = p.Due(p.t.Context(), p.now)
	must(p.t, err)
	return due, p.Run(p.t.Context(), p.now, false, func() error { return nil })
}

// files are those of the workspace.
func (p *planned) files() []string {
	p.t.Helper()
	list, err := os.ReadDir(filepath.Join(p.Folder, p.workspace))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		p.t.Fatal(err)
	}
	var names []string
	for _, f := range list {
		names = append(names, f.Name())
	}
	return names
}

// A schedule begins with the next time, in the workspace's time zone; times that nobody
// was there for are caught up, each once; each is in the audit log.
//
// Covers: STAT-4, ADM-4, SEC-6.
func TestSchedule(t *testing.T) {
	p := schedule(t, rawdata.Day)
	for _, step := range []struct {
		at  string
		due bool
		are []string
	}{
		{"2026-11-27T17:31:00Z", true, nil}, // 2:31 in Seoul, and nobody has missed anything
		{"2026-11-27T23:00:00Z", false, nil},
		{"2026-11-28T17:29:00Z", false, nil},
		{"2026-11-28T17:30:00Z", true, []string{"ringdesk_2026-11-28_2026-11-28.xlsx"}},
		{"2026-11-28T17:31:00Z", false, []string{"ringdesk_2026-11-28_2026-11-28.xlsx"}},
		{"2026-12-01T18:00:00Z", true, []string{"ringdesk_2026-11-28_2026-11-28.xlsx", "ringdesk_2026-11-29_2026-11-29.xlsx", "ringdesk_2026-11-30_2026-11-30.xlsx", "ringdesk_2026-12-01_2026-12-01.xlsx"}},
	} {
		due, err := p.run(step.at)
		if err != nil || due != step.due || !slices.Equal(p.files(), step.are) {
			t.Errorf("%s: due %v, files %v, %v", step.at, due, p.files(), err)
		}
	}
	next, err := p.Next(t.Context(), p.now)
	if err != nil || !next.Equal(time.Date(2026, 12, 2, 17, 30, 0, 0, time.UTC)) {
		t.Errorf("next at %v, %v", next, err)
	}
	log, err := p.store.Audit(t.Context(), p.workspace, models.AuditFilter{Limit: 10})
	must(t, err)
	if exported := slices.IndexFunc(log, func(e models.AuditEntry) bool { return e.Action != "exported" }); exported != 4 || log[0].ByKind != "system" || log[0].Action != "exported" || !strings.Contains(log[0].Changes, "the ledger") {
		t.Errorf("%d entries in the audit log: %+v", len(log), log)
	}
}

// Weeks end on Sunday, months with their last day; CSV has a file of each table.
//
// Covers: STAT-4.
func TestSchedule_Periods(t *testing.T) {
	for of, want := range map[rawdata.Period]string{
		rawdata.Day:   "ringdesk_agents_2027-02-28_2027-02-28.csv ringdesk_calls_2027-02-28_2027-02-28.csv",
		rawdata.Week:  "ringdesk_agents_2027-02-22_2027-02-28.csv ringdesk_calls_2027-02-22_2027-02-28.csv",
		rawdata.Month: "ringdesk_agents_2027-02-01_2027-02-28.csv ringdesk_calls_2027-02-01_2027-02-28.csv",
	} {
		p := schedule(t, of)
		p.At, p.Workbook = "0 4 1 * *", false
		_, err := p.run("2027-02-10T00:00:00Z")
		must(t, err)
		if due, err := p.run("2027-02-28T19:00:00Z"); err != nil || !due || strings.Join(p.files(), " ") != want { // Monday, 1 March, 4:00 in Seoul
			t.Errorf("%s: due %v, files %v, %v", of, due, p.files(), err)
		}
	}
}

// What fails leaves no half file, is tried again after a while and then done, with what
// came after it.
//
// Covers: STAT-4, ADM-4.
func TestSchedule_Fails(t *testing.T) {
	p := schedule(t, rawdata.Day)
	_, err := p.run("2026-11-27T17:31:00Z")
	must(t, err)
	good := p.Folder
	p.Folder = filepath.Join(good, "file")
	must(t, os.WriteFile(p.Folder, nil, 0o600))
	if _, err := p.run("2026-11-28T17:30:00Z"); err == nil {
		t.Error("where no folder is something was written")
	}
	if due, err := p.run("2026-11-28T17:40:00Z"); due || err != nil {
		t.Errorf("ten minutes later: %v, %v", due, err)
	}
	p.Folder = good
	p.Bucket = broken{}
	if due, err := p.run("2026-11-28T17:46:00Z"); !due || !errors.Is(err, errBroken) || len(p.files()) != 0 {
		t.Errorf("into a broken storage: %v, %v, and %v are left", due, err, p.files())
	}
	p.Bucket = nil
	if due, err := p.run("2026-11-29T17:30:00Z"); !due || err != nil || strings.Join(p.files(), " ") != "ringdesk_2026-11-28_2026-11-28.xlsx ringdesk_2026-11-29_2026-11-29.xlsx" {
		t.Errorf("the day after: %v, %v, %v", due, p.files(), err)
	}
}

var errBroken = errors.New("the storage is broken")

type broken struct{ rawdata.Bucket }

// Put fails.
func (broken) Put(context.Context, string, *os.File) error { return errBroken }

// Files go to the storage, and stay nowhere else.
//
// Covers: STAT-4, SYS-2.
func TestSchedule_Storage(t *testing.T) {
	p, s := schedule(t, rawdata.Month), s3test.New(t)
	b, err := bucket.New(s.Options())
	must(t, err)
	p.Bucket = b
	must(t, p.Run(t.Context(), p.now, true, func() error { return nil }))
	if names := strings.Join(s.Names(t), " "); names != "exports/"+p.workspace+"/ringdesk_2026-10-01_2026-10-31.xlsx" || len(p.files()) != 0 {
		t.Errorf("in the storage %s, in the folder %v", names, p.files())
	}
}
