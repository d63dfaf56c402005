package numbering

import (
	"encoding/json"

	"ringdesk/controller/audit"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// note writes down what was done to something of a workspace.
func (n *Numbering) note(tx *models.Tx, by verb.By, workspace string, e audit.Entry) error {
	return audit.Write(tx, by, workspace, n.Now(), e)
}

// numberFields are what the audit log tells of a number.
func numberFields(tx *models.Tx, n models.Number) (audit.Fields, error) {
	t, err := tx.Trunk(n.WorkspaceID, n.TrunkID)
	if err != nil {
		return nil, err
	}
	out, err := models.ParseNumberOutbound(n.Outbound)
	if err != nil {
		return nil, err
	}
	names, err := tx.AgentNames(n.WorkspaceID)
	allowed := make([]string, len(out.AllowedAgents))
	for i, a := range out.AllowedAgents {
		allowed[i] = names[a]
	}
	return audit.Fields{"number": n.Number, "trunk": t.Name, "label": n.Label, "record": n.Record, "allowedAgents": allowed, "settings": audit.Settings(n.Settings)}, err
}

// noteNumber writes down what a change has made of a number; before is nil for a new
// one.
func noteNumber(tx *models.Tx, by verb.By, e audit.Entry, workspace string, now models.Time, before audit.Fields) error {
	row, err := tx.NumberByID(workspace, e.ID)
	if err != nil {
		return err
	}
	after, err := numberFields(tx, row)
	if err != nil {
		return err
	}
	e.Kind, e.Name, e.Changes = audit.Number, row.Number, audit.Diff(before, after)
	return audit.Write(tx, by, workspace, now.Time, e)
}

// trunkFields are what the audit log tells of a trunk; of its password, that it is
// another one.
func trunkFields(t models.Trunk) (audit.Fields, error) {
	s, err := t.Settings()
	if err != nil {
		return nil, err
	}
	password := audit.Secret(s.Password)
	s.Password = ""
	text, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	fields := audit.Fields{}
	if err := json.Unmarshal(text, (*map[string]any)(&fields)); err != nil {
		return nil, err
	}
	fields["name"], fields["hosts"], fields["password"] = t.Name, t.HostList(), password
	return fields, nil
}

func trunkEntry(did audit.Action, t models.Trunk, before, after audit.Fields) audit.Entry {
	return audit.Entry{Action: did, Kind: audit.Trunk, ID: t.ID, Name: t.Name, Changes: audit.Diff(before, after)}
}

// rateFields are what the audit log tells of a rate.
func rateFields(r models.Rate) audit.Fields {
	return audit.Fields{"prefix": r.Prefix, "country": r.Country, "name": r.Name, "rateMcu": r.RateMCU, "validFrom": r.ValidFrom.Time}
}
