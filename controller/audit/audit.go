// Package audit writes down who changed or exported what, when, and from where
// (SEC-6). The verbs write it in the transaction of the change, so that there is
// neither a change without an entry nor an entry without a change.
package audit

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"ringdesk/controller/verb"
	"ringdesk/models"
)

// Action is what was done. Its words are part of the API.
type Action string

// The actions.
const (
	Created   Action = "created"
	Changed   Action = "changed"
	Removed   Action = "removed"
	Invited   Action = "invited"
	Joined    Action = "joined"
	Suspended Action = "suspended"
	Restored  Action = "restored"
	Linked    Action = "linked"    // a link to a new password was made
	SignedOut Action = "signedOut" // sessions were ended by somebody else
	Merged    Action = "merged"
	Exported  Action = "exported"
	Imported  Action = "imported"
	Heard     Action = "heard"
	Ran       Action = "ran"

	TurnedAway Action = "turnedAway" // an abusive caller, out of the call
)

// Kind is what was changed. Its words are part of the API.
type Kind string

// The kinds.
const (
	Workspace  Kind = "workspace"
	Agent      Kind = "agent"
	Team       Kind = "team"
	Number     Kind = "number"
	Trunk      Kind = "trunk"
	Block      Kind = "block"
	Sound      Kind = "sound"
	Rate       Kind = "rate"
	Outbound   Kind = "outboundSettings"
	Key        Kind = "key"
	Tag        Kind = "tag"
	Field      Kind = "field"
	Job        Kind = "job"
	Recording  Kind = "recording"
	Contact    Kind = "contact"
	Webhook    Kind = "webhook"
	Flows      Kind = "flows"
	SMSGateway Kind = "smsGateway"
	RawData    Kind = "rawData"
)

// Entry is what stands in the log, but for who and when.
type Entry struct {
	Action  Action
	Kind    Kind
	ID      string
	Name    string // as it is after the change, or was before it was removed
	Changes []models.AuditChange
}

// Log is where entries are written: the transaction of the change.
type Log interface {
	AddAudit(e models.AuditEntry, changes []models.AuditChange) error
}

// Write adds an entry. A change that changes nothing leaves none.
func Write(tx Log, by verb.By, workspace string, now time.Time, e Entry) error {
	if e.Action == Changed && len(e.Changes) == 0 {
		return nil
	}
	row := models.AuditEntry{WorkspaceID: workspace, At: models.At(now), Address: by.Address,
		Action: string(e.Action), Kind: string(e.Kind), EntityID: e.ID, Name: verb.Short(e.Name)}
	row.ByKind, row.ByID, row.ByName = Author(by)
	return tx.AddAudit(row, e.Changes)
}

// Author is how it is kept who did something, as in models.AuditEntry: in what role,
// with which id, and the name of an API key.
func Author(by verb.By) (kind, id, name string) {
	switch {
	case by.Operator:
		return "operator", "", ""
	case by.Agent != "":
		return "agent", by.Agent, ""
	case by.Key != "":
		return "key", by.Key, by.KeyName
	}
	return "system", "", ""
}

// Fields are a thing's fields by name. A value is a text, a number, a list, JSON as a
// json.RawMessage, or a Secret.
type Fields map[string]any

// Secret is a value that never stands in the log, only that it has changed.
type Secret string

// Settings are stored settings, whose own fields are told one by one.
func Settings(text string) json.RawMessage {
	if text == "" {
		text = "{}"
	}
	return json.RawMessage(text)
}

// Diff tells what is different, by name. nil is a thing that there was not, or is no
// longer.
func Diff(before, after Fields) []models.AuditChange {
	old, now := flat(before), flat(after)
	names := slices.Collect(maps.Keys(old))
	for name := range now {
		if _, had := old[name]; !had {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var changes []models.AuditChange
	for _, name := range names {
		a, b := old[name], now[name]
		switch {
		case bytes.Equal(a.text, b.text):
		case a.secret || b.secret:
			changes = append(changes, models.AuditChange{Field: name, Hidden: true})
		default:
			changes = append(changes, models.AuditChange{Field: name, Old: short(a.text), New: short(b.text)})
		}
	}
	return changes
}

type value struct {
	text   []byte // JSON; nil when there is none
	secret bool
}

// flat names each field of nested objects by its path. What is empty says nothing.
func flat(fields Fields) map[string]value {
	out := map[string]value{}
	for name, v := range fields {
		text, err := json.Marshal(v)
		if err != nil { // damaged settings: what they were before cannot be told
			continue
		}
		_, secret := v.(Secret)
		flatten(out, name, text, secret)
	}
	return out
}

func flatten(out map[string]value, name string, text []byte, secret bool) {
	if len(text) > 0 && text[0] == '{' {
		var inner map[string]json.RawMessage
		if json.Unmarshal(text, &inner) == nil {
			for key, v := range inner {
				flatten(out, name+"."+key, v, secret)
			}
			return
		}
	}
	if t := string(text); t == "null" || t == `""` || t == "[]" {
		return
	}
	out[name] = value{text, secret}
}

// mostValue is how much of a value is kept, in bytes.
const mostValue = 2000

// short replaces a value that is too long to be read.
func short(text []byte) json.RawMessage {
	if len(text) <= mostValue {
		return text
	}
	cut, _ := json.Marshal(verb.Short(string(text))) // a text always has JSON
	return cut
}
