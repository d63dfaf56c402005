// Package people holds what may be done to those who work in a workspace and to
// what lets them in: accounts, passwords, sessions, agents, API keys. The API
// and the command line call the same verbs.
//
// A verb is one transaction. Sockets, legs and phones in the engine that must end
// with it are written down there as a models.Revocation, which the controller
// carries out at once, also after the command line has changed the database (SEC-5).
package people

import (
	"cmp"
	"context"
	"strings"
	"time"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// UnknownAgent says that a workspace has no such agent.
const UnknownAgent = "There is no agent with this id in your workspace."

// UnknownKey says that a workspace has no such API key.
const UnknownKey = "There is no API key with this access key in your workspace."

// The roles of agents that rules name.
const owner = "owner"

// People carries the verbs out.
type People struct {
	Store *models.Store
	Now   func() time.Time
}

// member finds an agent from whom By may take something away: an owner is for
// owners only, and nobody takes away their own.
func member(tx *models.Tx, by verb.By, workspace, agent string) (models.Agent, error) {
	a, err := tx.Member(workspace, agent)
	switch {
	case err != nil:
		return a, verb.Missing(err, UnknownAgent, reason.NoAgent)
	case a.Role == owner && !by.IsOwner():
		return a, verb.Refuse(verb.Forbidden, "", "Only an owner can do this to an owner: ask one of yours.").Because(reason.OwnersOnly)
	case a.AccountID == by.Account && by.Account != "":
		return a, verb.Refuse(verb.Conflict, "", "You cannot do this to yourself: ask another owner or admin.").Because(reason.NotYourself)
	}
	return a, nil
}

// keepsOwner refuses what would leave a workspace without an owner who can sign
// in: that an agent is suspended, removed, or has another role.
func keepsOwner(tx *models.Tx, a models.Agent) error {
	if a.Role != owner || !a.SuspendedAt.IsZero() {
		return nil
	}
	n, err := tx.CountOwners(a.WorkspaceID)
	if err == nil && n < 2 {
		return verb.Refuse(verb.Conflict, "role", "A workspace needs an owner: make somebody else one first.").Because(reason.LastOwner)
	}
	return err
}

// Suspend keeps an agent out of a workspace until they are restored: signed in
// nowhere that looks at it, offered no calls, and out of the call they are in.
// Suspending twice is no error.
func (p *People) Suspend(ctx context.Context, by verb.By, workspace, agent string) error {
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		a, err := member(tx, by, workspace, agent)
		if err == nil {
			err = keepsOwner(tx, a)
		}
		if err == nil {
			err = joined(a)
		}
		if err != nil || !a.SuspendedAt.IsZero() {
			return err
		}
		if err := tx.DropLinks(agent); err != nil {
			return err
		}
		if err := tx.UpdateAgent(workspace, agent, models.AgentUpdate{SuspendedAt: new(models.At(p.Now()))}); err != nil {
			return err
		}
		if err := p.shutOut(tx, a); err != nil {
			return err
		}
		return p.noteAgent(tx, by, audit.Suspended, a)
	})
}

// joined refuses what makes no sense for an agent who has not accepted their
// invitation yet.
func joined(a models.Agent) error {
	if a.InvitedUntil.IsZero() {
		return nil
	}
	return verb.Refuse(verb.Conflict, "", "%s has not accepted the invitation yet: send them a new link, or remove them.", verb.Short(a.Name)).Because(reason.NotAcceptedYet, "name", verb.Short(a.Name))
}

// Restore lets a suspended agent in again. They sign in anew.
func (p *People) Restore(ctx context.Context, by verb.By, workspace, agent string) error {
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		a, err := member(tx, by, workspace, agent)
		if err == nil {
			err = joined(a)
		}
		if err != nil || a.SuspendedAt.IsZero() {
			return err
		}
		if err := tx.UpdateAgent(workspace, agent, models.AgentUpdate{SuspendedAt: &models.Time{}}); err != nil {
			return err
		}
		return p.noteAgent(tx, by, audit.Restored, a)
	})
}

// Remove takes an agent out of a workspace for good; their conversations that are not
// closed have nobody then. Notes, calls and figures go
// on naming them; the account stays, for its other workspaces.
func (p *People) Remove(ctx context.Context, by verb.By, workspace, agent string) error {
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		a, err := member(tx, by, workspace, agent)
		if err == nil {
			err = keepsOwner(tx, a)
		}
		if err != nil {
			return err
		}
		before, err := agentFields(tx, workspace, agent)
		if err != nil {
			return err
		}
		if err := tx.RemoveAgent(workspace, agent, p.Now()); err != nil {
			return err
		}
		if err := p.shutOut(tx, a); err != nil {
			return err
		}
		return p.noteAgent(tx, by, audit.Removed, a, audit.Diff(before, nil)...)
	})
}

func (p *People) shutOut(tx *models.Tx, a models.Agent) error {
	if err := tx.ShutOut(a.AccountID, a.WorkspaceID); err != nil {
		return err
	}
	return tx.RevokeAgent(a.ID, p.Now())
}

// AgentOf finds an account's agent in a workspace, suspended or not, or says
// where else the account is one.
func (p *People) AgentOf(ctx context.Context, workspace string, account models.Account) (found models.Agent, err error) {
	err = p.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := WorkspaceThere(tx, workspace); err != nil {
			return err
		}
		ms, err := tx.Memberships(account.ID)
		if err != nil {
			return err
		}
		var places []string
		for _, m := range ms {
			if m.WorkspaceID == workspace {
				found = m.Agent
				return nil
			}
			places = append(places, m.Workspace+" ("+m.WorkspaceID+")")
		}
		return verb.Refuse(verb.Invalid, "email", "%s is no agent of this workspace, but of: %s.", account.Email, cmp.Or(strings.Join(places, ", "), "none")).Because(reason.NoAgent)
	})
	return found, err
}
