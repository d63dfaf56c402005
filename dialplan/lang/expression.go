package lang

import (
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"ringdesk/dialplan/flow"
)

// expression compiles one expression, and says what it gives.
func (c *compiler) expression(e hclsyntax.Expression) (flow.Expr, flow.Type) {
	return c.expressionFor(e, false)
}

// expressionFor is expression for one that may be shown to people.
func (c *compiler) expressionFor(e hclsyntax.Expression, shown bool) (flow.Expr, flow.Type) {
	x := &expression{c: c, shown: shown}
	made, t := x.of(e)
	if x.nodes > flow.MaxNodes {
		c.fault(e.Range(), "this expression is too long: it may have %d parts", flow.MaxNodes)
	}
	return made, t
}

// expression is the work on one.
type expression struct {
	c     *compiler
	nodes int
	shown bool // what comes of it is shown to people
}

var null = flow.Expr{Op: flow.OpValue}

// of compiles a part of the expression.
func (x *expression) of(e hclsyntax.Expression) (flow.Expr, flow.Type) {
	if x.nodes++; x.nodes > flow.MaxNodes {
		return null, flow.Any
	}
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return x.literal(e)
	case *hclsyntax.TemplateExpr:
		return x.template(e)
	case *hclsyntax.TemplateWrapExpr:
		part, t := x.of(e.Wrapped)
		x.inText(e.Wrapped, t)
		return flow.Expr{Op: flow.OpText, Args: []flow.Expr{part}}, flow.Text
	case *hclsyntax.ParenthesesExpr:
		return x.of(e.Expression)
	case *hclsyntax.ScopeTraversalExpr:
		return x.traversal(e)
	case *hclsyntax.RelativeTraversalExpr:
		from, t := x.of(e.Source)
		return x.parts(from, t, e.Traversal)
	case *hclsyntax.IndexExpr:
		from, t := x.of(e.Collection)
		by, _ := x.of(e.Key)
		if t != flow.Any && t != flow.List {
			x.c.fault(e.BracketRange, "a %s has no parts", t)
		}
		return flow.Expr{Op: flow.OpIndex, Args: []flow.Expr{from, by}}, flow.Any
	case *hclsyntax.FunctionCallExpr:
		return x.call(e)
	case *hclsyntax.ConditionalExpr:
		return x.conditional(e)
	case *hclsyntax.BinaryOpExpr:
		return x.binary(e)
	case *hclsyntax.UnaryOpExpr:
		return x.unary(e)
	case *hclsyntax.TupleConsExpr:
		args := make([]flow.Expr, len(e.Exprs))
		for i, part := range e.Exprs {
			args[i], _ = x.of(part)
		}
		return flow.Expr{Op: flow.OpList, Args: args}, flow.List
	}
	x.c.fault(e.Range(), "there are no %s in this language", what(e))
	return null, flow.Any
}

// what names what HCL has and flows have not.
func what(e hclsyntax.Expression) string {
	switch e.(type) {
	case *hclsyntax.ForExpr, *hclsyntax.TemplateJoinExpr:
		return "loops"
	case *hclsyntax.SplatExpr:
		return "splats ([*])"
	case *hclsyntax.ObjectConsExpr:
		return "objects in expressions"
	}
	return "expressions such as this one"
}

func (x *expression) literal(e *hclsyntax.LiteralValueExpr) (flow.Expr, flow.Type) {
	v := e.Val
	switch {
	case v.IsNull():
		return null, flow.Any
	case v.Type() == cty.String:
		return flow.Expr{Op: flow.OpValue, Value: v.AsString()}, flow.Text
	case v.Type() == cty.Bool:
		return flow.Expr{Op: flow.OpValue, Value: v.True()}, flow.Bool
	case v.Type() == cty.Number:
		if n, ok := number(e); ok {
			return flow.Expr{Op: flow.OpValue, Value: n}, flow.Number
		}
		x.c.fault(e.Range(), "this number is too large")
	}
	return null, flow.Any
}

// template compiles a text with ${…} in it.
func (x *expression) template(e *hclsyntax.TemplateExpr) (flow.Expr, flow.Type) {
	if t, ok := literal(e); ok {
		return flow.Expr{Op: flow.OpValue, Value: t}, flow.Text
	}
	args := make([]flow.Expr, len(e.Parts))
	for i, p := range e.Parts {
		var t flow.Type
		args[i], t = x.of(p)
		x.inText(p, t)
	}
	return flow.Expr{Op: flow.OpText, Args: args}, flow.Text
}

func (x *expression) inText(e hclsyntax.Expression, t flow.Type) {
	if t == flow.List {
		x.c.fault(e.Range(), "a list cannot stand in a text")
	}
}

