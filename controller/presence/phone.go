package presence

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/provision"
	"ringdesk/models"
)

var (
	// ErrEngine means that the engine could not be given a phone.
	ErrEngine = errors.New("the engine cannot be given the phone")
	// ErrSessionEnded means that the session has ended that a phone was for.
	ErrSessionEnded = errors.New("the session has ended")
)

// TakePhone makes the phone of a session, which lives as long as that does. The
// account's former phone ends: the newest page has it.
func (p *Presence) TakePhone(ctx context.Context, session models.Session) (models.Phone, error) {
	now := models.At(p.Now())
	ph := models.Phone{ID: "p" + strings.ToLower(rand.Text()), Password: rand.Text() + rand.Text(), Proof: rand.Text(), SessionHash: session.TokenHash,
		AccountID: session.AccountID, SeenAt: now, CreatedAt: now}
	if err := p.Engine.PutPhone(ctx, provision.Phone(ph)); err != nil {
		return ph, fmt.Errorf("%w: %w", ErrEngine, err)
	}
	var old string
	err := p.Store.Tx(ctx, func(tx *models.Tx) error {
		// The session may have ended since it was let in.
		if there, err := tx.HasSession(session.TokenHash, now.Time); err != nil || !there {
			return errors.Join(err, ErrSessionEnded)
		}
		var err error
		old, err = tx.PutPhone(ph)
		return err
	})
	if err != nil {
		p.DropPhone(ctx, ph.ID)
		return ph, err
	}
	if old != "" {
		p.disown(old)
		p.replaced(old)
		p.DropPhone(ctx, old)
	}
	return ph, nil
}

// dropTime is the longest that the engine may take to forget a phone.
const dropTime = 5 * time.Second

// DropPhone takes a phone that the store has forgotten out of the engine, and
// says whether it need not be tried again. "" is no phone.
func (p *Presence) DropPhone(ctx context.Context, phone string) bool {
	if phone == "" {
		return true
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dropTime)
	defer cancel()
	err := p.Engine.DeletePhone(ctx, phone)
	kind := engine.KindOf(err)
	if err == nil || kind == engine.KindGone {
		return true
	}
	p.Log.Warn("a phone could not be taken out of the engine", "phone", phone, "error", err)
	return kind != engine.KindUnreachable && kind != engine.KindTimeout
}
