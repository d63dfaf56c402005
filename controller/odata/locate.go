package odata

import (
	"slices"
	"strings"

	"ringdesk/models"
)

// location is what the path of an address names.
type location struct {
	set   *entitySet
	where []models.FeedExpr // of the rows
	byKey bool              // it names a row, or those that belong to one
	one   bool              // it is a single row
	count bool              // how many there are is asked for
}

// locate reads a path: a set, perhaps one row of it, perhaps those that belong to the row,
// perhaps their number (OData URL Conventions 4.01, 4.3 to 4.8).
func locate(path string) (*location, error) {
	p, err := newParser("the address", path, nil)
	if err != nil {
		return nil, err
	}
	name := p.identifier()
	l := &location{set: setNamed(name)}
	if l.set == nil {
		return nil, notThere("There is no %s here. There are: %s, and $metadata.", short(path), setNames())
	}
	var key []models.FeedExpr
	if strings.HasPrefix(p.text[p.at:], "(") {
		if key, err = l.key(p); err != nil {
			return nil, err
		}
		l.where, l.byKey, l.one = key, true, true
	}
	rest, more := strings.CutPrefix(p.text[p.at:], "/")
	switch nav := l.set.navigation(rest); {
	case p.at == len(p.text), more && rest == "":
	case more && rest == "$count" && !l.one:
		l.count = true
	case nav != nil && l.one && nav.many:
		l.set, l.one = setNamed(nav.to), false
	case nav != nil && l.one:
		return nil, unsupported("", "Write ?$expand=%s instead of /%s.", nav.name, nav.name)
	default:
		return nil, notThere("Nothing is at %s. Of a row there are its properties, all at once, and ?$expand=….", short(path))
	}
	return l, nil
}

// key reads what stands in brackets behind a set.
func (l *location) key(p *parser) ([]models.FeedExpr, error) {
	p.at++
	var where []models.FeedExpr
	keys := map[string]bool{}
	for {
		p.space()
		from := p.at
		name := p.identifier()
		if !p.takes("=") { // the value alone
			p.at, name = from, l.set.table.Key[0]
		}
		column, ok := l.set.table.Column(name)
		p.space()
		if p.at == len(p.text) {
			return nil, p.wrong(p.at, "The key does not end.")
		}
		v, isValue, err := p.literal()
		switch {
		case err != nil:
			return nil, err
		case !ok || !slices.Contains(l.set.table.Key, name) || !isValue || v.kind != column.Kind || keys[name]:
			return nil, bad("", "The key of %s is %s, with texts in quotes: %s('…').", l.set.table.Name, strings.Join(l.set.table.Key, ", "), l.set.table.Name)
		}
		keys[name] = true
		where = append(where, models.FeedExpr{Op: "eq", Kind: models.FeedTruth, Args: []models.FeedExpr{
			{Op: "column", Name: name, Kind: column.Kind}, {Op: "value", Value: v.value, Kind: v.kind}}})
		if p.takes(",") {
			continue
		}
		if err := p.needs(")"); err != nil {
			return nil, err
		}
		for _, k := range l.set.table.Key {
			if !keys[k] {
				return nil, bad("", "The key of %s is %s: name each, as in %s(%s=…).", l.set.table.Name, strings.Join(l.set.table.Key, ", "), l.set.table.Name, strings.Join(l.set.table.Key, "=…,"))
			}
		}
		return where, nil
	}
}
