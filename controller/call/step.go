package call

import (
	"slices"
	"strconv"
	"time"

	"ringdesk/controller/engine"
)

// drainTime is how long an ended call waits for its legs and recordings to
// end before it gives them up.
const drainTime = 15 * time.Second

// Step decides what an input does to a call. It is pure and total: it reads
// no clock, does no I/O, and an input that means nothing in the call's state
// changes nothing. The returned effects are in the order in which they must
// happen.
func Step(c Call, in Input, now time.Time) (Call, []Effect) {
	s := &step{c: c.clone(), now: now}
	switch in := in.(type) {
	case Arrived:
		s.arrived(in)
	case Offered:
		s.offered(in.Candidates)
	case Tick:
		s.tick()
	case Do:
		if reason := s.do(in); reason != "" {
			return c, []Effect{Refused{Reason: reason}}
		}
	case Failed:
		s.failed(in)
	case Reconcile:
		s.reconcile(in.Snapshot)
	case engine.LegAnswered:
		s.legAnswered(in.Leg)
	case engine.LegEnded:
		s.legEnded(in.Leg, in.Cause)
	case engine.RecordingStarted:
		s.recordingStarted(in)
	case engine.RecordingEnded:
		s.recordingEnded(in.Recording, in.At, in.Failed)
	case engine.DTMF:
		s.dtmfPressed(in)
	}
	return s.c, s.out
}

// step is one Step on its way.
type step struct {
	c   Call
	now time.Time
	out []Effect
}

func (s *step) emit(e Effect) { s.out = append(s.out, e) }

func (s *step) journal(typ string, data map[string]any) {
	if data == nil {
		data = map[string]any{}
	}
	s.emit(Journal{At: s.now, Type: typ, Data: data})
}

// agentAt finds an agent's place by leg; -1 if the leg is none of theirs.
func (s *step) agentAt(leg engine.LegID) int {
	return slices.IndexFunc(s.c.Agents, func(a Agent) bool { return a.Leg == leg })
}

func (s *step) anyAgent(st PartyState) bool {
	return slices.ContainsFunc(s.c.Agents, func(a Agent) bool { return a.State == st })
}

// arrived begins an inbound call: it rings, waits, or is missed (IN-5, IN-6,
// MISS-1).
func (s *step) arrived(in Arrived) {
	if s.c.State != "" {
		s.freeAll(in.Candidates)
		return
	}
	s.c.Customer.JoinedAt = s.now
	s.c.Customer.State = PartyJoined
	s.journal("call.created", map[string]any{
		"from": s.c.From, "to": s.c.To, "kind": s.c.Kind, "direction": s.c.Direction, "contactId": s.c.Customer.ContactID})
	switch {
	case len(in.Candidates) > 0:
		s.offer(in.Candidates)
		s.emit(Ring{Leg: s.c.Customer.Leg})
	case in.Busy:
		s.c.State = Queued
		s.c.Customer.Answered = true
		s.journal("call.queued", nil)
		s.emit(Answer{Leg: s.c.Customer.Leg})
		s.emit(Music{Leg: s.c.Customer.Leg, On: true})
	default:
		s.finish(Missed, BySystem, NoOperator, engine.CauseNoAnswer)
	}
}

// offered lets agents who became free ring, too.
func (s *step) offered(cs []Candidate) {
	switch s.c.State {
	case Queued, Ringing:
		s.offer(cs)
	case Talking:
		for _, c := range cs {
			s.redial(c)
		}
	default:
		s.freeAll(cs)
	}
}

// redial brings an agent back whose browser was reloaded in mid-call (IN-12).
func (s *step) redial(c Candidate) {
	i := s.c.present(c.AgentID)
	if i < 0 {
		s.emit(Free{AccountID: c.AccountID})
		return
	}
	old := s.c.Agents[i]
	s.silence(i, PartyMoved, engine.CauseNormal)
	a := newAgent(c, s.now)
	a.State, a.JoinedAt, a.Muted, a.Redial = PartyJoined, old.JoinedAt, old.Muted, true
	s.c.Agents = append(s.c.Agents, a)
	s.emit(Dial{Agent: a})
}

// redialled puts the agent back into the talk.
func (s *step) redialled(i int) {
	a := &s.c.Agents[i]
	a.Redial = false
	s.journal("agent.returned", map[string]any{"agentId": a.AgentID, "name": a.Name})
	if a.Muted { // before anybody can hear it
		s.emit(MuteLeg{Leg: a.Leg, On: true})
	}
	s.emit(Join{Room: s.c.Room, Leg: a.Leg})
	s.record(&a.Party)
}

func newAgent(c Candidate, now time.Time) Agent {
	return Agent{
		Party:   Party{ID: c.PartyID, Name: c.Name, Leg: c.Leg, State: PartyRinging, RingingAt: now},
		AgentID: c.AgentID, AccountID: c.AccountID, Phone: c.Phone,
	}
}

