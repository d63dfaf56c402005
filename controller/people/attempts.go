package people

import (
	"context"
	"errors"
	"time"

	"ringdesk/controller/reason"
	"ringdesk/models"
)

const (
	freeFailures   = 5 // wrong passwords of an e-mail address before it must wait
	firstWait      = 15 * time.Second
	longestWait    = 15 * time.Minute
	forgetFailures = time.Hour // of an e-mail address, since the last one

	addressFailures = 30 // wrong passwords, or wrong links, from a network address
	addressWindow   = 10 * time.Minute
)

// TooSoonError refuses an attempt to sign in that comes too early after wrong
// ones.
type TooSoonError struct {
	Wait   time.Duration
	Reason string
	Word   reason.Word
}

func (e *TooSoonError) Error() string { return e.Reason }

// waitOf is how long an e-mail address with so many failures in a row must
// wait after the last one: doubling from firstWait.
func waitOf(failures int) time.Duration {
	if failures < freeFailures {
		return 0
	}
	wait := firstWait
	for range failures - freeFailures {
		if wait *= 2; wait >= longestWait {
			return longestWait
		}
	}
	return wait
}

// MayTry says whether somebody may try a password for an e-mail address from a
// network address; a *TooSoonError says how long they must wait.
func (p *People) MayTry(ctx context.Context, email, address string) error {
	now := p.Now()
	n, last, err := p.Store.LoginFailures(ctx, EmailSubject(email))
	if err != nil {
		return err
	}
	if wait := last.Add(waitOf(n)).Sub(now); wait > 0 {
		return &TooSoonError{wait, "Too many wrong passwords for this e-mail address: wait a little before you try again.", reason.LoginTooSoon}
	}
	n, last, err = p.Store.LoginFailures(ctx, addressSubject(address))
	if err != nil {
		return err
	}
	if wait := last.Add(addressWindow).Sub(now); n >= addressFailures && wait > 0 {
		return &TooSoonError{wait, "Too many wrong passwords from your network: wait a little before you try again.", reason.NetworkTooSoon}
	}
	return nil
}

// Tried counts an attempt to sign in.
func (p *People) Tried(ctx context.Context, email, address string, success bool) error {
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		if success {
			return tx.LoginSucceeded(EmailSubject(email))
		}
		now := p.Now()
		return errors.Join(tx.LoginFailed(EmailSubject(email), now, forgetFailures),
			tx.LoginFailed(addressSubject(address), now, addressWindow))
	})
}

// MayFollow says whether somebody may try a link from a network address; a
// *TooSoonError says how long they must wait.
func (p *People) MayFollow(ctx context.Context, address string) error {
	n, last, err := p.Store.LoginFailures(ctx, linkSubject(address))
	if err != nil {
		return err
	}
	if wait := last.Add(addressWindow).Sub(p.Now()); n >= addressFailures && wait > 0 {
		return &TooSoonError{wait, "Too many links that do not work from your network: wait a little before you try again.", reason.TooSoon}
	}
	return nil
}

// WrongLink counts a link that does not work.
func (p *People) WrongLink(ctx context.Context, address string) error {
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		return tx.LoginFailed(linkSubject(address), p.Now(), addressWindow)
	})
}

func linkSubject(address string) string { return "link:" + address }

func addressSubject(address string) string { return "address:" + address }
