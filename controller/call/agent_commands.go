package call

import (
	"strings"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/controller/reason"
)

// Why agents may not act in a call.
var (
	notIn     = reason.Of(reason.NotInCall, "You are not in this call.")
	inAlready = reason.Of(reason.InCallAlready, "You take part in this call already.")
)

// do carries out an agent's command; the returned reason, if any, says why it
// cannot be done.
func (s *step) do(in Do) *reason.Why {
	switch in.Action {
	case Assign:
		return s.assign(in)
	case Listen, Whisper, Barge:
		return s.supervise(in)
	case Rejoin:
		return s.comeBack(in)
	}
	i := s.c.Present(in.AgentID)
	if i < 0 {
		return notIn
	}
	if in.Action == Decline {
		return s.decline(i)
	}
	if s.c.Agents[i].State != PartyJoined {
		return reason.Of(reason.AnswerFirst, "Answer the call first.")
	}
	switch in.Action {
	case Leave, Unlisten:
		s.leave(i)
		return nil
	case EndCall:
		return s.endForAll(i)
	}
	if s.c.Agents[i].Role != Speaker {
		return reason.Of(reason.ListeningOnly, "You are listening only: barge in first.")
	}
	if s.c.State != Talking {
		return reason.Of(reason.CustomerNotConnected, "The customer is not connected yet.")
	}
	return s.doInTalk(i, in)
}

// doInTalk is what only those can do who talk.
func (s *step) doInTalk(i int, in Do) *reason.Why {
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
		return reason.Of(reason.Malformed, "ringdesk does not know this action.")
	}
	return nil
}

// endForAll ends the call for everybody (CALL-6).
func (s *step) endForAll(i int) *reason.Why {
	if s.c.Agents[i].Role != Speaker {
		return reason.Of(reason.ListeningOnly, "You are listening only: barge in first.")
	}
	if s.c.State == Talking && (s.c.Plan.Survey || s.c.Flow != nil || !s.c.Met) {
		s.everybodyOut()
		s.talkOver(onAgentEnds, ByAgent)
		return nil
	}
	s.finish(onAgentEnds, Ended, ByAgent, "", engine.CauseNormal)
	return nil
}

// mute silences an agent for everybody and for the recording (CALL-4).
func (s *step) mute(i int, on bool) {
	a := &s.c.Agents[i]
	if a.Muted == on {
		return
	}
	a.Muted = on
	if on {
		s.journal(journal.AgentMuted{AgentID: a.AgentID})
	} else {
		s.journal(journal.AgentUnmuted{AgentID: a.AgentID})
	}
	s.emit(MuteLeg{Leg: a.Leg, On: on})
}

// sendDTMF plays keys to the customer's side (CALL-2). Only how many is
// written down (CALL-7).
func (s *step) sendDTMF(i int, digits string) *reason.Why {
	if digits == "" || strings.Trim(digits, "0123456789*#ABCD") != "" {
		return reason.Of(reason.BadDigits, "Digits can be 0-9, *, # and A-D.")
	}
	s.journal(journal.AgentDTMF{AgentID: s.c.Agents[i].AgentID, Count: len(digits)})
	s.emit(PlayDigits{Leg: s.c.Customer.Leg, Digits: digits})
	return nil
}

// help asks for a supervisor, or no longer (CALL-7).
func (s *step) help(i int, on bool) {
	if on == (s.c.Help != nil) {
		return
	}
	a := &s.c.Agents[i]
	if on {
		s.c.Help = &Help{AgentID: a.AgentID, Name: a.Name, Since: s.now}
		s.journal(journal.HelpAsked{Agent: about(a)})
	} else {
		s.c.Help = nil
		s.journal(journal.HelpDone{Agent: about(a)})
	}
}
