package models

import (
	"context"
	"database/sql"
	"time"

	"ringdesk/controller/journal"
)

// Webhook is where other systems are told what happens in calls (ADM-6).
type Webhook struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	Name        string
	URL         string `gorm:"column:url"`
	EventText   string `gorm:"column:events"` // JSON list
	Enabled     bool
	Secret      string // whsec_ and the key in base64
	OldSecret   string // the one before it, which also signs until OldUntil
	OldUntil    Time
	Since       Time // what was before is not told
	CreatedAt   Time
}

// Events are the types of events that are told.
func (w Webhook) Events() []string { return decode[[]string](w.EventText) }

// SetEvents changes which types of events are told.
func (w *Webhook) SetEvents(types []string) { w.EventText = encode(types) }

// WebhookCursor says how far the changes were read, and which controller does it.
type WebhookCursor struct {
	ID         int64 `gorm:"primaryKey"`
	Seq        int64 // of the last change that was read
	Since      Time  // nothing older is an event
	Owner      string
	LeaseUntil Time
}

func (WebhookCursor) TableName() string { return "webhook_cursor" }

// SaveWebhook makes a webhook or writes all of it anew, and tells who delivers.
func (t *Tx) SaveWebhook(w Webhook) error {
	if err := t.db.Save(&w).Error; err != nil {
		return err
	}
	return t.webhooksChanged(w.ID, w.Since)
}

// DeleteWebhook removes a webhook with its deliveries.
func (t *Tx) DeleteWebhook(workspace, id string) error {
	if err := gone(t.db.Where("workspace_id = ? AND id = ?", workspace, id).Delete(&Webhook{})); err != nil {
		return err
	}
	if _, err := exec(t.db, "DELETE FROM webhook_deliveries WHERE hook_id = ?", id); err != nil {
		return err
	}
	return t.webhooksChanged(id, Time{})
}

// webhooksChanged keeps the cursor while a webhook is on, and no longer: whoever has
// none pays for none.
func (t *Tx) webhooksChanged(id string, now Time) error {
	on, err := value[int](t.db, "SELECT COUNT(*) FROM webhooks WHERE enabled")
	if err != nil {
		return err
	}
	if on == 0 {
		_, err = exec(t.db, "DELETE FROM webhook_cursor WHERE id = 1")
	} else {
		_, err = exec(t.db, `INSERT INTO webhook_cursor (id, seq, since, owner, lease_until) SELECT 1, COALESCE(MAX(seq), 0), ?, '', NULL FROM changes WHERE true
			ON CONFLICT (id) DO NOTHING`, now.moment())
	}
	if err != nil {
		return err
	}
	return t.WebhookWork(id)
}

// WebhookWork tells who delivers that there is something for a webhook.
func (t *Tx) WebhookWork(id string) error { return t.Changed("", journal.TopicWebhook, id) }

// Webhook finds a webhook inside the transaction.
func (t *Tx) Webhook(workspace, id string) (Webhook, error) {
	return one[Webhook](t.db, "workspace_id = ? AND id = ?", workspace, id)
}

// CountWebhooks says how many webhooks a workspace has.
func (t *Tx) CountWebhooks(workspace string) (int, error) {
	return value[int](t.db, "SELECT COUNT(*) FROM webhooks WHERE workspace_id = ?", workspace)
}

// Webhook finds a webhook of a workspace.
func (s *Store) Webhook(ctx context.Context, workspace, id string) (Webhook, error) {
	return one[Webhook](s.read.WithContext(ctx), "workspace_id = ? AND id = ?", workspace, id)
}

// Webhooks lists the webhooks of a workspace, oldest first.
func (s *Store) Webhooks(ctx context.Context, workspace string) ([]Webhook, error) {
	var ws []Webhook
	return ws, s.read.WithContext(ctx).Where("workspace_id = ?", workspace).Order("created_at, id").Find(&ws).Error
}

// EnabledWebhooks lists those of all workspaces that are on.
func (s *Store) EnabledWebhooks(ctx context.Context) ([]Webhook, error) {
	var ws []Webhook
	return ws, s.read.WithContext(ctx).Where("enabled").Order("id").Find(&ws).Error
}

// WebhookCursor gives the cursor; ErrNotFound while no webhook is on.
func (s *Store) WebhookCursor(ctx context.Context) (WebhookCursor, error) {
	c := WebhookCursor{ID: 1}
	return c, first(s.read.WithContext(ctx), []any{&c.Seq, &c.Since, &c.Owner, &c.LeaseUntil}, "SELECT seq, since, owner, lease_until FROM webhook_cursor WHERE id = 1")
}

// LeaseWebhooks makes a controller the one that delivers until a moment. ErrConflict
// says that another one does.
func (t *Tx) LeaseWebhooks(owner string, now, until time.Time) error {
	n, err := exec(t.db, "UPDATE webhook_cursor SET owner = ?, lease_until = ? WHERE id = 1 AND (owner = ? OR lease_until IS NULL OR lease_until <= ?)", owner, At(until), owner, At(now))
	if err == nil && n == 0 {
		err = ErrConflict
	}
	return err
}

// MoveWebhookCursor notes that the changes were read from one number to another. ErrConflict
// says that somebody else has done so.
func (t *Tx) MoveWebhookCursor(from, to int64) error {
	n, err := exec(t.db, "UPDATE webhook_cursor SET seq = ? WHERE id = 1 AND seq = ?", to, from)
	if err == nil && n == 0 {
		err = ErrConflict
	}
	return err
}

// ChangesAfter lists changes behind a number, in order.
func (s *Store) ChangesAfter(ctx context.Context, seq int64, limit int) (cs []Change, err error) {
	err = each(s.read.WithContext(ctx), func(rows *sql.Rows) error {
		var c Change
		err := rows.Scan(&c.Seq, &c.WorkspaceID, &c.Topic, &c.EntityID, &c.At)
		cs = append(cs, c)
		return err
	}, "SELECT seq, workspace_id, topic, entity_id, at FROM changes WHERE seq > ? ORDER BY seq LIMIT ?", seq, limit)
	return cs, err
}
