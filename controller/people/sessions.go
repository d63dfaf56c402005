package people

import (
	"context"
	"time"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// SignIn begins a session for an account whose password was found right. If the
// password has changed since, it does not: models.ErrNotFound.
func (p *People) SignIn(ctx context.Context, account models.Account, s models.Session) error {
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		now, err := tx.Account(account.ID)
		if err == nil && now.PasswordHash != account.PasswordHash {
			err = models.ErrNotFound
		}
		if err != nil {
			return err
		}
		return tx.AddSession(s)
	})
}

// SignOut ends one session; one that has ended already is no error.
func (p *People) SignOut(ctx context.Context, session string) error {
	return p.Store.Tx(ctx, func(tx *models.Tx) error { return tx.EndSession(session) })
}

// EndOthers ends an account's sessions but the one that asks, and says how many
// there were.
func (p *People) EndOthers(ctx context.Context, account, session string) (n int, err error) {
	err = p.Store.Tx(ctx, func(tx *models.Tx) error {
		n, err = tx.EndSessionsOf(account, "", session)
		return err
	})
	return n, err
}

// EndOther ends one of an account's sessions, but not the one that asks.
func (p *People) EndOther(ctx context.Context, account, session, id string) error {
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		s, err := tx.SessionByID(account, id)
		switch {
		case err != nil:
			return verb.Missing(err, "You are not signed in there any more.")
		case s.TokenHash == session:
			return verb.Refuse(verb.Conflict, "", "This is the session that you ask with: sign out instead.").Because(reason.OwnSession)
		}
		return tx.EndSession(s.TokenHash)
	})
}

// EndSessions ends another person's sessions: at the command line all of them,
// else those that look at the workspace. It says how many there were.
func (p *People) EndSessions(ctx context.Context, by verb.By, accountID string) (n int, err error) {
	err = p.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := mayEnd(tx, by, accountID); err != nil {
			return err
		}
		if n, err = tx.EndSessionsOf(accountID, by.Workspace, ""); err != nil {
			return err
		}
		return p.noteAccount(tx, by, audit.SignedOut, accountID, by.Workspace)
	})
	return n, err
}

func mayEnd(tx *models.Tx, by verb.By, accountID string) error {
	ms, err := tx.Memberships(accountID)
	if err != nil || by.Operator {
		return err
	}
	for _, m := range ms {
		if m.WorkspaceID == by.Workspace && m.Role == owner && !by.IsOwner() {
			return verb.Refuse(verb.Forbidden, "", "Only an owner can do this to an owner: ask one of yours.").Because(reason.OwnersOnly)
		}
	}
	return nil
}

// EndExpired ends the sessions that have run out.
func (p *People) EndExpired(ctx context.Context, now time.Time) error {
	return p.Store.Tx(ctx, func(tx *models.Tx) error { return tx.EndExpiredSessions(now) })
}

// CarriedOut forgets what was taken back and has ended everywhere.
func (p *People) CarriedOut(ctx context.Context, revocations []int64) error {
	return p.Store.Tx(ctx, func(tx *models.Tx) error { return tx.Revoked(revocations) })
}
