package engine_test

import (
	"errors"
	"strings"
	"testing"

	"ringdesk/controller/engine"
)

// Covers: SYS-1. Every engine refuses the same, and says what must be different;
// what is refused could become another command, path or setting.
func TestCheck(t *testing.T) {
	phone := engine.Phone{ID: "p1", Password: "secret", Proof: "abc"}
	trunk := engine.Trunk{ID: "t1", Hosts: []string{"192.0.2.1", "192.0.2.0/24", "2001:db8::/32"}, Codecs: []string{"alaw", "opus"},
		Remote: "sip.example.com:5060", Register: true, Username: "07000", Password: "x y", FromDomain: "example.com"}
	dial := engine.DialRequest{Leg: "leg-1", Trunk: "t1", Number: "+8210", CallerID: "07076660001", Call: "c.1"}
	for _, ok := range []error{phone.Check(), trunk.Check(), dial.Check(), engine.DialRequest{Leg: "l", Phone: "p1"}.Check(),
		engine.CheckSounds([]string{"ko/wait", "7"}), engine.CheckSounds([]string{engine.RingTone}), engine.CheckKeys("1*#D"),
		engine.RecordingRequest{File: "2026/11/a-b_c"}.CheckFile(), engine.CheckCallerID("")} {
		if ok != nil {
			t.Error(ok)
		}
	}
	with := func(change func(*engine.Phone, *engine.Trunk, *engine.DialRequest)) error {
		p, tr, d := phone, trunk, dial
		change(&p, &tr, &d)
		return errors.Join(p.Check(), tr.Check(), d.Check())
	}
	for says, err := range map[string]error{
		`id "a b"`:               engine.CheckIDs("fine", "a b"),
		`id ""`:                  engine.CheckIDs(""),
		`number "+82;x"`:         engine.CheckNumber("+82;x"),
		`caller id "0,1"`:        engine.CheckCallerID("0,1"),
		"0-9, *, #, A-D":         engine.CheckKeys("1\n2"),
		"1 to 32 sounds":         engine.CheckSounds(nil),
		"play it alone":          engine.CheckSounds([]string{"a", engine.RingTone}),
		`sound "../a"`:           engine.CheckSounds([]string{"../a"}),
		`file "/a"`:              engine.RecordingRequest{File: "/a"}.CheckFile(),
		`phone id "p-1"`:         with(func(p *engine.Phone, _ *engine.Trunk, _ *engine.DialRequest) { p.ID = "p-1" }),
		"needs a password":       with(func(p *engine.Phone, _ *engine.Trunk, _ *engine.DialRequest) { p.Password = "" }),
		"a proof of letters":     with(func(p *engine.Phone, _ *engine.Trunk, _ *engine.DialRequest) { p.Proof = "" }),
		"and a proof":            with(func(p *engine.Phone, _ *engine.Trunk, _ *engine.DialRequest) { p.Proof = "/.*/" }),
		"password of phone p1":   with(func(p *engine.Phone, _ *engine.Trunk, _ *engine.DialRequest) { p.Password = "a;b" }),
		`contact "sip:x"`:        with(func(p *engine.Phone, _ *engine.Trunk, _ *engine.DialRequest) { p.Contact = "sip:x" }),
		`trunk id ""`:            with(func(_ *engine.Phone, t *engine.Trunk, _ *engine.DialRequest) { t.ID = "" }),
		`user name "a b"`:        with(func(_ *engine.Phone, t *engine.Trunk, _ *engine.DialRequest) { t.Username = "a b" }),
		"password of the trunk":  with(func(_ *engine.Phone, t *engine.Trunk, _ *engine.DialRequest) { t.Password = "a\nb" }),
		"to register":            with(func(_ *engine.Phone, t *engine.Trunk, _ *engine.DialRequest) { t.Remote = "" }),
		`domain "a b"`:           with(func(_ *engine.Phone, t *engine.Trunk, _ *engine.DialRequest) { t.FromDomain = "a b" }),
		`remote "host"`:          with(func(_ *engine.Phone, t *engine.Trunk, _ *engine.DialRequest) { t.Remote = "host" }),
		`remote "host:0"`:        with(func(_ *engine.Phone, t *engine.Trunk, _ *engine.DialRequest) { t.Remote = "host:0" }),
		`host "example.com"`:     with(func(_ *engine.Phone, t *engine.Trunk, _ *engine.DialRequest) { t.Hosts = []string{"example.com"} }),
		`codec "mp3"`:            with(func(_ *engine.Phone, t *engine.Trunk, _ *engine.DialRequest) { t.Codecs = []string{"mp3"} }),
		`transport "sctp"`:       with(func(_ *engine.Phone, t *engine.Trunk, _ *engine.DialRequest) { t.Transport = "sctp" }),
		`mediaEncryption "zrtp"`: with(func(_ *engine.Phone, t *engine.Trunk, _ *engine.DialRequest) { t.Encryption = "zrtp" }),
		"SRTP needs transport":   with(func(_ *engine.Phone, t *engine.Trunk, _ *engine.DialRequest) { t.Encryption = engine.EncryptionSDES }),
		"exactly one of":         with(func(_ *engine.Phone, _ *engine.Trunk, d *engine.DialRequest) { d.Phone = "p1" }),
		`number ""`:              with(func(_ *engine.Phone, _ *engine.Trunk, d *engine.DialRequest) { d.Number = "" }),
		`call id "a b"`:          with(func(_ *engine.Phone, _ *engine.Trunk, d *engine.DialRequest) { d.Call = "a b" }),
		`caller id "Mina"`:       with(func(_ *engine.Phone, _ *engine.Trunk, d *engine.DialRequest) { d.CallerID = "Mina" }),
		`id "l\ning" is not al`:  with(func(_ *engine.Phone, _ *engine.Trunk, d *engine.DialRequest) { d.Leg = "l\ning" }),
	} {
		if err == nil || !strings.Contains(err.Error(), says) || engine.KindOf(err) != engine.KindRefused {
			t.Errorf("want a refusal that says %s, got %v", says, err)
		}
	}
}
