package asterisk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ringdesk/controller/engine"
)

// dynamic is where Asterisk takes configuration at run time; sorcery.conf keeps
// it in memory.
const dynamic = "/asterisk/config/dynamic/res_pjsip/"

// field is one setting. Several of one attribute make a list.
type field struct {
	Attribute string `json:"attribute"`
	Value     string `json:"value"`
}

// Seconds without RTP from the far side after which a leg ends: a dead phone or
// carrier must not keep a call for ever. Keep-alives let the far side see us
// while a parked leg is silent.
const (
	rtpTimeout   = "60"
	rtpKeepalive = "10"
)

// object is one entry of Asterisk's SIP configuration.
type object struct {
	class  string // auth, aor, endpoint or identify
	fields []field
}

// seal is an attribute of endpoints that does nothing here, since no module for
// SIP messages is loaded. It holds a fingerprint of what was put.
const seal = "message_context"

// put makes or replaces what has the name id. Asterisk's own way to change an
// object adds to lists and turns the unset caller id into "unknown", so a
// different one is made anew. One that is right already is left alone: calls
// may be coming in through it, and a phone keeps its registration.
func (a *Adapter) put(ctx context.Context, id string, objects ...object) error {
	fingerprint := fingerprint(objects)
	var old []field
	err := a.raw(ctx, http.MethodGet, dynamic+"endpoint/"+id, nil, &old)
	if err == nil && slices.Contains(old, field{seal, fingerprint}) {
		return nil
	}
	if err != nil && !isGone(err) {
		return err
	}
	if err := a.dropAll(ctx, id, "identify", "endpoint", "aor", "auth"); err != nil {
		return err
	}
	for _, o := range objects {
		fields := o.fields
		if o.class == "endpoint" {
			fields = append(slices.Clone(fields), field{seal, fingerprint})
		}
		body := map[string]any{"fields": fields}
		if err := a.raw(ctx, http.MethodPut, dynamic+o.class+"/"+id, body, nil); err != nil {
			return fmt.Errorf("%s %s: %w", o.class, id, err)
		}
	}
	return nil
}

