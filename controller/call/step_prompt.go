package call

import (
	"strconv"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/sounds"
)

// promptLimit is how long a prompt counts as playing though the engine says
// nothing of its end.
const promptLimit = 6 * time.Minute

// sound names a prompt in the call's language.
func (s *step) sound(name string) string { return sounds.Say(s.c.Plan.Language, name) }

// sorry is what a caller hears who is turned away.
func sorry(reason MissedReason) string {
	if reason == ExceededQueue {
		return sounds.QueueFull
	}
	return sounds.Unavailable
}

// play plays sounds to the customer. What follows is decided when they end
// (promptOver).
func (s *step) play(what string, names []string) {
	s.stopPrompt()
	s.c.Prompts++
	p := &Prompt{ID: engine.PlaybackID(s.c.ID + "-" + strconv.Itoa(s.c.Prompts)), For: what, Sounds: names, Until: s.now.Add(promptLimit)}
	s.c.Prompt = p
	s.emit(Play{ID: p.ID, Leg: s.c.Customer.Leg, Sounds: names})
}

// announce is play while no agent is there.
func (s *step) announce(what string, names []string) {
	s.stopAll(PartyMissed, engine.CauseNormal)
	leg := s.c.Customer.Leg
	switch {
	case !s.c.Customer.Answered:
		s.c.Customer.Answered = true
		s.emit(Answer{Leg: leg})
	case s.c.Room == "":
		s.emit(Music{Leg: leg, On: false})
	case s.c.Waits(): // one who has talked already waits on hold
		s.outOfRoom(true)
	}
	s.enter(Greeting)
	s.c.SeekAt, s.c.RingUntil = time.Time{}, time.Time{}
	s.play(what, names)
}

// outOfRoom takes the customer out of the room, into silence.
func (s *step) outOfRoom(held bool) {
	if held { // the music stops with the hold
		s.emit(UnholdLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
	}
	s.emit(Part{Room: s.c.Room, Leg: s.c.Customer.Leg})
}

// stopPrompt ends an announcement early.
func (s *step) stopPrompt() {
	if s.c.Prompt != nil {
		s.emit(StopPlay{ID: s.c.Prompt.ID})
		s.c.Prompt = nil
	}
}

func (s *step) playbackEnded(in engine.PlaybackEnded) {
	if s.c.Prompt == nil || s.c.Prompt.ID != in.Playback {
		return
	}
	if in.Failed != "" {
		s.journal("prompt.failed", map[string]any{"for": s.c.Prompt.For, "sounds": s.c.Prompt.Sounds, "why": in.Failed})
	}
	s.promptOver()
}

// promptOver goes on after an announcement.
func (s *step) promptOver() {
	what := s.c.Prompt.For
	s.c.Prompt = nil
	switch what {
	case "greeting", "sorry":
		s.greeted()
	case "position":
		s.music() // the announcement has stopped it
	case "closing":
		s.finish(Ended, ByAgent, "", engine.CauseNormal)
	case "callback":
		s.over(BySystem, Workflow)
	case "voicemail":
		s.takeMessage()
	case "survey":
		s.c.PhaseUntil = s.now.Add(surveyPause)
	case "thanks":
		s.phaseEnds()
	}
}

// greeted goes on after the first announcement: the caller is turned away as
// the plan says, or agents are looked for.
func (s *step) greeted() {
	if reason := s.c.Pending; reason != "" {
		s.c.Pending = ""
		if s.voicemailFor(reason) {
			s.voicemail(reason)
			return
		}
		s.finish(Missed, BySystem, reason, engine.CauseNormal)
		return
	}
	s.c.Rank = rankOf(s.now, s.c.Plan.Priority)
	s.enter(Queued)
	s.music() // they are connected: phones that ring are not to be heard
	s.seekNow()
}

// located tells the caller who waits how many are ahead, and how long it may
// take (IN-6).
func (s *step) located(in Located) {
	if s.c.State != Queued || s.c.Prompt != nil || s.c.Customer.Gone {
		return
	}
	names := sounds.Position(s.c.Plan.Language, in.Ahead)
	if in.Wait > 0 {
		names = append(names, sounds.Wait(s.c.Plan.Language, in.Wait)...)
	}
	if s.c.Plan.CallbackKey != "" && s.callable() {
		names = append(names, sounds.Offer(s.c.Plan.Language, sounds.CallbackOffer, s.c.Plan.CallbackKey)...)
	}
	if s.c.Plan.VoicemailKey != "" && s.c.Direction == "inbound" {
		names = append(names, sounds.Offer(s.c.Plan.Language, sounds.VoicemailOffer, s.c.Plan.VoicemailKey)...)
	}
	s.journal("queue.announced", map[string]any{"ahead": in.Ahead, "waitMs": in.Wait.Milliseconds()})
	s.play("position", names)
}

// pressed is a key of the customer's (CALL-2). Which one it was is written down
// in no talk: it may be a card number (CALL-7).
func (s *step) pressed(in engine.DTMF) {
	if in.Leg != s.c.Customer.Leg {
		return
	}
	switch s.c.State {
	case Talking:
		s.journal("customer.dtmf", nil)
	case Queued, Ringing:
		switch {
		case s.c.Direction != "inbound":
		case isKey(s.c.Plan.CallbackKey, in.Digit):
			s.askForCallback()
		case isKey(s.c.Plan.VoicemailKey, in.Digit):
			s.voicemail(Workflow)
		}
	case Voicemail:
		if in.Digit == "#" {
			s.phaseEnds()
		}
	case Survey:
		s.grade(in.Digit)
	}
}
