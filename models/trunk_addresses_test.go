package models

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
)

// elsewhere is an address of this machine, other than loopback, if it has one.
func elsewhere(t *testing.T) string {
	t.Helper()
	addrs, err := net.InterfaceAddrs()
	must(t, err)
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && !n.IP.IsLoopback() && !n.IP.IsLinkLocalUnicast() {
			return n.IP.String()
		}
	}
	return "127.0.0.1"
}

// A trunk's addresses are the carrier's, and nobody else's: neither this
// machine's nor another workspace's.
//
// Covers: SEC-3
func TestTrunkAddresses_SEC_3(t *testing.T) {
	s := openStore(t)
	ws, _, _ := workspace(t, s, 0)
	other, _, _ := workspace(t, s, 0)
	taken := Trunk{ID: NewID(), WorkspaceID: other.ID, Name: "taken", CreatedAt: At(now)}
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		return tx.AddTrunk(taken, []string{"203.0.113.64/26", "198.51.100.7", "2001:db8:1::/48"})
	}))
	own := elsewhere(t)
	network := netip.PrefixFrom(netip.MustParseAddr(own), 24).Masked().String()
	for _, tc := range []struct {
		hosts, remote string
		want          string // "" means that it is taken
	}{
		{"203.0.113.5", "", ""},
		{"203.0.113.0/26", "", ""},
		{"203.0.113.5,198.51.0.0/18", "", ""},
		{"2001:db8:2::/48", "", ""},
		{"10.8.0.0/16", "", ""},
		{"203.0.113.5", "198.51.100.7:5060", ""}, // a carrier serves several
		{"203.0.113.5", "sip.example.com:5060", ""},
		{"203.0.113.5", "[2001:db8:1::9]:5060", ""},
		{"203.0.113.5", "sip-0x1.example.com:5060", ""},

		{"203.0.113.65", "", "another workspace"},
		{"203.0.113.0/24", "", "another workspace"},
		{"203.0.112.0/20", "", "another workspace"},
		{"10.8.0.0/16,198.51.100.7", "", "198.51.100.7 overlaps"},
		{"198.51.100.7/32", "", "another workspace"},
		{"2001:db8:1:2::3", "", "another workspace"},
		{"2001:db8::/32", "", "another workspace"},

		{"127.0.0.1", "", "this machine"},
		{"127.1.0.0/16", "", "this machine"},
		{"127.255.255.255", "", "this machine"},
		{"::1", "", "this machine"},
		{own, "", "this machine"},
		{network, "", "this machine"},

		{"0.0.0.0/0", "", "too wide"},
		{"::/0", "", "too wide"},
		{"10.0.0.0/8", "", "too wide"},
		{"203.0.0.0/15", "", "too wide"},
		{"2001::/31", "", "too wide"},
		{"0.0.0.0", "", "no carrier's"},
		{"224.0.0.1", "", "no carrier's"},
		{"255.255.255.255", "", "no carrier's"},
		{"169.254.1.1", "", "no carrier's"},
		{"::", "", "no carrier's"},
		{"::ffff:127.0.0.1", "", "no carrier's"},
		{"::ffff:203.0.113.5", "", "no carrier's"},
		{"::ffff:7f00:0/112", "", "no carrier's"},
		{"64:ff9b::7f00:1", "", "no carrier's"},
		{"fe80::1", "", "no carrier's"},
		{"ff02::1", "", "no carrier's"},

		{"", "127.0.0.1:5060", "this machine"},
		{"", "127.9.9.9:8088", "this machine"},
		{"", "[::1]:5060", "this machine"},
		{"", "[::ffff:127.0.0.1]:5060", "this machine"},
		{"", "0.0.0.0:5060", "this machine"},
		{"", own + ":5060", "this machine"},
		{"", "localhost:5060", "this machine"},
		{"", "LOCALHOST.:5060", "this machine"},
		{"", "sip.localhost:5060", "this machine"},
		{"", "127.1:5060", "this machine"},
		{"", "2130706433:5060", "this machine"},
		{"", "0x7f000001:5060", "this machine"},
		{"", "0177.0.0.01:5060", "this machine"},

		{"carrier.example", "", "203.0.113.5"},
		{"203.0.113.5:5060", "", "203.0.113.5"},
		{"fe80::1%eth0", "", "203.0.113.5"},
		{"203.0.113.5\nmatch=0.0.0.0/0", "", "203.0.113.5"},
		{strings.Repeat("9", 5000), "", "203.0.113.5"},
	} {
		tr := Trunk{ID: NewID(), WorkspaceID: ws.ID, Name: "t", CreatedAt: At(now)}
		set := DefaultTrunk()
		if set.Remote = tc.remote; tc.hosts == "" {
			tc.hosts = "203.0.113.5"
		}
		plain := tr
		must(t, tr.SetSettings(set))
		hosts := strings.Split(tc.hosts, ",")
		undone := errors.New("undone")
		added := s.Tx(t.Context(), func(tx *Tx) error { return errors.Join(tx.AddTrunk(tr, hosts), undone) })
		must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.AddTrunk(plain, []string{"192.0.2.200"}) }))
		tr.SetHosts(hosts)
		changed := s.Tx(t.Context(), func(tx *Tx) error { return errors.Join(tx.UpdateTrunk(tr), undone) })
		for what, err := range map[string]error{"added": added, "changed": changed} {
			bad := new(TrunkAddressError)
			if refused := errors.As(err, &bad); refused != (tc.want != "") || !strings.Contains(fmt.Sprint(bad), tc.want) || len(bad.Error()) > 600 {
				t.Errorf("%.60q, %q %s: %v; want %q", tc.hosts, tc.remote, what, err, tc.want)
			} else if refused && bad.Taken != strings.Contains(bad.Error(), "another workspace") {
				t.Errorf("%q: taken %v", tc.hosts, bad.Taken)
			}
		}
		must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.DeleteTrunk(ws.ID, tr.ID) }))
	}
}

