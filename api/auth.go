package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"ringdesk/models"
)

const (
	sessionCookie = "ringdesk_session"
	sessionLength = 14 * 24 * time.Hour
	secretBytes   = 32 // of session tokens: 256 bits
	identityLocal = "ringdesk-identity"
)

type identityKey struct{}

// identity is who asks: an agent with a session, or an API key, which acts as
// an admin of its workspace without being one of its agents.
type identity struct {
	workspace string
	role      string
	session   models.Session    // zero for an API key
	agent     models.AgentState // zero for an API key
}

func (id *identity) byKey() bool { return id.session.TokenHash == "" }

func withIdentity(ctx context.Context, id *identity) context.Context {
	return context.WithValue(ctx, identityKey{}, id)
}

// who gives the identity that the guard put there.
func who(ctx context.Context) *identity { return ctx.Value(identityKey{}).(*identity) }

// asAgent gives the identity of a person; API keys are refused.
func asAgent(ctx context.Context, what string) (*identity, error) {
	id := who(ctx)
	if id.byKey() {
		return nil, forbidden("Only an agent can " + what + ", and an API key is none: sign in as one.")
	}
	return id, nil
}

// asAdmin gives the identity of an owner or admin (API keys count as admins).
func asAdmin(ctx context.Context, what string) (*identity, error) {
	id := who(ctx)
	if id.role != string(RoleOwner) && id.role != string(RoleAdmin) {
		return nil, forbidden("Only an owner or admin can " + what + ": ask one of yours.")
	}
	return id, nil
}

// identify tells who sends a request. An API key goes before a cookie.
func (s *Server) identify(c *fiber.Ctx) (*identity, error) {
	if key := c.Get("x-access-key"); key != "" {
		return s.identifyKey(c.UserContext(), key, c.Get("x-access-secret"))
	}
	token := c.Cookies(sessionCookie)
	if token == "" {
		return nil, unauthenticated("Sign in first, or send an API key.")
	}
	ended := unauthenticated("Your session has ended: sign in again.")
	ctx := c.UserContext()
	session, err := s.opts.Store.Session(ctx, hashSecret(token), s.now())
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
	match := subtle.ConstantTimeCompare([]byte(hashSecret(secret)), []byte(k.SecretHash)) == 1
	if err != nil || !match {
		return nil, unauthenticated("The API key or its secret is wrong: check x-access-key and x-access-secret.")
	}
	return &identity{workspace: k.WorkspaceID, role: string(RoleAdmin)}, nil
}

// newSecret makes a random secret.
func newSecret() string {
	b := make([]byte, secretBytes)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashSecret is how random secrets are stored: SHA-256, hex. They need no
// slow hash, since they cannot be guessed.
func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// setCookie gives the browser a session, or ends it when token is empty.
func (s *Server) setCookie(c *fiber.Ctx, token string) {
	cookie := fiber.Cookie{Name: sessionCookie, Value: token, Path: "/", HTTPOnly: true, Secure: s.opts.Secure,
		SameSite: fiber.CookieSameSiteLaxMode, MaxAge: int(sessionLength.Seconds())}
	if token == "" {
		cookie.MaxAge, cookie.Expires = 0, time.Unix(1, 0)
	}
	c.Cookie(&cookie)
}
