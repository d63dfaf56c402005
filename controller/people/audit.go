package people

import (
	"ringdesk/controller/audit"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// note writes down what was done to something of a workspace.
func (p *People) note(tx *models.Tx, by verb.By, workspace string, e audit.Entry) error {
	return audit.Write(tx, by, workspace, p.Now(), e)
}

// noteAgent writes down what was done to an agent beside changing them.
func (p *People) noteAgent(tx *models.Tx, by verb.By, did audit.Action, a models.Agent, changes ...models.AuditChange) error {
	return p.note(tx, by, a.WorkspaceID, audit.Entry{Action: did, Kind: audit.Agent, ID: a.ID, Name: a.Name, Changes: changes})
}

// noteAccount writes down, in each workspace that an account belongs to, or in one
// ("" means all), what was done to it.
func (p *People) noteAccount(tx *models.Tx, by verb.By, did audit.Action, account, workspace string, changes ...models.AuditChange) error {
	ms, err := tx.Memberships(account)
	for _, m := range ms {
		if err == nil && (workspace == "" || m.WorkspaceID == workspace) {
			err = p.noteAgent(tx, by, did, m.Agent, changes...)
		}
	}
	return err
}

// newPassword is the change of a password, which is not told.
var newPassword = models.AuditChange{Field: "password", Hidden: true}

// agentFields are what the audit log tells of an agent.
func agentFields(tx *models.Tx, workspace, id string) (audit.Fields, error) {
	a, err := tx.AgentState(workspace, id)
	if err != nil {
		return nil, err
	}
	names, err := tx.TeamNames(workspace)
	if err != nil {
		return nil, err
	}
	teams := make([]string, len(a.Teams))
	for i, t := range a.Teams {
		teams[i] = names[t]
	}
	return audit.Fields{"email": a.Email, "name": a.Name, "role": a.Role, "seat": a.Seat, "placesCalls": a.PlacesCalls, "supervises": a.Supervises,
		"ringSeconds": a.RingSeconds, "skills": audit.Settings(a.Skills), "teams": teams}, nil
}

// teamFields are what the audit log tells of a team.
func teamFields(tx *models.Tx, workspace, id string) (audit.Fields, error) {
	t, err := tx.Team(workspace, id)
	if err != nil {
		return nil, err
	}
	names, err := tx.AgentNames(workspace)
	members := make([]string, len(t.Members))
	for i, a := range t.Members {
		members[i] = names[a]
	}
	return audit.Fields{"name": t.Name, "members": members, "settings": audit.Settings(t.Settings)}, err
}

// noteFields writes down what a change has made different: before is what read gave
// before it, nil for what is new.
func (p *People) noteFields(tx *models.Tx, by verb.By, workspace string, e audit.Entry, before audit.Fields, read func(*models.Tx, string, string) (audit.Fields, error)) error {
	after, err := read(tx, workspace, e.ID)
	if err != nil {
		return err
	}
	e.Changes = audit.Diff(before, after)
	if name, ok := after["name"].(string); ok {
		e.Name = name
	}
	return p.note(tx, by, workspace, e)
}
