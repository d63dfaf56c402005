package people

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// passwordParams cost about 20 ms and 19 MiB (OWASP Password Storage Cheat
// Sheet: argon2id with m=19 MiB, t=2, p=1).
var passwordParams = &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// HashPassword makes the stored form of a password.
func HashPassword(password string) (string, error) {
	return argon2id.CreateHash(password, passwordParams)
}

// The length of a new password in characters. The least is what OWASP ASVS 5.0
// (6.2.1) asks for at least, and a little more.
const (
	leastPassword = 10
	mostPassword  = 1000
)

// CheckPassword refuses passwords that are guessed first.
func CheckPassword(password string, account models.Account) error {
	n := utf8.RuneCountInString(password)
	first, _ := utf8.DecodeRuneInString(password)
	same := func(what string) bool { return strings.EqualFold(strings.TrimSpace(password), what) }
	switch {
	case n < leastPassword:
		return verb.Refuse(verb.Invalid, "password", "The new password is too short: at least %d characters, such as a few words.", leastPassword).Because(reason.PasswordShort, "min", strconv.Itoa(leastPassword))
	case n > mostPassword:
		return verb.Refuse(verb.Invalid, "password", "The new password is too long: at most %d characters.", mostPassword).Because(reason.TooLong, "max", strconv.Itoa(mostPassword))
	case strings.Count(password, string(first)) == n:
		return verb.Refuse(verb.Invalid, "password", "The new password repeats one character: choose a few words.").Because(reason.PasswordRepeats)
	case same(account.Email) || same(account.Name):
		return verb.Refuse(verb.Invalid, "password", "The new password must not be the name or e-mail address: choose a few words.").Because(reason.PasswordIsName)
	}
	return nil
}

// ChangePassword gives somebody's own account another password and ends its
// other sessions. account is as it was when the old password was found right: if
// the password has changed since, somebody else was faster.
func (p *People) ChangePassword(ctx context.Context, by verb.By, account models.Account, session, password string) error {
	hash, err := newHash(password, account)
	if err != nil {
		return err
	}
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		now, err := tx.Account(account.ID)
		if err != nil {
			return err
		}
		if now.PasswordHash != account.PasswordHash {
			return verb.Refuse(verb.Conflict, "oldPassword", "The password has been changed at the same moment: sign in with the newest one.").Because(reason.PasswordChanged)
		}
		if err := p.setPassword(tx, account, hash, session); err != nil {
			return err
		}
		return p.noteAccount(tx, by, audit.Changed, account.ID, "", newPassword)
	})
}

// SetPassword gives another person's account a new password and ends all its
// sessions. An admin of one workspace may not let themselves into another: the
// password of an account that is an agent elsewhere, too, is set by that person and
// the operator only.
func (p *People) SetPassword(ctx context.Context, by verb.By, accountID, password string) error {
	account, err := p.Store.Account(ctx, accountID)
	if err != nil {
		return err
	}
	hash, err := newHash(password, account)
	if err != nil {
		return err
	}
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := mayReset(tx, by, accountID); err != nil {
			return err
		}
		if err := p.setPassword(tx, account, hash, ""); err != nil {
			return err
		}
		return p.noteAccount(tx, by, audit.Changed, accountID, "", newPassword)
	})
}

func mayReset(tx *models.Tx, by verb.By, accountID string) error {
	if by.Operator {
		return nil
	}
	if accountID == by.Account {
		return verb.Refuse(verb.Conflict, "", "Change your own password with the old one.").Because(reason.PasswordYourOwn)
	}
	ms, err := tx.Memberships(accountID)
	if err != nil {
		return err
	}
	if len(ms) == 0 { // removed meanwhile: nobody's to decide
		return models.ErrNotFound
	}
	for _, m := range ms {
		switch {
		case m.WorkspaceID != by.Workspace:
			return verb.Refuse(verb.Forbidden, "", "This person also works in another workspace, so only they can change their password, or whoever runs "+
				"ringdesk with `ringdesk admin password`. You can end their sessions here, or suspend them.").Because(reason.WorksElsewhere)
		case m.Role == owner && !by.IsOwner():
			return verb.Refuse(verb.Forbidden, "", "Only an owner can do this to an owner: ask one of yours.").Because(reason.OwnersOnly)
		}
		if err := joined(m.Agent); err != nil {
			return err
		}
	}
	return nil
}

func newHash(password string, account models.Account) (string, error) {
	if err := CheckPassword(password, account); err != nil {
		return "", err
	}
	return HashPassword(password)
}

func (p *People) setPassword(tx *models.Tx, account models.Account, hash, except string) error {
	if err := tx.SetPasswordHash(account.ID, hash); err != nil {
		return err
	}
	// Whoever forgot the old one need not wait for the wrong ones that they tried.
	if err := tx.LoginSucceeded(EmailSubject(account.Email)); err != nil {
		return err
	}
	if err := tx.DropPasswordLinks(account.ID); err != nil {
		return err
	}
	_, err := tx.EndSessionsOf(account.ID, "", except)
	return err
}

// EmailSubject is under what name wrong passwords for an e-mail address are
// counted.
func EmailSubject(email string) string { return "email:" + email }
