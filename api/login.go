package api

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"ringdesk/controller/call"
	"ringdesk/controller/people"
	"ringdesk/controller/reason"
	"ringdesk/models"
)

// visitor is what is known of somebody who has not signed in.
type visitor struct {
	address string // network address
	browser string // what the browser calls itself
	token   string // of the session that this browser may still have
}

type visitorKey struct{}

func withVisitor(ctx context.Context, v visitor) context.Context {
	return context.WithValue(ctx, visitorKey{}, v)
}

// mostBrowser is how much is kept of what a browser calls itself, in characters.
const mostBrowser = 300

func (s *Server) visitorOf(c *fiber.Ctx) visitor {
	browser := []rune(strings.ToValidUTF8(c.Get(fiber.HeaderUserAgent), ""))
	return visitor{address: s.address(c), browser: string(browser[:min(len(browser), mostBrowser)]), token: c.Cookies(sessionCookie)}
}

// visiting gives the visitor that the guard put there.
func visiting(ctx context.Context) visitor {
	v, _ := ctx.Value(visitorKey{}).(visitor)
	return v
}

// newSession makes a session for an account in a workspace, which says for how long, and
// its token.
func (s *Server) newSession(v visitor, account string, workspace models.Workspace) (models.Session, string, error) {
	keep, err := workspace.Retention()
	token, now := people.NewToken(), s.now()
	return models.Session{TokenHash: people.HashToken(token), AccountID: account, WorkspaceID: workspace.ID, CreatedAt: models.At(now),
		ExpiresAt: models.At(now.Add(keep.SessionLength())), Address: v.address, Browser: v.browser}, token, err
}

// leaveFormer ends the session that a browser had before it signs in anew: that ends
// with its cookie.
func (s *Server) leaveFormer(ctx context.Context, v visitor) error {
	if v.token == "" {
		return nil
	}
	return s.endSession(ctx, people.HashToken(v.token))
}

// signedIn is the answer to a login: the session's cookie comes with it.
type signedIn struct {
	server  *Server
	token   string
	session models.Session
	me      Me
}

// cookieRest is how much longer a browser keeps the cookie than the session lasts without a
// call: one in a call does not run out.
const cookieRest = 24 * time.Hour

// VisitLoginResponse implements LoginResponseObject.
func (r signedIn) VisitLoginResponse(c *fiber.Ctx) error {
	r.server.setCookie(c, r.token, r.session.ExpiresAt.Sub(r.session.CreatedAt.Time)+cookieRest)
	return c.JSON(r.me)
}

// signedOut is the answer to a logout: the cookie goes.
type signedOut struct{ server *Server }

// VisitLogoutResponse implements LogoutResponseObject.
func (r signedOut) VisitLogoutResponse(c *fiber.Ctx) error {
	r.server.setCookie(c, "", 0)
	return c.SendStatus(fiber.StatusNoContent)
}

// Login signs in by e-mail address and password.
func (h *handlers) Login(ctx context.Context, req LoginRequestObject) (LoginResponseObject, error) {
	v := visiting(ctx)
	email := strings.ToLower(strings.TrimSpace(req.Body.Email))
	account, err := h.checkPassword(ctx, email, req.Body.Password, v.address)
	if err != nil {
		return nil, err
	}
	ws, err := h.opts.Store.WorkspacesOf(ctx, account.ID)
	if err != nil {
		return nil, err
	}
	if len(ws) == 0 {
		return nil, forbidden("You belong to no workspace yet: ask your administrator to add you to one.").because(reason.NoWorkspace)
	}
	if err := h.leaveFormer(ctx, v); err != nil {
		return nil, err
	}
	session, token, err := h.newSession(v, account.ID, firstOf(ws, req.Body.WorkspaceId))
	if err != nil {
		return nil, err
	}
	if err := h.people.SignIn(ctx, account, session); errors.Is(err, models.ErrNotFound) {
		return nil, unauthenticated("The password has been changed at the same moment: sign in with the new one.").because(reason.PasswordChanged)
	} else if err != nil {
		return nil, err
	}
	me, err := h.me(ctx, session.WorkspaceID, account.ID)
	return signedIn{server: h.Server, token: token, session: session, me: me}, err
}

// firstOf is the workspace that a session looks at first: the wanted one, where the account
// is an agent of it.
func firstOf(ws []models.Workspace, wanted *string) models.Workspace {
	for _, w := range ws {
		if wanted != nil && w.ID == *wanted {
			return w
		}
	}
	return ws[0]
}

// checkPassword finds the account; whatever is wrong, the answer and the time
// it takes are the same.
func (h *handlers) checkPassword(ctx context.Context, email, password, address string) (models.Account, error) {
	if err := h.people.MayTry(ctx, email, address); err != nil {
		return models.Account{}, err
	}
	leave, err := h.logins.enter(ctx)
	if err != nil {
		return models.Account{}, err
	}
	defer leave()
	// Once more: others may have failed while this one waited for its turn.
	if err := h.people.MayTry(ctx, email, address); err != nil {
		return models.Account{}, err
	}
	account, err := h.opts.Store.AccountByEmail(ctx, email)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return models.Account{}, err
	}
	ok, err := matches(password, account.PasswordHash)
	if err != nil {
		return models.Account{}, err
	}
	if err := h.people.Tried(ctx, email, address, ok); err != nil {
		return models.Account{}, err
	}
	if !ok {
		return models.Account{}, unauthenticated("The e-mail address or the password is wrong.").because(reason.LoginWrong)
	}
	return account, nil
}

// Logout ends the session, with its phone and its sockets.
func (h *handlers) Logout(ctx context.Context, _ LogoutRequestObject) (LogoutResponseObject, error) {
	id, err := asAgent(ctx, "sign out")
	if err != nil {
		return nil, err
	}
	if err := h.leaveCall(ctx, id.session.TokenHash); err != nil {
		return nil, err
	}
	return signedOut{h.Server}, h.endSession(ctx, id.session.TokenHash)
}

// leaveCall takes the agent out of the call that this browser is in (CALL-6):
// without its session it could not even hang up.
func (h *handlers) leaveCall(ctx context.Context, session string) error {
	in, err := h.opts.Store.CallOfSession(ctx, session)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = h.opts.Calls.Do(ctx, in.WorkspaceID, in.CallID, call.Do{AgentID: in.AgentID, Action: call.Leave})
	if errors.Is(err, models.ErrNotFound) || errors.As(err, new(*call.RefusedError)) { // it has ended by itself
		return nil
	}
	return err
}

// endSession ends a session with its phone and its sockets. An agent in a talk over
// that phone is awaited (IN-12).
func (s *Server) endSession(ctx context.Context, hash string) error {
	if err := s.people.SignOut(ctx, hash); err != nil {
		return err
	}
	s.revoke(ctx)
	return nil
}

// expiryInterval is how often sessions that have run out are cleared away.
// They are refused from the moment that they do.
const expiryInterval = time.Minute

func (s *Server) endExpiredSessions(ctx context.Context) {
	tick := time.NewTicker(expiryInterval)
	defer tick.Stop()
	for {
		if err := s.endExpired(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("expired sessions could not be ended", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (s *Server) endExpired(ctx context.Context) error {
	now := s.now()
	n, err := s.opts.Store.ExpiredSessions(ctx, now)
	if err != nil || n == 0 {
		return err
	}
	if err := s.people.EndExpired(ctx, now); err != nil {
		return err
	}
	s.revoke(ctx)
	return nil
}
