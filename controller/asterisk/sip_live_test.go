package asterisk_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/asterisk"
	"ringdesk/controller/asterisk/local"
	"ringdesk/controller/engine"
	"ringdesk/testkit/siprig"
)

// Bytes that are not UTF-8, as they are or escaped, in every place of an INVITE
// that Asterisk shows: the call is refused, or comes with the byte replaced,
// and Asterisk can always say what it has.
//
// Covers: SYS-3, IN-7.
func TestLive_ForeignBytes(t *testing.T) {
	r := newRig(t)
	a := run(t, r.options(), nil)
	expect[engine.LinkUp](t, a, 0, nil)
	if err := a.PutTrunk(t.Context(), r.Carrier()); err != nil {
		t.Fatal(err)
	}
	const uri = "sip:07076660001@x"
	for i, c := range []struct {
		uri, header string
		refused     bool
		from, name  string
	}{
		{"sip:0707\xff@x", "", true, "", ""},
		{"sip:0707%FF@x", "", true, "", ""},
		{"sip:0707%ED%A0%80@x", "", true, "", ""},
		{uri, "Call-ID: \xff", true, "", ""},
		{uri, "From: \"Jos\xe9\" <sip:01012345678@x>;tag=1", false, "01012345678", "Jos?"},
		{uri, "From: \"" + strings.Repeat("홍", 60) + "\" <sip:01012345678@x>;tag=2", false, "01012345678", ""},
		{uri, "From: <sip:jos\xe9@x>;tag=3", false, "", ""},
		{uri, "From: <sip:010%E9@x>;tag=4", false, "", ""},
		{uri, "From: <sip:" + strings.Repeat("9", 78) + "%ED%99%8D@x>;tag=5", false, "", ""},
		{uri, "To: \"\xb1\xe8\" <sip:%FF@x>", false, "01012345678", ""},
		{uri, "P-Asserted-Identity: \"\xff\" <sip:01087654321@x>", false, "01087654321", "?"},
		{uri, "Contact: <sip:%FF@127.0.0.2>", false, "01012345678", ""},
		{uri, "X-Other: \xff", false, "01012345678", ""},
	} {
		before := a.log.Len()
		peer := siprig.NewRaw(t, "udp", r.server.SIP)
		var headers []string
		if c.header != "" {
			headers = []string{c.header}
		}
		peer.Send(t, siprig.RawInvite(c.uri, fmt.Sprintf("foreign-%d-%d", i, time.Now().UnixNano()), headers...), siprig.RawOffer)
		if c.refused {
			if status, _ := peer.Final(t, time.Second); status != 400 {
				t.Errorf("%q %q: status %d, want 400", c.uri, c.header, status)
			}
			continue
		}
		arrived := expect[engine.LegArrived](t, a, before, nil)
		if (c.from != "" && arrived.From != c.from) || (c.name != "" && arrived.Name != c.name) {
			t.Errorf("%q: arrived from %q %q, want %q %q", c.header, arrived.From, arrived.Name, c.from, c.name)
		}
		if code := askARI(t, r.server, "/channels"); code != http.StatusOK {
			t.Errorf("%q: GET /channels answers %d", c.header, code)
		}
		if err := a.Hangup(t.Context(), arrived.Leg, engine.CauseBusy); err != nil {
			t.Error(err)
		}
		if status, _ := peer.Final(t, time.Second); status != 486 {
			t.Errorf("%q: status %d, want 486", c.header, status)
		}
	}
}

