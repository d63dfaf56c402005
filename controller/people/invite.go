package people

import (
	"context"
	"errors"
	"net/mail"
	"strings"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// Invitation says who is invited, and as what. In the change, what is nil has its
// default: role agent, a seat, and calls may be placed by whom has one.
type Invitation struct {
	Email, Name string
	AgentChange
}

// Invite makes somebody an agent who gets in by the link, and gives the agent's id.
func (p *People) Invite(ctx context.Context, by verb.By, workspace string, in Invitation) (agent string, l Link, err error) {
	in.Email = strings.ToLower(strings.TrimSpace(in.Email))
	if a, err := mail.ParseAddress(in.Email); err != nil || a.Address != in.Email {
		return "", l, verb.Refuse(verb.Invalid, "email", "%q is no e-mail address.", verb.Short(in.Email)).Because(reason.NotAnEmail)
	}
	err = p.Store.Tx(ctx, func(tx *models.Tx) error {
		a, err := p.invited(tx, by, workspace, in)
		if err != nil {
			return err
		}
		agent = a.ID
		if err := p.noteFields(tx, by, workspace, audit.Entry{Action: audit.Invited, Kind: audit.Agent, ID: agent}, nil, agentFields); err != nil {
			return err
		}
		l, err = p.newLink(tx, models.LinkInvitation, a, invitationLife)
		return err
	})
	return agent, l, err
}

// invited makes the agent, who is suspended until they accept.
func (p *People) invited(tx *models.Tx, by verb.By, workspace string, in Invitation) (a models.Agent, err error) {
	if err := WorkspaceThere(tx, workspace); err != nil {
		return a, err
	}
	w, err := tx.Workspace(workspace)
	if err != nil {
		return a, err
	}
	now := models.At(p.Now())
	in.AgentChange.Name = &in.Name
	u, err := in.update(by, models.Agent{Role: "agent"})
	if err != nil {
		return a, err
	}
	account, err := tx.AccountByEmail(in.Email)
	if errors.Is(err, models.ErrNotFound) {
		account = models.Account{ID: models.NewID(), Email: in.Email, Name: *u.Name, Locale: w.Language, CreatedAt: now}
		err = tx.AddAccount(account)
	}
	if err != nil {
		return a, err
	}
	a = models.Agent{ID: models.NewID(), WorkspaceID: workspace, AccountID: account.ID, Name: *u.Name, Role: "agent", Seat: true, TakesPhone: true,
		CreatedAt: now, SuspendedAt: now, InvitedUntil: models.At(now.Add(invitationLife))}
	set(&a.Role, u.Role)
	set(&a.Seat, u.Seat)
	a.PlacesCalls = a.Seat
	set(&a.PlacesCalls, u.PlacesCalls)
	if err := tx.Join(a); errors.Is(err, models.ErrConflict) {
		return a, verb.Refuse(verb.Conflict, "email", "%s is an agent of your workspace already.", account.Email).Because(reason.AgentAlready, "email", account.Email)
	} else if err != nil {
		return a, err
	}
	if a, err = agentOf(tx, workspace, account.ID); err != nil { // who comes back is whom the history knows
		return a, err
	}
	if err := setTeams(tx, a, in.Teams); err != nil {
		return a, err
	}
	return a, tx.UpdateAgent(workspace, a.ID, models.AgentUpdate{Supervises: u.Supervises, RingSeconds: u.RingSeconds, Skills: u.Skills})
}

func agentOf(tx *models.Tx, workspace, account string) (models.Agent, error) {
	ms, err := tx.Memberships(account)
	if err != nil {
		return models.Agent{}, err
	}
	for _, m := range ms {
		if m.WorkspaceID == workspace {
			return m.Agent, nil
		}
	}
	return models.Agent{}, models.ErrNotFound
}

// set changes what a change says something about.
func set[T any](to *T, v *T) {
	if v != nil {
		*to = *v
	}
}

// Resend makes a new link for an agent who has not accepted yet.
func (p *People) Resend(ctx context.Context, by verb.By, workspace, agent string) (l Link, err error) {
	err = p.Store.Tx(ctx, func(tx *models.Tx) error {
		a, err := member(tx, by, workspace, agent)
		if err != nil {
			return err
		}
		if a.InvitedUntil.IsZero() {
			return verb.Refuse(verb.Conflict, "", "%s has accepted already. For a new password make them a link to set one.", verb.Short(a.Name)).Because(reason.AcceptedAlready, "name", verb.Short(a.Name))
		}
		if l, err = p.newLink(tx, models.LinkInvitation, a, invitationLife); err != nil {
			return err
		}
		if err := tx.UpdateAgent(workspace, agent, models.AgentUpdate{InvitedUntil: &l.ExpiresAt}); err != nil {
			return err
		}
		return p.noteAgent(tx, by, audit.Invited, a)
	})
	return l, err
}
