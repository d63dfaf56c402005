package lang

import (
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"ringdesk/dialplan/flow"
)

// overflow reads a queue's further teams: names, or objects with their rounds.
func (c *compiler) overflow(v value) {
	all, ok := c.list(v, "a list of teams")
	if !ok {
		return
	}
	if len(all) > 10 {
		c.fault(v.e.Range(), "overflow may have at most 10 teams, not %d", len(all))
	}
	teams := []flow.Overflow{}
	for _, e := range all {
		o := flow.Overflow{}
		name := e
		if obj, is := e.(*hclsyntax.ObjectConsExpr); is {
			name = nil
			for _, item := range obj.Items {
				switch key, _ := itemName(item); key {
				case "team":
					name = item.ValueExpr
				case "rounds":
					n, ok := number(item.ValueExpr)
					if o.Rounds = int(n); !ok || n < 1 || n > 10 || n != float64(o.Rounds) {
						c.fault(item.ValueExpr.Range(), "rounds must be a whole number from 1 to 10")
					}
				default:
					c.fault(item.KeyExpr.Range(), "a team of overflow has team and rounds")
				}
			}
			if name == nil {
				c.fault(e.Range(), "name the team: { team = \"sales\", rounds = 2 }")
				continue
			}
		}
		if o.Team, ok = c.text(value{e: name, name: "a team"}); ok {
			c.team(o.Team, name.Range())
		}
		teams = append(teams, o)
	}
	v.into.Set(reflect.ValueOf(teams))
}

// itemName is the name of one of an object's values.
func itemName(item hclsyntax.ObjectConsItem) (string, bool) {
	key := item.KeyExpr
	if wrapped, ok := key.(*hclsyntax.ObjectConsKeyExpr); ok {
		if t, ok := wrapped.Wrapped.(*hclsyntax.ScopeTraversalExpr); ok && !wrapped.ForceNonLiteral && len(t.Traversal) == 1 {
			return t.Traversal.RootName(), true
		}
		key = wrapped.Wrapped
	}
	return literal(key)
}

// object gives the values of an object by their names, each once.
func (c *compiler) object(v value, each func(name string, item hclsyntax.ObjectConsItem)) {
	obj, ok := v.e.(*hclsyntax.ObjectConsExpr)
	if !ok {
		c.fault(v.e.Range(), "%s must be names with values: %s = { name = … }", v.name, v.name)
		return
	}
	var seen []string
	for _, item := range obj.Items {
		name, ok := itemName(item)
		switch {
		case !ok:
			c.fault(item.KeyExpr.Range(), "this must be a name that is written out")
		case slices.Contains(seen, name):
			c.fault(item.KeyExpr.Range(), "%s is there twice", name)
		default:
			seen = append(seen, name)
			each(name, item)
		}
	}
	if len(seen) > 50 {
		c.fault(v.e.Range(), "%s may have at most 50 values", v.name)
	}
}

func (c *compiler) skills(v value) {
	skills := []flow.Skill{}
	c.object(v, func(name string, item hclsyntax.ObjectConsItem) {
		n, ok := number(item.ValueExpr)
		if !ok || n < 1 || n > 9 || n != float64(int(n)) {
			c.fault(item.ValueExpr.Range(), "the level of a skill must be a whole number from 1 to 9")
		}
		skills = append(skills, flow.Skill{Name: name, Level: int(n)})
	})
	if len(skills) > 20 {
		c.fault(v.e.Range(), "there may be at most 20 skills, not %d", len(skills))
	}
	v.into.Set(reflect.ValueOf(skills))
}

// put sets a field that holds an expression or points at one.
func put(into reflect.Value, e flow.Expr) {
	if into.Kind() == reflect.Pointer {
		into.Set(reflect.ValueOf(&e))
		return
	}
	into.Set(reflect.ValueOf(e))
}

func (c *compiler) condition(v value) {
	e, t := c.expression(v.e)
	if t != flow.Bool && t != flow.Any {
		c.fault(v.e.Range(), "%s must be a condition, which is true or false; this is a %s", v.name, t)
	}
	put(v.into, e)
}

