package flow

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"ringdesk/dialplan"
)

// talk takes the inputs about agents, messages and numbers outside.
func (m *machine) talk(in Event) {
	switch in := in.(type) {
	case Connected:
		switch m.s.Phase {
		case Queued:
			m.s.Talked, m.s.Reason = true, ""
			m.s.Phase = Talking
		case Dialling:
			m.s.Phase, m.s.Until = Talking, time.Time{}
		}
	case Unhelped:
		if m.s.Phase == Queued {
			m.unhelped(in.Reason)
		}
	case TalkEnded:
		if m.s.Phase == Talking {
			m.talked()
		}
	case Recorded:
		if m.s.Phase == Recording {
			m.recorded()
		}
	case HandedOver:
		if m.s.Phase == Leaving {
			m.end(ByNative, dialplan.Workflow)
		}
	case NotHandedOver:
		if m.s.Phase == Leaving {
			m.goTo(m.step.Native.Failed, "failed")
		}
	case NotReached:
		if m.s.Phase == Dialling {
			m.goTo(m.step.Transfer.Failed, "failed")
		}
	}
}

// on finds where an ending of the queue leads.
func (q *Queue) on(event string) (string, bool) {
	i := slices.IndexFunc(q.On, func(o On) bool { return o.Event == event })
	if i < 0 {
		return "", false
	}
	return q.On[i].Go, true
}

// unhelped goes on when nobody helped. Other reasons than a queue's own count as
// noOperator.
func (m *machine) unhelped(reason dialplan.MissedReason) {
	if event := string(reason); event == Talked || !slices.Contains(Events, event) {
		reason = dialplan.NoOperator
	}
	m.s.Reason = reason
	if to, ok := m.step.Queue.on(string(reason)); ok {
		m.goTo(to, "on "+string(reason))
		return
	}
	m.end(ByQueue, reason)
}

// talked goes on after a talk.
func (m *machine) talked() {
	if m.step.Transfer != nil {
		m.end(ByTransfer, dialplan.Workflow)
		return
	}
	if to, ok := m.step.Queue.on(Talked); ok {
		m.goTo(to, "on "+Talked)
		return
	}
	m.end(ByTalk, "")
}

// waiting takes a key of one who waits.
func (m *machine) waiting(digit string) {
	to, ok := leads(m.step.Queue.Keys, digit)
	if !ok {
		return
	}
	if s := m.p.Flow(m.s.Flow).Step(to); s != nil && s.Callback != nil && !m.s.Facts.Callable {
		return // it was not offered
	}
	m.emit(LeaveQueue{})
	m.goTo(to, "key "+digit)
}

// callback promises to call back.
func (m *machine) callback(c *Callback) {
	switch {
	case m.s.Facts.Callable:
		m.s.Reason = dialplan.Workflow // also for one who does not hear the promise out
		m.emit(AskBack{})
		m.play("goodbye", c.Sound...)
	case c.Failed != "":
		m.goTo(c.Failed, "failed")
	default:
		m.end(ByHangup, m.s.Reason)
	}
}

// record takes the message.
func (m *machine) record(v *Voicemail) {
	longest := cmp.Or(v.Max, m.s.Facts.Settings.Plan().VoicemailSeconds)
	m.s.Phase, m.s.Until = Recording, m.now.Add(seconds(longest))
	m.emit(Record{Seconds: longest})
}

// recorded goes on after the message.
func (m *machine) recorded() {
	if to := m.step.Voicemail.Then; to != "" {
		m.goTo(to, "then")
		return
	}
	m.end(ByVoicemail, m.s.Reason)
}

// plan is what the queue says of the call, and the number's settings where it
// says nothing.
func (m *machine) plan(q *Queue) dialplan.Plan {
	s := m.s.Facts.Settings
	s.Language = m.s.Language
	s.Team = cmp.Or(q.Team, s.Team)
	if s.Team = m.p.team(s.Team); q.Team == Everybody {
		s.Team = ""
	}
	if q.Overflow != nil {
		s.Fallback = make([]dialplan.Level, len(q.Overflow))
		for i, o := range q.Overflow {
			s.Fallback[i] = dialplan.Level{Team: m.p.team(o.Team), Rounds: o.Rounds}
		}
	}
	s.Automatic = or(q.Automatic, s.Automatic)
	s.Strategy = cmp.Or(dialplan.Strategy(q.Strategy), s.Strategy)
	if q.Skills != nil {
		s.Skills = make(map[string]int, len(q.Skills))
		for _, k := range q.Skills {
			s.Skills[k.Name] = k.Level
		}
	}
	s.RingSeconds, s.Rounds = cmp.Or(q.Ring, s.RingSeconds), cmp.Or(q.Rounds, s.Rounds)
	s.AssignSilently = or(q.Silently, s.AssignSilently)
	s.Priority = or(m.s.Priority, or(q.Priority, s.Priority))
	s.QueueCalls, s.QueueSeconds = or(q.MaxCalls, s.QueueCalls), cmp.Or(q.MaxWait, s.QueueSeconds)
	if a := q.Announce; a != nil {
		s.AnnounceSeconds = *a
		if *a == 0 {
			s.AnnounceSeconds = -1
		}
	}
	m.exits(q, &s)
	if f := m.p.Flow(m.s.Flow); f != nil {
		s.Monitored, s.JoinMuted, s.WrapUpSeconds = or(f.Monitored, s.Monitored), or(f.JoinMuted, s.JoinMuted), or(f.WrapUp, s.WrapUpSeconds)
		s.BlockDays = cmp.Or(f.BlockDays, s.BlockDays)
	}
	p := s.Plan()
	if len(s.Skills) == 0 {
		p.Skills = nil
	}
	return p
}

// exits puts into the settings what the queue's keys and endings lead to: it is
// announced to the caller, and the call's own steps know it.
func (m *machine) exits(q *Queue, s *dialplan.Settings) {
	f := m.p.Flow(m.s.Flow)
	s.CallbackKey, s.VoicemailKey, s.VoicemailOn, s.Survey = dialplan.None, dialplan.None, nil, new(bool)
	for _, k := range q.Keys {
		switch to := f.Step(k.Go); {
		case to == nil:
		case to.Callback != nil && m.s.Facts.Callable && s.CallbackKey == dialplan.None:
			s.CallbackKey = k.Key
		case to.Voicemail != nil && s.VoicemailKey == dialplan.None:
			s.VoicemailKey = k.Key
			s.VoicemailSeconds = cmp.Or(to.Voicemail.Max, s.VoicemailSeconds)
		}
	}
	for _, o := range q.On {
		switch to := f.Step(o.Go); {
		case to == nil:
		case o.Event == Talked:
			*s.Survey = to.Survey != nil
		case to.Voicemail != nil:
			s.VoicemailOn = append(s.VoicemailOn, o.Event)
			s.VoicemailSeconds = cmp.Or(to.Voicemail.Max, s.VoicemailSeconds)
		}
	}
	if s.VoicemailOn == nil {
		s.VoicemailOn = []string{dialplan.None}
	}
}

// or gives the first that is set.
func or[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

// Merged gives facts with their settings' hours taken out, and what they come to
// in Operating: the facts of a call that begins.
func (f Facts) Merged(s dialplan.Settings, operating bool) Facts {
	s.Hours, s.Override = nil, nil
	s.Skills = maps.Clone(s.Skills)
	f.Settings, f.Operating = s, operating
	return f
}
