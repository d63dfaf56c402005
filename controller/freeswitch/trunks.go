package freeswitch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"time"

	"ringdesk/controller/engine"
)

// leastQualify is the shortest time between two OPTIONS that FreeSWITCH takes.
const leastQualify = 5 * time.Second

// trunk is a trunk that was put. put says that this adapter did, not an earlier
// controller.
type trunk struct {
	engine.Trunk
	put bool
}

func (a *Adapter) trunkOf(id string) (engine.Trunk, bool) {
	a.endpoints.mu.Lock()
	defer a.endpoints.mu.Unlock()
	t, ok := a.endpoints.trunks[id]
	return t.Trunk, ok
}

// gatewayName is a trunk's name to FreeSWITCH. It changes with what the gateway
// is: FreeSWITCH needs seconds to remove one, and waits for its calls. It cannot
// be guessed where there is a password, so that nobody can send calls to it.
func gatewayName(t engine.Trunk) string {
	text := fmt.Appendf(nil, "%q %v %q %q %q", t.Remote, t.Register, t.Username, t.Password, t.FromDomain)
	if transport := t.TransportOrDefault(); transport != engine.TransportUDP { // those of before keep their names
		text = fmt.Appendf(text, " %q", transport)
	}
	h := sha256.Sum256(text)
	return t.ID + "-" + hex.EncodeToString(h[:8])
}

// PutTrunk implements engine.Commands.
func (a *Adapter) PutTrunk(ctx context.Context, t engine.Trunk) error {
	return command("PutTrunk", a.putTrunk(ctx, t))
}

func (a *Adapter) putTrunk(ctx context.Context, t engine.Trunk) error {
	files, err := a.trunkFiles(t)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	a.endpoints.change.Lock()
	defer a.endpoints.change.Unlock()
	old, known := a.trunkOf(t.ID)
	if !known || !reflect.DeepEqual(old, t) {
		if err := a.write(t.ID, "trunk-", t, files, gatewaysDir, aclDir, inboundDir, lineDir); err != nil {
			return err
		}
		if err := a.applyTrunks(ctx, old, t); err != nil {
			return err
		}
	}
	a.endpoints.mu.Lock()
	defer a.endpoints.mu.Unlock()
	a.endpoints.trunks[t.ID] = trunk{t, true}
	return nil
}

// applyTrunks makes FreeSWITCH read the files of trunks again. Calls that are in
// progress are not touched.
func (a *Adapter) applyTrunks(ctx context.Context, old, now engine.Trunk) error {
	lines := []string{"reloadxml", "reloadacl"}
	if old.Remote != "" && (now.Remote == "" || gatewayName(old) != gatewayName(now)) {
		lines = append(lines, "sofia profile "+trunkProfile+" killgw "+gatewayName(old))
		a.forgetAnswer(gatewayName(old))
	}
	if now.Remote != "" && (old.Remote == "" || gatewayName(old) != gatewayName(now)) {
		lines = append(lines, "sofia profile "+trunkProfile+" rescan")
	}
	for _, line := range lines {
		if _, err := a.commands.API(ctx, line); err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
	}
	return nil
}

// DeleteTrunk implements engine.Commands.
func (a *Adapter) DeleteTrunk(ctx context.Context, id string) error {
	return command("DeleteTrunk", a.deleteTrunk(ctx, id))
}

func (a *Adapter) deleteTrunk(ctx context.Context, id string) error {
	if err := engine.CheckEndpoint("trunk", id); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	a.endpoints.change.Lock()
	defer a.endpoints.change.Unlock()
	old, _ := a.trunkOf(id)
	if err := a.remove(id, "trunk-", gatewaysDir, aclDir, inboundDir, lineDir); err != nil {
		return err
	}
	if err := a.applyTrunks(ctx, old, engine.Trunk{}); err != nil {
		return err
	}
	a.endpoints.mu.Lock()
	defer a.endpoints.mu.Unlock()
	delete(a.endpoints.trunks, id)
	return nil
}

