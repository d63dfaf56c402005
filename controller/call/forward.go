package call

import (
	"strconv"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/controller/outbound"
	"ringdesk/dialplan/flow"
)

// Forward is a number outside that a flow has the caller connected to (OUT-9). Nobody of
// ours talks, so nothing is recorded, and the call counts as missed.
type Forward struct {
	ID         string           `json:"id"`
	Number     string           `json:"number"`         // E.164
	From       string           `json:"from,omitempty"` // business number to show; "" for the one that was dialled
	Seconds    int              `json:"seconds"`        // ring time
	Routes     []outbound.Route `json:"routes,omitempty"`
	Tried      int              `json:"tried,omitempty"`
	Leg        engine.LegID     `json:"leg,omitempty"`  // of the latest dial
	Gone       bool             `json:"gone,omitempty"` // the leg has ended, or is not made yet
	DialledAt  time.Time        `json:"dialledAt,omitzero"`
	AnsweredAt time.Time        `json:"answeredAt,omitzero"`
	TalkUntil  time.Time        `json:"talkUntil,omitzero"` // the caps allow no more (OUT-9)
	Most       int              `json:"most,omitempty"`     // seconds of talk; 0 means no limit
	Over       bool             `json:"over,omitempty"`     // the call has gone on without it
}

// forward is the Forward that is under way; nil without one.
func (c *Call) forward() *Forward {
	if n := len(c.Forwards); n > 0 && !c.Forwards[n-1].Over {
		return &c.Forwards[n-1]
	}
	return nil
}

// dialOutside begins a Forward: whether it may be dialled is asked first. Meanwhile the
// caller hears ringing, or music if they are connected.
func (s *step) dialOutside(a flow.Dial) {
	quiet := s.c.State == Greeting || s.c.State == Voicemail || s.c.State == Survey || s.c.State == Talking
	if s.c.State == Talking {
		s.outOfTalk()
	}
	s.stopAll(PartyMissed, engine.CauseNormal)
	s.enter(Dialing, onFlow)
	s.c.Forwards = append(s.c.Forwards, Forward{ID: s.c.ID + "-forward" + strconv.Itoa(len(s.c.Forwards)+1), Number: a.To, From: a.From, Seconds: a.Seconds, Gone: true})
	s.emit(ForwardBegun{})
	switch {
	case !s.c.Customer.Answered:
		s.emit(Ring{Leg: s.c.Customer.Leg})
	case quiet:
		s.music()
	}
}

// forwardable dials, if that is allowed.
func (s *step) forwardable(in Forwardable) {
	f := s.c.forward()
	switch {
	case f == nil || f.ID != in.ID || f.Tried > 0:
	case len(in.Routes) == 0:
		s.forwardOver(Failure)
		s.tell(flow.NotReached{})
	default:
		f.Routes, f.Most = in.Routes, in.Seconds
		s.dialForward(f)
	}
}

// dialForward tries the next trunk.
func (s *step) dialForward(f *Forward) {
	route := f.Routes[f.Tried]
	f.Tried++
	f.Leg, f.Gone, f.DialledAt = engine.LegID(f.ID+"-"+strconv.Itoa(f.Tried)), false, s.now
	s.journal(journal.ForwardDialled{Attempt: f.Tried, Number: f.Number, Trunk: route.TrunkID})
	if f.Tried > 1 {
		s.emit(ForwardTrunk{ID: f.ID, Trunk: route.TrunkID})
	}
	s.emit(DialForward{Leg: f.Leg, Route: route, Number: f.Number, Timeout: seconds(f.Seconds)})
}

// forwardAnswered connects the caller with the number outside. It says whether the leg
// is that of a Forward.
func (s *step) forwardAnswered(leg engine.LegID) bool {
	i := s.forwardAt(leg)
	if i < 0 {
		return false
	}
	f := &s.c.Forwards[i]
	if f.Over || f.Gone || f.Leg != leg {
		s.emit(Hangup{Leg: leg, Cause: engine.CauseNormal})
		return true
	}
	if !f.AnsweredAt.IsZero() {
		return true
	}
	f.AnsweredAt = s.now
	if f.Most > 0 {
		f.TalkUntil = s.now.Add(seconds(f.Most))
	}
	s.journal(journal.ForwardAnswered{Number: f.Number, WaitMS: s.now.Sub(f.DialledAt).Milliseconds()})
	customer := s.c.Customer.Leg
	if s.c.Customer.Answered {
		s.emit(Music{Leg: customer, On: false})
	} else {
		s.emit(Answer{Leg: customer})
		s.c.Customer.Answered = true
	}
	s.openRoom()
	s.emit(Join{Room: s.c.Room, Leg: leg})
	s.emit(Join{Room: s.c.Room, Leg: customer})
	s.tell(flow.Connected{})
	return true
}

