package api

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// networkBits of an IPv6 address name one subscriber's network (RFC 6177): it
// has 2^64 addresses, of which each request could use another one.
const networkBits = 64

// address is whom a request counts for in limits: the IPv4 address or the IPv6
// network that it comes from. Behind trusted proxies it is the last one in
// X-Forwarded-For that is none of theirs. Of several such lines each counts
// (RFC 9110, section 5.3): a proxy may add a line of its own to one that a client
// has forged. Forwarded and X-Real-IP are never believed: a proxy that sets the
// one passes a client's other on.
func (s *Server) address(c *fiber.Ctx) string {
	remote, ok := netip.AddrFromSlice(c.Context().RemoteIP())
	if !ok {
		return c.Context().RemoteIP().String()
	}
	remote = remote.Unmap()
	var hops []string
	for _, line := range c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) {
		hops = append(hops, strings.Split(string(line), ",")...)
	}
	for _, hop := range slices.Backward(hops) {
		if !s.trusted(remote) {
			break
		}
		if hop = strings.TrimSpace(hop); hop == "" {
			continue // an empty element of a list means nothing (RFC 9110, section 5.6.1)
		}
		next, ok := parseHop(hop)
		if !ok {
			break // what a proxy of ours cannot name counts for the proxy
		}
		remote = next
	}
	return network(remote)
}

// parseHop reads an address as proxies write it: alone, in brackets, with a port.
func parseHop(text string) (netip.Addr, bool) {
	if p, err := netip.ParseAddrPort(text); err == nil {
		return p.Addr().Unmap().WithZone(""), true
	}
	if inner, ok := strings.CutPrefix(text, "["); ok && strings.HasSuffix(inner, "]") {
		text = strings.TrimSuffix(inner, "]")
	}
	a, err := netip.ParseAddr(text)
	return a.Unmap().WithZone(""), err == nil
}

// network is what limits count an address by.
func network(a netip.Addr) string {
	if a.Is4() {
		return a.String()
	}
	p, err := a.WithZone("").Prefix(networkBits)
	if err != nil { // not an address
		return a.String()
	}
	return p.String()
}

func (s *Server) trusted(a netip.Addr) bool {
	return slices.ContainsFunc(s.opts.Proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}
