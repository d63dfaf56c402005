package people

import (
	"context"
	"errors"
	"strings"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// UnknownTeam says that a workspace has no such team.
const UnknownTeam = "There is no team with this id in your workspace."

// TeamChange is what is to be different about a team; what is nil stays.
type TeamChange struct {
	Name     *string
	Members  *[]string // ids of agents
	Settings *string   // JSON, dialplan.Settings
}

// AddTeam makes a team, which needs a name, and gives its id.
func (p *People) AddTeam(ctx context.Context, by verb.By, workspace string, c TeamChange) (id string, err error) {
	t := models.Team{ID: models.NewID(), WorkspaceID: workspace, Settings: "{}", CreatedAt: models.At(p.Now())}
	err = p.Store.Tx(ctx, func(tx *models.Tx) error {
		u, err := c.update(tx, t)
		if err != nil {
			return err
		}
		if u.Settings != nil {
			t.Settings = *u.Settings
		}
		t.Name = *u.Name
		if err := tx.AddTeam(t); err != nil {
			return nameTaken(err)
		}
		if err := setMembers(tx, t, c.Members); err != nil {
			return err
		}
		return p.noteFields(tx, by, workspace, audit.Entry{Action: audit.Created, Kind: audit.Team, ID: t.ID}, nil, teamFields)
	})
	return t.ID, err
}

// ChangeTeam changes a team.
func (p *People) ChangeTeam(ctx context.Context, by verb.By, workspace, id string, c TeamChange) error {
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		t, err := tx.Team(workspace, id)
		if err != nil {
			return verb.Missing(err, UnknownTeam, reason.NoTeam)
		}
		u, err := c.update(tx, t)
		if err != nil {
			return err
		}
		before, err := teamFields(tx, workspace, id)
		if err != nil {
			return err
		}
		if err := tx.UpdateTeam(workspace, id, u); err != nil {
			return nameTaken(err)
		}
		if err := setMembers(tx, t, c.Members); err != nil {
			return err
		}
		return p.noteFields(tx, by, workspace, audit.Entry{Action: audit.Changed, Kind: audit.Team, ID: id}, before, teamFields)
	})
}

// update checks a change, apart from the members, and gives it as the store
// takes it.
func (c TeamChange) update(tx *models.Tx, t models.Team) (u models.TeamUpdate, err error) {
	if u.Name, err = trimmed(c.Name); err != nil || c.Settings == nil {
		return u, err
	}
	text, err := CheckSettings(tx, t.WorkspaceID, "settings", t.Settings, *c.Settings)
	u.Settings = &text
	return u, err
}

func setMembers(tx *models.Tx, t models.Team, members *[]string) error {
	if members == nil {
		return nil
	}
	if err := CheckAgents(tx, t.WorkspaceID, "members", *members); err != nil {
		return err
	}
	return tx.SetTeamMembers(t.WorkspaceID, t.ID, *members)
}

func nameTaken(err error) error {
	if errors.Is(err, models.ErrConflict) {
		return verb.Refuse(verb.Conflict, "name", "There is a team with this name already: choose another.").Because(reason.TeamNameTaken)
	}
	return err
}

// RemoveTeam removes a team that nothing sends calls to.
func (p *People) RemoveTeam(ctx context.Context, by verb.By, workspace, id string) error {
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		before, err := teamFields(tx, workspace, id)
		if err != nil {
			return verb.Missing(err, UnknownTeam, reason.NoTeam)
		}
		uses, err := tx.TeamUses(workspace, id)
		if err != nil {
			return err
		}
		if len(uses) > 0 {
			return verb.Refuse(verb.Conflict, "", "%s. Change that first, then remove the team.", usesOf(uses)).Because(reason.TeamInUse, "text", usesOf(uses))
		}
		if err := tx.DeleteTeam(workspace, id); err != nil {
			return err
		}
		name, _ := before["name"].(string)
		return p.note(tx, by, workspace, audit.Entry{Action: audit.Removed, Kind: audit.Team, ID: id, Name: name, Changes: audit.Diff(before, nil)})
	})
}

// usesOf says what sends calls to a team.
func usesOf(uses []models.TeamUse) string {
	var by []string
	waiting := false
	for _, u := range uses {
		switch u.Kind {
		case "workspace":
			by = append(by, "the workspace")
		case "call":
			waiting = true
		default:
			by = append(by, "the "+u.Kind+" "+u.Name)
		}
	}
	if len(by) == 0 {
		return "Callers wait for this team"
	}
	text := "The settings of " + strings.Join(by, ", ") + " send calls to this team"
	if waiting {
		text += ", and callers wait for it"
	}
	return text
}
