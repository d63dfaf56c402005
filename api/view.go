package api

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/exchange"
	"ringdesk/controller/queues"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// viewCalls shows calls as the API does, in their order. It asks the store a
// fixed number of questions, however many calls there are.
func (s *Server) viewCalls(ctx context.Context, workspace string, rows []models.Call) ([]Call, error) {
	if len(rows) == 0 {
		return []Call{}, nil
	}
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	parties, err := s.opts.Store.Participants(ctx, ids...)
	if err != nil {
		return nil, err
	}
	return s.viewRows(ctx, workspace, rows, parties)
}

// viewState shows a call from its state, which may be newer than what is stored.
func (s *Server) viewState(ctx context.Context, workspace string, state call.Call) (Call, error) {
	row, parties := exchange.Row(&state), exchange.Participants(nil, &state, time.Now())
	views, err := s.viewRows(ctx, workspace, []models.Call{row}, map[string][]models.Participant{row.ID: parties})
	if err != nil {
		return Call{}, err
	}
	return views[0], nil
}

func (s *Server) viewRows(ctx context.Context, workspace string, rows []models.Call, parties map[string][]models.Participant) ([]Call, error) {
	contacts, ids := make([]string, len(rows)), make([]string, len(rows))
	for i, c := range rows {
		contacts[i], ids[i] = c.ContactID, c.ID
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
	waiting, err := s.queue(ctx, workspace, rows)
	if err != nil {
		return nil, err
	}
	recordings, err := s.opts.Store.RecordingsOfCalls(ctx, ids)
	if err != nil {
		return nil, err
	}
	handlers, err := s.namesOfHandlers(ctx, workspace, rows)
	if err != nil {
		return nil, err
	}
	views := make([]Call, len(rows))
	for i, c := range rows {
		views[i] = viewCall(c, parties[c.ID], people[c.ContactID], numbers[c.NumberID])
		views[i].Team = teamRef(c.TeamID, teams)
		views[i].Queue = waiting.of(c)
		views[i].MissedHandledBy = viewHandledBy(c, handlers)
		if r, ok := recordings[c.ID]; ok {
			views[i].Recording = &CallRecording{Id: r.ID, State: CallRecordingState(r.State), Url: soundURL(r), DurationMs: optional(r.DurationMS)}
		}
	}
	return views, nil
}

// namesOfHandlers names the agents of a workspace, if one of them has called back
// after any of some calls.
func (s *Server) namesOfHandlers(ctx context.Context, workspace string, rows []models.Call) (map[string]string, error) {
	if !slices.ContainsFunc(rows, func(c models.Call) bool { return c.MissedHandledBy != "" }) {
		return nil, nil
	}
	return s.opts.Store.AgentNames(ctx, workspace)
}

// queue is who waits in a workspace.
type queue struct {
	places map[string]int           // by call
	pace   map[string]time.Duration // by team: how long one place takes; 0 where it is not known
}

// queue gives the places of the calls that wait, if any of these does.
func (s *Server) queue(ctx context.Context, workspace string, rows []models.Call) (q queue, err error) {
	q.pace = map[string]time.Duration{}
	for _, c := range rows {
		if _, known := q.pace[c.TeamID]; known || c.State != string(call.Queued) {
			continue
		}
		talk, agents, err := s.opts.Store.QueuePace(ctx, workspace, c.TeamID, s.now())
		if err != nil {
			return q, err
		}
		q.pace[c.TeamID] = queues.Wait(0, talk, agents)
	}
	if len(q.pace) > 0 {
		q.places, err = s.opts.Store.QueuePositions(ctx, workspace)
	}
	return q, err
}

func (q queue) of(c models.Call) *CallQueue {
	place := q.places[c.ID]
	if place == 0 || c.State != string(call.Queued) {
		return nil
	}
	since := c.QueuedAt
	if since.IsZero() { // it is looking for an agent for the first time
		since = c.StartedAt
	}
	return &CallQueue{Position: place, Order: queueOrder(c.QueueRank) + " " + c.ID, Priority: optional(c.Priority), Since: since.Time,
		Until: c.QueueUntil.Ptr(), Callback: c.Direction == string(Outbound), PaceMs: optional(q.pace[c.TeamID].Milliseconds())}
}

// queueOrder writes a rank so that texts sort as ranks do: JavaScript's numbers
// are too short for them.
func queueOrder(rank int64) string { return fmt.Sprintf("%020d", uint64(rank)^1<<63) }

// teamRef gives nil for no team, or one that is gone.
func teamRef(id string, names map[string]string) *TeamRef {
	if names[id] == "" {
		return nil
	}
	return &TeamRef{Id: id, Name: names[id]}
}

// waited is how long the caller waited for an agent, in milliseconds; nil
// while they wait.
func waited(c models.Call) *int64 {
	until := c.AnsweredAt
	if until.IsZero() {
		until = c.EndedAt
	}
	if until.IsZero() {
		return nil
	}
	return new(until.Sub(c.StartedAt.Time).Milliseconds())
}

func viewCall(c models.Call, parties []models.Participant, contact Contact, number Number) Call {
	v := Call{Id: c.ID, ConversationId: c.ConversationID, Kind: CallKind(c.Kind), Direction: Direction(c.Direction),
		State: CallState(c.State), From: c.From, To: c.To, Number: number, Contact: contact, StartedAt: c.StartedAt.Time,
		AnsweredAt: c.AnsweredAt.Ptr(), EndedAt: c.EndedAt.Ptr(), EndedBy: optional(CallEndedBy(c.EndedBy)),
		Outcome: optional(CallOutcome(c.Outcome)), MissedHandledAt: c.MissedHandledAt.Ptr(),
		CallerAddress: optional(c.CallerAddress), CallerName: optional(c.CallerName), RecordingPaused: c.PausedAt.Ptr(),
		MissedReason: optional(MissedReason(c.MissedReason)), WaitMs: waited(c), Participants: make([]Participant, 0, len(parties))}
	if c.HeldBy != "" {
		v.Hold = &Hold{AgentId: c.HeldBy, Name: nameIn(parties, c.HeldBy), Since: c.HeldAt.Time}
	}
	if c.HelpBy != "" {
		v.Help = &CallHelp{AgentId: c.HelpBy, Name: nameIn(parties, c.HelpBy), Since: c.HelpAt.Time}
	}
	if c.MissedReason == string(dialplan.AbandonedInQueue) && !c.QueueUntil.IsZero() {
		v.WaitLimitSeconds = new(int(c.QueueUntil.Sub(c.QueuedAt.Time).Seconds()))
	}
	for _, p := range parties {
		switch {
		case p.Kind == models.ContactParticipant:
			v.Participants = append(v.Participants, viewCustomer(p, c, contact))
		case p.State == string(call.PartyMoved) || p.Silent: // rings at another phone; does not ring at all (IN-3)
		default:
			v.Participants = append(v.Participants, viewAgentParty(p, parties))
		}
	}
	return v
}

func viewCustomer(p models.Participant, c models.Call, contact Contact) Participant {
	v := viewParty(p)
	v.ContactId = optional(p.ContactID)
	v.OnHold = c.HeldBy != ""
	if v.Name = contact.Name; v.Name == "" {
		v.Name = farSide(c)
	}
	return v
}

func viewAgentParty(p models.Participant, parties []models.Participant) Participant {
	v := viewParty(p)
	v.AgentId, v.AwaySince = optional(p.AgentID), p.AwayAt.Ptr()
	v.Role = optional(ParticipantRoleAgent)
	if p.Supervision != "" {
		v.Role, v.Supervision = optional(ParticipantRoleSupervisor), optional(ParticipantSupervision(p.Supervision))
	}
	if p.InvitedBy != "" {
		v.InvitedBy = &AgentRef{Id: p.InvitedBy, Name: nameIn(parties, p.InvitedBy)}
	}
	return v
}

// nameIn is an agent's name in a call; one who is in no part of it has none here.
func nameIn(parties []models.Participant, agent string) string {
	for _, p := range slices.Backward(parties) {
		if p.AgentID == agent {
			return p.Name
		}
	}
	return ""
}

// farSide is the customer's number or address; empty when it is withheld.
func farSide(c models.Call) string {
	if c.Direction == string(Outbound) {
		return c.To
	}
	return cmp.Or(c.From, c.CallerAddress)
}

func viewParty(p models.Participant) Participant {
	return Participant{Id: p.ID, Kind: ParticipantKind(p.Kind), Name: p.Name, State: ParticipantState(p.State), Muted: p.Muted,
		RingingAt: p.RingingAt.Ptr(), JoinedAt: p.JoinedAt.Ptr(), LeftAt: p.LeftAt.Ptr()}
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
		CallerAddress: optional(c.CallerAddress), CallerName: optional(c.CallerName),
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
