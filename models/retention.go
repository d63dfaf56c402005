package models

import "time"

// Retention says how long a workspace keeps things. Fields that its JSON leaves out are
// as in DefaultRetention.
type Retention struct {
	CallMonths    int `json:"callMonths,omitempty"`    // 1 to 6 (HIST-5)
	RecordingDays int `json:"recordingDays,omitempty"` // 0 means as long as their calls
	AuditDays     int `json:"auditDays,omitempty"`
	SessionDays   int `json:"sessionDays,omitempty"` // of who signs in
	ChangeHours   int `json:"changeHours,omitempty"` // what a desk that was away may catch up on
}

// DefaultRetention is how long things are kept where nobody has said anything.
func DefaultRetention() Retention {
	return Retention{CallMonths: 6, AuditDays: 365, SessionDays: 14, ChangeHours: 48}
}

// Retention gives how long a workspace keeps things.
func (w Workspace) Retention() (Retention, error) {
	r := DefaultRetention()
	return r, decodeOver(w.RetentionText, &r)
}

// SetRetention changes how long a workspace keeps things.
func (t *Tx) SetRetention(workspace string, r Retention) error {
	return t.UpdateWorkspace(workspace, WorkspaceUpdate{RetentionText: new(encode(r))})
}

// CallsUntil is the moment whose earlier calls are no longer kept.
func (r Retention) CallsUntil(now time.Time) time.Time { return now.AddDate(0, -r.CallMonths, 0) }

// SessionLength is how long somebody stays signed in.
func (r Retention) SessionLength() time.Duration { return days(r.SessionDays) }

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
