package presence

import (
	"context"
	"time"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// Change is what agents change of their own; nil leaves a thing as it is.
type Change struct {
	Workspace *string // that the session looks at from now on, and that the rest is about
	Locale    *string // of the account

	TakesPhone, TakesVoice, TakesVideo *bool
	NotifyUnassigned, NotifyMissed     *bool
	JoinMuted                          *bool

	Status    *string    // set by hand
	DND       *bool      // do not disturb (IN-3)
	DNDUntil  *time.Time // only with DND true; nil means until it is taken back
	EndWrapUp bool       // the call before is dealt with (END-5)
	// ExtendWrapUp asks for a minute more of it.
	ExtendWrapUp bool
}

// available is the status of who takes calls.
const available = "available"

// Change carries out what an agent changes of their own in the workspace that
// their session looks at, and gives the one that it looks at now. Calls are told,
// as the agent may have become free. The status available ends the agent's wrap-up
// (END-5).
func (p *Presence) Change(ctx context.Context, session models.Session, c Change) (workspace string, err error) {
	workspace = session.WorkspaceID
	if c.Workspace != nil {
		workspace = *c.Workspace
	}
	agent, err := p.Store.AgentOf(ctx, workspace, session.AccountID)
	if err != nil {
		if c.Workspace != nil {
			err = verb.Missing(err, "You belong to no workspace with this id.", reason.NoWorkspace)
		}
		return workspace, err
	}
	if err := c.check(p.Now()); err != nil {
		return workspace, err
	}
	err = p.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := c.ofSession(tx, session, workspace); err != nil {
			return err
		}
		return c.ofAgent(tx, agent.Agent, p.Now())
	})
	if err == nil {
		p.Changed(ctx, session.AccountID)
	}
	return workspace, err
}

// SetStatus sets an agent's status for them, as a supervisor may; it is as if they
// had set it by hand.
func (p *Presence) SetStatus(ctx context.Context, by verb.By, a models.Agent, status string) error {
	c := Change{Status: &status}
	err := p.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := c.ofAgent(tx, a, p.Now()); err != nil {
			return err
		}
		return audit.Write(tx, by, a.WorkspaceID, p.Now(), audit.Entry{Action: audit.Changed, Kind: audit.Agent, ID: a.ID, Name: a.Name,
			Changes: audit.Diff(audit.Fields{"status": a.Status}, audit.Fields{"status": status})})
	})
	if err == nil {
		p.Changed(ctx, a.AccountID)
	}
	return err
}

// ofSession writes what changes of the session and its account.
func (c *Change) ofSession(tx *models.Tx, session models.Session, workspace string) error {
	if workspace != session.WorkspaceID {
		if err := tx.UseWorkspace(session.TokenHash, workspace); err != nil {
			return err
		}
	}
	if c.Locale == nil {
		return nil
	}
	if err := tx.SetLocale(session.AccountID, *c.Locale); err != nil {
		return err
	}
	return tx.TellAccount(session.AccountID)
}

// ofAgent writes what changes of the agent.
func (c *Change) ofAgent(tx *models.Tx, a models.Agent, now time.Time) error {
	if c.EndWrapUp || c.Status != nil && *c.Status == available {
		if err := tx.EndWrapUp(a.WorkspaceID, a.ID, now); err != nil {
			return err
		}
	}
	if c.ExtendWrapUp {
		if err := extendWrapUp(tx, a.WorkspaceID, a.ID, now); err != nil {
			return err
		}
	}
	if u := c.update(); u != (models.AgentUpdate{}) {
		return tx.UpdateAgent(a.WorkspaceID, a.ID, u)
	}
	return nil
}

// check says what cannot be.
func (c *Change) check(now time.Time) error {
	switch {
	case c.DNDUntil == nil:
		return nil
	case c.DND == nil || !*c.DND:
		return verb.Refuse(verb.Invalid, "dndUntil", "dndUntil goes with dnd: true: send both.").Because(reason.Required)
	case !c.DNDUntil.After(now):
		return verb.Refuse(verb.Invalid, "dndUntil", "dndUntil must be in the future.").Because(reason.Past)
	}
	return nil
}

// update is the change of the agent as the store takes it.
func (c *Change) update() models.AgentUpdate {
	u := models.AgentUpdate{TakesPhone: c.TakesPhone, TakesVoice: c.TakesVoice, TakesVideo: c.TakesVideo,
		NotifyUnassigned: c.NotifyUnassigned, NotifyMissed: c.NotifyMissed, JoinMuted: c.JoinMuted, Status: c.Status, DND: c.DND}
	switch {
	case c.DNDUntil != nil:
		u.DNDUntil = new(models.At(*c.DNDUntil))
	case c.DND != nil:
		u.DNDUntil = new(models.Time{})
	}
	return u
}
