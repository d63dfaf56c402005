package api

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"ringdesk/controller/flows"
	"ringdesk/controller/reason"
	"ringdesk/dialplan/flow"
	"ringdesk/models"
)

// asFlowReader gives the identity of somebody who may see the flows and try them out: an
// owner, admin or supervisor, or an API key.
func asFlowReader(ctx context.Context) (*identity, error) {
	id := who(ctx)
	if !id.byKey() && !supervises(id.agent) {
		return nil, forbidden("Only a supervisor, owner or admin can see the flows: ask one of yours.").because(reason.SupervisorsOnly)
	}
	return id, nil
}

// GetFlows gives the flows in force, or a text to start from.
func (h *handlers) GetFlows(ctx context.Context, _ GetFlowsRequestObject) (GetFlowsResponseObject, error) {
	id, err := asFlowReader(ctx)
	if err != nil {
		return nil, err
	}
	now, err := h.flows.Current(ctx, id.workspace)
	if err != nil {
		return nil, err
	}
	v := Flows{Active: now.Version.Version, Files: flowFiles(now.Files), Numbers: []FlowNumber{}, MayChange: id.by().IsAdmin()}
	for _, n := range now.Numbers {
		v.Numbers = append(v.Numbers, FlowNumber{Number: n.Number, Label: n.Label})
	}
	if v.Active > 0 {
		shown, err := h.viewFlowVersions(ctx, id.workspace, now.Version)
		if err != nil {
			return nil, err
		}
		v.Version = &shown[0]
	}
	if h.flows.Folder.Rules(id.workspace) {
		s := h.flows.Folder.State()
		v.MayChange, v.Folder = false, &FlowFolder{Path: s.Path, Trouble: optional(s.Trouble), Diagnostics: flowDiagnostics(s.Mistakes)}
	}
	return GetFlows200JSONResponse(v), nil
}

// GetFlowText gives the file with a number's flow, or what its settings say.
func (h *handlers) GetFlowText(ctx context.Context, req GetFlowTextRequestObject) (GetFlowTextResponseObject, error) {
	id, err := asFlowReader(ctx)
	if err != nil {
		return nil, err
	}
	file, err := h.flows.FileOf(ctx, id.workspace, req.Params.Number)
	return GetFlowText200JSONResponse{Name: file.Name, Text: file.Text}, err
}

// ListFlowVersions lists the versions of the flows.
func (h *handlers) ListFlowVersions(ctx context.Context, req ListFlowVersionsRequestObject) (ListFlowVersionsResponseObject, error) {
	id, err := asFlowReader(ctx)
	if err != nil {
		return nil, err
	}
	after, err := readCursor("flows", req.Params.Cursor)
	if err != nil {
		return nil, err
	}
	_, last, _ := strings.Cut(after.id, "/")
	below, _ := strconv.Atoi(last) // "" is from the newest on
	limit := limitOf(req.Params.Limit)
	rows, err := h.opts.Store.FlowVersions(ctx, id.workspace, below, limit+1)
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, limit, "flows", func(v models.FlowVersion) cursor { return cursor{id: v.WorkspaceID + "/" + strconv.Itoa(v.Version)} })
	items, err := h.viewFlowVersions(ctx, id.workspace, rows...)
	return ListFlowVersions200JSONResponse{Items: items, Next: next}, err
}

// GetFlowVersion gives a version with its files.
func (h *handlers) GetFlowVersion(ctx context.Context, req GetFlowVersionRequestObject) (GetFlowVersionResponseObject, error) {
	id, err := asFlowReader(ctx)
	if err != nil {
		return nil, err
	}
	v, err := h.flows.Version(ctx, id.workspace, req.Version)
	if err != nil {
		return nil, err
	}
	shown, err := h.viewFlowVersions(ctx, id.workspace, v)
	if err != nil {
		return nil, err
	}
	return GetFlowVersion200JSONResponse{Version: shown[0], Files: flowFiles(v.Files())}, nil
}

// PublishFlows puts files in force as the next version.
func (h *handlers) PublishFlows(ctx context.Context, req PublishFlowsRequestObject) (PublishFlowsResponseObject, error) {
	id, err := asAdmin(ctx, "change the flows")
	if err != nil {
		return nil, err
	}
	b := req.Body
	d := flows.Draft{Files: filesOf(b.Files), Base: b.Base, Message: value(b.Message), Source: flows.FromAPI}
	if b.Source != nil {
		d.Source = flows.Source(*b.Source)
	}
	v, err := h.flows.Publish(ctx, id.by(), id.workspace, d)
	if wrong, is := errors.AsType[flows.Mistakes](err); is {
		return PublishFlows422JSONResponse{Diagnostics: flowDiagnostics(wrong)}, nil
	}
	if err != nil {
		return nil, err
	}
	shown, err := h.published(ctx, id, v)
	return PublishFlows201JSONResponse(shown), err
}

// RestoreFlows puts the files of an older version in force.
func (h *handlers) RestoreFlows(ctx context.Context, req RestoreFlowsRequestObject) (RestoreFlowsResponseObject, error) {
	id, err := asAdmin(ctx, "change the flows")
	if err != nil {
		return nil, err
	}
	v, err := h.flows.Restore(ctx, id.by(), id.workspace, req.Version, flows.Draft{Base: req.Body.Base, Message: value(req.Body.Message), Source: flows.FromAPI})
	if wrong, is := errors.AsType[flows.Mistakes](err); is {
		return RestoreFlows422JSONResponse{Diagnostics: flowDiagnostics(wrong)}, nil
	}
	if err != nil {
		return nil, err
	}
	shown, err := h.published(ctx, id, v)
	return RestoreFlows201JSONResponse(shown), err
}

