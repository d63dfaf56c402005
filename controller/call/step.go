package call

import (
	"slices"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/dialplan/flow"
)

// Step decides what an input does to a call. It is pure and total: it reads
// no clock, does no I/O, and an input that means nothing in the call's state
// changes nothing. The returned effects are in the order in which they must
// happen.
func Step(c Call, in Input, now time.Time) (Call, []Effect) {
	s := &step{c: c.clone(), now: now}
	return s.take(c, in)
}

// take is Step. A command that is refused leaves the call as it was.
func (s *step) take(c Call, in Input) (Call, []Effect) {
	switch in := in.(type) {
	case Do:
		if why := s.do(in); why != nil {
			return c, []Effect{Refused{Why: why}}
		}
	case engine.LegRinging:
		s.legRinging(in)
	case engine.LegAnswered:
		s.legAnswered(in.Leg)
	case engine.LegJoined:
		s.c.Met = s.c.Met || in.Leg == s.c.Customer.Leg && s.c.State == Talking
	case engine.LegEnded:
		if in.HandedOver && in.Leg == s.c.Customer.Leg {
			s.handedOver()
			break
		}
		s.legEnded(in.Leg, in.Cause)
	case engine.RecordingStarted:
		s.recordingStarted(in)
	case engine.RecordingEnded:
		s.recordingEnded(in.Recording, in.At, in.Failed)
	case engine.PlaybackEnded:
		s.playbackEnded(in)
	case engine.DTMF:
		s.pressed(in)
	default:
		s.controllers(in)
	}
	return s.c, s.out
}

// controllers takes the inputs that are not the engine's.
func (s *step) controllers(in Input) {
	switch in := in.(type) {
	case Arrived:
		s.arrived(Found(in))
	case Placed:
		s.placed(in.Candidate)
	case AskedBack:
		s.askedBack()
	case Barred:
		s.barred()
	case Offered:
		s.offered(Found(in))
	case Located:
		s.located(in)
	case Forwardable:
		s.forwardable(in)
	case Fetched:
		s.tell(flow.Fetched(in))
	case Counted:
		s.tell(flow.Counted(in))
	case Resumed:
		s.tell(flow.Resume{})
	case Tick:
		s.tick()
	case Away:
		s.lostBrowser(in.AccountID)
	case Revoked:
		s.revoked(in)
	case WentTo:
		s.wentTo(in.AccountID)
	case Failed:
		s.failed(in)
	case Reconcile:
		s.restarted = in.Restarted
		s.reconcile(in.Snapshot)
	}
}

// step is the work of one Step.
type step struct {
	c   Call
	now time.Time
	out []Effect

	restarted bool                        // the engine lost all its calls, so nobody has hung up
	runs      map[engine.RecordingID]bool // while reconciling: the recordings that the engine has
	found     *Found                      // while arriving: whom a flow that begins with a queue can offer the call to
	seen      func(Transition)            // tests are told of each; nil otherwise
}

func (s *step) emit(e Effect) { s.out = append(s.out, e) }

func (s *step) journal(e journal.Entry) { s.emit(Journal{At: s.now, Entry: e}) }

// about names an agent in an entry.
func about(a *Agent) journal.Agent { return journal.Agent{AgentID: a.AgentID, Name: a.Name} }

func (s *step) anyRings() bool { return s.c.AnyRings() }

// anySpeaks says whether an agent takes part in the talk, be their browser
// there or awaited.
func (s *step) anySpeaks() bool {
	return slices.ContainsFunc(s.c.Agents, func(a Agent) bool { return a.Speaks() })
}

func (s *step) anyHere() bool {
	return slices.ContainsFunc(s.c.Agents, func(a Agent) bool { return a.here() })
}

func (s *step) parties() []*Party {
	ps := []*Party{&s.c.Customer.Party}
	for i := range s.c.Agents {
		ps = append(ps, &s.c.Agents[i].Party)
	}
	return ps
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
