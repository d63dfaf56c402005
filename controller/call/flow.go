package call

import (
	"cmp"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

// tell lets the call's flow answer to something that has happened, and does what
// the flow says (DP-1). Without a flow nothing happens. Once over, the flow keeps
// only how it ended: what the caller has keyed in is stored no longer than the
// call lasts.
func (s *step) tell(e flow.Event) {
	if s.c.Flow == nil {
		return
	}
	next, actions := flow.Next(s.program(), *s.c.Flow, e, s.now)
	if len(actions) == 0 && !moved(s.c.Flow, &next) {
		return
	}
	if next.Phase == flow.Over {
		next = next.Forgotten()
	}
	s.c.Flow = &next
	for _, a := range actions {
		s.act(a)
	}
}

// program is the version of the flows that the call began with. Without one, a flow
// ends.
func (s *step) program() *flow.Program {
	if s.c.Program == nil {
		return &flow.Program{}
	}
	return s.c.Program
}

// moved says whether a flow stands otherwise than before.
func moved(a, b *flow.State) bool {
	return a.Phase != b.Phase || a.Step != b.Step || a.Part != b.Part || a.Asked != b.Asked || a.Taken != b.Taken || a.Tries != b.Tries ||
		a.Digits != b.Digits || a.Talked != b.Talked || !a.Until.Equal(b.Until)
}

// flowWaits says whether a flow has brought the caller to a queue, and decides how
// that goes on.
func (s *step) flowWaits() bool { return s.c.Flow != nil && s.c.Flow.Phase == flow.Queued }

// flowLeads says whether the customer is with the flow itself: no agent is looked for,
// and none talks.
func (s *step) flowLeads() bool {
	if s.c.Flow == nil {
		return false
	}
	switch s.c.Flow.Phase {
	case flow.Queued, flow.Talking, flow.Over:
		return false
	}
	return true
}

// begin begins the flow of a call that comes in. A flow that begins with a queue
// offers the call to those whom the search has found.
func (s *step) begin(in Found) {
	s.found = &in
	s.tell(flow.Start{Flow: s.c.Flow.Flow, Facts: s.c.Flow.Facts})
	if s.found != nil {
		s.found = nil
		s.freeAll(in.Candidates)
	}
}

// BeginsWithQueue says whether a call that is about to come in goes to a queue at
// once, and by which plan: agents can be looked for beforehand.
func (c *Call) BeginsWithQueue(now time.Time) (dialplan.Plan, bool) {
	_, actions := flow.Next(c.Program, *c.Flow, flow.Start{Flow: c.Flow.Flow, Facts: c.Flow.Facts}, now)
	if len(actions) == 0 {
		return dialplan.Plan{}, false
	}
	queue, ok := actions[len(actions)-1].(flow.Enqueue)
	return queue.Plan, ok
}

// act does one thing that the flow says.
func (s *step) act(a flow.Action) {
	switch a := a.(type) {
	case flow.Took:
		s.journal(journal.FlowStep{By: a.By, File: a.At.File, Flow: a.Flow, Kind: string(a.Kind), Line: a.At.Line, Step: a.Step, Version: a.Version})
	case flow.PlaySounds:
		s.flowPlays(a)
	case flow.StopPlay:
		if s.c.Prompt != nil && s.c.Prompt.Asked == a.ID {
			s.stopPrompt()
		}
	case flow.Fetch:
		s.apart(Greeting)
		if !s.c.Customer.Answered { // it may take seconds, and cost the caller nothing
			s.emit(Ring{Leg: s.c.Customer.Leg})
		}
		s.emit(Fetch(a))
	case flow.CountQueues:
		s.apart(Greeting)
		s.emit(CountQueues(a))
	case flow.Tag:
		for _, tag := range a.Tags {
			s.emit(Tag{Tag: tag})
		}
	case flow.Give:
		s.emit(Give(a))
	default:
		s.actTalk(a)
	}
}

// actTalk is act for what is about agents, messages and ends.
func (s *step) actTalk(a flow.Action) {
	switch a := a.(type) {
	case flow.Enqueue:
		s.enqueue(a.Plan)
	case flow.LeaveQueue:
		s.stopAll(PartyMissed, engine.CauseNormal)
	case flow.Record:
		s.takeFlowMessage()
	case flow.StopRecord:
		s.stopTracks(&s.c.Customer.Party)
	case flow.AskBack:
		s.journal(journal.CallbackAsked{})
		s.emit(CallBack{Rank: cmp.Or(s.c.Rank, RankOf(s.now, s.c.Plan.Priority))})
	case flow.Dial:
		s.dialOutside(a)
	case flow.StopDial:
		s.forwardOver(NoAnswer)
	case flow.Grade:
		s.c.Grade = a.Grade
		s.journal(journal.SurveyAnswered{Grade: a.Grade})
	case flow.HandOver:
		s.toNative(a.Extension)
	case flow.HangUp:
		s.flowEnds(a.End)
	}
}

// apart brings the customer to where no agent is, in silence.
func (s *step) apart(to State) {
	from := s.c.State
	switch from {
	case Queued, Ringing, Dialing:
		s.stopPrompt()
		s.stopAll(PartyMissed, engine.CauseNormal)
		if s.c.Customer.Answered {
			s.emit(Music{Leg: s.c.Customer.Leg, On: false})
		}
	case Talking:
		s.outOfTalk()
	}
	if from != to {
		s.enter(to, onFlow)
	}
}

// outOfTalk takes the customer out of a talk that is over, and its room away: a
// later talk begins with another.
func (s *step) outOfTalk() {
	s.stopPrompt()
	if h := s.c.Hold; h != nil { // what follows is no talk, and ends the hold for statistics
		s.journal(journal.CallReleased{Agent: &journal.Agent{AgentID: h.AgentID, Name: h.Name}})
	}
	s.outOfRoom(s.c.Hold != nil || !s.c.AloneSince.IsZero())
	s.everybodyOut()
	s.stopTracks(&s.c.Customer.Party)
	s.emit(DestroyRoom{Room: s.c.Room})
	s.c.Room = ""
}

// flowPlays plays what a step of the flow says. A caller who hears something is
// connected.
func (s *step) flowPlays(a flow.PlaySounds) {
	kind, first := s.stepKind(), s.c.Flow.Part == ""
	to := Greeting
	switch {
	case kind == flow.KindVoicemail:
		to = Voicemail
	case kind == flow.KindSurvey && !s.c.AnsweredAt.IsZero():
		to = Survey
	}
	s.apart(to)
	if !s.c.Customer.Answered {
		s.c.Customer.Answered = true
		s.emit(Answer{Leg: s.c.Customer.Leg})
	}
	switch {
	case kind == flow.KindVoicemail:
		s.journal(journal.VoicemailOffered{Reason: string(cmp.Or(s.c.Flow.Reason, dialplan.Workflow))})
	case kind == flow.KindSurvey && first:
		s.journal(journal.SurveyAsked{})
	}
	s.c.PhaseUntil = time.Time{}
	s.play("flow", a.Sounds)
	s.c.Prompt.Asked = a.ID
}

// stepKind is what the step does that the call stands at.
func (s *step) stepKind() flow.Kind {
	if st := s.program().Flow(s.c.Flow.Flow).Step(s.c.Flow.Step); st != nil {
		return st.Kind
	}
	return ""
}

// enqueue looks for agents as a queue of the flow says. A caller who comes from
// another queue keeps their place; one who has heard nothing yet is not answered.
func (s *step) enqueue(plan dialplan.Plan) {
	since, waited := s.now, s.c.Waits()
	if waited && s.c.Rank != 0 {
		since = time.UnixMicro(s.c.Rank - RankOf(time.UnixMicro(0), s.c.Plan.Priority))
	}
	if s.c.State == Talking {
		s.outOfTalk()
	}
	s.c.Plan = plan
	rank := RankOf(since, plan.Priority)
	if found := s.found; found != nil {
		s.found, s.c.Rank = nil, rank
		s.route(*found)
		return
	}
	s.enter(Queued, onFlow)
	s.c.QueueUntil, s.c.AnnounceAt = time.Time{}, time.Time{}
	s.c.Waiting = Waiting{Rank: rank, Offers: len(s.c.Agents)}
	if s.c.Customer.Answered && !waited {
		s.music()
	}
	s.seekNow()
}

// takeFlowMessage records what the caller says from now on; the flow knows how long
//
func (s *step) takeFlowMessage() {
	s.journal(journal.VoicemailStarted{})
	if !s.c.Customer.recorded() {
		s.openTrack(&s.c.Customer.Party)
	}
}

// hangUpGrace is how long a flow waits when a message is over by itself: mostly the
// caller has hung up, and the engine says so right after.
const hangUpGrace = time.Second

// messageEnds goes on when the engine has ended a message.
func (s *step) messageEnds() {
	if s.flowLeads() {
		s.c.PhaseUntil = s.now.Add(hangUpGrace)
		return
	}
	s.phaseEnds()
}

// flowEnds ends the call as its flow says. After a talk talkOver does.
func (s *step) flowEnds(end flow.End) {
	switch {
	case s.c.State == Talking:
	case end.How == flow.ByQueue:
		s.refuse(end.Reason)
	case !s.c.AnsweredAt.IsZero(): // the agents have left before
		s.finish(onFlow, Ended, ByAgent, "", engine.CauseNormal)
	case !s.c.Customer.Answered:
		s.finish(onFlow, Missed, BySystem, end.Reason, refusalCause(end.Reason))
	default:
		s.finish(onFlow, Missed, BySystem, end.Reason, engine.CauseNormal)
	}
}

// flowOver ends the flow of a call that ends. For a caller who has left, it may know
// another reason why the call is missed.
func (s *step) flowOver(reason dialplan.MissedReason) dialplan.MissedReason {
	if s.c.Flow == nil || s.c.Flow.Phase == flow.Over {
		return reason
	}
	next, _ := flow.Next(s.program(), *s.c.Flow, flow.HungUp{}, s.now)
	if next.End == nil { // it has not begun
		return reason
	}
	if reason == dialplan.UserLeft {
		reason = cmp.Or(next.End.Reason, reason)
	}
	next = next.Forgotten()
	s.c.Flow = &next
	return reason
}
