package call

import (
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/controller/sounds"
	"ringdesk/dialplan"
)

// askedBack begins a callback: it waits in the caller's place, without the
// caller.
func (s *step) askedBack() {
	if s.c.State != "" {
		return
	}
	s.created()
	s.enter(Queued, onCallbackMade)
	s.c.Rank = s.c.Out.Callback.Rank
	s.queued()
	s.journal(journal.CallQueued{Callback: true, Team: s.c.Team()})
	s.seekNow()
}

// callable says whether the customer could be called back: they have called,
// and their number is not withheld.
func (s *step) callable() bool { return s.c.From != "" && s.c.Direction == "inbound" }

// askForCallback ends the wait of a caller who would rather be called back.
func (s *step) askForCallback() {
	if !s.callable() {
		return
	}
	s.journal(journal.CallbackAsked{})
	s.emit(CallBack{Rank: s.c.Rank})
	s.announce(onKey, Greeting, "callback", []string{s.sound(sounds.CallbackConfirmed)})
	s.c.Pending = dialplan.Workflow
}

// callbackTries and callbackPause bound how often a customer is called back who
// does not answer.
const (
	callbackTries = 3
	callbackPause = 5 * time.Minute
)

// backToPlace lets a callback wait again that its agent gave up: for another
// agent, in its old place. The try does not count.
func (s *step) backToPlace() {
	s.stopRingback()
	if !s.c.Customer.Gone {
		s.emit(Hangup{Leg: s.c.Customer.Leg, Cause: engine.CauseNormal})
		s.c.Customer.Gone = true
	}
	s.everybodyOut()
	s.c.Out.Callback.Attempts--
	s.enter(Queued, onAgentsLeave)
	s.c.Rank = s.c.Out.Callback.Rank
	s.c.Offers = len(s.c.Agents)
	s.queued()
	s.seekNow()
}

// barred ends a callback that the caps do not allow any more. It was not
// dialled.
func (s *step) barred() {
	if s.c.State != Dialing || s.c.Out == nil || s.c.Out.Callback == nil {
		return
	}
	// Where the step could not be saved in time, it is being dialled.
	s.emit(Hangup{Leg: s.c.Customer.Leg, Cause: engine.CauseNormal})
	s.c.Customer.Gone = true
	s.journal(journal.CallbackBarred{})
	s.c.Outcome = Failure
	s.finish(onCapsUsedUp, Ended, BySystem, "", engine.CauseNormal)
}
