package callerid

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// identity is one name-addr or addr-spec (RFC 3261, section 20.10).
type identity struct {
	name, user, host string
	params           string // of the header field
}

// means says why the identity tells nobody's number, if it does not. Hosts below
// .invalid are nobody's (RFC 2606, section 2).
func (id identity) means() meaning {
	user, _, _ := strings.Cut(id.user, ";")
	switch {
	case strings.EqualFold(id.host, "anonymous.invalid"):
		return private
	case id.user == "" || strings.HasSuffix(strings.ToLower(id.host), ".invalid"):
		return unknown
	}
	if n, ok := Number(id.user); ok && !strings.HasPrefix(n, "+") && strings.Trim(n, "0") != "" {
		return shown // it may be a national number: see Spelt
	}
	return means(user)
}

// address is how one who has no number is reached.
func (id identity) address() string {
	user, _, _ := strings.Cut(id.user, ";")
	user = clean(user)
	if id.host != "" {
		user += "@" + strings.ToLower(clean(id.host))
	}
	return shorten(user, maxAddress)
}

func (id identity) param(name string) string { return paramOf(id.params, name) }

// parseList reads several, between commas outside quotes and angle brackets.
func parseList(value string) []identity {
	var all []identity
	quoted, within, start := false, false, 0
	add := func(text string) {
		if strings.TrimSpace(text) != "" {
			all = append(all, parse(text))
		}
	}
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"' && !within:
			quoted = !quoted
		case quoted:
		case c == '<' || c == '>':
			within = c == '<'
		case c == ',' && !within:
			add(value[start:i])
			start = i + 1
		}
	}
	add(value[start:])
	return all
}

// parse reads one identity. It is total: every text gives some identity.
func parse(value string) identity {
	value = strings.TrimSpace(value)
	name, rest := "", value
	if strings.HasPrefix(value, `"`) {
		name, rest = unquote(value)
	}
	before, rest, angled := strings.Cut(rest, "<")
	if !angled {
		id := parseURI(withoutParams(before))
		id.name = clean(name)
		return id
	}
	if name == "" {
		name = before
	}
	uri, params, _ := strings.Cut(rest, ">")
	id := parseURI(uri)
	id.name, id.params = clean(name), params
	return id
}

// withoutParams drops the header field's parameters from a URI without angle
// brackets. Those of the user part stand before the @.
func withoutParams(uri string) string {
	at := max(0, strings.IndexByte(uri, '@'))
	if end := strings.IndexByte(uri[at:], ';'); end >= 0 && at > 0 {
		return uri[:at+end]
	}
	return uri
}

// unquote reads a quoted string at the start (RFC 3261, section 25.1), and gives
// what follows it.
func unquote(text string) (string, string) {
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return b.String(), text[i+1:]
		case c == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), ""
}

func parseURI(uri string) identity {
	uri = strings.TrimSpace(uri)
	scheme, rest, ok := strings.Cut(uri, ":")
	switch {
	case ok && strings.EqualFold(scheme, "tel"):
		return identity{user: unescape(rest)}
	case ok && (strings.EqualFold(scheme, "sip") || strings.EqualFold(scheme, "sips")):
		uri = rest
	}
	at := strings.IndexByte(uri, '@')
	if at < 0 {
		return identity{host: hostOf(uri)}
	}
	user, _, _ := strings.Cut(uri[:at], ":") // without a password
	return identity{user: unescape(user), host: hostOf(uri[at+1:])}
}

// hostOf drops port, parameters and headers.
func hostOf(text string) string {
	if i := strings.IndexAny(text, ";?> "); i >= 0 {
		text = text[:i]
	}
	if end := strings.IndexByte(text, ']'); strings.HasPrefix(text, "[") && end > 0 { // IPv6
		return text[:end+1]
	}
	host, _, _ := strings.Cut(text, ":")
	return host
}

func shorten(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}

// clean makes a text fit to be shown: valid, on one line, and without the marks
// that turn the direction of writing, which can make a name look like another.
func clean(text string) string {
	text = strings.ToValidUTF8(text, string(utf8.RuneError))
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\ufeff':
			return -1
		}
		return r
	}, text)
	return strings.TrimSpace(text)
}
