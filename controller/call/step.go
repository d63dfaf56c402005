package call

import (
	"slices"
	"time"

	"ringdesk/controller/engine"
)

// drainTime is how long an ended call waits for its legs and recordings to
// end before it gives them up.
const drainTime = 15 * time.Second

// Step decides what an input does to a call. It is pure and total: it reads
// no clock, does no I/O, and an input that means nothing in the call's state
// changes nothing. The returned effects are in the order in which they must
// happen.
func Step(c Call, in Input, now time.Time) (Call, []Effect) {
	s := &step{c: c.clone(), now: now}
	switch in := in.(type) {
	case Do:
		if reason := s.do(in); reason != "" {
			return c, []Effect{Refused{Reason: reason}}
		}
	case engine.LegRinging:
		s.legRinging(in.Leg)
	case engine.LegAnswered:
		s.legAnswered(in.Leg)
	case engine.LegJoined:
		s.c.Met = s.c.Met || in.Leg == s.c.Customer.Leg && s.c.State == Talking
	case engine.LegEnded:
		s.legEnded(in.Leg, in.Cause)
	case engine.RecordingStarted:
		s.recordingStarted(in)
	case engine.RecordingEnded:
		s.recordingEnded(in.Recording, in.At, in.Failed)
	case engine.PlaybackEnded:
		s.playbackEnded(in)
	case engine.DTMF:
		s.pressed(in)
	default:
		s.controllers(in)
	}
	return s.c, s.out
}

// controllers takes the inputs that are not the engine's.
func (s *step) controllers(in Input) {
	switch in := in.(type) {
	case Arrived:
		s.arrived(Found(in))
	case Placed:
		s.placed(in.Candidate)
	case AskedBack:
		s.askedBack()
	case Barred:
		s.barred()
	case Offered:
		s.offered(Found(in))
	case Located:
		s.located(in)
	case Tick:
		s.tick()
	case Away:
		s.lostBrowser(in.AccountID)
	case WentTo:
		s.wentTo(in.AccountID)
	case Failed:
		s.failed(in)
	case Reconcile:
		s.reconcile(in.Snapshot)
	}
}

// step is one Step on its way.
type step struct {
	c   Call
	now time.Time
	out []Effect
}

func (s *step) emit(e Effect) { s.out = append(s.out, e) }

func (s *step) journal(typ string, data map[string]any) {
	if data == nil {
		data = map[string]any{}
	}
	s.emit(Journal{At: s.now, Type: typ, Data: data})
}

// about is the data of an entry about an agent.
func about(a *Agent) map[string]any { return map[string]any{"agentId": a.AgentID, "name": a.Name} }

// enter goes on to another state and counts the time spent in the last one.
func (s *step) enter(state State) {
	if s.c.Since.IsZero() {
		s.c.Since = s.c.StartedAt
	}
	if s.c.State != "" {
		if s.c.Spent == nil {
			s.c.Spent = map[State]int64{}
		}
		// Whole milliseconds, the rest is left to the next state, so that they add up.
		ms := s.now.Sub(s.c.Since).Milliseconds()
		s.c.Spent[s.c.State] += ms
		s.c.Since = s.c.Since.Add(time.Duration(ms) * time.Millisecond)
	}
	s.c.State = state
}

// agentAt finds an agent's place by leg; -1 if the leg is none of theirs.
func (s *step) agentAt(leg engine.LegID) int {
	return slices.IndexFunc(s.c.Agents, func(a Agent) bool { return a.Leg == leg })
}

func (s *step) anyRings() bool {
	return slices.ContainsFunc(s.c.Agents, func(a Agent) bool { return a.State == PartyRinging })
}

// anySpeaks says whether an agent takes part in the talk, be their browser
// there or awaited.
func (s *step) anySpeaks() bool {
	return slices.ContainsFunc(s.c.Agents, func(a Agent) bool { return a.speaks() })
}

func (s *step) anyHere() bool {
	return slices.ContainsFunc(s.c.Agents, func(a Agent) bool { return a.here() })
}

