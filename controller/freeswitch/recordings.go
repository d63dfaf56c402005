package freeswitch

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/percipia/eslgo"

	"ringdesk/controller/engine"
	"ringdesk/controller/freeswitch/esl"
)

// record is a recording that is under way.
type record struct {
	leg    engine.LegID
	path   string
	masked bool          // asked for; a muted leg's is masked, too
	begun  chan struct{} // closed when it runs, or has failed to; nil if a snapshot has it
}

// recordJob begins the ids of the jobs that begin recordings.
const recordJob = "record-"

// Variables of channels that keep the names of recordings, for controllers that
// come later: RECORDING_ID=path, and whether they are masked.
const (
	recordVariable = "ringdesk_record_"
	maskedVariable = "ringdesk_masked_"
)

// idHeader is the header of RECORD_START and RECORD_STOP with a variable that
// was given to uuid_record.
const idHeader = "Recording-Variable-ringdesk_id"

// StartRecording implements engine.Commands.
func (a *Adapter) StartRecording(ctx context.Context, req engine.RecordingRequest) error {
	return command("StartRecording", a.startRecording(ctx, req))
}

func (a *Adapter) startRecording(ctx context.Context, req engine.RecordingRequest) error {
	if err := engine.CheckIDs(string(req.Leg), string(req.ID)); err != nil {
		return err
	}
	if err := req.CheckFile(); err != nil {
		return err
	}
	seconds := max(1, int(req.Longest()/time.Second))
	rate, err := a.trackRate(ctx, req.Leg)
	if err != nil {
		return err
	}
	r := &record{leg: req.Leg, path: a.opt.RecordingsDir + "/" + req.File + ".wav", begun: make(chan struct{})}
	a.mu.Lock()
	l := a.legs[req.Leg]
	muted := l != nil && l.muted
	a.records[req.ID] = r
	a.mu.Unlock()
	// The variable first: a recording without one would be nobody's.
	err = a.onLeg(ctx, req.Leg, "uuid_setvar", recordVariable+string(req.ID)+" "+r.path)
	if err == nil {
		// Without the pre-buffer at 0 FreeSWITCH keeps half a second back, and forgets
		// it whenever the leg joins a room.
		vars := "RECORD_READ_ONLY=true,ringdesk_id=" + string(req.ID) + ",RECORD_PRE_BUFFER_FRAMES=0,RECORD_USE_THREAD=false,record_sample_rate=" + rate
		// FreeSWITCH waits 10 ms for the thread that writes the file. The call has no
		// need to: the event of its beginning tells, and the job's if there is none.
		err = a.commands.Background(ctx, fmt.Sprintf("uuid_record %s start %s %d {%s}", req.Leg, r.path, seconds, vars), recordJob+string(req.ID))
	}
	if err == nil && muted {
		err = a.onRecording(ctx, req.ID, r, maskAction(true))
	}
	if err != nil {
		a.forgetRecord(req.ID)
	}
	return err
}

// forgetRecord lets go of a recording, and of those who wait for its beginning.
func (a *Adapter) forgetRecord(id engine.RecordingID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.dropRecord(id)
}

// dropRecord is forgetRecord for whoever holds mu, and says whether it was known.
func (a *Adapter) dropRecord(id engine.RecordingID) bool {
	r := a.records[id]
	if r == nil {
		return false
	}
	delete(a.records, id)
	r.begins()
	return true
}

// begins lets those go on who wait for the recording's beginning. The caller holds
// the adapter's mu.
func (r *record) begins() {
	if r.begun != nil {
		close(r.begun)
		r.begun = nil
	}
}

// trackRate is the rate of a leg's track, in samples per second: tracks have
// 8000 or 16000, and FreeSWITCH would write Opus with 48000.
func (a *Adapter) trackRate(ctx context.Context, id engine.LegID) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	read := ""
	a.with(id, func(l *leg) { read = l.rate })
	if read == "" { // the leg is older than this controller, and nothing has happened to it since
		var err error
		if read, err = a.commands.API(ctx, "uuid_getvar "+string(id)+" read_rate"); err != nil {
			return "", err
		}
	}
	if read == "8000" {
		return read, nil
	}
	return "16000", nil
}

