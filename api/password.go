package api

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/alexedwards/argon2id"

	"ringdesk/models"
)

// passwordParams cost about 20 ms and 19 MiB (OWASP Password Storage Cheat
// Sheet: argon2id with m=19 MiB, t=2, p=1).
var passwordParams = &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// HashPassword makes the stored form of a password.
func HashPassword(password string) (string, error) {
	return argon2id.CreateHash(password, passwordParams)
}

const (
	hashesAtOnce = 2 // password checks; each takes 19 MiB and a core
	hashWait     = 5 * time.Second

	freeFailures   = 5 // wrong passwords of an e-mail address before it must wait
	firstWait      = 15 * time.Second
	longestWait    = 15 * time.Minute
	forgetFailures = time.Hour // of an e-mail address, since the last one

	addressFailures = 30 // wrong passwords from a network address
	addressWindow   = 10 * time.Minute
)

// loginGate bounds how many passwords are checked at once.
type loginGate struct{ slots chan struct{} }

func newLoginGate() *loginGate { return &loginGate{slots: make(chan struct{}, hashesAtOnce)} }

// decoy is the hash that the passwords of unknown accounts are checked
// against, so that nothing tells which e-mail addresses exist.
var decoy = sync.OnceValues(func() (string, error) { return HashPassword(newSecret()) })

// enter waits for a slot; the returned function leaves it.
func (g *loginGate) enter(ctx context.Context) (func(), error) {
	ctx, cancel := context.WithTimeout(ctx, hashWait)
	defer cancel()
	select {
	case g.slots <- struct{}{}:
		return func() { <-g.slots }, nil
	case <-ctx.Done():
		return nil, &problem{Status: 503, Code: ProblemCodeUnavailable, RetryAfter: hashWait,
			Title: "Very many people are signing in at the moment: try again shortly."}
	}
}

// matches compares a password with a stored hash; "" stands for an account
// that does not exist and takes as long.
func matches(password, hash string) (bool, error) {
	d, err := decoy() // also where it is not needed: making it takes time, once
	if err != nil {
		return false, err
	}
	if hash == "" {
		_, err := argon2id.ComparePasswordAndHash(password, d)
		return false, err
	}
	return argon2id.ComparePasswordAndHash(password, hash)
}

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

// mayTry refuses an attempt to sign in that comes too early.
func (s *Server) mayTry(ctx context.Context, email, address string) error {
	now := s.now()
	n, last, err := s.opts.Store.LoginFailures(ctx, emailSubject(email))
	if err != nil {
		return err
	}
	if wait := last.Add(waitOf(n)).Sub(now); wait > 0 {
		return limited(wait, "Too many wrong passwords for this e-mail address: wait a little before you try again.")
	}
	n, last, err = s.opts.Store.LoginFailures(ctx, addressSubject(address))
	if err != nil {
		return err
	}
	if wait := last.Add(addressWindow).Sub(now); n >= addressFailures && wait > 0 {
		return limited(wait, "Too many wrong passwords from your network: wait a little before you try again.")
	}
	return nil
}

// tried counts an attempt to sign in.
func (s *Server) tried(ctx context.Context, email, address string, success bool) error {
	return s.opts.Store.Tx(ctx, func(tx *models.Tx) error {
		if success {
			return tx.LoginSucceeded(emailSubject(email))
		}
		now := s.now()
		return errors.Join(tx.LoginFailed(emailSubject(email), now, forgetFailures),
			tx.LoginFailed(addressSubject(address), now, addressWindow))
	})
}

func emailSubject(email string) string     { return "email:" + email }
func addressSubject(address string) string { return "address:" + address }
