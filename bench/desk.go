package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"ringdesk/controller/people"
	"ringdesk/controller/seed"
	"ringdesk/models"
)

// historyDays is how far back the conversations of a large inbox go.
const historyDays = 90

// desk is where the API of the controller is, with the sessions of those who have their
// desks open.
type desk struct {
	listener net.Listener
	sessions []string
}

// openDesk gives the controller its API.
func openDesk() (d desk, err error) {
	d.listener, err = net.Listen("tcp", "127.0.0.1:0")
	return d, err
}

// desks are the agents whose desks are open: the first of each business with a queue, and
// of the first line.
func (c *scene) desks() []string {
	var names []string
	if c.Team > 0 {
		for _, q := range c.queues() {
			names = append(names, c.members(q)[0])
		}
	}
	if c.Lines > 0 {
		names = append(names, linePhone(0))
	}
	return names
}

// fill signs in who has a desk, and makes the history of the business with the willing
// agents where the scene has an inbox.
func (d *desk) fill(ctx context.Context, store *models.Store, c *scene) error {
	for _, name := range c.desks() {
		account, err := store.AccountByEmail(ctx, name+"@bench.example")
		if err != nil {
			return err
		}
		places, err := store.WorkspacesOf(ctx, account.ID)
		if err != nil {
			return err
		}
		if len(places) != 1 {
			return fmt.Errorf("%s has %d workspaces, not one", name, len(places))
		}
		if c.Conversations > 0 && name == c.members(willing)[0] {
			if _, err := seed.Fill(ctx, store, seed.Options{Workspace: places[0].ID, Conversations: c.Conversations, Contacts: c.Contacts, Days: historyDays, Seed: 1,
				Now: time.Now()}); err != nil {
				return err
			}
		}
		if err := d.signIn(ctx, store, account.ID, places[0].ID); err != nil {
			return err
		}
	}
	return nil
}

// sessionTime is longer than a part takes, memory that is watched for an hour included.
const sessionTime = 4 * time.Hour

func (d *desk) signIn(ctx context.Context, store *models.Store, account, workspace string) error {
	session, now := people.NewToken(), time.Now()
	d.sessions = append(d.sessions, session)
	return store.Tx(ctx, func(tx *models.Tx) error {
		return tx.AddSession(models.Session{TokenHash: people.HashToken(session), AccountID: account, WorkspaceID: workspace, CreatedAt: models.At(now),
			ExpiresAt: models.At(now.Add(sessionTime))})
	})
}
