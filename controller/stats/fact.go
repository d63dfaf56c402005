package stats

import (
	"fmt"
	"slices"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/models"
)

// Facts are what one call comes to.
type Facts struct {
	Call   models.CallFact
	Agents []models.AgentFact // in the order in which their parts began
}

// Ended says whether the call is over. What has not ended is not counted.
func (f *Facts) Ended() bool { return !f.Call.EndedAt.IsZero() }

// same says whether facts are those that are known.
func (f *Facts) same(call models.CallFact, agents []models.AgentFact) bool {
	return f.Call == call && slices.Equal(f.Agents, agents)
}

// FactsOf makes the facts of a call from its journal, whose entries are in order. It
// says nothing of what the journal does not know: the conversation, the number and the
// team. Moments are cut down to milliseconds, so that times between them are whole ones
// and whoever adds up what was exported gets the same.
func FactsOf(entries []models.JournalEntry) (Facts, error) {
	m := making{}
	for _, row := range entries {
		entry, err := journal.Decode(row.Type, row.Data)
		if err != nil {
			return Facts{}, fmt.Errorf("call %s, entry %d: %w", row.CallID, row.Seq, err)
		}
		m.call.CallID, m.call.WorkspaceID = row.CallID, row.WorkspaceID
		m.add(entry, row.At.Truncate(time.Millisecond))
	}
	return m.facts(), nil
}

// identify fills in what the call's row knows.
func (f *Facts) identify(c models.Call) {
	f.Call.ConversationID, f.Call.NumberID, f.Call.TeamID = c.ConversationID, c.NumberID, c.TeamID
}

// wrapUp fills in what the conversation's journal knows: when it was closed, and until
// when agents wrapped the call up. Its entries are in order.
func (f *Facts) wrapUp(entries []models.ConversationEntry) error {
	for _, row := range entries {
		entry, err := journal.Decode(row.Type, row.Data)
		if err != nil {
			return fmt.Errorf("conversation %s: %w", row.ConversationID, err)
		}
		switch e := entry.(type) {
		case journal.ConversationClosed:
			if f.Call.ClosedAt.IsZero() && !row.At.Before(f.Call.EndedAt.Time) {
				f.Call.ClosedAt = models.At(row.At.Truncate(time.Millisecond))
			}
		case journal.AgentWrappedUp:
			if e.CallID == f.Call.CallID {
				f.wrappedUp(e, row.At.Truncate(time.Millisecond))
			}
		}
	}
	return nil
}

// wrappedUp ends an agent's wrap-up: the latest that had begun, unless its end is known.
func (f *Facts) wrappedUp(e journal.AgentWrappedUp, at time.Time) {
	for i := range slices.Backward(f.Agents) {
		p := &f.Agents[i]
		if p.AgentID != e.AgentID || p.WrapUpAt.IsZero() || p.WrapUpAt.After(at) {
			continue
		}
		if p.WrapUpEnd == "" {
			p.WrapUpMS, p.WrapUpEnd = at.Sub(p.WrapUpAt.Time).Milliseconds(), string(e.How)
		}
		return
	}
}

// making are facts that are being made.
type making struct {
	call      models.CallFact
	parts     []part
	held      time.Time // since when the customer is on hold
	connected time.Time // the first answer
	waitMS    int64     // until it
	placed    bool      // an agent has placed the call
	handedTo  string    // the agent whom the call was handed to just now
}

// part is an agent's part that is being made.
type part struct {
	models.AgentFact
	speaks time.Time // since when they are in the talk as one who speaks
	heldMS int64     // of the call when they came in
}

// add takes the next entry.
func (m *making) add(entry journal.Entry, at time.Time) {
	c := &m.call
	switch e := entry.(type) {
	case journal.CallCreated:
		c.Kind, c.Direction, c.ContactID, c.StartedAt = e.Kind, e.Direction, e.ContactID, models.At(at)
	case journal.CallQueued:
		m.waits(at)
	case journal.CallLevel:
		m.waits(at)
	case journal.CallAnswered:
		m.answered(e, at)
	case journal.CallHeld:
		c.Holds++
		m.held = at
	case journal.CallReleased, journal.CallRequeued, journal.CallTurnedAway, journal.SurveyAsked, journal.FlowStep, journal.VoicemailOffered: // a talk that is over holds nobody
		m.release(at)
	case journal.CallTransferred:
		c.Transfers++
		if e.Attended == nil || !*e.Attended {
			m.handedTo = e.To
		}
	case journal.CallbackAsked:
		c.CallbackAsked = true
	case journal.CustomerDialled:
		m.dialled(at)
	case journal.VoicemailStarted:
		c.Voicemail = true
	case journal.SurveyAnswered:
		c.Grade = e.Grade
	case journal.CallEnded:
		m.ended(e, at)
	default:
		m.agent(entry, at)
	}
}

