package call

import (
	"slices"
	"strings"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/sounds"
	"ringdesk/dialplan"
)

// do carries out an agent's command; the returned reason, if any, says why it
// cannot be done.
func (s *step) do(in Do) string {
	switch in.Action {
	case Assign:
		return s.assign(in)
	case Listen, Whisper, Barge:
		return s.supervise(in)
	}
	i := s.c.present(in.AgentID)
	if i < 0 {
		return "You are not in this call."
	}
	if in.Action == Decline {
		return s.decline(i)
	}
	if s.c.Agents[i].State != PartyJoined {
		return "Answer the call first."
	}
	switch in.Action {
	case Leave, Unlisten:
		s.leave(i)
		return ""
	case EndCall:
		return s.endForAll(i)
	}
	if s.c.Agents[i].Role != Speaker {
		return "You are listening only: barge in first."
	}
	if s.c.State != Talking {
		return "The customer is not connected yet."
	}
	return s.doInTalk(i, in)
}

// doInTalk is what only those can do who talk.
func (s *step) doInTalk(i int, in Do) string {
	switch in.Action {
	case Mute, Unmute:
		s.mute(i, in.Action == Mute)
	case PutHold:
		return s.hold(i)
	case Release:
		s.release(i)
	case SendDTMF:
		return s.sendDTMF(i, in.Digits)
	case Invite:
		return s.invite(i, in)
	case CancelInvite:
		return s.cancelInvite(in.Target)
	case Transfer:
		return s.transfer(i, in)
	case PauseRecording, ResumeRecording:
		return s.mask(i, in.Action == PauseRecording)
	case AskHelp, HelpDone:
		s.help(i, in.Action == AskHelp)
	case Warn:
		return s.warn(i)
	case TurnAway:
		return s.turnAway(i)
	default:
		return "ringdesk does not know this action."
	}
	return ""
}

func (s *step) decline(i int) string {
	if s.c.Agents[i].State != PartyRinging {
		return "You have answered this call already: leave it instead."
	}
	s.stopRinging(i, PartyDeclined, engine.CauseRejected)
	s.nobodyRings()
	return ""
}

// endForAll ends the call for everybody (CALL-6).
func (s *step) endForAll(i int) string {
	if s.c.Agents[i].Role != Speaker {
		return "You are listening only: barge in first."
	}
	if s.c.State == Talking && (s.c.Plan.Survey || !s.c.Met) {
		s.everybodyOut()
		s.talkOver(ByAgent)
		return ""
	}
	s.finish(Ended, ByAgent, "", engine.CauseNormal)
	return ""
}

// mute silences an agent for everybody and for the recording (CALL-4).
func (s *step) mute(i int, on bool) {
	a := &s.c.Agents[i]
	if a.Muted == on {
		return
	}
	a.Muted = on
	typ := "agent.unmuted"
	if on {
		typ = "agent.muted"
	}
	s.journal(typ, map[string]any{"agentId": a.AgentID})
	s.emit(MuteLeg{Leg: a.Leg, On: on})
}

