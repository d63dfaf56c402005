package siprig

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/trust"
	"ringdesk/testkit/conformance"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/pki"
)

// day is how long certificates of tests are good.
const day = 24 * time.Hour

// NewSecureCarrier makes a carrier that speaks SIP over TLS to the engine's host:port
// for it: at an address of this machine, with a certificate, and with SRTP or
// without. It trusts the engine's certificate if that is of the authority.
func NewSecureCarrier(t testing.TB, sip, address string, authority *pki.Authority, cert tls.Certificate, srtp bool) *Carrier {
	t.Helper()
	return newCarrier(t, sip+";transport=tls", phone.Options{Listen: address + ":0", Secure: srtp,
		TLS: &tls.Config{Certificates: []tls.Certificate{cert}, RootCAs: authority.Pool, MinVersion: tls.VersionTLS12}})
}

// NewSecureRegistrar is a secure carrier at an address that takes every registration and
// tells of its contact.
func NewSecureRegistrar(t testing.TB, sip, address string, authority *pki.Authority, registered func(contact string)) *Carrier {
	t.Helper()
	return newCarrier(t, sip+";transport=tls", phone.Options{Listen: address + ":0", Secure: true, OnRegister: registered,
		TLS: &tls.Config{Certificates: []tls.Certificate{authority.Issue(t, time.Now().Add(day), address)}, RootCAs: authority.Pool, MinVersion: tls.VersionTLS12}})
}

// CallURI calls a SIP URI from a number; the call ends with the test.
func (c *Carrier) CallURI(t testing.TB, from, uri string) {
	t.Helper()
	call, err := c.phone.Invite(uri, phone.CallOptions{From: from})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(call.Hangup)
}

// SecureRig is a conformance.SecuredRig.
type SecureRig struct {
	Rig
	plain map[engine.Transport]*Carrier
}

// NewSecureRig is NewRig for an engine whose SIP over TLS is at host:port tls, with a
// certificate of the authority.
func NewSecureRig(t testing.TB, link, sip, tls string, authority *pki.Authority) SecureRig {
	t.Helper()
	r := SecureRig{Rig: NewRig(t, link, sip)}
	cert := authority.Issue(t, time.Now().Add(day), Address)
	r.plain = map[engine.Transport]*Carrier{engine.TransportUDP: r.Far, engine.TransportTCP: NewCarrier(t, sip+";transport=tcp"),
		engine.TransportTLS: NewSecureCarrier(t, tls, Address, authority, cert, false)}
	r.Far, r.secured = NewSecureCarrier(t, tls, Address, authority, cert, true), true
	return r
}

// PlainCaller implements conformance.SecuredRig.
func (r *SecureRig) PlainCaller(_ testing.TB, over engine.Transport) conformance.Caller {
	return r.plain[over].Caller("01012345678", "")
}

// PlainSubscriber implements conformance.SecuredRig.
func (r *SecureRig) PlainSubscriber(_ testing.TB, number string) conformance.Callee {
	s := r.Far.Subscriber(number)
	s.(*callee).plain.Store(true)
	return s
}

// Trusting judges carriers by an authority, as the engine does.
func Trusting(t testing.TB, authority *pki.Authority) *trust.Carriers {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, authority.PEM, 0o600); err != nil {
		t.Fatal(err)
	}
	return trust.New(file, true)
}
