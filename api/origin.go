package api

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

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
		return forbidden("This request comes from another site (Origin " + short(origin) + "): use ringdesk's own page, " +
			"or let the administrator add this origin to the allowed ones.")
	case site == "same-origin":
		return nil
	case site != "" && site != "none":
		return forbidden("This request comes from another site: use ringdesk's own page.")
	case required:
		return forbidden("A request with a session cookie must say where it comes from: send Origin, or use an API key instead.")
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

// address is the network address that a request comes from: behind trusted
// proxies the last address in X-Forwarded-For that is none of theirs.
func (s *Server) address(c *fiber.Ctx) string {
	remote, ok := netip.AddrFromSlice(c.Context().RemoteIP())
	if !ok {
		return c.Context().RemoteIP().String()
	}
	remote = remote.Unmap()
	hops := strings.Split(c.Get(fiber.HeaderXForwardedFor), ",")
	for _, hop := range slices.Backward(hops) {
		if !s.trusted(remote) {
			break
		}
		a, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		remote = a.Unmap()
	}
	return remote.String()
}

func (s *Server) trusted(a netip.Addr) bool {
	return slices.ContainsFunc(s.opts.Proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// short cuts foreign text down to what may stand in a message of ours.
func short(text string) string {
	r := []rune(text)
	if len(r) > 100 {
		return string(r[:100]) + "…"
	}
	return text
}
