package odata

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"ringdesk/models"
)

// The limits of an expression: what is longer or deeper no program asks for.
const (
	mostText  = 8 << 10 // bytes of an option
	mostNodes = 1000
	mostDepth = 60
)

// node is a piece of an expression as it was written: nothing is known of its names yet.
type node struct {
	op    string // "path", "literal", "call" or an operator
	name  string // of a path or a function
	value literal
	args  []*node
	at    int // where it begins, in bytes
	depth int
}

// parser reads one option by the grammar of OData.
type parser struct {
	text    string
	at      int
	target  string // the option
	nodes   int
	depth   int
	aliases map[string]string // what @name stands for
}

func newParser(target, text string, aliases map[string]string) (*parser, error) {
	if len(text) > mostText {
		return nil, bad(target, "%s is too long: at most %d bytes.", target, mostText)
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return nil, bad(target, "%s is not valid UTF-8.", target)
	}
	return &parser{text: text, target: target, aliases: aliases}, nil
}

// wrong says where the text stops to be an expression.
func (p *parser) wrong(at int, text string, args ...any) error {
	e := bad(p.target, text, args...)
	rest := p.text[min(at, len(p.text)):]
	if len(rest) > 20 {
		rest = strings.ToValidUTF8(rest[:20], "") + "…"
	}
	if rest == "" {
		rest = "the end"
	}
	e.Message += " It stands in " + p.target + " at character " + itoa(utf8.RuneCountInString(p.text[:min(at, len(p.text))])+1) + ", before: " + rest
	return e
}

// make counts the pieces of an expression and how deep they lie.
func (p *parser) make(n *node) (*node, error) {
	for _, a := range n.args {
		n.depth = max(n.depth, a.depth+1)
	}
	switch p.nodes++; {
	case p.nodes > mostNodes:
		return nil, bad(p.target, "%s has too many parts: at most %d.", p.target, mostNodes)
	case n.depth > mostDepth:
		return nil, bad(p.target, "%s is nested too deeply: at most %d levels.", p.target, mostDepth)
	}
	return n, nil
}

func (p *parser) space() bool {
	from := p.at
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t') {
		p.at++
	}
	return p.at > from
}

// takes reads a mark if it stands next, behind spaces.
func (p *parser) takes(mark string) bool {
	from := p.at
	p.space()
	if strings.HasPrefix(p.text[p.at:], mark) {
		p.at += len(mark)
		return true
	}
	p.at = from
	return false
}

func (p *parser) needs(mark string) error {
	if !p.takes(mark) {
		return p.wrong(p.at, "A %s is missing.", mark)
	}
	return nil
}

func (p *parser) ended() bool {
	p.space()
	return p.at == len(p.text)
}

// operator reads one of some operators, with a space before and behind it. Case does not
// matter since OData 4.01.
func (p *parser) operator(names ...string) string {
	from := p.at
	before := p.space() || from > 0 && (p.text[from-1] == ')' || p.text[from-1] == ']')
	for _, name := range names {
		end := p.at + len(name)
		if before && end < len(p.text) && strings.EqualFold(p.text[p.at:end], name) && strings.ContainsAny(p.text[end:end+1], " \t([") {
			p.at = end
			return name
		}
	}
	p.at = from
	return ""
}

// The levels of precedence, the weakest first (OData URL Conventions 4.01, 5.1.1.16).
var precedence = [][]string{{"or"}, {"and"}, {"eq", "ne"}, {"gt", "ge", "lt", "le", "has", "in"}, {"add", "sub"}, {"mul", "divby", "div", "mod"}}

// expression reads a whole expression.
func (p *parser) expression() (*node, error) { return p.level(0) }

func (p *parser) level(i int) (*node, error) {
	if i == len(precedence) {
		return p.unary()
	}
	n, err := p.level(i + 1)
	for err == nil {
		at := p.at
		op := p.operator(precedence[i]...)
		if op == "" {
			break
		}
		var right *node
		switch {
		case op == "has":
			return nil, unsupported(p.target, "has is for enumerations, and there are none: compare with eq.")
		case op == "in":
			n, err = p.list(n, at)
			continue
		}
		if right, err = p.level(i + 1); err != nil {
			break
		}
		if (op == "and" || op == "or") && n.op == op { // one of many: no deeper for it
			n.args = append(n.args, right)
			n.depth--
			n, err = p.make(n)
			continue
		}
		n, err = p.make(&node{op: op, args: []*node{n, right}, at: at})
	}
	return n, err
}

// list reads what stands behind in.
func (p *parser) list(left *node, at int) (*node, error) {
	end := ")"
	if !p.takes("(") {
		if end = "]"; !p.takes("[") {
			return nil, p.wrong(p.at, "in wants a list, such as ('a','b').")
		}
	}
	args := []*node{left}
	if p.takes(end) { // nothing is in nothing
		return p.make(&node{op: "literal", value: words["false"], at: at})
	}
	for {
		p.space()
		n, err := p.inList(end == "]")
		if err != nil {
			return nil, err
		}
		args = append(args, n)
		if p.takes(",") {
			continue
		}
		if err := p.needs(end); err != nil {
			return nil, err
		}
		return p.make(&node{op: "in", args: args, at: at})
	}
}

