package call

import (
	"time"

	"ringdesk/controller/journal"
	"ringdesk/controller/sounds"
	"ringdesk/dialplan"
)

// RankOf is a call's place in the queue: by priority, then by the moment
// (microseconds). Lower goes first.
func RankOf(now time.Time, priority int) int64 { return now.UnixMicro() - int64(priority)*1e17 }

// headPriority is the priority of a caller who has talked and lost their agent,
// above every one that can be set (IN-12).
const headPriority = 50

// wait lets the caller wait in the queue (IN-6).
func (s *step) wait(waiting int) {
	if s.c.QueuedAt.IsZero() {
		if waiting >= s.c.Plan.QueueCalls {
			s.refuse(dialplan.ExceededQueue)
			return
		}
		s.queued()
		s.journal(journal.CallQueued{Team: s.c.Team()})
	}
	if s.c.State != Queued {
		s.enter(Queued, onAllBusy)
	}
	s.music()
}

// queued starts the clocks of the queue: the longest wait, and the next
// announcement.
func (s *step) queued() {
	s.c.QueuedAt, s.c.QueueUntil = s.now, s.now.Add(seconds(s.c.Plan.QueueSeconds))
	if s.c.Plan.AnnounceSeconds > 0 && s.c.Out == nil {
		s.c.AnnounceAt = s.now.Add(seconds(s.c.Plan.AnnounceSeconds))
	}
}

// music lets the customer hear hold music, in or out of a room. A caller who
// asked to be called back is not there.
func (s *step) music() {
	leg := s.c.Customer.Leg
	if s.c.Customer.Gone {
		return
	}
	if !s.c.Customer.Answered {
		s.c.Customer.Answered = true
		s.emit(Answer{Leg: leg})
	}
	if s.c.Room != "" {
		s.emit(HoldLeg{Room: s.c.Room, Leg: leg})
	} else {
		s.emit(Music{Leg: leg, On: true})
	}
}

// requeue brings a customer whose agents are gone back to the head of the queue
// (IN-12), or to a team (CALL-7). Supervisors have nothing to hear there, and
// whoever was being invited is looked for like everybody else.
func (s *step) requeue(on Trigger) {
	s.everybodyOut()
	why := "agentLost"
	if on == onTransfer {
		why = "transfer"
	}
	s.journal(journal.CallRequeued{Team: new(s.c.Team()), Why: why})
	s.enter(Queued, on)
	s.c.Offers = len(s.c.Agents)
	s.c.Rank = RankOf(s.now, headPriority)
	s.queued()
	s.music()
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
	s.journal(journal.QueueAnnounced{Ahead: in.Ahead, WaitMS: in.Wait.Milliseconds()})
	s.play("position", names)
}
