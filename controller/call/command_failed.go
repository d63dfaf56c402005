package call

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
)

// failed deals with a command that the engine did not carry out. A leg that
// is gone says so itself (LegEnded), and an engine that cannot be reached is
// reconciled with when it is back; the rest is decided here.
func (s *step) failed(in Failed) {
	switch cmd := in.Command.(type) {
	case Record:
		s.notRecorded(cmd, in.Kind)
		return
	case JoinEarly:
		s.notEarly(cmd.Leg, in.Kind)
		return
	case Dial, DialOut, DialForward:
		s.notDialled(in.Command.leg(), in.Kind)
		return
	case Hangup: // the leg of a dial that failed counts as gone, and may be there
		if in.Kind == engine.KindTimeout && (!s.c.State.Over() || slices.Contains(s.c.Legs(), cmd.Leg)) {
			s.emit(cmd)
		}
		return
	}
	if s.c.State.Over() || in.Kind == engine.KindUnreachable {
		return
	}
	if play, ok := in.Command.(Play); ok {
		s.notPlayed(play, in.Kind)
		return
	}
	if in.Kind == engine.KindGone {
		s.goneUnseen(in.Command)
		return
	}
	s.journal(journal.CommandFailed{Command: CommandName(in.Command), Kind: string(in.Kind)})
	switch cmd := in.Command.(type) {
	case HoldLeg:
		s.notHeld(cmd, in.Kind)
	case MuteLeg:
		s.notMuted(cmd)
	case Mask:
		s.notMasked(cmd, in.Kind)
	case Monitor:
		if i := s.agentAt(cmd.Leg); i >= 0 && s.c.Agents[i].State == PartyJoined {
			s.leave(i)
		}
	case HandOver:
		s.notHandedOver(in.Kind)
	case Join, Answer, CreateRoom, UnholdLeg:
		if in.Kind != engine.KindTimeout { // else it may have happened, and the link is about to break
			s.notConnected(in.Command)
		}
	}
}

// goneUnseen ends a call whose customer had hung up before the engine's
// events could be heard: no LegEnded will come.
func (s *step) goneUnseen(c Command) {
	switch c.(type) {
	case Ring, Answer:
		s.legEnded(c.leg(), engine.CauseNormal)
	}
}

// notPlayed goes on as if an announcement had been heard: a missing sound must
// not keep a caller. Where the leg is gone, that is on its way.
func (s *step) notPlayed(cmd Play, kind engine.Kind) {
	if s.c.Prompt == nil || s.c.Prompt.ID != cmd.ID {
		return // the agent's ringing tone
	}
	s.journal(journal.PromptFailed{For: s.c.Prompt.For, Sounds: cmd.Sounds, Why: string(kind)})
	if kind == engine.KindTimeout { // it may be heard all the same
		s.emit(StopPlay{ID: cmd.ID})
	}
	if kind != engine.KindGone {
		s.promptOver()
	}
}

// notConnected lets an agent go whom the engine could not connect; their customer
// goes on to somebody else. A customer who cannot be connected is let go, because
// silence is worse than having to call again.
func (s *step) notConnected(cmd Command) {
	i := s.agentAt(cmd.leg())
	switch {
	case i < 0 && s.c.State == Talking:
		s.talkOver(onEngineFails, BySystem)
	case i < 0:
		s.over(onEngineFails, BySystem, dialplan.RingTimeOver)
	case s.c.Agents[i].State != PartyJoined:
	case s.c.State == Talking && s.speakers() == 1 && !s.c.Customer.Gone:
		s.part(i, PartyLeft)
		s.requeue(onAgentsLost)
	default:
		s.leave(i)
	}
}

// notDialled goes on without a leg that could not be made. Where time ran out
// it may yet ring, or have been answered already: events overtake replies.
func (s *step) notDialled(leg engine.LegID, kind engine.Kind) {
	if kind == engine.KindTimeout {
		i := s.agentAt(leg)
		if i >= 0 && s.c.Agents[i].State == PartyJoined && !s.c.Agents[i].AutoAnswer || leg == s.c.Customer.Leg && s.c.Customer.Answered {
			return
		}
	}
	s.legEnded(leg, engine.CauseFailure)
	if kind == engine.KindTimeout {
		s.emit(Hangup{Leg: leg, Cause: engine.CauseNormal})
	}
}

// NoRoom is the error of a track that was refused because the disk was nearly
// full.
const NoRoom = "the disk was nearly full"

// notRecorded gives up a track that did not begin. One that timed out may have
// begun, or may yet.
func (s *step) notRecorded(cmd Record, kind engine.Kind) {
	if kind == engine.KindTimeout {
		if t := s.track(cmd.ID); t == nil || !t.StartedAt.IsZero() {
			return
		}
		s.emit(StopRecord{ID: cmd.ID})
	}
	why := "the engine did not begin it: " + string(kind)
	if kind == engine.KindNoRoom {
		why = NoRoom
	}
	s.recordingEnded(cmd.ID, s.now, why)
}

// notHeld takes back a hold that failed. One that timed out may have
// happened.
func (s *step) notHeld(cmd HoldLeg, kind engine.Kind) {
	if s.c.Hold == nil {
		return
	}
	s.c.Hold = nil
	s.journal(journal.CallReleased{Failed: true})
	if kind == engine.KindTimeout {
		s.emit(UnholdLeg(cmd))
	}
}

// notMuted shows the agent the microphone's true state. After an unmute that
// failed, that is made sure of: nobody may be heard who believes otherwise.
func (s *step) notMuted(cmd MuteLeg) {
	i := s.agentAt(cmd.Leg)
	if i < 0 {
		return
	}
	s.c.Agents[i].Muted = !cmd.On
	if !cmd.On {
		s.emit(MuteLeg{Leg: cmd.Leg, On: true})
	}
}

// notMasked shows that a recording could not be paused, or that it still is, and
// makes all its tracks so: nobody may read out a card number who believes
// otherwise, nor lose a talk. A track whose pause was refused is left alone, so
// that an engine that refuses both is not asked for ever.
func (s *step) notMasked(cmd Mask, kind engine.Kind) {
	if cmd.On == s.c.PausedSince.IsZero() {
		return // decided anew since
	}
	if cmd.On {
		s.c.PausedSince = time.Time{}
		s.journal(journal.RecordingResumed{Failed: true})
	} else {
		s.c.PausedSince = s.now
		s.journal(journal.RecordingPaused{Failed: true})
	}
	var alone engine.RecordingID
	if cmd.On && kind != engine.KindTimeout {
		alone = cmd.ID
	}
	s.maskTracks(!cmd.On, alone)
}

// CommandName names a command in the journal and the log.
func CommandName(c Command) string { return strings.TrimPrefix(fmt.Sprintf("%T", c), "call.") }
