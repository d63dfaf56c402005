package models

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// OldRecordings are the recordings of a workspace that are no longer kept at a moment, at
// most limit: of calls that are over and no longer kept, or older than the recordings'
// own time. One that is still being made, by a call that is kept, is none of them.
func (s *Store) OldRecordings(ctx context.Context, workspace string, r Retention, now time.Time, limit int) ([]Recording, error) {
	until := r.CallsUntil(now)
	own := until
	if byDays := now.Add(-days(r.RecordingDays)); r.RecordingDays > 0 && byDays.After(until) {
		own = byDays
	}
	var rs []Recording
	err := s.read.WithContext(ctx).Raw(`SELECT r.* FROM recordings r JOIN calls c ON c.id = r.call_id
		WHERE r.workspace_id = ? AND r.created_at < ? AND NOT c.live AND (c.ended_at < ? OR c.ended_at < ? AND r.state IN ('ready', 'failed')) ORDER BY r.created_at LIMIT ?`,
		workspace, At(own), At(until), At(own), limit).Scan(&rs).Error
	return rs, err
}

// DropRecording removes a recording with its tracks, whose files are gone, and what was
// still to be done for it. The screens of its call hear of it.
func (t *Tx) DropRecording(r Recording) error {
	for _, q := range []*gorm.DB{
		t.db.Where("recording_id = ?", r.ID).Delete(&Track{}),
		t.db.Where("kind IN (?, ?) AND subject = ?", TaskMix, TaskUpload, r.ID).Delete(&Task{}),
		t.db.Where("id = ?", r.ID).Delete(&Recording{}),
	} {
		if q.Error != nil {
			return q.Error
		}
	}
	return t.Changed(r.WorkspaceID, "call", r.CallID)
}

// PruneCalls removes at most limit calls of a workspace that are over and no longer kept,
// with all that happened in them, and says how many. Those that still have a recording
// stay until that is removed.
func (t *Tx) PruneCalls(workspace string, r Retention, now time.Time, limit int) (int, error) {
	var ids []string
	err := t.db.Raw(`SELECT id FROM calls WHERE workspace_id = ? AND NOT live AND ended_at < ?
		AND NOT EXISTS (SELECT 1 FROM recordings WHERE recordings.call_id = calls.id) ORDER BY ended_at LIMIT ?`, workspace, At(r.CallsUntil(now)), limit).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	for _, q := range []string{"DELETE FROM call_facts WHERE call_id IN ?", "DELETE FROM agent_facts WHERE call_id IN ?", "DELETE FROM call_quality WHERE call_id IN ?", "DELETE FROM participants WHERE call_id IN ?", "DELETE FROM journal WHERE call_id IN ?", "DELETE FROM calls WHERE id IN ?"} {
		if err := t.db.Exec(q, ids).Error; err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

// PruneRefused removes at most limit entries of calls that no workspace took and that
// began before a moment, which their ids tell (UUIDv7): nothing else has an index.
func (t *Tx) PruneRefused(before time.Time, limit int) (int, error) {
	ms := before.UnixMilli()
	first := fmt.Sprintf("%08x-%04x", ms>>16, ms&0xffff)
	return t.pruned("DELETE FROM journal WHERE (call_id, seq) IN (SELECT call_id, seq FROM journal WHERE call_id < ? AND workspace_id = '' LIMIT ?)", first, limit)
}

// PruneAudit removes at most limit entries of a workspace's audit log.
func (t *Tx) PruneAudit(workspace string, r Retention, now time.Time, limit int) (int, error) {
	return t.pruned("DELETE FROM audit WHERE id IN (SELECT id FROM (SELECT id, at FROM audit WHERE workspace_id = ? ORDER BY id LIMIT ?) AS first WHERE at < ?)",
		workspace, limit, At(now.Add(-days(r.AuditDays))))
}

// PruneChanges removes those of some changes that webhooks were told of and that every cursor
// has passed, and says how many.
func (t *Tx) PruneChanges(seqs []int64) (int, error) {
	return t.pruned(`DELETE FROM changes WHERE seq IN ? AND seq <= COALESCE((SELECT seq FROM webhook_cursor WHERE id = 1), changes.seq)
		AND seq <= COALESCE((SELECT MIN(seq) FROM cursors), changes.seq)`, seqs)
}

// PruneTasks removes at most limit tasks that were done before a moment. What was given
// up stays: somebody must look at it.
func (t *Tx) PruneTasks(before time.Time, limit int) (int, error) {
	return t.pruned("DELETE FROM tasks WHERE id IN (SELECT id FROM tasks WHERE done_at < ? LIMIT ?)", At(before), limit)
}

// PruneAttempts removes failures to sign in, ended outbound calls of the ledger's waiting
// room and links, all of which have ended before a moment.
func (t *Tx) PruneAttempts(before time.Time) (int, error) {
	all := 0
	for _, q := range []string{"DELETE FROM login_failures WHERE last_at <= ?", "DELETE FROM outbound_calls WHERE ended_at <= ?", "DELETE FROM links WHERE expires_at <= ?"} {
		n, err := t.pruned(q, At(before))
		if err != nil {
			return all, err
		}
		all += n
	}
	return all, nil
}

func (t *Tx) pruned(query string, args ...any) (int, error) {
	res := t.db.Exec(query, args...)
	return int(res.RowsAffected), res.Error
}
