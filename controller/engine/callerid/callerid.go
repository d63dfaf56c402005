// Package callerid reads who calls whom from what an INVITE says, for every
// engine in the same way: numbers without what stands beside them in a user part
// (RFC 3261, sections 19.1.1 and 19.1.6; RFC 3966; number portability, RFC 4694;
// trunk groups, RFC 4904), callers who withhold their number, and the names that
// carriers give.
package callerid

import (
	"cmp"
	"slices"
	"strings"
)

// Headers are the fields of an INVITE that say who calls, as they stand in it.
// Carriers are trusted to tell the truth (RFC 3325, section 9).
type Headers struct {
	From        string
	Asserted    string // P-Asserted-Identity (RFC 3325)
	RemoteParty string // Remote-Party-ID, which older gateways send instead
	Privacy     string // RFC 3323, section 4.2
}

// Caller is who calls. All is empty of one whose number is withheld.
type Caller struct {
	Number  string // digits, with a leading + where it was sent
	Address string // of one who has no number: user@host
	Name    string // the carrier's word
}

// Read tells who calls. The carrier's word goes before the caller's own.
func Read(h Headers) Caller {
	from := parse(h.From)
	ids := parseList(h.Asserted)
	if remote := parse(h.RemoteParty); remote.user != "" {
		if isOneOf(remote.param("privacy"), "full", "yes", "id", "uri", "number") {
			return Caller{}
		}
		ids = append(ids, remote)
	}
	ids = append(ids, from)
	if hides(h.Privacy) || slices.ContainsFunc(ids, func(id identity) bool { return id.means() == private }) {
		return Caller{}
	}
	for _, id := range ids { // a number goes before an address
		if n, ok := Number(id.user); ok && id.means() == shown {
			return Caller{Number: n, Name: nameOf(n, id, from)}
		}
	}
	for _, id := range ids {
		if id.means() == shown {
			a := id.address()
			return Caller{Address: a, Name: nameOf(a, id, from)}
		}
	}
	return Caller{}
}

// Plain reads a caller of whom only a number and a name are known, as of test
// calls.
func Plain(number, name string) Caller {
	id := identity{name: clean(name), user: number}
	n, ok := Number(number)
	if !ok || id.means() != shown {
		return Caller{}
	}
	return Caller{Number: n, Name: nameOf(n, id)}
}

// hides says whether the caller asks for privacy of who they are. Session and
// critical are about other things.
func hides(privacy string) bool {
	for token := range strings.FieldsFuncSeq(privacy, func(r rune) bool { return strings.ContainsRune(";, \t", r) }) {
		if isOneOf(token, "id", "user", "header", "full") {
			return true
		}
	}
	return false
}

func isOneOf(word string, words ...string) bool {
	return slices.Contains(words, strings.ToLower(strings.Trim(word, `"`)))
}

// The longest name, and the longest address or what stands in place of a number,
// in characters: headers can be thousands long.
const (
	maxName    = 100
	maxAddress = 200
)

// nameOf gives the name beside a number or address. One that says nothing more is
// none.
func nameOf(who string, ids ...identity) string {
	name := ""
	for _, id := range ids {
		name = cmp.Or(name, id.name)
	}
	name = shorten(name, maxName)
	user, _, _ := strings.Cut(who, "@")
	number, isNumber := Number(name)
	if means(name) != shown || name == who || name == user || isNumber && strings.TrimPrefix(number, "+") == strings.TrimPrefix(who, "+") {
		return ""
	}
	return name
}
