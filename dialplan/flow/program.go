package flow

import (
	"slices"

	"ringdesk/dialplan"
)

// Limits of a program, so that it stays small enough to be kept with a workspace
// and looked through for every call.
const (
	MaxFlows     = 100
	MaxSteps     = 500 // of one flow
	MaxWorkflows = 100
)

// Everybody is the name of a team that all agents of the workspace are in.
const Everybody = "*"

// Program is one version of a workspace's flows and workflows. It is right: lang
// makes none of a text with mistakes.
type Program struct {
	// Version is the workspace's number of it; 0 for a draft.
	Version   int        `json:"version,omitempty"`
	Hours     []Hours    `json:"hours,omitempty"`
	Flows     []Flow     `json:"flows,omitempty"`
	Workflows []Workflow `json:"workflows,omitempty"`
	// Teams and Agents are the ids behind the names that the text has. A name that
	// is not there is its own id, as in a program that was made without an
	// installation.
	Teams  map[string]string `json:"teams,omitempty"`
	Agents map[string]string `json:"agents,omitempty"`
	// Secret are the variables that are never shown.
	Secret []string `json:"secret,omitempty"`
}

// Pos is a place in a file; lines and columns begin with 1.
type Pos struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// Hours are operating hours with a name (IN-10). Of the overrides the first that
// has not run out holds.
type Hours struct {
	Name      string              `json:"name"`
	At        Pos                 `json:"at"`
	Hours     dialplan.Hours      `json:"hours"`
	Overrides []dialplan.Override `json:"overrides,omitempty"`
}

// Flow is what happens to a call, in steps.
type Flow struct {
	Name     string `json:"name"`
	At       Pos    `json:"at"`
	Numbers  Texts  `json:"numbers,omitempty" flow:"numbers" kind:"business numbers" says:"The business numbers whose calls begin here. A flow without numbers is reached from others."`
	Start    string `json:"start" flow:"start" kind:"step" need:"yes" says:"The step that a call begins with."`
	Language string `json:"language,omitempty" flow:"language" kind:"choice" one:"ko,en" says:"The language of built-in sounds."`

	Monitored *bool `json:"monitored,omitempty" flow:"monitored" kind:"flag" says:"The caller is told that a supervisor may listen; without it nobody can (CALL-7)."`
	JoinMuted *bool `json:"joinMuted,omitempty" flow:"join_muted" kind:"flag" says:"Invited agents join with their microphone off (CALL-4)."`
	WrapUp    *int  `json:"wrapUp,omitempty" flow:"wrap_up" kind:"time" from:"0" to:"3600" says:"How long an agent may wrap up after the call; \"0s\" means there is no wrap-up (END-5)."`
	BlockDays int   `json:"blockDays,omitempty" flow:"block_days" kind:"whole number" from:"1" to:"365" says:"For how many days a caller is blocked whom an agent's protection turned away (CALL-7)."`
	PerMinute *int  `json:"perMinute,omitempty" flow:"max_per_minute" kind:"whole number" from:"0" to:"100000" says:"How many calls the workspace takes in a minute; 0 means any number (MISS-1 inboundRateLimit)."`

	Steps []Step `json:"steps"`
}

// Texts is a list of texts.
type Texts []string

// Flow finds a flow by its name.
func (p *Program) Flow(name string) *Flow {
	i := slices.IndexFunc(p.Flows, func(f Flow) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return &p.Flows[i]
}

// FlowOf finds the flow of a business number (E.164); nil if it has none, and is
// handled as its settings say.
func (p *Program) FlowOf(number string) *Flow {
	i := slices.IndexFunc(p.Flows, func(f Flow) bool { return slices.Contains(f.Numbers, number) })
	if i < 0 {
		return nil
	}
	return &p.Flows[i]
}

// Step finds a step by its name.
func (f *Flow) Step(name string) *Step {
	if f == nil {
		return nil
	}
	i := slices.IndexFunc(f.Steps, func(s Step) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return &f.Steps[i]
}

// hours finds operating hours by their name.
func (p *Program) hours(name string) *Hours {
	i := slices.IndexFunc(p.Hours, func(h Hours) bool { return h.Name == name })
	if i < 0 {
		return nil
	}
	return &p.Hours[i]
}

// team gives the id of a team; "" means everybody.
func (p *Program) team(name string) string { return idOf(p.Teams, name) }

// agent gives the id of an agent.
func (p *Program) agent(name string) string { return idOf(p.Agents, name) }

func idOf(ids map[string]string, name string) string {
	if name == Everybody {
		return ""
	}
	if id, ok := ids[name]; ok {
		return id
	}
	return name
}