// agent takes an entry about an agent.
func (m *making) agent(entry journal.Entry, at time.Time) {
	switch e := entry.(type) {
	case journal.AgentOffered:
		m.offered(e, at)
	case journal.AgentJoined:
		m.joins(m.current(e.AgentID, "rejoined", at), at)
	case journal.AgentDeclined:
		m.stops(e.AgentID, "declined", at)
	case journal.AgentMissed:
		m.stops(e.AgentID, "missed", at)
	case journal.AgentTaken:
		m.stops(e.AgentID, "taken", at)
	case journal.AgentMoved:
		m.stops(e.AgentID, "moved", at)
	case journal.AgentLeft:
		m.left(e.AgentID, at)
	case journal.AgentWrapUp:
		m.wrapsUp(e.AgentID, at)
	case journal.SupervisorListens:
		m.supervises(e.AgentID, "listen", at)
	case journal.SupervisorWhispers:
		m.supervises(e.AgentID, "whisper", at)
	case journal.SupervisorBarges:
		m.joins(m.supervises(e.AgentID, "barge", at), at)
	}
}

func (m *making) waits(at time.Time) {
	if m.call.WaitedAt.IsZero() {
		m.call.WaitedAt = models.At(at)
	}
}

func (m *making) offered(e journal.AgentOffered, at time.Time) {
	m.waits(at)
	if e.InvitedBy != "" && e.AgentID != m.handedTo { // who hands a call over invites nobody
		m.call.Invitations++
	} else {
		m.call.Offers++
	}
	m.handedTo = ""
	if m.call.RangAt.IsZero() && !e.Silent {
		m.call.RangAt = models.At(at)
	}
	m.begin(e.AgentID, "offered", at).InvitedBy = e.InvitedBy
}

// begin opens a part.
func (m *making) begin(agent, way string, at time.Time) *part {
	m.parts = append(m.parts, part{AgentFact: models.AgentFact{CallID: m.call.CallID, WorkspaceID: m.call.WorkspaceID, Part: len(m.parts) + 1, AgentID: agent,
		Way: way, StartedAt: models.At(at)}})
	return &m.parts[len(m.parts)-1]
}

// open finds the part of an agent that has not ended; nil if there is none.
func (m *making) open(agent string) *part {
	for i := len(m.parts) - 1; i >= 0; i-- {
		if p := &m.parts[i]; p.AgentID == agent && p.End == "" {
			return p
		}
	}
	return nil
}

// current is open, or a part that begins now.
func (m *making) current(agent, way string, at time.Time) *part {
	if p := m.open(agent); p != nil {
		return p
	}
	return m.begin(agent, way, at)
}

// placer is the part of the agent who placed an outbound call: they are there from its
// beginning, which no entry of its own says.
func (m *making) placer(agent string) *part {
	m.placed, m.call.AgentID = true, agent
	return m.joins(m.begin(agent, "placed", m.call.StartedAt.Time), m.call.StartedAt.Time)
}

// joins brings an agent in.
func (m *making) joins(p *part, at time.Time) *part {
	if p.JoinedAt.IsZero() {
		p.JoinedAt = models.At(at)
		if p.Way == "offered" {
			p.RingMS = at.Sub(p.StartedAt.Time).Milliseconds()
		}
	}
	if p.speaks.IsZero() && !m.connected.IsZero() {
		m.speaks(p, at)
	}
	return p
}

func (m *making) speaks(p *part, at time.Time) {
	p.speaks, p.heldMS = at, m.heldUntil(at)
	m.dials(p, at)
}

// dials says until when an agent of an outbound call waited for the customer.
func (m *making) dials(p *part, at time.Time) {
	if m.call.Direction == "outbound" {
		p.DialMS = at.Sub(p.JoinedAt.Time).Milliseconds()
	}
}

