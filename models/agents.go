package models

import (
	"context"
	"time"

	"gorm.io/gorm"
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

// Phone is the SIP account of one browser. An account has at most one: the
// newest browser takes it.
type Phone struct {
	ID          string `gorm:"primaryKey"`
	SessionHash string
	AccountID   string
	Password    string // random; lives as long as the session
	Ready       bool   // registered with the engine, says the browser
	SeenAt      Time   // last heartbeat
	CreatedAt   Time
}

// Claim binds an account to the one call that rings it or that it is in.
type Claim struct {
	AccountID string `gorm:"primaryKey"`
	CallID    string
	InCall    bool
	OfferCall string // another call that rings the account while it is in CallID (IN-9); "" means none
	At        Time
}

// PhoneTimeout is how long a browser may be silent before it is offered
// nothing any more (IN-12).
const PhoneTimeout = 15 * time.Second

// AgentState is an agent with all that decides about offering calls.
type AgentState struct {
	Agent
	Email      string
	PhoneID    string // "" when no browser is here
	PhoneReady bool
	SeenAt     Time
	ClaimCall  string // "" when free
	InCall     bool
}

// Online says whether a browser of the agent can ring at the moment now.
func (a AgentState) Online(now time.Time) bool {
	return a.PhoneReady && a.SeenAt.After(now.Add(-PhoneTimeout))
}

// Eligible says whether the agent takes phone calls now, apart from being
// busy with one (IN-2).
func (a AgentState) Eligible(now time.Time) bool {
	return a.Seat && a.TakesPhone && a.Agent.Status == "available" && a.Online(now)
}

// State is the agent's state in the words of the API.
func (a AgentState) State(now time.Time) string {
	switch {
	case a.InCall:
		return "inCall"
	case a.ClaimCall != "":
		return "ringing"
	case !a.Online(now):
		return "offline"
	case a.Agent.Status != "available":
		return "away"
	default:
		return "available"
	}
}

const agentStates = `SELECT a.*, c.email, COALESCE(p.id, '') AS phone_id, COALESCE(p.ready, FALSE) AS phone_ready, p.seen_at,
	COALESCE(cl.call_id, '') AS claim_call, COALESCE(cl.in_call, FALSE) AS in_call
	FROM agents a JOIN accounts c ON c.id = a.account_id
	LEFT JOIN phones p ON p.account_id = a.account_id
	LEFT JOIN claims cl ON cl.account_id = a.account_id `

func agentsWhere(db *gorm.DB, where string, args ...any) ([]AgentState, error) {
	var as []AgentState
	err := db.Raw(agentStates+where, args...).Scan(&as).Error
	return as, err
}

func agentWhere(db *gorm.DB, where string, args ...any) (AgentState, error) {
	as, err := agentsWhere(db, where, args...)
	if err == nil && len(as) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return AgentState{}, err
	}
	return as[0], nil
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
	return agentsWhere(s.read.WithContext(ctx), "WHERE a.workspace_id = ? ORDER BY a.name, a.id", workspace)
}

// Agent finds an agent of a workspace.
func (s *Store) Agent(ctx context.Context, workspace, id string) (AgentState, error) {
	return agentWhere(s.read.WithContext(ctx), "WHERE a.workspace_id = ? AND a.id = ?", workspace, id)
}

