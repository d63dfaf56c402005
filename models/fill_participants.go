package models

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"ringdesk/controller/journal"

	"gorm.io/gorm"
)

// storedCall is a call's state as it was stored when participants had no table
// of their own. It never changes: what is stored today is not its matter.
type storedCall struct {
	Direction     string                 `json:"direction"`
	From          string                 `json:"from"`
	To            string                 `json:"to"`
	CallerAddress string                 `json:"callerAddress"`
	CallerName    string                 `json:"callerName"`
	Plan          struct{ Priority int } `json:"plan"`
	State         string                 `json:"state"`
	EndedBy       string                 `json:"endedBy"`
	QueuedAt      time.Time              `json:"queuedAt"`
	MaskedSince   time.Time              `json:"maskedSince"`
	Hold          *storedMark            `json:"hold"`
	Help          *storedMark            `json:"help"`
	Customer      struct {
		storedParty
		ContactID string `json:"contactId"`
	} `json:"customer"`
	Agents []struct {
		storedParty
		AgentID   string    `json:"agentId"`
		Role      string    `json:"role"`
		AwaySince time.Time `json:"awaySince"`
		InvitedBy string    `json:"invitedBy"`
	} `json:"agents"`
}

type storedMark struct {
	AgentID string    `json:"agentId"`
	Since   time.Time `json:"since"`
}

type storedParty struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Gone      bool      `json:"gone"`
	State     string    `json:"state"`
	RingingAt time.Time `json:"ringingAt"`
	JoinedAt  time.Time `json:"joinedAt"`
	LeftAt    time.Time `json:"leftAt"`
	Muted     bool      `json:"muted"`
}

// callsAtOnce bounds the memory that filling takes.
const callsAtOnce = 200

// fillParticipants makes the new columns and rows of the calls that are there.
func fillParticipants(db *gorm.DB) error {
	for last := ""; ; {
		var rows []struct{ ID, WorkspaceID, Data string }
		if err := db.Raw("SELECT id, workspace_id, data FROM calls WHERE id > ? ORDER BY id LIMIT ?", last, callsAtOnce).Scan(&rows).Error; err != nil || len(rows) == 0 {
			return err
		}
		ids := make([]string, len(rows))
		for i, r := range rows {
			ids[i] = r.ID
		}
		spans, err := spansOf(db, ids)
		if err != nil {
			return err
		}
		for _, r := range rows {
			var c storedCall
			if err := json.Unmarshal([]byte(r.Data), &c); err != nil {
				return fmt.Errorf("the state of call %s: %w", r.ID, err)
			}
			if err := c.fillRow(db, r.ID); err != nil {
				return err
			}
			for _, p := range c.participants(r.ID, r.WorkspaceID, spans[r.ID]) {
				if err := create(db, &p); err != nil {
					return err
				}
			}
		}
		last = ids[len(ids)-1]
	}
}

func (c *storedCall) fillRow(db *gorm.DB, id string) error {
	var hold, help storedMark
	if c.Hold != nil {
		hold = *c.Hold
	}
	if c.Help != nil {
		help = *c.Help
	}
	return db.Exec(`UPDATE calls SET from_number = ?, to_number = ?, caller_address = ?, caller_name = ?, priority = ?, ended_by = ?, queued_at = ?,
		held_by = ?, held_at = ?, help_by = ?, help_at = ?, paused_at = ? WHERE id = ?`, c.From, c.To, c.CallerAddress, c.CallerName, c.Plan.Priority,
		c.EndedBy, At(c.QueuedAt), hold.AgentID, At(hold.Since), help.AgentID, At(help.Since), At(c.MaskedSince), id).Error
}

func (c *storedCall) participants(id, workspace string, spans []span) []Participant {
	customer := c.Customer.row(id, workspace, ContactParticipant)
	customer.ContactID = c.Customer.ContactID
	ps := []Participant{customer}
	for i, a := range c.Agents {
		p := a.row(id, workspace, AgentParticipant)
		p.Place, p.AgentID, p.InvitedBy, p.AwayAt = 1+i, a.AgentID, a.InvitedBy, At(a.AwaySince)
		p.Silent = a.State == "ringing" && a.Gone
		p.Supervision = map[string]string{"listening": "listen", "whispering": "whisper"}[a.Role]
		p.Supervised = p.Supervision
		ps = append(ps, p)
	}
	for i := range ps {
		if p := &ps[i]; p.Supervision == "" {
			p.addSpans(spans)
		}
	}
	return ps
}

func (p storedParty) row(call, workspace, kind string) Participant {
	return Participant{CallID: call, ID: p.ID, WorkspaceID: workspace, Kind: kind, Name: p.Name, State: p.State, Muted: p.Muted,
		RingingAt: At(p.RingingAt), JoinedAt: At(p.JoinedAt), LeftAt: At(p.LeftAt)}
}

// span is a time in which the customer was on hold (agent "") or an agent was
// muted; the zero end means that it lasts.
type span struct {
	agent    string
	from, to Time
}

// addSpans adds up the times that a participant was in the talk for.
func (p *Participant) addSpans(spans []span) {
	if p.JoinedAt.IsZero() {
		return
	}
	for _, s := range spans {
		since, ms := &p.HeldAt, &p.HeldMS
		if s.agent != "" {
			since, ms = &p.MutedAt, &p.MutedMS
		}
		from, to := s.from, s.to
		if from.Before(p.JoinedAt.Time) {
			from = p.JoinedAt
		}
		if !p.LeftAt.IsZero() && (to.IsZero() || to.After(p.LeftAt.Time)) {
			to = p.LeftAt
		}
		switch {
		case s.agent != "" && s.agent != p.AgentID:
		case to.IsZero():
			*since = from
		default:
			*ms += max(0, to.Sub(from.Time).Milliseconds())
		}
	}
}

// spansBegin and spansEnd are the entries between which somebody was on hold or
// muted.
var (
	spansBegin = []journal.Entry{journal.CallHeld{}, journal.AgentMuted{}}
	spansEnd   = []journal.Entry{journal.AgentUnmuted{}, journal.CallReleased{}, journal.CallRequeued{}, journal.CallTurnedAway{}, journal.SurveyAsked{}, journal.CallEnded{}}
)

// spansOf reads from the journal who was on hold or muted, and when.
func spansOf(db *gorm.DB, calls []string) (map[string][]span, error) {
	var es []JournalEntry
	var types []string
	for _, e := range slices.Concat(spansBegin, spansEnd) {
		types = append(types, e.Type())
	}
	if err := db.Where("call_id IN ? AND type IN ?", calls, types).Order("call_id, seq").Find(&es).Error; err != nil {
		return nil, err
	}
	spans := map[string][]span{}
	for _, e := range es {
		of := spans[e.CallID]
		end := func(agent string) {
			if i := slices.IndexFunc(of, func(s span) bool { return s.agent == agent && s.to.IsZero() }); i >= 0 {
				of[i].to = e.At
			}
		}
		entry, err := journal.Decode(e.Type, e.Data)
		if err != nil {
			return nil, fmt.Errorf("call %s, entry %d: %w", e.CallID, e.Seq, err)
		}
		switch entry := entry.(type) {
		case journal.CallHeld:
			of = append(of, span{from: e.At})
		case journal.AgentMuted:
			of = append(of, span{agent: entry.AgentID, from: e.At})
		case journal.AgentUnmuted:
			end(entry.AgentID)
		default:
			end("")
		}
		spans[e.CallID] = of
	}
	return spans, nil
}
