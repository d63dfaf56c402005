package e2e

import (
	"crypto/tls"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringdesk/testkit/pki"
	"ringdesk/testkit/ports"
)

// With a certificate of its own SIP is taken over TLS, too; another one is served as
// soon as its files are there, by the same Asterisk, and the doctor tells its end.
//
// Covers: OPS-1, OPS-3.
func TestSIPCertificate_OPS_1(t *testing.T) {
	ca, dir := pki.New(t), t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	ca.Write(t, cert, key, time.Now().Add(40*24*time.Hour), "127.0.0.1", "first.example")
	port, err := ports.Free()
	if err != nil {
		t.Fatal(err)
	}
	sips := "127.0.0.1:" + strconv.Itoa(port)
	in := Start(t, Options{Env: []string{"RINGDESK_SIP_TLS=" + sips, "RINGDESK_SIP_TLS_CERT=" + cert, "RINGDESK_SIP_TLS_KEY=" + key, "RINGDESK_SIP_TLS_VERIFY=false"}})
	name := func() (string, error) {
		conn, err := tls.DialWithDialer(&net.Dialer{Timeout: 3 * time.Second}, "tcp", sips, &tls.Config{RootCAs: ca.Pool})
		if err != nil {
			return "", err
		}
		defer conn.Close()
		return conn.ConnectionState().PeerCertificates[0].DNSNames[0], nil
	}
	if got, err := name(); err != nil || got != "first.example" {
		t.Errorf("SIP over TLS has %q, %v", got, err)
	}
	asterisk := in.AsteriskPID()
	ca.Write(t, cert, key, time.Now().Add(50*24*time.Hour), "127.0.0.1", "second.example")
	Await(t, "the new certificate is served", startTime, func() (bool, string) {
		got, err := name()
		return err == nil && got == "second.example", got
	})
	if now := in.AsteriskPID(); now != asterisk {
		t.Errorf("Asterisk %d became %d", asterisk, now)
	}
	out, _ := in.Run("doctor") // other findings are its own tests'
	if !strings.Contains(out, "is good for 49 days") || !strings.Contains(out, "RINGDESK_SIP_TLS_VERIFY") {
		t.Errorf("the doctor says\n%s", out)
	}
}
