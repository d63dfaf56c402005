package odata_test

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"ringdesk/controller/people"
	"ringdesk/controller/seed"
	"ringdesk/controller/stats"
	"ringdesk/controller/verb"
	"ringdesk/models"
	"ringdesk/testkit/database"
	"ringdesk/testkit/feed"
	"ringdesk/testkit/postgres"
)

// The service answers the same on PostgreSQL.
//
// Covers: OPS-5
func TestOnPostgres_OPS_5(t *testing.T) { postgres.RunAll(t) }

var now = time.Date(2026, 11, 27, 17, 30, 0, 0, time.UTC)

const zone = "America/New_York" // its clocks go back within the 90 days

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// business is a store with the facts of a business's days.
func business(t testing.TB, conversations int) (store *models.Store, workspace string) {
	t.Helper()
	store, err := models.Open(database.Place(t))
	must(t, err)
	t.Cleanup(func() { _ = store.Close() })
	at := models.At(now.AddDate(-1, 0, 0))
	must(t, store.Tx(t.Context(), func(tx *models.Tx) error {
		workspace, _, err = people.AddWorkspace(tx, verb.Operator, people.NewWorkspace{Name: "Spring", Country: "KR", TimeZone: zone},
			people.Person{Email: "owner@spring.example", Name: "Olivia", PasswordHash: "x", Locale: "en", Role: "owner"}, at)
		if err != nil {
			return err
		}
		trunk := models.Trunk{ID: models.NewID(), WorkspaceID: workspace, Name: "carrier", CreatedAt: at}
		number := models.Number{ID: models.NewID(), WorkspaceID: workspace, TrunkID: trunk.ID, Number: "+827076660001", Label: "O'Hara \"Main\" 대표", Settings: "{}", Outbound: "{}", CreatedAt: at}
		return errors.Join(tx.AddTrunk(trunk, []string{"192.0.2.1"}), tx.AddNumber(number))
	}))
	if conversations > 0 {
		_, err = seed.Fill(t.Context(), store, seed.Options{Workspace: workspace, Conversations: conversations, Contacts: 50, Days: 80, Seed: 7, Now: now})
		must(t, err)
	}
	must(t, stats.NewKeeper(store, slog.New(slog.DiscardHandler), "a test", func() time.Time { return now }).Pass(t.Context()))
	return store, workspace
}

func reader(t testing.TB, conversations int) (*feed.Reader, *models.Store) {
	store, workspace := business(t, conversations)
	return feed.New(store, workspace, now), store
}
