package models

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// TrunkAddressError says what is wrong with where a trunk's calls come from or go
// to, in a sentence for whoever gave it.
type TrunkAddressError struct {
	Field string // hosts or remote
	Taken bool   // another workspace has it
	text  string
}

func (e *TrunkAddressError) Error() string { return e.text }

// The widest networks that a trunk's calls may come from, in bits of their
// prefix: no carrier's is wider, and a wider one would let strangers in.
const (
	widestIPv4 = 16
	widestIPv6 = 32
)

// nobodys are addresses that no carrier can have: "this network", multicast,
// broadcast and their like (RFC 6890), and IPv4 in IPv6's notation.
var nobodys = prefixes("0.0.0.0/8", "224.0.0.0/3", "169.254.0.0/16", "::/128", "::ffff:0:0/96", "64:ff9b::/96", "ff00::/8", "fe80::/10")

var loopback = prefixes("127.0.0.0/8", "::1/128")

func prefixes(texts ...string) []netip.Prefix {
	var all []netip.Prefix
	for _, text := range texts {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

// AllowLocalTrunks lets trunks be at loopback and at this machine's own
// addresses: for the demo and tests, and for a SIP proxy beside the engine. It is
// called before the store is used.
func (s *Store) AllowLocalTrunks() { s.localTrunks = true }

// checkAddresses refuses a trunk whose calls could be taken for another
// workspace's, or that leads back to this machine (SEC-3).
func (t *Tx) checkAddresses(tr Trunk) error {
	set, err := tr.Settings()
	if err != nil {
		return err
	}
	own, err := t.ownAddresses()
	if err != nil {
		return err
	}
	if err := checkRemote(set.Remote, own); err != nil {
		return err
	}
	networks := make([]netip.Prefix, 0, len(tr.HostList()))
	for _, host := range tr.HostList() {
		network, err := parseHost(host)
		if err != nil {
			return err
		}
		if overlaps(network, own) {
			return hostError("%s is this machine itself, or a network that it is in: give the carrier's own address. "+
				"Should a program on this machine be the carrier, set RINGDESK_LOCAL_TRUNKS=true.", host)
		}
		networks = append(networks, network)
	}
	return t.checkOthers(tr, networks)
}

// checkChange is checkAddresses for a trunk that was there before. One that stays
// where it is, such as the demo's, can be changed otherwise.
func (t *Tx) checkChange(old, now Trunk) error {
	was, err := old.Settings()
	if err != nil {
		return err
	}
	is, err := now.Settings()
	if err != nil || old.Hosts == now.Hosts && was.Remote == is.Remote {
		return err
	}
	return t.checkAddresses(now)
}

// checkOthers refuses networks in which another workspace's calls come from.
func (t *Tx) checkOthers(tr Trunk, networks []netip.Prefix) error {
	if len(networks) == 0 {
		return nil
	}
	var others []Trunk
	if err := t.db.Where("workspace_id <> ?", tr.WorkspaceID).Find(&others).Error; err != nil {
		return err
	}
	for _, other := range others {
		for _, taken := range networksOf(other) {
			if i := slices.IndexFunc(networks, taken.Overlaps); i >= 0 {
				return &TrunkAddressError{Field: "hosts", Taken: true, text: fmt.Sprintf("%s overlaps an address of another workspace's trunk: whose calls come from there could not be told. "+
					"Give the addresses that the carrier uses for you alone, or register with the carrier, so that its calls come in through your account.", tr.HostList()[i])}
			}
		}
	}
	return nil
}

// OverlappingTrunks are pairs of trunks of different workspaces whose calls come from
// the same addresses, from before that was refused.
func (s *Store) OverlappingTrunks(ctx context.Context) ([][2]Trunk, error) {
	trunks, err := s.Trunks(ctx)
	if err != nil {
		return nil, err
	}
	var pairs [][2]Trunk
	for i, a := range trunks {
		for _, b := range trunks[:i] {
			if a.WorkspaceID != b.WorkspaceID && slices.ContainsFunc(networksOf(a), func(n netip.Prefix) bool { return overlaps(n, networksOf(b)) }) {
				pairs = append(pairs, [2]Trunk{a, b})
			}
		}
	}
	return pairs, nil
}

// networksOf are the addresses that a stored trunk's calls come from. One from
// before hosts were checked may have others, which no engine takes.
func networksOf(t Trunk) []netip.Prefix {
	var all []netip.Prefix
	for _, host := range t.HostList() {
		if n, err := parseHost(host); err == nil {
			all = append(all, n)
		}
	}
	return all
}

func hostError(format string, args ...any) error {
	return &TrunkAddressError{Field: "hosts", text: fmt.Sprintf(format, args...)}
}

// parseHost reads an address or network that calls come from.
func parseHost(host string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(host)
	if a, aerr := netip.ParseAddr(host); aerr == nil && a.Zone() == "" {
		p, err = netip.PrefixFrom(a, a.BitLen()), nil
	}
	if err != nil {
		if len(host) > 100 {
			host = strings.ToValidUTF8(host[:100], "") + "…"
		}
		return p, hostError("%q is no IP address or network: write it as 203.0.113.5 or 203.0.113.0/24.", host)
	}
	if widest := map[bool]int{true: widestIPv4, false: widestIPv6}[p.Addr().Is4()]; p.Bits() < widest {
		return p, hostError("%s is too wide a network: give the carrier's own, of at least %d bits.", host, widest)
	}
	if overlaps(p, nobodys) {
		return p, hostError("%s can be no carrier's address: write it as 203.0.113.5 or 203.0.113.0/24.", host)
	}
	return p.Masked(), nil
}

// shortAddress is an IPv4 address as only some resolvers read it, such as 127.1 or
// 0x7f000001.
var shortAddress = regexp.MustCompile(`\.([0-9]+|0x[0-9a-f]*)$`)

// checkRemote refuses to send calls to this machine. The address of a name can change
// later; the engine's dialplan decides what goes out in any case.
func checkRemote(remote string, own []netip.Prefix) error {
	if remote == "" || own == nil {
		return nil
	}
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return nil // the engine's check refuses it
	}
	a, err := netip.ParseAddr(host)
	name := "." + strings.TrimSuffix(strings.ToLower(host), ".")
	switch {
	case err == nil && overlaps(netip.PrefixFrom(a, a.BitLen()), slices.Concat(own, nobodys)),
		err != nil && (strings.HasSuffix(name, ".localhost") || shortAddress.MatchString(name)):
		return &TrunkAddressError{Field: "remote", text: fmt.Sprintf("%s is this machine itself, or no carrier's address: give the carrier's own. "+
			"Should a program on this machine be the carrier, set RINGDESK_LOCAL_TRUNKS=true.", remote)}
	}
	return nil
}

// ownAddresses are those at which no trunk may be; nil where any may.
func (t *Tx) ownAddresses() ([]netip.Prefix, error) {
	if t.localTrunks {
		return nil, nil
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil, errors.New("this machine's addresses cannot be read: " + err.Error())
	}
	own := slices.Clone(loopback)
	for _, addr := range addrs {
		if n, ok := addr.(*net.IPNet); ok {
			if a, ok := netip.AddrFromSlice(n.IP); ok {
				own = append(own, netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()))
			}
		}
	}
	return own, nil
}

func overlaps(p netip.Prefix, with []netip.Prefix) bool { return slices.ContainsFunc(with, p.Overlaps) }
