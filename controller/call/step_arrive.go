package call

import (
	"slices"
	"time"

	"ringdesk/controller/engine"
)

// rankOf is a call's place in the queue: by priority, then by the moment
// (microseconds). Lower goes first.
func rankOf(now time.Time, priority int) int64 { return now.UnixMicro() - int64(priority)*1e17 }

// headPriority is above every settable one: of a caller who has talked already
// and lost their agent (IN-12).
const headPriority = 50

// arrived begins an inbound call: it rings, waits, hears an announcement, or is
// missed (IN-5, IN-6, MISS-1).
func (s *step) arrived(in Found) {
	if s.c.State != "" {
		s.freeAll(in.Candidates)
		return
	}
	s.c.Customer.JoinedAt = s.now
	s.c.Customer.State = PartyJoined
	s.created()
	plan := &s.c.Plan
	switch {
	case len(plan.Say) > 0:
		s.c.Pending = MissedReason(plan.Refuse)
		s.announce("greeting", plan.Say)
	case plan.Refuse != "":
		s.finish(Missed, BySystem, MissedReason(plan.Refuse), refusalCause(MissedReason(plan.Refuse)))
	default:
		s.c.Rank = rankOf(s.now, plan.Priority)
		s.route(in)
	}
}

func (s *step) created() {
	s.journal("call.created", map[string]any{
		"from": s.c.From, "to": s.c.To, "kind": s.c.Kind, "direction": s.c.Direction, "contactId": s.c.Customer.ContactID})
}

// refusalCause is what the caller's network is told of a call that was never
// answered.
func refusalCause(reason MissedReason) engine.Cause {
	switch reason {
	case BlockedUser:
		return engine.CauseRejected
	case InboundRateLimit:
		return engine.CauseCongestion
	case ExceededQueue:
		return engine.CauseBusy
	default:
		return engine.CauseNoAnswer
	}
}

// route goes on after a search for agents: it rings, waits, or asks the next
// team.
func (s *step) route(in Found) {
	s.c.SeekAt = time.Time{}
	if len(in.Candidates) > 0 {
		s.c.NobodySince = time.Time{}
		s.offer(in.Candidates)
		return
	}
	if s.anyRings() {
		return
	}
	switch {
	case in.Busy:
		s.c.NobodySince = time.Time{}
		s.wait(in.Waiting)
	case !s.c.AnsweredAt.IsZero(): // one who has talked already is not sent away
		s.askAnew(in.Waiting)
	case s.c.State == Queued && !s.c.QueuedAt.IsZero() && !in.Tried && (s.c.Out != nil || s.nobodyYet()): // a callback can wait
		s.wait(in.Waiting)
	case s.c.State == Ringing && s.now.Before(s.c.RingUntil) && s.anyLost():
		s.c.SeekAt = s.now.Add(seekPause)
	default:
		s.nextLevel()
	}
}

// askAnew asks the next team for a customer who has talked already, or all of
// them again.
func (s *step) askAnew(waiting int) {
	s.c.Offers = len(s.c.Agents)
	if s.c.Level+1 < len(s.c.Plan.Levels) {
		s.c.Level++
	} else {
		s.c.Level = 0
	}
	s.wait(waiting)
	s.c.SeekAt = s.now.Add(seekPause)
}

// nobodyLimit is how long a caller who waits stays when all agents are gone: a
// page that is loaded anew is gone for a moment, too.
const nobodyLimit = 30 * time.Second

// nobodyYet says whether it is not yet certain that nobody is there any more.
func (s *step) nobodyYet() bool {
	if s.c.NobodySince.IsZero() {
		s.c.NobodySince = s.now
	}
	return s.now.Sub(s.c.NobodySince) < nobodyLimit
}

// anyLost says whether a phone was lost while it rang: it may come back.
func (s *step) anyLost() bool {
	return slices.ContainsFunc(s.c.Agents[s.c.Offers:], func(a Agent) bool { return a.State == PartyMissed && a.Lost })
}

// wait lets the caller wait in the queue (IN-6).
func (s *step) wait(waiting int) {
	if s.c.QueuedAt.IsZero() {
		if waiting >= s.c.Plan.QueueCalls {
			s.refuse(ExceededQueue)
			return
		}
		s.queued()
		s.journal("call.queued", map[string]any{"team": s.c.Team()})
	}
	s.c.RingUntil = time.Time{}
	if s.c.State != Queued {
		s.enter(Queued)
	}
	s.music()
}

