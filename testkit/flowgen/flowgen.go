// Package flowgen makes random flows, and random things that happen to calls in
// them, for tests: each text is one that check passes, and each seed gives the
// same one.
package flowgen

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

// Number is the business number of every text, as it is dialled.
const Number = "07076660001"

// Text makes the text of a few flows. They name the teams support and sales and
// built-in sounds.
func Text(seed uint64) string {
	g := &generator{r: rand.New(rand.NewPCG(seed, 12))}
	g.line(`hours "office" {`)
	g.line(`  day "mon-fri" { open = ["%02d:00-12:00", "13:00-%02d:00"] }`, g.r.IntN(12), 14+g.r.IntN(10))
	g.line(`}`)
	subs := g.r.IntN(3)
	g.flow(0, subs)
	for i := 1; i <= subs; i++ {
		g.flow(i, 0)
	}
	g.line(makes)
	return g.b.String()
}

// makes is a flow for the variables that conditions see, whether or not another
// flow makes them.
const makes = `flow "변수" {
  start = "a"
  set "a" {
    var  = { count = 0, order = "" }
    then = "b"
  }
  lookup "b" {
    get    = "https://crm.example/"
    save   = "crm"
    then   = "c"
    failed = "c"
  }
  hangup "c" {}
}`

type generator struct {
	r     *rand.Rand
	b     strings.Builder
	steps int // of the flow that is being made; the last one ends
	at    int
	subs  int
	sub   bool
}

func (g *generator) line(format string, args ...any) {
	fmt.Fprintf(&g.b, format+"\n", args...)
}

func (g *generator) flow(n, subs int) {
	g.steps, g.subs, g.sub = 2+g.r.IntN(9), subs, n > 0
	g.line("flow %q {", "흐름 "+strconv.Itoa(n))
	if n == 0 {
		g.line("  numbers = [%q]", Number)
		if g.r.IntN(2) == 0 {
			g.line("  language = %q", g.pick("ko", "en"))
		}
	}
	g.line("  start = %q", name(0))
	for g.at = range g.steps {
		g.step()
	}
	g.line("}")
}

func name(i int) string { return "단계 " + strconv.Itoa(i) }

// on names a later step: ways that nobody has to do anything for lead on only.
func (g *generator) on() string { return name(g.at + 1 + g.r.IntN(g.steps-g.at-1)) }

// any names any step: a key may lead back.
func (g *generator) any() string { return name(g.r.IntN(g.steps)) }

func (g *generator) pick(of ...string) string { return of[g.r.IntN(len(of))] }

func (g *generator) sound() string {
	return g.pick("greeting", "greeting-recorded", "please-wait", "connecting", "unavailable")
}

func (g *generator) maybe(format string, args ...any) {
	if g.r.IntN(2) == 0 {
		g.line(format, args...)
	}
}

// condition makes one from everything that expressions see.
func (g *generator) condition() string {
	return g.pick(`open("office")`, `!open()`, `tagged("VIP")`, `caller.withheld`, `contact.member && !tagged("x")`, `time_between("22:00", "06:00")`,
		`waiting("support") > 2`, `free_agents("*") == 0 || estimated_wait("sales") >= 60`, `contact.fields["등급"] == "gold"`, `var.order == "1234"`,
		`var.crm.tier == 3`, `length(var.order) > 4`, `starts_with(caller.number, "+8210")`, `matches(caller.name, "^김")`, `call.missed_reason == "noOperator"`,
		`time.weekday == "sun" ? true : time.hour < 12`, `var.count % 2 == 1`, `contains(contact.tags, "VIP")`, `either(var.crm.blocked, false)`)
}

func (g *generator) step() {
	if g.at == g.steps-1 {
		g.last()
		return
	}
	kinds := []func(){g.check, g.play, g.menu, g.input, g.lookup, g.set, g.assign, g.queue, g.queue, g.transfer, g.native, g.voicemail, g.callback, g.survey, g.again}
	if g.subs > 0 {
		kinds = append(kinds, g.subflow)
	}
	kinds[g.r.IntN(len(kinds))]()
}

