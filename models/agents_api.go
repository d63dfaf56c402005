package models

import (
	"context"
	"strings"
	"time"
)

// HeardPhones records when each phone's browser was last heard from. A moment
// that is older than the recorded one changes nothing.
func (t *Tx) HeardPhones(heard map[string]time.Time) error {
	if len(heard) == 0 {
		return nil
	}
	args := make([]any, 0, 2*len(heard))
	for id, at := range heard {
		args = append(args, id, At(at))
	}
	rows := strings.TrimSuffix(strings.Repeat("(?, ?),", len(heard)), ",")
	return t.db.Exec("WITH heard (id, at) AS (VALUES "+rows+`)
		UPDATE phones SET seen_at = (SELECT at FROM heard WHERE heard.id = phones.id)
		WHERE EXISTS (SELECT 1 FROM heard WHERE heard.id = phones.id AND heard.at > phones.seen_at)`, args...).Error
}

// ReadyPhones lists the phones that are registered with the engine.
func (s *Store) ReadyPhones(ctx context.Context) ([]Phone, error) {
	var ps []Phone
	return ps, s.read.WithContext(ctx).Omit("password").Where("ready").Find(&ps).Error
}

// AgentsByID finds several agents of a workspace.
func (s *Store) AgentsByID(ctx context.Context, workspace string, ids []string) ([]AgentState, error) {
	return agentsWhere(s.read.WithContext(ctx), workspace, "AND a.id IN ?", ids)
}

// AgentNames gives the names of a workspace's agents by id.
func (s *Store) AgentNames(ctx context.Context, workspace string) (map[string]string, error) {
	var as []Agent
	if err := s.read.WithContext(ctx).Select("id", "name").Where("workspace_id = ?", workspace).Find(&as).Error; err != nil {
		return nil, err
	}
	names := make(map[string]string, len(as))
	for _, a := range as {
		names[a.ID] = a.Name
	}
	return names, nil
}

// HasAgent says inside the transaction whether an agent belongs to a
// workspace.
func (t *Tx) HasAgent(workspace, id string) (bool, error) {
	var n int64
	err := t.db.Model(&Agent{}).Where("workspace_id = ? AND id = ?", workspace, id).Count(&n).Error
	return n > 0, err
}
