package asterisk

import (
	"context"
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"ringdesk/controller/engine"
)

// trunk is a trunk that was put.
type trunk struct {
	engine.Trunk
	put time.Time // when Asterisk got it as it is
}

// qualifyTimeout is how long a carrier may take to answer OPTIONS.
const qualifyTimeout = 3 * time.Second

// firstQualify is the longest until a new trunk is asked for the first time
// (pjsip.conf, max_initial_qualify_time).
const firstQualify = 2 * time.Second

// asked says whether the carrier has had time to answer for the first time.
// Before it Asterisk calls it offline.
func (t *trunk) asked() bool { return time.Since(t.put) > firstQualify+qualifyTimeout+time.Second }

// PutTrunk implements engine.Commands.
func (a *Adapter) PutTrunk(ctx context.Context, t engine.Trunk) error {
	changed, err := a.putTrunk(ctx, t)
	if err == nil {
		a.mu.Lock()
		put := a.trunks[t.ID].put // long ago, if Asterisk has it from another process of ours
		if changed {
			put = time.Now()
		}
		a.trunks[t.ID] = trunk{t, put}
		a.mu.Unlock()
	}
	return command("PutTrunk", err)
}

func (a *Adapter) putTrunk(ctx context.Context, t engine.Trunk) (changed bool, err error) {
	if err := errors.Join(t.Check(), a.opt.Carriers.Takes(t)); err != nil {
		return false, err
	}
	networks, err := t.Networks()
	if err != nil {
		return false, err
	}
	matches := matchFields(networks)
	aor := []field{{"max_contacts", "0"}}
	if t.Remote != "" {
		aor = append(aor, field{"contact", remoteURI(t)})
	}
	endpoint := []field{
		{"context", "from-trunk"}, {"disallow", "all"}, {"allow", strings.Join(t.CodecsOrDefault(), ",")}, {"aors", t.ID},
		// By address only: a From with the trunk's name proves nothing.
		{"identify_by", "ip"},
		{"direct_media", "no"}, {"rtp_symmetric", "yes"}, {"force_rport", "yes"}, {"dtmf_mode", string(t.DTMFOrDefault())}, {"ignore_183_without_sdp", "yes"},
		{"trust_id_inbound", "yes"}, {"allow_subscribe", "no"}, {"allow_transfer", "no"},
		{"rtp_timeout", trunkRTPTimeout}, {"rtp_keepalive", rtpKeepalive},
	}
	endpoint = append(endpoint, mediaFields(a.opt.CarrierMedia)...)
	endpoint = append(endpoint, secureFields(t)...)
	var objects []object
	if t.Username != "" {
		objects = append(objects, object{"auth", "", []field{{"auth_type", "userpass"}, {"username", t.Username}, {"password", t.Password}}})
		endpoint = append(endpoint, field{"outbound_auth", t.ID})
	}
	if t.FromDomain != "" {
		endpoint = append(endpoint, field{"from_domain", t.FromDomain})
	}
	if t.Register {
		// extensions.conf takes the number from To when a call is addressed to it.
		endpoint = append(endpoint, field{"set_var", "LINE_USER=" + t.Username})
	}
	objects = append(objects, object{"aor", "", aor}, object{"endpoint", "", endpoint})
	if t.Remote != "" {
		objects = append(objects, a.probeOf(t)...)
	}
	if len(matches) > 0 {
		objects = append(objects, object{"identify", "", append(matches, field{"endpoint", t.ID})})
	}
	if t.Register {
		objects = append(objects, object{"registration", "", a.registration(t)})
	}
	return a.put(ctx, []string{t.ID, probeID(t.ID)}, objects...)
}

// mediaFields bind an endpoint's sound to an address.
func mediaFields(address string) []field {
	if address == "" {
		return nil
	}
	return []field{{"media_address", address}, {"bind_rtp_to_media_address", "yes"}}
}

// secureFields make an endpoint encrypt what its trunk asks for, and refuse the rest:
// extensions.conf reads TRUNK_TLS.
func secureFields(t engine.Trunk) []field {
	var fields []field
	if t.TransportOrDefault() == engine.TransportTLS {
		fields = append(fields, field{"transport", "tls"}, field{"set_var", "TRUNK_TLS=1"}, field{"rewrite_contact", "yes"})
	}
	if t.EncryptionOrDefault() == engine.EncryptionSDES {
		fields = append(fields, field{"media_encryption", "sdes"}, field{"media_encryption_optimistic", "no"})
	}
	return fields
}

// remoteURI is where a trunk's calls and registrations go.
func remoteURI(t engine.Trunk) string {
	uri := "sip:" + t.Remote
	if transport := t.TransportOrDefault(); transport != engine.TransportUDP {
		uri += ";transport=" + string(transport)
	}
	return uri
}

// probeID names what asks a trunk's carrier for life.
func probeID(trunk string) string { return "probe-" + trunk }

// probeOf describes an endpoint that is only asked for life. It stands apart
// since Asterisk calls nobody who answers no OPTIONS, as some carriers do.
func (a *Adapter) probeOf(t engine.Trunk) []object {
	name := probeID(t.ID)
	return []object{
		{"aor", name, []field{{"max_contacts", "0"}, {"contact", remoteURI(t)}, {"qualify_frequency", seconds(a.opt.Qualify)}, {"qualify_timeout", seconds(qualifyTimeout)}}},
		{"endpoint", name, []field{{"context", "phones"}, {"aors", name}, {"disallow", "all"}, {"allow", "alaw"}, {"identify_by", "ip"}}},
	}
}

// registration describes how we register. A carrier that cannot be reached or
// that refuses is asked again for ever: it may change its mind.
func (a *Adapter) registration(t engine.Trunk) []field {
	retry := seconds(a.opt.RegisterRetry)
	return []field{
		{"server_uri", remoteURI(t)}, {"client_uri", clientURI(t)}, {"contact_user", t.Username}, {"outbound_auth", t.ID},
		{"expiration", "300"}, {"max_random_initial_delay", "0"}, {"max_retries", "1000000"}, {"auth_rejection_permanent", "no"},
		{"retry_interval", retry}, {"forbidden_retry_interval", retry}, {"fatal_retry_interval", retry},
		// Calls that come to our contact belong to the trunk, wherever from.
		{"line", "yes"}, {"endpoint", t.ID},
	}
}

// clientURI is our address of record at the carrier. The states of
// registrations are known by it.
func clientURI(t engine.Trunk) string { return "sip:" + t.Username + "@" + t.Remote }

func seconds(d time.Duration) string { return strconv.Itoa(max(1, int(d/time.Second))) }

// matchFields are the addresses that calls come from.
func matchFields(networks []netip.Prefix) []field {
	var all []field
	for _, n := range networks {
		all = append(all, field{"match", n.String()})
	}
	return all
}

// DeleteTrunk implements engine.Commands.
func (a *Adapter) DeleteTrunk(ctx context.Context, id string) error {
	if err := engine.CheckEndpoint("trunk", id); err != nil {
		return command("DeleteTrunk", err)
	}
	defer a.changing(id)()
	err := a.dropAll(ctx, id, probeID(id))
	if err == nil {
		a.mu.Lock()
		delete(a.trunks, id)
		a.mu.Unlock()
	}
	return command("DeleteTrunk", err)
}
