package call

import (
	"encoding/json"
	"errors"
	"fmt"

	"ringdesk/models"
)

// saving is one step's way into the store.
type saving struct {
	x    *Exchange
	tx   *models.Tx
	c    *Call
	left []leaving // agents who have left another call for this one (IN-9)
	made []Call    // calls that were begun with this step

	barred bool // the callback may not be dialled: see Barred
}

type leaving struct{ call, account string }

// records picks the effects that are written with the state.
func records(effects []Effect) []Effect {
	var rs []Effect
	for _, e := range effects {
		switch e.(type) {
		case Command, Seek, Locate:
		default:
			rs = append(rs, e)
		}
	}
	return rs
}

// save writes a call's state with all its records, in the caller's
// transaction. The call's row must exist.
func (v *saving) save(rs []Effect) error {
	entries := make([]models.JournalEntry, 0, len(rs))
	for _, e := range rs {
		var err error
		if j, ok := e.(Journal); ok {
			var entry models.JournalEntry
			entry, err = journalEntry(v.c, j)
			entries = append(entries, entry)
		} else {
			err = v.record(e)
			if errors.Is(err, models.ErrNotFound) { // what it is about is gone: that must not keep the call from being saved
				v.x.Log.Error("a call's record is about something that is gone", "call", v.c.ID, "record", fmt.Sprintf("%T", e))
				err = nil
			}
		}
		if err != nil {
			return err
		}
	}
	if err := v.tx.AddJournal(entries); err != nil {
		return err
	}
	if err := saveConversation(v.tx, v.c, entries); err != nil {
		return err
	}
	row, err := v.c.row()
	if err != nil {
		return err
	}
	return v.tx.SaveCall(row)
}

// journalEntry numbers an entry within its call.
func journalEntry(c *Call, j Journal) (models.JournalEntry, error) {
	data, err := models.JournalData(j.Data)
	c.Seq++
	return models.JournalEntry{CallID: c.ID, Seq: c.Seq, WorkspaceID: c.WorkspaceID, At: models.At(j.At), Type: j.Type, Data: data}, err
}

// record writes what a step has decided, beside the state and the journal.
func (v *saving) record(e Effect) error {
	tx, c := v.tx, v.c
	switch e := e.(type) {
	case Occupy:
		left, err := tx.Occupy(e.AccountID, c.ID)
		if left != "" {
			v.left = append(v.left, leaving{left, e.AccountID})
		}
		return err
	case Free:
		return v.free(e.AccountID)
	case Took:
		return tx.MarkAnswered(e.AgentID, day(v.x.Now(), c.Zone))
	case WrapUp:
		return tx.StartWrapUp(c.WorkspaceID, e.AgentID, c.ConversationID, e.Until)
	case Block:
		return tx.Block(models.Block{ID: models.NewID(), WorkspaceID: c.WorkspaceID, Number: c.From, UntilAt: models.At(e.Until),
			Reason: abusive, AgentID: e.AgentID, CreatedAt: models.At(v.x.Now())})
	case Tag:
		return tx.TagConversation(c.WorkspaceID, c.ConversationID, e.Tag)
	case Handled:
		if v.barred {
			return nil
		}
		_, err := tx.HandleMissed(c.WorkspaceID, e.CallID, v.x.Now())
		return err
	case Unhandled:
		return tx.UnhandleMissed(c.WorkspaceID, e.CallID)
	case CallBack:
		made, err := v.x.makeCallback(tx, c, e.Rank)
		if err == nil && made != nil {
			v.made = append(v.made, *made)
		}
		return err
	case OutboundBegun:
		var err error
		v.barred, err = v.x.beginOutbound(tx, c, e.AgentID)
		return err
	case OutboundTrunk:
		return tx.SetOutboundTrunk(c.ID, e.Trunk)
	case OutboundEnded:
		return v.x.endOutbound(tx, c)
	default:
		return v.recordSound(e)
	}
}

// free ends an account's claim of the call. Idle since then is only who talked
// (IN-4).
func (v *saving) free(account string) error {
	claim, ok, err := v.tx.ClaimOf(account)
	if err == nil && ok && claim.CallID == v.c.ID && claim.InCall {
		err = v.tx.MarkIdle(account, v.x.Now())
	}
	return errors.Join(err, v.tx.Release(account, v.c.ID))
}

// recordSound keeps the records of recordings and tracks.
func (v *saving) recordSound(e Effect) error {
	tx, c := v.tx, v.c
	switch e := e.(type) {
	case RecordingOpened:
		return tx.AddRecording(models.Recording{ID: c.RecordingID, WorkspaceID: c.WorkspaceID, CallID: c.ID, State: "recording",
			Peaks: "[]", CreatedAt: models.At(v.x.Now())})
	case TrackOpened:
		return tx.AddTrack(models.Track{ID: string(e.ID), RecordingID: c.RecordingID, ParticipantID: e.PartyID, Name: e.Name, File: e.File})
	case TrackStarted:
		return tx.UpdateTrack(string(e.ID), map[string]any{"started_at": models.At(e.At)})
	case TrackClosed:
		return tx.UpdateTrack(string(e.ID), map[string]any{"ended_at": models.At(e.At), "error": e.Failed})
	case Drained:
		return drain(tx, c)
	}
	return nil
}

// drain closes the recording of a call of which nothing is left in the
// engine: it is mixed next.
func drain(tx *models.Tx, c *Call) error {
	if !c.Recording {
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
		case "call.answered", "agent.joined", "call.transferred":
			for i := range c.Agents {
				if c.Agents[i].speaks() && set["assignee_id"] == nil {
					set["assignee_id"] = c.Agents[i].AgentID
				}
			}
			set["updated_at"] = e.At
		case "call.assigned":
			for _, a := range c.Agents {
				if a.State == PartyRinging {
					set["assignee_id"] = a.AgentID
				}
			}
		case "call.ended":
			set["live"], set["updated_at"] = false, e.At
			if c.State == Missed {
				set["state"], set["missed_reason"] = "missed", string(c.MissedReason)
			} else {
				set["talk_seconds"] = int(c.Spent[Talking] / 1000)
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
		Kind: c.Kind, Direction: c.Direction, State: string(c.State), MissedReason: string(c.MissedReason), Outcome: string(c.Outcome),
		TeamID: c.Team(), QueueRank: c.Rank, StartedAt: models.At(c.StartedAt), AnsweredAt: models.At(c.AnsweredAt),
		EndedAt: models.At(c.EndedAt), Live: !c.Drained(), Version: c.Version, Data: string(data),
	}, err
}
