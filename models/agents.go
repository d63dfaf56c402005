package models

import (
	"context"
	"time"
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
	PlacesCalls      bool   // may place calls (OUT-1)
	Supervises       bool   // may listen, whisper and barge in (CALL-7); admins may always
	RingSeconds      int    // own ring time; 0 means what the call's plan says (IN-4)
	Skills           string // JSON object: skill to level, 1 to 9

	WrapUpUntil        Time // zero means no wrap-up (END-5)
	WrapUpConversation string
	IdleSince          Time   // since when no call; zero means never had one
	OfferedAt          Time   // of the latest offer
	AnsweredDay        string // the day in the workspace's time zone that AnsweredCount is about
	AnsweredCount      int
	CreatedAt          Time
}

// AgentState is an agent with all that decides about offering calls.
type AgentState struct {
	Agent
	Email      string
	PhoneID    string // "" when no browser is here
	PhoneReady bool
	SeenAt     Time
	ClaimCall  string // "" when free
	InCall     bool
	OfferCall  string   // another call that rings while in ClaimCall (IN-9); "" means none
	Teams      []string `gorm:"-"` // ids, in order
}

// Online says whether a browser of the agent can ring at the moment now.
func (a AgentState) Online(now time.Time) bool {
	return a.PhoneReady && a.SeenAt.After(now.Add(-PhoneTimeout))
}

// DNDNow says whether the agent does not want to be disturbed now (IN-3).
func (a AgentState) DNDNow(now time.Time) bool {
	return a.DND && (a.DNDUntil.IsZero() || now.Before(a.DNDUntil.Time))
}

// WrapUpNow says whether the agent still finishes an earlier call (END-5).
func (a AgentState) WrapUpNow(now time.Time) bool { return now.Before(a.WrapUpUntil.Time) }

// SkillLevels gives the agent's level of each skill, 1 to 9.
func (a AgentState) SkillLevels() map[string]int { return decode[map[string]int](a.Skills) }

// State is the agent's state in the words of the API: offline, available,
// ringing, inCall, wrapUp, dnd, or the status set by hand. Of several it is
// the one that keeps the most calls away.
func (a AgentState) State(now time.Time) string {
	switch {
	case a.InCall:
		return "inCall"
	case a.ClaimCall != "":
		return "ringing"
	case !a.Online(now):
		return "offline"
	case a.Status != "available":
		return a.Status
	case a.DNDNow(now):
		return "dnd"
	case a.WrapUpNow(now):
		return "wrapUp"
	default:
		return "available"
	}
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
	return t.Changed(a.WorkspaceID, "agent", a.ID)
}

// Agents lists the agents of a workspace by name.
func (s *Store) Agents(ctx context.Context, workspace string) ([]AgentState, error) {
	return agentsWhere(s.read.WithContext(ctx), workspace, "ORDER BY a.name, a.id")
}

// Agent finds an agent of a workspace.
func (s *Store) Agent(ctx context.Context, workspace, id string) (AgentState, error) {
	return agentWhere(s.read.WithContext(ctx), workspace, "AND a.id = ?", id)
}

// AgentOf finds the account's agent in a workspace.
func (s *Store) AgentOf(ctx context.Context, workspace, account string) (AgentState, error) {
	return agentWhere(s.read.WithContext(ctx), workspace, "AND a.account_id = ?", account)
}

// UpdateAgent changes the named columns of an agent.
func (t *Tx) UpdateAgent(workspace, id string, set map[string]any) error {
	res := t.db.Model(&Agent{}).Where("workspace_id = ? AND id = ?", workspace, id).Updates(set)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrNotFound
	}
	if res.Error != nil {
		return res.Error
	}
	return t.Changed(workspace, "agent", id)
}

func (t *Tx) accountChanged(account string) error {
	return t.tellAgents("SELECT id, workspace_id FROM agents WHERE account_id = ?", account)
}
