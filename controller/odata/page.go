package odata

import (
	"context"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ringdesk/models"
)

// chunk is how many rows are read from the database at a time.
const chunk = 500

// page is one answer with rows.
type page struct {
	s    *Service
	q    *question
	o    options
	f    format
	r    *Request
	now  time.Time
	size pageLimit
}

// total says how many rows there are, as a number alone.
func (p *page) total(ctx context.Context) (*Answer, error) {
	if err := only(p.o, "$filter", "$apply", "$format"); err != nil {
		return nil, err
	}
	n, err := p.countRows(ctx)
	return &Answer{Type: "text/plain;charset=utf-8", Body: strconv.FormatInt(n, 10)}, err
}

func (p *page) countRows(ctx context.Context) (int64, error) {
	leave, err := p.s.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	return p.s.store.CountFeed(ctx, &p.q.FeedQuery)
}

// single gives one row by its key.
func (p *page) single(ctx context.Context) (*Answer, error) {
	if err := only(p.o, "$select", "$expand", "$format"); err != nil {
		return nil, err
	}
	p.q.Limit = 1
	rows, err := p.read(ctx)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, notThere("%s has no row with this key.", p.q.set.table.Name)
	}
	w := p.writer()
	if err := p.write(ctx, w, rows, p.context("/$entity")); err != nil {
		return nil, err
	}
	return &Answer{Type: p.f.contentType(), Body: string(w.b)}, nil
}

func (p *page) writer() *writer {
	return &writer{level: p.f.level, strings: p.f.strings, zone: p.q.Zone, root: p.r.Root}
}

// context is the address that says of what type an answer is (OData Protocol 4.01, 10).
func (p *page) context(suffix string) string {
	if p.f.level == none {
		return ""
	}
	var parts []string
	if !p.q.usual || p.q.Groups != nil {
		for _, c := range p.q.Columns[:len(p.q.Columns)-p.q.hidden] {
			parts = append(parts, c.Name)
		}
	}
	for _, x := range p.q.expands {
		inner := ""
		if !x.usual {
			inner = strings.Join(x.columns, ",")
		}
		parts = append(parts, x.nav.name+"("+inner+")")
	}
	text := p.q.set.table.Name
	if len(parts) > 0 {
		text += "(" + strings.Join(parts, ",") + ")"
	}
	return p.r.Root + "$metadata#" + text + suffix
}

// read reads the rows of a question that the database gives at once.
func (p *page) read(ctx context.Context) (rows [][]any, err error) {
	err = p.s.read(ctx, &p.q.FeedQuery, func(row []any) error {
		rows = append(rows, row)
		return nil
	})
	return rows, err
}

// many begins a page of rows. Its first ones are read before the answer begins: a mistake
// in a question is a refusal, and not half an answer.
func (p *page) many(ctx context.Context) (*Answer, error) {
	a := &Answer{Type: p.f.contentType()}
	if p.size.asked {
		a.Applied = "odata.maxpagesize=" + strconv.Itoa(p.size.rows)
	}
	var total *int64
	if p.q.count {
		n, err := p.countRows(ctx)
		if err != nil {
			return nil, err
		}
		n = max(n, 0)
		total = &n
	}
	left := p.size.rows
	if p.q.top >= 0 {
		left = min(left, p.q.top)
	}
	first, more, err := p.next(ctx, left)
	if err != nil {
		return nil, err
	}
	a.Stream = func(ctx context.Context, out io.Writer) error { return p.stream(ctx, out, first, more, left, total) }
	return a, nil
}

// next reads at most so many rows, and whether there are more behind them. Where none are
// wanted nothing is read.
func (p *page) next(ctx context.Context, left int) (rows [][]any, more bool, err error) {
	if left == 0 {
		return nil, false, nil
	}
	n := min(left, chunk)
	if p.q.Groups != nil { // made of all rows each time: at once, then
		n = left
	}
	p.q.Limit = n + 1
	if rows, err = p.read(ctx); err != nil {
		return nil, false, err
	}
	if p.q.Skip = 0; len(rows) > n {
		rows, more = rows[:n], true
	}
	if more {
		p.q.After = rows[n-1][len(p.q.Columns):]
	}
	return rows, more, nil
}

// stream writes a page.
func (p *page) stream(ctx context.Context, out io.Writer, rows [][]any, more bool, left int, total *int64) error {
	w := p.writer()
	w.text("{")
	if text := p.context(""); text != "" {
		w.quoted("@odata.context")
		w.text(":")
		w.quoted(text)
		w.text(",")
	}
	if total != nil {
		w.text(`"@odata.count":`)
		w.value(models.FeedWhole, *total)
		w.text(",")
	}
	w.text(`"value":[`)
	for written := 0; ; {
		if written > 0 && len(rows) > 0 {
			w.text(",")
		}
		if err := p.write(ctx, w, rows, ""); err != nil {
			return err
		}
		if _, err := out.Write(w.b); err != nil {
			return err
		}
		written, w.b = written+len(rows), w.b[:0]
		if left -= len(rows); left == 0 || !more {
			p.q.top = max(p.q.top-written, min(p.q.top, 0)) // -1 stays
			break
		}
		var err error
		if rows, more, err = p.next(ctx, left); err != nil {
			return err
		}
	}
	w.text("]")
	if more && p.q.top != 0 {
		w.text(`,"@odata.nextLink":`)
		w.quoted(p.nextLink())
	}
	w.text("}")
	_, err := out.Write(w.b)
	return err
}

// nextLink is the address of the next page.
func (p *page) nextLink() string {
	text := p.r.Root + (&url.URL{Path: p.r.Path}).EscapedPath() + "?"
	if p.o.rest != "" {
		text += p.o.rest + "&"
	}
	return text + "$skiptoken=" + token{Of: p.o.of(p.r.Path), Now: p.now.UnixMicro(), After: p.q.After, Left: p.q.top}.text()
}

// write writes rows with those that belong to them, commas between.
func (p *page) write(ctx context.Context, w *writer, rows [][]any, contextURL string) error {
	related := make([]map[string][][]any, len(p.q.expands))
	for i := range p.q.expands {
		var err error
		if related[i], err = p.q.expands[i].related(ctx, p.s, p.q, rows); err != nil {
			return err
		}
	}
	shown := p.q.Columns[:len(p.q.Columns)-p.q.hidden]
	for i, row := range rows {
		if i > 0 {
			w.text(",")
		}
		w.row(p.q.set, shown, row, p.q.Groups == nil, contextURL)
		for j := range p.q.expands {
			x := &p.q.expands[j]
			w.text(",")
			w.quoted(x.nav.name)
			w.text(":")
			id, _ := row[x.at].(string)
			w.expansion(x, related[j][id])
		}
		w.text("}")
	}
	return nil
}

// expansion writes the rows that belong to one: a list, or the only one.
func (w *writer) expansion(x *expansion, rows [][]any) {
	columns := make([]models.FeedItem, len(x.columns))
	for i, name := range x.columns {
		c, _ := x.set.table.Column(name)
		columns[i] = models.FeedItem{Name: name, Expr: models.FeedExpr{Kind: c.Kind}}
	}
	if !x.nav.many {
		if len(rows) == 0 {
			w.text("null")
			return
		}
		w.row(x.set, columns, rows[0], true, "")
		w.text("}")
		return
	}
	w.text("[")
	for i, row := range rows {
		if i > 0 {
			w.text(",")
		}
		w.row(x.set, columns, row, true, "")
		w.text("}")
	}
	w.text("]")
}
