package lang

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"ringdesk/dialplan/flow"
)

// File is a text with the name that mistakes are told with.
type File struct {
	Name string `json:"name"`
	Text []byte `json:"text"`
}

// Limits of a text.
const (
	MaxFile  = 256 << 10 // bytes of one file
	MaxFiles = 100
)

// Compile makes a program of all files of a workspace. With an error among the
// diagnostics there is none. The order of the files makes no difference.
func Compile(files []File, world World) (*flow.Program, []Diagnostic) {
	c := &compiler{world: world, p: &flow.Program{}, texts: map[string][]byte{}, vars: map[string]flow.Type{}, at: map[string]hcl.Range{}}
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	var blocks hclsyntax.Blocks
	for i, f := range files {
		top := hcl.Range{Filename: f.Name, Start: hcl.InitialPos, End: hcl.InitialPos}
		if i >= MaxFiles || len(f.Text) > MaxFile {
			c.fault(top, "there may be %d files of at most %d KiB each", MaxFiles, MaxFile>>10)
			continue
		}
		c.texts[f.Name] = f.Text
		parsed, diags := parse(f.Name, f.Text)
		c.syntax(diags)
		if body, ok := parsed.Body.(*hclsyntax.Body); ok {
			for _, name := range attributes(body) {
				c.fault(body.Attributes[name].NameRange, "%s stands alone: it belongs into a block, such as flow \"NAME\" { … }", name)
			}
			blocks = append(blocks, body.Blocks...)
		}
	}
	if !Failed(c.found) { // what follows from a text that is none would only mislead
		c.all(blocks)
	}
	if Failed(c.found) {
		return nil, sorted(c.found)
	}
	return c.p, sorted(c.found)
}

// compiler is the work of one Compile.
type compiler struct {
	world World
	p     *flow.Program
	texts map[string][]byte
	found []Diagnostic
	vars  map[string]flow.Type // variables that any flow makes
	at    map[string]hcl.Range // where flows ("flow NAME"), steps ("step FLOW NAME") … are
	ways  []way
	exits map[node][]way // the same by the step that they lead from, once all are known
	jumps []jump

	flow    *flow.Flow      // that is being read
	step    string          // that is being read
	kind    flow.Kind       // its kind
	trigger flow.Trigger    // of the workflow that is being read; "" in flows
	waiting map[string]bool // the fields of the step being read that decide whether an exit waits for somebody
}

// way is an exit of a step.
type way struct {
	flow, from, to string
	at             hcl.Range
	waits          bool // somebody must do something for it to be taken
}

// jump is a step that begins another flow.
type jump struct {
	flow, from, to string
	at             hcl.Range
	then           string // of a sub-flow; "" of a goto
	sub            bool
}

// all reads all blocks: first the names of what they make, since they may speak
// of each other.
func (c *compiler) all(blocks hclsyntax.Blocks) {
	for _, b := range blocks {
		if slices.Contains([]string{"hours", "flow", "workflow"}, b.Type) {
			c.name(b.Type, b)
		}
	}
	c.variables(blocks)
	for _, b := range blocks {
		switch b.Type {
		case "hours":
			c.hours(b)
		case "flow":
			c.oneFlow(b)
		case "workflow":
			c.workflow(b)
		default:
			c.fault(b.TypeRange, "there is no block %s here: there are hours, flow and workflow", b.Type)
		}
	}
	if len(c.p.Flows) > flow.MaxFlows || len(c.p.Workflows) > flow.MaxWorkflows {
		c.fault(blocks[0].TypeRange, "there may be %d flows and %d workflows", flow.MaxFlows, flow.MaxWorkflows)
	}
	c.graph()
}

// name checks the one label of a block, which must be the only one of its kind.
func (c *compiler) name(kind string, b *hclsyntax.Block) string {
	if len(b.Labels) != 1 || strings.TrimSpace(b.Labels[0]) == "" {
		c.fault(b.TypeRange, "%s needs one name: %s \"NAME\" { … }", b.Type, b.Type)
		return ""
	}
	name := b.Labels[0]
	if len(name) > maxName {
		c.fault(b.LabelRanges[0], "a name may have at most %d bytes", maxName)
	}
	if first, taken := c.at[kind+" "+name]; taken && first != b.LabelRanges[0] {
		c.fault(b.LabelRanges[0], "%s %q is there already, in %s:%d", b.Type, name, first.Filename, first.Start.Line)
	} else {
		c.at[kind+" "+name] = b.LabelRanges[0]
	}
	return name
}

const maxName = 200

