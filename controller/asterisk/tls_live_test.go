package asterisk_test

import (
	"crypto/tls"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	conf "ringdesk/configs/asterisk"
	"ringdesk/controller/asterisk"
	"ringdesk/controller/asterisk/local"
	"ringdesk/controller/engine"
	"ringdesk/testkit/conformance"
	"ringdesk/testkit/pki"
	"ringdesk/testkit/ports"
	"ringdesk/testkit/siprig"
)

// secureServer is an Asterisk with SIP over TLS, whose carriers' certificates must
// be of the authority.
func secureServer(t testing.TB, authority *pki.Authority, rtp int) (s *local.Server, over conf.TLS) {
	t.Helper()
	address, err := ports.Addr()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	over = conf.TLS{Address: address, Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem"), Authorities: string(authority.PEM), Verify: true}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	authority.Write(t, over.Cert, over.Key, time.Now().Add(time.Hour), host)
	return ownServer(t, local.Options{RTPFrom: rtp, RTPTo: rtp + 199, TLS: over}), over
}

// TestSecured shows that calls over TLS and SRTP are calls like all others, and that
// nothing else passes for them.
//
// Covers: SYS-1, SEC-1, SEC-3, RFC 4568.
func TestSecured(t *testing.T) {
	authority := pki.New(t)
	s, over := secureServer(t, authority, 26400)
	conformance.RunSecured(t, func(t testing.TB) conformance.SecuredRig {
		link, _, _ := strings.Cut(strings.TrimPrefix(s.URL, "http://"), "/")
		secure := siprig.NewSecureRig(t, link, s.SIP, over.Address, authority)
		r := &rig{server: s, Rig: secure.Rig, carriers: siprig.Trusting(t, authority)}
		r.FirstAnswer = time.Second
		return struct {
			*rig
			plain
		}{r, &secure}
	}, conformance.FollowsPorts())
}

// plain is what a secure rig has more than others.
type plain interface {
	PlainCaller(t testing.TB, over engine.Transport) conformance.Caller
	PlainSubscriber(t testing.TB, number string) conformance.Callee
}

// secured is an adapter on an Asterisk with SIP over TLS.
func secured(t testing.TB, s *local.Server, authority *pki.Authority) *running {
	t.Helper()
	opt := asterisk.Options{URL: s.URL, Username: s.Username, Password: s.Password, App: s.App, RecordingsDir: s.Recordings,
		CarrierMedia: "127.0.0.1", PhoneMedia: "127.0.0.1", Qualify: time.Second, RegisterRetry: time.Second, Carriers: siprig.Trusting(t, authority)}
	a := run(t, opt, nil)
	expect[engine.LinkUp](t, a, 0, nil)
	return a
}

// carriersHost is where those carriers are that have certificates of their own. It is
// an address since Asterisk asks name servers only, of which a test has none.
const carriersHost = "127.0.0.1"

// secureTrunk is a trunk to a carrier.
func secureTrunk(id string, c *siprig.Carrier) engine.Trunk {
	return engine.Trunk{ID: id, Remote: c.Addr(), Transport: engine.TransportTLS, Encryption: engine.EncryptionSDES}
}

// A carrier whose certificate is of nobody that is trusted, has ended or bears another
// name is not talked to, and the trunk's state says which.
//
// Covers: SEC-1.
func TestLive_CarriersCertificate(t *testing.T) {
	authority, other, hour := pki.New(t), pki.New(t), time.Now().Add(time.Hour)
	s, over := secureServer(t, authority, 26600)
	a := secured(t, s, authority)
	for id, c := range map[string]struct {
		cert tls.Certificate
		want engine.TrunkState
	}{
		"good":      {authority.Issue(t, hour, carriersHost), engine.TrunkReachable},
		"untrusted": {other.Issue(t, hour, carriersHost), engine.TrunkUntrusted},
		"expired":   {authority.Issue(t, time.Now().Add(-time.Minute), carriersHost), engine.TrunkExpired},
		"misnamed":  {authority.Issue(t, hour, "sip.elsewhere.example"), engine.TrunkMisnamed},
	} {
		carrier := siprig.NewSecureCarrier(t, over.Address, carriersHost, authority, c.cert, true)
		siprig.Put(t, a, secureTrunk(id, carrier))
		siprig.Becomes(t, a, id, c.want, 30*time.Second)
		callee := carrier.Subscriber("+821012345678")
		leg := engine.LegID(uuid.NewString())
		if err := a.Dial(t.Context(), engine.DialRequest{Leg: leg, Trunk: id, Number: "+821012345678", CallerID: "+827076660001", Timeout: 5 * time.Second}); err != nil {
			t.Fatal(err)
		}
		if c.want != engine.TrunkReachable {
			expect(t, a, 0, func(e engine.LegEnded) bool { return e.Leg == leg })
			if invited := callee.Invited(); !invited.At.IsZero() {
				t.Errorf("%s: the call reached a carrier that is not trusted", id)
			}
			continue
		}
		expect(t, a, 0, func(e engine.LegRinging) bool { return e.Leg == leg })
		callee.Answer()
		expect(t, a, 0, func(e engine.LegAnswered) bool { return e.Leg == leg })
		if err := a.Hangup(t.Context(), leg, engine.CauseNormal); err != nil {
			t.Fatal(err)
		}
		eventually(t, id+": the carrier hears of the end", 10*time.Second, func() bool { return callee.Ended().Method == "BYE" })
	}
}

// The certificate and the key are read anew while a call goes on, which hears nothing
// of it; trunks and registrations stay. What is older than TLS 1.2 is refused.
func TestLive_CertificateRenewed(t *testing.T) {
	authority := pki.New(t)
	s, over := secureServer(t, authority, 26800)
	a := secured(t, s, authority)
	link, _, _ := strings.Cut(strings.TrimPrefix(s.URL, "http://"), "/")
	far := siprig.NewSecureRig(t, link, s.SIP, over.Address, authority)
	siprig.Put(t, a, far.Carrier())
	contacts := make(chan string, 100)
	registers := siprig.NewSecureRegistrar(t, over.Address, carriersHost, authority, func(contact string) { contacts <- contact })
	reg := secureTrunk("reg", registers)
	reg.Register, reg.Username, reg.Password = true, "07076660002", "secret"
	siprig.Put(t, a, reg)
	siprig.Becomes(t, a, "reg", engine.TrunkRegistered, 20*time.Second)
	contact := <-contacts
	k := newTalk(t, &rig{server: s, Rig: far.Rig}, a)
	before := served(t, over.Address, authority)
	authority.Write(t, over.Cert, over.Key, time.Now().Add(2*time.Hour), "127.0.0.1")
	if err := a.ReadCertificate(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the new certificate", 10*time.Second, func() bool { return served(t, over.Address, authority) != before })
	hears(t, "the agent", k.agent, customerHz, true)
	hears(t, "the customer", k.customer, agentHz, true)
	siprig.Becomes(t, a, "reg", engine.TrunkRegistered, 20*time.Second)
	registers.CallURI(t, "01012345678", contact)
	if e := expect(t, a, 0, func(e engine.LegArrived) bool { return e.Trunk == "reg" }); e.From != "01012345678" {
		t.Errorf("through the registration: %+v", e)
	}
	for _, entry := range a.log.Entries() {
		if _, ended := entry.Event.(engine.LegEnded); ended {
			t.Errorf("a leg ended; events:%s", a.log)
		}
	}
	old := &tls.Config{RootCAs: authority.Pool, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	if conn, err := tls.Dial("tcp", over.Address, old); err == nil {
		conn.Close()
		t.Error("TLS 1.1 was taken")
	}
}

// served is the serial number of the certificate that is served.
func served(t testing.TB, address string, authority *pki.Authority) string {
	t.Helper()
	conn, err := tls.DialWithDialer(&net.Dialer{Timeout: 3 * time.Second}, "tcp", address, &tls.Config{RootCAs: authority.Pool})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0].SerialNumber.String()
}
