package exchange

import (
	"slices"
	"strings"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// Row is the call as its table keeps it, for those who show a state that may be
// newer than the stored one. It lacks data, the state's stored form.
func Row(c *call.Call) models.Call {
	r := models.Call{
		ID: c.ID, WorkspaceID: c.WorkspaceID, ConversationID: c.ConversationID, ContactID: c.Customer.ContactID, NumberID: c.NumberID,
		Kind: c.Kind, Direction: c.Direction, From: c.From, To: c.To, CallerAddress: c.CallerAddress, CallerName: c.CallerName,
		State: string(c.State), MissedReason: string(c.MissedReason), Outcome: string(c.Outcome), EndedBy: string(c.EndedBy),
		TeamID: c.Team(), QueueRank: c.Rank, Priority: c.Plan.Priority, StartedAt: models.At(c.StartedAt), QueuedAt: models.At(c.QueuedAt), QueueUntil: models.At(c.QueueUntil),
		AnsweredAt: models.At(c.AnsweredAt), EndedAt: models.At(c.EndedAt), PausedAt: models.At(c.PausedSince), Live: !c.Drained(), Version: c.Version,
	}
	if c.MissedReason == dialplan.AbandonedInQueue && !c.QueuedAt.IsZero() {
		r.QueueUntil = models.At(c.QueuedAt.Add(time.Duration(c.Plan.QueueSeconds) * time.Second)) // the state has forgotten it
	}
	if c.Hold != nil {
		r.HeldBy, r.HeldAt = c.Hold.AgentID, models.At(c.Hold.Since)
	}
	if c.Help != nil {
		r.HelpBy, r.HelpAt = c.Help.AgentID, models.At(c.Help.Since)
	}
	return r
}

// Stored is Row with the call's whole state.
func Stored(c *call.Call) (models.Call, error) {
	r := Row(c)
	var err error
	r.Data, err = c.Encode()
	return r, err
}

// Participants are the call's sides as their table keeps them. prev are those before the
// step at now: they have the times that the state does not add up.
func Participants(prev []models.Participant, c *call.Call, now time.Time) []models.Participant {
	ps := make([]models.Participant, 0, 1+len(c.Agents))
	customer := participant(&c.Customer.Party, c, models.ContactParticipant)
	customer.ContactID = c.Customer.ContactID
	ps = append(ps, customer)
	for i := range c.Agents {
		a := &c.Agents[i]
		p := participant(&a.Party, c, models.AgentParticipant)
		p.Place, p.AgentID, p.InvitedBy = 1+i, a.AgentID, a.InvitedBy
		p.Silent, p.AwayAt = a.Silent(), models.At(a.AwaySince)
		p.Supervision = supervision[a.Role]
		ps = append(ps, p)
	}
	for i := range ps {
		p := &ps[i]
		if i < len(prev) && prev[i].ID == p.ID { // a call's agents are only ever added to
			p.MutedAt, p.MutedMS, p.HeldAt, p.HeldMS, p.Supervised = prev[i].MutedAt, prev[i].MutedMS, prev[i].HeldAt, prev[i].HeldMS, prev[i].Supervised
		}
		joined := p.State == string(call.PartyJoined)
		addUp(&p.MutedAt, &p.MutedMS, joined && p.Muted, now)
		addUp(&p.HeldAt, &p.HeldMS, joined && c.Hold != nil && p.Supervision == "", now)
	}
	return ps
}

// sides are the participants after a step. prev has those before it, saved or not.
func sides(prev []models.Participant, c *call.Call, effects []call.Effect, now time.Time) []models.Participant {
	next := Participants(prev, c, now)
	for _, e := range effects {
		if j, ok := e.(call.Journal); ok {
			noteSupervision(next, j.Entry)
		}
	}
	return next
}

// supervision are the stored words for how somebody is in a call.
var supervision = map[call.Role]string{call.Listening: "listen", call.Whispering: "whisper"}

// noteSupervision adds the way in which somebody supervises now to those before.
func noteSupervision(ps []models.Participant, e journal.Entry) {
	var agent, way string
	switch e := e.(type) {
	case journal.SupervisorListens:
		agent, way = e.AgentID, "listen"
	case journal.SupervisorWhispers:
		agent, way = e.AgentID, "whisper"
	case journal.SupervisorBarges:
		agent, way = e.AgentID, "barge"
	default:
		return
	}
	for i := range slices.Backward(ps) {
		p := &ps[i]
		if p.AgentID != agent {
			continue
		}
		if !slices.Contains(strings.Split(p.Supervised, ","), way) {
			p.Supervised = strings.TrimPrefix(p.Supervised+","+way, ",")
		}
		return
	}
}

func participant(p *call.Party, c *call.Call, kind string) models.Participant {
	return models.Participant{CallID: c.ID, ID: p.ID, WorkspaceID: c.WorkspaceID, Kind: kind, Name: p.Name, State: string(p.State), Muted: p.Muted,
		RingingAt: models.At(p.RingingAt), JoinedAt: models.At(p.JoinedAt), LeftAt: models.At(p.LeftAt)}
}

// addUp counts how long something lasts that is on now, or not.
func addUp(since *models.Time, ms *int64, on bool, now time.Time) {
	switch {
	case on && since.IsZero():
		*since = models.At(now)
	case !on && !since.IsZero():
		*ms += now.Sub(since.Time).Milliseconds()
		*since = models.Time{}
	}
}

// changed picks the participants that differ from what they were before.
func changed(prev, next []models.Participant) []models.Participant {
	var different []models.Participant
	for i, p := range next {
		if prev[i] != p {
			different = append(different, p)
		}
	}
	return different
}
