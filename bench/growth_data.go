package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"ringdesk/controller/seed"
	"ringdesk/controller/stats"
	"ringdesk/models"
)

// manyPast is how many past calls the largest store has, unless the options say otherwise.
const manyPast = 1_000_000

// pastTables are what a past call leaves, but for recordings, which are files above all, and the
// index of words, which no call reads.
var pastTables = []copied{
	{"contacts", []string{"id"}}, {"contact_numbers", []string{"number", "contact_id"}}, {"conversations", []string{"id", "contact_id"}},
	{"calls", []string{"id", "conversation_id", "contact_id"}}, {"participants", []string{"call_id", "id", "contact_id"}}, {"journal", []string{"call_id"}},
	{"conversation_journal", []string{"id", "conversation_id"}}, {"conversation_tags", []string{"conversation_id"}}, {"notes", []string{"id", "conversation_id"}},
	{"outbound_calls", []string{"call_id"}}, {"usage", []string{"call_id"}}, {"call_facts", []string{"call_id", "conversation_id", "contact_id"}},
	{"agent_facts", []string{"call_id"}},
}

// makeSmallest makes the smallest store: a business with a queue whose past calls were
// played, and their facts kept by the product.
func makeSmallest(ctx context.Context, file, receiver string) (err error) {
	store, err := models.Open(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	store.AllowLocalTrunks()
	if err := furnish(ctx, store, smallest.scene(), receiver); err != nil {
		return err
	}
	workspace, err := theBusiness(ctx, store)
	if err != nil {
		return err
	}
	if _, err := seed.Fill(ctx, store, seed.Options{Workspace: workspace, Conversations: fewPast, Contacts: fewPast / 5, Days: historyDays, Seed: 1, Now: time.Now()}); err != nil {
		return err
	}
	return stats.NewKeeper(store, slog.New(slog.DiscardHandler), "bench", nil).Pass(ctx)
}

// theBusiness is the workspace that is called.
func theBusiness(ctx context.Context, store *models.Store) (string, error) {
	account, err := store.AccountByEmail(ctx, smallest.scene().members(willing)[0]+"@bench.example")
	if err != nil {
		return "", err
	}
	places, err := store.WorkspacesOf(ctx, account.ID)
	if err == nil && len(places) != 1 {
		err = fmt.Errorf("the first agent has %d workspaces, not one", len(places))
	}
	if err != nil {
		return "", err
	}
	return places[0].ID, nil
}

// makeSize makes a store of the smallest that has what a size has more.
func makeSize(ctx context.Context, from, file string, s size, receiver string) (err error) {
	if err := copyFile(from, file); err != nil {
		return err
	}
	if err := copyRows(ctx, file, max(0, s.Past/fewPast-1), pastTables); err != nil {
		return err
	}
	store, err := models.Open(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	workspace, err := theBusiness(ctx, store)
	if err != nil {
		return err
	}
	return store.Tx(ctx, func(tx *models.Tx) error {
		more := &seeder{tx: tx, receiver: receiver, added: true} // the trunk is there
		for _, name := range s.scene().members(willing)[fewAgents:] {
			if err := more.agent(workspace, name); err != nil {
				return err
			}
		}
		for i := range s.Workspaces - 1 {
			if err := more.line(i); err != nil {
				return err
			}
		}
		return nil
	})
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
