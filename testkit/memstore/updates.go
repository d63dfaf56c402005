package memstore

import "ringdesk/models"

// Updates that change nothing find nothing missing either, as in models.

func (t *Tx) UpdateConversation(workspace, id string, u models.ConversationUpdate) error {
	if u == (models.ConversationUpdate{}) {
		return nil
	}
	c := t.conversations[id]
	if c == nil || c.WorkspaceID != workspace {
		return models.ErrNotFound
	}
	change(t, c)
	set(&c.State, u.State)
	set(&c.MissedReason, u.MissedReason)
	set(&c.Live, u.Live)
	set(&c.TalkSeconds, u.TalkSeconds)
	set(&c.LastNote, u.LastNote)
	refer(&c.AssigneeID, u.AssigneeID)
	refer(&c.TeamID, u.TeamID)
	if !u.UpdatedAt.IsZero() {
		c.UpdatedAt = u.UpdatedAt
	}
	return nil
}

// set sets what an update says something about.
func set[V any](field *V, to *V) {
	if to != nil {
		*field = *to
	}
}

// refer is set for a reference: "" means none.
func refer(field **string, to *string) {
	switch {
	case to == nil:
	case *to == "":
		*field = nil
	default:
		*field = new(*to)
	}
}

func (t *Tx) UpdateRecording(r models.Recording, u models.RecordingUpdate) error {
	if row := t.recordings[r.ID]; row != nil {
		change(t, row)
		set(&row.State, u.State)
		set(&row.Error, u.Error)
		set(&row.File, u.File)
		set(&row.Peaks, u.Peaks)
		set(&row.StartedAt, u.StartedAt)
		set(&row.DurationMS, u.DurationMS)
	}
	return nil
}

func (t *Tx) UpdateTrack(id string, u models.TrackUpdate) error {
	if row := t.tracks[id]; row != nil {
		change(t, row)
		set(&row.StartedAt, u.StartedAt)
		set(&row.EndedAt, u.EndedAt)
		set(&row.DurationMS, u.DurationMS)
		set(&row.Error, u.Error)
	}
	return nil
}
