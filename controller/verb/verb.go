// Package verb is what all verbs share: who asks for a change, and why a change
// is refused.
//
// A verb is one thing that may be done to what a workspace has, such as closing
// a conversation or suspending an agent. It holds the rules of that change and is
// called by the API, the command line and the demo alike. The verbs stand in
// controller/inbox, controller/people and controller/numbering.
package verb

import (
	"errors"
	"fmt"

	"ringdesk/controller/reason"
	"ringdesk/models"
)

// By is who asks for a change: an agent, an API key, or the operator.
type By struct {
	Operator  bool   // works at the machine's command line and may do everything
	Workspace string // the workspace that the change is asked for in; "" for the operator
	Account   string // of the agent; "" for an API key and the operator
	Agent     string // the agent's id; "" for an API key and the operator
	Role      string // owner, admin or agent; of an API key as its scope says
	Address   string // the network address that they ask from; "" for the operator
	Key       string // the access key of an API key; "" for the others
	KeyName   string // what it is for
}

// Operator is who works at the machine's command line.
var Operator = By{Operator: true}

// The roles of agents.
const (
	roleOwner = "owner"
	roleAdmin = "admin"
)

// IsOwner says whether By may do what only owners may.
func (b By) IsOwner() bool { return b.Operator || b.Role == roleOwner }

// IsAdmin says whether By may do what owners and admins may.
func (b By) IsAdmin() bool { return b.IsOwner() || b.Role == roleAdmin }

// NeedAgent refuses everybody who is no agent of the workspace. what completes
// the sentence "Only an agent can …".
func (b By) NeedAgent(what string) error {
	if b.Agent != "" {
		return nil
	}
	return Refuse(Forbidden, "", "Only an agent can %s, and an API key is none: sign in as one.", what).Because(reason.AgentsOnly)
}

// NeedAdmin refuses agents who are neither owner nor admin. what completes the
// sentence "Only an owner or admin can …".
func (b By) NeedAdmin(what string) error {
	if b.IsAdmin() {
		return nil
	}
	return Refuse(Forbidden, "", "Only an owner or admin can %s: ask one of yours.", what).Because(reason.AdminsOnly)
}

// Kind is why a change is refused.
type Kind string

// The kinds of refusals.
const (
	Invalid   Kind = "invalid"   // what was given cannot be used
	Forbidden Kind = "forbidden" // By may not do this
	NotFound  Kind = "not_found" // the workspace has no such thing
	Conflict  Kind = "conflict"  // the change is not possible as things stand
	Busy      Kind = "limit"     // as much of it runs as may at a time
)

// Refusal says in a sentence for people why a change is refused, and what to do
// instead.
type Refusal struct {
	Kind   Kind
	Field  string // the field of the request that is at fault, or ""
	Reason string
	Word   reason.Word // the same in one word, which screens have sentences for
	Params map[string]string
}

func (r *Refusal) Error() string { return r.Reason }

// Refuse makes a Refusal. Because says why in a word.
func Refuse(kind Kind, field, text string, args ...any) *Refusal {
	return &Refusal{Kind: kind, Field: field, Reason: fmt.Sprintf(text, args...)}
}

// Because gives a refusal its word, with the names and values of what the word's
// sentences name in turn.
func (r *Refusal) Because(word reason.Word, params ...string) *Refusal {
	r.Word, r.Params = word, reason.Params(params...)
	return r
}

// Missing makes models.ErrNotFound the refusal NotFound; other errors stay as
// they are.
func Missing(err error, text string, word ...reason.Word) error {
	if errors.Is(err, models.ErrNotFound) {
		return Refuse(NotFound, "", "%s", text).Because(missing(word))
	}
	return err
}

// Absent makes models.ErrNotFound the refusal Invalid of a field that refers to
// something; other errors stay as they are.
func Absent(err error, field, text string, word ...reason.Word) error {
	if errors.Is(err, models.ErrNotFound) {
		return Refuse(Invalid, field, "%s", text).Because(missing(word))
	}
	return err
}

// missing is the word for what is not there, of its own or the general one.
func missing(word []reason.Word) reason.Word {
	if len(word) > 0 {
		return word[0]
	}
	return reason.NotThere
}

// mostQuoted is how many characters of a text are repeated in a refusal.
const mostQuoted = 100

// Short cuts a text that is quoted in a refusal.
func Short(text string) string {
	r := []rune(text)
	if len(r) > mostQuoted {
		return string(r[:mostQuoted]) + "…"
	}
	return text
}
