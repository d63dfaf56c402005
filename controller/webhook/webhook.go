package webhook

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// mostWebhooks is how many webhooks a workspace may have (SEC-4).
const mostWebhooks = 20

// Webhooks carries the verbs out.
type Webhooks struct {
	Store *models.Store
	Now   func() time.Time
	Guard Guard
}

// Change is what a webhook is to be; what is nil stays, or has its default.
type Change struct {
	Name, URL *string
	Events    *[]string
	Enabled   *bool
}

// Add makes a webhook. Its secret is in what it gives, and shown nowhere else.
func (h *Webhooks) Add(ctx context.Context, by verb.By, workspace string, c Change) (w models.Webhook, err error) {
	now := models.At(h.Now())
	w = models.Webhook{ID: models.NewID(), WorkspaceID: workspace, Enabled: true, Secret: newSecret(), Since: now, CreatedAt: now}
	w.SetEvents(Types)
	if err := h.apply(&w, c); err != nil {
		return w, err
	}
	return w, h.tx(ctx, by, func(tx *models.Tx) error {
		if n, err := tx.CountWebhooks(workspace); err != nil {
			return err
		} else if n >= mostWebhooks {
			return verb.Refuse(verb.Conflict, "", "A workspace has at most %d webhooks: delete one first.", mostWebhooks).Because(reason.TooManyWebhooks, "max", "20")
		}
		if err := tx.SaveWebhook(w); err != nil {
			return err
		}
		return h.note(tx, by, audit.Created, w, audit.Diff(nil, fields(w))...)
	})
}

// Change changes a webhook. One that is switched on is told of what happens from then on.
func (h *Webhooks) Change(ctx context.Context, by verb.By, workspace, id string, c Change) (w models.Webhook, err error) {
	return w, h.tx(ctx, by, func(tx *models.Tx) error {
		before, err := find(tx, workspace, id)
		if err != nil {
			return err
		}
		w = before
		if err := h.apply(&w, c); err != nil {
			return err
		}
		if w.Enabled && !before.Enabled {
			w.Since = models.At(h.Now())
		}
		if err := tx.SaveWebhook(w); err != nil {
			return err
		}
		return h.note(tx, by, audit.Changed, w, audit.Diff(fields(before), fields(w))...)
	})
}

// Delete removes a webhook; what waits for it is not sent any more.
func (h *Webhooks) Delete(ctx context.Context, by verb.By, workspace, id string) error {
	return h.tx(ctx, by, func(tx *models.Tx) error {
		w, err := find(tx, workspace, id)
		if err != nil {
			return err
		}
		if err := tx.DeleteWebhook(workspace, id); err != nil {
			return err
		}
		return h.note(tx, by, audit.Removed, w, audit.Diff(fields(w), nil)...)
	})
}

// Rotate gives a webhook a new secret. The one before it signs, too, for 24 hours; one that is
// older, or all of them with atOnce, no longer.
func (h *Webhooks) Rotate(ctx context.Context, by verb.By, workspace, id string, atOnce bool) (w models.Webhook, err error) {
	return w, h.tx(ctx, by, func(tx *models.Tx) error {
		if w, err = find(tx, workspace, id); err != nil {
			return err
		}
		w.OldSecret, w.OldUntil, w.Secret = w.Secret, models.At(h.Now().Add(overlap)), newSecret()
		if atOnce {
			w.OldSecret, w.OldUntil = "", models.Time{}
		}
		if err := tx.SaveWebhook(w); err != nil {
			return err
		}
		return h.note(tx, by, audit.Changed, w, models.AuditChange{Field: "secret", Hidden: true})
	})
}

// Test sends a webhook an event that only tests it, and gives the delivery's id.
func (h *Webhooks) Test(ctx context.Context, by verb.By, workspace, id string) (delivered string, err error) {
	return delivered, h.tx(ctx, by, func(tx *models.Tx) error {
		w, err := find(tx, workspace, id)
		if err == nil {
			err = on(w)
		}
		if err != nil {
			return err
		}
		now := models.At(h.Now())
		body, err := json.Marshal(Body{Type: Test, Timestamp: now.Time, Data: Data{WorkspaceID: workspace}})
		if err != nil {
			return err
		}
		e := models.WebhookEvent{ID: models.NewID(), WorkspaceID: workspace, Sequence: 1, Type: Test, At: now, Body: string(body)}
		e.CallID = e.ID // it waits for no call's event
		d := delivery(w, e, now.Time)
		delivered = d.ID
		if err := tx.AddWebhookEvents([]models.WebhookEvent{e}, []models.WebhookDelivery{d}); err != nil {
			return err
		}
		if err := tx.WebhookWork(w.ID); err != nil {
			return err
		}
		return h.note(tx, by, audit.Ran, w)
	})
}