// The dialplan reads who calls only where the INVITE has more than From: however the
// header's name is written, and also where the list of all headers is too long for it.
func TestLive_IdentityIsNotOverlooked(t *testing.T) {
	r := newRig(t)
	a := run(t, r.options(), nil)
	expect[engine.LinkUp](t, a, 0, nil)
	if err := a.PutTrunk(t.Context(), r.Carrier()); err != nil {
		t.Fatal(err)
	}
	long := "X-Long: " + strings.Repeat("x", 5000)
	for i, c := range []struct {
		headers []string
		want    string // who calls
	}{
		{nil, "01012345678"},
		{[]string{long}, "01012345678"},
		{[]string{"Privacy: id"}, ""},
		{[]string{"privacy: id"}, ""},
		{[]string{"PRIVACY: id", long}, ""},
		{[]string{"P-Asserted-Identity: <sip:01087654321@x>"}, "01087654321"},
		{[]string{"p-asserted-identity: <sip:01087654321@x>", long}, "01087654321"},
		{[]string{"remote-party-id: <sip:01087654321@x>;privacy=off"}, "01087654321"},
		{[]string{long, "Remote-Party-Id: <sip:01087654321@x>;privacy=full"}, ""},
		{[]string{"P-Asserted-Identity-Of: <sip:01087654321@x>", "X-Privacy: id"}, "01012345678"},
	} {
		before := a.log.Len()
		peer := siprig.NewRaw(t, "udp", r.server.SIP)
		peer.Send(t, siprig.RawInvite("sip:07076660001@x", fmt.Sprintf("identity-%d-%d", i, time.Now().UnixNano()), c.headers...), siprig.RawOffer)
		arrived := expect[engine.LegArrived](t, a, before, nil)
		if arrived.From != c.want || arrived.To != "07076660001" {
			t.Errorf("%.60q: from %q to %q, want from %q", c.headers, arrived.From, arrived.To, c.want)
		}
		if err := a.Hangup(t.Context(), arrived.Leg, engine.CauseBusy); err != nil {
			t.Error(err)
		}
		if status, _ := peer.Final(t, time.Second); status != 486 {
			t.Errorf("%.60q: status %d, want 486", c.headers, status)
		}
	}
}

// askARI is the status of a GET.
func askARI(t testing.TB, s *local.Server, path string) (status int) {
	t.Helper()
	status, _ = readARI(t, s, path)
	return status
}

