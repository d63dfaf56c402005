package configs

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/alecthomas/kong"
	"gopkg.in/yaml.v3"
)

// parse gives what a settings file says by the names of the settings, and its
// faults in their order. A setting that stands at its place of before there
// were sections is such a fault, and is given all the same.
func parse(file string, text []byte) (map[string]value, []error) {
	p := parser{file: file, known: make(map[string]bool), sections: make(map[string]string), moved: make(map[string]string), given: make(map[string]value)}
	for _, f := range new(Settings).all() {
		section, name, _ := strings.Cut(f.Name, ".")
		p.known[f.Name], p.moved[formerly(f)] = true, f.Name
		if p.sections[section] == "" {
			p.sections[section] = name
		}
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, []error{fmt.Errorf("%s: %w", file, err)}
	}
	if doc.Kind == 0 { // nothing but comments
		return nil, nil
	}
	p.pairs(doc.Content[0], "", p.section)
	return p.given, p.faults
}

// formerly is how a setting was called in ringdesk.yaml before there were sections.
func formerly(f *kong.Flag) string {
	return strings.ToLower(strings.TrimPrefix(cmp.Or(f.Tag.Get("was"), f.Envs[0]), "RINGDESK_"))
}

type parser struct {
	file     string
	known    map[string]bool   // names of settings
	sections map[string]string // the first setting of each
	moved    map[string]string // names of before there were sections, and those of now
	given    map[string]value
	faults   []error
}

func (p *parser) fault(n *yaml.Node, text string, args ...any) {
	p.faults = append(p.faults, fmt.Errorf("%s: line %d: %s", p.file, n.Line, fmt.Sprintf(text, args...)))
}

// pairs visits the keys of a mapping. Nothing at all is an empty one.
func (p *parser) pairs(n *yaml.Node, path string, visit func(key, value *yaml.Node)) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch {
	case n.Tag == "!!null":
		return
	case n.Kind != yaml.MappingNode:
		p.fault(n, "write sections with settings below them, such as \"web:\" and below it \"  address: 127.0.0.1:8080\"")
		return
	}
	seen := make(map[string]bool)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if seen[key.Value] {
			p.fault(key, "%s%s stands there twice: remove one", path, key.Value)
			continue
		}
		seen[key.Value] = true
		visit(key, n.Content[i+1])
	}
}

// section reads one key of the file's first level.
func (p *parser) section(key, n *yaml.Node) {
	first, known := p.sections[key.Value]
	now, moved := p.moved[key.Value]
	container := n.Kind == yaml.MappingNode || n.Kind == yaml.AliasNode || n.Tag == "!!null"
	switch {
	case known && container:
		p.pairs(n, key.Value+".", func(k, v *yaml.Node) { p.setting(k, key.Value+"."+k.Value, v) })
	case moved:
		section, name, _ := strings.Cut(now, ".")
		p.fault(key, "%s has another place now: write it as \"%s\" in the section \"%s:\"", key.Value, name, section)
		p.take(key, now, n)
	case known:
		p.fault(key, "%s is a section: write its settings below it, such as \"  %s: …\"", key.Value, first)
	default:
		p.fault(key, "%s is no setting: correct or remove it", key.Value)
	}
}

func (p *parser) setting(key *yaml.Node, name string, n *yaml.Node) {
	if !p.known[name] {
		p.fault(key, "%s is no setting: correct or remove it", name)
		return
	}
	p.take(key, name, n)
}

// take keeps what a file says of a setting. A list is kept as the environment
// writes it.
func (p *parser) take(key *yaml.Node, name string, n *yaml.Node) {
	text, err := textOf(n)
	if err != nil {
		p.fault(n, "%s: %v", key.Value, err)
		return
	}
	p.given[name] = value{text: text, where: fmt.Sprintf("%s: line %d: %s", p.file, key.Line, name)}
}

func textOf(n *yaml.Node) (string, error) {
	switch {
	case n.Kind == yaml.AliasNode:
		return textOf(n.Alias)
	case n.Tag == "!!null":
		return "", nil
	case n.Kind == yaml.ScalarNode:
		return n.Value, nil
	case n.Kind == yaml.SequenceNode:
		items := make([]string, 0, len(n.Content))
		for _, c := range n.Content {
			if c.Kind != yaml.ScalarNode {
				return "", errors.New("write one value on each line of the list")
			}
			items = append(items, c.Value)
		}
		return strings.Join(items, ","), nil
	default:
		return "", errors.New("write one value, or a list of them")
	}
}

// File is the text of a settings file that says of the named settings what s
// says of them.
func (s Settings) File(names ...string) ([]byte, error) {
	sections := make(map[string]map[string]any)
	flags := s.all()
	for _, full := range names {
		section, name, _ := strings.Cut(full, ".")
		for _, f := range flags {
			if f.Name != full {
				continue
			}
			if sections[section] == nil {
				sections[section] = make(map[string]any)
			}
			sections[section][name] = f.Target.Interface()
		}
		if _, there := sections[section][name]; !there {
			return nil, fmt.Errorf("%s is no setting", full)
		}
	}
	return yaml.Marshal(sections)
}

// Kept is what a file says of a setting, also in the way of before there were
// sections; "" where there is none, or no file.
func Kept(file, name string) (string, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	given, faults := parse(file, text)
	if given == nil {
		return "", errors.Join(faults...) // no YAML at all
	}
	return given[name].text, nil
}
