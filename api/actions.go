package api

import (
	"context"
	"errors"
	"strings"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/exchange"
	"ringdesk/controller/inbox"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// target says what an action of a call must be told besides its name.
type target struct {
	agent    bool // agentId may be given
	team     bool // teamId may be given
	required bool // one of those must be
	watches  bool // only for those who may supervise (CALL-7)
}

// targets are the actions that are told whom they are about, or that not
// everybody may take.
var targets = map[CallAction]target{
	CallActionInvite:       {agent: true, required: true},
	CallActionCancelInvite: {agent: true, required: true},
	CallActionTransfer:     {agent: true, team: true, required: true},
	CallActionAssign:       {agent: true, required: true},
	CallActionListen:       {agent: true, watches: true},
	CallActionWhisper:      {agent: true, watches: true},
	CallActionBarge:        {agent: true, watches: true},
	CallActionUnlisten:     {watches: true},
}

// ActOnCall does something in a live call.
func (h *handlers) ActOnCall(ctx context.Context, req ActOnCallRequestObject) (ActOnCallResponseObject, error) {
	id, err := asAgent(ctx, "act in a call")
	if err != nil {
		return nil, err
	}
	if _, err := h.opts.Store.Call(ctx, id.workspace, req.Id); err != nil {
		return nil, verb.Missing(err, unknownCall, reason.NoCall)
	}
	do, err := h.command(ctx, id, req.Action, req.Body)
	if err != nil {
		return nil, err
	}
	state, err := h.opts.Calls.Do(ctx, id.workspace, req.Id, do)
	if errors.Is(err, models.ErrNotFound) {
		return nil, conflict("", "This call is over.").because(reason.CallOver)
	}
	if err != nil {
		return nil, err
	}
	view, err := h.viewState(ctx, id.workspace, state)
	if err != nil {
		return nil, err
	}
	return ActOnCall200JSONResponse{CallJSONResponse(view)}, nil
}

// command makes the command that an action stands for.
func (h *handlers) command(ctx context.Context, id *identity, action CallAction, body *CallActionRequest) (call.Do, error) {
	do := call.Do{AgentID: id.agent.ID, Action: call.Action(action), Supervisor: supervises(id.agent)}
	if action == CallActionDtmf {
		do.Digits = strings.ToUpper(value(body.Digits))
		if do.Digits == "" || strings.Trim(do.Digits, "0123456789*#ABCD") != "" {
			return do, invalid("digits", "digits must be keys of a telephone: 0-9, *, # or A-D.").because(reason.BadDigits)
		}
	}
	to := targets[action]
	if to.watches && !do.Supervisor {
		return do, forbidden("Only supervisors, owners and admins can listen to calls: ask an owner or admin to let you supervise.").because(reason.SupervisorsOnly)
	}
	if err := to.check(action, body); err != nil {
		return do, err
	}
	if do.Target = value(body.AgentId); do.Target != "" {
		if _, err := h.opts.Store.Agent(ctx, id.workspace, do.Target); err != nil {
			return do, verb.Absent(err, "agentId", "There is no agent with this id in your workspace.", reason.NoAgent)
		}
	}
	if do.Team = value(body.TeamId); do.Team != "" {
		teams, err := h.opts.Store.TeamNames(ctx, id.workspace)
		if err == nil && teams[do.Team] == "" {
			err = invalid("teamId", "There is no team with this id in your workspace.").because(reason.NoTeam)
		}
		return do, err
	}
	return do, nil
}

func (to target) check(action CallAction, body *CallActionRequest) error {
	agent, team := value(body.AgentId) != "", value(body.TeamId) != ""
	switch {
	case agent && !to.agent:
		return invalid("agentId", "%s takes no agentId.", action).because(reason.Malformed)
	case team && !to.team:
		return invalid("teamId", "%s takes no teamId.", action).because(reason.Malformed)
	case agent && team:
		return invalid("teamId", "Send either agentId or teamId, not both.").because(reason.Malformed)
	case to.required && to.team && !agent && !team:
		return invalid("agentId", "agentId or teamId is missing: send one of them.").because(reason.Required)
	case to.required && !to.team && !agent:
		return invalid("agentId", "agentId is missing: send it.").because(reason.Required)
	}
	return nil
}

// PlaceCall calls somebody.
func (h *handlers) PlaceCall(ctx context.Context, req PlaceCallRequestObject) (PlaceCallResponseObject, error) {
	id, r := who(ctx), req.Body
	made, err := h.inbox.PlaceCall(ctx, id.by(), inbox.Call{To: r.To, Number: value(r.NumberId), Contact: value(r.ContactId),
		Conversation: value(r.ConversationId), MissedCall: value(r.MissedCallId), Anyway: value(r.Anyway)})
	var handled *exchange.HandledError
	if errors.As(err, &handled) {
		return nil, h.handled(ctx, id, handled)
	}
	if err != nil {
		return nil, err
	}
	v, err := h.call(ctx, id.workspace, made)
	return PlaceCall201JSONResponse{CallJSONResponse(v)}, err
}

// placer lets the inbox place calls.
type placer struct{ calls Calls }

// Place begins a call. An *exchange.HandledError says that the missed call was
// called back already.
func (p placer) Place(ctx context.Context, c inbox.Call) (string, error) {
	state, err := p.calls.Place(ctx, exchange.Place{Workspace: c.Workspace, AgentID: c.Agent, To: c.To, NumberID: c.Number,
		ContactID: c.Contact, MissedCallID: c.MissedCall, Anyway: c.Anyway})
	return state.ID, err
}

// handled says in the account's language that somebody has called back
// already (MISS-5).
func (h *handlers) handled(ctx context.Context, id *identity, e *exchange.HandledError) error {
	a, err := h.opts.Store.Account(ctx, id.session.AccountID)
	if err != nil {
		return err
	}
	title := "This missed call has been handled already. Send anyway: true to call all the same."
	if a.Locale == string(MeLocaleKo) {
		title = "이미 처리된 부재중 전화입니다. 그래도 걸려면 anyway: true로 보내세요."
	}
	p := &problem{Status: 409, Code: ProblemCodeConflict, Field: "missedCallId", Title: title, Cause: e}
	params := []string{"at", e.At.UTC().Format(time.RFC3339)}
	if e.AgentID != "" {
		names, err := h.opts.Store.AgentNames(ctx, id.workspace)
		if err != nil {
			return err
		}
		params = append(params, "name", names[e.AgentID])
	}
	return p.because(reason.MissedHandled, params...)
}
