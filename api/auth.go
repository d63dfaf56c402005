package api

import (
	"context"
	"crypto/subtle"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"ringdesk/controller/people"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

const (
	sessionCookie = "ringdesk_session"
	identityLocal = "ringdesk-identity"
)

type identityKey struct{}

// identity is who asks: an agent with a session, or an API key, which acts with the
// role that its scope gives it, without being one of its workspace's agents.
type identity struct {
	workspace string
	role      string
	session   models.Session    // zero for an API key
	agent     models.AgentState // zero for an API key
	key       models.APIKey     // zero for an agent
	address   string            // the network address that they ask from
}

func (id *identity) byKey() bool { return id.session.TokenHash == "" }

func withIdentity(ctx context.Context, id *identity) context.Context {
	return context.WithValue(ctx, identityKey{}, id)
}

// who gives the identity that the guard put there.
func who(ctx context.Context) *identity { return ctx.Value(identityKey{}).(*identity) }

// by tells the verbs who asks.
func (id *identity) by() verb.By {
	return verb.By{Workspace: id.workspace, Account: id.session.AccountID, Agent: id.agent.ID, Role: id.role,
		Address: id.address, Key: id.key.AccessKey, KeyName: id.key.Name}
}

// asAgent gives the identity of a person; API keys are refused.
func asAgent(ctx context.Context, what string) (*identity, error) {
	id := who(ctx)
	return id, id.by().NeedAgent(what)
}

// asPersonInCharge gives the identity of an owner or admin in person: what somebody
// gets in with must not outlive the API key that has made it.
func asPersonInCharge(ctx context.Context, what string) (*identity, error) {
	id, err := asAdmin(ctx, what)
	if err != nil {
		return nil, err
	}
	return id, id.by().NeedAgent(what)
}

// asAdmin gives the identity of an owner or admin (API keys with the scope admin count
// as admins).
func asAdmin(ctx context.Context, what string) (*identity, error) {
	id := who(ctx)
	return id, id.by().NeedAdmin(what)
}

// identify tells who sends a request. An API key goes before a cookie.
func (s *Server) identify(c *fiber.Ctx) (*identity, error) {
	if key := c.Get("x-access-key"); key != "" {
		return s.identifyKey(c.UserContext(), key, c.Get("x-access-secret"))
	}
	token := c.Cookies(sessionCookie)
	if token == "" {
		return nil, unauthenticated("Sign in first, or send an API key.").because(reason.NotSignedIn)
	}
	ended := unauthenticated("Your session has ended: sign in again.").because(reason.SessionEnded)
	ctx := c.UserContext()
	session, err := s.opts.Store.Session(ctx, people.HashToken(token), s.now())
	if errors.Is(err, models.ErrNotFound) {
		return nil, ended
	}
	if err != nil {
		return nil, err
	}
	agent, err := s.opts.Store.AgentOf(ctx, session.WorkspaceID, session.AccountID)
	if errors.Is(err, models.ErrNotFound) {
		return nil, ended
	}
	return &identity{workspace: session.WorkspaceID, role: agent.Role, session: session, agent: agent}, err
}

func (s *Server) identifyKey(ctx context.Context, key, secret string) (*identity, error) {
	k, err := s.opts.Store.APIKey(ctx, key)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return nil, err
	}
	// Also compared for an unknown key, so that both take the same time.
	match := subtle.ConstantTimeCompare([]byte(people.HashToken(secret)), []byte(k.SecretHash)) == 1
	if err != nil || !match {
		return nil, unauthenticated("The API key or its secret is wrong: check x-access-key and x-access-secret.").because(reason.KeyWrong)
	}
	if wait := s.keys.take(k, s.now()); wait > 0 {
		return nil, limited(wait, "This API key has sent more requests than it may in a minute: wait as long as Retry-After says.").because(reason.TooSoon, "seconds", seconds(wait))
	}
	if err := s.people.KeyUsed(ctx, k); err != nil { // it works all the same
		s.log.Warn("when an API key was used last could not be noted", "key", k.AccessKey, "error", err)
	}
	return &identity{workspace: k.WorkspaceID, role: keyRole(k), key: k}, nil
}

// setCookie gives the browser a session, or ends it when token is empty.
func (s *Server) setCookie(c *fiber.Ctx, token string, length time.Duration) {
	cookie := fiber.Cookie{Name: sessionCookie, Value: token, Path: "/", HTTPOnly: true, Secure: s.opts.Secure,
		SameSite: fiber.CookieSameSiteLaxMode, MaxAge: int(length.Seconds())}
	if token == "" {
		cookie.MaxAge, cookie.Expires = 0, time.Unix(1, 0)
	}
	c.Cookie(&cookie)
}
