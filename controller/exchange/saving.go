package exchange

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"ringdesk/controller/audit"
	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// saving is one step's way into the store.
type saving struct {
	x    *Exchange
	tx   Tx
	c    *call.Call
	prev []models.Participant // as they are stored; nil for a new call
	next []models.Participant // as they are after this step
	row  *models.Call         // as it is stored, without data: before the step, and after it once that is saved; nil where it is not known
	left []leaving            // agents who have left another call for this one (IN-9)
	made []made               // calls that were begun with this step

	forward *call.Forwardable // what a flow's Forward may do

	barred bool // the callback may not be dialled: see Barred
}

type leaving struct{ call, account string }

// made is a new call after its first step.
type made struct {
	call    call.Call
	effects []call.Effect
	sides   []models.Participant // as they are stored
}

// record is an effect that is written with the state, and when it was decided: the database
// may be away then, and be told much later.
type record struct {
	call.Effect
	at time.Time
}

// records picks the effects that are written with the state.
func (x *Exchange) records(effects []call.Effect) []record {
	var rs []record
	for _, e := range effects {
		switch e.(type) {
		case call.Command, call.Seek, call.Locate, call.CountQueues, call.Fetch:
		default:
			rs = append(rs, record{e, x.now()})
		}
	}
	return rs
}

// save writes a call's state with all its records, in the caller's
// transaction. The call's row must exist.
func (v *saving) save(rs []record) error {
	entries, err := v.entries(rs)
	if err != nil {
		return err
	}
	if err := v.writeDown(rs, entries); err != nil {
		return err
	}
	saved, err := Stored(v.c)
	if err != nil {
		return err
	}
	err = v.tx.SaveCall(saved, v.row)
	v.wrote(saved)
	return err
}

// wrote remembers what a call's row says.
func (v *saving) wrote(row models.Call) {
	row.Data = ""
	v.row = &row
}

// entries numbers what a step enters in the call's journal.
func (v *saving) entries(rs []record) ([]models.JournalEntry, error) {
	entries := make([]models.JournalEntry, 0, len(rs))
	for _, e := range rs {
		if j, ok := e.Effect.(call.Journal); ok {
			entry, err := JournalEntry(v.c, j)
			if err != nil {
				return nil, err
			}
			entries = append(entries, entry)
		}
	}
	return entries, nil
}

// writeDown writes what a step has to say beside the call's state.
func (v *saving) writeDown(rs []record, entries []models.JournalEntry) error {
	effects := make([]call.Effect, len(rs))
	for i, e := range rs {
		effects[i] = e.Effect
		if _, ok := e.Effect.(call.Journal); ok {
			continue
		}
		err := v.record(e)
		if errors.Is(err, models.ErrNotFound) { // a row that was deleted meanwhile must not keep the call from being saved
			v.x.Log.Error("a call's record is about something that is gone", "call", v.c.ID, "record", fmt.Sprintf("%T", e.Effect))
			err = nil
		}
		if err != nil {
			return err
		}
	}
	if err := v.tx.AddJournal(entries); err != nil {
		return err
	}
	if err := v.tx.UpdateConversation(v.c.WorkspaceID, v.c.ConversationID, ConversationUpdate(v.c, effects)); err != nil {
		return err
	}
	stored := len(v.prev) // a call's sides are only ever added to
	if err := v.tx.AddParticipants(v.next[stored:]); err != nil {
		return err
	}
	return v.tx.PutParticipants(changed(v.prev, v.next[:stored]))
}

// JournalEntry numbers an entry within its call.
func JournalEntry(c *call.Call, j call.Journal) (models.JournalEntry, error) {
	data, err := journal.Encode(j.Entry)
	c.Seq++
	return models.JournalEntry{CallID: c.ID, Seq: c.Seq, WorkspaceID: c.WorkspaceID, At: models.At(j.At), Type: j.Entry.Type(), Data: data}, err
}

