package models

import (
	"context"
	"time"
)

// Participant is one side of a call: its contact, or an agent for each time that
// they were rung or came in.
type Participant struct {
	CallID      string `gorm:"primaryKey"`
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	Place       int    // the order in the call; the contact's is 0
	Kind        string // contact, agent
	ContactID   string // of a contact
	AgentID     string // of an agent
	Name        string
	Supervision string // how a supervisor is in the call now: listen, whisper; "" means as one who talks
	Supervised  string // how they have supervised it, in order: listen, whisper, barge, separated by commas
	InvitedBy   string // the agent who called this one in by hand
	State       string // ringing, joined, or how it ended: left, declined, missed, taken, moved
	Silent      bool   // assigned without ringing (IN-3)
	Muted       bool
	RingingAt   Time
	JoinedAt    Time
	LeftAt      Time // when they left or the phone stopped ringing
	AwayAt      Time // since when the browser is lost (IN-12)
	MutedAt     Time // since when they are muted in the talk
	MutedMS     int64
	HeldAt      Time  // since when the customer is on hold while they are in the talk
	HeldMS      int64 // a contact's is how long they were on hold
}

// The kinds of participants.
const (
	ContactParticipant = "contact"
	AgentParticipant   = "agent"
)

// Rang is how long the phone rang until now, or until it stopped.
func (p Participant) Rang(now time.Time) time.Duration {
	switch {
	case p.RingingAt.IsZero():
		return 0
	case !p.JoinedAt.IsZero():
		now = p.JoinedAt.Time
	case !p.LeftAt.IsZero():
		now = p.LeftAt.Time
	}
	return max(0, now.Sub(p.RingingAt.Time))
}

// participantColumns are the columns in the order of Participant.columns.
const participantColumns = `call_id, id, workspace_id, place, kind, contact_id, agent_id, name, supervision, supervised, invited_by, state, silent, muted,
	ringing_at, joined_at, left_at, away_at, muted_at, muted_ms, held_at, held_ms`

func (p *Participant) columns() []any {
	return []any{&p.CallID, &p.ID, &p.WorkspaceID, &p.Place, &p.Kind, &p.ContactID, &p.AgentID, &p.Name, &p.Supervision, &p.Supervised, &p.InvitedBy, &p.State,
		&p.Silent, &p.Muted, &p.RingingAt, &p.JoinedAt, &p.LeftAt, &p.AwayAt, &p.MutedAt, &p.MutedMS, &p.HeldAt, &p.HeldMS}
}

// AddParticipants writes participants of a call that are new.
func (t *Tx) AddParticipants(ps []Participant) error { return insert(t.db, ps) }

// PutParticipants writes the participants of a call that are new or different.
// Every step of a call comes here: it changes what can change only.
func (t *Tx) PutParticipants(ps []Participant) error {
	for _, p := range ps {
		n, err := exec(t.db, `UPDATE participants SET name = ?, supervision = ?, supervised = ?, state = ?, silent = ?, muted = ?, ringing_at = ?, joined_at = ?,
			left_at = ?, away_at = ?, muted_at = ?, muted_ms = ?, held_at = ?, held_ms = ? WHERE call_id = ? AND id = ?`, p.Name, p.Supervision, p.Supervised,
			p.State, p.Silent, p.Muted, p.RingingAt, p.JoinedAt, p.LeftAt, p.AwayAt, p.MutedAt, p.MutedMS, p.HeldAt, p.HeldMS, p.CallID, p.ID)
		if err == nil && n == 0 {
			err = create(t.db, &p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Participants lists the participants of calls, by call and in their order.
func (s *Store) Participants(ctx context.Context, calls ...string) (map[string][]Participant, error) {
	rows, err := s.read.WithContext(ctx).Raw("SELECT "+participantColumns+" FROM participants WHERE call_id IN ? ORDER BY call_id, place", calls).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	byCall := make(map[string][]Participant, len(calls))
	for rows.Next() {
		var p Participant
		if err := rows.Scan(p.columns()...); err != nil {
			return nil, err
		}
		byCall[p.CallID] = append(byCall[p.CallID], p)
	}
	return byCall, rows.Err()
}
