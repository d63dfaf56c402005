package flow

import (
	"slices"
	"strconv"
	"time"
)

// needing does what a step does once the figures of queues are there that its
// expressions need.
func (m *machine) needing(do func()) {
	teams := m.step.teamsOf()
	if len(teams) == 0 || m.s.Figures != nil {
		do()
		return
	}
	ids := make(map[string]string, len(teams))
	for _, t := range teams {
		ids[t] = m.p.team(t)
	}
	m.s.Asked++
	m.s.Phase, m.s.Until = Counting, m.now.Add(countLimit)
	m.emit(CountQueues{ID: m.s.Asked, Teams: ids})
}

// counted goes on with the figures; nil counts as zeroes.
func (m *machine) counted(figures map[string]Figures) {
	if figures == nil {
		figures = map[string]Figures{}
	}
	m.s.Figures, m.s.Phase, m.s.Until = figures, "", time.Time{}
	m.enter()
}

// check goes where the first condition says that holds.
func (m *machine) check() {
	c := m.step.Check
	for i := range c.When {
		if c.When[i].If.eval(m) == true {
			by := "when"
			if len(c.When) > 1 {
				by += " " + strconv.Itoa(i+1)
			}
			m.goTo(c.When[i].Go, by)
			return
		}
	}
	m.goTo(c.Else.Go, "else")
}

// set changes what holds for the call. Variables see each other as they were.
func (m *machine) set() {
	s := m.step.Set
	values := make([]any, len(s.Var))
	for i := range s.Var {
		values[i] = small(s.Var[i].Value.eval(m))
	}
	tags := textsOf(s.Tags, m)
	for i, v := range values {
		m.save(s.Var[i].Name, v)
	}
	if s.Priority != nil {
		m.s.Priority = s.Priority
	}
	if s.Language != "" {
		m.s.Language = s.Language
	}
	if len(tags) > 0 {
		m.emit(Tag{Tags: tags})
	}
	m.goTo(s.Then, "then")
}

func (m *machine) save(name string, value any) {
	if name == "" {
		return
	}
	if m.s.Vars == nil {
		m.s.Vars = map[string]any{}
	}
	m.s.Vars[name] = value
}

// small keeps a text within limits.
func small(v any) any {
	if s, ok := v.(string); ok {
		return cut(s)
	}
	return v
}

// fetch asks the server.
func (m *machine) fetch() {
	l := m.step.Lookup
	f := Fetch{Method: "GET", URL: textOf(l.Get, m), Headers: pairsOf(l.Headers, m), Body: textOf(l.Body, m), Seconds: l.Timeout, Secret: m.secret(m.step.expressions())}
	if l.Post != nil {
		f.Method, f.URL = "POST", textOf(l.Post, m)
	}
	m.s.Asked++
	f.ID = m.s.Asked
	m.s.Phase, m.s.Until = Fetching, m.now.Add(seconds(l.Timeout)+graceFetch)
	m.emit(f)
}

// secret says whether any of the expressions has a variable in it that is never
// shown.
func (m *machine) secret(all []*Expr) bool {
	found := false
	for _, e := range all {
		e.Walk(func(e *Expr) {
			name, ok := cutVar(e.Name)
			found = found || ok && e.Op == OpVar && slices.Contains(m.p.Secret, name)
		})
	}
	return found
}

func (m *machine) fetched(in Fetched) {
	l := m.step.Lookup
	if !in.OK {
		m.save(l.Save, nil)
		m.goTo(l.Failed, "failed")
		return
	}
	m.save(l.Save, in.JSON)
	m.goTo(l.Then, "then")
}
