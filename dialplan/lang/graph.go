package lang

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"ringdesk/dialplan/flow"
)

// node is a step of a flow.
type node struct{ flow, step string }

// graph checks where the ways through the flows lead: to steps that there are,
// back only by the caller's doing or a limited number of times, and from
// somewhere.
func (c *compiler) graph() {
	c.targets()
	if Failed(c.found) {
		return // what follows from a mistake is no other mistake
	}
	c.exits = map[node][]way{}
	for _, w := range c.ways {
		if n := (node{w.flow, w.from}); w.from != "" {
			c.exits[n] = append(c.exits[n], w)
		}
	}
	c.recursion()
	if Failed(c.found) {
		return
	}
	c.reached()
	c.returns()
	c.loops()
}

func (c *compiler) stepAt(n node) hcl.Range { return c.at["step "+n.flow+"  "+n.step] }

// targets checks that all steps are there.
func (c *compiler) targets() {
	for _, w := range c.ways {
		_, known := c.at["step "+w.flow+"  "+w.to]
		if f := c.p.Flow(w.flow); f != nil && !known {
			c.fault(w.at, "there is no step %q in flow %q%s", w.to, w.flow, meant(w.to, names(f.Steps, func(s flow.Step) string { return s.Name })))
		}
	}
}

// recursion finds sub-flows that begin themselves.
func (c *compiler) recursion() {
	for _, j := range c.jumps {
		if j.sub && c.leads(j.to, j.flow) {
			c.fault(j.at, "flow %q begins itself as a sub-flow: it would never end", j.flow)
		}
	}
}

// leads says whether a flow can begin another one, or is it.
func (c *compiler) leads(from, to string) bool {
	seen := []string{from}
	for i := 0; i < len(seen); i++ {
		if seen[i] == to {
			return true
		}
		for _, j := range c.jumps {
			if j.flow == seen[i] && !slices.Contains(seen, j.to) {
				seen = append(seen, j.to)
			}
		}
	}
	return false
}

// reached finds flows and steps that no call comes to.
func (c *compiler) reached() {
	for i := range c.p.Flows {
		f := &c.p.Flows[i]
		if len(f.Numbers) == 0 && !slices.ContainsFunc(c.jumps, func(j jump) bool { return j.to == f.Name && j.flow != f.Name }) {
			c.warn(c.at["flow "+f.Name], "nothing starts flow %q: give it numbers, or let another flow go to it", f.Name)
		}
		seen := []string{f.Start}
		for k := 0; k < len(seen); k++ {
			for _, w := range c.exits[node{f.Name, seen[k]}] {
				if !slices.Contains(seen, w.to) {
					seen = append(seen, w.to)
				}
			}
		}
		for _, s := range f.Steps {
			if !slices.Contains(seen, s.Name) {
				c.warn(c.stepAt(node{f.Name, s.Name}), "no call comes to step %q", s.Name)
			}
		}
	}
}

// returns finds flows that return though nothing began them as a sub-flow.
func (c *compiler) returns() {
	var open []string
	for _, f := range c.p.Flows {
		if len(f.Numbers) > 0 {
			open = append(open, f.Name)
		}
	}
	for _, j := range c.jumps {
		if j.flow == "" { // a workflow's
			open = append(open, j.to)
		}
	}
	for i := 0; i < len(open); i++ {
		for _, j := range c.jumps {
			if !j.sub && j.flow == open[i] && !slices.Contains(open, j.to) {
				open = append(open, j.to)
			}
		}
		for _, s := range c.p.Flow(open[i]).Steps {
			if s.Return != nil {
				c.fault(c.stepAt(node{open[i], s.Name}), "calls begin flow %q or are sent there by goto, so that there is nowhere to return to: end with hangup", open[i])
			}
		}
	}
}

// loops finds ways in a circle that nobody has to do anything for.
func (c *compiler) loops() {
	edges := map[node][]way{}
	for _, w := range c.ways {
		if w.from != "" && !w.waits && c.returnsAlone(w) {
			edges[node{w.flow, w.from}] = append(edges[node{w.flow, w.from}], w)
		}
	}
	for _, j := range c.jumps {
		if to := c.p.Flow(j.to); j.flow != "" {
			edges[node{j.flow, j.from}] = append(edges[node{j.flow, j.from}], way{flow: j.to, to: to.Start, at: j.at})
		}
	}
	l := &loops{c: c, edges: edges, state: map[node]int{}}
	for _, f := range c.p.Flows {
		for _, s := range f.Steps {
			l.visit(node{f.Name, s.Name})
		}
	}
}

// returnsAlone says whether an exit can be taken without anybody's doing: that of
// a sub-flow can if the sub-flow comes to a return so.
func (c *compiler) returnsAlone(w way) bool {
	s := c.p.Flow(w.flow).Step(w.from)
	if s == nil || s.Subflow == nil {
		return true
	}
	sub := c.p.Flow(s.Subflow.Flow)
	seen := []string{sub.Start}
	for i := 0; i < len(seen); i++ {
		if sub.Step(seen[i]).Return != nil {
			return true
		}
		for _, next := range c.exits[node{sub.Name, seen[i]}] {
			if !next.waits && !slices.Contains(seen, next.to) && c.returnsAlone(next) {
				seen = append(seen, next.to)
			}
		}
	}
	return false
}

// loops is a search in depth for ways back to a step that the way came from.
type loops struct {
	c     *compiler
	edges map[node][]way
	state map[node]int // 1 on the way, 2 done
	path  []node
}

func (l *loops) visit(n node) {
	if l.state[n] != 0 {
		return
	}
	l.state[n] = 1
	l.path = append(l.path, n)
	for _, w := range l.edges[n] {
		to := node{w.flow, w.to}
		if l.state[to] == 1 {
			l.told(to, w.at)
		}
		l.visit(to)
	}
	l.path = l.path[:len(l.path)-1]
	l.state[n] = 2
}

func (l *loops) told(to node, at hcl.Range) {
	circle := l.path[slices.Index(l.path, to):]
	var words []string
	for _, n := range append(slices.Clone(circle), to) {
		words = append(words, strconv.Quote(n.step))
	}
	l.c.fault(at, "this is a loop without the caller's doing: %s. Let a key lead back, or a goto with a limit", strings.Join(words, " → "))
}
