package api

import (
	"context"

	"ringdesk/controller/numbering"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// ListNumbers lists the workspace's business numbers.
func (h *handlers) ListNumbers(ctx context.Context, _ ListNumbersRequestObject) (ListNumbersResponseObject, error) {
	workspace := who(ctx).workspace
	ns, err := h.opts.Store.Numbers(ctx, workspace)
	if err != nil {
		return nil, err
	}
	items, err := h.viewBusinessNumbers(ctx, workspace, ns)
	return ListNumbers200JSONResponse{Items: items}, err
}

// GetNumber gives one business number.
func (h *handlers) GetNumber(ctx context.Context, req GetNumberRequestObject) (GetNumberResponseObject, error) {
	v, err := h.businessNumber(ctx, who(ctx).workspace, req.Id)
	return GetNumber200JSONResponse{BusinessNumberJSONResponse(v)}, err
}

// CreateNumber adds a business number; it answers calls at once (ADM-3).
func (h *handlers) CreateNumber(ctx context.Context, req CreateNumberRequestObject) (CreateNumberResponseObject, error) {
	id, err := asAdmin(ctx, "add numbers")
	if err != nil {
		return nil, err
	}
	in := req.Body
	settings, err := settingsText(in.Settings)
	if err != nil {
		return nil, err
	}
	number, err := h.numbering.AddNumber(ctx, id.by(), id.workspace, in.Number, in.TrunkId,
		numbering.NumberChange{Label: in.Label, Record: in.Record, AllowedAgents: in.AllowedAgents, Settings: settings})
	if err != nil {
		return nil, err
	}
	known := h.provision(ctx, in.TrunkId)
	v, err := h.businessNumber(ctx, id.workspace, number)
	if !known {
		return CreateNumber202JSONResponse(v), err
	}
	return CreateNumber201JSONResponse{BusinessNumberJSONResponse(v)}, err
}

// UpdateNumber changes a business number.
func (h *handlers) UpdateNumber(ctx context.Context, req UpdateNumberRequestObject) (UpdateNumberResponseObject, error) {
	id, err := asAdmin(ctx, "change numbers")
	if err != nil {
		return nil, err
	}
	u := req.Body
	settings, err := settingsText(u.Settings)
	if err != nil {
		return nil, err
	}
	err = h.numbering.ChangeNumber(ctx, id.by(), id.workspace, req.Id,
		numbering.NumberChange{TrunkID: u.TrunkId, Label: u.Label, Record: u.Record, AllowedAgents: u.AllowedAgents, Settings: settings})
	if err != nil {
		return nil, err
	}
	v, err := h.businessNumber(ctx, id.workspace, req.Id)
	return UpdateNumber200JSONResponse{BusinessNumberJSONResponse(v)}, err
}

// DeleteNumber removes a business number that nothing refers to.
func (h *handlers) DeleteNumber(ctx context.Context, req DeleteNumberRequestObject) (DeleteNumberResponseObject, error) {
	id, err := asAdmin(ctx, "remove numbers")
	if err != nil {
		return nil, err
	}
	return DeleteNumber204Response{}, h.numbering.RemoveNumber(ctx, id.by(), id.workspace, req.Id)
}

func (s *Server) businessNumber(ctx context.Context, workspace, id string) (BusinessNumber, error) {
	n, err := s.opts.Store.NumberByID(ctx, workspace, id)
	if err != nil {
		return BusinessNumber{}, verb.Missing(err, numbering.UnknownNumber, reason.NoNumber)
	}
	views, err := s.viewBusinessNumbers(ctx, workspace, []models.Number{n})
	if err != nil {
		return BusinessNumber{}, err
	}
	return views[0], nil
}

func (s *Server) viewBusinessNumbers(ctx context.Context, workspace string, ns []models.Number) ([]BusinessNumber, error) {
	names, err := s.opts.Store.AgentNames(ctx, workspace)
	if err != nil {
		return nil, err
	}
	views := make([]BusinessNumber, len(ns))
	for i, n := range ns {
		out, err := models.ParseNumberOutbound(n.Outbound)
		if err != nil {
			return nil, err
		}
		settings, override, err := viewSettings(n.Settings, names)
		if err != nil {
			return nil, err
		}
		if out.AllowedAgents == nil {
			out.AllowedAgents = []string{}
		}
		views[i] = BusinessNumber{Id: n.ID, Number: n.Number, Label: n.Label, TrunkId: n.TrunkID, Record: n.Record,
			AllowedAgents: out.AllowedAgents, Settings: settings, Override: override, CreatedAt: n.CreatedAt.Time}
	}
	return views, nil
}