// record writes what a step has decided, beside the state and the journal.
func (v *saving) record(r record) error {
	tx, c := v.tx, v.c
	switch e := r.Effect.(type) {
	case call.Occupy:
		left, err := tx.Occupy(e.AccountID, c.ID)
		if left != "" {
			v.left = append(v.left, leaving{left, e.AccountID})
		}
		return err
	case call.Free:
		return v.free(e.AccountID, r.at)
	case call.Took:
		return tx.MarkAnswered(e.AgentID, day(r.at, c.Zone))
	case call.WrapUp:
		return tx.StartWrapUp(models.WrapUp{WorkspaceID: c.WorkspaceID, AgentID: e.AgentID, CallID: c.ID, ConversationID: c.ConversationID,
			At: r.at, Until: e.Until})
	case call.Block:
		return v.block(e, r.at)
	case call.Tag:
		return tx.TagConversation(c.WorkspaceID, c.ConversationID, e.Tag)
	case call.Give:
		return v.give(e, r.at)
	case call.ForwardBegun:
		var err error
		v.forward, err = v.x.beginForward(tx, c)
		return err
	case call.ForwardTrunk:
		return tx.SetOutboundTrunk(e.ID, e.Trunk)
	case call.ForwardOver:
		if _, err := tx.EndOutbound(e.ID, e.Answered, e.Ended); !errors.Is(err, models.ErrNotFound) { // one that was not allowed
			return err
		}
		return nil
	case call.Handled:
		if v.barred {
			return nil
		}
		_, err := tx.HandleMissed(c.WorkspaceID, e.CallID, speaker(c), r.at)
		return err
	case call.Unhandled:
		return tx.UnhandleMissed(c.WorkspaceID, e.CallID)
	case call.CallBack:
		made, err := v.x.makeCallback(tx, c, e.Rank)
		if err == nil && made != nil {
			v.made = append(v.made, *made)
		}
		return err
	case call.OutboundBegun:
		var err error
		v.barred, err = v.x.beginOutbound(tx, c, e.AgentID)
		return err
	case call.OutboundTrunk:
		return tx.SetOutboundTrunk(c.ID, e.Trunk)
	case call.OutboundEnded:
		return v.x.endOutbound(tx, c)
	default:
		return v.recordSound(r)
	}
}

// give assigns the conversation as a flow says. A team or an agent that is gone since
// is left out.
func (v *saving) give(e call.Give, at time.Time) error {
	c, u := v.c, models.ConversationUpdate{UpdatedAt: models.At(at)}
	if e.Agent != "" {
		if _, err := v.tx.AgentState(c.WorkspaceID, e.Agent); err != nil {
			return err
		}
		u.AssigneeID = &e.Agent
	} else {
		if _, err := v.tx.Team(c.WorkspaceID, e.Team); err != nil {
			return err
		}
		u.TeamID = &e.Team
	}
	return v.tx.UpdateConversation(c.WorkspaceID, c.ConversationID, u)
}

// block keeps an abusive caller away, and writes down who did it (CALL-7, SEC-6).
func (v *saving) block(e call.Block, at time.Time) error {
	b := models.Block{ID: v.x.NewID(), WorkspaceID: v.c.WorkspaceID, Number: v.c.Caller(), UntilAt: models.At(e.Until),
		Reason: call.Abusive, AgentID: e.AgentID, CreatedAt: models.At(at)}
	if err := v.tx.Block(b); err != nil {
		return err
	}
	return audit.Write(v.tx, verb.By{Agent: e.AgentID}, b.WorkspaceID, at, audit.Entry{Action: audit.TurnedAway, Kind: audit.Block, Name: b.Number,
		Changes: audit.Diff(nil, audit.Fields{"number": b.Number, "reason": b.Reason, "until": b.UntilAt.Ptr()})})
}

// speaker is the agent who talks in a call, or who did first.
func speaker(c *call.Call) string {
	for i := range c.Agents {
		if c.Agents[i].Speaks() {
			return c.Agents[i].AgentID
		}
	}
	return ""
}