func (g *generator) block(kind string, inside func()) {
	g.line("  %s %q {", kind, name(g.at))
	inside()
	g.line("  }")
}

func (g *generator) last() {
	if g.sub && g.r.IntN(2) == 0 {
		g.block("return", func() {})
		return
	}
	g.block("hangup", func() {
		g.maybe("    sound = %q", g.sound())
		g.maybe("    as = %q", g.pick("workflow", "notInOperation", "noOperator"))
	})
}

func (g *generator) check() {
	g.block("check", func() {
		for range 1 + g.r.IntN(3) {
			g.line("    when {\n      if = %s\n      go = %q\n    }", g.condition(), g.on())
		}
		g.line("    else { go = %q }", g.on())
	})
}

func (g *generator) play() {
	g.block("play", func() { g.line("    sound = [%q, %q]\n    then = %q", g.sound(), g.sound(), g.on()) })
}

func (g *generator) keys(most int) {
	for _, k := range g.r.Perm(len(flow.Keys))[:1+g.r.IntN(most)] {
		g.line("    key %q { go = %q }", flow.Keys[k:k+1], g.any())
	}
}

func (g *generator) menu() {
	g.block("menu", func() {
		g.line("    sound = %q", g.sound())
		g.maybe("    wait = \"%ds\"", 1+g.r.IntN(20))
		g.maybe("    tries = %d", 1+g.r.IntN(4))
		g.keys(4)
		g.line("    otherwise { go = %q }", g.on())
	})
}

func (g *generator) input() {
	g.block("input", func() {
		least := 1 + g.r.IntN(4)
		g.line("    sound = %q\n    digits = \"%d-%d\"\n    save = \"order\"\n    then = %q", g.sound(), least, least+g.r.IntN(4), g.on())
		g.maybe("    failed = %q", g.on())
		g.maybe("    tries = %d", 1+g.r.IntN(3))
	})
}

func (g *generator) lookup() {
	g.block("lookup", func() {
		g.line("    get = \"https://crm.example/c?n=${caller.number}\"\n    save = \"crm\"\n    then = %q\n    failed = %q", g.on(), g.on())
	})
}

func (g *generator) set() {
	g.block("set", func() {
		g.maybe("    priority = %d", g.r.IntN(10))
		g.maybe("    tags = [\"flow ${time.date}\"]")
		g.line("    var = { count = %d, order = caller.number }\n    then = %q", g.r.IntN(9), g.on())
	})
}

func (g *generator) assign() {
	g.block("assign", func() { g.line("    team = \"sales\"\n    then = %q", g.on()) })
}

func (g *generator) queue() {
	g.block("queue", func() {
		g.maybe("    team = %q", g.pick("support", "*"))
		g.maybe("    overflow = [\"sales\"]")
		g.maybe("    automatic = %v", g.r.IntN(2) == 0)
		g.maybe("    ring = \"%ds\"", 5+g.r.IntN(30))
		g.maybe("    max_wait = \"%ds\"", 20+g.r.IntN(300))
		if g.r.IntN(2) == 0 {
			g.keys(2)
		}
		for _, event := range flow.Events {
			g.maybe("    on %q { go = %q }", event, g.on())
		}
	})
}

func (g *generator) transfer() {
	g.block("transfer", func() { g.line("    to = \"021234567\"\n    failed = %q", g.on()) })
}

func (g *generator) native() {
	g.block("native", func() { g.line("    extension = \"fax\"\n    failed = %q", g.on()) })
}

func (g *generator) voicemail() {
	g.block("voicemail", func() {
		g.maybe("    max = \"%ds\"", 10+g.r.IntN(50))
		g.maybe("    then = %q", g.on())
	})
}

func (g *generator) callback() {
	g.block("callback", func() { g.maybe("    failed = %q", g.on()) })
}

func (g *generator) survey() {
	g.block("survey", func() { g.maybe("    save = \"count\"\n    then = %q", g.on()) })
}

func (g *generator) again() {
	g.block("goto", func() {
		if g.at == 0 {
			g.line("    step = %q", g.on())
			return
		}
		g.line("    step = %q\n    limit = %d\n    then = %q", name(g.r.IntN(g.at)), 1+g.r.IntN(3), g.on())
	})
}