// AgentOf finds the account's agent in a workspace.
func (s *Store) AgentOf(ctx context.Context, workspace, account string) (AgentState, error) {
	return agentWhere(s.read.WithContext(ctx), "WHERE a.workspace_id = ? AND a.account_id = ?", workspace, account)
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

// OnlineAgents lists the agents of a workspace whose browser can ring now, in
// the order of their ids.
func (t *Tx) OnlineAgents(workspace string, now time.Time) ([]AgentState, error) {
	return agentsWhere(t.db, "WHERE a.workspace_id = ? AND p.ready AND p.seen_at > ? ORDER BY a.id",
		workspace, At(now.Add(-PhoneTimeout)))
}

// AgentFree says whether an agent of the workspace could be offered a call now.
func (s *Store) AgentFree(ctx context.Context, workspace string, now time.Time) (bool, error) {
	var free bool
	err := s.read.WithContext(ctx).Raw(`SELECT EXISTS (SELECT 1 FROM agents a JOIN phones p ON p.account_id = a.account_id
		WHERE a.workspace_id = ? AND a.seat AND a.takes_phone AND a.status = 'available' AND p.ready AND p.seen_at > ?
		AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.account_id = a.account_id))`, workspace, At(now.Add(-PhoneTimeout))).Scan(&free).Error
	return free, err
}

// QueuedBefore says whether a call that came earlier waits for an agent of the
// workspace. Ids sort by arrival.
func (t *Tx) QueuedBefore(workspace, call string) (bool, error) {
	var waits bool
	err := t.db.Raw("SELECT EXISTS (SELECT 1 FROM calls WHERE live AND workspace_id = ? AND state = 'queued' AND id < ?)",
		workspace, call).Scan(&waits).Error
	return waits, err
}

// Claim binds a free account to a call and says whether it was free: of two
// claims exactly one succeeds, in whichever controller they are made.
func (t *Tx) Claim(account, call string, now time.Time) (bool, error) {
	res := t.db.Exec("INSERT INTO claims (account_id, call_id, in_call, at) VALUES (?, ?, FALSE, ?) ON CONFLICT DO NOTHING",
		account, call, At(now))
	if res.Error != nil || res.RowsAffected == 0 {
		return false, res.Error
	}
	return true, t.accountChanged(account)
}

// Occupy marks a claim as a call that is going on.
func (t *Tx) Occupy(account, call string) error {
	if err := t.db.Exec("UPDATE claims SET in_call = TRUE WHERE account_id = ? AND call_id = ?", account, call).Error; err != nil {
		return err
	}
	return t.accountChanged(account)
}

// Release ends a claim. A claim of another call stays.
func (t *Tx) Release(account, call string) error {
	if err := t.db.Exec("DELETE FROM claims WHERE account_id = ? AND call_id = ?", account, call).Error; err != nil {
		return err
	}
	return t.accountChanged(account)
}

// ReleaseStale ends the claims of calls that are not live. It is for the start
// of a controller after a crash.
func (t *Tx) ReleaseStale() error {
	return t.db.Exec("DELETE FROM claims WHERE call_id NOT IN (SELECT id FROM calls WHERE live)").Error
}

func (t *Tx) accountChanged(account string) error {
	var as []Agent
	if err := t.db.Where("account_id = ?", account).Find(&as).Error; err != nil {
		return err
	}
	for _, a := range as {
		if err := t.Changed(a.WorkspaceID, "agent", a.ID); err != nil {
			return err
		}
	}
	return nil
}

// PutPhone gives the account a new phone and returns the id of the one it
// replaces, or "".
func (t *Tx) PutPhone(p Phone) (old string, err error) {
	var prev Phone
	if err := t.db.Where("account_id = ?", p.AccountID).Limit(1).Find(&prev).Error; err != nil {
		return "", err
	}
	if err := t.db.Where("account_id = ?", p.AccountID).Delete(&Phone{}).Error; err != nil {
		return "", err
	}
	if err := create(t.db, &p); err != nil {
		return "", err
	}
	return prev.ID, t.accountChanged(p.AccountID)
}

// SetPhoneReady records what the browser says about its registration. A phone
// that was replaced gives ErrNotFound.
func (t *Tx) SetPhoneReady(account, id string, ready bool, now time.Time) error {
	res := t.db.Exec("UPDATE phones SET ready = ?, seen_at = ? WHERE account_id = ? AND id = ?", ready, At(now), account, id)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrNotFound
	}
	if res.Error != nil {
		return res.Error
	}
	return t.accountChanged(account)
}

// Phones lists every phone, for putting them into an engine that restarted.
func (s *Store) Phones(ctx context.Context) ([]Phone, error) {
	var ps []Phone
	return ps, s.read.WithContext(ctx).Find(&ps).Error
}

// PhoneOf finds the phone of a session.
func (s *Store) PhoneOf(ctx context.Context, sessionHash, id string) (Phone, error) {
	return one[Phone](s.read.WithContext(ctx), "session_hash = ? AND id = ?", sessionHash, id)
}

// SessionCall is the call that a browser's phone is in.
type SessionCall struct{ WorkspaceID, CallID, AgentID string }

// CallOfSession finds the call that the session's phone is in; none gives
// ErrNotFound.
func (s *Store) CallOfSession(ctx context.Context, sessionHash string) (SessionCall, error) {
	var found []SessionCall
	err := s.read.WithContext(ctx).Raw(`SELECT c.workspace_id, c.id AS call_id, a.id AS agent_id FROM phones p
		JOIN claims cl ON cl.account_id = p.account_id AND cl.in_call JOIN calls c ON c.id = cl.call_id
		JOIN agents a ON a.account_id = p.account_id AND a.workspace_id = c.workspace_id WHERE p.session_hash = ?`, sessionHash).Scan(&found).Error
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return SessionCall{}, err
	}
	return found[0], nil
}