// forwardAt finds the Forward that a leg is of, be it of an earlier dial; -1 if of none.
func (s *step) forwardAt(leg engine.LegID) int {
	for i := range s.c.Forwards {
		for n := 1; n <= s.c.Forwards[i].Tried; n++ {
			if leg == engine.LegID(s.c.Forwards[i].ID+"-"+strconv.Itoa(n)) {
				return i
			}
		}
	}
	return -1
}

// forwardEnded goes on when the leg outside has ended: by another trunk, or as the flow
// says. It says whether the leg is that of a Forward.
func (s *step) forwardEnded(leg engine.LegID, cause engine.Cause) bool {
	i := s.forwardAt(leg)
	if i < 0 {
		return false
	}
	f := &s.c.Forwards[i]
	if f.Leg != leg || f.Gone {
		return true
	}
	f.Gone = true
	switch {
	case f.Over:
		s.drained()
	case !f.AnsweredAt.IsZero():
		s.partForward()
		s.tell(flow.TalkEnded{})
	case outcomeOf(cause) == Failure && f.Tried < len(f.Routes) && !s.restarted:
		s.dialForward(f)
	default:
		s.forwardOver(outcomeOf(cause))
		s.tell(flow.NotReached{})
	}
	return true
}

// partForward ends a Forward that was answered, and takes the customer out of its room.
func (s *step) partForward() {
	s.forwardOver(Answered)
	if !s.c.Customer.Gone {
		s.outOfRoom(false)
	}
	s.emit(DestroyRoom{Room: s.c.Room})
	s.c.Room = ""
}

// forwardOver lets a Forward go that is under way.
func (s *step) forwardOver(outcome Outcome) {
	f := s.c.forward()
	if f == nil {
		return
	}
	ended := journal.ForwardEnded{Number: f.Number, Outcome: string(outcome)}
	if !f.AnsweredAt.IsZero() {
		ended.Outcome, ended.TalkMS = string(Answered), s.now.Sub(f.AnsweredAt).Milliseconds()
	}
	f.Over, f.TalkUntil = true, time.Time{}
	if !f.Gone {
		s.emit(Hangup{Leg: f.Leg, Cause: engine.CauseNormal})
	}
	s.journal(ended)
	s.emit(ForwardOver{ID: f.ID, Answered: f.AnsweredAt, Ended: s.now})
}

// forwardLimit ends a talk with a number outside that has lasted as long as the caps
// allow (OUT-9).
func (s *step) forwardLimit() {
	s.journal(journal.OutboundLimit{})
	s.partForward()
	s.tell(flow.TalkEnded{})
}

// reconcileForwards makes the numbers outside and the engine agree after a gap.
func (s *step) reconcileForwards(snap engine.Snapshot) {
	for i := range s.c.Forwards {
		f := s.c.Forwards[i]
		leg, there := snap.Legs[f.Leg]
		switch {
		case there && (f.Gone || f.Over):
			s.emit(Hangup{Leg: f.Leg, Cause: engine.CauseNormal})
		case !there && !f.Gone:
			s.forwardEnded(f.Leg, engine.CauseInterworking)
			s.emit(Hangup{Leg: f.Leg, Cause: engine.CauseNormal})
		case there && leg.Answered && f.AnsweredAt.IsZero():
			s.forwardAnswered(f.Leg)
		case there && !f.AnsweredAt.IsZero():
			for _, id := range []engine.LegID{f.Leg, s.c.Customer.Leg} {
				if snap.Legs[id].Room != s.c.Room {
					s.emit(Join{Room: s.c.Room, Leg: id})
				}
			}
		}
	}
}

// awaitForward lets a caller for whom a number outside is dialled hear again what they
// should.
func (s *step) awaitForward() {
	if f := s.c.forward(); f == nil || !f.AnsweredAt.IsZero() {
		return
	}
	if s.c.Customer.Answered {
		s.music()
	} else {
		s.emit(Ring{Leg: s.c.Customer.Leg})
	}
}
