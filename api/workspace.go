package api

import (
	"context"

	"ringdesk/controller/people"
	"ringdesk/models"
)

// GetWorkspace gives the workspace itself.
func (h *handlers) GetWorkspace(ctx context.Context, _ GetWorkspaceRequestObject) (GetWorkspaceResponseObject, error) {
	w, err := h.opts.Store.Workspace(ctx, who(ctx).workspace)
	return GetWorkspace200JSONResponse{WorkspaceJSONResponse(viewWorkspace(w))}, err
}

// UpdateWorkspace changes the workspace itself.
func (h *handlers) UpdateWorkspace(ctx context.Context, req UpdateWorkspaceRequestObject) (UpdateWorkspaceResponseObject, error) {
	id, err := asAdmin(ctx, "change the workspace")
	if err != nil {
		return nil, err
	}
	b := req.Body
	if err := h.people.ChangeWorkspace(ctx, id.by(), id.workspace, people.WorkspaceChange{Name: b.Name, Language: (*string)(b.Language), Country: b.Country, TimeZone: b.TimeZone}); err != nil {
		return nil, err
	}
	h.workspaceChanged(id.workspace)
	w, err := h.opts.Store.Workspace(ctx, id.workspace)
	return UpdateWorkspace200JSONResponse{WorkspaceJSONResponse(viewWorkspace(w))}, err
}

func viewWorkspace(w models.Workspace) Workspace {
	return Workspace{Id: w.ID, Name: w.Name, Language: WorkspaceLanguage(w.Language), Country: w.Country, TimeZone: w.TimeZone}
}
