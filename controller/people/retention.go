package people

import (
	"context"
	"encoding/json"

	"ringdesk/controller/audit"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// RetentionChange is what is to be different about how long things are kept; what is nil
// stays.
type RetentionChange struct {
	CallMonths, RecordingDays, AuditDays, SessionDays, ChangeHours *int
}

// ChangeRetention changes how long a workspace keeps things.
func (p *People) ChangeRetention(ctx context.Context, by verb.By, workspace string, c RetentionChange) error {
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		w, err := tx.Workspace(workspace)
		if err != nil {
			return err
		}
		before, err := w.Retention()
		if err != nil {
			return err
		}
		after := before
		set(&after.CallMonths, c.CallMonths)
		set(&after.RecordingDays, c.RecordingDays)
		set(&after.AuditDays, c.AuditDays)
		set(&after.SessionDays, c.SessionDays)
		set(&after.ChangeHours, c.ChangeHours)
		if err := tx.SetRetention(workspace, after); err != nil {
			return err
		}
		changes := audit.Diff(retentionFields(before), retentionFields(after))
		return p.note(tx, by, workspace, audit.Entry{Action: audit.Changed, Kind: audit.Workspace, ID: workspace, Name: w.Name, Changes: changes})
	})
}

func retentionFields(r models.Retention) audit.Fields {
	text, _ := json.Marshal(r) // numbers only
	return audit.Fields{"retention": json.RawMessage(text)}
}
