package models

import (
	"fmt"
	"strings"
	"time"
)

// FeedExpr is an expression over the columns of a feed's rows. Who makes one has seen
// to it that its kinds fit. What somebody else wrote stands in Value alone, and goes to
// the database as a parameter.
type FeedExpr struct {
	Op       string // column, value, or one of feedOps
	Name     string // of a column
	Value    any    // string, int64, float64, bool, nil
	Args     []FeedExpr
	Kind     FeedKind
	Nullable bool
}

// feedSQL writes expressions as SQL.
type feedSQL struct {
	postgres bool
	columns  map[string]FeedColumn // by name
	zone     []zoneStep
	args     []any
	used     strings.Builder // what was written of columns
}

// joined puts the joins into a query whose columns need them.
func (w *feedSQL) joined(query string, t *FeedTable) string {
	var b strings.Builder
	for _, j := range t.joins {
		if strings.Contains(w.used.String(), j.alias) {
			b.WriteString(" " + j.text)
		}
	}
	return strings.Replace(query, joinsHere, b.String(), 1)
}

// zoneStep is how far a time zone's clocks are ahead from a moment on, in microseconds.
type zoneStep struct{ until, ahead int64 }

// mostSteps bounds the steps of a zone: a row of them is longer than any period.
const mostSteps = 200

// zoneSteps are the steps of a time zone from one moment to another; the last has no end.
func zoneSteps(zone *time.Location, from, to time.Time) []zoneStep {
	var steps []zoneStep
	for at := from.In(zone); ; {
		_, ahead := at.Zone()
		_, end := at.ZoneBounds()
		step := zoneStep{ahead: int64(ahead) * 1e6}
		if end.IsZero() || end.After(to) || !end.After(at) || len(steps) == mostSteps {
			return append(steps, step)
		}
		step.until = end.UnixMicro()
		steps = append(steps, step)
		at = end
	}
}

// castOf is the type that a parameter of a kind has: PostgreSQL has to be told.
var castOf = map[FeedKind]string{FeedText: "TEXT", FeedWhole: "BIGINT", FeedFraction: "DOUBLE PRECISION", FeedTruth: "BOOLEAN", FeedMoment: "BIGINT",
	FeedDay: "TEXT", FeedSpan: "BIGINT"}

func (w *feedSQL) param(kind FeedKind, v any) string {
	w.args = append(w.args, v)
	return "CAST(? AS " + castOf[kind] + ")"
}

// expr writes an expression. Parameters are taken in the order in which they stand.
func (w *feedSQL) expr(e *FeedExpr) (string, error) {
	switch {
	case e.Op == "value" && e.Value == nil:
		return "NULL", nil
	case e.Op == "value":
		return w.param(e.Kind, e.Value), nil
	case e.Op == "column":
		return w.column(e.Name)
	}
	write, ok := feedOps[e.Op]
	if !ok {
		return "", fmt.Errorf("models: a feed has no operator %q", e.Op)
	}
	return write(w, e)
}

func (w *feedSQL) column(name string) (string, error) {
	c, ok := w.columns[name]
	if !ok {
		return "", fmt.Errorf("models: a feed has no column %q", name)
	}
	w.used.WriteString(" " + c.sql)
	if c.of != "" {
		return w.part(c.of, c.sql), nil
	}
	return c.sql, nil
}

// all writes the arguments of an expression.
func (w *feedSQL) all(e *FeedExpr) ([]any, error) {
	texts := make([]any, len(e.Args))
	for i := range e.Args {
		text, err := w.expr(&e.Args[i])
		if err != nil {
			return nil, err
		}
		texts[i] = text
	}
	return texts, nil
}

// local is a moment as the clocks of the zone show it, in microseconds.
func (w *feedSQL) local(moment string) string {
	if len(w.zone) == 1 {
		return fmt.Sprintf("(%s + %d)", moment, w.zone[0].ahead)
	}
	var b strings.Builder
	b.WriteString("(" + moment + " + CASE")
	last := len(w.zone) - 1
	for _, step := range w.zone[:last] {
		fmt.Fprintf(&b, " WHEN %s < %d THEN %d", moment, step.until, step.ahead)
	}
	fmt.Fprintf(&b, " ELSE %d END)", w.zone[last].ahead)
	return b.String()
}

// partFormats are how SQLite and PostgreSQL write parts of a moment.
var partFormats = map[string][2]string{"date": {"%Y-%m-%d", "YYYY-MM-DD"}, "year": {"%Y", "YYYY"}, "month": {"%m", "MM"}, "day": {"%d", "DD"},
	"hour": {"%H", "HH24"}, "minute": {"%M", "MI"}, "second": {"%S", "SS"}}

// part is a part of a moment, as the clocks of the zone show it.
func (w *feedSQL) part(of, moment string) string {
	var text string
	if w.postgres {
		text = fmt.Sprintf("TO_CHAR(TO_TIMESTAMP(%s / 1000000) AT TIME ZONE 'UTC', '%s')", w.local(moment), partFormats[of][1])
	} else {
		text = fmt.Sprintf("STRFTIME('%s', %s / 1000000, 'unixepoch')", partFormats[of][0], w.local(moment))
	}
	if of == "date" {
		return text
	}
	return "CAST(" + text + " AS BIGINT)"
}