func (s *step) legAnswered(leg engine.LegID) {
	if leg == s.c.Customer.Leg {
		s.customerAnswered()
		return
	}
	i := s.agentAt(leg)
	if i < 0 {
		s.hangUpOldDial(leg)
		return
	}
	a := &s.c.Agents[i]
	switch {
	case a.Gone: // a dial that was given up has been carried out late
		s.emit(Hangup{Leg: leg, Cause: engine.CauseNormal})
	case s.c.State == Ringing && a.State == PartyRinging:
		s.taken(i)
	case s.c.State == Talking && a.State == PartyRinging:
		s.joined(i)
	case a.Redial && a.State == PartyJoined && !s.c.State.Over():
		s.redialled(i)
	case a.State != PartyJoined: // too late
		s.emit(Hangup{Leg: leg, Cause: engine.CauseNormal})
	}
}

func (s *step) customerAnswered() {
	if s.c.Customer.Gone { // as for agents
		s.emit(Hangup{Leg: s.c.Customer.Leg, Cause: engine.CauseNormal})
		return
	}
	s.c.Customer.Answered = true
	if s.c.State == Dialing {
		s.reached()
	}
}

// legEnded is how parties leave by themselves.
func (s *step) legEnded(leg engine.LegID, cause engine.Cause) {
	if leg == s.c.Customer.Leg {
		s.customerEnded(cause)
		return
	}
	i := s.agentAt(leg)
	if i < 0 || s.c.Agents[i].Gone {
		return
	}
	a := &s.c.Agents[i]
	a.Gone = true
	switch {
	case a.State == PartyRinging:
		as := PartyMissed
		if cause == engine.CauseRejected || cause == engine.CauseBusy {
			as = PartyDeclined
		}
		a.Lost = as == PartyMissed && cause != engine.CauseNoAnswer
		s.stopRinging(i, as, cause)
		s.nobodyRings()
	case a.State == PartyJoined && a.Role != Speaker:
		s.leave(i)
	case a.State == PartyJoined && a.Redial && s.c.State == Talking: // the browser was not there yet
		a.Redial = false
		s.away(i)
	case a.State == PartyJoined && s.c.State == Talking && cause != engine.CauseNormal && a.AwaySince.IsZero(): // no BYE of theirs
		s.away(i)
	case a.State == PartyJoined && a.AwaySince.IsZero():
		if a.Redial && s.c.State == Dialing { // the agent's own phone could not be had
			s.c.Outcome = Failure
		}
		s.leave(i)
	}
	s.drained()
}

func (s *step) customerEnded(cause engine.Cause) {
	if s.c.Customer.Gone {
		return
	}
	s.c.Customer.Gone = true
	if s.c.State == Dialing {
		s.notReached(cause)
	} else {
		s.over(ByCustomer, UserLeft)
	}
	s.drained()
}

// tick is time's doing.
func (s *step) tick() {
	d := s.c.Deadline()
	if d.IsZero() || s.now.Before(d) {
		return
	}
	if s.c.State.Over() {
		s.giveUp()
		return
	}
	passed := func(t time.Time) bool { return !t.IsZero() && !s.now.Before(t) }
	s.ringsOut(passed)
	switch {
	case s.c.Prompt != nil && passed(s.c.Prompt.Until):
		s.promptOver()
	case passed(s.c.PhaseUntil):
		s.phaseEnds()
	case s.c.State == Ringing && passed(s.c.RingUntil):
		s.nextLevel()
	case s.c.Out != nil && passed(s.c.Out.TalkUntil):
		s.journal("outbound.limit", nil)
		s.finish(Ended, BySystem, "", engine.CauseNormal)
	}
	if s.c.State == Queued && passed(s.c.QueueUntil) { // perhaps only since phones have stopped ringing
		s.refuse(AbandonedInQueue)
	}
	if s.c.State.Over() {
		return
	}
	if passed(s.c.SeekAt) {
		s.seek()
	}
	if s.c.State == Queued && passed(s.c.AnnounceAt) {
		s.c.AnnounceAt = s.now.Add(seconds(s.c.Plan.AnnounceSeconds))
		s.emit(Locate{})
	}
}