func fingerprint(objects []object) string {
	h := sha256.New()
	for _, o := range objects {
		fmt.Fprintf(h, "%q", o)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// drop deletes one object, if it is there.
func (a *Adapter) drop(ctx context.Context, class, id string) error {
	err := a.raw(ctx, http.MethodDelete, dynamic+class+"/"+id, nil, nil)
	if isGone(err) {
		return nil
	}
	return err
}

var contactPattern = regexp.MustCompile(`^sip:[A-Za-z0-9.+_~-]+@[A-Za-z0-9.:\[\]-]+(;transport=(udp|tcp))?$`)

// PutPhone implements engine.Commands.
func (a *Adapter) PutPhone(ctx context.Context, p engine.Phone) error {
	return command("PutPhone", a.putPhone(ctx, p))
}

func (a *Adapter) putPhone(ctx context.Context, p engine.Phone) error {
	switch {
	case !accountPattern.MatchString(p.ID):
		return refuse("phone id %q must be letters and digits", p.ID)
	case p.Contact != "" && !contactPattern.MatchString(p.Contact):
		return refuse("contact %q is not allowed", p.Contact)
	case p.Contact == "" && p.Password == "":
		return refuse("phone %s needs a password", p.ID)
	case strings.ContainsAny(p.Password, "\r\n;"):
		return refuse("the password of phone %s holds a character that is not allowed", p.ID)
	}
	endpoint := []field{
		{"context", "phones"}, {"disallow", "all"}, {"aors", p.ID}, {"direct_media", "no"},
		{"rtp_symmetric", "yes"}, {"force_rport", "yes"}, {"rewrite_contact", "yes"},
		{"dtmf_mode", "rfc4733"}, {"allow_subscribe", "no"}, {"allow_transfer", "no"},
		{"rtp_timeout", rtpTimeout}, {"rtp_keepalive", rtpKeepalive},
	}
	var objects []object
	if p.Password != "" {
		endpoint = append(endpoint, field{"identify_by", "username"}, field{"auth", p.ID})
		objects = append(objects, object{"auth", []field{{"auth_type", "userpass"}, {"username", p.ID}, {"password", p.Password}}})
	} else {
		// Whoever writes this name into From must not become this phone.
		endpoint = append(endpoint, field{"identify_by", "ip"})
	}
	aor := []field{{"max_contacts", "1"}, {"remove_existing", "yes"}} // one browser per agent: the newest wins
	if p.Contact != "" {
		aor = []field{{"max_contacts", "0"}, {"contact", p.Contact}}
		endpoint = append(endpoint, field{"allow", "alaw,ulaw"})
	} else {
		endpoint = append(endpoint, field{"webrtc", "yes"}, field{"dtls_auto_generate_cert", "yes"}, field{"allow", "opus,ulaw,vp8"})
	}
	return a.put(ctx, p.ID, append(objects, object{"aor", aor}, object{"endpoint", endpoint})...)
}

// DeletePhone implements engine.Commands.
func (a *Adapter) DeletePhone(ctx context.Context, id string) error {
	if !accountPattern.MatchString(id) {
		return command("DeletePhone", refuse("phone id %q must be letters and digits", id))
	}
	return command("DeletePhone", a.dropAll(ctx, id, "endpoint", "aor", "auth"))
}

func (a *Adapter) dropAll(ctx context.Context, id string, classes ...string) error {
	for _, class := range classes {
		if err := a.drop(ctx, class, id); err != nil {
			return err
		}
	}
	return nil
}

// PutTrunk implements engine.Commands.
func (a *Adapter) PutTrunk(ctx context.Context, t engine.Trunk) error {
	return command("PutTrunk", a.putTrunk(ctx, t))
}

func (a *Adapter) putTrunk(ctx context.Context, t engine.Trunk) error {
	if !accountPattern.MatchString(t.ID) {
		return refuse("trunk id %q must be letters and digits", t.ID)
	}
	matches, err := matchFields(t.Hosts)
	if err != nil {
		return err
	}
	codecs, err := codecList(t.Codecs)
	if err != nil {
		return err
	}
	aor := []field{{"max_contacts", "0"}}
	if t.Remote != "" {
		if err := checkRemote(t.Remote); err != nil {
			return err
		}
		aor = append(aor, field{"contact", "sip:" + t.Remote})
	}
	endpoint := []field{
		{"context", "from-trunk"}, {"disallow", "all"}, {"allow", codecs}, {"aors", t.ID},
		// By address only: a From with the trunk's name proves nothing.
		{"identify_by", "ip"},
		{"direct_media", "no"}, {"rtp_symmetric", "yes"}, {"force_rport", "yes"}, {"dtmf_mode", "rfc4733"},
		{"trust_id_inbound", "yes"}, {"allow_subscribe", "no"}, {"allow_transfer", "no"},
		{"rtp_timeout", rtpTimeout}, {"rtp_keepalive", rtpKeepalive},
	}
	objects := []object{{"aor", aor}, {"endpoint", endpoint}}
	if len(matches) > 0 {
		objects = append(objects, object{"identify", append(matches, field{"endpoint", t.ID})})
	}
	return a.put(ctx, t.ID, objects...)
}

// matchFields checks the addresses that calls come from.
func matchFields(hosts []string) ([]field, error) {
	var all []field
	for _, h := range hosts {
		prefix, err := netip.ParsePrefix(h)
		if err != nil {
			addr, addrErr := netip.ParseAddr(h)
			if addrErr != nil {
				return nil, refuse("host %q must be an IP address or network", h)
			}
			prefix = netip.PrefixFrom(addr, addr.BitLen())
		}
		all = append(all, field{"match", prefix.Masked().String()})
	}
	return all, nil
}

func codecList(codecs []string) (string, error) {
	if len(codecs) == 0 {
		return "alaw,ulaw", nil
	}
	for _, c := range codecs {
		if !slices.Contains([]string{"alaw", "ulaw", "g722", "opus"}, c) {
			return "", refuse("codec %q is not one of alaw, ulaw, g722, opus", c)
		}
	}
	return strings.Join(codecs, ","), nil
}

var hostPattern = regexp.MustCompile(`^[A-Za-z0-9.:-]{1,255}$`)

func checkRemote(remote string) error {
	host, port, err := net.SplitHostPort(remote)
	if err != nil || !hostPattern.MatchString(host) {
		return refuse("remote %q must be host:port", remote)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return refuse("remote %q must be host:port", remote)
	}
	return nil
}

// DeleteTrunk implements engine.Commands.
func (a *Adapter) DeleteTrunk(ctx context.Context, id string) error {
	if !accountPattern.MatchString(id) {
		return command("DeleteTrunk", refuse("trunk id %q must be letters and digits", id))
	}
	return command("DeleteTrunk", a.dropAll(ctx, id, "identify", "endpoint", "aor"))
}