func (g *generator) subflow() {
	g.block("subflow", func() { g.line("    flow = %q\n    then = %q", "흐름 "+strconv.Itoa(1+g.r.IntN(g.subs)), g.on()) })
}

// Facts makes a caller.
func Facts(r *rand.Rand) flow.Facts {
	f := flow.Facts{
		Number: flow.Business{Number: Number}, TimeZone: "Asia/Seoul", Callable: r.IntN(2) == 0, Blocked: r.IntN(50) == 0,
		Contact: flow.Contact{Member: r.IntN(2) == 0, Fields: map[string]any{"등급": []any{"gold", "silver", 3.0, nil}[r.IntN(4)]}},
	}
	if r.IntN(4) > 0 {
		f.Caller = flow.Caller{Number: "+821012345678", Name: "김손님"}
	}
	if r.IntN(3) == 0 {
		f.Contact.Tags = []string{"vip"}
	}
	if r.IntN(50) == 0 {
		f.PerMinute = 1e6
	}
	return f.Merged(dialplan.Settings{}, r.IntN(2) == 0)
}

// Event makes something that may happen to a call, seldom something that cannot
// happen where it stands.
func Event(r *rand.Rand, s *flow.State) flow.Event {
	if r.IntN(8) > 0 {
		if e := likely(r, s); e != nil {
			return e
		}
	}
	if r.IntN(40) == 0 {
		return flow.HungUp{}
	}
	reasons := []dialplan.MissedReason{dialplan.NoOperator, dialplan.ExceededQueue, dialplan.AbandonedInQueue, dialplan.RingTimeOver, "talked", "", dialplan.UserLeft}
	switch r.IntN(10) {
	case 0:
		return flow.PlayEnded{ID: s.Asked - r.IntN(2)}
	case 1:
		return flow.Fetched{ID: s.Asked - r.IntN(2), OK: r.IntN(2) == 0, JSON: map[string]any{"tier": 3.0}}
	case 2:
		return flow.Counted{ID: s.Asked - r.IntN(2), Figures: map[string]flow.Figures{"support": {Waiting: r.IntN(5)}}}
	case 3:
		return flow.Connected{}
	case 4:
		return flow.Unhelped{Reason: reasons[r.IntN(len(reasons))]}
	case 5:
		return flow.TalkEnded{}
	case 6:
		return flow.Recorded{}
	case 7:
		return flow.NotReached{}
	case 8:
		return flow.Tick{}
	}
	return flow.Pressed{Digit: string("0123456789*#x"[r.IntN(13)])}
}

// likely gives what a call waits for; nil where a key is as good.
func likely(r *rand.Rand, s *flow.State) flow.Event {
	switch s.Phase {
	case flow.Playing:
		if r.IntN(3) > 0 {
			return flow.PlayEnded{ID: s.Asked}
		}
	case flow.Listening:
		if r.IntN(3) == 0 {
			return flow.Tick{}
		}
	case flow.Fetching:
		return flow.Fetched{ID: s.Asked, OK: r.IntN(3) > 0, JSON: []any{map[string]any{"tier": float64(r.IntN(4)), "blocked": true}, "text", nil, []any{1.0}}[r.IntN(4)]}
	case flow.Counting:
		return flow.Counted{ID: s.Asked, Figures: map[string]flow.Figures{"support": {Waiting: r.IntN(5)}, "*": {Free: r.IntN(2)}}}
	case flow.Queued:
		return []flow.Event{flow.Connected{}, flow.Unhelped{Reason: dialplan.RingTimeOver}, flow.Unhelped{Reason: dialplan.NoOperator}, nil}[r.IntN(4)]
	case flow.Talking:
		return flow.TalkEnded{}
	case flow.Recording:
		return flow.Recorded{}
	case flow.Leaving:
		return []flow.Event{flow.HandedOver{}, flow.NotHandedOver{}, flow.Tick{}}[r.IntN(3)]
	case flow.Dialling:
		return []flow.Event{flow.Connected{}, flow.NotReached{}, flow.Tick{}}[r.IntN(3)]
	}
	return nil
}
