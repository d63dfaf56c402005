package people

import (
	"context"
	"encoding/json"
	"strings"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// leastRing is the shortest ring time in seconds that an agent may have
// (IN-4); 0 means none of their own.
const leastRing = 5

// mostSkillName is how long the name of a skill may be, in bytes.
const mostSkillName = 100

// AgentChange is what is to be different about an agent; what is nil stays.
type AgentChange struct {
	Name        *string
	Role        *string // owner, admin, agent
	Seat        *bool
	PlacesCalls *bool
	Supervises  *bool
	RingSeconds *int
	Skills      *map[string]int // to levels, 1 to 9
	Teams       *[]string       // ids
}

// ChangeAgent changes an agent. Owners are made and changed by owners only, and
// a workspace keeps one.
func (p *People) ChangeAgent(ctx context.Context, by verb.By, workspace, agent string, c AgentChange) error {
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		a, err := tx.Member(workspace, agent)
		if err != nil {
			return verb.Missing(err, UnknownAgent, reason.NoAgent)
		}
		u, err := c.update(by, a)
		if err != nil {
			return err
		}
		before, err := agentFields(tx, workspace, agent)
		if err != nil {
			return err
		}
		if u.Role != nil {
			if err := keepsOwner(tx, a); err != nil {
				return err
			}
		}
		if err := setTeams(tx, a, c.Teams); err != nil {
			return err
		}
		if err := tx.UpdateAgent(workspace, agent, u); err != nil {
			return err
		}
		return p.noteFields(tx, by, workspace, audit.Entry{Action: audit.Changed, Kind: audit.Agent, ID: agent}, before, agentFields)
	})
}

// setTeams puts an agent into exactly these teams; nil changes nothing.
func setTeams(tx *models.Tx, a models.Agent, teams *[]string) error {
	if teams == nil {
		return nil
	}
	return verb.Absent(tx.SetTeamsOf(a.WorkspaceID, a.ID, *teams), "teams", "One of these ids is no team of your workspace's.", reason.NoTeam)
}

// update checks a change and gives it as the store takes it.
func (c AgentChange) update(by verb.By, a models.Agent) (u models.AgentUpdate, err error) {
	if a.Role == owner && !by.IsOwner() {
		return u, verb.Refuse(verb.Forbidden, "", "Only an owner can change an owner: ask one of yours.").Because(reason.OwnersOnly)
	}
	if c.Role != nil && *c.Role != a.Role {
		if *c.Role == owner && !by.IsOwner() {
			return u, verb.Refuse(verb.Forbidden, "", "Only an owner can make somebody an owner: ask one of yours.").Because(reason.OwnersOnly)
		}
		u.Role = c.Role
	}
	if u.Name, err = trimmed(c.Name); err != nil {
		return u, err
	}
	if s := c.RingSeconds; s != nil && *s != 0 && *s < leastRing {
		return u, verb.Refuse(verb.Invalid, "ringSeconds", "ringSeconds must be 5 to 120, or 0 for what the settings say.").Because(reason.OutOfRange, "min", "5", "max", "120")
	}
	if c.Skills != nil {
		text, err := skillsText(*c.Skills)
		if err != nil {
			return u, err
		}
		u.Skills = &text
	}
	u.RingSeconds, u.Seat, u.PlacesCalls, u.Supervises = c.RingSeconds, c.Seat, c.PlacesCalls, c.Supervises
	return u, nil
}

// trimmed is a name without the spaces around it; an empty one is refused.
func trimmed(name *string) (*string, error) {
	if name == nil {
		return nil, nil
	}
	text := strings.TrimSpace(*name)
	if text == "" {
		return nil, verb.Refuse(verb.Invalid, "name", "name must not be empty.").Because(reason.Required)
	}
	return &text, nil
}

// skillsText is how skills are stored.
func skillsText(skills map[string]int) (string, error) {
	for name := range skills {
		if strings.TrimSpace(name) == "" || name != strings.TrimSpace(name) || len(name) > mostSkillName {
			return "", verb.Refuse(verb.Invalid, "skills", "A skill needs a name of at most 100 bytes, without spaces around it: %q is none.", verb.Short(name)).Because(reason.BadSkill)
		}
	}
	text, err := json.Marshal(skills)
	return string(text), err
}

// CheckAgents refuses agents that do not belong to a workspace; field is where
// the request names them.
func CheckAgents(tx *models.Tx, workspace, field string, agents []string) error {
	for _, a := range agents {
		ok, err := tx.HasAgent(workspace, a)
		if err == nil && !ok {
			err = verb.Refuse(verb.Invalid, field, "There is no agent with the id %s in your workspace.", verb.Short(a)).Because(reason.NoAgent)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
