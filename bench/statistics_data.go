package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"ringdesk/controller/people"
	"ringdesk/controller/seed"
	"ringdesk/controller/stats"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// playedCalls is how many calls are played. Of each there are as many copies as make the
// wanted number, a few seconds later each time.
const playedCalls = 10_000

// statisticsDays is how many days the calls are of: the most that one question to the
// feed may be of (STAT-5).
const statisticsDays = 90

// fillStatistics makes a business with very many calls: some are played and their facts
// kept by the product; those are copied, and the product makes the sums of all.
func fillStatistics(ctx context.Context, file string, calls int, now time.Time) (workspace string, err error) {
	store, err := models.Open(file)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	at := models.At(now.AddDate(-1, 0, 0))
	err = store.Tx(ctx, func(tx *models.Tx) error {
		workspace, _, err = people.AddWorkspace(tx, verb.Operator, people.NewWorkspace{Name: "Bench", Country: "KR", TimeZone: "Asia/Seoul"},
			people.Person{Email: "owner@bench.example", Name: "Olivia", PasswordHash: "x", Locale: "ko", Role: "owner"}, at)
		if err != nil {
			return err
		}
		trunk := models.Trunk{ID: models.NewID(), WorkspaceID: workspace, Name: "carrier", CreatedAt: at}
		number := models.Number{ID: models.NewID(), WorkspaceID: workspace, TrunkID: trunk.ID, Number: "+827076660001", Settings: "{}", Outbound: "{}", CreatedAt: at}
		return errors.Join(tx.AddTrunk(trunk, []string{"192.0.2.1"}), tx.AddNumber(number))
	})
	if err != nil {
		return "", err
	}
	if _, err := seed.Fill(ctx, store, seed.Options{Workspace: workspace, Conversations: playedCalls, Contacts: playedCalls / 5, Days: statisticsDays, Seed: 1, Now: now}); err != nil {
		return "", err
	}
	keeper := stats.NewKeeper(store, slog.New(slog.DiscardHandler), "bench", func() time.Time { return now.Add(time.Hour) })
	if err := keeper.Pass(ctx); err != nil {
		return "", err
	}
	if err := copyFacts(ctx, file, max(0, calls/playedCalls-1)); err != nil {
		return "", err
	}
	if err := store.Tx(ctx, func(tx *models.Tx) error { return tx.ForgetSums() }); err != nil {
		return "", err
	}
	return workspace, keeper.Pass(ctx)
}

// copyFacts makes copies of all calls and their facts.
func copyFacts(ctx context.Context, file string, copies int) (err error) {
	db, err := plainSQL(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	later := func(column string, k int) string { return fmt.Sprintf("%s + %d AS %s", column, k*7_000_000, column) } // µs
	for table, moments := range map[string][]string{"calls": {"started_at", "ended_at"}, "call_facts": {"started_at", "waited_at", "rang_at", "answered_at", "ended_at", "closed_at"},
		"agent_facts": {"started_at", "joined_at", "left_at", "wrap_up_at"}} {
		id := map[bool]string{true: "id", false: "call_id"}[table == "calls"]
		columns, err := columnsOf(ctx, db, table)
		if err != nil {
			return err
		}
		if _, err := db.ExecContext(ctx, "CREATE TEMP TABLE played AS SELECT * FROM "+table); err != nil {
			return err
		}
		for k := 1; k <= copies; k++ {
			chosen := ""
			for i, c := range columns {
				if i > 0 {
					chosen += ", "
				}
				switch {
				case c == id:
					chosen += fmt.Sprintf("%s || '.%d'", c, k)
				case c == "data":
					chosen += "'{}'"
				case slices.Contains(moments, c):
					chosen += later(c, k)
				default:
					chosen += `"` + c + `"`
				}
			}
			if _, err := db.ExecContext(ctx, "INSERT INTO "+table+" SELECT "+chosen+" FROM played"); err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
		}
		if _, err := db.ExecContext(ctx, "DROP TABLE played"); err != nil {
			return err
		}
	}
	_, err = db.ExecContext(ctx, "ANALYZE")
	return err
}

func columnsOf(ctx context.Context, db *sql.DB, table string) (columns []string, err error) {
	rows, err := db.QueryContext(ctx, "SELECT name FROM pragma_table_info(?)", table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c string
		if err := rows.Scan(&c); err != nil {
			return nil, err
		}
		columns = append(columns, c)
	}
	return columns, rows.Err()
}

// plainSQL opens a database without the product.
func plainSQL(file string) (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)&_pragma=foreign_keys(0)&_pragma=synchronous(OFF)")
}