// giveUp lets go of what an ended call still has in the engine.
func (s *step) giveUp() {
	s.journal("call.leftovers", map[string]any{"legs": s.c.Legs()})
	for _, p := range s.parties() {
		if !p.Gone {
			s.emit(Hangup{Leg: p.Leg, Cause: engine.CauseNormal})
		}
		p.Gone = true
		for i := range p.Tracks {
			if !p.Tracks[i].Closed {
				p.Tracks[i].Closed = true
				s.emit(TrackClosed{ID: p.Tracks[i].ID, At: s.now, Failed: "the engine did not say that it ended"})
			}
		}
	}
	s.drained()
}

func (s *step) parties() []*Party {
	ps := []*Party{&s.c.Customer.Party}
	for i := range s.c.Agents {
		ps = append(ps, &s.c.Agents[i].Party)
	}
	return ps
}

// over ends the call: as talked if there was a talk, else as missed.
func (s *step) over(by EndedBy, reason MissedReason) {
	switch {
	case s.c.State.Over():
	case !s.c.AnsweredAt.IsZero(), s.c.Direction == "outbound":
		s.finish(Ended, by, "", engine.CauseNormal)
	default:
		s.finish(Missed, by, reason, engine.CauseNormal)
	}
}

// finish is the one way in which a call ends. cause goes to the legs that are
// still there.
func (s *step) finish(as State, by EndedBy, reason MissedReason, cause engine.Cause) {
	s.enter(as)
	if reason == UserLeft && s.c.Pending != "" {
		reason = s.c.Pending // it comes before it (MISS-1)
	}
	s.c.EndedAt, s.c.EndedBy, s.c.MissedReason = s.c.Since, by, reason
	s.c.Outcome = s.outcome(as, by)
	s.c.DrainUntil = s.now.Add(drainTime)
	s.stopPrompt()
	s.stopRingback()
	s.c.Hold, s.c.Help, s.c.Rank, s.c.Pending, s.c.AloneSince = nil, nil, 0, "", time.Time{}
	s.c.SeekAt, s.c.RingUntil, s.c.QueueUntil, s.c.AnnounceAt, s.c.PhaseUntil = time.Time{}, time.Time{}, time.Time{}, time.Time{}, time.Time{}
	for i := range s.c.Agents {
		switch s.c.Agents[i].State {
		case PartyRinging:
			s.stopRinging(i, PartyMissed, cause)
		case PartyJoined:
			s.part(i, PartyLeft)
		}
	}
	s.c.Customer.State, s.c.Customer.LeftAt = PartyLeft, s.now
	if !s.c.Customer.Gone {
		s.emit(Hangup{Leg: s.c.Customer.Leg, Cause: cause})
	}
	if s.c.Room != "" {
		s.emit(DestroyRoom{Room: s.c.Room})
	}
	if s.c.Out != nil {
		s.emit(OutboundEnded{})
		if s.c.MissedCallID != "" && s.c.Out.Dials == 0 {
			s.emit(Unhandled{CallID: s.c.MissedCallID})
		}
	}
	s.journal("call.ended", s.summary())
}

// outcome is the call's one class.
func (s *step) outcome(as State, by EndedBy) Outcome {
	switch {
	case as == Missed:
		return WasMissed
	case !s.c.AnsweredAt.IsZero():
		return Answered
	case s.c.Outcome != "":
		return s.c.Outcome
	case by == ByAgent:
		return Cancelled
	default:
		return Failure
	}
}

// summary is what statistics are made from (STAT-0).
func (s *step) summary() map[string]any {
	data := map[string]any{"state": s.c.State, "by": s.c.EndedBy, "outcome": s.c.Outcome, "totalMs": s.c.EndedAt.Sub(s.c.StartedAt).Milliseconds()}
	if s.c.MissedReason != "" {
		data["missedReason"] = s.c.MissedReason
	}
	for state, name := range map[State]string{Greeting: "greetingMs", Queued: "queueMs", Ringing: "ringMs", Dialing: "dialMs",
		Talking: "talkMs", Voicemail: "voicemailMs", Survey: "surveyMs"} {
		if ms, ok := s.c.Spent[state]; ok {
			data[name] = ms
		}
	}
	return data
}

// drained notes that nothing of an ended call is left in the engine.
func (s *step) drained() {
	if s.c.Drained() {
		s.emit(Drained{})
	}
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