// replayedAtOnce is how many events one transaction of a replay makes pending, so that calls
// never wait long for it.
const replayedAtOnce = 500

// Replay sends a webhook again what has happened since a moment, as far as it is kept; it says
// how many events. Each has the id that it had. It goes in batches: an error leaves those
// before it pending.
func (h *Webhooks) Replay(ctx context.Context, by verb.By, workspace, id string, from time.Time) (n int, err error) {
	until, to, first := h.Now(), models.ReplayedTo{At: from}, true
	for more := true; more && err == nil; first = false {
		var batch int
		err = h.tx(ctx, by, func(tx *models.Tx) error {
			w, err := find(tx, workspace, id)
			if err == nil {
				err = on(w)
			}
			if err == nil && first {
				err = h.note(tx, by, audit.Ran, w)
			}
			if err == nil {
				batch, to, err = tx.ReplayEvents(w, w.Events(), to, until, until.Add(tryFor), replayedAtOnce)
			}
			if err != nil {
				return err
			}
			return tx.WebhookWork(w.ID)
		})
		n, more = n+batch, batch == replayedAtOnce
	}
	return n, err
}

// Resend sends a webhook one delivery again, whatever became of it, with the id that its event had.
func (h *Webhooks) Resend(ctx context.Context, by verb.By, workspace, id, delivery string) error {
	return h.tx(ctx, by, func(tx *models.Tx) error {
		w, err := find(tx, workspace, id)
		if err == nil {
			err = on(w)
		}
		if err != nil {
			return err
		}
		now := h.Now()
		err = tx.ResendDelivery(w.ID, delivery, now, now.Add(tryFor))
		if err := verb.Missing(err, "There is no delivery with this id: it may be older than 31 days.", reason.NoDelivery); err != nil {
			return err
		}
		if err := tx.WebhookWork(w.ID); err != nil {
			return err
		}
		return h.note(tx, by, audit.Ran, w)
	})
}

// on refuses what makes no sense for a webhook that is off.
func on(w models.Webhook) error {
	if w.Enabled {
		return nil
	}
	return verb.Refuse(verb.Conflict, "", "This webhook is off: switch it on first.").Because(reason.WebhookOff)
}

func (h *Webhooks) tx(ctx context.Context, by verb.By, do func(*models.Tx) error) error {
	if err := by.NeedAdmin("change webhooks"); err != nil {
		return err
	}
	return h.Store.Tx(ctx, do)
}

// apply writes a change into a webhook, and refuses what cannot be.
func (h *Webhooks) apply(w *models.Webhook, c Change) error {
	if c.Name != nil {
		if w.Name = strings.TrimSpace(*c.Name); w.Name == "" {
			return verb.Refuse(verb.Invalid, "name", "name must not be empty.").Because(reason.Required)
		}
	}
	if c.URL != nil {
		if err := h.Guard.Check(*c.URL); err != nil {
			return verb.Refuse(verb.Invalid, "url", "url cannot be used: %s.", err).Because(reason.BadWebhookURL, "text", err.Error()+".")
		}
		w.URL = *c.URL
	}
	if c.Events != nil {
		events := slices.Clone(*c.Events)
		slices.SortFunc(events, func(a, b string) int { return slices.Index(Types, a) - slices.Index(Types, b) })
		w.SetEvents(slices.Compact(events))
	}
	if c.Enabled != nil {
		w.Enabled = *c.Enabled
	}
	return nil
}

func find(tx *models.Tx, workspace, id string) (models.Webhook, error) {
	w, err := tx.Webhook(workspace, id)
	return w, verb.Missing(err, "There is no webhook with this id in your workspace.", reason.NoWebhook)
}

func (h *Webhooks) note(tx *models.Tx, by verb.By, did audit.Action, w models.Webhook, changes ...models.AuditChange) error {
	return audit.Write(tx, by, w.WorkspaceID, h.Now(), audit.Entry{Action: did, Kind: audit.Webhook, ID: w.ID, Name: w.Name, Changes: changes})
}

// fields are what the audit log tells of a webhook.
func fields(w models.Webhook) audit.Fields {
	return audit.Fields{"name": w.Name, "url": w.URL, "events": w.Events(), "enabled": w.Enabled}
}
