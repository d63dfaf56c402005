package api

import (
	"context"
	"encoding/json"
	"errors"

	"ringdesk/controller/flows"
	"ringdesk/controller/reason"
	"ringdesk/controller/workflow"
	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
	"ringdesk/models"
)

// lastRuns is how many runs of a workflow are shown.
const lastRuns = 50

// ListWorkflows lists the workflows in force.
func (h *handlers) ListWorkflows(ctx context.Context, _ ListWorkflowsRequestObject) (ListWorkflowsResponseObject, error) {
	id, err := asFlowReader(ctx)
	if err != nil {
		return nil, err
	}
	list, err := h.workflowList(ctx, id)
	return ListWorkflows200JSONResponse(list), err
}

// SaveWorkflows replaces the workflows that the screen keeps.
func (h *handlers) SaveWorkflows(ctx context.Context, req SaveWorkflowsRequestObject) (SaveWorkflowsResponseObject, error) {
	id, err := asAdmin(ctx, "change the workflows")
	if err != nil {
		return nil, err
	}
	all := make([]lang.Sentence, len(req.Body.Items))
	for i, w := range req.Body.Items {
		all[i] = sentenceOf(w)
	}
	err = h.flows.SaveWorkflows(ctx, id.by(), id.workspace, req.Body.Base, all)
	if wrong, is := errors.AsType[flows.Mistakes](err); is {
		return SaveWorkflows422JSONResponse{Diagnostics: flowDiagnostics(wrong)}, nil
	}
	if err != nil {
		return nil, err
	}
	h.log.Info("workflows were published", "workspace", id.workspace, "by", id.session.AccountID)
	list, err := h.workflowList(ctx, id)
	return SaveWorkflows200JSONResponse(list), err
}

func (h *handlers) workflowList(ctx context.Context, id *identity) (WorkflowList, error) {
	version, all, err := h.flows.Workflows(ctx, id.workspace)
	list := WorkflowList{Active: version, MayChange: id.by().IsAdmin() && !h.flows.Folder.Rules(id.workspace), Items: []Workflow{}}
	for _, s := range all {
		runs, err := h.opts.Store.WorkflowRuns(ctx, id.workspace, s.Name, 1)
		if err != nil {
			return list, err
		}
		v := Workflow{Sentence: viewSentence(s), Own: s.At.File == flows.WorkflowsFile, File: s.At.File, Line: s.At.Line}
		if len(runs) > 0 {
			v.LastRun = runs[0].At.Ptr()
		}
		list.Items = append(list.Items, v)
	}
	return list, err
}

