package lang

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"ringdesk/dialplan/flow"
)

// Sentence is a workflow as a screen shows and changes it: when, if, then.
type Sentence struct {
	Name  string
	On    string
	After string // "1m"; "" says nothing
	If    string // the condition, as it is written; "" holds always
	Off   bool
	Do    []Clause
	At    flow.Pos
}

// Clause is an action of a Sentence. Its texts are templates as between quotes, with ${…} in
// them; of tags there are several.
type Clause struct {
	Kind    string
	Lists   map[string][]string          // add, remove
	Texts   map[string]string            // the other attributes
	Headers map[string]map[string]string // headers
}

// Sentences reads the workflows of a file in their order. What is no HCL, or a mistake, is left out: the
// check tells of it.
func Sentences(file File) []Sentence {
	parsed, _ := parse(file.Name, file.Text)
	if parsed == nil {
		return nil
	}
	body, ok := parsed.Body.(*hclsyntax.Body)
	if !ok {
		return nil
	}
	r := reader{file.Text}
	var all []Sentence
	for _, b := range body.Blocks {
		if b.Type != "workflow" || len(b.Labels) != 1 {
			continue
		}
		s := Sentence{Name: b.Labels[0], On: r.text(b.Body, "on"), After: r.text(b.Body, "after"), Off: r.source(b.Body, "off") == "true", If: r.source(b.Body, "if"), At: pos(b.DefRange())}
		for _, do := range b.Body.Blocks {
			if do.Type == "do" && len(do.Labels) == 1 {
				s.Do = append(s.Do, r.clause(do))
			}
		}
		all = append(all, s)
	}
	return all
}

// reader reads values as they are written.
type reader struct{ file []byte }

func (r reader) clause(b *hclsyntax.Block) Clause {
	c := Clause{Kind: b.Labels[0], Lists: map[string][]string{}, Texts: map[string]string{}, Headers: map[string]map[string]string{}}
	for name, a := range b.Body.Attributes {
		switch e := a.Expr.(type) {
		case *hclsyntax.TupleConsExpr:
			for _, one := range e.Exprs {
				c.Lists[name] = append(c.Lists[name], r.template(one))
			}
		case *hclsyntax.ObjectConsExpr:
			c.Headers[name] = map[string]string{}
			for _, item := range e.Items {
				wrapped := item.KeyExpr
				if k, ok := wrapped.(*hclsyntax.ObjectConsKeyExpr); ok {
					wrapped = k.Wrapped
				}
				key := r.template(wrapped)
				if word := hcl.ExprAsKeyword(item.KeyExpr); word != "" {
					key = word
				}
				c.Headers[name][key] = r.template(item.ValueExpr)
			}
		default:
			c.Texts[name] = r.template(e)
		}
	}
	return c
}

func (r reader) source(b *hclsyntax.Body, name string) string {
	if a := b.Attributes[name]; a != nil {
		return string(a.Expr.Range().SliceBytes(r.file))
	}
	return ""
}

func (r reader) text(b *hclsyntax.Body, name string) string {
	if a := b.Attributes[name]; a != nil {
		return r.template(a.Expr)
	}
	return ""
}

// template gives an expression as it would stand between quotes.
func (r reader) template(e hclsyntax.Expression) string {
	var parts []hclsyntax.Expression
	switch e := e.(type) {
	case *hclsyntax.TemplateExpr:
		parts = e.Parts
	case *hclsyntax.TemplateWrapExpr:
		parts = []hclsyntax.Expression{e.Wrapped}
	default:
		return "${" + string(e.Range().SliceBytes(r.file)) + "}"
	}
	var made strings.Builder
	for _, part := range parts {
		if literal, ok := part.(*hclsyntax.LiteralValueExpr); ok && literal.Val.Type() == cty.String {
			made.WriteString(strings.NewReplacer("${", "$${", "%{", "%%{").Replace(literal.Val.AsString()))
		} else {
			made.WriteString("${" + string(part.Range().SliceBytes(r.file)) + "}")
		}
	}
	return made.String()
}

// Write gives sentences as the text of a file, in their order and in its one form.
func Write(sentences []Sentence) []byte {
	var b bytes.Buffer
	for _, s := range sentences {
		fmt.Fprintf(&b, "workflow %s {\non = %s\n", label(s.Name), inQuotes(s.On))
		if s.After != "" {
			fmt.Fprintf(&b, "after = %s\n", inQuotes(s.After))
		}
		if s.Off {
			b.WriteString("off = true\n")
		}
		if s.If != "" {
			fmt.Fprintf(&b, "if = %s\n", s.If)
		}
		for _, c := range s.Do {
			fmt.Fprintf(&b, "do %s {\n", c.Kind)
			c.write(&b)
			b.WriteString("}\n")
		}
		b.WriteString("}\n\n")
	}
	return Format("workflows.hcl", b.Bytes())
}

func (c Clause) write(b *bytes.Buffer) {
	for _, name := range slices.Sorted(maps.Keys(c.Lists)) {
		made := make([]string, len(c.Lists[name]))
		for i, text := range c.Lists[name] {
			made[i] = inQuotes(text)
		}
		fmt.Fprintf(b, "%s = [%s]\n", name, strings.Join(made, ", "))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Texts)) {
		fmt.Fprintf(b, "%s = %s\n", name, inQuotes(c.Texts[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Headers)) {
		fmt.Fprintf(b, "%s = {\n", name)
		for _, key := range slices.Sorted(maps.Keys(c.Headers[name])) {
			fmt.Fprintf(b, "%s = %s\n", label(key), inQuotes(c.Headers[name][key]))
		}
		b.WriteString("}\n")
	}
}

// label is a name between quotes, in which nothing is worked out.
func label(name string) string {
	return string(hclwrite.TokensForValue(cty.StringVal(name)).Bytes())
}

// inQuotes is a template between quotes: ${…} stays as it is, everything around it is escaped.
func inQuotes(template string) string {
	var b strings.Builder
	b.WriteByte('"')
	for rest := template; rest != ""; {
		switch {
		case strings.HasPrefix(rest, "$${"), strings.HasPrefix(rest, "%%{"):
			b.WriteString(rest[:3])
			rest = rest[3:]
		case strings.HasPrefix(rest, "${"):
			n := inserted(rest)
			b.WriteString(rest[:n])
			rest = rest[n:]
		case strings.HasPrefix(rest, "%{"):
			b.WriteString("%%{")
			rest = rest[2:]
		default:
			r, n := utf8.DecodeRuneInString(rest)
			b.WriteString(escaped(r))
			rest = rest[n:]
		}
	}
	b.WriteByte('"')
	return b.String()
}

func escaped(r rune) string {
	switch r {
	case '"', '\\':
		return "\\" + string(r)
	case '\n':
		return "\\n"
	case '\r':
		return "\\r"
	case '\t':
		return "\\t"
	}
	return string(r)
}

// inserted is how long a ${…} is with what stands in it; all of the rest if it has no end.
func inserted(text string) int {
	depth, in := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case in && c == '\\':
			i++
		case c == '"':
			in = !in
		case !in && c == '{':
			depth++
		case !in && c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}
