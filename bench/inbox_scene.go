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

// desk is where the API of the controller is, and the session of one of its
// agents.
type desk struct {
	listener net.Listener
	session  string
}

// openDesk gives the controller its API, where the scene has an inbox.
func openDesk(c *scene) (d desk, err error) {
	if c.Conversations > 0 {
		d.listener, err = net.Listen("tcp", "127.0.0.1:0")
	}
	return d, err
}

// fill makes the history of the business with the willing agents, and signs one of
// them in.
func (d *desk) fill(ctx context.Context, store *models.Store, c *scene) error {
	if d.listener == nil {
		return nil
	}
	account, err := store.AccountByEmail(ctx, c.members(willing)[0]+"@bench.example")
	if err != nil {
		return err
	}
	places, err := store.WorkspacesOf(ctx, account.ID)
	if err != nil || len(places) != 1 {
		return fmt.Errorf("%d workspaces of the agent: %w", len(places), err)
	}
	if _, err := seed.Fill(ctx, store, seed.Options{Workspace: places[0].ID, Conversations: c.Conversations, Contacts: c.Contacts, Days: historyDays, Seed: 1,
		Now: time.Now()}); err != nil {
		return err
	}
	d.session = people.NewToken()
	now := time.Now()
	return store.Tx(ctx, func(tx *models.Tx) error {
		return tx.AddSession(models.Session{TokenHash: people.HashToken(d.session), AccountID: account.ID, WorkspaceID: places[0].ID, CreatedAt: models.At(now),
			ExpiresAt: models.At(now.Add(time.Hour))})
	})
}

// address is the API's, or "".
func (d *desk) address() string {
	if d.listener == nil {
		return ""
	}
	return d.listener.Addr().String()
}