// trunkFiles writes what FreeSWITCH reads of a trunk, by folder.
func (a *Adapter) trunkFiles(t engine.Trunk) (map[string]string, error) {
	if err := errors.Join(t.Check(), a.opt.Carriers.Takes(t)); err != nil {
		return nil, err
	}
	networks, err := t.Networks()
	if err != nil {
		return nil, err
	}
	files := map[string]string{
		aclDir:     "<include>\n<list name=\"trunk-" + t.ID + "\" default=\"deny\">" + aclNodes(networks) + "</list>\n</include>\n",
		inboundDir: inboundXML(t, "by-address", "${acl(${network_addr} trunk-"+t.ID+")}", "^true$"),
	}
	if t.Register {
		files[lineDir] = inboundXML(t, "by-registration", "${sip_gateway}", "^"+gatewayName(t)+"$")
	}
	if t.Remote != "" {
		files[gatewaysDir] = a.gatewayXML(t)
	}
	return files, nil
}

func (a *Adapter) gatewayXML(t engine.Trunk) string {
	params := []string{
		param("proxy", t.Remote+transportParameter(t)), param("register", strconv.FormatBool(t.Register)),
		param("caller-id-in-from", "true"), param("context", "from-trunk"),
		// A carrier that we registered with calls our user name; the number is in To.
		param("extension", "auto_to_user"),
		param("ping", seconds(a.opt.Qualify)), param("retry-seconds", seconds(a.opt.RegisterRetry)), param("expire-seconds", "300"),
	}
	if transport := t.TransportOrDefault(); transport != engine.TransportUDP {
		params = append(params, param("register-transport", string(transport)), param("contact-params", "transport="+string(transport)))
	}
	if t.Username != "" {
		params = append(params, param("username", t.Username), param("password", t.Password))
	}
	if t.FromDomain != "" {
		params = append(params, param("from-domain", t.FromDomain))
	}
	return "<include>\n<gateway name=\"" + gatewayName(t) + "\">" + strings.Join(params, "") + "</gateway>\n</include>\n"
}

// transportParameter is what a URI of the trunk's says of its transport.
func transportParameter(t engine.Trunk) string {
	if transport := t.TransportOrDefault(); transport != engine.TransportUDP {
		return ";transport=" + string(transport)
	}
	return ""
}

// secureVariables make a leg use SRTP, and nothing else, where its trunk asks for it,
// and else none: FreeSWITCH would take it when it is offered, with keys that travelled
// in the clear.
func secureVariables(t engine.Trunk) [][2]string {
	media := "forbidden"
	if t.EncryptionOrDefault() == engine.EncryptionSDES {
		media = "mandatory:AES_CM_128_HMAC_SHA1_80"
	}
	return [][2]string{{"rtp_secure_media", media}}
}

// inboundXML is a part of the dialplan that knows a trunk's calls: by address, or
// by the gateway that they are addressed to.
func inboundXML(t engine.Trunk, by, field, expression string) string {
	set := func(name, value string) string {
		return "<action application=\"set\" data=\"" + name + "=" + value + "\" inline=\"true\"/>"
	}
	codecs := codecList(t.CodecsOrDefault())
	actions := set(trunkVariable, t.ID) + set("codec_string", strings.Join(codecs, ","))
	for _, v := range append(keyVariables(t.DTMFOrDefault()), secureVariables(t)...) {
		actions += set(v[0], v[1])
	}
	return "<include>\n<extension name=\"" + by + "-" + t.ID + "\" continue=\"true\"><condition field=\"" + field + "\" expression=\"" + expression + "\">" +
		actions + "</condition></extension>\n" + refuseProtection(t) + refuseOffers(t.ID) + refuseCodecs(t.ID, codecs) + "</include>\n"
}

