// Package sipdoor decides what SIP messages of an agent's browser reach the
// engine (SEC-2, OUT-9). A phone registers itself and answers calls; it never
// calls anybody, and no message of its may send a call elsewhere.
package sipdoor

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ringdesk/controller/engine"
)

// Door is that of one phone.
type Door struct {
	Phone string // id, the user of the phone's addresses
	// Proof goes with each request, if set. The browser does not know it.
	Proof string
}

// Refusal says why a message may not pass, in words for a log.
type Refusal struct{ text string }

func (r *Refusal) Error() string { return r.text }

func refuse(format string, args ...any) error { return &Refusal{fmt.Sprintf(format, args...)} }

// inDialog are the methods that a phone uses within a call. CANCEL is none: it
// is for requests that a phone does not send, REFER would move a call.
var inDialog = []string{"ACK", "BYE", "INFO", "INVITE", "OPTIONS", "PRACK", "UPDATE"}

// forbidden are headers that send a message, or a call, elsewhere.
var forbidden = []string{"Route", "Record-Route", "Path", "Service-Route", "Refer-To", "Referred-By", "Replaces", "Join", "Target-Dialog"}

// ownHeaders begins the names of headers that only we and the engine write.
const ownHeaders = "x-ringdesk-"

// Pass gives what goes to the engine instead of a browser's WebSocket message, or
// a *Refusal. The message is written anew from what was understood.
func (d Door) Pass(data []byte) ([]byte, error) {
	if text := string(data); text == "\r\n\r\n" || text == "\r\n" {
		return data, nil // a keep-alive and its answer (RFC 5626, section 3.5.1)
	}
	m, err := parse(data)
	if err != nil {
		return nil, err
	}
	for _, h := range m.headers {
		if slices.ContainsFunc(forbidden, func(f string) bool { return strings.EqualFold(f, h.name) }) || strings.HasPrefix(strings.ToLower(h.name), ownHeaders) {
			return nil, refuse("a phone may not send the header %s", h.name)
		}
	}
	if err := d.check(m); err != nil {
		return nil, err
	}
	if m.method != "" && d.Proof != "" {
		return m.bytes(header{engine.ProofHeader, d.Proof}), nil
	}
	return m.bytes(), nil
}

func (d Door) check(m *message) error {
	for _, name := range []string{"Call-ID", "From", "To", "CSeq"} {
		if _, err := m.only(name); err != nil {
			return err
		}
	}
	if err := d.checkContact(m); err != nil {
		return err
	}
	number, method, err := m.sequence()
	if err != nil {
		return err
	}
	from, to, err := m.parties()
	if err != nil {
		return err
	}
	if m.method == "" {
		return m.checkAnswer()
	}
	if number == "" || method != m.method {
		return refuse("its CSeq does not fit its method")
	}
	return d.checkRequest(m, from, to)
}

// sequence reads CSeq (RFC 3261, section 20.16).
func (m *message) sequence() (number, method string, err error) {
	value, _ := m.only("CSeq")
	parts := cseqPattern.FindStringSubmatch(value)
	if parts == nil {
		return "", "", refuse("its CSeq is malformed")
	}
	return parts[1], parts[2], nil
}

var cseqPattern = regexp.MustCompile(`^([0-9]{1,10})[ \t]+([A-Za-z0-9]{1,30})$`)

// checkAnswer lets a phone answer what the engine asked.
func (m *message) checkAnswer() error {
	if m.status >= 300 && m.status < 400 {
		return refuse("a phone may not redirect a call (%d)", m.status)
	}
	via, err := m.only("Via")
	if err == nil && !answeredVia.MatchString(via) {
		err = refuse("its Via is none of the engine")
	}
	return err
}

// checkRequest lets a phone register itself, and take part in calls that it was
// called for.
func (d Door) checkRequest(m *message, from, to address) error {
	if err := checkVia(m); err != nil {
		return err
	}
	m.set("From", from)
	m.set("To", to)
	if from.uri.user != d.Phone || from.params.get("tag") == "" {
		return refuse("it comes from %.100q, not from this phone", from.uri.user)
	}
	target, err := parseURI(m.uri)
	if err != nil {
		return err
	}
	if m.method == "REGISTER" {
		return d.checkRegister(m, target, to)
	}
	if !slices.Contains(inDialog, m.method) {
		return refuse("a phone may not send %.30s", m.method)
	}
	if to.params.get("tag") == "" {
		return refuse("a phone may not send %s outside of a call: the controller places calls", m.method)
	}
	return nil
}

func (m *message) parties() (from, to address, err error) {
	f, _ := m.only("From")
	t, _ := m.only("To")
	if from, err = parseAddress(f); err == nil {
		to, err = parseAddress(t)
	}
	return from, to, err
}

func (d Door) checkRegister(m *message, target uri, to address) error {
	switch {
	case target.user != "":
		return refuse("it does not register with a domain (RFC 3261, section 10.2)")
	case to.uri.user != d.Phone || to.params.get("tag") != "":
		return refuse("it registers %.100q, not this phone", to.uri.user)
	}
	if _, err := m.only("Contact"); err != nil {
		return err
	}
	return nil
}

// contactHost is a host that no name server knows (RFC 2606): a phone is reached
// through its WebSocket alone (RFC 7118, section 5.1).
var contactHost = regexp.MustCompile(`^[A-Za-z0-9-]{1,63}\.invalid$`)

// checkContact lets a phone name itself and nobody else, in any message: what
// stands in Contact is where the engine sends what follows.
func (d Door) checkContact(m *message) error {
	values := m.values("Contact")
	if len(values) == 0 {
		return nil
	}
	if len(values) > 1 {
		return refuse("it has %d headers Contact instead of one", len(values))
	}
	a, err := parseAddress(values[0])
	if err != nil {
		return err
	}
	m.set("Contact", a)
	if a.uri.user != d.Phone || !contactHost.MatchString(a.uri.host) {
		return refuse("its Contact is not this phone")
	}
	for _, p := range a.uri.params {
		if !slices.Contains([]string{"ob", "transport=ws", "transport=wss"}, strings.TrimRight(strings.ToLower(p.name+"="+p.value), "=")) {
			return refuse("its Contact has the parameter %.100q", p.name)
		}
	}
	return nil
}

// viaPattern is the Via of a phone on a WebSocket (RFC 7118, section 5.1). Its
// parameters may not say where answers go (maddr, received; RFC 3261, 18.2.2).
var viaPattern = regexp.MustCompile(`^SIP */ *2\.0 */ *WSS? +[A-Za-z0-9-]{1,63}\.invalid((?: *; *(?:branch=[A-Za-z0-9.*_+~-]+|rport|alias|keep))*)$`)

// answeredVia is the Via of an engine, as an answer repeats it.
var answeredVia = regexp.MustCompile(`^SIP/2\.0/[A-Z]{2,4} [A-Za-z0-9.:\[\]-]+(;[A-Za-z]+(=[A-Za-z0-9.*_+~:\[\]-]+)?)*$`)

func checkVia(m *message) error {
	via, err := m.only("Via")
	if err != nil {
		return err
	}
	if !viaPattern.MatchString(via) {
		return refuse("its Via is none of a phone on this WebSocket")
	}
	return nil
}
