package lang

import (
	_ "embed"
	"fmt"
	"reflect"
	"strings"

	"ringdesk/dialplan/flow"
)

//go:embed reference_intro.md
var intro string

// Reference is docs/flows.md: all that the language has, from the types and tables
// that it is read by.
func Reference() string {
	var b strings.Builder
	b.WriteString(intro)
	b.WriteString("\n## flow\n\n")
	table(&b, reflect.TypeFor[flow.Flow](), "")
	b.WriteString("\n## Steps\n")
	steps := reflect.TypeFor[flow.Step]()
	for i := range steps.NumField() {
		if f := steps.Field(i); f.Tag.Get("step") != "" {
			fmt.Fprintf(&b, "\n### %s\n\n%s\n", f.Tag.Get("step"), f.Tag.Get("says"))
			attributesOf(&b, f.Type.Elem())
		}
	}
	b.WriteString("\n## workflow\n\nWhat happens by itself when something has happened (INBOX-6).\n")
	attributesOf(&b, reflect.TypeFor[flow.Workflow]())
	b.WriteString("\n| on | when |\n| --- | --- |\n")
	for _, t := range flow.Triggers {
		fmt.Fprintf(&b, "| `%s` | %s |\n", t.Trigger, t.Says)
	}
	actions := reflect.TypeFor[flow.Do]()
	for i := range actions.NumField() {
		if f := actions.Field(i); f.Tag.Get("do") != "" {
			fmt.Fprintf(&b, "\n### do %s\n\n%s\n", f.Tag.Get("do"), f.Tag.Get("says"))
			attributesOf(&b, f.Type.Elem())
		}
	}
	expressions(&b)
	return b.String()
}

// attributesOf writes the table of a block, if it has anything.
func attributesOf(b *strings.Builder, t reflect.Type) {
	for i := range t.NumField() {
		if tag := t.Field(i).Tag; tag.Get("flow") != "" || tag.Get("block") != "" {
			b.WriteString("\n")
			table(b, t, "")
			return
		}
	}
}

// table writes the attributes and blocks of a type, those of blocks below them.
func table(b *strings.Builder, t reflect.Type, within string) {
	if within == "" {
		b.WriteString("| name | holds | left out | meaning |\n| --- | --- | --- | --- |\n")
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if name := f.Tag.Get("flow"); name != "" {
			fmt.Fprintf(b, "| `%s%s` | %s | %s | %s |\n", within, name, holds(f.Tag), leftOut(f.Tag), cell(f.Tag.Get("says")))
		}
		name := f.Tag.Get("block")
		if name == "" || name == "do" {
			continue
		}
		inner := f.Type.Elem()
		label := ""
		for k := range inner.NumField() {
			if l := inner.Field(k).Tag; l.Get("label") != "" {
				label = fmt.Sprintf(" \"%s\"", strings.ToUpper(l.Get("label")))
			}
		}
		fmt.Fprintf(b, "| `%s%s%s { … }` | block | %s | %s%s |\n", within, name, label, leftOut(f.Tag), cell(f.Tag.Get("says")), labelSays(inner))
		table(b, inner, name+" › ")
	}
}

func labelSays(t reflect.Type) string {
	for i := range t.NumField() {
		if says := t.Field(i).Tag.Get("says"); t.Field(i).Tag.Get("label") != "" && says != "" {
			return " (" + cell(says) + ")"
		}
	}
	return ""
}

// holds says what an attribute may hold.
func holds(tag reflect.StructTag) string {
	kind := tag.Get("kind")
	switch {
	case tag.Get("one") != "":
		return "`" + strings.ReplaceAll(tag.Get("one"), ",", "`, `") + "`"
	case kind == "time":
		return fmt.Sprintf("time, %s to %s", inDuration(atoi(tag.Get("from"))), inDuration(atoi(tag.Get("to"))))
	case kind == "whole number":
		return tag.Get("from") + " to " + tag.Get("to")
	case kind == "flag":
		return "true, false"
	case kind == "template":
		return "text with `${…}`"
	case kind == "templates":
		return "texts with `${…}`"
	case kind == "templates by name":
		return "texts by name"
	}
	return kind
}

func leftOut(tag reflect.StructTag) string {
	switch {
	case tag.Get("need") != "":
		return "**needed**"
	case tag.Get("else") != "":
		return "`" + tag.Get("else") + "`"
	}
	return ""
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

func expressions(b *strings.Builder) {
	b.WriteString(`
## Expressions

Conditions and texts with ` + "`${…}`" + ` see the variables and functions below, and no others. There are ` + "`! && || == != < <= > >= + - * / %`" + `, brackets,
` + "`a ? b : c`" + `, lists and texts in quotes; no loops. Kinds do not mix: a text is never equal to a number. What has no meaning, such as a part of
a lookup's answer that is not there, is null: it is no text, no number, and not true. An expression may have 300 parts; a text that it makes
is cut off after 4 KiB.

| variable | kind | meaning |
| --- | --- | --- |
| ` + "`var.NAME`" + ` | any | what a flow has saved or set |
`)
	for _, v := range flow.Variables {
		says := v.Says
		if v.Workflow {
			says += " (workflows only)"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", v.Path, v.Type, cell(says))
	}
	b.WriteString("\n| function | gives | meaning |\n| --- | --- | --- |\n")
	for _, f := range flow.Functions {
		params := make([]string, len(f.Params))
		for i, p := range f.Params {
			if params[i] = string(p); f.Literal != "" && (i == 0) == (f.Literal != "pattern") || f.Literal == "clock" {
				params[i] = "\"" + strings.ToUpper(f.Literal) + "\""
			}
			if f.Optional && i == len(f.Params)-1 {
				params[i] = "[" + params[i] + "]"
			}
		}
		fmt.Fprintf(b, "| `%s(%s)` | %s | %s |\n", f.Name, strings.Join(params, ", "), f.Result, cell(f.Says))
	}
}
