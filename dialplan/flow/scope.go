package flow

import (
	"slices"
	"strings"
	"time"
)

// call calls the functions that need the call's facts, and those that do not.
func (p *Program) call(name string, args []any, f *Facts, now time.Time) any {
	switch name {
	case "open":
		return p.open(firstText(args), f, now)
	case "tagged":
		return f.tagged(firstText(args))
	case "time_between":
		if len(args) != 2 {
			return false
		}
		from, to := clock(text(args[0])), clock(text(args[1]))
		return from >= 0 && to >= 0 && between(from, to, f, now)
	}
	return pure(name, args)
}

func firstText(args []any) string {
	if len(args) == 0 {
		return ""
	}
	return text(args[0])
}

// cutVar gives the name of a variable of the flow's own.
func cutVar(path string) (string, bool) { return strings.CutPrefix(path, "var.") }

// textOf works out a text.
func textOf(e *Expr, in scope) string {
	if e == nil {
		return ""
	}
	return cut(text(e.eval(in)))
}

// textsOf works out several texts; empty ones and repetitions are left out.
func textsOf(list []Expr, in scope) []string {
	var all []string
	for i := range list {
		if t := strings.TrimSpace(textOf(&list[i], in)); t != "" && !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	return all
}

// pairsOf works out texts with names: headers, which are one line each.
func pairsOf(list []Pair, in scope) map[string]string {
	var all map[string]string
	for i := range list {
		if all == nil {
			all = make(map[string]string, len(list))
		}
		all[list[i].Name] = strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f {
				return -1
			}
			return r
		}, textOf(&list[i].Value, in))
	}
	return all
}

// teamsOf lists the teams whose figures the expressions of a step need.
func (s *Step) teamsOf() []string {
	var teams []string
	look := func(e *Expr) {
		e.Walk(func(e *Expr) {
			if f, ok := FindFunction(e.Name); ok && e.Op == OpCall && f.Literal == "team" && len(e.Args) == 1 {
				if t := text(e.Args[0].Value); !slices.Contains(teams, t) {
					teams = append(teams, t)
				}
			}
		})
	}
	for _, e := range s.expressions() {
		look(e)
	}
	return teams
}

// expressions gives those that a step works out.
func (s *Step) expressions() []*Expr {
	var all []*Expr
	pairs := func(list []Pair) {
		for i := range list {
			all = append(all, &list[i].Value)
		}
	}
	switch {
	case s.Check != nil:
		for i := range s.Check.When {
			all = append(all, &s.Check.When[i].If)
		}
	case s.Set != nil:
		for i := range s.Set.Tags {
			all = append(all, &s.Set.Tags[i])
		}
		pairs(s.Set.Var)
	case s.Lookup != nil:
		all = append(all, s.Lookup.Get, s.Lookup.Post, s.Lookup.Body)
		pairs(s.Lookup.Headers)
	}
	return all
}
