package flow

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"ringdesk/dialplan"
)

// Next takes a call through its flow: it gives where the call stands after an
// input, and what shall happen, in order. It is pure and total: an input that
// means nothing where the call stands changes nothing, and nobody's answer makes
// it fail. After one input it takes at most maxAtOnce steps.
func Next(p *Program, s State, in Event, now time.Time) (State, []Action) {
	m := &machine{p: p, s: s.clone(), now: now}
	if s.Phase == Over {
		return s, nil
	}
	if begin, ok := in.(Start); ok {
		if s.Phase == "" {
			m.start(begin)
		}
		return m.s, m.out
	}
	if s.Phase == "" {
		return s, nil
	}
	m.step = p.Flow(s.Flow).Step(s.Step)
	if _, gone := in.(HungUp); gone {
		m.gone()
		return m.s, m.out
	}
	if m.step == nil && s.Step != "" { // not this call's program
		m.end(ByMistake, dialplan.Workflow)
		return m.s, m.out
	}
	m.take(in)
	return m.s, m.out
}

// machine is the work of one Next.
type machine struct {
	p    *Program
	s    State
	now  time.Time
	out  []Action
	step *Step // where it stands
	once int   // steps taken after this input
}

func (m *machine) emit(a Action) { m.out = append(m.out, a) }

// start lets the call in, or not, and begins its flow.
func (m *machine) start(in Start) {
	m.s.Version, m.s.Facts = m.p.Version, in.Facts
	f := m.p.Flow(in.Flow)
	settings := m.s.Facts.Settings
	m.s.Language = settings.Plan().Language
	if f != nil {
		m.s.Language = cmp.Or(f.Language, m.s.Language)
		if f.PerMinute != nil {
			settings.InboundPerMinute = f.PerMinute
		}
	}
	facts := dialplan.Facts{Blocked: in.Facts.Blocked, PerMinute: in.Facts.PerMinute}
	switch reason := settings.Admit(facts); {
	case reason == dialplan.InboundRateLimit:
		m.s.Flow, m.s.Reason = in.Flow, reason
		m.play("goodbye", "busy-line")
	case reason != "":
		m.end(ByRefusal, reason)
	default:
		m.begin(in.Flow, "")
	}
}

// take goes on with an input, by what the call waits for.
func (m *machine) take(in Event) {
	switch in := in.(type) {
	case Pressed:
		m.key(in.Digit)
	case PlayEnded:
		if m.s.Phase == Playing && in.ID == m.s.Asked {
			m.played()
		}
	case Tick:
		if !m.s.Until.IsZero() && !m.now.Before(m.s.Until) {
			m.tick()
		}
	case Fetched:
		if m.s.Phase == Fetching && in.ID == m.s.Asked {
			m.fetched(in)
		}
	case Counted:
		if m.s.Phase == Counting && in.ID == m.s.Asked {
			m.counted(in.Figures)
		}
	case Resume:
		m.resume()
	default:
		m.talk(in)
	}
}

// tick goes on when time is up.
func (m *machine) tick() {
	switch m.s.Phase {
	case Playing:
		m.emit(StopPlay{ID: m.s.Asked})
		m.played()
	case Listening:
		m.silence()
	case Fetching:
		m.fetched(Fetched{})
	case Counting:
		m.counted(nil)
	case Recording:
		m.emit(StopRecord{})
		m.recorded()
	case Dialling:
		m.emit(StopDial{})
		m.goTo(m.step.Transfer.Failed, "failed")
	case Leaving:
		m.goTo(m.step.Native.Failed, "failed")
	}
}

// resume asks again for what the call waits for: the answer to the process before
// is lost, and comes too late if it is not.
func (m *machine) resume() {
	switch m.s.Phase {
	case Fetching:
		m.fetch()
	case Counting:
		m.enter()
	}
}

// begin begins a flow.
func (m *machine) begin(name, by string) {
	f := m.p.Flow(name)
	if f == nil {
		m.end(ByMistake, dialplan.Workflow)
		return
	}
	m.s.Flow = name
	m.goTo(f.Start, by)
}

// goTo goes to a step of the flow. by is the exit that leads there.
func (m *machine) goTo(name, by string) {
	m.step = m.p.Flow(m.s.Flow).Step(name)
	m.s.Step, m.s.Phase, m.s.Part, m.s.Until = name, "", "", time.Time{}
	m.s.Tries, m.s.Digits, m.s.Figures = 0, "", nil
	m.s.Taken++
	m.once++
	switch {
	case m.step == nil:
		m.end(ByMistake, dialplan.Workflow)
	case m.s.Taken > MaxTaken, m.once > maxAtOnce:
		m.end(ByLimit, dialplan.Workflow)
	default:
		m.emit(Took{Version: m.s.Version, Flow: m.s.Flow, Step: name, Kind: m.step.Kind, At: m.step.At, By: by})
		m.enter()
	}
}