// oneFlow reads a flow.
func (c *compiler) oneFlow(b *hclsyntax.Block) {
	if len(b.Labels) != 1 {
		return // told of already
	}
	c.flow = &flow.Flow{Name: b.Labels[0], At: pos(b.TypeRange)}
	c.step = ""
	steps := hclsyntax.Blocks{}
	for _, s := range b.Body.Blocks {
		known := stepField(s.Type) >= 0
		if !known {
			c.fault(s.TypeRange, "there is no step %s%s", s.Type, meant(s.Type, stepKinds()))
		}
		if name := c.name("step "+c.flow.Name+" ", s); name != "" && known {
			steps = append(steps, s)
		}
	}
	if len(steps) > flow.MaxSteps {
		c.fault(b.TypeRange, "a flow may have at most %d steps; this one has %d", flow.MaxSteps, len(steps))
		return
	}
	c.decode(b.Body, b.TypeRange, c.flow, "flow")
	for _, s := range steps {
		c.oneStep(s)
	}
	c.p.Flows = append(c.p.Flows, *c.flow)
}

// oneStep reads a step.
func (c *compiler) oneStep(b *hclsyntax.Block) {
	c.step, c.kind = b.Labels[0], flow.Kind(b.Type)
	s := flow.Step{Name: c.step, Kind: c.kind, At: pos(b.TypeRange)}
	c.waiting = map[string]bool{}
	for name := range b.Body.Attributes {
		c.waiting[name] = true
	}
	into := newStep(&s)
	c.decode(b.Body, b.TypeRange, into, b.Type)
	c.together(&s, b)
	c.flow.Steps = append(c.flow.Steps, s)
}

// together checks what fields of a step mean together.
func (c *compiler) together(s *flow.Step, b *hclsyntax.Block) {
	has := func(name string) bool { return b.Body.Attributes[name] != nil }
	one := func(a, other string) {
		if has(a) == has(other) {
			c.fault(b.TypeRange, "%s needs one of %s and %s, not both and not none", b.Type, a, other)
		}
	}
	switch {
	case s.Lookup != nil:
		one("get", "post")
		if has("body") && !has("post") {
			c.fault(b.Body.Attributes["body"].NameRange, "only post sends a body")
		}
	case s.Assign != nil:
		one("team", "agent")
	case s.Goto != nil:
		one("flow", "step")
		if has("step") && has("limit") != has("then") {
			c.fault(b.TypeRange, "limit says how often a call may go to step, and then what follows after that: write both, or none")
		}
		if has("flow") && (has("limit") || has("then")) {
			c.fault(b.TypeRange, "limit and then belong to step: a call never comes back from a flow that it goes to; use subflow for that")
		}
	case s.Set != nil:
		if len(b.Body.Attributes) <= 1 {
			c.warn(b.TypeRange, "this sets nothing: there are priority, language, tags and var")
		}
	case s.Queue != nil && s.Queue.Announce != nil && *s.Queue.Announce > 0 && *s.Queue.Announce < 10:
		c.fault(b.Body.Attributes["announce"].Expr.Range(), "announce must be 10s or more; \"0s\" means no announcements")
	}
	if s.Goto != nil && s.Goto.Flow != "" {
		c.jumps = append(c.jumps, jump{flow: c.flow.Name, from: s.Name, to: s.Goto.Flow, at: valueRange(b, "flow")})
	}
	if s.Subflow != nil && s.Subflow.Flow != "" {
		c.jumps = append(c.jumps, jump{flow: c.flow.Name, from: s.Name, to: s.Subflow.Flow, at: valueRange(b, "flow"), then: s.Subflow.Then, sub: true})
	}
}

func valueRange(b *hclsyntax.Block, name string) hcl.Range {
	if a := b.Body.Attributes[name]; a != nil {
		return a.Expr.Range()
	}
	return b.TypeRange
}

// workflow reads a workflow.
func (c *compiler) workflow(b *hclsyntax.Block) {
	if len(b.Labels) != 1 {
		return
	}
	w := flow.Workflow{Name: b.Labels[0], At: pos(b.TypeRange)}
	c.flow, c.step, c.kind, c.trigger = nil, "", "", flow.CallEnded
	if a := b.Body.Attributes["on"]; a != nil {
		if on, ok := literal(a.Expr); ok {
			c.trigger = flow.Trigger(on)
		}
	}
	c.decode(b.Body, b.TypeRange, &w, "workflow")
	if a := b.Body.Attributes["after"]; (a != nil) != (w.On == flow.CallQueued) {
		at := b.TypeRange
		if a != nil {
			at = a.NameRange
		}
		c.fault(at, "after says how long a caller has waited: it belongs to call.queued, which needs it")
	}
	c.trigger = ""
	c.p.Workflows = append(c.p.Workflows, w)
}

// attributes lists a body's attributes in the order of the text.
func attributes(b *hclsyntax.Body) []string {
	var all []string
	for name := range b.Attributes {
		all = append(all, name)
	}
	slices.SortFunc(all, func(x, y string) int {
		return b.Attributes[x].NameRange.Start.Byte - b.Attributes[y].NameRange.Start.Byte
	})
	return all
}
