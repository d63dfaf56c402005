package freeswitch_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/trust"
)

// A trunk over TLS and SRTP refuses calls that are not encrypted, calls out by TLS
// and with SRTP alone, and needs SIP's own certificate.
//
// Covers: SEC-1, RFC 4568.
func TestSecureTrunk(t *testing.T) {
	f := newFake(t)
	opt := f.options(t)
	secure := engine.Trunk{ID: "carrier", Hosts: []string{"192.0.2.1"}, Remote: "sip.carrier.example:5061", Register: true, Username: "me", Password: "secret",
		Transport: engine.TransportTLS, Encryption: engine.EncryptionSDES}
	without := run(t, opt)
	expect[engine.LinkUp](t, without, 0, nil)
	if err := without.PutTrunk(t.Context(), secure); engine.KindOf(err) != engine.KindRefused || !strings.Contains(err.Error(), "RINGDESK_SIP_TLS_CERT") {
		t.Errorf("without a certificate: %v", err)
	}
	without.stop(t)
	opt.Carriers = trust.New("", true)
	r := run(t, opt)
	expect[engine.LinkUp](t, r, 0, nil)
	if err := r.PutTrunk(t.Context(), secure); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{
		"gateways/carrier.xml": {`"proxy" value="sip.carrier.example:5061;transport=tls"`, `"register-transport" value="tls"`, `"contact-params" value="transport=tls"`},
		"inbound/carrier.xml":  {"rtp_secure_media=mandatory:AES_CM_128_HMAC_SHA1_80", `field="${sip_via_protocol}" expression="(?i)^tls$"`, "RTP/SAVP "},
		"line/carrier.xml":     {"rtp_secure_media=mandatory:AES_CM_128_HMAC_SHA1_80", `field="${sip_via_protocol}" expression="(?i)^tls$"`},
	} {
		text, err := os.ReadFile(filepath.Join(opt.EndpointsDir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(string(text), w) {
				t.Errorf("%s lacks %s:\n%s", name, w, text)
			}
		}
	}
	plain := engine.Trunk{ID: "plain", Hosts: []string{"192.0.2.2"}}
	if err := r.PutTrunk(t.Context(), plain); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(opt.EndpointsDir, "inbound/plain.xml")); err != nil || !strings.Contains(string(text), "rtp_secure_media=forbidden") || !strings.Contains(string(text), "RTP/AVPF? ") {
		t.Errorf("a trunk without SRTP takes it: %v\n%s", err, text)
	}
	f.set("originate", "+OK leg")
	if err := r.Dial(t.Context(), engine.DialRequest{Leg: engine.LegID(uuid.NewString()), Trunk: "carrier", Number: "+821012345678"}); err != nil {
		t.Fatal(err)
	}
	if sent := f.sent("originate"); len(sent) != 1 || !strings.Contains(sent[0], "rtp_secure_media='mandatory:AES_CM_128_HMAC_SHA1_80'") {
		t.Errorf("sent %q", sent)
	}
}