// enter does what a step does first.
func (m *machine) enter() {
	switch st := m.step; {
	case st.Check != nil:
		m.needing(m.check)
	case st.Set != nil:
		m.needing(m.set)
	case st.Lookup != nil:
		m.needing(m.fetch)
	case st.Play != nil:
		m.play("", st.Play.Sound...)
	case st.Menu != nil:
		m.play("", st.Menu.Sound...)
	case st.Input != nil:
		m.play("", st.Input.Sound...)
	case st.Survey != nil:
		m.play("", st.Survey.Sound...)
	case st.Assign != nil:
		give := Give{}
		if st.Assign.Agent != "" {
			give.Agent = m.p.agent(st.Assign.Agent)
		} else {
			give.Team = m.p.team(st.Assign.Team)
		}
		m.emit(give)
		m.goTo(st.Assign.Then, "then")
	default:
		m.enterTalk()
	}
}

// enterTalk is enter for the steps that bring the caller to somebody, elsewhere,
// or to the end.
func (m *machine) enterTalk() {
	switch st := m.step; {
	case st.Queue != nil:
		m.s.Phase = Queued
		m.emit(Enqueue{Plan: m.plan(st.Queue)})
	case st.Voicemail != nil:
		if as := dialplan.MissedReason(st.Voicemail.As); as != "" {
			m.s.Reason = as
		}
		m.play("", append(slices.Clone(st.Voicemail.Sound), "beep")...)
	case st.Callback != nil:
		m.callback(st.Callback)
	case st.Transfer != nil:
		m.s.Phase, m.s.Until = Dialling, m.now.Add(seconds(st.Transfer.Ring)+graceDial)
		m.emit(Dial{To: st.Transfer.To, From: st.Transfer.From, Seconds: st.Transfer.Ring})
	case st.Native != nil:
		m.s.Phase, m.s.Until = Leaving, m.now.Add(leaveLimit)
		m.emit(HandOver{Extension: st.Native.Extension})
	case st.Goto != nil:
		m.jump(st.Goto)
	case st.Subflow != nil:
		if len(m.s.Stack) >= maxDepth {
			m.end(ByLimit, dialplan.Workflow)
			return
		}
		m.s.Stack = append(m.s.Stack, Place{Flow: m.s.Flow, Step: st.Subflow.Then})
		m.begin(st.Subflow.Flow, "flow")
	case st.Return != nil:
		m.back()
	default:
		m.hangup(st.Hangup)
	}
}

// jump goes to another flow, or back a limited number of times.
func (m *machine) jump(g *Goto) {
	if g.Flow != "" {
		m.begin(g.Flow, "flow")
		return
	}
	if g.Limit == 0 {
		m.goTo(g.Step, "step")
		return
	}
	id := m.s.Flow + "\n" + m.s.Step
	if m.s.Limits[id] >= g.Limit {
		m.goTo(g.Then, "then")
		return
	}
	if m.s.Limits == nil {
		m.s.Limits = map[string]int{}
	}
	m.s.Limits[id]++
	m.goTo(g.Step, "step, time "+strconv.Itoa(m.s.Limits[id]))
}

// back returns from a sub-flow.
func (m *machine) back() {
	n := len(m.s.Stack)
	if n == 0 {
		m.end(ByMistake, dialplan.Workflow)
		return
	}
	to := m.s.Stack[n-1]
	m.s.Stack = m.s.Stack[:n-1]
	m.s.Flow = to.Flow
	m.goTo(to.Step, "return")
}

// hangup ends the call after its sounds.
func (m *machine) hangup(h *Hangup) {
	if h == nil {
		m.end(ByMistake, dialplan.Workflow)
		return
	}
	m.s.Reason = cmp.Or(dialplan.MissedReason(h.As), m.s.Reason)
	if len(h.Sound) > 0 {
		m.play("goodbye", h.Sound...)
		return
	}
	m.end(ByHangup, m.s.Reason)
}

// gone ends the flow of a caller who has hung up. One who talked with a number
// outside, or was about to be handed over, was helped there, though by none of ours.
func (m *machine) gone() {
	if m.step != nil && m.step.Transfer != nil && m.s.Phase == Talking || m.s.Phase == Leaving {
		m.s.Reason = dialplan.Workflow
	}
	m.end(ByCaller, cmp.Or(m.s.Reason, dialplan.UserLeft))
}

// end ends the flow. A call that an agent has answered is not missed.
func (m *machine) end(how How, reason dialplan.MissedReason) {
	e := End{How: how, Answered: m.s.Talked}
	if !e.Answered {
		e.Reason = cmp.Or(reason, dialplan.Workflow)
	}
	m.s.Phase, m.s.Until, m.s.Part, m.s.Digits, m.s.Figures, m.s.End = Over, time.Time{}, "", "", nil, &e
	if how != ByCaller {
		m.emit(HangUp{End: e})
	}
}

// variable is what an expression sees (scope).
func (m *machine) variable(path string) any {
	switch path {
	case "call.missed_reason":
		return string(m.s.Reason)
	case "call.talked":
		return m.s.Talked
	}
	if name, ok := cutVar(path); ok {
		return m.s.Vars[name]
	}
	return m.s.Facts.variable(path, m.now)
}

// call calls a function for an expression (scope).
func (m *machine) call(name string, args []any) any {
	f := m.s.Figures
	switch name {
	case "waiting":
		return float64(f[firstText(args)].Waiting)
	case "estimated_wait":
		return float64(f[firstText(args)].Wait)
	case "free_agents":
		return float64(f[firstText(args)].Free)
	}
	return m.p.call(name, args, &m.s.Facts, m.now)
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
