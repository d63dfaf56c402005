package api

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"ringdesk/controller/call"
	"ringdesk/models"
)

// visitor is what is known of somebody who has not signed in.
type visitor struct {
	address string // network address
	token   string // of the session that this browser may still have
}

type visitorKey struct{}

func withVisitor(ctx context.Context, v visitor) context.Context {
	return context.WithValue(ctx, visitorKey{}, v)
}

// signedIn is the answer to a login: the session's cookie comes with it.
type signedIn struct {
	server *Server
	token  string
	me     Me
}

// VisitLoginResponse implements LoginResponseObject.
func (r signedIn) VisitLoginResponse(c *fiber.Ctx) error {
	r.server.setCookie(c, r.token)
	return c.JSON(r.me)
}

// signedOut is the answer to a logout: the cookie goes.
type signedOut struct{ server *Server }

// VisitLogoutResponse implements LogoutResponseObject.
func (r signedOut) VisitLogoutResponse(c *fiber.Ctx) error {
	r.server.setCookie(c, "")
	return c.SendStatus(fiber.StatusNoContent)
}

// Login signs in by e-mail address and password.
func (h *handlers) Login(ctx context.Context, req LoginRequestObject) (LoginResponseObject, error) {
	v, _ := ctx.Value(visitorKey{}).(visitor)
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
		return nil, forbidden("You belong to no workspace yet: ask your administrator to add you to one.")
	}
	if v.token != "" {
		// The browser's former session ends with its cookie.
		if err := h.endSession(ctx, hashSecret(v.token)); err != nil {
			return nil, err
		}
	}
	token, now := newSecret(), h.now()
	session := models.Session{TokenHash: hashSecret(token), AccountID: account.ID, WorkspaceID: ws[0].ID,
		CreatedAt: models.At(now), ExpiresAt: models.At(now.Add(sessionLength))}
	if err := h.opts.Store.Tx(ctx, func(tx *models.Tx) error { return tx.AddSession(session) }); err != nil {
		return nil, err
	}
	me, err := h.me(ctx, session.WorkspaceID, account.ID)
	return signedIn{server: h.Server, token: token, me: me}, err
}

// checkPassword finds the account; whatever is wrong, the answer and the time
// it takes are the same.
func (h *handlers) checkPassword(ctx context.Context, email, password, address string) (models.Account, error) {
	if err := h.mayTry(ctx, email, address); err != nil {
		return models.Account{}, err
	}
	leave, err := h.logins.enter(ctx)
	if err != nil {
		return models.Account{}, err
	}
	defer leave()
	// Once more: others may have failed while this one waited for its turn.
	if err := h.mayTry(ctx, email, address); err != nil {
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
	if err := h.tried(ctx, email, address, ok); err != nil {
		return models.Account{}, err
	}
	if !ok {
		return models.Account{}, unauthenticated("The e-mail address or the password is wrong.")
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

// endSession ends a session with its phone and its sockets. One that has
// ended already is no error.
func (s *Server) endSession(ctx context.Context, hash string) error {
	session, err := s.opts.Store.Session(ctx, hash, s.now())
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var phone string
	err = s.opts.Store.Tx(ctx, func(tx *models.Tx) (err error) {
		if phone, err = tx.EndSession(hash); err == nil && phone != "" {
			err = tx.TellAccount(session.AccountID)
		}
		return err
	})
	if err != nil {
		return err
	}
	s.sockets.close(closeSignedOut, func(k *socket) bool { return k.session == hash })
	s.dropPhone(ctx, phone)
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
	s.sockets.close(closeSignedOut, func(k *socket) bool { return !k.expires.After(now) })
	n, err := s.opts.Store.ExpiredSessions(ctx, now)
	if err != nil || n == 0 {
		return err
	}
	var phones []models.Phone
	err = s.opts.Store.Tx(ctx, func(tx *models.Tx) (err error) {
		phones, err = tx.EndExpiredSessions(now)
		return err
	})
	for _, p := range phones {
		s.dropPhone(ctx, p.ID)
	}
	return err
}
