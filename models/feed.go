package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// ErrFeedValue says that a question came upon a value that the database cannot work
// with, such as a sum that is too large.
var ErrFeedValue = errors.New("a value is out of the database's range")

// FeedItem is an expression with the name that its values go by.
type FeedItem struct {
	Name string
	Expr FeedExpr
}

// FeedSum is one value of all rows of a group: count, sum, min, max, average or
// countdistinct of an expression.
type FeedSum struct {
	Name string
	Of   string
	Expr FeedExpr // of count none
	Kind FeedKind
}

// FeedGroups has rows made of others: one of each combination of keys.
type FeedGroups struct {
	Keys []FeedItem
	Sums []FeedSum
}

// FeedOrder is what rows are sorted by.
type FeedOrder struct {
	Expr FeedExpr
	Desc bool
}

// FeedQuery asks for rows of a workspace (STAT-5).
type FeedQuery struct {
	Table     *FeedTable
	Workspace string
	Zone      *time.Location
	Window    string    // one of the table's; "" means that it has none
	From, To  time.Time // of the window: from one moment to before another
	Where     []FeedExpr
	Groups    *FeedGroups // nil means that the rows themselves are asked for
	Having    []FeedExpr  // of groups
	Columns   []FeedItem
	Order     []FeedOrder // must tell all rows apart where pages are read
	After     []any       // what Order was in the last row of the page before
	Skip      int
	Limit     int // 0 means all
}

// Feed hands the rows of a question to row: the columns, and behind them what Order is
// made of. The values are string, int64, float64, bool and nil.
func (s *Store) Feed(ctx context.Context, q *FeedQuery, row func([]any) error) error {
	w, from, err := q.source(onPostgres(s.read))
	if err != nil {
		return err
	}
	var items, order []string
	kinds := make([]FeedKind, 0, len(q.Columns)+len(q.Order))
	head := w.args
	w.args = nil
	for _, e := range q.read() {
		text, err := w.expr(&e)
		if err != nil {
			return err
		}
		items, kinds = append(items, w.asBytes(e.Kind, text)), append(kinds, e.Kind)
	}
	w.args = append(w.args, head...)
	after, err := q.after(w)
	if err != nil {
		return err
	}
	for _, o := range q.Order {
		text, err := w.expr(&o.Expr)
		if err != nil {
			return err
		}
		order = append(order, text+direction(o))
	}
	query := "SELECT " + strings.Join(items, ", ") + from + after
	if len(order) > 0 {
		query += " ORDER BY " + strings.Join(order, ", ")
	}
	if q.Limit > 0 {
		query, w.args = query+" LIMIT ?", append(w.args, q.Limit)
	}
	if q.Skip > 0 {
		query, w.args = query+" OFFSET ?", append(w.args, q.Skip)
	}
	return s.feedRows(ctx, w.joined(query, q.Table), w.args, kinds, row)
}

// read are the expressions whose values are read: the columns', and what Order is made of.
func (q *FeedQuery) read() []FeedExpr {
	var es []FeedExpr
	for _, c := range q.Columns {
		es = append(es, c.Expr)
	}
	for _, o := range q.Order {
		es = append(es, o.Expr)
	}
	return es
}

// asBytes keeps SQLite's driver from taking a text that looks like a date for a time.
func (w *feedSQL) asBytes(kind FeedKind, text string) string {
	if w.postgres || kind != FeedText && kind != FeedDay {
		return text
	}
	return "CAST(" + text + " AS BLOB)"
}

// direction sorts nulls before all values, as OData wants it. What cannot be null says
// nothing of them, so that an index serves.
func direction(o FeedOrder) string {
	switch {
	case o.Desc && o.Expr.Nullable:
		return " DESC NULLS LAST"
	case o.Desc:
		return " DESC"
	case o.Expr.Nullable:
		return " NULLS FIRST"
	}
	return ""
}

