package api

import (
	"context"
	"sync"
	"time"

	"github.com/alexedwards/argon2id"

	"ringdesk/controller/people"
	"ringdesk/controller/reason"
)

const (
	hashesAtOnce = 2 // password checks; each takes 19 MiB and a core
	hashWait     = 5 * time.Second
)

// loginGate bounds how many passwords are checked at once.
type loginGate struct{ slots chan struct{} }

func newLoginGate() *loginGate { return &loginGate{slots: make(chan struct{}, hashesAtOnce)} }

// decoy is the hash that the passwords of unknown accounts are checked
// against, so that nothing tells which e-mail addresses exist.
var decoy = sync.OnceValues(func() (string, error) { return people.HashPassword(people.NewToken()) })

// enter waits for a slot; the returned function leaves it.
func (g *loginGate) enter(ctx context.Context) (func(), error) {
	ctx, cancel := context.WithTimeout(ctx, hashWait)
	defer cancel()
	select {
	case g.slots <- struct{}{}:
		return func() { <-g.slots }, nil
	case <-ctx.Done():
		return nil, &problem{Status: 503, Code: ProblemCodeUnavailable, RetryAfter: hashWait, Reason: reason.Overloaded,
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