// traversal compiles a variable: caller.number, var.order, contact.fields["등급"].
func (x *expression) traversal(e *hclsyntax.ScopeTraversalExpr) (flow.Expr, flow.Type) {
	root := e.Traversal.RootName()
	if len(e.Traversal) < 2 {
		x.unknown(e.Range(), root)
		return null, flow.Any
	}
	attr, ok := e.Traversal[1].(hcl.TraverseAttr)
	if !ok {
		x.unknown(e.Range(), root)
		return null, flow.Any
	}
	path := root + "." + attr.Name
	var t flow.Type
	if root == "var" {
		t, ok = x.c.vars[attr.Name]
		if ok && x.c.flow == nil && x.c.trigger != "" {
			x.c.fault(e.Range(), "workflows see no variables of flows: set a tag, and look at contact.tags or event.tag")
			return null, flow.Any
		}
		if x.shown && slices.Contains(x.c.p.Secret, attr.Name) {
			x.c.fault(e.Range(), "%s is secret: it may stand in a condition and in a lookup, and nowhere else", path)
		}
		if !ok {
			x.c.fault(attr.SrcRange, "no flow makes a variable %s%s", attr.Name, meant(attr.Name, varNames(x.c.vars)))
			return null, flow.Any
		}
	} else {
		i := slices.IndexFunc(flow.Variables, func(v flow.Variable) bool { return v.Path == path })
		if i < 0 {
			x.unknown(e.Range(), path)
			return null, flow.Any
		}
		v := flow.Variables[i]
		if v.Workflow && x.c.trigger == "" {
			x.c.fault(e.Range(), "only workflows see %s", path)
		}
		t = v.Type
	}
	return x.parts(flow.Expr{Op: flow.OpVar, Name: path}, t, e.Traversal[2:])
}

// parts goes on into a value: .name and [0].
func (x *expression) parts(from flow.Expr, t flow.Type, path hcl.Traversal) (flow.Expr, flow.Type) {
	for _, step := range path {
		if x.nodes++; t != flow.Any && t != flow.List {
			x.c.fault(step.SourceRange(), "a %s has no parts", t)
			return null, flow.Any
		}
		by := flow.Expr{Op: flow.OpValue}
		switch step := step.(type) {
		case hcl.TraverseAttr:
			by.Value = step.Name
		case hcl.TraverseIndex:
			if step.Key.Type() == cty.String {
				by.Value = step.Key.AsString()
			} else {
				n, _ := step.Key.AsBigFloat().Float64()
				by.Value = n
			}
		}
		from, t = flow.Expr{Op: flow.OpIndex, Args: []flow.Expr{from, by}}, flow.Any
	}
	return from, t
}

func (x *expression) unknown(at hcl.Range, path string) {
	var known []string
	root, _, _ := strings.Cut(path, ".")
	for _, v := range flow.Variables {
		if r, _, _ := strings.Cut(v.Path, "."); r == root {
			known = append(known, v.Path)
		}
	}
	if known == nil {
		known = []string{"caller", "contact", "number", "time", "call", "event", "var"}
	}
	x.c.fault(at, "there is no %s%s", path, meant(path, known))
}

func varNames(vars map[string]flow.Type) []string {
	var all []string
	for name := range vars {
		all = append(all, name)
	}
	return all
}

// call compiles a function's call.
func (x *expression) call(e *hclsyntax.FunctionCallExpr) (flow.Expr, flow.Type) {
	f, ok := flow.FindFunction(e.Name)
	if !ok {
		x.c.fault(e.NameRange, "there is no function %s%s", e.Name, meant(e.Name, names(flow.Functions, func(f flow.Function) string { return f.Name })))
		return null, flow.Any
	}
	least := len(f.Params)
	if f.Optional {
		least--
	}
	if n := len(e.Args); n < least || n > len(f.Params) || e.ExpandFinal {
		x.c.fault(e.Range(), "%s takes %d values, not %d", f.Name, len(f.Params), n)
		return null, f.Result
	}
	args := make([]flow.Expr, len(e.Args))
	for i, a := range e.Args {
		var t flow.Type
		if args[i], t = x.of(a); !fits(t, f.Params[i]) {
			x.c.fault(a.Range(), "%s takes a %s here, and this is a %s", f.Name, f.Params[i], t)
		}
	}
	x.literals(f, e, args)
	return flow.Expr{Op: flow.OpCall, Name: f.Name, Args: args}, f.Result
}

func fits(t, want flow.Type) bool { return t == want || t == flow.Any || want == flow.Any }

// literals checks the arguments that must be written out.
func (x *expression) literals(f flow.Function, e *hclsyntax.FunctionCallExpr, args []flow.Expr) {
	if f.Literal == "" {
		return
	}
	for i, a := range args {
		if f.Literal == "pattern" && i == 0 {
			continue
		}
		text, ok := a.Value.(string)
		at := e.Args[i].Range()
		if !ok {
			x.c.fault(at, "%s takes a text in quotes here, written out", f.Name)
			continue
		}
		x.named(f.Literal, text, at)
	}
	if f.Literal == "team" && x.c.trigger != "" {
		x.c.fault(e.NameRange, "only flows see %s", f.Name)
	}
}

// named checks what a function's text names.
func (x *expression) named(kind, text string, at hcl.Range) {
	switch kind {
	case "hours":
		if _, known := x.c.at["hours "+text]; !known {
			x.c.fault(at, "there are no hours %q%s", text, meant(text, x.c.named("hours ")))
		}
	case "team":
		x.c.team(text, at)
	case "clock":
		if _, ok := flow.Clock(text); !ok {
			x.c.fault(at, "%q is no time of day: write it as 09:00", text)
		}
	case "pattern":
		if _, err := regexp.Compile(text); err != nil || len(text) > 200 {
			x.c.fault(at, "%q is no regular expression (RE2) of at most 200 characters", text)
		}
	}
}
