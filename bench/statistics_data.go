package main

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
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
	if workspace, err = playStatistics(ctx, file, now); err != nil {
		return "", err
	}
	if err := copyRows(ctx, file, max(0, calls/playedCalls-1), factTables); err != nil {
		return "", err
	}
	store, err := models.Open(file)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.Tx(ctx, func(tx *models.Tx) error { return tx.ForgetSums() }); err != nil {
		return "", err
	}
	return workspace, statisticsKeeper(store, now).Pass(ctx)
}

func statisticsKeeper(store *models.Store, now time.Time) *stats.Keeper {
	return stats.NewKeeper(store, slog.New(slog.DiscardHandler), "bench", func() time.Time { return now.Add(time.Hour) })
}

// playStatistics makes the business with the calls that are played.
func playStatistics(ctx context.Context, file string, now time.Time) (workspace string, err error) {
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
	return workspace, statisticsKeeper(store, now).Pass(ctx)
}

// factTables are what reports and exports read of a call.
var factTables = []copied{{"calls", []string{"id"}}, {"call_facts", []string{"call_id"}}, {"agent_facts", []string{"call_id"}}}

// plainSQL opens a database without the product.
func plainSQL(file string) (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)&_pragma=foreign_keys(0)&_pragma=synchronous(OFF)")
}
