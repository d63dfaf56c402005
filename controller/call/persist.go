package call

import (
	"encoding/json"
	"errors"

	"ringdesk/controller/engine"
	"ringdesk/models"
)

// records picks the effects that are written with the state.
func records(effects []Effect) []Effect {
	var rs []Effect
	for _, e := range effects {
		switch e.(type) {
		case Command, Seek:
		default:
			rs = append(rs, e)
		}
	}
	return rs
}

// save writes a call's state with all its records, in the caller's
// transaction. The call's row must exist.
func save(tx *models.Tx, c *Call, rs []Effect) error {
	entries := make([]models.JournalEntry, 0, len(rs))
	var ended bool
	for _, e := range rs {
		var err error
		switch e := e.(type) {
		case Journal:
			var entry models.JournalEntry
			entry, err = journalEntry(c, e)
			entries = append(entries, entry)
			ended = ended || e.Type == "call.ended"
		case Drained:
			err = drain(tx, c)
		default:
			err = saveRecord(tx, c, e)
		}
		if err != nil {
			return err
		}
	}
	if err := tx.AddJournal(entries); err != nil {
		return err
	}
	if err := saveConversation(tx, c, entries); err != nil {
		return err
	}
	row, err := c.row()
	if err != nil {
		return err
	}
	return tx.SaveCall(row)
}

// journalEntry numbers an entry within its call.
func journalEntry(c *Call, j Journal) (models.JournalEntry, error) {
	data, err := models.JournalData(j.Data)
	c.Seq++
	return models.JournalEntry{CallID: c.ID, Seq: c.Seq, WorkspaceID: c.WorkspaceID, At: models.At(j.At), Type: j.Type, Data: data}, err
}

func saveRecord(tx *models.Tx, c *Call, e Effect) error {
	switch e := e.(type) {
	case Occupy:
		_, err := tx.Occupy(e.AccountID, c.ID)
		return err
	case Free:
		return tx.Release(e.AccountID, c.ID)
	case RecordingOpened:
		return tx.AddRecording(models.Recording{ID: c.RecordingID, WorkspaceID: c.WorkspaceID, CallID: c.ID, State: "recording",
			Peaks: "[]", CreatedAt: models.At(c.AnsweredAt)})
	case TrackOpened:
		return tx.AddTrack(models.Track{ID: string(e.ID), RecordingID: c.RecordingID, ParticipantID: e.PartyID, Name: e.Name, File: e.File})
	case TrackStarted:
		return tx.UpdateTrack(string(e.ID), map[string]any{"started_at": models.At(e.At)})
	case TrackClosed:
		return tx.UpdateTrack(string(e.ID), map[string]any{"ended_at": models.At(e.At), "error": e.Failed})
	}
	return nil
}

// drain closes the recording of a call of which nothing is left in the
// engine: it is mixed next, unless nobody ever spoke.
func drain(tx *models.Tx, c *Call) error {
	if c.RecordingID == "" || c.AnsweredAt.IsZero() {
		return nil
	}
	rec := models.Recording{ID: c.RecordingID, WorkspaceID: c.WorkspaceID, CallID: c.ID}
	if err := tx.UpdateRecording(rec, map[string]any{"state": "processing"}); err != nil {
		return err
	}
	return tx.AddTask("mix", c.RecordingID, c.EndedAt)
}

// saveConversation keeps the conversation in step with its call (INBOX-1,
// MISS-2).
func saveConversation(tx *models.Tx, c *Call, entries []models.JournalEntry) error {
	set := map[string]any{}
	for _, e := range entries {
		switch e.Type {
		case "call.answered":
			for _, a := range c.Agents {
				if a.State == PartyJoined {
					set["assignee_id"] = a.AgentID
				}
			}
			set["updated_at"] = e.At
		case "call.ended":
			set["live"], set["updated_at"] = false, e.At
			if c.State == Missed {
				set["state"], set["missed_reason"] = "missed", string(c.MissedReason)
			} else {
				set["talk_seconds"] = int(c.EndedAt.Sub(c.AnsweredAt).Seconds())
			}
		}
	}
	if len(set) == 0 {
		return nil
	}
	return tx.UpdateConversation(c.WorkspaceID, c.ConversationID, set)
}

