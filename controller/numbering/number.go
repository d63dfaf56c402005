package numbering

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"ringdesk/controller/audit"
	"ringdesk/controller/people"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// UnknownNumber says that a workspace has no such number.
const UnknownNumber = "There is no number with this id in your workspace."

// NumberChange is what is to be different about a business number; what is nil
// stays.
type NumberChange struct {
	TrunkID       *string
	Label         *string
	Record        *bool
	AllowedAgents *[]string // may show it to those they call; empty means all
	Settings      *string   // JSON, dialplan.Settings
}

// AddNumber makes a business number on a trunk and gives its id; it answers
// calls at once (ADM-3).
func (n *Numbering) AddNumber(ctx context.Context, by verb.By, workspace, number, trunk string, c NumberChange) (id string, err error) {
	c.TrunkID = &trunk
	err = n.Store.Tx(ctx, func(tx *models.Tx) error {
		id, err = AddNumber(tx, by, workspace, number, c, models.At(n.Now()))
		return err
	})
	return id, err
}

// AddNumberFrom makes a business number on the trunk whose calls come from
// exactly these hosts; the trunk is made where there is none. It gives the
// number in E.164.
func (n *Numbering) AddNumberFrom(ctx context.Context, by verb.By, workspace, number string, hosts []string, c NumberChange) (e164 string, err error) {
	err = n.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := people.WorkspaceThere(tx, workspace); err != nil {
			return err
		}
		trunk, err := tx.TrunkWithHosts(workspace, hosts)
		if errors.Is(err, models.ErrNotFound) {
			trunk, err = AddTrunk(tx, by, workspace, TrunkChange{Name: new(strings.Join(hosts, ", ")), Hosts: &hosts}, models.At(n.Now()))
		}
		if err != nil {
			return err
		}
		c.TrunkID = &trunk.ID
		id, err := AddNumber(tx, by, workspace, number, c, models.At(n.Now()))
		if err != nil {
			return err
		}
		added, err := tx.NumberByID(workspace, id)
		e164 = added.Number
		return err
	})
	return e164, err
}

// AddNumber is the verb inside a transaction that makes more than a number.
// What c leaves open is recorded and without label.
func AddNumber(tx *models.Tx, by verb.By, workspace, number string, c NumberChange, now models.Time) (id string, err error) {
	w, err := tx.Workspace(workspace)
	if err != nil {
		return "", err
	}
	row := models.Number{ID: models.NewID(), WorkspaceID: workspace, Record: true, Settings: "{}", Outbound: "{}", CreatedAt: now}
	if row.Number, err = models.E164(number, w.Country); err != nil {
		return "", verb.Refuse(verb.Invalid, "number", "We cannot read %q: %s.", verb.Short(number), err.Error()).Because(reason.NotANumber, "text", verb.Short(number))
	}
	u, err := c.update(tx, row)
	if err != nil {
		return "", err
	}
	row.TrunkID = *c.TrunkID
	if err := tx.AddNumber(row); errors.Is(err, models.ErrConflict) {
		return "", verb.Refuse(verb.Conflict, "number", "%s is a business number already.", row.Number).Because(reason.NumberTaken, "number", row.Number)
	} else if err != nil {
		return "", err
	}
	if err := tx.UpdateNumber(workspace, row.ID, u); err != nil {
		return "", err
	}
	return row.ID, noteNumber(tx, by, audit.Entry{Action: audit.Created, ID: row.ID}, workspace, now, nil)
}

// ChangeNumber changes a business number.
func (n *Numbering) ChangeNumber(ctx context.Context, by verb.By, workspace, id string, c NumberChange) error {
	return n.Store.Tx(ctx, func(tx *models.Tx) error {
		row, err := tx.NumberByID(workspace, id)
		if err != nil {
			return verb.Missing(err, UnknownNumber, reason.NoNumber)
		}
		u, err := c.update(tx, row)
		if err != nil || u == (models.NumberUpdate{}) {
			return err
		}
		before, err := numberFields(tx, row)
		if err != nil {
			return err
		}
		if err := tx.UpdateNumber(workspace, id, u); err != nil {
			return err
		}
		return noteNumber(tx, by, audit.Entry{Action: audit.Changed, ID: id}, workspace, models.At(n.Now()), before)
	})
}

// update checks a change and gives it as the store takes it.
func (c NumberChange) update(tx *models.Tx, n models.Number) (u models.NumberUpdate, err error) {
	if c.TrunkID != nil {
		if _, err := tx.Trunk(n.WorkspaceID, *c.TrunkID); err != nil {
			return u, verb.Absent(err, "trunkId", UnknownTrunk, reason.NoTrunkLike)
		}
		u.TrunkID = c.TrunkID
	}
	if c.Label != nil {
		u.Label = new(strings.TrimSpace(*c.Label))
	}
	u.Record = c.Record
	if c.AllowedAgents != nil {
		out, err := models.ParseNumberOutbound(n.Outbound)
		if err != nil {
			return u, err
		}
		if err := people.CheckAgents(tx, n.WorkspaceID, "allowedAgents", *c.AllowedAgents); err != nil {
			return u, err
		}
		out.AllowedAgents = *c.AllowedAgents
		text, err := json.Marshal(out)
		if err != nil {
			return u, err
		}
		u.Outbound = new(string(text))
	}
	if c.Settings != nil {
		text, err := people.CheckSettings(tx, n.WorkspaceID, "settings", n.Settings, *c.Settings)
		if err != nil {
			return u, err
		}
		u.Settings = &text
	}
	return u, nil
}

// RemoveNumber removes a business number that nothing refers to.
func (n *Numbering) RemoveNumber(ctx context.Context, by verb.By, workspace, id string) error {
	return n.Store.Tx(ctx, func(tx *models.Tx) error {
		row, err := tx.NumberByID(workspace, id)
		if err != nil {
			return verb.Missing(err, UnknownNumber, reason.NoNumber)
		}
		used, err := tx.NumberUsed(id)
		if err != nil {
			return err
		}
		if used {
			return verb.Refuse(verb.Conflict, "", "%s has had calls, and their history refers to it. To take no more calls on it, switch on `turnAway` in its settings.", row.Number).Because(reason.NumberHasHistory, "number", row.Number)
		}
		before, err := numberFields(tx, row)
		if err != nil {
			return err
		}
		if err := tx.DeleteNumber(workspace, id); err != nil {
			return err
		}
		return n.note(tx, by, workspace, audit.Entry{Action: audit.Removed, Kind: audit.Number, ID: id, Name: row.Number, Changes: audit.Diff(before, nil)})
	})
}
