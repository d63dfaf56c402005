package models

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"gorm.io/gorm"

	"ringdesk/controller/journal"
)

// CallFact is what statistics know of one call that has ended (STAT-4). It is made
// from the journal by controller/stats and can be made again from it at any time
// (STAT-0). Times are whole milliseconds. The phases (greeting, queue, ring, dial,
// talk, voicemail, survey) add up to the total.
type CallFact struct {
	CallID         string `gorm:"primaryKey"`
	WorkspaceID    string
	ConversationID string
	Kind           string // phone, voice, video
	Direction      string // inbound, outbound
	NumberID       string
	ContactID      string
	TeamID         string // that it waited for last or was answered in; "" means everybody
	AgentID        string // who answered first or placed it; "" means nobody
	StartedAt      Time
	WaitedAt       Time // when somebody was first looked for; zero where nobody was
	RangAt         Time // when the first phone rang; zero where none did
	AnsweredAt     Time // the first answer of an answered call
	EndedAt        Time
	ClosedAt       Time // when the conversation was first closed after the end; zero until then
	State          string
	Outcome        string
	MissedReason   string
	EndedBy        string
	WaitMS         int64 // of an answered call, from its beginning to the first answer
	GreetingMS     int64
	QueueMS        int64
	RingMS         int64
	DialMS         int64
	TalkMS         int64
	VoicemailMS    int64
	SurveyMS       int64
	TotalMS        int64
	HoldMS         int64 // within the talk
	Offers         int   // phones that rang or were assigned
	Invitations    int
	Transfers      int
	Holds          int
	CallbackAsked  bool
	Grade          int  // 1 to 5; 0 where none was given
	Voicemail      bool // the caller could leave a message
}

// AgentFact is one agent's part in a call that has ended (STAT-3): from when their
// phone rang or they came in, until they were out. An agent may have several parts
// in one call.
type AgentFact struct {
	CallID      string `gorm:"primaryKey"`
	Part        int    `gorm:"primaryKey;autoIncrement:false"` // in the order in which they began, from 1
	WorkspaceID string
	AgentID     string
	InvitedBy   string // the colleague who called them in (CALL-3)
	Way         string // offered, placed, rejoined, listen, whisper, barge
	StartedAt   Time
	JoinedAt    Time // zero where they never came in
	LeftAt      Time
	RingMS      int64
	DialMS      int64  // of an outbound call: until the customer answered
	TalkMS      int64  // with the customer, as one who speaks
	HoldMS      int64  // of it, while the customer was on hold
	Answered    bool   // they were connected with the customer by an answer of theirs
	End         string `gorm:"column:ended_as"` // left, declined, missed, taken, moved
	WrapUpAt    Time   // when they began to wrap the call up; zero where they did not (END-5)
	WrapUpMS    int64  // until they were done; 0 until then
	WrapUpEnd   string // finished, dealt, ranOut, replaced; "" until then
}

// PutFacts writes what is known of calls over what was known before.
func (t *Tx) PutFacts(calls []CallFact, agents []AgentFact) error {
	if len(calls) == 0 {
		return nil
	}
	ids := make([]string, len(calls))
	for i, c := range calls {
		ids[i] = c.CallID
	}
	of, args := among(ids)
	for _, table := range []string{"call_facts", "agent_facts"} {
		if _, err := exec(t.db, "DELETE FROM "+table+" WHERE call_id IN "+of, args...); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(calls, factsAtOnce) {
		if err := insert(t.db, some); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(agents, factsAtOnce) {
		if err := insert(t.db, some); err != nil {
			return err
		}
	}
	return nil
}

// factsAtOnce is how many rows one statement writes: well below the number of
// parameters that a database takes.
const factsAtOnce = 200

// FactsOfCalls gives what is known of calls, by call.
func (s *Store) FactsOfCalls(ctx context.Context, ids []string) (calls map[string]CallFact, agents map[string][]AgentFact, err error) {
	return factsOf(s.read.WithContext(ctx), ids)
}

// FactsOfCalls gives what is known of calls inside the transaction.
func (t *Tx) FactsOfCalls(ids []string) (calls map[string]CallFact, agents map[string][]AgentFact, err error) {
	return factsOf(t.db, ids)
}

func factsOf(db *gorm.DB, ids []string) (calls map[string]CallFact, agents map[string][]AgentFact, err error) {
	calls, agents = make(map[string]CallFact, len(ids)), map[string][]AgentFact{}
	if len(ids) == 0 {
		return calls, agents, nil
	}
	of, args := among(ids)
	cs, err := list[CallFact](db, "call_id IN "+of, args...)
	if err != nil {
		return nil, nil, err
	}
	as, err := list[AgentFact](db, "call_id IN "+of+" ORDER BY call_id, part", args...)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range cs {
		calls[c.CallID] = c
	}
	for _, a := range as {
		agents[a.CallID] = append(agents[a.CallID], a)
	}
	return calls, agents, nil
}

// EndedCalls gives what statistics need of the rows of those calls that have ended:
// which ones they are, and of whom.
func (s *Store) EndedCalls(ctx context.Context, ids []string) (cs []Call, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	of, args := among(ids)
	err = each(s.read.WithContext(ctx), func(rows *sql.Rows) error {
		var c Call
		err := rows.Scan(&c.ID, &c.WorkspaceID, &c.ConversationID, &c.NumberID, &c.TeamID, &c.EndedAt)
		cs = append(cs, c)
		return err
	}, "SELECT id, workspace_id, conversation_id, number_id, team_id, ended_at FROM calls WHERE id IN "+of+" AND ended_at IS NOT NULL ORDER BY id", args...)
	return cs, err
}

// CallsOfConversations gives the ids of the calls in conversations.
func (s *Store) CallsOfConversations(ctx context.Context, conversations []string) ([]string, error) {
	var ids []string
	return ids, s.read.WithContext(ctx).Raw("SELECT id FROM calls WHERE conversation_id IN ?", conversations).Scan(&ids).Error
}

// WrapUps gives the entries of conversations that say when they were closed, and when
// agents had wrapped calls up, in order.
func (s *Store) WrapUps(ctx context.Context, conversations []string) (map[string][]ConversationEntry, error) {
	of := make(map[string][]ConversationEntry, len(conversations))
	if len(conversations) == 0 {
		return of, nil
	}
	ids, args := among(conversations)
	return of, each(s.read.WithContext(ctx), func(rows *sql.Rows) error {
		var e ConversationEntry
		err := rows.Scan(&e.ConversationID, &e.At, &e.Type, &e.Data)
		of[e.ConversationID] = append(of[e.ConversationID], e)
		return err
	}, "SELECT conversation_id, at, type, data FROM conversation_journal WHERE conversation_id IN "+ids+" AND type IN (?, ?) ORDER BY conversation_id, at, id",
		append(args, journal.ConversationClosed{}.Type(), journal.AgentWrappedUp{}.Type())...)
}

// FirstCall gives when the first call of all that there are began; the zero Time where
// there is none.
func (s *Store) FirstCall(ctx context.Context, workspace string) (at Time, err error) {
	at, err = value[Time](s.read.WithContext(ctx), "SELECT started_at FROM calls WHERE workspace_id = ? ORDER BY started_at LIMIT 1", workspace)
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return at, err
}
