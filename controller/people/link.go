package people

import (
	"context"
	"errors"
	"time"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// How long links work.
const (
	invitationLife = 7 * 24 * time.Hour
	passwordLife   = 24 * time.Hour
)

// Why a link lets nobody in.
const (
	usedLink    = "This link does not work, or no longer does: each works once. Ask for a new one."
	expiredLink = "This link has run out: ask for a new one."
)

// badLink says so of a link that was used, withdrawn, or never made.
func badLink(err error) error { return verb.Missing(err, usedLink, reason.LinkUsed) }

// Link is a new link; its token is stored nowhere.
type Link struct {
	Token     string
	ExpiresAt models.Time
}

// newLink makes a link of a kind for an agent, in place of the former one.
func (p *People) newLink(tx *models.Tx, kind string, a models.Agent, life time.Duration) (Link, error) {
	now := p.Now()
	l := Link{Token: NewToken(), ExpiresAt: models.At(now.Add(life))}
	return l, tx.PutLink(models.Link{TokenHash: HashToken(l.Token), Kind: kind, WorkspaceID: a.WorkspaceID, AgentID: a.ID, CreatedAt: models.At(now), ExpiresAt: l.ExpiresAt})
}

// PasswordLink makes a link by which an agent sets a new password. Who may not give
// them a password may not make one either.
func (p *People) PasswordLink(ctx context.Context, by verb.By, workspace, agent string) (l Link, err error) {
	err = p.Store.Tx(ctx, func(tx *models.Tx) error {
		a, err := tx.Member(workspace, agent)
		if err != nil {
			return verb.Missing(err, UnknownAgent)
		}
		if err := mayReset(tx, by, a.AccountID); err != nil {
			return err
		}
		if l, err = p.newLink(tx, models.LinkPassword, a, passwordLife); err != nil {
			return err
		}
		return p.noteAgent(tx, by, audit.Linked, a)
	})
	return l, err
}

// Joining is what a link is for. Of a link of the owner of a new installation
// nothing is known but the link.
type Joining struct {
	models.Link
	Workspace  models.Workspace
	Agent      models.AgentState
	Account    models.Account
	HasAccount bool // an invitation is accepted with the password that they have
}

// Joining finds out what a link is for.
func (p *People) Joining(ctx context.Context, token string) (j Joining, err error) {
	hash := HashToken(token)
	if j.Link, err = p.Store.Link(ctx, hash); errors.Is(err, models.ErrNotFound) {
		j, err = p.beginning(ctx, hash)
	}
	if err != nil {
		return j, badLink(err)
	}
	if !j.Link.ExpiresAt.After(p.Now()) {
		return j, verb.Refuse(verb.NotFound, "", expiredLink).Because(reason.LinkExpired)
	}
	if j.Kind == models.LinkOwner {
		return j, nil
	}
	if j.Workspace, err = p.Store.Workspace(ctx, j.WorkspaceID); err != nil {
		return j, err
	}
	if j.Agent, err = p.Store.Agent(ctx, j.WorkspaceID, j.AgentID); err != nil {
		return j, badLink(err)
	}
	j.Account, err = p.Store.Account(ctx, j.Agent.AccountID)
	j.HasAccount = j.Kind == models.LinkInvitation && j.Account.PasswordHash != ""
	return j, err
}

// Acceptance is what somebody says who uses a link.
type Acceptance struct {
	Password string  // the new one; of who has an account it was found right already
	Name     *string // of a new account
	Locale   *string // of a new account
}

// Accept uses a link up: the agent is in, the password set. session is the one that
// begins with it.
func (p *People) Accept(ctx context.Context, j Joining, c Acceptance, session models.Session) error {
	hash := j.Account.PasswordHash
	if !j.HasAccount {
		var err error
		if hash, err = newHash(c.Password, j.Account); err != nil {
			return err
		}
	}
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := tx.UseLink(j.TokenHash, p.Now()); err != nil {
			return badLink(err)
		}
		now, err := tx.Account(j.Account.ID)
		if err != nil {
			return err
		}
		if now.PasswordHash != j.Account.PasswordHash { // another link was faster, or the password was changed
			return verb.Refuse(verb.Conflict, "password", "The password has been changed at the same moment: open the link once more.").Because(reason.ChangedMeanwhile)
		}
		if !j.HasAccount {
			if err := p.setPassword(tx, j.Account, hash, ""); err != nil {
				return err
			}
		}
		if j.Kind == models.LinkInvitation {
			if err := p.enter(tx, j, c); err != nil {
				return err
			}
		}
		return p.noteJoined(tx, j, session)
	})
}

// noteJoined begins the session of whom a link has let in.
func (p *People) noteJoined(tx *models.Tx, j Joining, session models.Session) error {
	if err := tx.AddSession(session); err != nil {
		return err
	}
	by := verb.By{Workspace: j.WorkspaceID, Account: j.Account.ID, Agent: j.AgentID, Role: j.Agent.Role, Address: session.Address}
	if j.Kind == models.LinkInvitation {
		return p.noteAgent(tx, by, audit.Joined, j.Agent.Agent)
	}
	return p.noteAccount(tx, by, audit.Changed, j.Account.ID, "", newPassword)
}

// enter lets somebody in who was invited.
func (p *People) enter(tx *models.Tx, j Joining, c Acceptance) error {
	u := models.AgentUpdate{SuspendedAt: &models.Time{}, InvitedUntil: &models.Time{}}
	if !j.HasAccount {
		name, err := trimmed(c.Name)
		if err != nil {
			return err
		}
		u.Name = name
		if err := tx.UpdateAccount(j.Account.ID, models.AccountUpdate{Name: name, Locale: c.Locale}); err != nil {
			return err
		}
	}
	return tx.UpdateAgent(j.WorkspaceID, j.AgentID, u)
}