func (h *handlers) published(ctx context.Context, id *identity, v models.FlowVersion) (FlowVersion, error) {
	h.log.Info("flows were published", "workspace", id.workspace, "version", v.Version, "by", id.session.AccountID)
	shown, err := h.viewFlowVersions(ctx, id.workspace, v)
	if err != nil {
		return FlowVersion{}, err
	}
	return shown[0], nil
}

// CheckFlows says what is wrong with files.
func (h *handlers) CheckFlows(ctx context.Context, req CheckFlowsRequestObject) (CheckFlowsResponseObject, error) {
	id, err := asFlowReader(ctx)
	if err != nil {
		return nil, err
	}
	found, err := h.flows.Check(ctx, id.workspace, filesOf(req.Body.Files))
	return CheckFlows200JSONResponse{Diagnostics: flowDiagnostics(found)}, err
}

// DiffFlows tells in which lines a version differs from another one, or from files.
func (h *handlers) DiffFlows(ctx context.Context, req DiffFlowsRequestObject) (DiffFlowsResponseObject, error) {
	id, err := asFlowReader(ctx)
	if err != nil {
		return nil, err
	}
	b := req.Body
	if (b.To == nil) == (b.Files == nil) {
		return nil, invalid("to", "Send one of to and files.").because(reason.Malformed)
	}
	before, err := h.flows.Files(ctx, id.workspace, b.From)
	if err != nil {
		return nil, err
	}
	var after []models.FlowFile
	if b.Files != nil {
		after = filesOf(*b.Files)
	} else if after, err = h.flows.Files(ctx, id.workspace, *b.To); err != nil {
		return nil, err
	}
	v := FlowDiff{Files: []FlowFileDiff{}}
	for _, f := range flows.Diff(before, after) {
		shown := FlowFileDiff{Name: f.Name, Lines: make([]FlowDiffLine, len(f.Lines))}
		for i, l := range f.Lines {
			shown.Lines[i] = FlowDiffLine{Kind: FlowDiffLineKind(l.Kind), From: optional(l.From), To: optional(l.To), Text: l.Text}
		}
		v.Files = append(v.Files, shown)
	}
	return DiffFlows200JSONResponse(v), nil
}

// SimulateFlows says what a call would do.
func (h *handlers) SimulateFlows(ctx context.Context, req SimulateFlowsRequestObject) (SimulateFlowsResponseObject, error) {
	id, err := asFlowReader(ctx)
	if err != nil {
		return nil, err
	}
	b := req.Body
	c := flows.Call{From: value(b.From), To: b.To, At: h.now(), Keys: value(b.Keys), Ends: value(b.Ends), Stays: value(b.Stays), Lookups: map[string]any{}, Queues: map[string]flow.Figures{}}
	if b.At != nil {
		c.At = *b.At
	}
	for team, f := range value(b.Queues) {
		c.Queues[team] = flow.Figures{Waiting: f.Waiting, Wait: f.Wait, Free: f.Free}
	}
	for step, text := range value(b.Lookups) {
		var answer any
		if err := json.Unmarshal([]byte(text), &answer); err != nil {
			return nil, invalid("lookups."+step, "The answer of %s is no JSON.", step).because(reason.Malformed)
		}
		c.Lookups[step] = answer
	}
	var draft []models.FlowFile
	if b.Files != nil {
		draft = filesOf(*b.Files)
	}
	s, err := h.flows.Simulate(ctx, id.workspace, draft, c)
	if wrong, is := errors.AsType[flows.Mistakes](err); is {
		return SimulateFlows422JSONResponse{Diagnostics: flowDiagnostics(wrong)}, nil
	}
	if err != nil {
		return nil, err
	}
	return SimulateFlows200JSONResponse(viewSimulation(s)), nil
}

// ReplayFlows lets the last calls go through files.
func (h *handlers) ReplayFlows(ctx context.Context, req ReplayFlowsRequestObject) (ReplayFlowsResponseObject, error) {
	id, err := asFlowReader(ctx)
	if err != nil {
		return nil, err
	}
	n := 20
	if req.Body.Calls != nil {
		n = *req.Body.Calls
	}
	r, err := h.flows.Replay(ctx, id.workspace, filesOf(req.Body.Files), n)
	if wrong, is := errors.AsType[flows.Mistakes](err); is {
		return ReplayFlows422JSONResponse{Diagnostics: flowDiagnostics(wrong)}, nil
	}
	if err != nil {
		return nil, err
	}
	v := FlowReplay{Tried: r.Tried, Changed: []FlowReplayed{}}
	for _, c := range r.Changed {
		v.Changed = append(v.Changed, FlowReplayed{CallId: c.Call.ID, At: c.Call.StartedAt.Time, From: c.Call.From, To: c.Call.To,
			Before: c.Before, After: c.After, EndBefore: c.EndBefore, EndAfter: c.EndAfter})
	}
	return ReplayFlows200JSONResponse(v), nil
}