// queued begins the time of waiting.
func (s *step) queued() {
	s.c.QueuedAt, s.c.QueueUntil = s.now, s.now.Add(seconds(s.c.Plan.QueueSeconds))
	if s.c.Plan.AnnounceSeconds > 0 && s.c.Out == nil {
		s.c.AnnounceAt = s.now.Add(seconds(s.c.Plan.AnnounceSeconds))
	}
}

// music lets the customer hear hold music, in or out of a room. A caller who
// asked to be called back is not there.
func (s *step) music() {
	leg := s.c.Customer.Leg
	if s.c.Customer.Gone {
		return
	}
	if !s.c.Customer.Answered {
		s.c.Customer.Answered = true
		s.emit(Answer{Leg: leg})
	}
	if s.c.Room != "" {
		s.emit(HoldLeg{Room: s.c.Room, Leg: leg})
	} else {
		s.emit(Music{Leg: leg, On: true})
	}
}

// nextLevel asks the plan's next team, or turns the caller away. A call that
// was offered to nobody had no operator.
func (s *step) nextLevel() {
	s.stopAll(PartyMissed, engine.CauseNoAnswer)
	s.c.RingUntil = time.Time{}
	if s.c.Level+1 < len(s.c.Plan.Levels) {
		s.c.Level++
		s.c.Offers = len(s.c.Agents)
		if s.c.State == "" { // nobody of the first team is there: it waits for the look
			s.enter(Queued)
		}
		s.journal("call.level", map[string]any{"level": s.c.Level, "team": s.c.Team()})
		s.seekNow()
		return
	}
	if !s.c.AnsweredAt.IsZero() { // who has talked already goes on waiting
		s.askAnew(0)
		return
	}
	reason := NoOperator
	switch waited := s.c.QueueUntil; {
	case len(s.c.Agents) > 0 && !waited.IsZero() && !s.now.Before(waited): // it ran out while a phone rang
		reason = AbandonedInQueue
	case len(s.c.Agents) > 0:
		reason = RingTimeOver
	}
	s.refuse(reason)
}

// refuse turns away a caller who could not be helped: with the chance to leave
// a message where the plan has that, with an announcement where they are
// connected already, else with the network's own tone.
func (s *step) refuse(reason MissedReason) {
	switch {
	case !s.c.AnsweredAt.IsZero(), s.c.Out != nil:
		s.over(BySystem, reason)
	case slices.Contains(s.c.Plan.VoicemailOn, string(reason)):
		s.voicemail(reason)
	case s.c.Customer.Answered:
		s.c.Pending = reason
		s.announce("sorry", []string{s.sound(sorry(reason))})
	default:
		s.finish(Missed, BySystem, reason, refusalCause(reason))
	}
}

// seekPause is how long a call waits before it looks for agents again when
// nothing has told it to.
const seekPause = 2 * time.Second

// seekNow looks for agents at once. Should that fail, time brings it up again.
func (s *step) seekNow() {
	s.c.SeekAt = s.now.Add(seekPause)
	s.emit(Seek{})
}

// seek looks for agents while nobody rings, or while one who talks is away.
func (s *step) seek() {
	s.c.SeekAt = time.Time{}
	switch {
	case s.c.State == Talking:
		if !s.waitForReturn() {
			return
		}
	case !s.c.Waits() || s.anyRings():
		return
	case s.c.rests():
		s.c.Rank = s.c.Out.Callback.Rank
		s.journal("callback.due", map[string]any{"attempt": s.c.Out.Callback.Attempts + 1})
	}
	s.seekNow()
}

// requeue brings a customer whose agents are gone back to the head of the queue
// (IN-12), or to a team (CALL-7). Supervisors have nothing to hear there, and
// whoever was being invited is looked for like everybody else.
func (s *step) requeue(why string) {
	s.everybodyOut()
	s.journal("call.requeued", map[string]any{"why": why, "team": s.c.Team()})
	s.enter(Queued)
	s.c.RingUntil = time.Time{}
	s.c.Offers = len(s.c.Agents)
	s.c.Rank = rankOf(s.now, headPriority)
	s.queued()
	s.music()
	s.seekNow()
}
