package sipdoor

import (
	"regexp"
	"slices"
	"strings"
)

// address is a name-addr with its parameters (RFC 3261, section 20.10).
type address struct {
	uri    uri
	params params
}

// uri is a SIP URI without headers (RFC 3261, section 19.1.1).
type uri struct {
	user, host string // host with its port
	params     params
}

type param struct{ name, value string }

type params []param

func (ps params) get(name string) string {
	for _, p := range ps {
		if strings.EqualFold(p.name, name) {
			return p.value
		}
	}
	return ""
}

func (ps params) String() string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(";" + p.name)
		if p.value != "" {
			b.WriteString("=" + p.value)
		}
	}
	return b.String()
}

// String writes the address without its display name.
func (a address) String() string {
	user := a.uri.user
	if user != "" {
		user += "@"
	}
	return "<sip:" + user + a.uri.host + a.uri.params.String() + ">" + a.params.String()
}

// parseAddress reads the one address of a header's value. A URI without angle
// brackets is refused: whose its parameters are, parsers disagree.
func parseAddress(value string) (address, error) {
	open, err := indexOutside(value, '<')
	if err != nil {
		return address{}, err
	}
	if open < 0 {
		return address{}, refuse("an address has no angle brackets")
	}
	if name := strings.TrimSpace(value[:open]); strings.ContainsAny(stripQuoted(name), ",;:<>@") {
		return address{}, refuse("an address has a malformed name")
	}
	inner, rest, ok := strings.Cut(value[open+1:], ">")
	if !ok {
		return address{}, refuse("an address has no closing bracket")
	}
	a := address{}
	if a.uri, err = parseURI(inner); err != nil {
		return a, err
	}
	a.params, err = parseParams(rest)
	return a, err
}

// hostPattern is a host with an optional port.
var hostPattern = regexp.MustCompile(`^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`)

// parseURI reads a sip: URI.
func parseURI(text string) (uri, error) {
	scheme, rest, _ := strings.Cut(text, ":")
	if !strings.EqualFold(scheme, "sip") {
		return uri{}, refuse("a URI is none of sip")
	}
	if strings.ContainsAny(rest, " \t\"<>\\") {
		return uri{}, refuse("a URI has a character that it may not have")
	}
	u, named := uri{}, false
	if u.user, u.host, named = strings.Cut(rest, "@"); !named { // a user may hold ; and ?
		u.user, u.host = "", rest
	}
	tail := ""
	if i := strings.IndexByte(u.host, ';'); i >= 0 {
		u.host, tail = u.host[:i], u.host[i:]
	}
	if !hostPattern.MatchString(u.host) || named && u.user == "" {
		return uri{}, refuse("a URI has no proper host or user")
	}
	var err error
	u.params, err = parseParams(tail)
	return u, err
}

// parseParams reads ;name=value;name… A comma outside of quotes would begin
// another address.
func parseParams(text string) (params, error) {
	var all params
	for text = strings.Trim(text, " \t"); text != ""; {
		if text[0] != ';' {
			return nil, refuse("there is more than one address where one may be")
		}
		text = strings.TrimLeft(text[1:], " \t")
		end, err := indexOutside(text, ';')
		if err != nil {
			return nil, err
		}
		if end < 0 {
			end = len(text)
		}
		name, value, _ := strings.Cut(text[:end], "=")
		p := param{strings.Trim(name, " \t"), strings.Trim(value, " \t")}
		if !isToken(p.name) || !isValue(p.value) {
			return nil, refuse("a parameter is malformed, or there is more than one address where one may be")
		}
		if slices.ContainsFunc(all, func(q param) bool { return strings.EqualFold(p.name, q.name) }) {
			return nil, refuse("there are two parameters %.50s", p.name)
		}
		all = append(all, p)
		text = text[end:]
	}
	return all, nil
}

// isValue says whether a text can be a parameter's value: a quoted string, or one
// without what separates.
func isValue(text string) bool {
	if strings.HasPrefix(text, `"`) {
		return stripQuoted(text) == ""
	}
	return !strings.ContainsAny(text, ",<>?@\" \t")
}

// indexOutside finds a character outside of quoted strings; -1 means none.
func indexOutside(text string, wanted byte) (int, error) {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == wanted && !quoted:
			return i, nil
		}
	}
	if quoted {
		return 0, refuse("a quoted string has no end")
	}
	return -1, nil
}

// stripQuoted leaves a whole quoted string out.
func stripQuoted(text string) string {
	if len(text) < 2 || text[0] != '"' {
		return text
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return text[i+1:]
		}
	}
	return text
}
