package lang

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

// FromSettings says as a flow what settings do with the calls of a business
// number: a text that is right, that formats to itself, and that decides as
// dialplan.Decide does. number is E.164; teams is nil where their names are not
// known.
func FromSettings(number string, s dialplan.Settings, teams []Team) []byte {
	w := &writer{s: dialplan.Merge(s, dialplan.Settings{}, dialplan.Settings{}), teams: teams}
	w.plan = w.s.Plan()
	w.line("# What the settings of %s say, as a flow. Put it into a file and change it: a number with a flow", number)
	w.line("# no longer does as its settings say, but for what its flow leaves out.")
	w.line("")
	timed := !*w.s.TurnAway && (w.s.Hours != nil || w.s.Override != nil)
	if timed {
		w.hours(number)
	}
	w.line("flow %s {", quoted(number))
	w.line("numbers = [%s]", quoted(number))
	w.line("start = %s", quoted(w.start(timed)))
	w.line("language = %s", quoted(w.plan.Language))
	w.line("monitored = %v", w.plan.Monitored)
	w.line("join_muted = %v", w.plan.JoinMuted)
	w.line("wrap_up = %s", quoted(inDuration(w.plan.WrapUpSeconds)))
	w.line("block_days = %d", w.plan.BlockDays)
	w.line("max_per_minute = %d", *w.s.InboundPerMinute)
	if *w.s.TurnAway {
		w.line("hangup \"turned away\" {\nsound = %s\nas = \"workflow\"\n}", quoted(w.greeting("unavailable")))
	} else {
		w.steps(number, timed)
	}
	w.line("}")
	return Format(number, []byte(w.b.String()))
}

// writer is the work of one FromSettings.
type writer struct {
	s     dialplan.Settings
	plan  dialplan.Plan
	teams []Team
	b     strings.Builder
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(&w.b, format+"\n", args...) }

// quoted writes a text as HCL does.
func quoted(text string) string {
	return string(hclwrite.TokensForValue(cty.StringVal(text)).Bytes())
}

// greeting is the greeting, or another sound where there is none.
func (w *writer) greeting(other string) string {
	if w.s.Greeting == dialplan.None {
		return other
	}
	return w.s.Greeting
}

// start is the step that calls begin with.
func (w *writer) start(timed bool) string {
	switch {
	case *w.s.TurnAway:
		return "turned away"
	case timed:
		return "open?"
	default:
		return w.first()
	}
}

// first is the step of a call that is let in.
func (w *writer) first() string {
	if w.greeting("") == "" {
		return "queue"
	}
	return "greeting"
}

func (w *writer) hours(name string) {
	w.line("hours %s {", quoted(name))
	h := w.s.Hours
	if h == nil { // always open, but for what was switched by hand
		h = &dialplan.Hours{}
		for d := range h.Week {
			h.Week[d] = []dialplan.Period{{From: 0, To: 24 * 60}}
		}
	}
	names := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	for i := range 7 { // Monday first, as people plan their weeks
		d := time.Weekday((i + 1) % 7)
		w.line("day %s { open = [%s] }", quoted(names[d]), periods(h.Week[d]))
	}
	for _, d := range h.Holidays {
		w.line("holiday %s {", quoted(d.Date))
		if d.Name != "" {
			w.line("name = %s", quoted(d.Name))
		}
		w.line("open = [%s]\n}", periods(d.Periods))
	}
	for _, o := range w.s.Override.All() {
		state, until := "closed", ""
		if o.Open {
			state = "open"
		}
		if !o.Until.IsZero() {
			until = " until = " + quoted(o.Until.Format(time.RFC3339Nano)) + " "
		}
		w.line("override %s {%s}", quoted(state), until)
	}
	w.line("}\n")
}

func periods(all []dialplan.Period) string {
	words := make([]string, len(all))
	for i, p := range all {
		words[i] = quoted(fmt.Sprintf("%02d:%02d-%02d:%02d", p.From/60, p.From%60, p.To/60, p.To%60))
	}
	return strings.Join(words, ", ")
}

