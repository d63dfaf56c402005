package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"ringdesk/controller/journal"
)

// Agent is an account's membership of a workspace.
type Agent struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	AccountID   string
	Name        string
	Role        string // owner, admin, agent
	Seat        bool   // operator seat: may take calls (IN-2)
	TakesPhone  bool   // takes phone calls (IN-2)
	TakesVoice  bool   // takes web voice calls
	TakesVideo  bool   // takes web video calls
	Status      string // set by hand: available, meal, rest, meeting, education, otherWork, off
	DND         bool   `gorm:"column:dnd"` // do not disturb (IN-3)
	DNDUntil    Time   `gorm:"column:dnd_until"`
	// NotifyUnassigned lets calls ring that nobody is assigned to (IN-5).
	NotifyUnassigned bool
	NotifyMissed     bool   // wants to hear of missed calls (MISS-4)
	JoinMuted        bool   // joins the talks of others with the microphone off (CALL-4)
	PlacesCalls      bool   // may place calls (OUT-1)
	Supervises       bool   // may listen, whisper and barge in (CALL-7); admins may always
	RingSeconds      int    // own ring time; 0 means what the call's plan says (IN-4)
	Skills           string // JSON object: skill to level, 1 to 9

	WrapUpUntil        Time // zero means no wrap-up (END-5)
	WrapUpConversation string
	WrapUpCall         string
	WrapUpExtended     int    // how often it was made longer
	IdleSince          Time   // since when no call; zero means never had one
	OfferedAt          Time   // of the latest offer
	AnsweredDay        string // the day in the workspace's time zone that AnsweredCount is about
	AnsweredCount      int
	CreatedAt          Time

	SuspendedAt Time // zero means that the agent may sign in
	RemovedAt   Time // zero means that the agent belongs to the workspace
	// InvitedUntil is when the invitation of an agent ends who has not accepted it yet, and
	// is suspended until they do; zero means that they have.
	InvitedUntil Time
}

// Membership is an account's place in one workspace, whatever its state is.
type Membership struct {
	Agent
	Workspace string // its name
}

// AddAgent makes an account an agent of a workspace. A new agent is available
// and wants to know of everything.
func (t *Tx) AddAgent(a Agent) error {
	a.Status, a.TakesVoice, a.TakesVideo, a.NotifyUnassigned, a.NotifyMissed = "available", true, true, true, true
	if a.Skills == "" {
		a.Skills = "{}"
	}
	if err := create(t.db, &a); err != nil {
		return err
	}
	return t.Changed(a.WorkspaceID, journal.TopicAgent, a.ID)
}

// AgentUpdate is what changes of an agent; what is nil stays as it is.
type AgentUpdate struct {
	Name, Role         *string
	Seat               *bool
	TakesPhone         *bool
	TakesVoice         *bool
	TakesVideo         *bool
	Status             *string
	DND                *bool `gorm:"column:dnd"`
	DNDUntil           *Time `gorm:"column:dnd_until"`
	NotifyUnassigned   *bool
	NotifyMissed       *bool
	JoinMuted          *bool
	PlacesCalls        *bool
	Supervises         *bool
	RingSeconds        *int
	Skills             *string
	WrapUpUntil        *Time
	WrapUpConversation *string
	WrapUpCall         *string
	WrapUpExtended     *int
	IdleSince          *Time
	OfferedAt          *Time
	AnsweredDay        *string
	AnsweredCount      *int
	SuspendedAt        *Time
	RemovedAt          *Time
	InvitedUntil       *Time
}

// UpdateAgent changes an agent.
func (t *Tx) UpdateAgent(workspace, id string, u AgentUpdate) error {
	if err := update(t.db.Model(&Agent{}).Where("workspace_id = ? AND id = ?", workspace, id), u); err != nil {
		return err
	}
	return t.Changed(workspace, journal.TopicAgent, id)
}

// AgentNames gives the names of a workspace's agents by id, also of those who
// were removed: the history names them.
func (s *Store) AgentNames(ctx context.Context, workspace string) (map[string]string, error) {
	return agentNames(s.read.WithContext(ctx), workspace)
}

