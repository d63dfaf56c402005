package freeswitch

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"ringdesk/controller/engine"
)

// Dial implements engine.Commands.
func (a *Adapter) Dial(ctx context.Context, req engine.DialRequest) error {
	return command("Dial", a.dial(ctx, req))
}

func (a *Adapter) dial(ctx context.Context, req engine.DialRequest) error {
	if err := req.Check(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	to, codecs, err := a.endpoint(ctx, req)
	if err != nil {
		return err
	}
	// FreeSWITCH counts in whole seconds of the clock, so the first may be short.
	seconds := max(1, int((req.Timeout+time.Second-1)/time.Second)) + 1
	a.mu.Lock()
	if a.legs[req.Leg] != nil {
		a.mu.Unlock()
		return engine.Refuse("leg %s exists already", req.Leg)
	}
	a.legs[req.Leg] = &leg{dialling: true, hears: req.Trunk != ""}
	a.mu.Unlock()
	if to == "" { // known, but not registered: an ordinary end
		a.made.Emit(engine.LegEnded{Leg: req.Leg, At: time.Now(), Cause: engine.CauseAbsent})
		return nil
	}
	vars := a.dialVariables(ctx, req, seconds, codecs)
	err = a.commands.Background(ctx, "originate "+vars+to+" &park()", string(req.Leg))
	switch classify(err) {
	case "":
		a.with(req.Leg, func(l *leg) { l.taken = true })
		a.expectAnswer(req)
	case engine.KindTimeout, engine.KindUnreachable: // it may ring: its events decide
		a.with(req.Leg, func(l *leg) { l.dialling = false })
	default:
		a.mu.Lock()
		delete(a.legs, req.Leg)
		a.mu.Unlock()
	}
	return err
}

// expectAnswer gives a carrier up whose early media leads to no answer: FreeSWITCH
// counts no time past it.
func (a *Adapter) expectAnswer(req engine.DialRequest) {
	if req.Trunk == "" {
		return
	}
	time.AfterFunc(req.Timeout, func() {
		late := false
		a.with(req.Leg, func(l *leg) { late = l.early && !l.answered && l.cause == 0 })
		if late {
			_ = a.Hangup(context.Background(), req.Leg, engine.CauseNoAnswer) // gone meanwhile, or the link is
		}
	})
}

// settleDials ends the waiting for what FreeSWITCH told of earlier dials while
// the link was down: what became of them is in the snapshot, or they are over.
func (a *Adapter) settleDials() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, l := range a.legs {
		l.dialling = l.dialling && !l.taken
	}
}

// endpoint composes what to dial, from checked parts only, and the codecs that
// may be offered. It is empty for a phone that is not registered.
func (a *Adapter) endpoint(ctx context.Context, req engine.DialRequest) (string, []string, error) {
	if req.Trunk != "" {
		t, ok := a.trunkOf(req.Trunk)
		if !ok {
			return "", nil, engine.Refuse("there is no trunk %s", req.Trunk)
		}
		if t.Remote == "" {
			return "", nil, engine.Refuse("trunk %s has no remote to call", req.Trunk)
		}
		if err := a.guard.mayCall(req.Number); err != nil {
			return "", nil, err
		}
		return "sofia/gateway/" + gatewayName(t) + "/" + req.Number, t.CodecsOrDefault(), nil
	}
	p, ok := a.phoneOf(req.Phone)
	switch {
	case !ok:
		return "", nil, engine.Refuse("there is no phone %s", req.Phone)
	case p.Contact != "":
		return "sofia/" + trunkProfile + "/" + p.Contact, []string{"alaw", "ulaw"}, nil
	}
	contact, err := a.commands.API(ctx, "sofia_contact "+agentProfile+"/"+p.ID+"@"+domain)
	if err != nil {
		return "", nil, err
	}
	if strings.HasPrefix(contact, "error/") {
		return "", nil, nil
	}
	if !registeredPattern.MatchString(contact) {
		return "", nil, engine.Refuse("phone %s has registered the contact %.200q, which cannot be dialled", p.ID, contact)
	}
	return contact, []string{"opus", "ulaw"}, nil
}

// registeredPattern matches a contact that a phone registered over a WebSocket:
// its host is one that no name server knows (RFC 7118, section 5.1), so that it is
// called on its connection or not at all (SEC-2), and nothing in it may end the
// dial string or begin another. FreeSWITCH adds the parameters fs_.
var registeredPattern = regexp.MustCompile(`^sofia/` + agentProfile + `/sip:[A-Za-z0-9]+@[A-Za-z0-9-]+\.invalid` +
	`;transport=wss?(;ob|;fs_nat=yes|;fs_path=sip%3A[A-Za-z0-9]+%40[A-Za-z0-9.%-]+%3Btransport%3Dwss?)*$`)

// codecNames are FreeSWITCH's names of codecs.
var codecNames = map[string]string{"alaw": "PCMA", "ulaw": "PCMU", "g722": "G722", "opus": "opus@48000h@20i"}

