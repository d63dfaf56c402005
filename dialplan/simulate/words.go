package simulate

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

// note writes an action down in words.
func (r *run) note(a flow.Action) {
	switch a := a.(type) {
	case flow.Took:
		r.result.Steps = append(r.result.Steps, Step{Took: a, KeysUsed: r.keys, Times: r.times[a.Step]})
		r.digits = ""
	case flow.PlaySounds:
		for _, s := range a.Sounds {
			r.hears(s)
		}
	case flow.Fetch:
		r.does("asks", values("request", asked(a)), "asks %s", asked(a))
	case flow.CountQueues:
		r.queues = map[string]flow.Figures{}
		for _, team := range sorted(a.Teams) {
			f := r.queue(team, a.Teams[team])
			r.queues[team] = f
			of := values("team", team, "waiting", strconv.Itoa(f.Waiting), "seconds", strconv.Itoa(f.Wait), "free", strconv.Itoa(f.Free))
			r.does("figures", of, "team %s: %d waiting, %s of waiting, %d free", team, f.Waiting, seconds(f.Wait), f.Free)
		}
	case flow.Tag:
		r.does("tags", values("tags", strings.Join(a.Tags, ", ")), "gets the tags %s", strings.Join(a.Tags, ", "))
	case flow.Give:
		r.does("assigned", values("agent", r.agentOf(a), "team", r.teamOf(a)), "is assigned to %s", r.name(a))
	case flow.Enqueue:
		r.result.Plan, r.last().Plan = &a.Plan, &a.Plan
		r.does("offered", r.planValues(a.Plan), "%s", r.offered(a.Plan))
	case flow.AskBack:
		r.does("callback", nil, "will be called back")
	case flow.Dial:
		from := ""
		if a.From != "" {
			from = " as " + a.From
		}
		r.does("dials", values("to", a.To, "from", a.From, "seconds", strconv.Itoa(a.Seconds)), "dials %s%s for %s", a.To, from, seconds(a.Seconds))
	case flow.HandOver:
		r.does("handedOver", values("extension", a.Extension), "is handed over to the own extension %s", a.Extension)
	case flow.Grade:
		r.does("grade", values("grade", strconv.Itoa(a.Grade)), "gives the grade %d", a.Grade)
	}
}

// queue is how a team's queue stands, by the team's name in the text.
func (r *run) queue(name, id string) flow.Figures {
	f, said := r.sc.State.Queues[name]
	if !said && r.sc.Queue != nil {
		f = r.sc.Queue(id)
	}
	return f
}

// hears says what a sound says.
func (r *run) hears(sound string) {
	text, shown := "", sound
	if r.sc.Say != nil {
		if text = r.sc.Say(sound); text != "" {
			shown = fmt.Sprintf("%q (%s)", text, sound)
		}
	}
	r.does("hears", values("sound", sound, "text", text), "hears %s", shown)
}

// asked is a lookup's request, without what is secret.
func asked(f flow.Fetch) string {
	if !f.Secret {
		return f.Method + " " + f.URL
	}
	scheme, rest, _ := strings.Cut(f.URL, "://")
	host, _, _ := strings.Cut(rest, "/")
	return f.Method + " " + scheme + "://" + host + "/… (with what is not shown)"
}

// offered is what a plan does.
func (r *run) offered(p dialplan.Plan) string {
	teams := make([]string, len(p.Overflow))
	for i, l := range p.Overflow {
		teams[i] = r.team(l.Team)
		if l.Rounds > 1 {
			teams[i] += fmt.Sprintf(" (%d rounds)", l.Rounds)
		}
	}
	how := "all free agents ring"
	if p.Automatic {
		how = "one at a time, " + string(p.Strategy)
	}
	says := fmt.Sprintf("is offered to %s: %s for %s; waits at most %s", strings.Join(teams, ", then "), how, seconds(p.RingSeconds), seconds(p.QueueSeconds))
	if p.Priority > 0 {
		says += fmt.Sprintf(", priority %d", p.Priority)
	}
	return says
}

func (r *run) team(id string) string {
	if id == "" {
		return "everybody"
	}
	return "team " + named(r.p.Teams, id)
}

// planValues are what screens say of a plan; an empty team is everybody.
func (r *run) planValues(p dialplan.Plan) map[string]string {
	teams := make([]string, len(p.Overflow))
	for i, l := range p.Overflow {
		teams[i] = r.teamName(l.Team)
	}
	of := values("teams", strings.Join(teams, "\n"), "ring", strconv.Itoa(p.RingSeconds), "wait", strconv.Itoa(p.QueueSeconds), "priority", strconv.Itoa(p.Priority))
	if p.Automatic {
		of["strategy"] = string(p.Strategy)
	}
	return of
}

func (r *run) teamName(id string) string {
	if id == "" {
		return ""
	}
	return named(r.p.Teams, id)
}

func (r *run) agentOf(g flow.Give) string {
	if g.Agent == "" {
		return ""
	}
	return named(r.p.Agents, g.Agent)
}

func (r *run) teamOf(g flow.Give) string {
	if g.Agent != "" {
		return ""
	}
	return r.teamName(g.Team)
}

func (r *run) name(g flow.Give) string {
	if g.Agent != "" {
		return named(r.p.Agents, g.Agent)
	}
	return r.team(g.Team)
}

// named is the name behind an id.
func named(ids map[string]string, id string) string {
	for _, name := range sorted(ids) {
		if ids[name] == id {
			return name
		}
	}
	return id
}

func sorted(m map[string]string) []string {
	var all []string
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

func seconds(n int) string {
	text := (time.Duration(n) * time.Second).String()
	if short, ok := strings.CutSuffix(text, "m0s"); ok {
		text = strings.TrimSuffix(short+"m", "h0m")
		if len(text) < len(short)+1 {
			text += "h"
		}
	}
	return text
}

func inJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil || len(text) > 200 {
		return fmt.Sprintf("%d bytes of JSON", len(text))
	}
	return string(text)
}

// Print writes a result for people: a line for each step with its place in the
// text, and below it what happens.
func Print(w io.Writer, r Result) error {
	var b strings.Builder
	for _, h := range r.Open {
		state := "closed"
		if h.Open {
			state = "open"
		}
		fmt.Fprintf(&b, "hours %s: %s\n", h.Hours, state)
	}
	if c := r.Chosen; c != nil {
		fmt.Fprintf(&b, "workflow %s chooses the flow  %s:%d\n", c.Workflow, c.At.File, c.At.Line)
	}
	flows := ""
	for i, s := range r.Steps {
		if s.Flow != flows {
			fmt.Fprintf(&b, "flow %s\n", s.Flow)
			flows = s.Flow
		}
		by := ""
		if s.By != "" {
			by = " ← " + s.By
		}
		if s.Step == "" {
			fmt.Fprintf(&b, "%3d %s\n", i+1, s.By)
		} else {
			fmt.Fprintf(&b, "%3d %s %q  %s:%d%s\n", i+1, s.Kind, s.Step, s.At.File, s.At.Line, by)
		}
		for _, d := range s.Does {
			fmt.Fprintf(&b, "      %s\n", d.Says)
		}
	}
	end := "answered"
	if !r.End.Answered {
		end = "missed: " + string(r.End.Reason)
	}
	fmt.Fprintf(&b, "⇒ %s (%s)\n", end, r.End.How)
	_, err := io.WriteString(w, b.String())
	return err
}