// AgentNames gives the names inside the transaction.
func (t *Tx) AgentNames(workspace string) (map[string]string, error) {
	return agentNames(t.db, workspace)
}

func agentNames(db *gorm.DB, workspace string) (map[string]string, error) {
	var as []Agent
	if err := db.Select("id", "name").Where("workspace_id = ?", workspace).Find(&as).Error; err != nil {
		return nil, err
	}
	names := make(map[string]string, len(as))
	for _, a := range as {
		names[a.ID] = a.Name
	}
	return names, nil
}

// HasAgent says inside the transaction whether an agent belongs to a
// workspace.
func (t *Tx) HasAgent(workspace, id string) (bool, error) {
	var n int64
	err := t.db.Model(&Agent{}).Where("workspace_id = ? AND id = ? AND removed_at IS NULL", workspace, id).Count(&n).Error
	return n > 0, err
}

// Member finds an agent of a workspace inside the transaction; one who was
// removed gives ErrNotFound.
func (t *Tx) Member(workspace, id string) (Agent, error) {
	return one[Agent](t.db, "workspace_id = ? AND id = ? AND removed_at IS NULL", workspace, id)
}

// CountOwners counts the owners of a workspace who can sign in.
func (t *Tx) CountOwners(workspace string) (int64, error) {
	var n int64
	return n, t.db.Model(&Agent{}).
		Where("workspace_id = ? AND role = 'owner' AND suspended_at IS NULL AND removed_at IS NULL", workspace).Count(&n).Error
}

// RemoveAgent takes an agent out of a workspace and its teams, and their open
// conversations from them. The row stays, as notes and calls name it.
func (t *Tx) RemoveAgent(workspace, id string, now time.Time) error {
	if err := t.SetTeamsOf(workspace, id, nil); err != nil {
		return err
	}
	if err := t.unassignAll(workspace, id); err != nil {
		return err
	}
	if err := t.DropLinks(id); err != nil {
		return err
	}
	return t.UpdateAgent(workspace, id, AgentUpdate{RemovedAt: new(At(now)), Seat: new(false), Supervises: new(false), InvitedUntil: &Time{}})
}

// unassignAll takes an agent's conversations from them, but for those that are
// closed: whose those were is history.
func (t *Tx) unassignAll(workspace, agent string) error {
	var ids []string
	const theirs = "workspace_id = ? AND assignee_id = ? AND assignee_id > '' AND state <> 'closed'" // as in the index
	if err := t.db.Model(&Conversation{}).Where(theirs, workspace, agent).Order("id").Pluck("id", &ids).Error; err != nil {
		return err
	}
	if err := t.db.Model(&Conversation{}).Where(theirs, workspace, agent).Update("assignee_id", nil).Error; err != nil {
		return err
	}
	for _, id := range ids {
		if err := t.Changed(workspace, journal.TopicConversation, id); err != nil {
			return err
		}
	}
	return nil
}

// Join makes an account an agent of a workspace, be it again: then its earlier
// row goes on, with the name, role and seat of the new one. ErrConflict says
// that it is one already.
func (t *Tx) Join(a Agent) error {
	old, err := one[Agent](t.db, "workspace_id = ? AND account_id = ?", a.WorkspaceID, a.AccountID)
	switch {
	case errors.Is(err, ErrNotFound):
		return t.AddAgent(a)
	case err != nil:
		return err
	case old.RemovedAt.IsZero():
		return ErrConflict
	}
	return t.UpdateAgent(a.WorkspaceID, old.ID, AgentUpdate{RemovedAt: &Time{}, SuspendedAt: &a.SuspendedAt, InvitedUntil: &a.InvitedUntil,
		Name: &a.Name, Role: &a.Role, Seat: &a.Seat, PlacesCalls: &a.PlacesCalls})
}

// Memberships lists an account's places in workspaces, but for those it was
// removed from, oldest first.
func (t *Tx) Memberships(account string) ([]Membership, error) {
	var ms []Membership
	err := t.db.Raw(`SELECT a.*, w.name AS workspace FROM agents a JOIN workspaces w ON w.id = a.workspace_id
		WHERE a.account_id = ? AND a.removed_at IS NULL ORDER BY a.id`, account).Scan(&ms).Error
	return ms, err
}
