package outbound

import (
	"fmt"
	"strconv"

	"ringdesk/controller/reason"
)

// Code says in one word why a call was refused.
type Code string

// Why a call is refused.
const (
	NotANumber     Code = "number"
	NoSeat         Code = "noSeat"
	NoPermission   Code = "noPermission"
	CallerID       Code = "callerId"
	Settings       Code = "settings"
	National       Code = "national"
	Country        Code = "country"
	PremiumNumber  Code = "premium"
	NumberAbroad   Code = "numberAbroad"
	NoRate         Code = "noRate"
	NoTrunk        Code = "noTrunk"
	CallsPerSecond Code = "callsPerSecond"
	Calls          Code = "calls"
	MinutesPerDay  Code = "minutesPerDay"
	CostPerDay     Code = "costPerDay"
)

// Scope says whose cap is reached.
type Scope string

// The scopes of caps.
const (
	OfAgent     Scope = "agent"
	OfWorkspace Scope = "workspace"
	OfTrunk     Scope = "trunk"
)

// Refusal is why a call may not be placed, and what to do about it.
type Refusal struct {
	Code    Code
	Scope   Scope  // of a cap; "" for other reasons
	Limit   int64  // the cap
	Country string // that was to be called; "" where it does not matter
	Message string // a sentence for the agent
	Word    reason.Word
	Params  map[string]string // what the word's sentence names
}

// Error implements error.
func (r *Refusal) Error() string { return r.Message }

func refuse(code Code, word reason.Word, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Word: word, Message: fmt.Sprintf(format, args...)}
}

// naming gives a refusal what its word's sentence names: names and values in turn.
func (r *Refusal) naming(params ...string) *Refusal {
	r.Params = reason.Params(params...)
	return r
}

var capWords = map[Code]reason.Word{CallsPerSecond: reason.CapCallsPerSecond, Calls: reason.CapCalls,
	MinutesPerDay: reason.CapMinutes, CostPerDay: reason.CapCost}

var capMessages = map[Code]string{
	CallsPerSecond: "%s may begin %d calls a second: try again in a moment",
	Calls:          "%s may have %d outbound calls at once: wait until one has ended",
	MinutesPerDay:  "%s may talk %d minutes a day, and these are used up or held by calls that go on: an admin can raise the limit",
	CostPerDay:     "%s may spend %d CU a day, and these are used up or held by calls that go on: an admin can raise the limit",
}

var scopeNames = map[Scope]string{OfAgent: "each agent", OfWorkspace: "the workspace", OfTrunk: "the trunk"}

func capReached(code Code, scope Scope, limit int64) *Refusal {
	r := refuse(code, capWords[code], capMessages[code], scopeNames[scope], limit).
		naming("scope", string(scope), "limit", strconv.FormatInt(limit, 10))
	r.Scope, r.Limit = scope, limit
	return r
}
