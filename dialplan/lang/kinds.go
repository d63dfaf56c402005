package lang

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"ringdesk/dialplan/flow"
)

// value is an attribute that is being read into a field.
type value struct {
	a    *hclsyntax.Attribute
	e    hclsyntax.Expression
	into reflect.Value
	tag  reflect.StructTag
	name string
}

// kinds read what attributes may hold, by the tag `kind`.
var kinds map[string]func(*compiler, value)

func init() { // kinds decode, and what decodes needs kinds
	kinds = map[string]func(*compiler, value){
		"step": (*compiler).stepName, "flow": (*compiler).flowName, "variable": (*compiler).variableName,
		"sounds": (*compiler).sounds, "time": (*compiler).time, "whole number": (*compiler).whole, "flag": (*compiler).flag,
		"choice": (*compiler).choice, "trigger": (*compiler).triggerName, "key": (*compiler).keyName, "digits": (*compiler).digits,
		"team": (*compiler).teamName, "agent": (*compiler).agentName, "overflow": (*compiler).overflow, "skills": (*compiler).skills,
		"telephone number": (*compiler).telephone, "extension": (*compiler).extension, "business number": (*compiler).telephone, "business numbers": (*compiler).numbers,
		"condition": (*compiler).condition, "template": (*compiler).template, "templates": (*compiler).templates, "address": (*compiler).address,
		"templates by name": (*compiler).pairs, "values by name": (*compiler).pairs,
	}
}

// text reads a text that stands there as it is.
func (c *compiler) text(v value) (string, bool) {
	t, ok := literal(v.e)
	if !ok {
		c.fault(v.e.Range(), "%s must be a text in quotes, without ${…}", v.name)
	}
	return t, ok
}

// literal gives a text that is written out.
func literal(e hclsyntax.Expression) (string, bool) {
	switch e := e.(type) {
	case *hclsyntax.TemplateExpr:
		if len(e.Parts) == 0 {
			return "", true
		}
		var b strings.Builder
		for _, p := range e.Parts {
			t, ok := literal(p)
			if !ok {
				return "", false
			}
			b.WriteString(t)
		}
		return b.String(), true
	case *hclsyntax.LiteralValueExpr:
		if e.Val.Type() == cty.String && !e.Val.IsNull() {
			return e.Val.AsString(), true
		}
	}
	return "", false
}

func (c *compiler) stepName(v value) {
	name, ok := c.text(v)
	if !ok {
		return
	}
	v.into.SetString(name)
	if v.tag.Get("need") == "yes" && name == "" {
		c.fault(v.e.Range(), "name a step")
		return
	}
	waits := v.tag.Get("waits")
	c.ways = append(c.ways, way{flow: c.flow.Name, from: c.step, to: name, at: v.e.Range(), waits: waits == "yes" || waits != "" && c.waiting[waits]})
}

func (c *compiler) flowName(v value) {
	if name, ok := c.text(v); ok {
		v.into.SetString(name)
		if _, known := c.at["flow "+name]; !known {
			c.fault(v.e.Range(), "there is no flow %q%s", name, meant(name, c.named("flow ")))
		}
	}
}