// CountFeed says how many rows there are, whatever Skip, Limit and After are.
func (s *Store) CountFeed(ctx context.Context, q *FeedQuery) (n int64, err error) {
	w, from, err := q.source(onPostgres(s.read))
	if err != nil {
		return 0, err
	}
	return n, s.feedRows(ctx, w.joined("SELECT COUNT(*)"+from, q.Table), w.args, []FeedKind{FeedWhole}, func(row []any) error {
		n = row[0].(int64)
		return nil
	})
}

func (s *Store) feedRows(ctx context.Context, query string, args []any, kinds []FeedKind, row func([]any) error) error {
	raw, into := make([]any, len(kinds)), make([]any, len(kinds))
	for i := range raw {
		into[i] = &raw[i]
	}
	err := each(s.read.WithContext(ctx), func(rows *sql.Rows) error {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		values := make([]any, len(kinds))
		for i, kind := range kinds {
			values[i] = feedValue(kind, raw[i])
		}
		return row(values)
	}, query, args...)
	if told := (*pgconn.PgError)(nil); errors.As(err, &told) && strings.HasPrefix(told.Code, "22") || err != nil && strings.Contains(err.Error(), "integer overflow") {
		return fmt.Errorf("%w: %w", ErrFeedValue, err)
	}
	return err
}

// feedValue is a value as both databases give it.
func feedValue(kind FeedKind, v any) any {
	if b, ok := v.([]byte); ok {
		v = string(b)
	}
	switch n := v.(type) {
	case int64:
		switch kind {
		case FeedTruth:
			return n != 0
		case FeedFraction:
			return float64(n)
		}
	case float64:
		if kind == FeedWhole {
			return int64(n)
		}
	}
	return v
}

// source is where the rows come from, with their conditions.
func (q *FeedQuery) source(postgres bool) (*feedSQL, string, error) {
	w := &feedSQL{postgres: postgres, columns: map[string]FeedColumn{}, zone: zoneSteps(q.Zone, q.From.AddDate(0, -1, 0), q.To.AddDate(1, 0, 0))}
	for _, c := range q.Table.Columns {
		w.columns[c.Name] = c
	}
	if q.Groups == nil {
		conditions, err := q.conditions(w)
		return w, " FROM " + q.Table.from + " WHERE " + conditions, err
	}
	var items, keys []string
	outputs := map[string]FeedColumn{}
	add := func(name string, kind FeedKind, text string) {
		column := fmt.Sprintf("c%d", len(items))
		items = append(items, text+" AS "+column)
		outputs[name] = FeedColumn{Name: name, Kind: kind, sql: "g." + column}
	}
	for _, k := range q.Groups.Keys {
		text, err := w.expr(&k.Expr)
		if err != nil {
			return nil, "", err
		}
		add(k.Name, k.Expr.Kind, text)
		keys = append(keys, fmt.Sprint(len(items)))
	}
	for _, s := range q.Groups.Sums {
		text, err := w.sum(&s)
		if err != nil {
			return nil, "", err
		}
		add(s.Name, s.Kind, text)
	}
	conditions, err := q.conditions(w)
	if err != nil {
		return nil, "", err
	}
	inner := "SELECT " + strings.Join(items, ", ") + " FROM " + q.Table.from + " WHERE " + conditions
	if len(keys) > 0 {
		inner += " GROUP BY " + strings.Join(keys, ", ")
	}
	w.columns = outputs
	having, err := w.every(q.Having)
	return w, " FROM (" + inner + ") g WHERE " + having, err
}

// sum writes one value of a group's rows.
func (w *feedSQL) sum(s *FeedSum) (string, error) {
	if s.Of == "count" {
		return "COUNT(*)", nil
	}
	text, err := w.expr(&s.Expr)
	call := map[string]string{"sum": "SUM(%s)", "min": "MIN(%s)", "max": "MAX(%s)", "average": "AVG(%s)", "countdistinct": "COUNT(DISTINCT %s)"}[s.Of]
	if err == nil && call == "" {
		err = fmt.Errorf("models: a feed has no aggregate %q", s.Of)
	}
	return "CAST(" + fmt.Sprintf(call, text) + " AS " + castOf[s.Kind] + ")", err
}

