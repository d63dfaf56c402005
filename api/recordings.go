package api

import (
	"context"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

const unknownRecording = "There is no recording with this id in your workspace."

// GetRecording gives a recording with its tracks.
func (h *handlers) GetRecording(ctx context.Context, req GetRecordingRequestObject) (GetRecordingResponseObject, error) {
	r, err := h.opts.Store.Recording(ctx, who(ctx).workspace, req.Id)
	if err != nil {
		return nil, verb.Missing(err, unknownRecording, reason.NoRecording)
	}
	ts, err := h.opts.Store.Tracks(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	return GetRecording200JSONResponse(viewRecording(r, ts)), nil
}

func viewRecording(r models.Recording, ts []models.Track) Recording {
	started, wave := r.StartedAt, r.Waveform()
	if started.IsZero() { // the first sample is still to come
		started = r.CreatedAt
	}
	v := Recording{Id: r.ID, CallId: r.CallID, State: RecordingState(r.State), Error: optional(r.Error), Url: soundURL(r),
		StartedAt: started.Time, DurationMs: optional(r.DurationMS), Peaks: wave.All, Tracks: make([]Track, len(ts))}
	if v.Peaks == nil {
		v.Peaks = []int{}
	}
	if wave.Customer != nil && wave.Agents != nil {
		v.Lanes = &Lanes{Customer: wave.Customer, Agents: wave.Agents}
	}
	for i, t := range ts {
		v.Tracks[i] = Track{ParticipantId: t.ParticipantID, Name: t.Name, DurationMs: t.DurationMS}
		if !t.StartedAt.IsZero() {
			v.Tracks[i].StartMs = max(0, t.StartedAt.Sub(started.Time).Milliseconds())
		}
	}
	return v
}

// soundURL is where a recording can be heard; nil until it is ready.
func soundURL(r models.Recording) *string {
	if r.State != string(RecordingStateReady) {
		return nil
	}
	url := apiPrefix + "/recordings/" + r.ID + ".mp3"
	return &url
}
