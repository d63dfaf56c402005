package people

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// Person is somebody who is to become an agent.
type Person struct {
	Email, Name  string
	PasswordHash string
	Locale       string // ko or en
	Role         string // owner, admin, agent
	Seat         bool
	// Existing lets an account that there is already become an agent of this
	// workspace, too, with the password that it has.
	Existing bool
}

// Add makes somebody an agent of a workspace and says whether they keep an
// account that they had.
func (p *People) Add(ctx context.Context, by verb.By, workspace string, who Person) (kept bool, err error) {
	err = p.Store.Tx(ctx, func(tx *models.Tx) error {
		kept, err = Add(tx, by, workspace, who, models.At(p.Now()))
		return err
	})
	return kept, err
}

// Add is the verb inside a transaction that makes more than an agent.
func Add(tx *models.Tx, by verb.By, workspace string, who Person, now models.Time) (kept bool, err error) {
	if err := WorkspaceThere(tx, workspace); err != nil {
		return false, err
	}
	email := strings.ToLower(who.Email)
	if !strings.Contains(email, "@") {
		return false, verb.Refuse(verb.Invalid, "email", "%q is no e-mail address.", verb.Short(who.Email)).Because(reason.NotAnEmail)
	}
	account, err := tx.AccountByEmail(email)
	switch {
	case errors.Is(err, models.ErrNotFound):
		account = models.Account{ID: models.NewID(), Email: email, Name: who.Name, PasswordHash: who.PasswordHash, Locale: who.Locale, CreatedAt: now}
		err = tx.AddAccount(account)
	case err == nil:
		kept = true
		err = mayJoin(tx, workspace, who, account)
	}
	if err != nil {
		return false, err
	}
	if err := tx.Join(models.Agent{ID: models.NewID(), WorkspaceID: workspace, AccountID: account.ID, Name: who.Name, Role: who.Role,
		Seat: who.Seat, TakesPhone: true, PlacesCalls: who.Seat, CreatedAt: now}); err != nil {
		return kept, err
	}
	a, err := agentOf(tx, workspace, account.ID)
	if err != nil {
		return kept, err
	}
	fields, err := agentFields(tx, workspace, a.ID)
	if err != nil {
		return kept, err
	}
	return kept, audit.Write(tx, by, workspace, now.Time, audit.Entry{Action: audit.Created, Kind: audit.Agent, ID: a.ID, Name: a.Name, Changes: audit.Diff(nil, fields)})
}

// mayJoin says what to do about an account that exists already.
func mayJoin(tx *models.Tx, workspace string, who Person, account models.Account) error {
	ms, err := tx.Memberships(account.ID)
	if err != nil {
		return err
	}
	var places []string
	for _, m := range ms {
		if m.WorkspaceID != workspace {
			places = append(places, m.Workspace)
			continue
		}
		back := ""
		if !m.SuspendedAt.IsZero() {
			back = fmt.Sprintf(" They are suspended: let them in again with `ringdesk admin restore %s %s`.", workspace, account.Email)
		}
		return verb.Refuse(verb.Conflict, "email", "%s is an agent of this workspace already, with the role %s.%s For a new password: "+
			"`ringdesk admin password %s`; role, seat and teams are changed with PATCH /agents/%s.", account.Email, m.Role, back, account.Email, m.ID).
			Because(reason.AgentAlready, "email", account.Email)
	}
	if who.Existing {
		return nil
	}
	at := "of no workspace at the moment"
	if len(places) > 0 {
		at = "an agent of " + strings.Join(places, ", ")
	}
	return verb.Refuse(verb.Conflict, "email", "%s has an account already, %s. To make it an agent of this workspace, too, with the password that it has, "+
		"add --existing. For a new password: `ringdesk admin password %s`.", account.Email, at, account.Email).Because(reason.AccountElsewhere)
}

// NewPerson is somebody with a new password, which only the result tells.
func NewPerson(email, name, locale, role string, seat bool) (who Person, password string, err error) {
	password = NewPassword()
	who = Person{Email: strings.ToLower(email), Name: name, Locale: locale, Role: role, Seat: seat}
	who.PasswordHash, err = HashPassword(password)
	return who, password, err
}
