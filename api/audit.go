package api

import (
	"context"
	"encoding/json"

	"ringdesk/models"
)

// ListAudit lists who changed or exported what.
func (h *handlers) ListAudit(ctx context.Context, req ListAuditRequestObject) (ListAuditResponseObject, error) {
	id, err := asAdmin(ctx, "see the audit log")
	if err != nil {
		return nil, err
	}
	p := req.Params
	after, err := readCursor("audit", p.Cursor)
	if err != nil {
		return nil, err
	}
	limit := limitOf(p.Limit)
	rows, err := h.opts.Store.Audit(ctx, id.workspace, models.AuditFilter{Kind: string(value(p.Kind)), EntityID: value(p.EntityId), Action: string(value(p.Action)),
		By: value(p.By), From: value(p.From), To: value(p.To), Before: after.id, Limit: limit + 1})
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, limit, "audit", func(e models.AuditEntry) cursor { return cursor{id: e.ID} })
	names, err := h.opts.Store.AgentNames(ctx, id.workspace)
	items := make([]AuditEntry, len(rows))
	for i, e := range rows {
		items[i] = viewAudit(e, names)
	}
	return ListAudit200JSONResponse{Items: items, Next: next}, err
}

func viewAudit(e models.AuditEntry, names map[string]string) AuditEntry {
	v := AuditEntry{Id: e.ID, At: e.At.Time, By: AuditBy{Kind: AuditByKind(e.ByKind), Id: optional(e.ByID), Name: e.ByName}, Address: optional(e.Address),
		Action: AuditAction(e.Action), Kind: AuditKind(e.Kind), EntityId: optional(e.EntityID), Name: e.Name, Changes: []AuditChange{}}
	if v.By.Kind == AuditByKindAgent {
		v.By.Name = names[e.ByID]
	}
	for _, c := range e.ChangeList() {
		v.Changes = append(v.Changes, AuditChange{Field: c.Field, Old: anyOf(c.Old), New: anyOf(c.New), Hidden: optional(c.Hidden)})
	}
	return v
}

// anyOf is stored JSON as the generated types want it; nil for none.
func anyOf(text json.RawMessage) any {
	if text == nil {
		return nil
	}
	return text
}
