package odata

import (
	"slices"
	"strings"
	"time"

	"ringdesk/models"
)

// question is what an address asks of a set.
type question struct {
	models.FeedQuery
	set     *entitySet
	clock   bool // the time was asked for
	top     int  // rows at most; -1 means all
	count   bool // say how many there are
	one     bool // a row by its key
	expands []expansion
	hidden  int // columns behind those that were asked for
	named   []string
	usual   bool // all columns are given
}

// ask makes a question of the options of an address. where holds what the address itself
// says, and byKey that it names one row or those of one.
func ask(set *entitySet, workspace string, zone *time.Location, now time.Time, o options, where []models.FeedExpr, byKey bool) (*question, error) {
	q := &question{set: set, FeedQuery: models.FeedQuery{Table: set.table, Workspace: workspace, Zone: zone, Where: where}}
	sc := tableScope(set, now, zone, &q.clock)
	var err error
	for _, read := range []func() error{
		func() error { sc, err = q.readApply(o, sc); return err },
		func() error { return q.readFilter(o, sc) },
		func() error { return q.readPeriod(sc, byKey) },
		func() error { return q.readSelect(o, sc) },
		func() error { return q.readExpand(o) },
		func() error { return q.readOrder(o, sc) },
		func() error { q.top, err = o.number("$top"); return err },
		func() error { q.Skip, err = o.number("$skip"); q.Skip = max(q.Skip, 0); return err },
		func() error { q.count, err = o.truth("$count"); return err },
	} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return q, nil
}

func (q *question) readApply(o options, sc *scope) (*scope, error) {
	if _, ok := o.values["$apply"]; !ok {
		return sc, nil
	}
	p, err := o.parser("$apply")
	if err != nil {
		return nil, err
	}
	sc.target = "$apply"
	return q.apply(p, sc)
}

func (q *question) readFilter(o options, sc *scope) error {
	sc.target = "$filter"
	if o.values["$filter"] == "" {
		return nil
	}
	p, err := o.parser("$filter")
	if err != nil {
		return err
	}
	n, err := p.whole()
	if err != nil {
		return err
	}
	return q.restrict(sc, n)
}

// readPeriod settles of which time the rows are. One row may be of any time.
func (q *question) readPeriod(sc *scope, byKey bool) error {
	if !byKey {
		return sc.window(q.set, &q.FeedQuery)
	}
	q.From, q.To = time.Unix(0, 0), sc.now.AddDate(0, 0, 2)
	return nil
}

// readSelect settles the columns.
func (q *question) readSelect(o options, sc *scope) error {
	sc.target = "$select"
	text := o.values["$select"]
	if text == "" {
		text = "*"
	}
	p, err := newParser("$select", text, nil)
	if err != nil {
		return err
	}
	q.named, q.usual, err = selected(p, sc, q.set)
	for _, name := range q.named {
		q.Columns = append(q.Columns, models.FeedItem{Name: name, Expr: sc.items[name]})
	}
	return err
}

// selected reads a list of properties; * and none at all mean all of them. What leads to
// other rows may stand among them, and changes nothing.
func selected(p *parser, sc *scope, set *entitySet) (names []string, all bool, err error) {
	for {
		p.space()
		switch at := p.at; {
		case p.takes("*"):
			all = true
		default:
			name := p.identifier()
			if name == "" {
				return nil, false, p.wrong(at, "A property is missing.")
			}
			if p.at < len(p.text) && (p.text[p.at] == '/' || p.text[p.at] == '(') {
				return nil, false, unsupported(p.target, "%s takes properties only.", p.target)
			}
			if set.navigation(name) != nil {
				break
			}
			if _, err := sc.find(name); err != nil {
				return nil, false, err
			}
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		if p.takes(",") {
			continue
		}
		if !p.ended() {
			return nil, false, p.wrong(p.at, "A comma is missing.")
		}
		if all || len(names) == 0 {
			return sc.order, true, nil
		}
		return names, false, nil
	}
}

// readOrder settles the order: as asked, then what tells all rows apart, so that a page
// can begin behind any of them.
func (q *question) readOrder(o options, sc *scope) error {
	sc.target = "$orderby"
	if o.values["$orderby"] != "" {
		p, err := o.parser("$orderby")
		if err != nil {
			return err
		}
		if err := q.order(p, sc); err != nil {
			return err
		}
	}
	var keys []string
	switch {
	case q.Groups != nil:
		for _, k := range q.Groups.Keys {
			keys = append(keys, k.Name)
		}
	case q.Window != "" && len(q.Order) == 0:
		keys = append([]string{q.Window}, q.Table.Key...)
	default:
		keys = q.Table.Key
	}
	for _, k := range keys {
		if !slices.ContainsFunc(q.Order, func(o models.FeedOrder) bool { return o.Expr.Op == "column" && o.Expr.Name == k }) {
			q.Order = append(q.Order, models.FeedOrder{Expr: sc.items[k]})
		}
	}
	return nil
}

// mostOrders is how many properties rows can be sorted by.
const mostOrders = 20

func (q *question) order(p *parser, sc *scope) error {
	for {
		n, err := p.expression()
		if err != nil {
			return err
		}
		e, err := sc.check(n)
		if err != nil {
			return err
		}
		if e.Op == "value" {
			return bad(p.target, "%s is by properties, and not by a value.", p.target)
		}
		desc := false
		if p.space() {
			switch at := p.at; strings.ToLower(p.identifier()) {
			case "desc":
				desc = true
			case "asc", "":
			default:
				return p.wrong(at, "asc or desc is missing.")
			}
		}
		if q.Order = append(q.Order, models.FeedOrder{Expr: e, Desc: desc}); len(q.Order) > mostOrders {
			return bad(p.target, "%s is by at most %d properties.", p.target, mostOrders)
		}
		if p.takes(",") {
			continue
		}
		if !p.ended() {
			return p.wrong(p.at, "A comma is missing.")
		}
		return nil
	}
}
