package inbox

import (
	"cmp"
	"context"
	"time"

	"ringdesk/controller/audit"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// oneHearing is how long the parts that a player asks for count as one hearing.
const oneHearing = 10 * time.Minute

// ReadRecording writes down that somebody is given a recording: to hear, or as a file
// to keep (SEC-6). Without that it must not be given.
func (b *Inbox) ReadRecording(ctx context.Context, by verb.By, r models.Recording, asFile bool) error {
	e := audit.Entry{Action: audit.Heard, Kind: audit.Recording, ID: r.ID, Name: r.CallID}
	if asFile {
		e.Action = audit.Exported
	}
	recent := models.AuditFilter{Kind: string(e.Kind), EntityID: r.ID, Action: string(e.Action), By: cmp.Or(by.Agent, by.Key), From: b.Now().Add(-oneHearing), Limit: 1}
	if had, err := b.Store.Audit(ctx, r.WorkspaceID, recent); err != nil || len(had) > 0 {
		return err
	}
	return b.Store.Tx(ctx, func(tx *models.Tx) error { return audit.Write(tx, by, r.WorkspaceID, b.Now(), e) })
}
