package freeswitch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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
	a.accounts.mu.Lock()
	defer a.accounts.mu.Unlock()
	t, ok := a.accounts.trunks[id]
	return t.Trunk, ok
}

// gatewayName is a trunk's name to FreeSWITCH. It changes with what the gateway
// is: FreeSWITCH needs seconds to remove one, and waits for its calls. It cannot
// be guessed where there is a password, so that nobody can send calls to it.
func gatewayName(t engine.Trunk) string {
	h := sha256.Sum256(fmt.Appendf(nil, "%q %v %q %q %q", t.Remote, t.Register, t.Username, t.Password, t.FromDomain))
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
	a.accounts.change.Lock()
	defer a.accounts.change.Unlock()
	old, known := a.trunkOf(t.ID)
	if !known || !reflect.DeepEqual(old, t) {
		if err := a.write(t.ID, "trunk-", t, files, gatewaysDir, aclDir, inboundDir); err != nil {
			return err
		}
		if err := a.applyTrunks(ctx, old, t); err != nil {
			return err
		}
	}
	a.accounts.mu.Lock()
	defer a.accounts.mu.Unlock()
	a.accounts.trunks[t.ID] = trunk{t, true}
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
	if err := engine.CheckAccount("trunk", id); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	a.accounts.change.Lock()
	defer a.accounts.change.Unlock()
	old, _ := a.trunkOf(id)
	if err := a.remove(id, "trunk-", gatewaysDir, aclDir, inboundDir); err != nil {
		return err
	}
	if err := a.applyTrunks(ctx, old, engine.Trunk{}); err != nil {
		return err
	}
	a.accounts.mu.Lock()
	defer a.accounts.mu.Unlock()
	delete(a.accounts.trunks, id)
	return nil
}

// trunkFiles writes what FreeSWITCH reads of a trunk, by folder.
func (a *Adapter) trunkFiles(t engine.Trunk) (map[string]string, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	networks, err := t.Networks()
	if err != nil {
		return nil, err
	}
	files := map[string]string{
		aclDir:     "<include>\n<list name=\"trunk-" + t.ID + "\" default=\"deny\">" + aclNodes(networks) + "</list>\n</include>\n",
		inboundDir: inboundXML(t, codecList(t.CodecsOrDefault())),
	}
	if t.Remote != "" {
		files[gatewaysDir] = a.gatewayXML(t)
	}
	return files, nil
}

func (a *Adapter) gatewayXML(t engine.Trunk) string {
	params := []string{
		param("proxy", t.Remote), param("register", strconv.FormatBool(t.Register)),
		param("caller-id-in-from", "true"), param("context", "from-trunk"),
		// A carrier that we registered with calls our user name; the number is in To.
		param("extension", "auto_to_user"),
		param("ping", seconds(a.opt.Qualify)), param("retry-seconds", seconds(a.opt.RegisterRetry)), param("expire-seconds", "300"),
	}
	if t.Username != "" {
		params = append(params, param("username", t.Username), param("password", t.Password))
	}
	if t.FromDomain != "" {
		params = append(params, param("from-domain", t.FromDomain))
	}
	return "<include>\n<gateway name=\"" + gatewayName(t) + "\">" + strings.Join(params, "") + "</gateway>\n</include>\n"
}

// inboundXML is the part of the dialplan that knows a trunk's calls: by address,
// or by the gateway that they are addressed to.
func inboundXML(t engine.Trunk, codecs []string) string {
	actions := "<action application=\"set\" data=\"" + trunkVariable + "=" + t.ID + "\" inline=\"true\"/>" +
		"<action application=\"set\" data=\"codec_string=" + strings.Join(codecs, ",") + "\" inline=\"true\"/>"
	extension := func(name, field, expression string) string {
		return "<extension name=\"" + name + "-" + t.ID + "\" continue=\"true\"><condition field=\"" + field + "\" expression=\"" + expression + "\">" + actions + "</condition></extension>\n"
	}
	text := "<include>\n" + extension("by-address", "${acl(${network_addr} trunk-"+t.ID+")}", "^true$")
	if t.Register {
		text += extension("by-registration", "${sip_gateway}", "^"+gatewayName(t)+"$")
	}
	return text + "</include>\n"
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