func (w *writer) steps(number string, timed bool) {
	if timed {
		w.line("\ncheck \"open?\" {\nwhen {\nif = open(%s)\ngo = %s\n}\nelse { go = \"closed\" }\n}", quoted(number), quoted(w.first()))
		if slices.Contains(w.plan.VoicemailOn, string(dialplan.NotInOperation)) {
			w.line("play \"closed\" {\nsound = \"closed\"\nthen = \"message while closed\"\n}")
			w.line("voicemail \"message while closed\" {\nmax = %s\nas = \"notInOperation\"\n}", quoted(inDuration(w.plan.VoicemailSeconds)))
		} else {
			w.line("hangup \"closed\" {\nsound = \"closed\"\nas = \"notInOperation\"\n}")
		}
	}
	if g := w.greeting(""); g != "" {
		w.line("play \"greeting\" {\nsound = %s\nthen = \"queue\"\n}", quoted(g))
	}
	w.queue()
	if w.plan.CallbackKey != "" {
		w.line("callback \"callback\" {}")
	}
	if len(w.on()) > 0 || w.plan.VoicemailKey != "" {
		w.line("voicemail \"voicemail\" { max = %s }", quoted(inDuration(w.plan.VoicemailSeconds)))
	}
	if w.plan.Survey {
		w.line("survey \"survey\" {}")
	}
}

// on lists the endings of the queue after which a caller may leave a message.
func (w *writer) on() []string {
	var all []string
	for _, reason := range w.plan.VoicemailOn {
		if slices.Contains(flow.Events, reason) {
			all = append(all, reason)
		}
	}
	return all
}

func (w *writer) queue() {
	p := w.plan
	w.line("queue \"queue\" {")
	w.line("team = %s", quoted(w.team(p.Overflow[0].Team)))
	var more []string
	for _, l := range p.Overflow[1:] {
		team := quoted(w.team(l.Team))
		if l.Rounds != p.Overflow[0].Rounds {
			team = fmt.Sprintf("{ team = %s, rounds = %d }", team, l.Rounds)
		}
		more = append(more, team)
	}
	w.line("overflow = [%s]", strings.Join(more, ", "))
	w.line("automatic = %v\nstrategy = %s", p.Automatic, quoted(string(p.Strategy)))
	w.line("skills = {%s}", w.skills())
	w.line("ring = %s\nrounds = %d", quoted(inDuration(p.RingSeconds)), p.Overflow[0].Rounds)
	w.line("assign_silently = %v\npriority = %d", p.AssignSilently, p.Priority)
	w.line("max_calls = %d\nmax_wait = %s\nannounce = %s", p.QueueCalls, quoted(inDuration(p.QueueSeconds)), quoted(inDuration(p.AnnounceSeconds)))
	if p.CallbackKey != "" {
		w.line("key %s { go = \"callback\" }", quoted(p.CallbackKey))
	}
	if p.VoicemailKey != "" {
		w.line("key %s { go = \"voicemail\" }", quoted(p.VoicemailKey))
	}
	for _, reason := range w.on() {
		w.line("on %s { go = \"voicemail\" }", quoted(reason))
	}
	if p.Survey {
		w.line("on \"talked\" { go = \"survey\" }")
	}
	w.line("}")
}

func (w *writer) skills() string {
	var all []string
	for name, level := range w.plan.Skills {
		all = append(all, quoted(name)+" = "+strconv.Itoa(level))
	}
	slices.Sort(all)
	if all == nil {
		return ""
	}
	return " " + strings.Join(all, ", ") + " "
}

// team is how the text names a team.
func (w *writer) team(id string) string {
	if id == "" {
		return flow.Everybody
	}
	if i := slices.IndexFunc(w.teams, func(t Team) bool { return t.ID == id }); i >= 0 {
		return w.teams[i].Name
	}
	return id
}
