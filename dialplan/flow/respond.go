package flow

import "time"

// Happening is something that workflows may answer to, and what is known of it.
type Happening struct {
	On    Trigger
	Facts Facts
	// Waited is how long the caller has waited, in seconds, of CallQueued: a workflow
	// answers when it is its After.
	Waited int

	Direction    string // inbound or outbound
	MissedReason string
	Answered     bool
	Team         string // of the call, its name
	Agent        string // who answered, their name
	Wait         int    // seconds that the caller waited
	Duration     int    // seconds

	// Tag, GivenTeam, GivenAgent and Text are of the trigger's own: names, and the
	// note's text.
	Tag        string
	GivenTeam  string
	GivenAgent string
	Text       string
}

// Act is one action to carry out, with its texts worked out. Those of its kind
// are set.
type Act struct {
	Kind    string            `json:"kind"`
	At      Pos               `json:"at"`
	Add     []string          `json:"add,omitempty"`    // tags
	Remove  []string          `json:"remove,omitempty"` // tags
	Team    string            `json:"team,omitempty"`   // id
	Agent   string            `json:"agent,omitempty"`  // id
	Text    string            `json:"text,omitempty"`
	Seconds int               `json:"seconds,omitempty"` // of a snooze
	URL     string            `json:"url,omitempty"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    string            `json:"body,omitempty"` // "" means the event as webhooks have it
	To      string            `json:"to,omitempty"`
	From    string            `json:"from,omitempty"`
	Flow    string            `json:"flow,omitempty"`
	// Refused says why it is not carried out; the rest goes on (INBOX-2).
	Refused string `json:"refused,omitempty"`
}

// Response is a workflow that answers, with its actions in order.
type Response struct {
	Workflow string `json:"workflow"`
	At       Pos    `json:"at"`
	Acts     []Act  `json:"acts"`
}

// messageRefused is why a customer is not written to (INBOX-2).
const messageRefused = "A phone conversation takes internal notes only."

// Respond gives the workflows that answer to something, in the order of their
// text, and what they do (INBOX-6). It is pure; who carries it out sees to it that
// no workflow answers to what it did itself.
func (p *Program) Respond(h Happening, now time.Time) []Response {
	var all []Response
	in := &happeningScope{p: p, h: h, now: now}
	for i := range p.Workflows {
		w := &p.Workflows[i]
		if w.Off || w.On != h.On || w.On == CallQueued && w.After != h.Waited || w.If != nil && w.If.eval(in) != true {
			continue
		}
		r := Response{Workflow: w.Name, At: w.At}
		for k := range w.Do {
			r.Acts = append(r.Acts, w.Do[k].act(in))
		}
		all = append(all, r)
	}
	return all
}

// act works out what an action comes to.
func (d *Do) act(in *happeningScope) Act {
	a := Act{Kind: d.Kind, At: d.At}
	switch {
	case d.Tag != nil:
		a.Add, a.Remove = textsOf(d.Tag.Add, in), textsOf(d.Tag.Remove, in)
	case d.Assign != nil && d.Assign.Agent != "":
		a.Agent = in.p.agent(d.Assign.Agent)
	case d.Assign != nil:
		a.Team = in.p.team(d.Assign.Team)
	case d.Note != nil:
		a.Text = textOf(&d.Note.Text, in)
	case d.Snooze != nil:
		a.Seconds = d.Snooze.For
	case d.Webhook != nil:
		a.URL, a.Headers, a.Body = textOf(&d.Webhook.URL, in), pairsOf(d.Webhook.Headers, in), textOf(d.Webhook.Body, in)
	case d.SMS != nil:
		a.To, a.Text, a.From = textOf(&d.SMS.To, in), textOf(&d.SMS.Text, in), textOf(d.SMS.From, in)
		if a.To == "" {
			a.Refused = "There is no number to send to."
		}
	case d.Message != nil:
		a.Text, a.Refused = textOf(&d.Message.Text, in), messageRefused
	case d.Flow != nil:
		a.Flow = d.Flow.Flow
	}
	return a
}

// happeningScope is what a workflow's expressions see.
type happeningScope struct {
	p   *Program
	h   Happening
	now time.Time
}

func (s *happeningScope) variable(path string) any {
	switch path {
	case "call.missed_reason":
		return s.h.MissedReason
	case "call.talked":
		return s.h.Answered
	case "call.direction":
		return s.h.Direction
	case "call.team":
		return s.h.Team
	case "call.agent":
		return s.h.Agent
	case "call.wait":
		return float64(s.h.Wait)
	case "call.duration":
		return float64(s.h.Duration)
	case "event.tag":
		return s.h.Tag
	case "event.team":
		return s.h.GivenTeam
	case "event.agent":
		return s.h.GivenAgent
	case "event.text":
		return s.h.Text
	}
	return s.h.Facts.variable(path, s.now)
}

func (s *happeningScope) call(name string, args []any) any {
	return s.p.call(name, args, &s.h.Facts, s.now)
}
