package memstore

import (
	"context"
	"slices"
	"time"

	"ringdesk/models"
)

// programKey names a version of a workspace's flows.
type programKey struct {
	workspace string
	version   int
}

// PutProgram puts a version of a workspace's flows in force.
func (t *Tx) PutProgram(workspace string, version int, program string) error {
	w, there := t.workspaces[workspace]
	if !there {
		return models.ErrNotFound
	}
	w.ActiveFlow = version
	put(t, t.workspaces, workspace, w)
	put(t, t.programs, programKey{workspace, version}, program)
	return nil
}

func (s *Store) FlowProgram(_ context.Context, workspace string, version int) (string, error) {
	p, there := s.programs[programKey{workspace, version}]
	if !there {
		return "", models.ErrNotFound
	}
	return p, nil
}

func (t *Tx) FlowProgram(workspace string, version int) (string, error) {
	return t.Store.FlowProgram(context.Background(), workspace, version)
}

// tagsOfLatest is as in models.
const tagsOfLatest = 200

func (t *Tx) ContactTags(workspace, contact string) ([]string, error) {
	var ids, tags []string
	for id, c := range t.conversations {
		if c.ContactID == contact && c.WorkspaceID == workspace {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids[max(0, len(ids)-tagsOfLatest):] {
		tags = append(tags, t.tags[id]...)
	}
	slices.Sort(tags)
	return slices.Compact(tags), nil
}

func (s *Store) FreeAgents(_ context.Context, workspace, team string, now time.Time) (int, error) {
	n := 0
	for _, a := range s.byWorkspace[workspace] {
		_, claimed := s.claims[a.AccountID]
		state := models.AgentState{Agent: a.Agent}
		if !claimed && a.TakesPhone && s.works(a, now) && !state.DNDNow(now) && !state.WrapUpNow(now) && (team == "" || slices.Contains(a.teams, team)) {
			n++
		}
	}
	return n, nil
}

func (t *Tx) Team(workspace, id string) (models.Team, error) {
	team, there := t.teams[id]
	if !there || team.WorkspaceID != workspace {
		return models.Team{}, models.ErrNotFound
	}
	return team, nil
}