// ListWorkflowRuns lists the last runs of a workflow.
func (h *handlers) ListWorkflowRuns(ctx context.Context, req ListWorkflowRunsRequestObject) (ListWorkflowRunsResponseObject, error) {
	id, err := asFlowReader(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := h.opts.Store.WorkflowRuns(ctx, id.workspace, req.Params.Workflow, lastRuns)
	if err != nil {
		return nil, err
	}
	items := make([]WorkflowRun, len(rows))
	for i, r := range rows {
		if items[i], err = viewRun(r); err != nil {
			return nil, err
		}
	}
	return ListWorkflowRuns200JSONResponse{Items: items}, nil
}

// DryRunWorkflow says what a workflow would do.
func (h *handlers) DryRunWorkflow(ctx context.Context, req DryRunWorkflowRequestObject) (DryRunWorkflowResponseObject, error) {
	id, err := asFlowReader(ctx)
	if err != nil {
		return nil, err
	}
	b := req.Body
	if (b.Name == nil) == (b.Sentence == nil) {
		return nil, invalid("name", "Send one of name and sentence.").because(reason.Malformed)
	}
	p, name, err := h.workflowToTry(ctx, id.workspace, b)
	if wrong, is := errors.AsType[flows.Mistakes](err); is {
		return DryRunWorkflow422JSONResponse{Diagnostics: flowDiagnostics(wrong)}, nil
	}
	if err != nil {
		return nil, err
	}
	answers, results, err := workflow.DryRun(ctx, h.opts.Store, id.workspace, p, name, b.ConversationId, h.opts.Now())
	return DryRunWorkflow200JSONResponse{Answers: answers, Results: viewResults(results)}, err
}

// workflowToTry gives a workflow in force, or one that is not published, with its program.
func (h *handlers) workflowToTry(ctx context.Context, workspace string, b *WorkflowDryRunInput) (p *flow.Program, name string, err error) {
	if b.Sentence != nil {
		p, err = h.flows.DraftWorkflow(ctx, workspace, sentenceOf(*b.Sentence))
		return p, b.Sentence.Name, err
	}
	ws, err := h.opts.Store.Workspace(ctx, workspace)
	if err != nil {
		return nil, "", err
	}
	p, err = workflow.Program(ctx, h.opts.Store, workspace, ws.ActiveFlow)
	return p, *b.Name, err
}

// GetSmsGateway shows how text messages are sent.
func (h *handlers) GetSmsGateway(ctx context.Context, _ GetSmsGatewayRequestObject) (GetSmsGatewayResponseObject, error) {
	id, err := asAdmin(ctx, "see the gateway for text messages")
	if err != nil {
		return nil, err
	}
	g, err := h.opts.Store.SMSGateway(ctx, id.workspace)
	if errors.Is(err, models.ErrNotFound) {
		return GetSmsGateway200JSONResponse{}, nil
	}
	return GetSmsGateway200JSONResponse(viewGateway(g)), err
}

// SetSmsGateway sets how text messages are sent.
func (h *handlers) SetSmsGateway(ctx context.Context, req SetSmsGatewayRequestObject) (SetSmsGatewayResponseObject, error) {
	id, err := asAdmin(ctx, "set the gateway for text messages")
	if err != nil {
		return nil, err
	}
	b := req.Body
	g, err := h.gateways.SetGateway(ctx, id.by(), id.workspace, workflow.Gateway{URL: b.Url, Headers: value(b.Headers), Body: b.Body, Sender: b.Sender, Secret: b.Secret})
	return SetSmsGateway200JSONResponse(viewGateway(g)), err
}

// DeleteSmsGateway removes how text messages are sent.
func (h *handlers) DeleteSmsGateway(ctx context.Context, _ DeleteSmsGatewayRequestObject) (DeleteSmsGatewayResponseObject, error) {
	id, err := asAdmin(ctx, "remove the gateway for text messages")
	if err != nil {
		return nil, err
	}
	return DeleteSmsGateway204Response{}, h.gateways.RemoveGateway(ctx, id.by(), id.workspace)
}

func viewGateway(g models.SMSGateway) SmsGateway {
	headers, secret := g.Headers(), g.Secret != ""
	return SmsGateway{Set: true, Url: &g.URL, Headers: &headers, Body: &g.Body, Sender: &g.Sender, HasSecret: &secret}
}

func viewRun(r models.WorkflowRun) (WorkflowRun, error) {
	var results []workflow.Result
	err := json.Unmarshal([]byte(r.Results), &results)
	v := WorkflowRun{Id: r.ID, At: r.At.Time, EndedAt: r.EndedAt.Ptr(), Version: r.Version, ConversationId: r.ConversationID, Results: viewResults(results)}
	if r.Stopped != "" {
		v.Stopped = new(WorkflowRunStopped(r.Stopped))
	}
	return v, err
}

func viewResults(results []workflow.Result) []WorkflowResult {
	items := make([]WorkflowResult, len(results))
	for i, r := range results {
		items[i] = WorkflowResult{Kind: WorkflowActionKind(r.Kind), Line: optional(r.Line), State: WorkflowResultState(r.State), Says: optional(r.Says)}
	}
	return items
}

func viewSentence(s lang.Sentence) WorkflowSentence {
	v := WorkflowSentence{Name: s.Name, On: WorkflowTrigger(s.On), After: optional(s.After), If: optional(s.If), Do: []WorkflowAction{}}
	if s.Off {
		v.Off = &s.Off
	}
	for _, c := range s.Do {
		v.Do = append(v.Do, WorkflowAction{Kind: WorkflowActionKind(c.Kind), Lists: &c.Lists, Texts: &c.Texts, Headers: &c.Headers})
	}
	return v
}

func sentenceOf(w WorkflowSentence) lang.Sentence {
	s := lang.Sentence{Name: w.Name, On: string(w.On), After: value(w.After), If: value(w.If), Off: value(w.Off)}
	for _, a := range w.Do {
		s.Do = append(s.Do, lang.Clause{Kind: string(a.Kind), Lists: value(a.Lists), Texts: value(a.Texts), Headers: value(a.Headers)})
	}
	return s
}
