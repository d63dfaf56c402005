package models

import (
	"cmp"
	"database/sql"
	"errors"
	"time"
)

// noSettings is a JSON object that leaves everything to its default.
const noSettings = "{}"

// RoutingOf gives the settings that say how calls to a number are handled, as
// JSON text for dialplan.Parse. The team is the one that the number names, or
// else the workspace.
func (t *Tx) RoutingOf(numberID string) (workspaceJSON, teamJSON, numberJSON string, err error) {
	found, workspaceID := false, ""
	err = each(t.db, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(&workspaceJSON, &workspaceID, &numberJSON)
	}, "SELECT w.settings, w.id, n.settings FROM numbers n JOIN workspaces w ON w.id = n.workspace_id WHERE n.id = ?", numberID)
	if err == nil && !found {
		err = ErrNotFound
	}
	if err != nil {
		return "", "", "", err
	}
	if id := cmp.Or(teamOf(numberJSON), teamOf(workspaceJSON)); id != "" {
		teamJSON, err = value[string](t.db, "SELECT settings FROM teams WHERE workspace_id = ? AND id = ?", workspaceID, id)
		if errors.Is(err, ErrNotFound) { // it was deleted since
			err = nil
		}
	}
	return cmp.Or(workspaceJSON, noSettings), cmp.Or(teamJSON, noSettings), cmp.Or(numberJSON, noSettings), err
}

func teamOf(settings string) string {
	return decode[struct {
		Team string `json:"team"`
	}](settings).Team
}

// CallsSince counts the calls from outside that came to a workspace since a
// moment.
func (t *Tx) CallsSince(workspace string, since time.Time) (int, error) {
	return value[int](t.db, "SELECT COUNT(*) FROM calls WHERE workspace_id = ? AND started_at >= ? AND direction = 'inbound'", workspace, At(since))
}