// inList reads one value of a list; in square brackets, which are JSON's, texts may stand
// in double quotes.
func (p *parser) inList(isJSON bool) (*node, error) {
	if !isJSON || !strings.HasPrefix(p.text[p.at:], `"`) {
		return p.expression()
	}
	at, dec := p.at, json.NewDecoder(strings.NewReader(p.text[p.at:]))
	var text string
	if err := dec.Decode(&text); err != nil {
		return nil, p.wrong(at, "The text is no text of JSON.")
	}
	p.at += int(dec.InputOffset())
	return p.make(&node{op: "literal", value: literal{models.FeedText, text}, at: at})
}

func (p *parser) unary() (*node, error) {
	if p.depth++; p.depth > mostDepth {
		return nil, bad(p.target, "%s is nested too deeply: at most %d levels.", p.target, mostDepth)
	}
	defer func() { p.depth-- }()
	p.space()
	at, op := p.at, ""
	rest := p.text[at:]
	switch {
	case len(rest) > 3 && strings.EqualFold(rest[:3], "not") && strings.ContainsAny(rest[3:4], " \t("):
		op, p.at = "not", at+3
	case strings.HasPrefix(rest, "-") && !startsNumber(rest[1:]):
		op, p.at = "neg", at+1
	default:
		return p.primary()
	}
	arg, err := p.unary()
	if err != nil {
		return nil, err
	}
	return p.make(&node{op: op, args: []*node{arg}, at: at})
}

func startsNumber(text string) bool {
	return text != "" && text[0] >= '0' && text[0] <= '9' || strings.HasPrefix(text, "INF")
}

func (p *parser) primary() (*node, error) {
	at := p.at
	switch rest := p.text[at:]; {
	case rest == "":
		return nil, p.wrong(at, "An expression is missing.")
	case rest[0] == '(':
		p.at++
		n, err := p.expression()
		if err == nil {
			err = p.needs(")")
		}
		return n, err
	case rest[0] == '@':
		p.at++
		return p.alias(at)
	case rest[0] == '$':
		return nil, unsupported(p.target, "Expressions with $it, $root or $count are not supported: name a property.")
	case rest[0] == '[' || rest[0] == '{' || rest[0] == '"':
		return nil, unsupported(p.target, "Lists and objects of JSON are not supported but behind in; texts stand in single quotes.")
	}
	v, ok, err := p.literal()
	if err != nil {
		return nil, err
	}
	if ok {
		return p.make(&node{op: "literal", value: v, at: at})
	}
	return p.path()
}

// alias reads what a parameter alias stands for (OData URL Conventions 4.01, 5.3).
func (p *parser) alias(at int) (*node, error) {
	name := p.identifier()
	text, ok := p.aliases["@"+name]
	if !ok {
		return nil, p.wrong(at, "Nothing is given for @%s: add &@%s=… to the address.", name, name)
	}
	inner, err := newParser("@"+name, text, nil) // of others it may name none: they could go in a circle
	if err != nil {
		return nil, err
	}
	inner.nodes, inner.depth = p.nodes, p.depth
	n, err := inner.whole()
	p.nodes = inner.nodes
	return n, err
}

// whole reads an expression behind which nothing stands.
func (p *parser) whole() (*node, error) {
	n, err := p.expression()
	if err == nil && !p.ended() {
		err = p.wrong(p.at, "What stands here is no operator.")
	}
	return n, err
}

// identifier reads a name (ABNF: odataIdentifier); "" means that there is none.
func (p *parser) identifier() string {
	from := p.at
	for i, r := range p.text[from:] {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			break
		}
		p.at = from + i + utf8.RuneLen(r)
	}
	return p.text[from:p.at]
}

// path reads a property, perhaps of a row that one leads to, or a function's call.
func (p *parser) path() (*node, error) {
	at := p.at
	name := p.identifier()
	if name == "" {
		return nil, p.wrong(at, "A property, a value or a function is missing.")
	}
	for p.at < len(p.text) && (p.text[p.at] == '/' || p.text[p.at] == '.') {
		mark := p.text[p.at : p.at+1]
		p.at++
		next := p.identifier()
		if next == "" && p.at < len(p.text) && strings.ContainsAny(p.text[p.at:p.at+1], "$@") {
			return nil, unsupported(p.target, "Segments such as /$count and annotations are not supported: name a property.")
		}
		if next == "" {
			return nil, p.wrong(p.at, "A name is missing behind %s.", mark)
		}
		name += mark + next
	}
	if p.at == len(p.text) || p.text[p.at] != '(' {
		return p.make(&node{op: "path", name: name, at: at})
	}
	p.at++
	call := &node{op: "call", name: name, at: at}
	if p.takes(")") {
		return p.make(call)
	}
	for {
		n, err := p.expression()
		if err != nil {
			return nil, err
		}
		call.args = append(call.args, n)
		if p.takes(",") {
			continue
		}
		if p.takes(":") || p.takes("=") {
			return nil, unsupported(p.target, "There are neither collections nor functions of ours here, and so no %s.", short(name))
		}
		if err := p.needs(")"); err != nil {
			return nil, err
		}
		return p.make(call)
	}
}
