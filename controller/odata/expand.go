package odata

import (
	"context"
	"slices"
	"time"

	"ringdesk/models"
)

// expansion brings the rows with which a row belongs together.
type expansion struct {
	nav     *navigation
	set     *entitySet
	columns []string
	usual   bool
	at      int // of the row's own column that leads to them
}

// readExpand reads $expand: names of navigation properties, each perhaps with a $select.
func (q *question) readExpand(o options) error {
	text := o.values["$expand"]
	if text == "" {
		return nil
	}
	if q.Groups != nil {
		return unsupported("$expand", "$expand does not go with groups: group by names instead, such as agentName.")
	}
	p, err := newParser("$expand", text, nil)
	if err != nil {
		return err
	}
	for {
		p.space()
		at := p.at
		if p.takes("*") {
			for i := range q.set.navs {
				q.expand(&q.set.navs[i], nil, true)
			}
		} else if err := q.expandItem(p, at); err != nil {
			return err
		}
		if p.takes(",") {
			continue
		}
		if !p.ended() {
			return unsupported("$expand", "$expand takes names, each perhaps with a $select, such as agent($select=name).")
		}
		return nil
	}
}

func (q *question) expandItem(p *parser, at int) error {
	name := p.identifier()
	nav := q.set.navigation(name)
	if nav == nil {
		var names []string
		for _, n := range q.set.navs {
			names = append(names, n.name)
		}
		return bad("$expand", "%s leads nowhere from %s. There are: %v.", short(name), q.set.table.Name, names)
	}
	to := setNamed(nav.to)
	all, usual := tableScope(to, time.Time{}, time.UTC, new(bool)), true
	columns := all.order
	if p.takes("(") {
		if !p.takes("$select") || !p.takes("=") {
			return unsupported("$expand", "Of the options within $expand only $select is supported.")
		}
		inner, end := p.at, p.at
		for end < len(p.text) && p.text[end] != ')' && p.text[end] != ';' {
			end++
		}
		list, err := newParser("$expand", p.text[inner:end], nil)
		if err != nil {
			return err
		}
		all.target = "$expand"
		if columns, usual, err = selected(list, all, to); err != nil {
			return err
		}
		if p.at = end; !p.takes(")") {
			return unsupported("$expand", "Of the options within $expand only $select is supported.")
		}
	}
	if p.at < len(p.text) && p.text[p.at] == '/' {
		return unsupported("$expand", "$expand goes one step, and not further.")
	}
	q.expand(nav, columns, usual)
	return nil
}

// expand adds an expansion, with the column that leads there; nil columns mean all.
func (q *question) expand(nav *navigation, columns []string, usual bool) {
	to := setNamed(nav.to)
	if columns == nil {
		columns = tableScope(to, time.Time{}, time.UTC, new(bool)).order
	}
	q.expands = slices.DeleteFunc(q.expands, func(x expansion) bool { return x.nav == nav })
	own, _ := q.Table.Column(nav.column)
	q.expands = append(q.expands, expansion{nav: nav, set: to, columns: columns, usual: usual, at: len(q.Columns)})
	q.Columns = append(q.Columns, models.FeedItem{Name: nav.column, Expr: models.FeedExpr{Op: "column", Name: own.Name, Kind: own.Kind, Nullable: own.Nullable}})
	q.hidden++
}

// related reads the rows that belong to some rows, by the value that leads to them.
func (x *expansion) related(ctx context.Context, s *Service, q *question, rows [][]any) (map[string][][]any, error) {
	in := models.FeedExpr{Op: "in", Kind: models.FeedTruth}
	column, _ := x.set.table.Column(x.nav.theirs)
	theirs := models.FeedExpr{Op: "column", Name: column.Name, Kind: column.Kind}
	in.Args = append(in.Args, theirs)
	seen := map[string]bool{}
	for _, row := range rows {
		if id, ok := row[x.at].(string); ok && !seen[id] {
			seen[id] = true
			in.Args = append(in.Args, models.FeedExpr{Op: "value", Value: id, Kind: models.FeedText})
		}
	}
	found := map[string][][]any{}
	if len(seen) == 0 {
		return found, nil
	}
	ask := models.FeedQuery{Table: x.set.table, Workspace: q.Workspace, Zone: q.Zone, From: q.From.AddDate(-1, 0, 0), To: q.To.AddDate(1, 0, 0), Where: []models.FeedExpr{in}}
	for _, name := range x.columns {
		c, _ := x.set.table.Column(name)
		ask.Columns = append(ask.Columns, models.FeedItem{Name: name, Expr: models.FeedExpr{Op: "column", Name: name, Kind: c.Kind, Nullable: c.Nullable}})
	}
	ask.Columns = append(ask.Columns, models.FeedItem{Expr: theirs})
	for _, name := range x.set.table.Key {
		c, _ := x.set.table.Column(name)
		ask.Order = append(ask.Order, models.FeedOrder{Expr: models.FeedExpr{Op: "column", Name: name, Kind: c.Kind}})
	}
	return found, s.read(ctx, &ask, func(row []any) error {
		id, _ := row[len(x.columns)].(string)
		found[id] = append(found[id], row[:len(x.columns)])
		return nil
	})
}