func (s *step) freeAll(cs []Candidate) {
	for _, c := range cs {
		s.emit(Free{AccountID: c.AccountID})
	}
}

func (s *step) offer(cs []Candidate) {
	if s.c.State != Ringing && len(cs) > 0 {
		s.c.State = Ringing
		s.c.RingUntil = s.now.Add(time.Duration(s.c.RingSeconds) * time.Second)
	}
	for _, c := range cs {
		if i := s.c.present(c.AgentID); i >= 0 {
			s.silence(i, PartyMoved, engine.CauseNormal)
		}
		a := newAgent(c, s.now)
		s.c.Agents = append(s.c.Agents, a)
		s.journal("agent.offered", map[string]any{"agentId": a.AgentID, "name": a.Name})
		s.emit(Dial{Agent: a})
	}
}

// legAnswered connects the first agent to answer (IN-11).
func (s *step) legAnswered(leg engine.LegID) {
	if leg == s.c.Customer.Leg {
		s.c.Customer.Answered = true
		return
	}
	i := s.agentAt(leg)
	switch {
	case i < 0:
	case s.c.State == Ringing && s.c.Agents[i].State == PartyRinging:
		s.connect(i)
	case s.c.State == Talking && s.c.Agents[i].Redial:
		s.redialled(i)
	} // else a late answer: this leg's hang-up is on its way
}

func (s *step) connect(i int) {
	a := &s.c.Agents[i]
	a.State, a.JoinedAt = PartyJoined, s.now
	s.c.State, s.c.AnsweredAt, s.c.Room = Talking, s.now, engine.RoomID(s.c.ID)
	s.journal("call.answered", map[string]any{
		"agentId": a.AgentID, "name": a.Name, "waitMs": s.now.Sub(s.c.StartedAt).Milliseconds(), "ringMs": s.now.Sub(a.RingingAt).Milliseconds()})
	s.emit(Occupy{AccountID: a.AccountID})
	customer := s.c.Customer.Leg
	if s.c.Customer.Answered {
		s.emit(Music{Leg: customer, On: false})
	} else {
		s.emit(Answer{Leg: customer})
		s.c.Customer.Answered = true
	}
	s.emit(CreateRoom{Room: s.c.Room})
	s.emit(Join{Room: s.c.Room, Leg: a.Leg})
	s.emit(Join{Room: s.c.Room, Leg: customer})
	for j := range s.c.Agents {
		if s.c.Agents[j].State == PartyRinging {
			s.stopRinging(j, PartyTaken, engine.CauseAnsweredElsewhere)
		}
	}
	if s.c.RecordingID != "" {
		s.emit(RecordingOpened{})
	}
	s.record(&a.Party)
	s.record(&s.c.Customer.Party)
}

// stopRinging ends an offer for the given reason.
func (s *step) stopRinging(i int, as PartyState, cause engine.Cause) {
	s.silence(i, as, cause)
	s.emit(Free{AccountID: s.c.Agents[i].AccountID})
}

// silence stops a phone that rings; the agent stays claimed.
func (s *step) silence(i int, as PartyState, cause engine.Cause) {
	a := &s.c.Agents[i]
	a.State, a.LeftAt = as, s.now
	s.journal("agent."+string(as), map[string]any{"agentId": a.AgentID, "name": a.Name})
	if !a.Gone {
		s.emit(Hangup{Leg: a.Leg, Cause: cause})
	}
}

// legEnded is how parties leave by themselves.
func (s *step) legEnded(leg engine.LegID, cause engine.Cause) {
	if leg == s.c.Customer.Leg {
		if s.c.Customer.Gone {
			return
		}
		s.c.Customer.Gone = true
		s.over(s.c.State == Talking, ByCustomer, UserLeft)
		s.drained()
		return
	}
	i := s.agentAt(leg)
	if i < 0 || s.c.Agents[i].Gone {
		return
	}
	a := &s.c.Agents[i]
	a.Gone = true
	switch a.State {
	case PartyRinging:
		as := PartyMissed
		if cause == engine.CauseRejected || cause == engine.CauseBusy {
			as = PartyDeclined
		}
		s.stopRinging(i, as, cause)
		s.nobodyRings()
	case PartyJoined:
		s.leave(i)
	}
	s.drained()
}

// nobodyRings ends a ringing call that has no ringing agent left.
func (s *step) nobodyRings() {
	if s.c.State == Ringing && !s.anyAgent(PartyRinging) {
		s.finish(Missed, BySystem, RingTimeOver, engine.CauseNoAnswer)
	}
}

// leave takes an agent out of the talk; the last one's leaving ends it
// (CALL-6).
func (s *step) leave(i int) {
	a := &s.c.Agents[i]
	a.State, a.LeftAt = PartyLeft, s.now
	s.journal("agent.left", map[string]any{"agentId": a.AgentID, "name": a.Name})
	if !a.Gone {
		s.emit(Hangup{Leg: a.Leg, Cause: engine.CauseNormal})
	}
	s.emit(Free{AccountID: a.AccountID})
	if s.c.State == Talking && !s.anyAgent(PartyJoined) {
		s.finish(Ended, ByAgent, "", engine.CauseNormal)
	}
}

