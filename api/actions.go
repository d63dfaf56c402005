package api

import (
	"context"
	"errors"
	"strings"

	"ringdesk/controller/call"
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
	row, err := h.opts.Store.Call(ctx, id.workspace, req.Id)
	if err != nil {
		return nil, missing(err, unknownCall)
	}
	do, err := h.command(ctx, id, req.Action, req.Body)
	if err != nil {
		return nil, err
	}
	state, err := h.opts.Calls.Do(ctx, id.workspace, req.Id, do)
	if errors.Is(err, models.ErrNotFound) {
		return nil, conflict("", "This call is over.")
	}
	if err != nil {
		return nil, err
	}
	views, err := h.viewStates(ctx, id.workspace, []models.Call{row}, []call.Call{state})
	if err != nil {
		return nil, err
	}
	return ActOnCall200JSONResponse{CallJSONResponse(views[0])}, nil
}

// command makes the command that an action stands for.
func (h *handlers) command(ctx context.Context, id *identity, action CallAction, body *CallActionRequest) (call.Do, error) {
	do := call.Do{AgentID: id.agent.ID, Action: call.Action(action), Supervisor: supervises(id.agent)}
	if action == CallActionDtmf {
		do.Digits = strings.ToUpper(value(body.Digits))
		if do.Digits == "" || strings.Trim(do.Digits, "0123456789*#ABCD") != "" {
			return do, invalid("digits", "digits must be keys of a telephone: 0-9, *, # or A-D.")
		}
	}
	to := targets[action]
	if to.watches && !do.Supervisor {
		return do, forbidden("Only supervisors, owners and admins can listen to calls: ask an owner or admin to let you supervise.")
	}
	if err := to.check(action, body); err != nil {
		return do, err
	}
	if do.Target = value(body.AgentId); do.Target != "" {
		if _, err := h.opts.Store.Agent(ctx, id.workspace, do.Target); err != nil {
			return do, absent(err, "agentId", "There is no agent with this id in your workspace.")
		}
	}
	if do.Team = value(body.TeamId); do.Team != "" {
		teams, err := h.opts.Store.TeamNames(ctx, id.workspace)
		if err == nil && teams[do.Team] == "" {
			err = invalid("teamId", "There is no team with this id in your workspace.")
		}
		return do, err
	}
	return do, nil
}

func (to target) check(action CallAction, body *CallActionRequest) error {
	agent, team := value(body.AgentId) != "", value(body.TeamId) != ""
	switch {
	case agent && !to.agent:
		return invalid("agentId", "%s takes no agentId.", action)
	case team && !to.team:
		return invalid("teamId", "%s takes no teamId.", action)
	case agent && team:
		return invalid("teamId", "Send either agentId or teamId, not both.")
	case to.required && to.team && !agent && !team:
		return invalid("agentId", "agentId or teamId is missing: send one of them.")
	case to.required && !to.team && !agent:
		return invalid("agentId", "agentId is missing: send it.")
	}
	return nil
}

// PlaceCall calls somebody.
func (h *handlers) PlaceCall(ctx context.Context, req PlaceCallRequestObject) (PlaceCallResponseObject, error) {
	id, err := asAgent(ctx, "place calls")
	if err != nil {
		return nil, err
	}
	place, err := h.place(ctx, id, req.Body)
	if err != nil {
		return nil, err
	}
	state, err := h.opts.Calls.Place(ctx, place)
	var handled *call.HandledError
	if errors.As(err, &handled) {
		return nil, h.handled(ctx, id, handled)
	}
	if err != nil {
		return nil, err
	}
	row := models.Call{ContactID: state.Customer.ContactID}
	views, err := h.viewStates(ctx, id.workspace, []models.Call{row}, []call.Call{state})
	if err != nil {
		return nil, err
	}
	return PlaceCall201JSONResponse{CallJSONResponse(views[0])}, nil
}

// place checks that what a request refers to is the workspace's.
func (h *handlers) place(ctx context.Context, id *identity, r *CallRequest) (call.Place, error) {
	p := call.Place{Workspace: id.workspace, AgentID: id.agent.ID, To: strings.TrimSpace(r.To), NumberID: value(r.NumberId),
		ContactID: value(r.ContactId), MissedCallID: value(r.MissedCallId), Anyway: value(r.Anyway)}
	if p.To == "" {
		return p, invalid("to", "to must not be empty.")
	}
	if p.NumberID != "" {
		if _, err := h.opts.Store.NumberByID(ctx, id.workspace, p.NumberID); err != nil {
			return p, absent(err, "numberId", "There is no number with this id in your workspace.")
		}
	}
	if conversation := value(r.ConversationId); conversation != "" {
		c, err := h.opts.Store.Conversation(ctx, id.workspace, conversation)
		if err != nil {
			return p, absent(err, "conversationId", "There is no conversation with this id in your workspace.")
		}
		if p.ContactID != "" && p.ContactID != c.ContactID {
			return p, invalid("contactId", "contactId is not the contact of the conversation: send one of the two.")
		}
		p.ContactID = c.ContactID
	}
	if p.ContactID != "" {
		found, err := h.opts.Store.ContactsByID(ctx, id.workspace, []string{p.ContactID})
		if err == nil && len(found) == 0 {
			err = invalid("contactId", "There is no contact with this id in your workspace.")
		}
		if err != nil {
			return p, err
		}
	}
	if p.MissedCallID == "" {
		return p, nil
	}
	missed, err := h.opts.Store.Call(ctx, id.workspace, p.MissedCallID)
	if err != nil {
		return p, absent(err, "missedCallId", "There is no call with this id in your workspace.")
	}
	if missed.State != string(call.Missed) {
		return p, invalid("missedCallId", "This call was not missed: leave missedCallId out.")
	}
	return p, nil
}

// handled says in the account's language that somebody has called back
// already (MISS-5).
func (h *handlers) handled(ctx context.Context, id *identity, e *call.HandledError) error {
	a, err := h.opts.Store.Account(ctx, id.session.AccountID)
	if err != nil {
		return err
	}
	title := "This missed call has been handled already. Send anyway: true to call all the same."
	if a.Locale == string(MeLocaleKo) {
		title = "이미 처리된 부재중 전화입니다. 그래도 걸려면 anyway: true로 보내세요."
	}
	return &problem{Status: 409, Code: ProblemCodeConflict, Field: "missedCallId", Title: title, Cause: e}
}

// absent says what a models.ErrNotFound means for a field that refers to
// something; other errors stay as they are.
func absent(err error, field, title string) error {
	if errors.Is(err, models.ErrNotFound) {
		return invalid(field, "%s", title)
	}
	return err
}
