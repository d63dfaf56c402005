package call

import (
	"strings"

	"ringdesk/controller/engine"
)

// do carries out an agent's command; the returned reason, if any, says why it
// cannot be done.
func (s *step) do(in Do) string {
	i := -1
	for j, a := range s.c.Agents {
		if a.AgentID == in.AgentID && (a.State == PartyRinging || a.State == PartyJoined) {
			i = j
		}
	}
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
	case Mute, Unmute:
		s.mute(i, in.Action == Mute)
	case PutHold:
		return s.hold(i)
	case Release:
		s.release(i)
	case Leave:
		s.leave(i)
	case EndCall:
		s.finish(Ended, ByAgent, "", engine.CauseNormal)
	case SendDTMF:
		return s.sendDTMF(i, in.Digits)
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
// two agents may press at the same moment.
func (s *step) hold(i int) string {
	if s.c.Kind != "phone" {
		return "Only phone calls can be put on hold."
	}
	if s.c.Hold != nil {
		return ""
	}
	a := &s.c.Agents[i]
	s.c.Hold = &Hold{AgentID: a.AgentID, Name: a.Name, Since: s.now}
	s.journal("call.held", map[string]any{"agentId": a.AgentID, "name": a.Name})
	s.emit(HoldLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
	return ""
}

// release ends hold; any agent in the call may (HOLD-2).
func (s *step) release(i int) {
	if s.c.Hold == nil {
		return
	}
	s.c.Hold = nil
	a := &s.c.Agents[i]
	s.journal("call.released", map[string]any{"agentId": a.AgentID, "name": a.Name})
	s.emit(UnholdLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
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