// dialVariables writes a channel's variables. Names and values are checked, or
// ours.
func (a *Adapter) dialVariables(ctx context.Context, req engine.DialRequest, seconds int, codecs []string) string {
	if req.Like != "" {
		codecs = a.prefer(ctx, req.Like, codecs)
	}
	names := make([]string, len(codecs))
	for i, c := range codecs {
		names[i] = codecNames[c]
	}
	vars := []string{
		"origination_uuid=" + string(req.Leg), roleVariable + "=" + roleDialled,
		fmt.Sprintf("originate_timeout=%d", seconds),
		"outbound_redirect_fatal=true", // a redirect is nobody's leave to call (SEC-2)
		"absolute_codec_string=^^:" + strings.Join(names, ":"),
		"origination_caller_id_name='" + callerName(req.CallerName) + "'",
	}
	if req.CallerID != "" {
		vars = append(vars, "origination_caller_id_number="+req.CallerID)
	}
	if req.Call != "" {
		vars = append(vars, "sip_h_X-Ringdesk-Call="+req.Call)
	}
	rtpTimeout := trunkRTPTimeout
	if req.Phone != "" {
		rtpTimeout = phoneRTPTimeout
		vars = append(vars, ignoreEarlyMedia+"=true") // it is parked by its answer, not before
	} else {
		t, _ := a.trunkOf(req.Trunk)
		vars = append(vars, "sip_ignore_183nosdp=true")
		for _, v := range append(keyVariables(t.DTMFOrDefault()), secureVariables(t)...) {
			vars = append(vars, v[0]+"='"+v[1]+"'")
		}
	}
	return "{" + strings.Join(append(vars, legVariables(rtpTimeout)...), ",") + "}"
}

// ignoreEarlyMedia names the variable with which a leg is not parked by early media.
const ignoreEarlyMedia = "ignore_early_media"

// Milliseconds without RTP from the far side after which a leg ends: a dead
// phone or carrier must not keep a call for ever. An agent's browser sends all
// the time, muted too, and its customer is in silence meanwhile (IN-12);
// carriers may suppress silence.
const (
	phoneRTPTimeout = "12000"
	trunkRTPTimeout = "60000"
)

// legVariables are those of every dialled leg; the dialplan sets the same for
// calls from outside.
func legVariables(rtpTimeout string) []string {
	return []string{"media_timeout=" + rtpTimeout, "playback_terminators=none", "max_session_transfers=1000000"}
}

// keyVariables say how keys come and go. After the answer FreeSWITCH's "dtmf_type"
// is "none" where telephone-event was not agreed on; the dialplan's context "keys"
// then looks for tones.
func keyVariables(mode engine.DTMFMode) [][2]string {
	const onAnswer, tones = "execute_on_answer", "execute_extension keys XML keys"
	switch mode {
	case engine.DTMFInfo:
		return [][2]string{{"dtmf_type", "info"}}
	case engine.DTMFInband:
		return [][2]string{{"dtmf_type", "none"}, {"rtp_info_when_no_2833", "false"}, {onAnswer, tones}}
	case engine.DTMFRFC4733:
		return [][2]string{{"rtp_info_when_no_2833", "false"}}
	default:
		return [][2]string{{"rtp_info_when_no_2833", "false"}, {onAnswer, tones}}
	}
}

// prefer puts the codec that a leg speaks first.
func (a *Adapter) prefer(ctx context.Context, like engine.LegID, codecs []string) []string {
	if engine.CheckIDs(string(like)) != nil {
		return codecs
	}
	spoken := ""
	a.with(like, func(l *leg) { spoken = l.codec })
	if spoken == "" {
		var err error
		if spoken, err = a.commands.API(ctx, "uuid_getvar "+string(like)+" read_codec"); err != nil {
			return codecs // the leg is gone: any order will do
		}
	}
	codecs = slices.Clone(codecs)
	slices.SortStableFunc(codecs, func(x, y string) int {
		first := func(c string) int {
			if name, _, _ := strings.Cut(codecNames[c], "@"); strings.EqualFold(name, spoken) {
				return 0
			}
			return 1
		}
		return first(x) - first(y)
	})
	return codecs
}

// callerName leaves out what has a meaning to FreeSWITCH in a quoted variable.
func callerName(name string) string {
	clean := func(r rune) rune {
		if r < ' ' || strings.ContainsRune("'\"\\<>[]{}(),^|$`;\x7f", r) {
			return -1
		}
		return r
	}
	runes := []rune(strings.Map(clean, name))
	return strings.TrimSpace(string(runes[:min(len(runes), 80)]))
}

// TestCall implements engine.Commands. A loopback channel has two halves: one is
// the call that arrives, the other plays speech.
func (a *Adapter) TestCall(ctx context.Context, from, to string) error {
	return command("TestCall", a.testCall(ctx, from, to))
}

func (a *Adapter) testCall(ctx context.Context, from, to string) error {
	if err := errors.Join(engine.CheckNumber(to), engine.CheckCallerID(from)); err != nil {
		return err
	}
	vars := "{origination_caller_id_number=" + from + ",origination_caller_id_name=,ignore_early_media=true,loopback_bowout=false,loopback_bowout_on_execute=false,originate_timeout=3600}"
	return a.commands.Background(ctx, "originate "+vars+"loopback/"+to+"/test-call speech XML test-speech", "test-"+rand.Text())
}