// recordingOf finds a recording.
func (a *Adapter) recordingOf(ctx context.Context, id engine.RecordingID) (*record, error) {
	if err := engine.CheckIDs(string(id)); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.records[id]
	if r == nil {
		return nil, &gone{"recording " + string(id)}
	}
	return r, nil
}

// StopRecording implements engine.Commands.
func (a *Adapter) StopRecording(ctx context.Context, id engine.RecordingID) error {
	r, err := a.recordingOf(ctx, id)
	if err == nil {
		err = a.onRecording(ctx, id, r, "stop")
	}
	return command("StopRecording", err)
}

// onRecording does something with a recording once it runs. FreeSWITCH's refusal
// means that it ended just now.
func (a *Adapter) onRecording(ctx context.Context, id engine.RecordingID, r *record, action string) error {
	a.mu.Lock()
	begun := r.begun
	a.mu.Unlock()
	if err := a.await(ctx, begun); err != nil {
		return err
	}
	err := a.onLeg(ctx, r.leg, "uuid_record", action+" "+r.path)
	var failure *esl.Failure
	if errors.As(err, &failure) {
		return &gone{"recording " + string(id)}
	}
	return err
}

// MaskRecording implements engine.Commands.
func (a *Adapter) MaskRecording(ctx context.Context, id engine.RecordingID, on bool) error {
	return command("MaskRecording", a.maskRecording(ctx, id, on))
}

func (a *Adapter) maskRecording(ctx context.Context, id engine.RecordingID, on bool) error {
	r, err := a.recordingOf(ctx, id)
	if err != nil {
		return err
	}
	muted := false
	a.with(r.leg, func(l *leg) { muted = l.muted })
	if err := a.onLeg(ctx, r.leg, "uuid_setvar", fmt.Sprintf("%s%s %t", maskedVariable, id, on)); err != nil {
		return err
	}
	a.mu.Lock()
	if kept := a.records[id]; kept != nil {
		kept.masked = on
	}
	a.mu.Unlock()
	return a.onRecording(ctx, id, r, maskAction(on || muted))
}

func maskAction(on bool) string {
	if on {
		return "mask"
	}
	return "unmask"
}

// maskAll makes a leg's recordings follow its muting.
func (a *Adapter) maskAll(ctx context.Context, leg engine.LegID) error {
	a.mu.Lock()
	l := a.legs[leg]
	actions := make(map[engine.RecordingID]string)
	all := make(map[engine.RecordingID]*record)
	for id, r := range a.records {
		if r.leg == leg {
			all[id], actions[id] = r, maskAction(l != nil && l.muted || r.masked)
		}
	}
	a.mu.Unlock()
	for id, r := range all {
		if err := a.onRecording(ctx, id, r, actions[id]); err != nil && !isGone(err) {
			return err
		}
	}
	return nil
}

// recorded handles the beginning and the end of recordings.
func (a *Adapter) recorded(e *eslgo.Event, when time.Time) engine.Event {
	id := engine.RecordingID(e.GetHeader(idHeader))
	if id == "" {
		return nil
	}
	if e.GetName() == "RECORD_START" {
		if r := a.records[id]; r != nil {
			r.begins()
		}
		return engine.RecordingStarted{Recording: id, At: when}
	}
	a.dropRecord(id)
	failed := ""
	switch cause := e.GetHeader("Record-Completion-Cause"); {
	case cause == "empty-file": // FreeSWITCH removes it
		failed = engine.NothingRecorded
	case strings.Contains(cause, "failure"):
		failed = "FreeSWITCH could not write it: " + cause
	}
	return engine.RecordingEnded{Recording: id, At: when, Failed: failed}
}

// notRecorded handles the end of the job that was to begin a recording, if it
// failed: else the recording's own events tell.
func (a *Adapter) notRecorded(id engine.RecordingID, why string, when time.Time) engine.Event {
	if !a.dropRecord(id) {
		return nil
	}
	return engine.RecordingEnded{Recording: id, At: when, Failed: "FreeSWITCH could not begin it: " + why}
}
