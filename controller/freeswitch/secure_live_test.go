package freeswitch_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	config "ringdesk/configs/freeswitch"
	"ringdesk/controller/engine"
	"ringdesk/testkit/conformance"
	fsserver "ringdesk/testkit/freeswitch"
	"ringdesk/testkit/pki"
	"ringdesk/testkit/siprig"
)

// secureServer is a FreeSWITCH with SIP over TLS, whose carriers' certificates must be
// of the authority.
func secureServer(t testing.TB, authority *pki.Authority, rtp int) *server {
	t.Helper()
	fsserver.Need(t)
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	authority.Write(t, cert, key, time.Now().Add(time.Hour), "127.0.0.1")
	var agent []byte
	for _, name := range []string{cert, key} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		agent = append(agent, text...)
	}
	s, err := launch(filepath.Join(dir, "data"), rtp, &config.TLS{Agent: string(agent), Authorities: string(authority.PEM), Verify: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("FreeSWITCH:\n%s", s.Output())
		}
	})
	return s
}

// secureRig is a FreeSWITCH with a carrier that speaks TLS and SRTP alone.
type secureRig struct {
	*rig
	plain siprig.SecureRig
}

func (r secureRig) PlainCaller(t testing.TB, over engine.Transport) conformance.Caller {
	return r.plain.PlainCaller(t, over)
}

func (r secureRig) PlainSubscriber(t testing.TB, number string) conformance.Callee {
	return r.plain.PlainSubscriber(t, number)
}

// Calls over TLS and SRTP are calls like all others, and nothing else passes for them.
//
// Covers: SYS-1, SEC-1, SEC-3, RFC 4568.
func TestSecured(t *testing.T) {
	authority := pki.New(t)
	s := secureServer(t, authority, firstRTP+portsRTP)
	conformance.RunSecured(t, func(t testing.TB) conformance.SecuredRig {
		secure := siprig.NewSecureRig(t, s.EventSocket, s.sip, s.tls, authority)
		return secureRig{&rig{server: s, Rig: secure.Rig, carriers: siprig.Trusting(t, authority)}, secure}
	}, conformance.FallsSilent())
}