// row is the call as its table keeps it.
func (c *Call) row() (models.Call, error) {
	data, err := json.Marshal(c)
	return models.Call{
		ID: c.ID, WorkspaceID: c.WorkspaceID, ConversationID: c.ConversationID, ContactID: c.Customer.ContactID, NumberID: c.NumberID,
		State: string(c.State), MissedReason: string(c.MissedReason), StartedAt: models.At(c.StartedAt), AnsweredAt: models.At(c.AnsweredAt),
		EndedAt: models.At(c.EndedAt), Live: !c.Drained(), Version: c.Version, Data: string(data),
	}, err
}

// errUnregistered says that nobody has the number that was dialled.
var errUnregistered = errors.New("no such business number")

// arrived takes in an inbound call: whose number it is, who calls, who may
// answer, and the first step, all in one transaction (IN-7, IN-8).
func (r *runner) arrived(ev engine.LegArrived) bool {
	var next Call
	var effects []Effect
	err := r.x.Store.Tx(r.x.ctx, func(tx *models.Tx) error {
		c, err := r.open(tx, ev)
		if err != nil {
			return err
		}
		cs, busy, err := r.claim(tx, &c)
		if err != nil {
			return err
		}
		next, effects = Step(c, Arrived{Candidates: cs, Busy: busy}, r.x.Now())
		next.Version = 1
		row, err := next.row()
		if err != nil {
			return err
		}
		row.Version = 0
		if err := tx.AddCall(row); err != nil {
			return err
		}
		return save(tx, &next, records(effects))
	})
	if err != nil {
		r.refuse(ev, err)
		return false
	}
	r.show(&next)
	r.happen(effects)
	return !r.finished()
}

// open makes the conversation of a new call, and the call before its first
// step.
func (r *runner) open(tx *models.Tx, ev engine.LegArrived) (Call, error) {
	to, err := models.E164(ev.To, r.x.Country)
	if err != nil {
		return Call{}, errUnregistered
	}
	number, ws, err := tx.Number(to)
	if errors.Is(err, models.ErrNotFound) {
		return Call{}, errUnregistered
	}
	if err != nil {
		return Call{}, err
	}
	now := r.x.Now()
	from := models.CallerE164(ev.From, ws.Country)
	contact, err := tx.ContactOfCaller(ws.ID, from, models.At(now))
	if err != nil {
		return Call{}, err
	}
	conv := models.Conversation{ID: models.NewID(), WorkspaceID: ws.ID, ContactID: contact.ID, NumberID: &number.ID, Kind: "phone",
		Direction: "inbound", State: "open", Live: true, CreatedAt: models.At(now), UpdatedAt: models.At(now)}
	if err := tx.AddConversation(conv); err != nil {
		return Call{}, err
	}
	c := Call{
		ID: r.view.Load().ID, WorkspaceID: ws.ID, ConversationID: conv.ID, NumberID: number.ID, Kind: "phone", Direction: "inbound",
		From: from, To: to, StartedAt: now, RingSeconds: ws.RingSeconds, QueueUntil: now.Add(seconds(ws.QueueSeconds)),
		Customer: Customer{Party: Party{ID: models.NewID(), Name: contact.Name, Leg: ev.Leg}, ContactID: contact.ID},
	}
	if number.Record {
		c.RecordingID = models.NewID()
	}
	return c, nil
}

// refuse turns away a call that cannot be taken in, and writes down why.
func (r *runner) refuse(ev engine.LegArrived, why error) {
	cause := engine.CauseFailure
	data := map[string]any{"from": ev.From, "to": ev.To, "trunk": ev.Trunk, "reason": "failure"}
	if errors.Is(why, errUnregistered) {
		cause = engine.CauseUnallocated
		data["reason"] = string(UnregisteredNumber)
	}
	r.x.Log.Warn("call refused", "from", ev.From, "to", ev.To, "trunk", ev.Trunk, "why", why)
	text, err := models.JournalData(data)
	if err == nil {
		err = r.x.Store.Tx(r.x.ctx, func(tx *models.Tx) error {
			return tx.AddJournal([]models.JournalEntry{{CallID: r.view.Load().ID, Seq: 1, At: models.At(r.x.Now()), Type: "call.refused", Data: text}})
		})
	}
	if err != nil {
		r.x.Log.Error("a refused call cannot be written down", "error", err)
	}
	r.outbox.put(Hangup{Leg: ev.Leg, Cause: cause})
}
