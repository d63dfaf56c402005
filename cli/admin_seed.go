package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"ringdesk/configs"
	"ringdesk/controller/seed"
	"ringdesk/models"
)

type seedCmd struct {
	Conversations int       `default:"1000" help:"How many conversations to make, each with a call."`
	Contacts      int       `default:"300" help:"How many contacts to make."`
	Days          int       `default:"30" help:"How many days they go back."`
	Until         time.Time `help:"When the last of them come, in the form of RFC 3339; now, if not given."`
	Seed          uint64    `default:"1" help:"The same number and the same --until make the same data."`
	Workspace     string    `help:"The workspace's id, where there are several."`
}

// Run fills an installation that has no calls yet. In an empty data folder it
// makes the demo workspace first, whose logins stand in the demo file.
func (c seedCmd) Run(s configs.Settings) error {
	if c.Conversations < 1 || c.Contacts < 10 || c.Days < 1 {
		return usageError{Err: errors.New("at least 1 conversation, 10 contacts and 1 day are needed")}
	}
	if c.Until.After(time.Now()) {
		return usageError{Err: errors.New("--until must not be in the future: nobody has called yet")}
	}
	store, err := models.Open(s.Database())
	if err != nil {
		return usageError{Err: err}
	}
	return errors.Join(c.fill(s, store), store.Close())
}

func (c seedCmd) fill(s configs.Settings, store *models.Store) error {
	ctx, began := context.Background(), time.Now()
	_, is, err := ensureDemo(ctx, s, store)
	if err != nil {
		return err
	}
	if is == newDemo {
		say("The workspace is new: its logins stand in %s.", s.DemoFile())
	}
	until := began
	if !c.Until.IsZero() {
		until = c.Until
	}
	report, err := seed.Fill(ctx, store, seed.Options{Workspace: c.Workspace, Conversations: c.Conversations, Contacts: c.Contacts, Days: c.Days,
		Seed: c.Seed, Now: until, Progress: func(n int) { fmt.Fprintf(os.Stderr, "\r%d of %d conversations", n, c.Conversations) }})
	if errors.Is(err, seed.ErrHasCalls) || errors.Is(err, seed.ErrNotReady) {
		return usageError{Err: err}
	}
	if err != nil {
		return err
	}
	say("\rworkspace %s: %d contacts, %d conversations (%d missed calls), %d notes, %d more agents, in %s", report.Workspace, report.Contacts,
		report.Conversations, report.Missed, report.Notes, report.Agents, time.Since(began).Round(time.Second))
	return nil
}
