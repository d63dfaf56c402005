package call

import (
	"slices"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/controller/sounds"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

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
	case s.c.Flow != nil:
		s.begin(in)
	case len(plan.Say) > 0:
		s.announce(onAnnouncement, Greeting, "greeting", plan.Say)
		s.c.Pending = plan.Refuse
	case plan.Refuse != "":
		s.finish(onPlanRefuses, Missed, BySystem, plan.Refuse, refusalCause(plan.Refuse))
	default:
		s.c.Rank = RankOf(s.now, plan.Priority)
		s.route(in)
	}
}

func (s *step) created() {
	s.journal(journal.CallCreated{CallerAddress: s.c.CallerAddress, CallerName: s.c.CallerName, ContactID: s.c.Customer.ContactID,
		Direction: s.c.Direction, From: s.c.From, Kind: s.c.Kind, To: s.c.To})
}

// refuse turns away a caller who could not be helped: as their flow says, with the
// chance to leave a message where the plan has that, with an announcement where they are
// connected already, else with the network's own tone.
func (s *step) refuse(reason dialplan.MissedReason) {
	switch {
	case s.flowWaits():
		s.tell(flow.Unhelped{Reason: reason})
	case !s.c.AnsweredAt.IsZero(), s.c.Out != nil:
		s.over(onNobodyHelps, BySystem, reason)
	case slices.Contains(s.c.Plan.VoicemailOn, string(reason)):
		s.voicemail(onNobodyHelps, reason)
	case s.c.Customer.Answered:
		s.announce(onNobodyHelps, Greeting, "sorry", []string{s.sound(sorry(reason))})
		s.c.Pending = reason
	default:
		s.finish(onNobodyHelps, Missed, BySystem, reason, refusalCause(reason))
	}
}

// refusalCause is what the caller's network is told of a call that was never
// answered.
func refusalCause(reason dialplan.MissedReason) engine.Cause {
	switch reason {
	case dialplan.BlockedUser:
		return engine.CauseRejected
	case dialplan.InboundRateLimit:
		return engine.CauseCongestion
	case dialplan.ExceededQueue:
		return engine.CauseBusy
	default:
		return engine.CauseNoAnswer
	}
}

// sorry is what a caller hears who is turned away.
func sorry(reason dialplan.MissedReason) string {
	if reason == dialplan.ExceededQueue {
		return sounds.QueueFull
	}
	return sounds.Unavailable
}
