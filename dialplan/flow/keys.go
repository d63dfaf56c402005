package flow

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ringdesk/dialplan"
)

// play plays sounds in the call's language. part is which of its sounds the step
// plays.
func (m *machine) play(part string, names ...string) {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = dialplan.Sound(m.s.Language, name)
	}
	m.s.Asked++
	m.s.Phase, m.s.Part, m.s.Until = Playing, part, m.now.Add(playLimit)
	m.emit(PlaySounds{ID: m.s.Asked, Sounds: all})
}

// played goes on after sounds.
func (m *machine) played() {
	st := m.step
	switch {
	case st == nil: // too many calls came in
		m.end(ByRefusal, m.s.Reason)
	case st.Play != nil:
		m.goTo(st.Play.Then, "then")
	case st.Menu != nil:
		m.listen(st.Menu.Wait)
	case st.Input != nil:
		m.listen(st.Input.Wait)
	case st.Survey != nil && m.s.Part == "":
		m.listen(st.Survey.Wait)
	case st.Survey != nil:
		m.surveyed()
	case st.Voicemail != nil:
		m.record(st.Voicemail)
	case st.Callback != nil:
		m.end(ByCallback, dialplan.Workflow)
	default:
		m.end(ByHangup, m.s.Reason)
	}
}

func (m *machine) listen(wait int) { m.s.Phase, m.s.Until = Listening, m.now.Add(seconds(wait)) }

// key takes one of the caller's keys.
func (m *machine) key(digit string) {
	if len(digit) != 1 || !strings.Contains(Keys, digit) || m.step == nil {
		return
	}
	st := m.step
	switch hears := m.s.Phase == Playing && m.s.Part == "" || m.s.Phase == Listening; {
	case st.Menu != nil && hears:
		m.choose(digit)
	case st.Input != nil && hears:
		m.digit(digit)
	case st.Survey != nil && hears:
		m.grade(digit)
	case m.s.Phase == Queued:
		m.waiting(digit)
	case m.s.Phase == Recording && digit == "#":
		m.emit(StopRecord{})
		m.recorded()
	}
}

// Keys are the keys of a telephone.
const Keys = "0123456789*#"

// interrupt ends sounds that a key goes before.
func (m *machine) interrupt() {
	if m.s.Phase == Playing {
		m.emit(StopPlay{ID: m.s.Asked})
	}
}

// choose goes where a menu's key leads.
func (m *machine) choose(digit string) {
	m.interrupt()
	if to, ok := leads(m.step.Menu.Keys, digit); ok {
		m.goTo(to, "key "+digit)
		return
	}
	m.again(m.step.Menu.Wrong)
}

// leads finds where a key leads.
func leads(keys []Key, digit string) (string, bool) {
	i := slices.IndexFunc(keys, func(k Key) bool { return k.Key == digit })
	if i < 0 {
		return "", false
	}
	return keys[i].Go, true
}

// again is for one who pressed the wrong key, or none: wrong says so before the
// sounds are played again. When the tries are used up, the call goes on.
func (m *machine) again(wrong Texts) {
	m.s.Tries++
	m.s.Digits = ""
	sound, tries := Texts(nil), 0
	if m.step.Menu != nil {
		sound, tries = m.step.Menu.Sound, m.step.Menu.Tries
	} else {
		sound, tries = m.step.Input.Sound, m.step.Input.Tries
	}
	switch {
	case m.s.Tries < tries:
		m.play("", append(slices.Clone(wrong), sound...)...)
	case m.step.Menu != nil:
		m.goTo(m.step.Menu.Otherwise.Go, "otherwise")
	default:
		m.save(m.step.Input.Save, "")
		if to := m.step.Input.Failed; to != "" {
			m.goTo(to, "failed")
		} else {
			m.goTo(m.step.Input.Then, "then")
		}
	}
}

// digit takes one digit of several.
func (m *machine) digit(digit string) {
	in := m.step.Input
	m.interrupt()
	switch {
	case digit == in.End:
		m.entered()
		return
	case digit == "*" || digit == "#":
	default:
		m.s.Digits += digit
	}
	if len(m.s.Digits) >= in.Digits.Max {
		m.entered()
		return
	}
	m.listen(in.Wait)
}

// entered goes on with the digits, if they are enough.
func (m *machine) entered() {
	in := m.step.Input
	if len(m.s.Digits) < in.Digits.Min {
		m.again(in.Wrong)
		return
	}
	m.save(in.Save, m.s.Digits)
	m.goTo(in.Then, "then")
}

// silence is for one who pressed no key in time.
func (m *machine) silence() {
	switch {
	case m.step.Menu != nil:
		m.again(nil)
	case m.step.Input != nil && m.s.Digits != "":
		m.entered()
	case m.step.Input != nil:
		m.again(nil)
	default:
		m.surveyed()
	}
}

// grade takes the answer to a survey.
func (m *machine) grade(digit string) {
	n, err := strconv.Atoi(digit)
	if err != nil || n < 1 || n > 5 {
		return
	}
	m.interrupt()
	m.save(m.step.Survey.Save, float64(n))
	m.emit(Grade{Grade: n})
	m.play("thanks", m.step.Survey.Thanks...)
}

// surveyed goes on after a survey.
func (m *machine) surveyed() {
	if m.s.Part == "" { // nobody answered
		m.save(m.step.Survey.Save, nil)
	}
	if to := m.step.Survey.Then; to != "" {
		m.goTo(to, "then")
		return
	}
	m.s.Until = time.Time{}
	m.end(ByHangup, m.s.Reason)
}
