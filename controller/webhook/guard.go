package webhook

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// Guard keeps webhooks out of our own networks (SSRF): a workspace's admin chooses the
// address, and it is this machine that connects. What a name leads to is looked at when the
// connection is made, so that no second answer of a DNS server can lead elsewhere.
type Guard struct {
	// Allow are names, addresses and networks that webhooks may go to all the same, also by plain HTTP.
	Allow []string
	// Resolver finds addresses; nil is the machine's own.
	Resolver *net.Resolver
}

// errInside says that an address is not one of the Internet.
var errInside = errors.New("the address is not on the public Internet; an operator can allow it by RINGDESK_WEBHOOKS_ALLOW")

// errRedirect refuses to follow.
var errRedirect = errors.New("it answers with a redirect, which is not followed: set the final address")

// connectTime bounds the looking up and connecting.
const connectTime = 5 * time.Second

// notPublic are the networks that are not the public Internet's, or lead to others: the
// registries of IANA for special purposes, translations of IPv4 (mapped, NAT64, 6to4, Teredo) and multicast.
var notPublic = networks("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")

// globalIPv6 is all of IPv6 that is given out to the Internet.
var globalIPv6 = netip.MustParsePrefix("2000::/3")

func networks(texts ...string) []netip.Prefix {
	ps := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		ps[i] = netip.MustParsePrefix(t)
	}
	return ps
}

// public says whether an address is one of the public Internet.
func public(a netip.Addr) bool {
	if !a.IsValid() || a.Zone() != "" || a.Is6() && !globalIPv6.Contains(a) { // 4in6 is outside it, too
		return false
	}
	for _, p := range notPublic {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// numeric is the last part of a host that some resolvers read as a number: 2130706433, 0x7f.1, 0177.0.0.1.
var numeric = regexp.MustCompile(`^(0[xX][0-9a-fA-F]*|[0-9]+)$`)

// Check says what is wrong with a webhook's address, for people; nil means nothing.
func (g Guard) Check(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("write https:// and the host, such as https://crm.example.com/calls")
	}
	if u.User != nil || u.Fragment != "" {
		return errors.New("leave out user names, passwords and what stands behind #")
	}
	host := hostOf(u)
	if host == "" {
		return errors.New("write https:// and the host, such as https://crm.example.com/calls")
	}
	if g.allows(host) {
		return nil
	}
	if u.Scheme != "https" {
		return errors.New("use https://: plain http:// is only for hosts that an operator has allowed by RINGDESK_WEBHOOKS_ALLOW")
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return insideUnless(public(a))
	}
	labels := strings.Split(host, ".")
	if numeric.MatchString(labels[len(labels)-1]) {
		return errors.New("write an address in the usual way, such as 198.51.100.7, or a name")
	}
	return insideUnless(host != "localhost" && !strings.HasSuffix(host, ".localhost"))
}

func insideUnless(ok bool) error {
	if ok {
		return nil
	}
	return errInside
}

func hostOf(u *url.URL) string { return strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")) }

// allows says whether the operator has allowed a host.
func (g Guard) allows(host string) bool {
	a, err := netip.ParseAddr(host)
	for _, allowed := range g.Allow {
		if strings.EqualFold(allowed, host) {
			return true
		}
		if p, perr := netip.ParsePrefix(allowed); err == nil && perr == nil && p.Contains(a) {
			return true
		}
	}
	return false
}

// mostIdle is how many connections are kept for what is told next: as many to one receiver, since those of
// many businesses may be one, and are told at the same time.
const mostIdle = 64

// Client makes the client that connects to webhooks, which is given time for each request.
func (g Guard) Client(timeout time.Duration) *http.Client {
	return &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{DialContext: g.dial, TLSHandshakeTimeout: connectTime, MaxIdleConnsPerHost: mostIdle, MaxIdleConns: mostIdle, IdleConnTimeout: 30 * time.Second,
			MaxResponseHeaderBytes: 16 << 10, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirect },
	}
}

// dial connects. Control sees the very address that is connected to.
func (g Guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Timeout: connectTime, Resolver: g.Resolver}
	if !g.allows(strings.ToLower(strings.TrimSuffix(host, "."))) {
		d.Control = func(_, real string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(real)
			if err != nil {
				return fmt.Errorf("%s: %w", real, err)
			}
			return insideUnless(public(at.Addr()) || g.allows(at.Addr().Unmap().String()))
		}
	}
	return d.DialContext(ctx, network, address)
}
