package api

import (
	"net/url"
	"slices"
	"strings"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"

	"github.com/gofiber/fiber/v2"
)

// checkOrigin refuses requests that another site's page made a browser send
// (CSRF). Browsers put Origin on every request that changes something and on
// every WebSocket, and a page cannot forge it (Fetch standard, "forbidden
// request-header"). required says that a request without any such header is
// refused too: those that a cookie signs in.
func (s *Server) checkOrigin(c *fiber.Ctx, required bool) error {
	origin, site := c.Get(fiber.HeaderOrigin), c.Get("Sec-Fetch-Site")
	switch {
	case origin != "" && s.ours(origin, string(c.Request().Host())):
		return nil
	case origin != "":
		return forbidden("This request comes from another site (Origin " + verb.Short(origin) + "): use ringdesk's own page, " +
			"or let the administrator add this origin to the allowed ones.").because(reason.OtherSite)
	case site == "same-origin":
		return nil
	case site != "" && site != "none":
		return forbidden("This request comes from another site: use ringdesk's own page.").because(reason.OtherSite)
	case required:
		return forbidden("A request with a session cookie must say where it comes from: send Origin, or use an API key instead.").because(reason.OtherSite)
	default:
		return nil
	}
}

// ours says whether an origin is the host that the request was sent to, or an
// allowed one.
func (s *Server) ours(origin, host string) bool {
	if slices.Contains(s.opts.Origins, origin) {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || !strings.EqualFold(u.Host, host) {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && !s.opts.Secure
}
