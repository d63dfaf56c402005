package asterisk

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/link"
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
// carrier must not keep a call for ever. An agent's browser sends all the time,
// muted too, and its customer is in silence meanwhile (IN-12); carriers may
// suppress silence. Keep-alives let the far side see us while a parked leg is
// silent.
const (
	phoneRTPTimeout = "12"
	trunkRTPTimeout = "60"
	rtpKeepalive    = "10"
)

// object is one entry of Asterisk's SIP configuration.
type object struct {
	class  string // one of classes
	name   string // empty for that of the whole
	fields []field
}

// classes are those of all that one name can have, in the order in which they
// can be deleted.
var classes = []string{"registration", "identify", "endpoint", "aor", "auth"}

// seal is an attribute of endpoints that does nothing here, since no module for
// SIP messages is loaded. It holds a fingerprint of what was put.
const seal = "message_context"

// put makes or replaces what has these names, the first of which is the endpoint's,
// and says whether anything was different.
// Asterisk's own way to change an
// object adds to lists and turns the unset caller id into "unknown", so a
// different one is made anew. One that is right already is left alone: calls
// may be coming in through it, and a phone keeps its registration.
func (a *Adapter) put(ctx context.Context, names []string, objects ...object) (changed bool, err error) {
	id := names[0]
	defer a.changing(id)()
	fingerprint := fingerprint(objects)
	var old []field
	err = a.raw(ctx, http.MethodGet, dynamic+"endpoint/"+id, nil, &old)
	if err == nil && slices.Contains(old, field{seal, fingerprint}) {
		return false, nil
	}
	if err != nil && !isGone(err) {
		return false, err
	}
	if err := a.dropAll(ctx, names...); err != nil {
		return true, err
	}
	for _, o := range objects {
		fields := o.fields
		if o.class == "endpoint" && o.name == "" {
			fields = append(slices.Clone(fields), field{seal, fingerprint})
		}
		body := map[string]any{"fields": fields}
		name := cmp.Or(o.name, id)
		if err := a.raw(ctx, http.MethodPut, dynamic+o.class+"/"+name, body, nil); err != nil {
			return true, fmt.Errorf("%s %s: %w", o.class, name, err)
		}
	}
	return true, nil
}

// changeLocks is how many endpoints can be changed at once.
const changeLocks = 64

// changing lets one caller at a time change an endpoint, until the function that
// it gives is called: of two who made it anew at once, the second would change
// what the first had made.
func (a *Adapter) changing(id string) (done func()) {
	h := fnv.New32a()
	h.Write([]byte(id)) // never fails
	lock := &a.changes[h.Sum32()%changeLocks]
	lock.Lock()
	return lock.Unlock
}

func fingerprint(objects []object) string {
	h := sha256.New()
	for _, o := range objects {
		fmt.Fprintf(h, "%q", o)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// drop deletes one object and says whether it was there.
func (a *Adapter) drop(ctx context.Context, class, id string) (bool, error) {
	err := a.raw(ctx, http.MethodDelete, dynamic+class+"/"+id, nil, nil)
	if isGone(err) {
		return false, nil
	}
	return err == nil, err
}

// unregisterTime is for taking a registration back, which the carrier
// challenges, before the password is deleted.
const unregisterTime = 300 * time.Millisecond

func (a *Adapter) dropAll(ctx context.Context, names ...string) error {
	for _, class := range classes {
		for _, name := range names {
			there, err := a.drop(ctx, class, name)
			if err != nil {
				return err
			}
			if there && class == "registration" {
				link.Wait(ctx, unregisterTime)
			}
		}
	}
	return nil
}

// PutPhone implements engine.Commands.
func (a *Adapter) PutPhone(ctx context.Context, p engine.Phone) error {
	return command("PutPhone", a.putPhone(ctx, p))
}

func (a *Adapter) putPhone(ctx context.Context, p engine.Phone) error {
	if err := p.Check(); err != nil {
		return err
	}
	endpoint := []field{
		{"context", "phones"}, {"disallow", "all"}, {"aors", p.ID}, {"direct_media", "no"},
		{"rtp_symmetric", "yes"}, {"force_rport", "yes"}, {"rewrite_contact", "yes"},
		{"dtmf_mode", "rfc4733"}, {"allow_subscribe", "no"}, {"allow_transfer", "no"},
		{"rtp_timeout", phoneRTPTimeout}, {"rtp_keepalive", rtpKeepalive},
	}
	endpoint = append(endpoint, mediaFields(a.opt.PhoneMedia)...)
	var objects []object
	if p.Password != "" {
		endpoint = append(endpoint, field{"auth", p.ID})
		objects = append(objects, object{"auth", "", []field{{"auth_type", "userpass"}, {"username", p.ID}, {"password", p.Password}}})
	}
	aor := []field{{"max_contacts", "1"}, {"remove_existing", "yes"}} // one browser per agent: the newest wins
	if p.Contact != "" {
		aor = []field{{"max_contacts", "0"}, {"contact", p.Contact}}
		// Whoever writes this name into From must not become this phone.
		endpoint = append(endpoint, field{"allow", "alaw,ulaw"}, field{"identify_by", "ip"})
	} else {
		source, err := engine.Source(ctx, a.opt.SIPSocket)
		if err != nil {
			return err
		}
		endpoint = append(endpoint, onlyFrom(source)...)
		objects = append(objects, object{"identify", "", []field{{"endpoint", p.ID}, {"match_header", engine.ProofHeader + ": " + p.Proof}}})
		endpoint = append(endpoint, field{"webrtc", "yes"}, field{"dtls_auto_generate_cert", "yes"}, field{"allow", "opus,ulaw,vp8"})
	}
	_, err := a.put(ctx, []string{p.ID}, append(objects, object{"aor", "", aor}, object{"endpoint", "", endpoint})...)
	if err == nil {
		a.phones.put(p.ID, p.Contact != "")
	}
	return err
}

// DeletePhone implements engine.Commands.
func (a *Adapter) DeletePhone(ctx context.Context, id string) error {
	if err := engine.CheckEndpoint("phone", id); err != nil {
		return command("DeletePhone", err)
	}
	defer a.changing(id)()
	a.phones.remove(id)
	return command("DeletePhone", a.dropAll(ctx, id))
}