// template reads a text that may have ${…} in it, or an expression for one.
func (c *compiler) template(v value) {
	put(v.into, c.textExpression(v.e, v.name))
}

func (c *compiler) textExpression(of hclsyntax.Expression, name string) flow.Expr {
	e, t := c.expressionFor(of, c.kind != flow.KindLookup)
	if t == flow.List {
		c.fault(of.Range(), "%s must be a text, and this is a list", name)
	}
	return e
}

func (c *compiler) templates(v value) {
	all, ok := c.list(v, "a list of texts")
	if !ok {
		return
	}
	list := []flow.Expr{}
	for _, e := range all {
		if t, ok := literal(e); ok && strings.TrimSpace(t) == "" {
			c.fault(e.Range(), "%s must not be empty", v.name)
		}
		list = append(list, c.textExpression(e, v.name))
	}
	if len(list) == 0 || len(list) > 20 {
		c.fault(v.e.Range(), "%s takes 1 to 20 texts", v.name)
	}
	v.into.Set(reflect.ValueOf(list))
}

// address reads a URL. What it begins with must be written out, so that no
// caller decides which server is asked.
func (c *compiler) address(v value) {
	e := c.textExpression(v.e, v.name)
	for i, part := range e.Args { // whatever a caller is called, it is no part of the address but a value in it
		if e.Op == flow.OpText && part.Op != flow.OpValue && part.Name != "escape" {
			e.Args[i] = flow.Expr{Op: flow.OpCall, Name: "escape", Args: []flow.Expr{part}}
		}
	}
	put(v.into, e)
	begin := ""
	switch {
	case e.Op == flow.OpValue:
		begin, _ = e.Value.(string)
	case e.Op == flow.OpText && len(e.Args) > 0 && e.Args[0].Op == flow.OpValue:
		begin, _ = e.Args[0].Value.(string)
	}
	u, err := url.Parse(begin)
	if i := strings.IndexByte(begin, '%'); err != nil && i > 0 { // cut within an escape
		u, err = url.Parse(begin[:i])
	}
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || e.Op == flow.OpText && !strings.Contains(begin[len(u.Scheme)+3:], "/") {
		c.fault(v.e.Range(), "%s must begin with https://HOST/ (or http://HOST/), written out", v.name)
		return
	}
	if u.User != nil {
		c.fault(v.e.Range(), "%s must not have a password in it: send a header", v.name)
	}
}

// pairs reads values with names: headers are texts, variables anything.
func (c *compiler) pairs(v value) {
	var all []flow.Pair
	headers := v.tag.Get("kind") == "templates by name"
	c.object(v, func(name string, item hclsyntax.ObjectConsItem) {
		p := flow.Pair{Name: name}
		if headers {
			if !headerName(name) {
				c.fault(item.KeyExpr.Range(), "%q is no name of a header", name)
			}
			p.Value = c.textExpression(item.ValueExpr, name)
		} else {
			c.variable(name, value{e: item.KeyExpr})
			p.Value, _ = c.expressionFor(item.ValueExpr, true)
		}
		all = append(all, p)
	})
	v.into.Set(reflect.ValueOf(all))
}

func headerName(name string) bool {
	ok := name != ""
	for _, r := range name {
		ok = ok && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-')
	}
	return ok && !slices.Contains([]string{"host", "content-length", "transfer-encoding", "connection"}, strings.ToLower(name))
}

// extensionName is what an engine's own dialplan may call an extension.
var extensionName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`) })

// extension reads the name of an extension of the engine's own dialplan. Whether it
// is there only the engine knows.
func (c *compiler) extension(v value) {
	text, ok := c.text(v)
	if ok && !extensionName().MatchString(text) {
		c.fault(v.e.Range(), "an extension has 1 to 32 letters of the Latin alphabet, digits, '-' and '_', such as \"fax\"")
	}
	v.into.SetString(text)
}