// refuseProtection is the part of the dialplan that refuses a trunk's calls that are not
// encrypted, though it asks for that: SIP by 403, the sound by 488; and by 488 those whose
// sound can only be encrypted, though it does not.
func refuseProtection(t engine.Trunk) string {
	rule := func(name, given, field, expression, status, cause string) string {
		return "<extension name=\"" + name + "-" + t.ID + "\" continue=\"true\">" +
			"<condition field=\"${" + trunkVariable + "}\" expression=\"^" + t.ID + "$\"></condition>" + given +
			"<condition field=\"" + field + "\" expression=\"" + expression + "\"><anti-action application=\"respond\" data=\"" + status + "\"/>" +
			"<anti-action application=\"hangup\" data=\"" + cause + "\"/></condition></extension>\n"
	}
	text := ""
	if t.TransportOrDefault() == engine.TransportTLS {
		text += rule("tls", "", "${sip_via_protocol}", "(?i)^tls$", "403", "CALL_REJECTED")
	}
	profile := "RTP/AVPF?"
	if t.EncryptionOrDefault() == engine.EncryptionSDES {
		profile = "RTP/SAVP"
	}
	return text + rule("media", "<condition field=\"${switch_r_sdp}\" expression=\".\"></condition>", "${switch_r_sdp}", "m=audio [1-9][0-9]* "+profile+" ", "488", "INCOMPATIBLE_DESTINATION")
}

// refuseOffers is the part of the dialplan that refuses a trunk's calls that offer
// no audio, or fax beside it: FreeSWITCH would then answer and carry no sound
// (RFC 3264, section 6). Before anybody rings.
func refuseOffers(id string) string {
	const refuse = "action application=\"respond\" data=\"488\"/><%saction application=\"hangup\" data=\"INCOMPATIBLE_DESTINATION\"/>"
	rule := func(name, expression, anti string) string {
		return "<extension name=\"" + name + "-" + id + "\" continue=\"true\">" +
			"<condition field=\"${" + trunkVariable + "}\" expression=\"^" + id + "$\"></condition>" +
			"<condition field=\"${switch_r_sdp}\" expression=\".\"></condition>" +
			"<condition field=\"${switch_r_sdp}\" expression=\"" + expression + "\"><" + anti + fmt.Sprintf(refuse, anti) + "</condition></extension>\n"
	}
	return rule("audio", "m=audio [1-9]", "anti-") + rule("fax", "m=image [1-9]", "")
}

// refuseCodecs is the part of the dialplan that refuses a trunk's calls whose offer
// has none of its codecs (RFC 3261, section 21.4.26), before anybody rings.
// FreeSWITCH lists what it found as MODULE.NAME@RATE~PARAMETERS.
func refuseCodecs(id string, codecs []string) string {
	var names []string
	for _, c := range codecs {
		name, _, _ := strings.Cut(c, "@")
		names = append(names, name)
	}
	condition := func(field, expression, inside string) string {
		return "<condition field=\"" + field + "\" expression=\"" + expression + "\">" + inside + "</condition>"
	}
	return "<extension name=\"codecs-" + id + "\" continue=\"true\">" +
		condition("${"+trunkVariable+"}", "^"+id+"$", "") + condition("${switch_r_sdp}", ".", "") +
		condition("${ep_codec_string}", `(?i)\.(`+strings.Join(names, "|")+`)([,~@]|$)`,
			"<anti-action application=\"respond\" data=\"488\"/><anti-action application=\"hangup\" data=\"INCOMPATIBLE_DESTINATION\"/>") +
		"</extension>\n"
}

func seconds(d time.Duration) string { return strconv.Itoa(max(1, int(d/time.Second))) }

// aclNodes are the addresses that calls come from.
func aclNodes(networks []netip.Prefix) string {
	var b strings.Builder
	for _, n := range networks {
		fmt.Fprintf(&b, "<node type=\"allow\" cidr=\"%s\"/>", n)
	}
	return b.String()
}

// codecList gives FreeSWITCH's names.
func codecList(codecs []string) []string {
	names := make([]string, len(codecs))
	for i, c := range codecs {
		names[i] = codecNames[c]
	}
	return names
}
