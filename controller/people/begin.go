package people

import (
	"context"
	"errors"
	"net/mail"
	"strings"
	"time"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// ownerLife is how long the link works by which an owner begins an installation.
const ownerLife = 24 * time.Hour

// begun says that an installation needs no link for its owner.
const begun = "This installation has a workspace already, so it needs no link for its owner. For a lost password: `ringdesk admin password EMAIL`."

// OwnerLink makes the link by which the owner begins an installation that has no
// workspace yet, in place of the former one.
func (p *People) OwnerLink(ctx context.Context) (l Link, err error) {
	err = p.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := notBegun(tx); err != nil {
			return err
		}
		l, err = p.ownerLink(tx)
		return err
	})
	return l, err
}

// FirstStart makes the link for the owner when an installation has neither a
// workspace nor a link that still works. Otherwise the token is empty, and
// ExpiresAt says until when the link works that was shown before; zero means that
// none is needed.
func (p *People) FirstStart(ctx context.Context) (l Link, err error) {
	err = p.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := notBegun(tx); errors.As(err, new(*verb.Refusal)) {
			return nil
		} else if err != nil {
			return err
		}
		former, err := tx.OwnerLink()
		if err == nil && former.ExpiresAt.After(p.Now()) {
			l.ExpiresAt = former.ExpiresAt
			return nil
		}
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		l, err = p.ownerLink(tx)
		return err
	})
	return l, err
}

func notBegun(tx *models.Tx) error {
	ws, err := tx.Workspaces()
	if err == nil && len(ws) > 0 {
		return verb.Refuse(verb.Conflict, "", begun).Because(reason.LinkUsed)
	}
	return err
}

func (p *People) ownerLink(tx *models.Tx) (Link, error) {
	now := p.Now()
	l := Link{Token: NewToken(), ExpiresAt: models.At(now.Add(ownerLife))}
	return l, tx.PutOwnerLink(models.OwnerLink{TokenHash: HashToken(l.Token), CreatedAt: models.At(now), ExpiresAt: l.ExpiresAt})
}

// beginning is what the owner's link is for; a link that is not the owner's gives
// models.ErrNotFound.
func (p *People) beginning(ctx context.Context, hash string) (j Joining, err error) {
	l, err := p.Store.OwnerLink(ctx, hash)
	if err != nil {
		return j, err
	}
	// A workspace that the operator made at the command line has an owner.
	if n, err := p.Store.CountWorkspaces(ctx); err != nil || n > 0 {
		return j, errors.Join(err, models.ErrNotFound)
	}
	j.Link = models.Link{TokenHash: l.TokenHash, Kind: models.LinkOwner, CreatedAt: l.CreatedAt, ExpiresAt: l.ExpiresAt}
	return j, nil
}

// Beginning is what the owner of a new installation says.
type Beginning struct {
	Business string // the workspace's name
	Country  string // ISO 3166-1 alpha-2
	TimeZone string // IANA name
	Name     string
	Email    string
	Password string
	Locale   string // ko or en: of the owner, and of those who are invited later
}

// Begin uses the owner's link up: the workspace is there with its owner, who may
// sign in. It gives both.
func (p *People) Begin(ctx context.Context, j Joining, b Beginning, address string) (w models.Workspace, a models.Account, err error) {
	who, hash, err := b.check()
	if err != nil {
		return w, a, err
	}
	who.PasswordHash = hash
	err = p.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := tx.UseOwnerLink(j.TokenHash, p.Now()); err != nil {
			return badLink(err)
		}
		if notBegun(tx) != nil {
			return badLink(models.ErrNotFound)
		}
		by := verb.By{Operator: true, Address: address}
		id, _, err := AddWorkspace(tx, by, NewWorkspace{Name: b.Business, Country: b.Country, TimeZone: b.TimeZone, Language: b.Locale}, who, models.At(p.Now()))
		if err != nil {
			return err
		}
		if w, err = tx.Workspace(id); err != nil {
			return err
		}
		a, err = tx.AccountByEmail(who.Email)
		return err
	})
	return w, a, err
}

// check gives the owner, and the stored form of the password.
func (b *Beginning) check() (who Person, hash string, err error) {
	business, err := trimmed(&b.Business)
	if err != nil {
		return who, "", verb.Refuse(verb.Invalid, "workspace", "Write your business's name.").Because(reason.Required)
	}
	name, err := trimmed(&b.Name)
	if err != nil {
		return who, "", err
	}
	b.Business = *business
	email := strings.ToLower(strings.TrimSpace(b.Email))
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email {
		return who, "", verb.Refuse(verb.Invalid, "email", "%q is no e-mail address.", verb.Short(email)).Because(reason.NotAnEmail)
	}
	who = Person{Email: email, Name: *name, Locale: b.Locale, Role: owner, Seat: true}
	hash, err = newHash(b.Password, models.Account{Email: email, Name: *name})
	return who, hash, err
}