// readARI is askARI with what ARI says.
func readARI(t testing.TB, s *local.Server, path string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Close = true
	req.SetBasicAuth(s.Username, s.Password)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// Without the guard such a byte makes Asterisk fail at the list of all calls: a
// controller that starts meanwhile is up as quickly as ever, has the other call,
// and hangs that one up.
//
// Covers: SYS-3.
func TestLive_ForeignBytesUnguarded(t *testing.T) {
	s := ownServer(t, local.Options{RTPFrom: 26000, RTPTo: 26099, Unguarded: true})
	opt := asterisk.Options{URL: s.URL, Username: s.Username, Password: s.Password, App: s.App, RecordingsDir: s.Recordings}
	a := run(t, opt, nil)
	expect[engine.LinkUp](t, a, 0, nil)
	if err := a.PutTrunk(t.Context(), engine.Trunk{ID: "carrier", Hosts: []string{siprig.Address}}); err != nil {
		t.Fatal(err)
	}
	good, foreign := siprig.NewRaw(t, "udp", s.SIP), siprig.NewRaw(t, "udp", s.SIP)
	good.Send(t, siprig.RawInvite("sip:07076660001@x", "good"), siprig.RawOffer)
	leg := expect[engine.LegArrived](t, a, 0, nil).Leg
	foreign.Send(t, siprig.RawInvite("sip:0707%FF@x", "foreign"), siprig.RawOffer)
	eventually(t, "the list that Asterisk cannot write", 5*time.Second, func() bool { return askARI(t, s, "/channels") == http.StatusInternalServerError })
	a.stop(t)
	restarted := time.Now()
	b := run(t, opt, nil)
	up := expect[engine.LinkUp](t, b, 0, nil)
	if d := time.Since(restarted); d > time.Second {
		t.Errorf("the link was up after %v", d)
	}
	if !up.Snapshot.Legs[leg].Inbound || len(up.Snapshot.Legs) != 1 || len(up.Snapshot.Unreadable) != 1 {
		t.Errorf("snapshot %+v", up.Snapshot)
	}
	if status, _ := foreign.Final(t, 2*time.Second); status < 400 {
		t.Errorf("the call that nobody can read: status %d", status)
	}
	eventually(t, "the list", 2*time.Second, func() bool { return askARI(t, s, "/channels") == http.StatusOK })
	if err := b.Hangup(context.WithoutCancel(t.Context()), leg, engine.CauseNormal); err != nil {
		t.Error(err)
	}
}

// Outside of calls, too, and over TCP as over UDP, every request is answered
// within a second.
//
// Covers: RFC 3261 8.2.1, RFC 3261 21.4.6.
func TestLive_RequestsAnswered(t *testing.T) {
	r := newRig(t)
	a := run(t, r.options(), nil)
	expect[engine.LinkUp](t, a, 0, nil)
	if err := a.PutTrunk(t.Context(), r.Carrier()); err != nil {
		t.Fatal(err)
	}
	for _, network := range []string{"udp", "tcp"} {
		peer := siprig.NewRaw(t, network, r.server.SIP)
		for method, want := range map[string][]int{
			"OPTIONS": {200, 404}, "MESSAGE": {405}, "PUBLISH": {405}, "REFER": {405}, "FROBNICATE": {501}, "INFO": {481, 501}, "UPDATE": {481, 501}, "BYE": {481},
			"SUBSCRIBE": {403, 489, 603}, "NOTIFY": {481, 489, 501}, "REGISTER": {400, 401, 403, 404},
		} {
			id := fmt.Sprintf("%s-%s-%d", network, method, time.Now().UnixNano())
			peer.Send(t, []string{method + " sip:07076660001@x SIP/2.0", "From: <sip:01012345678@x>;tag=1", "To: <sip:07076660001@x>", "Call-ID: " + id,
				"CSeq: 1 " + method, "Contact: <sip:carrier@" + siprig.Address + ">", "Event: presence", "Subscription-State: active"}, "")
			status, headers := peer.Final(t, time.Second)
			if !slices.Contains(want, status) || headers.Get("Call-ID") != id {
				t.Errorf("%s over %s: status %d within a second, want %d", method, network, status, want)
			}
			if (status == 405 || status == 501) && !strings.Contains(headers.Get("Allow"), "INVITE") {
				t.Errorf("%s over %s: %d with Allow %q", method, network, status, headers.Get("Allow"))
			}
		}
	}
}

// Idle connections, from one address or from many, do not keep a carrier from
// its SIP over TCP: neither on a new connection nor on the one that it has.
//
// Covers: SYS-1, SEC-4.
func TestLive_IdleConnections(t *testing.T) {
	r := newRig(t)
	a := run(t, r.options(), nil)
	expect[engine.LinkUp](t, a, 0, nil)
	if err := a.PutTrunk(t.Context(), r.Carrier()); err != nil {
		t.Fatal(err)
	}
	had := siprig.NewRaw(t, "tcp", r.server.SIP)
	asks := func(peer *siprig.Raw, when string) {
		t.Helper()
		id := fmt.Sprint(time.Now().UnixNano())
		peer.Send(t, []string{"OPTIONS sip:07076660001@x SIP/2.0", "From: <sip:01012345678@x>;tag=1", "To: <sip:07076660001@x>", "Call-ID: " + id, "CSeq: 1 OPTIONS"}, "")
		if status, _ := peer.Final(t, 2*time.Second); status == 0 {
			t.Errorf("%s: no answer", when)
		}
	}
	asks(had, "before")
	for name, hosts := range map[string]int{"one address": 1, "many addresses": 40} {
		const connections = 1100
		for i := range connections {
			d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 7, byte(1+i%hosts))}, Timeout: 5 * time.Second}
			c, err := d.DialContext(t.Context(), "tcp", r.server.SIP)
			if err != nil {
				t.Fatalf("connection %d from %s: %v", i, name, err)
			}
			t.Cleanup(func() { c.Close() })
		}
		asks(had, "the carrier's connection, "+name)
		asks(siprig.NewRaw(t, "tcp", r.server.SIP), "a new connection, "+name)
	}
}
