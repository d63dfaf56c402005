package presence

import (
	"context"
	"errors"

	"ringdesk/models"
)

// KeepShown writes down what screens show of agents, and forgets it of workspaces
// that nobody looks at any more.
func (p *Presence) KeepShown(ctx context.Context, left []string, rows []models.ShownStatus) error {
	return p.Store.Tx(ctx, func(tx *models.Tx) error { return errors.Join(tx.ForgetShown(left), tx.KeepShown(rows)) })
}