// hold gives the customer music (HOLD-1, HOLD-2). Holding twice is no error:
// two agents may press at the same moment. It stays when the one who pressed it
// leaves (HOLD-3).
func (s *step) hold(i int) string {
	if s.c.Kind != "phone" {
		return "Only phone calls can be put on hold."
	}
	if s.c.Hold != nil {
		return ""
	}
	a := &s.c.Agents[i]
	s.c.Hold = &Hold{AgentID: a.AgentID, Name: a.Name, Since: s.now}
	s.journal("call.held", about(a))
	s.emit(HoldLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
	return ""
}

// release ends hold; any agent in the call may (HOLD-2).
func (s *step) release(i int) {
	if s.c.Hold == nil {
		return
	}
	s.c.Hold = nil
	s.journal("call.released", about(&s.c.Agents[i]))
	if s.c.AloneSince.IsZero() {
		s.emit(UnholdLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
	}
}

// sendDTMF plays keys to the customer's side (CALL-2). Only how many is
// written down (CALL-7).
func (s *step) sendDTMF(i int, digits string) string {
	if digits == "" || strings.Trim(digits, "0123456789*#ABCD") != "" {
		return "Digits can be 0-9, *, # and A-D."
	}
	s.journal("agent.dtmf", map[string]any{"agentId": s.c.Agents[i].AgentID, "count": len(digits)})
	s.emit(PlayDigits{Leg: s.c.Customer.Leg, Digits: digits})
	return ""
}

// mostAgents is how many agents a call takes beside the customer (CALL-3).
const mostAgents = 9

// The texts about agents who cannot be called in.
const (
	full      = "This call has 10 participants already: somebody must leave before another can be invited."
	hereTwice = "This colleague is in the call already."
)

// invite calls a colleague in (CALL-3).
func (s *step) invite(i int, in Do) string {
	switch {
	case s.c.present(in.Target) >= 0:
		return hereTwice
	case s.speakers() >= mostAgents:
		return full
	case in.Candidate == nil:
		return in.Why
	}
	s.ring(*in.Candidate, s.c.Agents[i].AgentID)
	return ""
}

func (s *step) cancelInvite(target string) string {
	i := s.c.present(target)
	if i < 0 || s.c.Agents[i].State != PartyRinging {
		return "This colleague is not being called."
	}
	s.stopRinging(i, PartyMissed, engine.CauseNormal)
	return ""
}

// transfer hands the customer over: to a colleague who has joined (attended), to
// one who is rung now (blind), or to a team's queue (CALL-7).
func (s *step) transfer(i int, in Do) string {
	if in.Team != "" {
		s.journal("call.transferred", map[string]any{"agentId": s.c.Agents[i].AgentID, "team": in.Team})
		s.c.Plan.Levels = append([]dialplan.Level{{Team: in.Team, Rounds: 1}}, s.c.Plan.Levels...)
		s.c.Level = 0
		s.requeue("transfer")
		return ""
	}
	j := s.c.present(in.Target)
	switch {
	case j == i:
		return "Choose a colleague to hand the call over to."
	case j >= 0 && s.c.Agents[j].speaks():
		s.journal("call.transferred", map[string]any{"agentId": s.c.Agents[i].AgentID, "to": in.Target, "attended": true})
		s.release(i)
		s.leave(i)
		return ""
	case j >= 0:
		return "This colleague has not answered yet: wait until they have, or cancel the invitation."
	case in.Candidate == nil:
		return in.Why
	}
	s.journal("call.transferred", map[string]any{"agentId": s.c.Agents[i].AgentID, "to": in.Target, "attended": false})
	by := s.c.Agents[i].AgentID
	s.part(i, PartyLeft)
	if s.anySpeaks() { // colleagues go on talking until the new one joins
		s.ring(*in.Candidate, by)
		s.follow(by)
		s.aloneOrNot()
		return ""
	}
	s.handOver(*in.Candidate, by)
	return ""
}

// handOver rings one agent for a customer who hears music meanwhile. Where they
// do not answer, the call goes on as from the head of the queue.
func (s *step) handOver(c Candidate, by string) {
	s.dismissWatchers()
	s.journal("call.requeued", map[string]any{"why": "transfer", "agentId": c.AgentID})
	s.enter(Ringing)
	s.c.Hold, s.c.AloneSince, s.c.SeekAt = nil, time.Time{}, time.Time{}
	s.c.Offers = len(s.c.Agents)
	s.c.Rank = rankOf(s.now, headPriority)
	s.queued()
	s.music()
	s.ring(c, by)
}

// assign offers a waiting call to one agent by hand (IN-3, IN-9).
func (s *step) assign(in Do) string {
	switch {
	case !s.c.Waits():
		return "Only a call that waits or rings can be assigned: invite the colleague, or transfer the call."
	case s.c.present(in.Target) >= 0:
		return "This colleague's phone rings already."
	case in.Candidate == nil:
		return in.Why
	}
	s.stopAll(PartyTaken, engine.CauseAnsweredElsewhere)
	s.c.Offers = len(s.c.Agents) // should it be declined, those who rang may be asked again
	s.c.RingUntil, s.c.SeekAt = time.Time{}, time.Time{}
	s.journal("call.assigned", map[string]any{"agentId": in.Target, "by": in.AgentID})
	if s.c.State == Queued {
		s.enter(Ringing)
	}
	s.ring(*in.Candidate, in.AgentID)
	return ""
}

// supervise lets a supervisor listen, whisper or barge in (CALL-7).
func (s *step) supervise(in Do) string {
	switch {
	case !in.Supervisor:
		return "Only supervisors can listen to a colleague's call."
	case !s.c.Plan.Monitored:
		return "The announcement of this number does not tell callers that somebody may listen, so nobody may."
	case s.c.State != Talking:
		return "Nobody talks in this call at the moment."
	}
	i := s.c.present(in.AgentID)
	if i >= 0 && s.c.Agents[i].Role == Speaker {
		return "You take part in this call already."
	}
	if in.Action == Barge && s.speakers() >= mostAgents {
		return full
	}
	if i < 0 {
		if in.Candidate == nil {
			return in.Why
		}
		a := newAgent(*in.Candidate, s.now)
		a.State, a.JoinedAt, a.Redial = PartyJoined, s.now, true
		s.c.Agents = append(s.c.Agents, a)
		i = len(s.c.Agents) - 1
		s.emit(Occupy{AccountID: a.AccountID})
		s.emit(Dial{Agent: a})
	}
	a := &s.c.Agents[i]
	a.Role = map[Action]Role{Listen: Listening, Whisper: Whispering, Barge: Speaker}[in.Action]
	if in.Target != "" {
		a.Watches = in.Target
	}
	s.journal("supervisor."+string(in.Action), about(a))
	switch {
	case a.Redial: // when the phone has answered
	case a.Role == Speaker:
		s.comeIn(i)
	default:
		s.watch(i)
	}
	return ""
}

// mask keeps card data out of the recording: time goes on, in silence (CALL-7).
func (s *step) mask(i int, on bool) string {
	if !s.c.Recording {
		return "This call is not recorded."
	}
	if on == !s.c.MaskedSince.IsZero() {
		return ""
	}
	typ := "recording.resumed"
	s.c.MaskedSince = time.Time{}
	if on {
		typ, s.c.MaskedSince, s.c.Masks = "recording.paused", s.now, true
	}
	s.journal(typ, about(&s.c.Agents[i]))
	s.maskTracks(on, "")
	return ""
}

// maskTracks silences the tracks that run, or ends that. One that has not
// started yet is masked when it does. One can be left alone.
func (s *step) maskTracks(on bool, alone engine.RecordingID) {
	for _, p := range s.parties() {
		for _, t := range p.Tracks {
			if !t.Closed && !t.StartedAt.IsZero() && t.ID != alone {
				s.emit(Mask{ID: t.ID, On: on})
			}
		}
	}
}

// help asks for a supervisor, or no longer (CALL-7).
func (s *step) help(i int, on bool) {
	if on == (s.c.Help != nil) {
		return
	}
	a := &s.c.Agents[i]
	s.c.Help = nil
	typ := "help.done"
	if on {
		typ, s.c.Help = "help.asked", &Help{AgentID: a.AgentID, Name: a.Name, Since: s.now}
	}
	s.journal(typ, about(a))
}

// warn plays the protection's warning to the customer, in the talk (CALL-7).
func (s *step) warn(i int) string {
	if s.c.Prompt != nil {
		return "An announcement is being played already."
	}
	s.journal("call.warned", about(&s.c.Agents[i]))
	s.play("warning", []string{s.sound(sounds.Warning)})
	return ""
}

// abusive is the tag of conversations that the agent's protection ended.
const abusive = "abusive"

// turnAway ends the call for an abusive caller: the closing announcement, a
// tag, and a block (CALL-7).
func (s *step) turnAway(i int) string {
	a := s.c.Agents[i]
	s.journal("call.turnedAway", about(&a))
	s.emit(Tag{Tag: abusive})
	if days := s.c.Plan.BlockDays; days > 0 && s.c.Direction == "inbound" && s.c.From != "" {
		s.emit(Block{AgentID: a.AgentID, Until: s.now.AddDate(0, 0, days)})
	}
	held := s.c.Hold != nil
	s.everybodyOut()
	s.c.TurnedAway = true
	if held {
		s.emit(UnholdLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
	}
	s.announce("closing", []string{s.sound(sounds.Closing)})
	return ""
}

// isKey says whether a setting names the key that was pressed.
func isKey(setting, digit string) bool {
	return setting != "" && setting == digit && slices.Contains([]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"}, digit)
}
