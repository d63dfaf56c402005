package call

import (
	"strconv"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/controller/sounds"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

// promptLimit is how long a prompt counts as playing though the engine says
// nothing of its end.
const promptLimit = 6 * time.Minute

// sound names a prompt in the call's language.
func (s *step) sound(name string) string { return sounds.Say(s.c.Plan.Language, name) }

// play plays sounds to the customer. promptOver decides what follows when they
// end.
func (s *step) play(what string, names []string) {
	s.stopPrompt()
	s.c.Prompts++
	p := &Prompt{ID: engine.PlaybackID(s.promptIDs() + strconv.Itoa(s.c.Prompts)), For: what, Sounds: names, Until: s.now.Add(promptLimit)}
	s.c.Prompt = p
	s.emit(Play{ID: p.ID, Leg: s.c.Customer.Leg, Sounds: names})
}

// promptIDs begins the announcements' ids; their numbers follow.
func (s *step) promptIDs() string { return s.c.ID + "-" }

// announce is play in a state in which no agent is there.
func (s *step) announce(on Trigger, to State, what string, names []string) {
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
	s.enter(to, on)
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
		s.journal(journal.PromptFailed{For: s.c.Prompt.For, Sounds: s.c.Prompt.Sounds, Why: in.Failed})
	}
	s.promptOver()
}

// promptOver goes on after an announcement.
func (s *step) promptOver() {
	what, asked := s.c.Prompt.For, s.c.Prompt.Asked
	s.c.Prompt = nil
	switch what {
	case "flow":
		s.tell(flow.PlayEnded{ID: asked})
	case "greeting", "sorry":
		s.greeted()
	case "position":
		s.music() // the announcement has stopped it
	case "closing":
		s.finish(onAnnouncementOver, Ended, ByAgent, "", engine.CauseNormal)
	case "callback":
		s.over(onAnnouncementOver, BySystem, dialplan.Workflow)
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
		if s.voicemailFor(reason) {
			s.voicemail(onAnnouncementOver, reason)
			return
		}
		s.finish(onAnnouncementOver, Missed, BySystem, reason, engine.CauseNormal)
		return
	}
	s.enter(Queued, onAnnouncementOver)
	s.c.Rank = RankOf(s.now, s.c.Plan.Priority)
	s.music() // they are connected: phones that ring are not to be heard
	s.seekNow()
}