// answered connects an agent and the customer.
func (m *making) answered(e journal.CallAnswered, at time.Time) {
	if e.Agent != nil {
		m.joins(m.answerer(e.AgentID, at), at).Answered = true
		if m.call.AgentID == "" {
			m.call.AgentID = e.AgentID
		}
	}
	if m.connected.IsZero() {
		m.connected, m.waitMS = at, e.WaitMS
	}
	for i := range m.parts { // who waited for the customer talks now
		if p := &m.parts[i]; p.End == "" && !p.JoinedAt.IsZero() && p.speaks.IsZero() && p.Way != "listen" && p.Way != "whisper" {
			m.speaks(p, at)
		}
	}
}

// answerer is the part of the agent who answers.
func (m *making) answerer(agent string, at time.Time) *part {
	p := m.open(agent)
	switch {
	case p != nil:
		return p
	case m.call.Direction == "outbound" && !m.placed:
		return m.placer(agent)
	default:
		return m.begin(agent, "rejoined", at)
	}
}

// dialled says that the customer of a callback is called: whoever rang has answered.
func (m *making) dialled(at time.Time) {
	for i := range m.parts {
		if p := &m.parts[i]; p.End == "" && p.JoinedAt.IsZero() {
			m.joins(p, at)
		}
	}
}

// stops ends a part in which the phone only rang.
func (m *making) stops(agent, end string, at time.Time) {
	p := m.open(agent)
	if p == nil || !p.JoinedAt.IsZero() {
		return // who talks goes on at a new phone
	}
	p.RingMS = at.Sub(p.StartedAt.Time).Milliseconds()
	p.End, p.LeftAt = end, models.At(at)
}

// left takes an agent out who was in the call.
func (m *making) left(agent string, at time.Time) {
	p := m.open(agent)
	if p == nil {
		if m.call.Direction != "outbound" || m.placed || m.call.Offers > 0 {
			return // their phone had not answered yet
		}
		p = m.placer(agent)
	}
	p.End, p.LeftAt = "left", models.At(at)
	if p.speaks.IsZero() && m.connected.IsZero() {
		m.dials(p, at)
	}
	if !p.speaks.IsZero() {
		p.TalkMS, p.HoldMS = at.Sub(p.speaks).Milliseconds(), m.heldUntil(at)-p.heldMS
	}
}

// wrapsUp begins an agent's wrap-up: it belongs to their latest part.
func (m *making) wrapsUp(agent string, at time.Time) {
	for i := range slices.Backward(m.parts) {
		if p := &m.parts[i]; p.AgentID == agent {
			p.WrapUpAt = models.At(at)
			return
		}
	}
}

// supervises notes how somebody supervises now (CALL-7).
func (m *making) supervises(agent, way string, at time.Time) *part {
	p := m.current(agent, way, at)
	p.Way = way
	if p.JoinedAt.IsZero() {
		p.JoinedAt = models.At(at)
	}
	return p
}

// heldUntil is for how long the customer was on hold in all.
func (m *making) heldUntil(at time.Time) int64 {
	if m.held.IsZero() {
		return m.call.HoldMS
	}
	return m.call.HoldMS + at.Sub(m.held).Milliseconds()
}

func (m *making) release(at time.Time) {
	m.call.HoldMS, m.held = m.heldUntil(at), time.Time{}
}

func (m *making) ended(e journal.CallEnded, at time.Time) {
	m.release(at)
	c := &m.call
	c.EndedAt, c.State, c.Outcome, c.MissedReason, c.EndedBy, c.TotalMS = models.At(at), e.State, e.Outcome, e.MissedReason, e.By, e.TotalMS
	for ms, spent := range map[*int64]*int64{&c.GreetingMS: e.GreetingMS, &c.QueueMS: e.QueueMS, &c.RingMS: e.RingMS, &c.DialMS: e.DialMS,
		&c.TalkMS: e.TalkMS, &c.VoicemailMS: e.VoicemailMS, &c.SurveyMS: e.SurveyMS} {
		if spent != nil {
			*ms = *spent
		}
	}
	if e.Outcome == "answered" {
		c.AnsweredAt, c.WaitMS = models.At(m.connected), m.waitMS
	}
}

func (m *making) facts() Facts {
	f := Facts{Call: m.call}
	for _, p := range m.parts {
		if f.Call.Outcome != "answered" { // a talk in which the customer could not speak was none
			p.Answered, p.TalkMS, p.HoldMS = false, 0, 0
		}
		f.Agents = append(f.Agents, p.AgentFact)
	}
	return f
}
