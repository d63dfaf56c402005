package numbering

import (
	"context"
	"errors"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// SetOutbound replaces what a workspace's agents may call (OUT-6, OUT-9).
func (n *Numbering) SetOutbound(ctx context.Context, by verb.By, workspace string, s models.OutboundSettings) error {
	if err := s.Validate(); err != nil {
		return verb.Setting("", err)
	}
	return n.Store.Tx(ctx, func(tx *models.Tx) error {
		before, err := tx.Workspace(workspace)
		if err != nil {
			return err
		}
		if err := tx.UpdateOutbound(workspace, s); err != nil {
			return err
		}
		after, err := tx.Workspace(workspace)
		if err != nil {
			return err
		}
		changes := audit.Diff(audit.Fields{"outbound": audit.Settings(before.Outbound)}, audit.Fields{"outbound": audit.Settings(after.Outbound)})
		return n.note(tx, by, workspace, audit.Entry{Action: audit.Changed, Kind: audit.Outbound, Changes: changes})
	})
}

// AddRate adds a rate to a workspace's own table (OUT-7) and gives it.
func (n *Numbering) AddRate(ctx context.Context, by verb.By, r models.Rate) (models.Rate, error) {
	r.ID, r.CreatedAt = models.NewID(), models.At(n.Now())
	if err := r.Validate(); err != nil {
		return r, verb.Setting("", err)
	}
	err := n.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := tx.AddRate(r); err != nil {
			return err
		}
		return n.note(tx, by, r.WorkspaceID, audit.Entry{Action: audit.Created, Kind: audit.Rate, ID: r.ID, Name: r.Prefix, Changes: audit.Diff(nil, rateFields(r))})
	})
	if errors.Is(err, models.ErrConflict) {
		err = verb.Refuse(verb.Conflict, "validFrom", "There is a rate for %s from this moment on already: give another moment.", r.Prefix).Because(reason.RateTaken, "prefix", r.Prefix)
	}
	return r, err
}

// RemoveRate removes a rate that does not hold yet. One that has held stays,
// since it explains what calls have cost.
func (n *Numbering) RemoveRate(ctx context.Context, by verb.By, workspace, id string) error {
	return n.Store.Tx(ctx, func(tx *models.Tx) error {
		r, err := tx.OwnRate(workspace, id)
		if err != nil {
			return verb.Missing(err, "There is no rate of your own with this id.", reason.NoRateOfYours)
		}
		if !r.ValidFrom.After(n.Now()) {
			return verb.Refuse(verb.Conflict, "", "This rate holds already: add another that holds from a later moment.").Because(reason.RateHolds)
		}
		if err := tx.DeleteRate(workspace, r.ID); err != nil {
			return err
		}
		return n.note(tx, by, workspace, audit.Entry{Action: audit.Removed, Kind: audit.Rate, ID: r.ID, Name: r.Prefix, Changes: audit.Diff(rateFields(r), nil)})
	})
}
