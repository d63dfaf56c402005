package lang

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"ringdesk/dialplan/flow"
)

// operators are HCL's with ours.
var operators = map[*hclsyntax.Operation]flow.Op{
	hclsyntax.OpLogicalOr: flow.OpOr, hclsyntax.OpLogicalAnd: flow.OpAnd,
	hclsyntax.OpEqual: flow.OpEq, hclsyntax.OpNotEqual: flow.OpNe,
	hclsyntax.OpGreaterThan: flow.OpGt, hclsyntax.OpGreaterThanOrEqual: flow.OpGe, hclsyntax.OpLessThan: flow.OpLt, hclsyntax.OpLessThanOrEqual: flow.OpLe,
	hclsyntax.OpAdd: flow.OpAdd, hclsyntax.OpSubtract: flow.OpSub, hclsyntax.OpMultiply: flow.OpMul, hclsyntax.OpDivide: flow.OpDiv, hclsyntax.OpModulo: flow.OpMod,
}

func (x *expression) binary(e *hclsyntax.BinaryOpExpr) (flow.Expr, flow.Type) {
	a, at := x.of(e.LHS)
	b, bt := x.of(e.RHS)
	op := operators[e.Op]
	made := flow.Expr{Op: op, Args: []flow.Expr{a, b}}
	need := func(want flow.Type) {
		for _, side := range []struct {
			e hclsyntax.Expression
			t flow.Type
		}{{e.LHS, at}, {e.RHS, bt}} {
			if !fits(side.t, want) {
				x.c.fault(side.e.Range(), "%s takes a %s, and this is a %s", op, want, side.t)
			}
		}
	}
	switch op {
	case flow.OpAnd, flow.OpOr:
		need(flow.Bool)
		return made, flow.Bool
	case flow.OpEq, flow.OpNe:
		if !fits(at, bt) {
			x.c.fault(e.Range(), "a %s is never a %s: to_number() and to_text() make one of the other", at, bt)
		}
		return made, flow.Bool
	case flow.OpLt, flow.OpLe, flow.OpGt, flow.OpGe:
		need(flow.Number)
		return made, flow.Bool
	}
	need(flow.Number)
	return made, flow.Number
}

func (x *expression) unary(e *hclsyntax.UnaryOpExpr) (flow.Expr, flow.Type) {
	a, t := x.of(e.Val)
	op, want := flow.OpNot, flow.Bool
	if e.Op == hclsyntax.OpNegate {
		op, want = flow.OpNeg, flow.Number
	}
	if !fits(t, want) {
		x.c.fault(e.Val.Range(), "this must be a %s, and it is a %s", want, t)
	}
	return flow.Expr{Op: op, Args: []flow.Expr{a}}, want
}

func (x *expression) conditional(e *hclsyntax.ConditionalExpr) (flow.Expr, flow.Type) {
	cond, ct := x.of(e.Condition)
	a, at := x.of(e.TrueResult)
	b, bt := x.of(e.FalseResult)
	if !fits(ct, flow.Bool) {
		x.c.fault(e.Condition.Range(), "this must be a condition, which is true or false; it is a %s", ct)
	}
	t := at
	if at != bt {
		t = flow.Any
	}
	if !fits(at, bt) {
		x.c.fault(e.FalseResult.Range(), "both results must be of one kind: this is a %s, the first one a %s", bt, at)
	}
	return flow.Expr{Op: flow.OpIf, Args: []flow.Expr{cond, a, b}}, t
}

// variables finds out which variables the flows make, and of which type, before
// expressions are read: a variable may be set in one flow and seen in another.
func (c *compiler) variables(blocks hclsyntax.Blocks) {
	kept := c.found
	make := func(name string, t flow.Type) {
		if had, ok := c.vars[name]; ok && had != t {
			t = flow.Any
		}
		c.vars[name] = t
	}
	var set []*hclsyntax.Block
	for _, b := range blocks {
		if b.Type != "flow" {
			continue
		}
		for _, s := range b.Body.Blocks {
			if s.Type == "set" {
				set = append(set, s)
			}
			types := map[string]flow.Type{"input": flow.Text, "survey": flow.Number, "lookup": flow.Any}
			a := s.Body.Attributes["save"]
			t, saves := types[s.Type]
			if a == nil || !saves {
				continue
			}
			if name, ok := literal(a.Expr); ok {
				make(name, t)
				if secret, ok := s.Body.Attributes["secret"]; ok && s.Type == "input" && isTrue(secret.Expr) {
					c.p.Secret = append(c.p.Secret, name)
				}
			}
		}
	}
	each := func(do func(name string, item hclsyntax.ObjectConsItem)) {
		for _, s := range set {
			if a := s.Body.Attributes["var"]; a != nil {
				c.object(value{e: a.Expr, name: "var"}, do)
			}
		}
	}
	each(func(name string, _ hclsyntax.ObjectConsItem) { // what is set from others is any until it is known
		if _, ok := c.vars[name]; !ok {
			c.vars[name] = flow.Any
		}
	})
	types := map[string]flow.Type{}
	each(func(name string, item hclsyntax.ObjectConsItem) {
		_, t := c.expression(item.ValueExpr)
		if had, ok := types[name]; ok && had != t {
			t = flow.Any
		}
		types[name] = t
	})
	for name, t := range types {
		if had := c.vars[name]; had == flow.Any && !c.looked(name, blocks) {
			c.vars[name] = t
		} else if had != t {
			c.vars[name] = flow.Any
		}
	}
	c.found = kept // they are told of when they are read
}

// looked says whether a lookup keeps its answer in a variable.
func (c *compiler) looked(name string, blocks hclsyntax.Blocks) bool {
	for _, b := range blocks {
		for _, s := range b.Body.Blocks {
			if a := s.Body.Attributes["save"]; s.Type == "lookup" && a != nil {
				if n, _ := literal(a.Expr); n == name {
					return true
				}
			}
		}
	}
	return false
}

func isTrue(e hclsyntax.Expression) bool {
	l, ok := e.(*hclsyntax.LiteralValueExpr)
	return ok && !l.Val.IsNull() && l.Val.Type().FriendlyName() == "bool" && l.Val.True()
}