// named lists the names of one kind.
func (c *compiler) named(kind string) []string {
	var all []string
	for k := range c.at {
		if name, ok := strings.CutPrefix(k, kind); ok {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

func (c *compiler) variableName(v value) {
	if name, ok := c.text(v); ok {
		c.variable(name, v)
		v.into.SetString(name)
	}
}

var identifier = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[\p{L}_][\p{L}\p{N}_]*$`) })

// variable checks the name of a variable that a flow makes.
func (c *compiler) variable(name string, v value) {
	if !identifier().MatchString(name) {
		c.fault(v.e.Range(), "%q is no name of a variable: letters, digits and _, such as order or 주문번호", name)
	}
}

func (c *compiler) sounds(v value) {
	all, ok := c.list(v, "the name of a sound in quotes, or a list of them")
	if !ok {
		return
	}
	if len(all) == 0 || len(all) > 10 {
		c.fault(v.e.Range(), "%s takes 1 to 10 sounds", v.name)
	}
	var names flow.Texts
	for _, e := range all {
		if name, ok := c.text(value{e: e, name: v.name}); ok {
			c.sound(name, e.Range())
			names = append(names, name)
		}
	}
	v.into.Set(reflect.ValueOf(names))
}

// list gives the parts of a list, or a single value as a list of one.
func (c *compiler) list(v value, want string) ([]hclsyntax.Expression, bool) {
	switch e := v.e.(type) {
	case *hclsyntax.TupleConsExpr:
		return e.Exprs, true
	case *hclsyntax.TemplateExpr:
		return []hclsyntax.Expression{e}, true
	}
	c.fault(v.e.Range(), "%s must be %s", v.name, want)
	return nil, false
}

func (c *compiler) time(v value) {
	text, ok := literal(v.e)
	if !ok {
		c.fault(v.e.Range(), "%s must be a time in quotes, such as \"5s\", \"2m\" or \"1h\"", v.name)
		return
	}
	n, ok := duration(text)
	if !ok {
		c.fault(v.e.Range(), "%s is no time: write it as 5s, 2m or 1h", text)
		return
	}
	from, to := atoi(v.tag.Get("from")), atoi(v.tag.Get("to"))
	if n < from || n > to {
		c.fault(v.e.Range(), "%s must be from %s to %s, not %s", v.name, inDuration(from), inDuration(to), text)
	}
	setInt(v.into, n)
}

func (c *compiler) whole(v value) {
	n, ok := number(v.e)
	if !ok || n != float64(int(n)) {
		c.fault(v.e.Range(), "%s must be a whole number, without quotes", v.name)
		return
	}
	from, to := atoi(v.tag.Get("from")), atoi(v.tag.Get("to"))
	if int(n) < from || int(n) > to {
		c.fault(v.e.Range(), "%s must be from %d to %d, not %d", v.name, from, to, int(n))
	}
	setInt(v.into, int(n))
}

// number gives a number that is written out.
func number(e hclsyntax.Expression) (float64, bool) {
	if u, ok := e.(*hclsyntax.UnaryOpExpr); ok && u.Op == hclsyntax.OpNegate {
		n, ok := number(u.Val)
		return -n, ok
	}
	l, ok := e.(*hclsyntax.LiteralValueExpr)
	if !ok || l.Val.IsNull() || l.Val.Type() != cty.Number {
		return 0, false
	}
	n, _ := l.Val.AsBigFloat().Float64()
	return n, n > -1e15 && n < 1e15
}

func setInt(into reflect.Value, n int) {
	if into.Kind() == reflect.Pointer {
		into.Set(reflect.ValueOf(&n))
		return
	}
	into.SetInt(int64(n))
}

func atoi(s string) int { n, _ := strconv.Atoi(s); return n }

func (c *compiler) flag(v value) {
	l, ok := v.e.(*hclsyntax.LiteralValueExpr)
	if !ok || l.Val.IsNull() || l.Val.Type() != cty.Bool {
		c.fault(v.e.Range(), "%s must be true or false, without quotes", v.name)
		return
	}
	b := l.Val.True()
	if v.into.Kind() == reflect.Pointer {
		v.into.Set(reflect.ValueOf(&b))
		return
	}
	v.into.SetBool(b)
}

func (c *compiler) choice(v value) {
	text, ok := c.text(v)
	if !ok {
		return
	}
	if known := strings.Split(v.tag.Get("one"), ","); !slices.Contains(known, text) {
		c.fault(v.e.Range(), "%s must be one of %s, not %q", v.name, strings.Join(known, ", "), text)
	}
	v.into.SetString(text)
}

func (c *compiler) triggerName(v value) {
	text, ok := c.text(v)
	if !ok {
		return
	}
	var known []string
	for _, t := range flow.Triggers {
		known = append(known, string(t.Trigger))
	}
	if !slices.Contains(known, text) {
		c.fault(v.e.Range(), "nothing happens as %q%s", text, meant(text, known))
	}
	v.into.SetString(text)
}

func (c *compiler) keyName(v value) {
	text, ok := c.text(v)
	if ok && text != "#" && text != "*" {
		c.fault(v.e.Range(), "%s must be # or *, not %q", v.name, text)
	}
	v.into.SetString(text)
}

func (c *compiler) digits(v value) {
	text, ok := c.text(v)
	if !ok {
		return
	}
	from, to, both := strings.Cut(text, "-")
	if !both {
		to = from
	}
	d := flow.Digits{Min: atoi(from), Max: atoi(to)}
	if d.Min < 1 || d.Max < d.Min || d.Max > maxDigits {
		c.fault(v.e.Range(), "digits must be a number such as \"6\", or from the fewest to the most such as \"4-10\", 1 to %d; not %q", maxDigits, text)
	}
	v.into.Set(reflect.ValueOf(d))
}

const maxDigits = 40

func (c *compiler) teamName(v value) {
	if name, ok := c.text(v); ok {
		c.team(name, v.e.Range())
		v.into.SetString(name)
	}
}

func (c *compiler) agentName(v value) {
	if name, ok := c.text(v); ok {
		c.agent(name, v.e.Range())
		v.into.SetString(name)
	}
}

func (c *compiler) telephone(v value) {
	text, ok := c.text(v)
	if !ok {
		return
	}
	if v.tag.Get("kind") == "business number" {
		v.into.SetString(c.business(text, v.e.Range()))
		return
	}
	n := c.number(text, v.e.Range())
	if w := c.world.Installation; w != nil && slices.ContainsFunc(w.Numbers, func(k Number) bool { return k.Number == n }) {
		c.fault(v.e.Range(), "%s is a number of this workspace: the call would come back by the carrier. Go to its flow instead", text)
	}
	v.into.SetString(n)
}

func (c *compiler) numbers(v value) {
	all, ok := c.list(v, "a list of business numbers")
	if !ok {
		return
	}
	var numbers flow.Texts
	for _, e := range all {
		text, ok := c.text(value{e: e, name: v.name})
		if !ok {
			continue
		}
		n := c.business(text, e.Range())
		if first, taken := c.at["number "+n]; taken && n != "" {
			c.fault(e.Range(), "the number %s has a flow already, in %s:%d", text, first.Filename, first.Start.Line)
		} else {
			c.at["number "+n] = e.Range()
		}
		numbers = append(numbers, n)
	}
	v.into.Set(reflect.ValueOf(numbers))
}
