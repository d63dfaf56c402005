package api

import (
	"context"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/controller/webhook"
	"ringdesk/models"
)

// ListWebhooks lists the webhooks.
func (h *handlers) ListWebhooks(ctx context.Context, _ ListWebhooksRequestObject) (ListWebhooksResponseObject, error) {
	id, err := asAdmin(ctx, "see webhooks")
	if err != nil {
		return nil, err
	}
	rows, err := h.opts.Store.Webhooks(ctx, id.workspace)
	if err != nil {
		return nil, err
	}
	items, err := h.viewWebhooks(ctx, rows...)
	return ListWebhooks200JSONResponse{Items: items}, err
}

// CreateWebhook makes a webhook.
func (h *handlers) CreateWebhook(ctx context.Context, req CreateWebhookRequestObject) (CreateWebhookResponseObject, error) {
	id, err := asAdmin(ctx, "make webhooks")
	if err != nil {
		return nil, err
	}
	b := req.Body
	w, err := h.webhooks.Add(ctx, id.by(), id.workspace, webhook.Change{Name: &b.Name, URL: &b.Url, Events: texts(b.Events)})
	if err != nil {
		return nil, err
	}
	h.log.Info("a webhook was made", "workspace", id.workspace, "webhook", w.ID, "by", id.session.AccountID)
	made, err := h.newWebhook(ctx, w)
	return CreateWebhook201JSONResponse(made), err
}

// UpdateWebhook changes a webhook.
func (h *handlers) UpdateWebhook(ctx context.Context, req UpdateWebhookRequestObject) (UpdateWebhookResponseObject, error) {
	id, err := asAdmin(ctx, "change webhooks")
	if err != nil {
		return nil, err
	}
	b := req.Body
	w, err := h.webhooks.Change(ctx, id.by(), id.workspace, req.Id, webhook.Change{Name: b.Name, URL: b.Url, Events: texts(b.Events), Enabled: b.Enabled})
	if err != nil {
		return nil, err
	}
	made, err := h.newWebhook(ctx, w)
	return UpdateWebhook200JSONResponse(made.Webhook), err
}

// DeleteWebhook deletes a webhook.
func (h *handlers) DeleteWebhook(ctx context.Context, req DeleteWebhookRequestObject) (DeleteWebhookResponseObject, error) {
	id, err := asAdmin(ctx, "delete webhooks")
	if err != nil {
		return nil, err
	}
	if err := h.webhooks.Delete(ctx, id.by(), id.workspace, req.Id); err != nil {
		return nil, err
	}
	h.log.Info("a webhook was deleted", "workspace", id.workspace, "webhook", req.Id, "by", id.session.AccountID)
	return DeleteWebhook204Response{}, nil
}

// RotateWebhookSecret gives a webhook a new secret.
func (h *handlers) RotateWebhookSecret(ctx context.Context, req RotateWebhookSecretRequestObject) (RotateWebhookSecretResponseObject, error) {
	id, err := asAdmin(ctx, "change webhooks' secrets")
	if err != nil {
		return nil, err
	}
	w, err := h.webhooks.Rotate(ctx, id.by(), id.workspace, req.Id, value(req.Body.AtOnce))
	if err != nil {
		return nil, err
	}
	h.log.Info("a webhook has a new secret", "workspace", id.workspace, "webhook", w.ID, "by", id.session.AccountID)
	made, err := h.newWebhook(ctx, w)
	return RotateWebhookSecret200JSONResponse(made), err
}

// TestWebhook sends a webhook an event that only tests it.
func (h *handlers) TestWebhook(ctx context.Context, req TestWebhookRequestObject) (TestWebhookResponseObject, error) {
	id, err := asAdmin(ctx, "test webhooks")
	if err != nil {
		return nil, err
	}
	delivery, err := h.webhooks.Test(ctx, id.by(), id.workspace, req.Id)
	if err != nil {
		return nil, err
	}
	return TestWebhook202JSONResponse{DeliveryId: delivery}, nil
}

// ReplayWebhook sends a webhook again what has happened since a moment.
func (h *handlers) ReplayWebhook(ctx context.Context, req ReplayWebhookRequestObject) (ReplayWebhookResponseObject, error) {
	id, err := asAdmin(ctx, "replay webhooks")
	if err != nil {
		return nil, err
	}
	n, err := h.webhooks.Replay(ctx, id.by(), id.workspace, req.Id, req.Body.From)
	if err != nil {
		return nil, err
	}
	return ReplayWebhook202JSONResponse{Deliveries: n}, nil
}

