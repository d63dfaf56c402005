package flow

import (
	"strings"
	"time"

	"ringdesk/dialplan"
)

// Facts are what is known of a call when it comes in. They stay with it.
type Facts struct {
	Caller   Caller   `json:"caller"`
	Contact  Contact  `json:"contact"`
	Number   Business `json:"number"`
	TimeZone string   `json:"timeZone,omitempty"` // of the workspace, IANA
	// Settings hold where a flow says nothing: the number's, its team's and the
	// workspace's, merged. Hours and their override are not among them; Operating
	// says what they come to.
	Settings  dialplan.Settings `json:"settings"`
	Operating bool              `json:"operating,omitempty"`
	// Callable says that the caller could be called back.
	Callable  bool `json:"callable,omitempty"`
	Blocked   bool `json:"blocked,omitempty"`
	PerMinute int  `json:"perMinute,omitempty"` // as in dialplan.Facts
}

// Caller is who calls.
type Caller struct {
	Number string `json:"number,omitempty"` // E.164; "" if it is withheld
	Name   string `json:"name,omitempty"`   // as the carrier says
}

// Contact is what the workspace knows of the caller.
type Contact struct {
	Name   string         `json:"name,omitempty"`
	Member bool           `json:"member,omitempty"` // a known customer, not a lead (IN-7)
	Tags   []string       `json:"tags,omitempty"`
	Fields map[string]any `json:"fields,omitempty"` // profile fields
}

// Business is the business number that was dialled.
type Business struct {
	Number string `json:"number,omitempty"` // E.164
	Label  string `json:"label,omitempty"`
}

// Figures are how a team's queue stands.
type Figures struct {
	Waiting int `json:"waiting"`
	Wait    int `json:"wait"` // estimated, in seconds; 0 when nobody knows
	Free    int `json:"free"` // agents who could take a call now
}

// Variable is something that expressions see.
type Variable struct {
	Path string
	Type Type
	// Workflow says that only workflows see it.
	Workflow bool
	Says     string
}

// Variables are all of them but var.NAME, which flows make. contact.fields has the
// workspace's profile fields in it.
var Variables = []Variable{
	{"caller.number", Text, false, "who calls, as +821012345678; \"\" if withheld"},
	{"caller.name", Text, false, "what the carrier calls them"},
	{"caller.withheld", Bool, false, "the caller shows no number"},
	{"contact.name", Text, false, "the contact's name"},
	{"contact.member", Bool, false, "a known customer, not a lead"},
	{"contact.tags", List, false, "the contact's tags"},
	{"contact.fields", Any, false, "profile fields: contact.fields.grade, contact.fields[\"등급\"]"},
	{"number.number", Text, false, "the business number that was dialled, as +827076660001"},
	{"number.label", Text, false, "its name"},
	{"time.date", Text, false, "the day in the workspace's time zone, as 2026-12-25"},
	{"time.clock", Text, false, "the time there, as 09:05"},
	{"time.hour", Number, false, "0 to 23"},
	{"time.weekday", Text, false, "mon, tue, wed, thu, fri, sat or sun"},
	{"call.missed_reason", Text, false, "in a flow: why nobody has helped so far, or \"\""},
	{"call.talked", Bool, false, "an agent has answered"},
	{"call.direction", Text, true, "inbound or outbound"},
	{"call.team", Text, true, "the team that it was for, or \"\""},
	{"call.agent", Text, true, "the agent who answered, or \"\""},
	{"call.wait", Number, true, "seconds that the caller waited"},
	{"call.duration", Number, true, "seconds from the call's start to its end, or so far"},
	{"event.tag", Text, true, "with conversation.tagged"},
	{"event.team", Text, true, "with conversation.assigned"},
	{"event.agent", Text, true, "with conversation.assigned"},
	{"event.text", Text, true, "with conversation.noted"},
}

// weekdays are the days' names, in Go's order.
var weekdays = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// Weekday gives the day of a name; false if there is none.
func Weekday(name string) (time.Weekday, bool) {
	for i, d := range weekdays {
		if d == name {
			return time.Weekday(i), true
		}
	}
	return 0, false
}

// variable gives what a variable of Variables is that a flow sees.
func (f *Facts) variable(path string, now time.Time) any {
	local := now.In(dialplan.Location(f.TimeZone))
	switch path {
	case "caller.number":
		return f.Caller.Number
	case "caller.name":
		return f.Caller.Name
	case "caller.withheld":
		return f.Caller.Number == ""
	case "contact.name":
		return f.Contact.Name
	case "contact.member":
		return f.Contact.Member
	case "contact.tags":
		return texts(f.Contact.Tags)
	case "contact.fields":
		return f.Contact.Fields
	case "number.number":
		return f.Number.Number
	case "number.label":
		return f.Number.Label
	case "time.date":
		return local.Format(time.DateOnly)
	case "time.clock":
		return local.Format("15:04")
	case "time.hour":
		return float64(local.Hour())
	case "time.weekday":
		return weekdays[local.Weekday()]
	}
	return nil
}

func texts(list []string) []any {
	all := make([]any, len(list))
	for i, t := range list {
		all[i] = t
	}
	return all
}

// tagged says whether the contact has a tag, however it is spelt in letters'
// size.
func (f *Facts) tagged(tag string) bool {
	for _, t := range f.Contact.Tags {
		if strings.EqualFold(t, tag) {
			return true
		}
	}
	return false
}

// open says whether named operating hours are open (IN-10).
func (p *Program) open(name string, f *Facts, now time.Time) bool {
	h := p.hours(name)
	if h == nil {
		return f.Operating
	}
	s := dialplan.Settings{Hours: &h.Hours, Override: dialplan.InTurn(h.Overrides)}
	return s.Operating(now, dialplan.Location(f.TimeZone))
}

// between says whether the clock shows a time between two times of day, which may
// have midnight between them.
func between(from, to int, f *Facts, now time.Time) bool {
	local := now.In(dialplan.Location(f.TimeZone))
	m := local.Hour()*60 + local.Minute()
	if from <= to {
		return from <= m && m < to
	}
	return m >= from || m < to
}
