package api

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ringdesk/controller/call"
	"ringdesk/models"
)

// viewCalls shows calls as the API does, in their order. It asks the store a
// fixed number of questions, however many calls there are.
func (s *Server) viewCalls(ctx context.Context, workspace string, rows []models.Call) ([]Call, error) {
	states := make([]call.Call, len(rows))
	for i, row := range rows {
		state, err := call.Decode(row.Data)
		if err != nil {
			return nil, fmt.Errorf("call %s: %w", row.ID, err)
		}
		states[i] = state
	}
	return s.viewStates(ctx, workspace, rows, states)
}

// viewStates shows calls from their states, which may be newer than the state
// in their rows.
func (s *Server) viewStates(ctx context.Context, workspace string, rows []models.Call, states []call.Call) ([]Call, error) {
	if len(states) == 0 {
		return []Call{}, nil
	}
	contacts, ids := make([]string, len(states)), make([]string, len(states))
	for i, c := range states {
		contacts[i], ids[i] = rows[i].ContactID, c.ID
	}
	people, err := s.contactViews(ctx, workspace, contacts)
	if err != nil {
		return nil, err
	}
	numbers, err := s.numberViews(ctx, workspace)
	if err != nil {
		return nil, err
	}
	teams, err := s.opts.Store.TeamNames(ctx, workspace)
	if err != nil {
		return nil, err
	}
	places, err := s.places(ctx, workspace, states)
	if err != nil {
		return nil, err
	}
	recordings, err := s.opts.Store.RecordingsOfCalls(ctx, ids)
	if err != nil {
		return nil, err
	}
	views := make([]Call, len(states))
	for i, c := range states {
		views[i] = viewCall(c, people[contacts[i]], numbers[c.NumberID])
		views[i].Outcome = optional(CallOutcome(rows[i].Outcome))
		views[i].MissedHandledAt = rows[i].MissedHandledAt.Ptr()
		views[i].Team = teamRef(rows[i].TeamID, teams)
		views[i].Queue = viewQueue(c, places)
		if r, ok := recordings[c.ID]; ok {
			views[i].Recording = &CallRecording{Id: r.ID, State: CallRecordingState(r.State), Url: soundURL(r), DurationMs: optional(r.DurationMS)}
		}
	}
	return views, nil
}

// places gives the places of the calls that wait, if any of these does.
func (s *Server) places(ctx context.Context, workspace string, states []call.Call) (map[string]int, error) {
	if !slices.ContainsFunc(states, func(c call.Call) bool { return c.State == call.Queued }) {
		return nil, nil
	}
	return s.opts.Store.QueuePositions(ctx, workspace)
}

func viewQueue(c call.Call, places map[string]int) *CallQueue {
	place := places[c.ID]
	if place == 0 || c.State != call.Queued {
		return nil
	}
	since := c.QueuedAt
	if since.IsZero() { // it is looking for an agent for the first time
		since = c.StartedAt
	}
	return &CallQueue{Position: place, Priority: optional(c.Plan.Priority), Since: since.UTC()}
}

// teamRef gives nil for no team, or one that is gone.
func teamRef(id string, names map[string]string) *TeamRef {
	if names[id] == "" {
		return nil
	}
	return &TeamRef{Id: id, Name: names[id]}
}

// waited is how long the caller waited for an agent, in milliseconds; nil
// while they wait.
func waited(c call.Call) *int64 {
	until := c.AnsweredAt
	if until.IsZero() {
		until = c.EndedAt
	}
	if until.IsZero() {
		return nil
	}
	ms := until.Sub(c.StartedAt).Milliseconds()
	return &ms
}

