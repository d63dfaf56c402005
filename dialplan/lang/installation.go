package lang

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

// Installation is what texts may name of a workspace. `ringdesk dialplan dump`
// writes it as JSON, so that flows can be checked on another machine.
type Installation struct {
	Workspace string   `json:"workspace,omitempty"` // its name
	Country   string   `json:"country"`             // ISO 3166, in which numbers without + are read
	TimeZone  string   `json:"timeZone"`            // IANA
	Teams     []Team   `json:"teams"`
	Agents    []Agent  `json:"agents"`
	Numbers   []Number `json:"numbers"`
	Sounds    []Sound  `json:"sounds"` // built in, and the workspace's own
}

// Team is one of the workspace's.
type Team struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Agent is one of the workspace's.
type Agent struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

// Number is a business number.
type Number struct {
	Number string `json:"number"` // E.164
	Label  string `json:"label,omitempty"`
	// Settings are what holds for it where a flow says nothing, merged; nil means
	// the defaults. Their overrides stand in Overrides, in turn, since JSON has only
	// the first of them.
	Settings  *dialplan.Settings  `json:"settings,omitempty"`
	Overrides []dialplan.Override `json:"overrides,omitempty"`
}

// Merged gives the number's settings with all their overrides.
func (n Number) Merged() dialplan.Settings {
	if n.Settings == nil {
		return dialplan.Settings{}
	}
	s := *n.Settings
	s.Override = dialplan.InTurn(n.Overrides)
	return s
}

// Sound is one that can be played.
type Sound struct {
	Name     string `json:"name"`
	Language string `json:"language,omitempty"`
	Text     string `json:"text,omitempty"` // what is said, where that is known
}

// World is what texts are checked against.
type World struct {
	// Installation is nil where it is not known: then names of teams, agents,
	// numbers and sounds are taken as they are.
	Installation *Installation
	// E164 reads a telephone number; nil takes out what people write between
	// digits.
	E164 func(text string) (string, error)
}

// number reads a telephone number.
func (c *compiler) number(text string, at hcl.Range) string {
	read := c.world.E164
	if read == nil {
		read = bare
	}
	n, err := read(text)
	if err != nil {
		c.fault(at, "%q is no telephone number: %v", text, err)
	}
	return n
}

func bare(text string) (string, error) {
	n := strings.NewReplacer("-", "", " ", "", "(", "", ")", "").Replace(text)
	if digits := strings.TrimPrefix(n, "+"); len(digits) < 2 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
		return "", fmt.Errorf("write its digits, such as 070-7666-0001")
	}
	return n, nil
}

// business checks that a number is one of the workspace's.
func (c *compiler) business(text string, at hcl.Range) string {
	n := c.number(text, at)
	w := c.world.Installation
	if w == nil || n == "" || slices.ContainsFunc(w.Numbers, func(k Number) bool { return k.Number == n }) {
		return n
	}
	c.fault(at, "the workspace has no number %s; it has %s", text, some(names(w.Numbers, func(k Number) string { return k.Number })))
	return n
}

// team checks a team's name, and keeps its id.
func (c *compiler) team(name string, at hcl.Range) {
	w := c.world.Installation
	if w == nil || name == flow.Everybody {
		return
	}
	if name == "" {
		c.fault(at, "name a team; \"*\" means everybody in the workspace")
		return
	}
	i := slices.IndexFunc(w.Teams, func(t Team) bool { return t.Name == name })
	if i < 0 {
		known := names(w.Teams, func(t Team) string { return t.Name })
		c.fault(at, "there is no team %q%s", name, meant(name, known))
		return
	}
	if c.p.Teams == nil {
		c.p.Teams = map[string]string{}
	}
	c.p.Teams[name] = w.Teams[i].ID
}

// agent checks an agent's e-mail address or name, and keeps their id.
func (c *compiler) agent(name string, at hcl.Range) {
	w := c.world.Installation
	if w == nil {
		return
	}
	var ids []string
	for _, a := range w.Agents {
		if strings.EqualFold(a.Email, name) || a.Name == name {
			ids = append(ids, a.ID)
		}
	}
	switch len(ids) {
	case 0:
		known := append(names(w.Agents, func(a Agent) string { return a.Email }), names(w.Agents, func(a Agent) string { return a.Name })...)
		c.fault(at, "there is no agent %q%s", name, meant(name, known))
	case 1:
		if c.p.Agents == nil {
			c.p.Agents = map[string]string{}
		}
		c.p.Agents[name] = ids[0]
	default:
		c.fault(at, "%d agents are called %q: name the e-mail address", len(ids), name)
	}
}

// sound checks a sound's name.
func (c *compiler) sound(name string, at hcl.Range) {
	if !soundName().MatchString(name) || len(name) > 200 {
		c.fault(at, "%q is no name of a sound: letters, digits, - and _", name)
		return
	}
	w := c.world.Installation
	if w == nil || strings.Contains(name, "/") || slices.ContainsFunc(w.Sounds, func(s Sound) bool { return s.Name == name }) {
		return
	}
	known := names(w.Sounds, func(s Sound) string { return s.Name })
	c.fault(at, "there is no sound %q%s", name, meant(name, known))
}

func names[T any](list []T, name func(T) string) []string {
	all := make([]string, len(list))
	for i, v := range list {
		all[i] = name(v)
	}
	return all
}
