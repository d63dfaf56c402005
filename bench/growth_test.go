package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/seed"
	"ringdesk/models"
)

// Past calls that are copied have all that belongs to them, and nothing of theirs leads to
// nowhere.
func TestCopiesAreWhole(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ringdesk.db")
	store, err := models.Open(file)
	must(t, err)
	store.AllowLocalTrunks()
	must(t, furnish(t.Context(), store, smallest.scene(), "http://127.0.0.1:1/"))
	workspace, err := theBusiness(t.Context(), store)
	must(t, err)
	// Which calls there are depends on the day, and not each day has calls to customers.
	wednesday := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	_, err = seed.Fill(t.Context(), store, seed.Options{Workspace: workspace, Conversations: 60, Contacts: 20, Days: 5, Seed: 1, Now: wednesday})
	must(t, err)
	must(t, store.Close())
	before := rowsOf(t, file)
	must(t, copyRows(t.Context(), file, 2, pastTables))
	for table, n := range rowsOf(t, file) {
		if before[table] == 0 && table != "call_facts" && table != "agent_facts" || n != 3*before[table] {
			t.Errorf("%s has %d rows, after %d", table, n, before[table])
		}
	}
	if store, err = models.Open(file); err != nil { // the product takes it for its own
		t.Fatal(err)
	}
	calls, err := store.Calls(t.Context(), workspace, models.CallFilter{Limit: 500})
	must(t, err)
	for _, c := range calls {
		if strings.Contains(c.ID, ".") != strings.Contains(c.ConversationID, ".") || strings.Contains(c.ID, ".") != strings.Contains(c.ContactID, ".") {
			t.Errorf("call %s is of the conversation %s with %s", c.ID, c.ConversationID, c.ContactID)
		}
	}
	must(t, store.Close())
}

// rowsOf counts the rows of all tables that are copied. It fails where a row refers to
// one that is not there.
func rowsOf(t *testing.T, file string) map[string]int {
	t.Helper()
	db, err := plainSQL(file)
	must(t, err)
	defer db.Close()
	var table string
	if err := db.QueryRow(`SELECT "table" FROM pragma_foreign_key_check`).Scan(&table); err != sql.ErrNoRows {
		t.Errorf("a row of %s refers to nothing (%v)", table, err)
	}
	rows := map[string]int{}
	for _, c := range pastTables {
		var n int
		must(t, db.QueryRow("SELECT COUNT(*) FROM "+c.table).Scan(&n))
		rows[c.table] = n
	}
	return rows
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// What has grown is judged by the median of the smallest.
func TestGrowthIsJudged(t *testing.T) {
	r := &report{}
	for _, v := range r.growthVerdicts() {
		if v.measured {
			t.Errorf("%s: judged without a measurement", v.what)
		}
	}
	all := sizes(manyPast)
	r.Growth = &grown{}
	for i, s := range all {
		r.Growth.Sizes = append(r.Growth.Sizes, &grownSize{size: s})
		r.add(&measured{Part: s.part(), System: ringdesk, Rate: growthRate, Calls: 1, setup: []time.Duration{time.Duration(10+2*i) * time.Millisecond}})
	}
	vs := r.growthVerdicts()
	for i, want := range []float64{1.2, 1.4, 1.6, 1.8} {
		if v := vs[i]; !v.measured || v.got != want || v.limit != targetGrown || !strings.Contains(v.what, all[i+1].what()) {
			t.Errorf("%+v, want %v", v, want)
		}
	}
	if page := r.page(); !strings.Contains(page, "1000 agents") || !strings.Contains(page, "1000000 past calls") {
		t.Errorf("the page lacks a size: %s", page)
	}
}
