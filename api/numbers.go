package api

import (
	"context"
	"errors"
	"strings"

	"ringdesk/models"
)

const unknownNumber = "There is no number with this id in your workspace."

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
	w, err := h.opts.Store.Workspace(ctx, id.workspace)
	if err != nil {
		return nil, err
	}
	n := models.Number{ID: models.NewID(), WorkspaceID: id.workspace, Record: true, Settings: "{}", Outbound: "{}", CreatedAt: models.At(h.now())}
	if n.Number, err = models.E164(req.Body.Number, w.Country); err != nil {
		return nil, invalid("number", "We cannot read %q: %s.", short(req.Body.Number), err.Error())
	}
	update := NumberUpdate{TrunkId: &req.Body.TrunkId, Label: req.Body.Label, Record: req.Body.Record,
		AllowedAgents: req.Body.AllowedAgents, Settings: req.Body.Settings}
	var trunk models.Trunk
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) error {
		set, err := numberChanges(tx, n, &update)
		if err != nil {
			return err
		}
		if trunk, err = tx.Trunk(id.workspace, req.Body.TrunkId); err != nil {
			return err
		}
		n.TrunkID = trunk.ID
		if err := tx.AddNumber(n); err != nil {
			return err
		}
		return tx.UpdateNumber(id.workspace, n.ID, set)
	})
	if errors.Is(err, models.ErrConflict) {
		return nil, conflict("number", "%s is a business number already.", n.Number)
	}
	if err != nil {
		return nil, err
	}
	known := h.ensureTrunk(ctx, trunk)
	v, err := h.businessNumber(ctx, id.workspace, n.ID)
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
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) error {
		n, err := tx.NumberByID(id.workspace, req.Id)
		if err != nil {
			return missing(err, unknownNumber)
		}
		set, err := numberChanges(tx, n, req.Body)
		if err != nil || len(set) == 0 {
			return err
		}
		return tx.UpdateNumber(id.workspace, n.ID, set)
	})
	if err != nil {
		return nil, err
	}
	v, err := h.businessNumber(ctx, id.workspace, req.Id)
	return UpdateNumber200JSONResponse{BusinessNumberJSONResponse(v)}, err
}

// numberChanges gives the columns that an update of a number changes.
func numberChanges(tx *models.Tx, n models.Number, u *NumberUpdate) (map[string]any, error) {
	set := map[string]any{}
	if u.TrunkId != nil {
		if _, err := tx.Trunk(n.WorkspaceID, *u.TrunkId); err != nil {
			return nil, absent(err, "trunkId", unknownTrunk)
		}
		set["trunk_id"] = *u.TrunkId
	}
	if u.Label != nil {
		set["label"] = strings.TrimSpace(*u.Label)
	}
	put(set, "record", u.Record)
	if u.AllowedAgents != nil {
		out, err := models.ParseNumberOutbound(n.Outbound)
		if err != nil {
			return nil, err
		}
		if err := checkAgents(tx, n.WorkspaceID, "allowedAgents", *u.AllowedAgents); err != nil {
			return nil, err
		}
		out.AllowedAgents = *u.AllowedAgents
		if set["outbound"], err = jsonText(out); err != nil {
			return nil, err
		}
	}
	if u.Settings != nil {
		text, err := settingsText(tx, n.WorkspaceID, "settings", n.Settings, *u.Settings)
		if err != nil {
			return nil, err
		}
		set["settings"] = text
	}
	return set, nil
}

// checkAgents checks that agents belong to a workspace.
func checkAgents(tx *models.Tx, workspace, field string, agents []string) error {
	for _, a := range agents {
		ok, err := tx.HasAgent(workspace, a)
		if err == nil && !ok {
			err = invalid(field, "There is no agent with the id %s in your workspace.", short(a))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// DeleteNumber removes a business number that nothing refers to.
func (h *handlers) DeleteNumber(ctx context.Context, req DeleteNumberRequestObject) (DeleteNumberResponseObject, error) {
	id, err := asAdmin(ctx, "remove numbers")
	if err != nil {
		return nil, err
	}
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) error {
		n, err := tx.NumberByID(id.workspace, req.Id)
		if err != nil {
			return missing(err, unknownNumber)
		}
		used, err := tx.NumberUsed(n.ID)
		if err != nil {
			return err
		}
		if used {
			return conflict("", "%s has had calls, and their history refers to it. To take no more calls on it, switch on `turn` in its settings.", n.Number)
		}
		return tx.DeleteNumber(id.workspace, n.ID)
	})
	return DeleteNumber204Response{}, err
}

func (s *Server) businessNumber(ctx context.Context, workspace, id string) (BusinessNumber, error) {
	n, err := s.opts.Store.NumberByID(ctx, workspace, id)
	if err != nil {
		return BusinessNumber{}, missing(err, unknownNumber)
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
