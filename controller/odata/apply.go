package odata

import (
	"ringdesk/models"
)

// apply reads $apply: filters and computed values, then at most one groupby or
// aggregate, then filters of its rows (OData Extension for Data Aggregation 4.0). It
// gives the names that the rows have then.
func (q *question) apply(p *parser, sc *scope) (*scope, error) {
	for {
		p.space()
		at := p.at
		name := p.identifier()
		if !p.takes("(") {
			return nil, p.wrong(at, "A transformation is missing: filter(…), compute(…), groupby(…) or aggregate(…).")
		}
		var err error
		switch name {
		case "filter":
			err = q.applyFilter(p, sc)
		case "compute":
			err = q.applyCompute(p, sc)
		case "groupby", "aggregate":
			if q.Groups != nil {
				return nil, unsupported(p.target, "One groupby or aggregate is supported, and here is a second one.")
			}
			q.Groups = &models.FeedGroups{}
			if name == "groupby" {
				err = q.groupBy(p, sc)
			} else {
				err = q.aggregate(p, sc)
			}
			sc = q.grouped(sc)
		default:
			return nil, unsupported(p.target, "The transformation %s is not supported. There are filter, compute, groupby and aggregate.", short(name))
		}
		if err == nil {
			err = p.needs(")")
		}
		if err != nil {
			return nil, err
		}
		if p.ended() {
			return sc, nil
		}
		if err := p.needs("/"); err != nil {
			return nil, err
		}
	}
}

func (q *question) applyFilter(p *parser, sc *scope) error {
	n, err := p.expression()
	if err != nil {
		return err
	}
	return q.restrict(sc, n)
}

// restrict takes a condition on rows, or on groups where there are some.
func (q *question) restrict(sc *scope, n *node) error {
	e, err := sc.condition(n)
	if q.Groups != nil {
		q.Having = append(q.Having, e)
	} else {
		q.Where = append(q.Where, e)
	}
	return err
}

// alias reads a name behind as.
func (q *question) alias(p *parser, taken func(string) bool) (string, error) {
	if p.operator("as") == "" {
		return "", p.wrong(p.at, "A name is missing: … as name.")
	}
	p.space()
	name := p.identifier()
	switch {
	case name == "":
		return "", p.wrong(p.at, "A name is missing behind as.")
	case taken(name):
		return "", p.wrong(p.at, "The name %s is taken: choose another.", short(name))
	}
	return name, nil
}

func (q *question) applyCompute(p *parser, sc *scope) error {
	if q.Groups != nil {
		return unsupported(p.target, "compute behind groupby or aggregate is not supported.")
	}
	for {
		n, err := p.expression()
		if err != nil {
			return err
		}
		e, err := sc.check(n)
		if err != nil {
			return err
		}
		name, err := q.alias(p, func(name string) bool { _, is := sc.items[name]; return is })
		if err != nil {
			return err
		}
		if e.Kind == models.FeedNull {
			e.Kind = models.FeedText
		}
		sc.add(name, e)
		if !p.takes(",") {
			return nil
		}
	}
}

// groupBy reads what stands in groupby((a,b),aggregate(…)).
func (q *question) groupBy(p *parser, sc *scope) error {
	if err := p.needs("("); err != nil {
		return err
	}
	for {
		p.space()
		n, err := p.path()
		if err != nil {
			return err
		}
		if n.op != "path" {
			return unsupported(p.target, "groupby takes properties: make one of %s(…) with compute before.", short(n.name))
		}
		e, err := sc.find(n.name)
		if err != nil {
			return err
		}
		if _, twice := q.output(n.name); !twice {
			q.Groups.Keys = append(q.Groups.Keys, models.FeedItem{Name: n.name, Expr: e})
		}
		if !p.takes(",") {
			break
		}
	}
	if err := p.needs(")"); err != nil {
		return err
	}
	if !p.takes(",") {
		return nil
	}
	p.space()
	if at := p.at; p.identifier() != "aggregate" || !p.takes("(") {
		return unsupported(p.target, "Behind the properties of groupby stands aggregate(…): at character %d is something else.", at+1)
	}
	if err := q.aggregate(p, sc); err != nil {
		return err
	}
	return p.needs(")")
}

// aggregate reads a list such as talkMs with sum as talk, $count as calls.
func (q *question) aggregate(p *parser, sc *scope) error {
	for {
		s, err := q.sum(p, sc)
		if err != nil {
			return err
		}
		if s.Name, err = q.alias(p, func(name string) bool { _, is := q.output(name); return is }); err != nil {
			return err
		}
		q.Groups.Sums = append(q.Groups.Sums, s)
		if !p.takes(",") {
			return nil
		}
	}
}

func (q *question) sum(p *parser, sc *scope) (models.FeedSum, error) {
	if p.takes("$count") {
		return models.FeedSum{Of: "count", Kind: models.FeedWhole}, nil
	}
	n, err := p.expression()
	if err != nil {
		return models.FeedSum{}, err
	}
	e, err := sc.check(n)
	if err != nil {
		return models.FeedSum{}, err
	}
	if p.operator("with") == "" {
		return models.FeedSum{}, p.wrong(p.at, "A method is missing: … with sum, min, max, average or countdistinct.")
	}
	p.space()
	s := models.FeedSum{Of: p.identifier(), Expr: e, Kind: e.Kind}
	switch number := isNumber(e.Kind); {
	case s.Of == "countdistinct":
		s.Kind = models.FeedWhole
	case s.Of == "average" && number:
		s.Kind = models.FeedFraction
	case s.Of == "sum" && (number || e.Kind == models.FeedSpan), (s.Of == "min" || s.Of == "max") && e.Kind != models.FeedTruth && e.Kind != models.FeedNull:
	case s.Of == "sum" || s.Of == "average" || s.Of == "min" || s.Of == "max":
		return s, bad(p.target, "%s of %s cannot be.", s.Of, kindNames[e.Kind])
	default:
		return s, unsupported(p.target, "The method %s is not supported. There are sum, min, max, average and countdistinct.", short(s.Of))
	}
	return s, nil
}

// output finds a name among the groups' keys and values.
func (q *question) output(name string) (models.FeedExpr, bool) {
	for _, k := range q.Groups.Keys {
		if k.Name == name {
			return models.FeedExpr{Op: "column", Name: name, Kind: k.Expr.Kind, Nullable: k.Expr.Nullable}, true
		}
	}
	for _, s := range q.Groups.Sums {
		if s.Name == name {
			return models.FeedExpr{Op: "column", Name: name, Kind: s.Kind, Nullable: s.Of != "count" && s.Of != "countdistinct"}, true
		}
	}
	return models.FeedExpr{}, false
}

// grouped are the names that the rows of groups have.
func (q *question) grouped(of *scope) *scope {
	sc := &scope{target: of.target, items: map[string]models.FeedExpr{}, now: of.now, zone: of.zone, usesNow: of.usesNow}
	for _, k := range q.Groups.Keys {
		e, _ := q.output(k.Name)
		sc.add(k.Name, e)
	}
	for _, s := range q.Groups.Sums {
		e, _ := q.output(s.Name)
		sc.add(s.Name, e)
	}
	return sc
}