func viewCall(c call.Call, contact Contact, number Number) Call {
	v := Call{Id: c.ID, ConversationId: c.ConversationID, Kind: CallKind(c.Kind), Direction: Direction(c.Direction),
		State: CallState(c.State), From: c.From, To: c.To, Number: number, Contact: contact, StartedAt: c.StartedAt.UTC(),
		AnsweredAt: moment(c.AnsweredAt), EndedAt: moment(c.EndedAt), EndedBy: optional(CallEndedBy(c.EndedBy)),
		MissedReason: optional(MissedReason(c.MissedReason)), WaitMs: waited(c), Participants: make([]Participant, 0, 1+len(c.Agents))}
	if c.Hold != nil {
		v.Hold = &Hold{AgentId: c.Hold.AgentID, Name: c.Hold.Name, Since: c.Hold.Since.UTC()}
	}
	if c.Help != nil {
		v.Help = &CallHelp{AgentId: c.Help.AgentID, Name: c.Help.Name, Since: c.Help.Since.UTC()}
	}
	v.RecordingPaused = moment(c.MaskedSince)
	customer := viewParty(c.Customer.Party, ParticipantKindContact)
	customer.ContactId = optional(c.Customer.ContactID)
	customer.OnHold = c.Hold != nil
	if customer.Name = contact.Name; customer.Name == "" {
		customer.Name = farSide(c)
	}
	v.Participants = append(v.Participants, customer)
	for _, a := range c.Agents {
		if a.State == call.PartyMoved || a.Silent() { // rings at another phone; does not ring at all (IN-3)
			continue
		}
		v.Participants = append(v.Participants, viewAgentParty(a, c))
	}
	return v
}

func viewAgentParty(a call.Agent, c call.Call) Participant {
	p := viewParty(a.Party, ParticipantKindAgent)
	p.AgentId, p.AwaySince = optional(a.AgentID), moment(a.AwaySince)
	p.Role = optional(ParticipantRoleAgent)
	switch a.Role {
	case call.Listening:
		p.Role, p.Supervision = optional(ParticipantRoleSupervisor), optional(ParticipantSupervisionListen)
	case call.Whispering:
		p.Role, p.Supervision = optional(ParticipantRoleSupervisor), optional(ParticipantSupervisionWhisper)
	}
	if a.InvitedBy != "" {
		by, _ := c.Agent(a.InvitedBy) // one who is in no part of the call has no name here
		p.InvitedBy = &AgentRef{Id: a.InvitedBy, Name: by.Name}
	}
	return p
}

// farSide is the customer's number; empty when it is withheld.
func farSide(c call.Call) string {
	if c.Direction == string(Outbound) {
		return c.To
	}
	return c.From
}

func viewParty(p call.Party, kind ParticipantKind) Participant {
	return Participant{Id: p.ID, Kind: kind, Name: p.Name, State: ParticipantState(p.State), Muted: p.Muted,
		RingingAt: moment(p.RingingAt), JoinedAt: moment(p.JoinedAt), LeftAt: moment(p.LeftAt)}
}

// moment gives nil for no time.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func viewNumber(n models.Number) Number { return Number{Id: n.ID, Number: n.Number, Label: n.Label} }

func (s *Server) numberViews(ctx context.Context, workspace string) (map[string]Number, error) {
	ns, err := s.opts.Store.Numbers(ctx, workspace)
	if err != nil {
		return nil, err
	}
	views := make(map[string]Number, len(ns))
	for _, n := range ns {
		views[n.ID] = viewNumber(n)
	}
	return views, nil
}

// contactViews shows contacts by their ids.
func (s *Server) contactViews(ctx context.Context, workspace string, ids []string) (map[string]Contact, error) {
	cs, err := s.opts.Store.ContactsByID(ctx, workspace, ids)
	if err != nil {
		return nil, err
	}
	fields, err := s.opts.Store.ProfileFields(ctx, workspace)
	if err != nil {
		return nil, err
	}
	views := make(map[string]Contact, len(cs))
	for id, c := range cs {
		views[id] = viewContact(c, fields)
	}
	return views, nil
}

// viewContact shows a contact with every profile field of the workspace, the
// empty ones too, so that a form can offer them.
func viewContact(c models.FullContact, fields []models.ProfileField) Contact {
	v := Contact{Id: c.ID, Kind: ContactKind(c.Kind), Name: c.Name, Email: c.Email, Numbers: c.Numbers,
		Profile: make([]ProfileField, len(fields)), CreatedAt: c.CreatedAt.Time}
	if v.Numbers == nil {
		v.Numbers = []string{}
	}
	values := c.Values()
	for i, f := range fields {
		v.Profile[i] = ProfileField{Key: f.FieldKey, Label: f.Label, Value: values[f.FieldKey]}
	}
	return v
}
