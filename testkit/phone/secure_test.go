package phone_test

import (
	"crypto/tls"
	"slices"
	"testing"
	"time"

	"ringdesk/testkit/phone"
	"ringdesk/testkit/pki"
	"ringdesk/testkit/tone"
)

// secure is options of a phone with TLS and SRTP.
func secure(t *testing.T) phone.Options {
	t.Helper()
	authority := pki.New(t)
	return phone.Options{Secure: true, TLS: &tls.Config{Certificates: []tls.Certificate{authority.Issue(t, time.Now().Add(time.Hour), "127.0.0.1")}, RootCAs: authority.Pool}}
}

// Two phones talk over TLS and SRTP; what is on the wire is no sound of theirs.
func TestSecure(t *testing.T) {
	t.Parallel()
	opt := secure(t)
	a, b := pair(t, opt, opt, phone.CallOptions{})
	a.SayTone(440)
	b.SayTone(1000)
	hears(t, a, 1000)
	hears(t, b, 440)
	if err := a.SendDTMF(t.Context(), "42#"); err != nil {
		t.Fatal(err)
	}
	await(t, "the keys", func() bool { return b.DTMF() == "42#" })
	datagrams, refused := b.Wire()
	if len(datagrams) == 0 || refused != 0 {
		t.Fatalf("%d datagrams, %d refused", len(datagrams), refused)
	}
	if heard := tone.Which(phone.OnWire(datagrams, phone.PCMU), phone.Rate, 440); slices.Contains(heard, 440) {
		t.Error("the tone can be heard on the wire")
	}
	await(t, "the tone again", func() bool {
		now := time.Now()
		return slices.Contains(tone.Which(b.Heard(now.Add(-300*time.Millisecond), now.Add(-100*time.Millisecond)), phone.Rate, 440), 440)
	})
}

// A phone that takes SRTP alone refuses plain RTP, and the other way round.
func TestSecure_Alone(t *testing.T) {
	t.Parallel()
	sealed := secure(t)
	plain := sealed
	plain.Secure = false
	for name, way := range map[string][2]phone.Options{"plain to sealed": {plain, sealed}, "sealed to plain": {sealed, plain}} {
		way[1].OnInvite = answer
		if got := final(t, invite(t, newPhone(t, way[0]), newPhone(t, way[1]), phone.CallOptions{})).Code; got != 488 {
			t.Errorf("%s: %d", name, got)
		}
	}
}
