package people

import (
	"encoding/json"
	"fmt"

	"ringdesk/controller/verb"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// CheckSettings checks how calls are to be handled, as JSON, and gives it as it
// is stored with a workspace, a team or a number. The teams that it names must
// be the workspace's. Hours that were switched by hand stay
// so: that has verbs of its own. at is where the settings stand in the request, ""
// when they are all of it.
func CheckSettings(tx *models.Tx, workspace, at, before, text string) (string, error) {
	s, err := dialplan.Parse(text)
	if err != nil {
		return "", verb.Setting(at, err)
	}
	teams := []string{s.Team}
	for _, level := range s.Fallback {
		teams = append(teams, level.Team)
	}
	for i, team := range teams {
		if team == "" {
			continue
		}
		ok, err := tx.HasTeam(workspace, team)
		if err != nil {
			return "", err
		}
		if !ok {
			return "", verb.Setting(at, fmt.Errorf("%s names a team that your workspace does not have: give the id of one", teamField(i)))
		}
	}
	old, err := dialplan.Parse(before)
	if err != nil {
		return "", err
	}
	s.Override = old.Override
	checked, err := json.Marshal(s)
	return string(checked), err
}

// teamField is where the i-th team stands in settings.
func teamField(i int) string {
	if i == 0 {
		return "team"
	}
	return fmt.Sprintf("fallback.%d.team", i-1)
}
