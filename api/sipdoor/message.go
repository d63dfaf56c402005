package sipdoor

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of one message's head, far above what a phone sends.
const (
	mostHeaders = 64
	longestLine = 4096 // bytes of a header's value, unfolded
)

// header is one header field, unfolded.
type header struct {
	name  string // as in the message; compact forms are written out
	value string
}

// message is one SIP message (RFC 3261, section 7).
type message struct {
	method  string // of a request
	uri     string // its Request-URI
	status  int    // of a response
	reason  string
	headers []header
	body    []byte
}

// compact are the compact forms of names (IANA, "SIP Parameters", Header Fields).
var compact = map[string]string{
	"a": "Accept-Contact", "b": "Referred-By", "c": "Content-Type", "d": "Request-Disposition", "e": "Content-Encoding", "f": "From",
	"i": "Call-ID", "j": "Reject-Contact", "k": "Supported", "l": "Content-Length", "m": "Contact", "n": "Identity-Info", "o": "Event",
	"r": "Refer-To", "s": "Subject", "t": "To", "u": "Allow-Events", "v": "Via", "x": "Session-Expires", "y": "Identity",
}

// parse takes a WebSocket message apart that must hold exactly one SIP message
// (RFC 7118, section 5).
func parse(data []byte) (*message, error) {
	head, body, ok := bytes.Cut(data, []byte("\r\n\r\n"))
	if !ok {
		return nil, refuse("it is no whole SIP message")
	}
	if !utf8.Valid(head) {
		return nil, refuse("its head is not UTF-8")
	}
	lines, err := unfold(string(head))
	if err != nil {
		return nil, err
	}
	m := &message{body: body}
	if err := m.start(lines[0]); err != nil {
		return nil, err
	}
	if len(lines)-1 > mostHeaders {
		return nil, refuse("it has more than %d headers", mostHeaders)
	}
	for _, line := range lines[1:] {
		h, err := parseHeader(line)
		if err != nil {
			return nil, err
		}
		m.headers = append(m.headers, h)
	}
	return m, m.checkLength()
}

// unfold joins lines that go on (RFC 3261, section 7.3.1) and refuses control
// characters: parsers differ in what they take for the end of a line.
func unfold(head string) ([]string, error) {
	var lines []string
	for i, line := range strings.Split(head, "\r\n") {
		if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
			return nil, refuse("its head has a control character")
		}
		folded := line != "" && (line[0] == ' ' || line[0] == '\t')
		switch {
		case folded && i < 2:
			return nil, refuse("its first header begins with a space")
		case folded:
			lines[len(lines)-1] += " " + strings.Trim(line, " \t")
		default:
			lines = append(lines, line)
		}
		if len(lines[len(lines)-1]) > longestLine {
			return nil, refuse("it has a line of more than %d bytes", longestLine)
		}
	}
	return lines, nil
}

const version = "SIP/2.0"

// start reads a Request-Line or a Status-Line (RFC 3261, sections 7.1 and 7.2).
func (m *message) start(line string) error {
	first, rest, _ := strings.Cut(line, " ")
	second, third, ok := strings.Cut(rest, " ")
	if first == version {
		status, err := strconv.Atoi(second)
		if !ok || err != nil || len(second) != 3 || status < 100 || status > 699 {
			return refuse("its status line is malformed")
		}
		m.status, m.reason = status, third
		return nil
	}
	if !ok || third != version || !isToken(first) || second == "" || strings.ContainsAny(second, "<>\"") {
		return refuse("its first line is none of SIP/2.0")
	}
	m.method, m.uri = first, second
	return nil
}

func parseHeader(line string) (header, error) {
	name, value, ok := strings.Cut(line, ":")
	name = strings.TrimRight(name, " \t") // HCOLON may have spaces before it
	if !ok || !isToken(name) {
		return header{}, refuse("it has a line that is no header")
	}
	if long, ok := compact[strings.ToLower(name)]; ok {
		name = long
	}
	return header{name, strings.Trim(value, " \t")}, nil
}

// checkLength holds Content-Length against the body. Over a WebSocket it may be
// left out (RFC 7118, section 5).
func (m *message) checkLength() error {
	values := m.values("Content-Length")
	if len(values) == 0 {
		return nil
	}
	if len(values) > 1 || values[0] != strconv.Itoa(len(m.body)) {
		return refuse("its Content-Length is not the length of its body, of which there is one in a WebSocket message (RFC 7118)")
	}
	return nil
}

// values are those of all headers of a name.
func (m *message) values(name string) []string {
	var all []string
	for _, h := range m.headers {
		if strings.EqualFold(h.name, name) {
			all = append(all, h.value)
		}
	}
	return all
}

// only is the value of a header that must be there once.
func (m *message) only(name string) (string, error) {
	values := m.values(name)
	if len(values) != 1 || values[0] == "" {
		return "", refuse("it has %d headers %s instead of one", len(values), name)
	}
	return values[0], nil
}

// set replaces the one header of a name by an address as it was understood.
func (m *message) set(name string, a address) {
	for i, h := range m.headers {
		if strings.EqualFold(h.name, name) {
			m.headers[i].value = a.String()
		}
	}
}

// bytes writes the message as it was understood, so that the engine cannot read
// it in another way.
func (m *message) bytes(added ...header) []byte {
	var b bytes.Buffer
	if m.method != "" {
		fmt.Fprintf(&b, "%s %s %s\r\n", m.method, m.uri, version)
	} else {
		fmt.Fprintf(&b, "%s %d %s\r\n", version, m.status, m.reason)
	}
	for _, h := range append(m.headers, added...) {
		if !strings.EqualFold(h.name, "Content-Length") {
			fmt.Fprintf(&b, "%s: %s\r\n", h.name, h.value)
		}
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n", len(m.body))
	b.Write(m.body)
	return b.Bytes()
}

// isToken says whether a text is a token (RFC 3261, section 25.1).
func isToken(s string) bool {
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-.!%*_+`'~", r)) {
			return false
		}
	}
	return s != ""
}