// conditions are those of the table's rows: the workspace's, of the period, as asked for.
func (q *FeedQuery) conditions(w *feedSQL) (string, error) {
	text := q.Table.workspace + " = ?"
	if q.Table.inner {
		w.args = append(w.args, q.Workspace, q.From.In(q.Zone).Format(time.DateOnly), q.To.In(q.Zone).Format(time.DateOnly))
	}
	w.args = append(w.args, q.Workspace)
	if q.Window != "" && !q.Table.inner {
		column, err := w.column(q.Window)
		if err != nil {
			return "", err
		}
		from, to := q.narrowed()
		text, w.args = text+" AND "+column+" >= ? AND "+column+" < ?", append(w.args, from, to)
	}
	if len(q.Where) == 0 {
		return text, nil
	}
	more, err := w.every(q.Where)
	return text + " AND " + more, err
}

// narrowed is the period that is left behind the page before. SQLite uses one beginning
// of an index, and that of the whole period would be read anew for each page.
func (q *FeedQuery) narrowed() (from, to int64) {
	from, to = q.From.UnixMicro(), q.To.UnixMicro()
	if q.Groups != nil || len(q.After) == 0 || q.Order[0].Expr.Op != "column" || q.Order[0].Expr.Name != q.Window {
		return from, to
	}
	if at, ok := q.After[0].(int64); ok && q.Order[0].Desc {
		to = min(to, at+1)
	} else if ok {
		from = max(from, at)
	}
	return from, to
}

// every joins conditions that must all hold.
func (w *feedSQL) every(es []FeedExpr) (string, error) {
	if len(es) == 0 {
		return "TRUE", nil
	}
	return w.expr(&FeedExpr{Op: "and", Args: es, Kind: FeedTruth})
}

// after is the condition for the rows behind the last one of the page before: for some
// of the order, all before it are the same and it is beyond.
func (q *FeedQuery) after(w *feedSQL) (string, error) {
	if len(q.After) == 0 {
		return "", nil
	}
	if len(q.After) != len(q.Order) {
		return "", fmt.Errorf("models: a page begins behind %d values of %d", len(q.After), len(q.Order))
	}
	value := func(i int) FeedExpr {
		return FeedExpr{Op: "value", Value: q.After[i], Kind: q.Order[i].Expr.Kind, Nullable: q.After[i] == nil}
	}
	beyond := func(i int, sign string) FeedExpr {
		return FeedExpr{Op: sign, Args: []FeedExpr{q.Order[i].Expr, value(i)}, Kind: FeedTruth}
	}
	or := FeedExpr{Op: "or", Kind: FeedTruth}
	for i, o := range q.Order {
		and := FeedExpr{Op: "and", Kind: FeedTruth}
		for before := range i {
			and.Args = append(and.Args, beyond(before, "eq"))
		}
		switch null := q.After[i] == nil; {
		case null && o.Desc: // nothing is behind null
			continue
		case null:
			and.Args = append(and.Args, beyond(i, "ne"))
		case o.Desc && o.Expr.Nullable:
			and.Args = append(and.Args, FeedExpr{Op: "not", Args: []FeedExpr{beyond(i, "ge")}})
		case o.Desc:
			and.Args = append(and.Args, beyond(i, "lt"))
		default:
			and.Args = append(and.Args, beyond(i, "gt"))
		}
		or.Args = append(or.Args, and)
	}
	if len(or.Args) == 0 {
		return " AND FALSE", nil
	}
	all := []FeedExpr{or}
	if first := q.Order[0]; !first.Expr.Nullable { // said once more for the index
		all = append([]FeedExpr{beyond(0, map[bool]string{false: "ge", true: "le"}[first.Desc])}, all...)
	}
	text, err := w.every(all)
	return " AND " + text, err
}
