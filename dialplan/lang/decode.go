package lang

import (
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"ringdesk/dialplan/flow"
)

// stepField finds the field of flow.Step for a kind of step; -1 if there is none.
func stepField(kind string) int { return tagged(reflect.TypeFor[flow.Step](), "step", kind) }

// tagged finds the field of a struct whose tag has a value.
func tagged(t reflect.Type, tag, value string) int {
	for i := range t.NumField() {
		if t.Field(i).Tag.Get(tag) == value && value != "" {
			return i
		}
	}
	return -1
}

func stepKinds() []string { return tags(reflect.TypeFor[flow.Step](), "step") }

// tags lists the values of a tag of a struct's fields.
func tags(t reflect.Type, tag string) []string {
	var all []string
	for i := range t.NumField() {
		if v := t.Field(i).Tag.Get(tag); v != "" {
			all = append(all, v)
		}
	}
	return all
}

// newStep gives a step the field of its kind, to be decoded into.
func newStep(s *flow.Step) any {
	f := reflect.ValueOf(s).Elem().Field(stepField(string(s.Kind)))
	f.Set(reflect.New(f.Type().Elem()))
	return f.Interface()
}

// decode reads a body into a struct by its tags. header is where the block is
// named, what is what people call it.
func (c *compiler) decode(b *hclsyntax.Body, header hcl.Range, into any, what string) {
	v := reflect.ValueOf(into).Elem()
	t := v.Type()
	known := tags(t, "flow")
	for _, name := range attributes(b) {
		if !slices.Contains(known, name) {
			c.fault(b.Attributes[name].NameRange, "%s has no %s%s", what, name, meant(name, append(slices.Clone(known), tags(t, "block")...)))
		}
	}
	if what != "flow" {
		for _, k := range b.Blocks {
			if !slices.Contains(tags(t, "block"), k.Type) {
				c.fault(k.TypeRange, "%s has no block %s%s", what, k.Type, meant(k.Type, append(slices.Clone(known), tags(t, "block")...)))
			}
		}
	}
	for i := range t.NumField() {
		field, tag := v.Field(i), t.Field(i).Tag
		switch {
		case tag.Get("flow") != "":
			c.attribute(b, header, field, tag, what)
		case tag.Get("block") != "":
			c.blocks(b, header, field, tag, what)
		}
	}
}

// attribute reads one attribute.
func (c *compiler) attribute(b *hclsyntax.Body, header hcl.Range, field reflect.Value, tag reflect.StructTag, what string) {
	name := tag.Get("flow")
	a := b.Attributes[name]
	if a == nil {
		switch tag.Get("need") {
		case "end":
			c.fault(header, "this is a path without an end: %s needs %s = \"STEP\"", what, name)
		case "yes":
			c.fault(header, "%s needs %s", what, name)
		}
		if d := tag.Get("else"); d != "" {
			c.byDefault(field, tag, d)
		}
		return
	}
	kinds[tag.Get("kind")](c, value{a: a, e: a.Expr, into: field, tag: tag, name: name})
}

// byDefault sets what holds when an attribute is left out.
func (c *compiler) byDefault(field reflect.Value, tag reflect.StructTag, text string) {
	switch tag.Get("kind") {
	case "sounds":
		field.Set(reflect.ValueOf(flow.Texts{text}))
	case "time":
		n, _ := duration(text)
		field.SetInt(int64(n))
	case "whole number":
		field.SetInt(int64(atoi(text)))
	default:
		field.SetString(text)
	}
}

// blocks reads the blocks of one name.
func (c *compiler) blocks(b *hclsyntax.Body, header hcl.Range, field reflect.Value, tag reflect.StructTag, what string) {
	name := tag.Get("block")
	var all []*hclsyntax.Block
	for _, k := range b.Blocks {
		if k.Type == name {
			all = append(all, k)
		}
	}
	if len(all) == 0 {
		if tag.Get("need") == "yes" {
			c.needsBlock(header, name, what)
		}
		return
	}
	if field.Kind() == reflect.Pointer {
		if len(all) > 1 {
			c.fault(all[1].TypeRange, "%s may have one block %s", what, name)
		}
		field.Set(reflect.New(field.Type().Elem()))
		c.block(all[0], field.Interface(), what+"'s "+name, nil)
		return
	}
	labels := map[string]bool{}
	for _, k := range all {
		one := reflect.New(field.Type().Elem())
		c.block(k, one.Interface(), what+"'s "+name, labels)
		field.Set(reflect.Append(field, one.Elem()))
	}
}