// free ends an account's claim of the call. Idle since then is only who talked
// (IN-4).
func (v *saving) free(account string, at time.Time) error {
	claim, ok, err := v.tx.ClaimOf(account)
	if err == nil && ok && claim.CallID == v.c.ID && claim.InCall {
		err = v.tx.MarkIdle(account, at)
	}
	return errors.Join(err, v.tx.Release(account, v.c.ID))
}

// recordSound keeps the records of recordings and tracks.
func (v *saving) recordSound(r record) error {
	tx, c := v.tx, v.c
	switch e := r.Effect.(type) {
	case call.RecordingOpened:
		return tx.AddRecording(models.Recording{ID: c.RecordingID, WorkspaceID: c.WorkspaceID, CallID: c.ID, State: "recording",
			Peaks: "[]", CreatedAt: models.At(r.at)})
	case call.TrackOpened:
		return tx.AddTrack(models.Track{ID: string(e.ID), RecordingID: c.RecordingID, ParticipantID: e.PartyID, Name: e.Name, File: e.File})
	case call.TrackStarted:
		return tx.UpdateTrack(string(e.ID), models.TrackUpdate{StartedAt: new(models.At(e.At))})
	case call.TrackClosed:
		switch e.Failed {
		case call.NoRoom:
			e.Failed = models.NoRoom
		case engine.NothingRecorded:
			e.Failed = models.NothingRecorded
		}
		return tx.UpdateTrack(string(e.ID), models.TrackUpdate{EndedAt: new(models.At(e.At)), Error: &e.Failed})
	case call.Drained:
		return drain(tx, c)
	}
	return nil
}

// drain closes the recording of a call of which nothing is left in the
// engine: it is mixed next.
func drain(tx Tx, c *call.Call) error {
	if !c.Recording {
		return nil
	}
	rec := models.Recording{ID: c.RecordingID, WorkspaceID: c.WorkspaceID, CallID: c.ID}
	if err := tx.UpdateRecording(rec, models.RecordingUpdate{State: new("processing")}); err != nil {
		return err
	}
	return tx.AddTask(models.TaskMix, c.RecordingID, c.EndedAt)
}

// ConversationUpdate keeps the conversation in step with its call after a step
// (INBOX-1, MISS-2).
func ConversationUpdate(c *call.Call, rs []call.Effect) (u models.ConversationUpdate) {
	for _, r := range rs {
		j, ok := r.(call.Journal)
		if !ok {
			continue
		}
		switch j.Entry.(type) {
		case journal.CallAnswered, journal.AgentJoined, journal.CallTransferred:
			for i := range c.Agents {
				if c.Agents[i].Speaks() && u.AssigneeID == nil {
					u.AssigneeID = &c.Agents[i].AgentID
				}
			}
			u.UpdatedAt = models.At(j.At)
		case journal.CallAssigned:
			for i := range c.Agents {
				if c.Agents[i].State == call.PartyRinging {
					u.AssigneeID = &c.Agents[i].AgentID
				}
			}
		case journal.CallEnded:
			u.Live, u.UpdatedAt = new(false), models.At(j.At)
			if c.State == call.Missed {
				u.State, u.MissedReason = new("missed"), new(string(c.MissedReason))
			} else {
				u.TalkSeconds = new(int(c.Spent[call.Talking] / 1000))
			}
		}
	}
	return u
}

// mustBeSaved says whether a step without any record is saved all the same. A call
// whose time in the queue is over must not seem to wait while it hears that nobody
// is there (IN-6). A call goes on in its flow from where it was, and with what the caller had
// pressed. A playback is in no snapshot of the engine's: one whose id died
// with the controller could never be stopped (SYS-3).
func mustBeSaved(prev, next *call.Call, effects []call.Effect) bool {
	return prev.State != next.State || prev.Rank != next.Rank || prev.Team() != next.Team() || prev.Flow != next.Flow ||
		slices.ContainsFunc(effects, func(e call.Effect) bool { _, plays := e.(call.Play); return plays })
}