// ListWebhookDeliveries lists what a webhook was sent.
func (h *handlers) ListWebhookDeliveries(ctx context.Context, req ListWebhookDeliveriesRequestObject) (ListWebhookDeliveriesResponseObject, error) {
	id, err := asAdmin(ctx, "see what webhooks were sent")
	if err != nil {
		return nil, err
	}
	if _, err := h.opts.Store.Webhook(ctx, id.workspace, req.Id); err != nil {
		return nil, verb.Missing(err, "There is no webhook with this id in your workspace.", reason.NoWebhook)
	}
	p := req.Params
	after, err := readCursor("deliveries", p.Cursor)
	if err != nil {
		return nil, err
	}
	limit := limitOf(p.Limit)
	rows, err := h.opts.Store.Deliveries(ctx, req.Id, models.DeliveryFilter{State: string(value(p.State)), Before: after.id, Limit: limit + 1})
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, limit, "deliveries", func(d models.LoggedDelivery) cursor { return cursor{id: d.ID} })
	items := make([]WebhookDelivery, len(rows))
	for i, d := range rows {
		items[i] = viewDelivery(d)
	}
	return ListWebhookDeliveries200JSONResponse{Items: items, Next: next}, nil
}

// ResendWebhookDelivery sends a webhook one delivery again.
func (h *handlers) ResendWebhookDelivery(ctx context.Context, req ResendWebhookDeliveryRequestObject) (ResendWebhookDeliveryResponseObject, error) {
	id, err := asAdmin(ctx, "send to webhooks again")
	if err != nil {
		return nil, err
	}
	if err := h.webhooks.Resend(ctx, id.by(), id.workspace, req.Id, req.DeliveryId); err != nil {
		return nil, err
	}
	return ResendWebhookDelivery202Response{}, nil
}

// newWebhook shows a webhook with its secret.
func (h *handlers) newWebhook(ctx context.Context, w models.Webhook) (NewWebhook, error) {
	items, err := h.viewWebhooks(ctx, w)
	if err != nil {
		return NewWebhook{}, err
	}
	return NewWebhook{Webhook: items[0], Secret: w.Secret}, nil
}

func (h *handlers) viewWebhooks(ctx context.Context, rows ...models.Webhook) ([]Webhook, error) {
	ids := make([]string, len(rows))
	for i, w := range rows {
		ids[i] = w.ID
	}
	counts, err := h.opts.Store.DeliveryCounts(ctx, ids)
	items, now := make([]Webhook, len(rows)), h.opts.Now()
	for i, w := range rows {
		v := Webhook{Id: w.ID, Name: w.Name, Url: w.URL, Enabled: w.Enabled, Pending: counts[w.ID].Pending, Dead: counts[w.ID].Dead, CreatedAt: w.CreatedAt.Time, Events: []WebhookEventType{}}
		for _, e := range w.Events() {
			v.Events = append(v.Events, WebhookEventType(e))
		}
		if w.OldSecret != "" && now.Before(w.OldUntil.Time) {
			v.OldSecretUntil = w.OldUntil.Ptr()
		}
		items[i] = v
	}
	return items, err
}

func viewDelivery(d models.LoggedDelivery) WebhookDelivery {
	v := WebhookDelivery{Id: d.ID, EventId: d.EventID, Type: d.Type, At: d.At.Time, State: WebhookDeliveryState(d.State()), Attempts: d.Attempts,
		LastAt: d.LastAt.Ptr(), Status: optional(d.Status), Error: optional(d.Error), Response: optional(d.Response), Body: d.Body}
	if d.CallID != d.EventID {
		v.CallId, v.Sequence = &d.CallID, &d.Sequence
	}
	if d.Pending {
		v.DueAt = d.DueAt.Ptr()
	}
	if !d.LastAt.IsZero() {
		v.TookMs = &d.TookMS
	}
	return v
}

// texts are types of events as the verbs take them; nil stays nil.
func texts(types *[]WebhookEventType) *[]string {
	if types == nil {
		return nil
	}
	list := make([]string, len(*types))
	for i, t := range *types {
		list[i] = string(t)
	}
	return &list
}
