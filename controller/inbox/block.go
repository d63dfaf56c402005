package inbox

import (
	"context"
	"errors"
	"strings"
	"time"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// BlockInput says whom an owner or admin wants to block.
type BlockInput struct {
	Caller string // a telephone number in any usual spelling, or user@host of a caller who has none
	Reason string
	Days   int // 0 means for ever
}

// Block turns a caller away from now on, and gives the block that holds: an earlier
// one may end later (CALL-7, MISS-1 blockedUser).
func (b *Inbox) Block(ctx context.Context, by verb.By, in BlockInput) (models.Block, error) {
	if err := by.NeedAdmin("block callers"); err != nil {
		return models.Block{}, err
	}
	w, err := b.Store.Workspace(ctx, by.Workspace)
	if err != nil {
		return models.Block{}, err
	}
	caller, err := readCaller(in.Caller, w.Country)
	if err != nil {
		return models.Block{}, verb.Refuse(verb.Invalid, "number", "We cannot read %q: %s.", verb.Short(in.Caller), err.Error()).Because(reason.NotANumber, "text", verb.Short(in.Caller))
	}
	made := models.Block{ID: models.NewID(), WorkspaceID: by.Workspace, Number: caller, Reason: strings.TrimSpace(in.Reason), AgentID: by.Agent, CreatedAt: b.now()}
	if in.Days > 0 {
		made.UntilAt = models.At(b.Now().Add(time.Duration(in.Days) * 24 * time.Hour))
	}
	err = b.Store.Tx(ctx, func(tx *models.Tx) error {
		before, err := tx.BlockOf(by.Workspace, caller)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		if err := tx.Block(made); err != nil {
			return err
		}
		did := audit.Created
		if before.ID != "" {
			did = audit.Changed
		}
		if made, err = tx.BlockOf(by.Workspace, caller); err != nil {
			return err
		}
		return b.noteBlock(tx, by, did, made, audit.Diff(blockFields(before), blockFields(made)))
	})
	return made, err
}

func (b *Inbox) noteBlock(tx *models.Tx, by verb.By, did audit.Action, block models.Block, changes []models.AuditChange) error {
	return audit.Write(tx, by, by.Workspace, b.Now(), audit.Entry{Action: did, Kind: audit.Block, ID: block.ID, Name: block.Number, Changes: changes})
}

// blockFields are what the audit log tells of a block.
func blockFields(b models.Block) audit.Fields {
	if b.ID == "" {
		return nil
	}
	return audit.Fields{"number": b.Number, "reason": b.Reason, "until": b.UntilAt.Ptr()}
}

// readCaller reads what a caller is blocked by: a telephone number, a short code
// such as 7042, or the address of a caller who has no number.
func readCaller(text, country string) (string, error) {
	if user, host, found := strings.Cut(strings.TrimSpace(text), "@"); found && user != "" && host != "" && !strings.ContainsAny(text, "<>:;/") {
		return user + "@" + strings.ToLower(host), nil
	}
	number, err := models.E164(text, country)
	if err == nil || err == models.ErrNumberAmbiguous {
		return number, err
	}
	if number = models.CallerE164(text, country); number == "" {
		return "", err
	}
	return number, nil
}

// Unblock lets a caller in again.
func (b *Inbox) Unblock(ctx context.Context, by verb.By, id string) error {
	if err := by.NeedAdmin("let blocked callers in again"); err != nil {
		return err
	}
	err := b.Store.Tx(ctx, func(tx *models.Tx) error {
		block, err := tx.BlockByID(by.Workspace, id)
		if err != nil {
			return err
		}
		if err := tx.Unblock(by.Workspace, id); err != nil {
			return err
		}
		return b.noteBlock(tx, by, audit.Removed, block, audit.Diff(blockFields(block), nil))
	})
	return verb.Missing(err, unknownBlock, reason.NoBlock)
}