// Where it is allowed, trunks are at this machine, but still not at another
// workspace's address.
//
// Covers: SEC-3
func TestLocalTrunks_SEC_3(t *testing.T) {
	s := openStore(t)
	ws, _, _ := workspace(t, s, 0)
	other, _, _ := workspace(t, s, 0)
	s.AllowLocalTrunks()
	add := func(workspace string, hosts ...string) error {
		return s.Tx(t.Context(), func(tx *Tx) error {
			return tx.AddTrunk(Trunk{ID: NewID(), WorkspaceID: workspace, Name: "t", CreatedAt: At(now)}, hosts)
		})
	}
	must(t, add(ws.ID, "127.0.0.1", elsewhere(t)))
	must(t, add(ws.ID, "127.0.0.1")) // which of its own trunks it is, is the workspace's matter
	must(t, add(other.ID, "127.0.0.2"))
	// Where it is allowed no longer, it stays where it is.
	stays := Trunk{ID: NewID(), WorkspaceID: ws.ID, Name: "stays", CreatedAt: At(now)}
	must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.AddTrunk(stays, []string{"127.0.0.3"}) }))
	s.localTrunks = false
	stays.SetHosts([]string{"127.0.0.3"})
	stays.Name = "renamed"
	must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.UpdateTrunk(stays) }))
	stays.SetHosts([]string{"127.0.0.4"})
	if err := s.Tx(t.Context(), func(tx *Tx) error { return tx.UpdateTrunk(stays) }); !errors.As(err, new(*TrunkAddressError)) {
		t.Errorf("moved on this machine: %v", err)
	}
	if pairs, err := s.OverlappingTrunks(t.Context()); err != nil || len(pairs) != 0 {
		t.Errorf("overlapping: %v, %v", pairs, err)
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error { // as an older version let it in
		return tx.db.Model(&Trunk{}).Where("id = ?", stays.ID).Update("hosts", `["nonsense","127.0.0.0/24"]`).Error
	}))
	if pairs, err := s.OverlappingTrunks(t.Context()); err != nil || len(pairs) != 1 || pairs[0][0].WorkspaceID == pairs[0][1].WorkspaceID {
		t.Errorf("overlapping: %v, %v", pairs, err)
	}
	s.AllowLocalTrunks()
	if err := add(other.ID, "127.0.0.0/16"); !errors.As(err, new(*TrunkAddressError)) {
		t.Errorf("another's loopback address: %v", err)
	}
}