func (c *compiler) needsBlock(header hcl.Range, name, what string) {
	switch name {
	case "else", "otherwise":
		c.fault(header, "this is a path without an end: %s needs %s { go = \"STEP\" }", what, name)
	default:
		c.fault(header, "%s needs a block %s", what, name)
	}
}

// block reads one block inside another. labels are those that its siblings have.
func (c *compiler) block(b *hclsyntax.Block, into any, what string, labels map[string]bool) {
	v := reflect.ValueOf(into).Elem()
	if at := v.FieldByName("At"); at.IsValid() {
		at.Set(reflect.ValueOf(pos(b.TypeRange)))
	}
	label := slices.IndexFunc(reflect.VisibleFields(v.Type()), func(f reflect.StructField) bool { return f.Tag.Get("label") != "" })
	if label < 0 {
		if len(b.Labels) > 0 {
			c.fault(b.LabelRanges[0], "%s has no name", what)
		}
		c.decode(b.Body, b.TypeRange, into, what)
		return
	}
	kind := v.Type().Field(label).Tag.Get("label")
	if len(b.Labels) != 1 {
		c.fault(b.TypeRange, "%s needs one %s: %s \"…\" { … }", what, kind, b.Type)
		return
	}
	v.Field(label).SetString(b.Labels[0])
	if kind == "action" {
		c.action(b, into.(*flow.Do), what)
		return
	}
	c.label(b, kind, labels)
	c.waiting["talked"] = b.Labels[0] == flow.Talked
	c.decode(b.Body, b.TypeRange, into, what)
}

// label checks what a block is about.
func (c *compiler) label(b *hclsyntax.Block, kind string, labels map[string]bool) {
	name, at := b.Labels[0], b.LabelRanges[0]
	if labels[name] {
		c.fault(at, "%s %q is there twice", b.Type, name)
	}
	labels[name] = true
	switch {
	case kind == "key" && (len(name) != 1 || !strings.Contains(flow.Keys, name)):
		c.fault(at, "%q is no key of a telephone: 0 to 9, * or #", name)
	case kind == "event" && !slices.Contains(flow.Events, name):
		c.fault(at, "a queue does not end as %q%s", name, meant(name, flow.Events))
	}
}

// action reads an action of a workflow.
func (c *compiler) action(b *hclsyntax.Block, do *flow.Do, what string) {
	v := reflect.ValueOf(do).Elem()
	i := tagged(v.Type(), "do", do.Kind)
	if i < 0 {
		c.fault(b.LabelRanges[0], "there is no action %s%s", do.Kind, meant(do.Kind, tags(v.Type(), "do")))
		return
	}
	f := v.Field(i)
	f.Set(reflect.New(f.Type().Elem()))
	c.decode(b.Body, b.TypeRange, f.Interface(), do.Kind)
	has := func(name string) bool { return b.Body.Attributes[name] != nil }
	switch do.Kind {
	case "message":
		c.warn(b.LabelRanges[0], "a phone conversation takes internal notes only: this will be refused, and the rest goes on (INBOX-2)")
	case "assign":
		if has("team") == has("agent") {
			c.fault(b.TypeRange, "assign needs one of team and agent, not both and not none")
		}
	case "tag":
		if !has("add") && !has("remove") {
			c.fault(b.TypeRange, "tag needs add, remove, or both")
		}
	case "flow":
		if c.trigger != flow.CallArriving {
			c.fault(b.LabelRanges[0], "only a call that arrives can begin with a flow: on = \"call.arriving\"")
		}
		if do.Flow.Flow != "" {
			c.jumps = append(c.jumps, jump{to: do.Flow.Flow, at: valueRange(b, "flow")})
		}
	}
	if again := map[flow.Trigger]string{flow.ConversationTagged: "tag", flow.ConversationAssigned: "assign", flow.ConversationNoted: "note"}; again[c.trigger] == do.Kind {
		c.warn(b.LabelRanges[0], "this workflow answers to its own %s: it is run once for each, and not for what it did itself", do.Kind)
	}
}
