package api

import (
	"context"

	"ringdesk/controller/people"
)

// GetRetention tells how long things are kept.
func (h *handlers) GetRetention(ctx context.Context, _ GetRetentionRequestObject) (GetRetentionResponseObject, error) {
	v, err := h.retention(ctx)
	return GetRetention200JSONResponse{RetentionJSONResponse(v)}, err
}

// UpdateRetention changes how long things are kept.
func (h *handlers) UpdateRetention(ctx context.Context, req UpdateRetentionRequestObject) (UpdateRetentionResponseObject, error) {
	id, err := asAdmin(ctx, "change how long things are kept")
	if err != nil {
		return nil, err
	}
	b := req.Body
	if err := h.people.ChangeRetention(ctx, id.by(), id.workspace, people.RetentionChange{CallMonths: b.CallMonths, RecordingDays: b.RecordingDays,
		AuditDays: b.AuditDays, SessionDays: b.SessionDays, ChangeHours: b.ChangeHours}); err != nil {
		return nil, err
	}
	v, err := h.retention(ctx)
	return UpdateRetention200JSONResponse{RetentionJSONResponse(v)}, err
}

func (h *handlers) retention(ctx context.Context) (Retention, error) {
	w, err := h.opts.Store.Workspace(ctx, who(ctx).workspace)
	if err != nil {
		return Retention{}, err
	}
	r, err := w.Retention()
	return Retention{CallMonths: r.CallMonths, RecordingDays: r.RecordingDays, AuditDays: r.AuditDays, SessionDays: r.SessionDays, ChangeHours: r.ChangeHours}, err
}
