package e2e

import (
	"crypto/tls"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ringdesk/testkit/phone"
	"ringdesk/testkit/pki"
)

// sipCertificate is SIP's certificate of a project: an authority, and the folder with
// the two files that the containers read.
type sipCertificate struct {
	authority *pki.Authority
	folder    string
}

func newSIPCertificate(t *testing.T, names ...string) sipCertificate {
	t.Helper()
	s := sipCertificate{authority: pki.New(t), folder: t.TempDir()}
	if err := os.Chmod(s.folder, 0o755); err != nil {
		t.Fatal(err)
	}
	s.write(t, names...)
	return s
}

func (s sipCertificate) write(t *testing.T, names ...string) {
	t.Helper()
	cert, key := filepath.Join(s.folder, "cert.pem"), filepath.Join(s.folder, "key.pem")
	s.authority.Write(t, cert, key, time.Now().Add(time.Hour), names...)
	if err := errors.Join(os.Chown(cert, edgeUser, edgeUser), os.Chown(key, edgeUser, edgeUser)); err != nil {
		t.Fatal(err)
	}
}

// encrypted: with docker-compose.sip-tls.yml a carrier calls over TLS, with SRTP, through the
// published port, and a renewed certificate counts without a restart.
func (c *Compose) encrypted(t *testing.T) {
	served := func() (string, error) {
		// One that comes just when the engine takes a new certificate is not answered.
		conn, err := tls.DialWithDialer(&net.Dialer{Timeout: 3 * time.Second}, "tcp", c.sips, &tls.Config{RootCAs: c.sipTLS.authority.Pool})
		if err != nil {
			return "", err
		}
		defer conn.Close()
		return conn.ConnectionState().PeerCertificates[0].Subject.CommonName, nil
	}
	if got, err := served(); err != nil || got != c.address {
		t.Fatalf("SIP over TLS has the certificate of %q, %v", got, err)
	}
	api := c.API(t)
	trunk := List[struct{ ID string }](api, "/trunks")[0].ID
	api.Patch("/trunks/"+trunk, map[string]any{"transport": "tls", "mediaEncryption": "sdes"}, nil)
	defer api.Patch("/trunks/"+trunk, map[string]any{"transport": "udp", "mediaEncryption": "none"}, nil)

	mina := c.Browser(t, c.Agents[0], MinaHz)
	c.awaitAvailable(t, mina)
	carrier, err := phone.New(t.Context(), phone.Options{Listen: c.address + ":0", Secure: true, TLS: &tls.Config{RootCAs: c.sipTLS.authority.Pool,
		Certificates: []tls.Certificate{c.sipTLS.authority.Issue(t, time.Now().Add(time.Hour), c.address)}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(carrier.Close)
	caller, err := carrier.Invite("sip:"+c.Number+"@"+c.sips+";transport=tls", phone.CallOptions{From: "01021150007"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(caller.Hangup)
	caller.SayTone(CallerHz)
	mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)
	AwaitHears(t, "Mina", mina, CallerHz)
	if _, refused := caller.Wire(); refused > 0 {
		t.Errorf("%d datagrams were not encrypted by the engine", refused)
	}

	c.sipTLS.write(t, "renewed.ringdesk.test", c.address)
	Await(t, "the renewed certificate is served", startTime, func() (bool, string) {
		got, err := served()
		return err == nil && got == "renewed.ringdesk.test", got
	})
	now := time.Now()
	MustHear(t, "the caller", caller, now, time.Second, MinaHz)
	caller.Hangup()
}
