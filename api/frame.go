package api

import (
	"context"
	"fmt"
	"regexp"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"

	"ringdesk/models"
)

// plainHost is a host name or address with an optional port, and so safe to
// stand in a header of ours.
var plainHost = regexp.MustCompile(`^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$`)

// frame stands around every request: it gives it an id and a deadline, puts
// the security headers on the answer, turns a panic into an error, and logs.
func (s *Server) frame(c *fiber.Ctx) (err error) {
	start := time.Now()
	id := models.NewID()
	c.Set(fiber.HeaderXRequestID, id)
	s.secure(c)
	ctx, cancel := context.WithTimeout(context.Background(), requestTimeout)
	defer cancel()
	c.SetUserContext(ctx)
	if err = checkFraming(c); err == nil {
		err = s.guarded(c)
	}
	if err != nil {
		// Answered here rather than by the app, so that the log has the status.
		err = s.answerError(c, err)
		s.noteRefusal(c, c.Response().StatusCode())
	}
	s.log.Debug("request", "request", id, "method", c.Method(), "path", c.Path(), "status", c.Response().StatusCode(),
		"ms", time.Since(start).Milliseconds(), "address", s.address(c))
	return err
}

func (s *Server) guarded(c *fiber.Ctx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return c.Next()
}

// secure sets the headers that tell browsers what a page of ours may do. The
// desk's component library sets style attributes, hence unsafe-inline there.
func (s *Server) secure(c *fiber.Ctx) {
	connect := "'self'"
	if host := string(c.Request().Host()); plainHost.MatchString(host) {
		// Older Safari does not count WebSockets as 'self'.
		connect += " wss://" + host
		if !s.opts.Secure {
			connect += " ws://" + host
		}
	}
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'self'; connect-src "+connect+"; img-src 'self' data: blob:; "+
		"media-src 'self' blob:; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "+
		"object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set(fiber.HeaderPermissionsPolicy, "microphone=(self), camera=(self), speaker-selection=(self), autoplay=(self), geolocation=()")
	if s.opts.Secure {
		c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000")
	}
}