// tick is time's doing.
func (s *step) tick() {
	d := s.c.Deadline()
	if d.IsZero() || s.now.Before(d) {
		return
	}
	switch {
	case s.c.State == Ringing:
		s.finish(Missed, BySystem, RingTimeOver, engine.CauseNoAnswer)
	case s.c.State == Queued:
		s.finish(Missed, BySystem, AbandonedInQueue, engine.CauseNormal)
	default:
		s.giveUp()
	}
}

// giveUp lets go of what an ended call still has in the engine.
func (s *step) giveUp() {
	s.journal("call.leftovers", map[string]any{"legs": s.c.Legs()})
	for _, p := range s.parties() {
		p.Gone = true
		for i := range p.Tracks {
			if !p.Tracks[i].Closed {
				p.Tracks[i].Closed = true
				s.emit(TrackClosed{ID: p.Tracks[i].ID, At: s.now, Failed: "the engine did not say that it ended"})
			}
		}
	}
	s.drained()
}

func (s *step) parties() []*Party {
	ps := []*Party{&s.c.Customer.Party}
	for i := range s.c.Agents {
		ps = append(ps, &s.c.Agents[i].Party)
	}
	return ps
}

// over ends the call as talked or missed.
func (s *step) over(talked bool, by EndedBy, reason MissedReason) {
	switch {
	case s.c.State.Over():
	case talked:
		s.finish(Ended, by, "", engine.CauseNormal)
	default:
		s.finish(Missed, by, reason, engine.CauseNormal)
	}
}

// finish is the one way in which a call ends. cause goes to the legs that are
// still there.
func (s *step) finish(as State, by EndedBy, reason MissedReason, cause engine.Cause) {
	was := s.c.State
	s.c.State, s.c.EndedAt, s.c.EndedBy, s.c.MissedReason = as, s.now, by, reason
	s.c.DrainUntil = s.now.Add(drainTime)
	s.c.Hold = nil
	for i := range s.c.Agents {
		switch s.c.Agents[i].State {
		case PartyRinging:
			s.stopRinging(i, PartyMissed, cause)
		case PartyJoined:
			s.leave(i)
		}
	}
	s.c.Customer.State, s.c.Customer.LeftAt = PartyLeft, s.now
	if !s.c.Customer.Gone {
		s.emit(Hangup{Leg: s.c.Customer.Leg, Cause: cause})
	}
	if was == Talking {
		s.emit(DestroyRoom{Room: s.c.Room})
	}
	data := map[string]any{"state": as, "by": by, "totalMs": s.now.Sub(s.c.StartedAt).Milliseconds()}
	if reason != "" {
		data["missedReason"] = reason
	}
	if !s.c.AnsweredAt.IsZero() {
		data["talkMs"] = s.now.Sub(s.c.AnsweredAt).Milliseconds()
	}
	s.journal("call.ended", data)
}

// drained notes that nothing of an ended call is left in the engine.
func (s *step) drained() {
	if s.c.Drained() {
		s.emit(Drained{})
	}
}

func (s *step) dtmfPressed(in engine.DTMF) {
	if in.Leg == s.c.Customer.Leg && s.c.State == Talking {
		// Which key it was is not written down: it may be a card number (CALL-7).
		s.journal("customer.dtmf", nil)
	}
}

// record begins a new track of what a party says (END-1, END-6).
func (s *step) record(p *Party) {
	if s.c.RecordingID == "" {
		return
	}
	id := engine.RecordingID(p.ID + "-" + strconv.Itoa(len(p.Tracks)+1))
	p.Tracks = append(p.Tracks, Track{ID: id})
	file := s.c.ID + "/" + string(id)
	s.emit(TrackOpened{ID: id, PartyID: p.ID, Name: p.Name, File: file + ".wav"})
	s.emit(Record{ID: id, Leg: p.Leg, File: file})
}

func (s *step) track(id engine.RecordingID) *Track {
	for _, p := range s.parties() {
		for i := range p.Tracks {
			if p.Tracks[i].ID == id {
				return &p.Tracks[i]
			}
		}
	}
	return nil
}

func (s *step) recordingStarted(in engine.RecordingStarted) {
	t := s.track(in.Recording)
	if t == nil || !t.StartedAt.IsZero() {
		return
	}
	t.StartedAt = in.At
	s.emit(TrackStarted{ID: t.ID, At: in.At})
}

func (s *step) recordingEnded(id engine.RecordingID, at time.Time, failed string) {
	t := s.track(id)
	if t == nil || t.Closed {
		return
	}
	t.Closed = true
	s.emit(TrackClosed{ID: id, At: at, Failed: failed})
	if failed != "" {
		s.journal("recording.failed", map[string]any{"track": id, "why": failed})
	}
	s.drained()
}
