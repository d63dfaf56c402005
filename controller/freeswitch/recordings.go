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
	masked bool // asked for; a muted leg's is masked, too
}

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
	path := a.opt.RecordingsDir + "/" + req.File + ".wav"
	a.mu.Lock()
	l := a.legs[req.Leg]
	muted := l != nil && l.muted
	a.records[req.ID] = &record{leg: req.Leg, path: path}
	a.mu.Unlock()
	// The variable first: a recording without one would be nobody's.
	// Without the pre-buffer at 0 FreeSWITCH keeps half a second back, and forgets
	// it whenever the leg joins a room.
	vars := "RECORD_READ_ONLY=true,ringdesk_id=" + string(req.ID) + ",RECORD_PRE_BUFFER_FRAMES=0,record_sample_rate=" + rate
	err = a.onLeg(ctx, req.Leg, "uuid_setvar", recordVariable+string(req.ID)+" "+path)
	if err == nil {
		err = a.onLeg(ctx, req.Leg, "uuid_record", fmt.Sprintf("start %s %d {%s}", path, seconds, vars))
	}
	if err == nil && muted {
		err = a.onLeg(ctx, req.Leg, "uuid_record", "mask "+path)
	}
	if err != nil {
		a.mu.Lock()
		delete(a.records, req.ID)
		a.mu.Unlock()
	}
	return err
}

// trackRate is the rate of a leg's track, in samples per second: tracks have
// 8000 or 16000, and FreeSWITCH would write Opus with 48000.
func (a *Adapter) trackRate(ctx context.Context, id engine.LegID) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	read, err := a.commands.API(ctx, "uuid_getvar "+string(id)+" read_rate")
	if err != nil {
		return "", err
	}
	if read == "8000" {
		return read, nil
	}
	return "16000", nil
}

// recordingOf finds a recording.
func (a *Adapter) recordingOf(ctx context.Context, id engine.RecordingID) (record, error) {
	if err := engine.CheckIDs(string(id)); err != nil {
		return record{}, err
	}
	if err := ctx.Err(); err != nil {
		return record{}, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.records[id]
	if r == nil {
		return record{}, &gone{"recording " + string(id)}
	}
	return *r, nil
}

// StopRecording implements engine.Commands.
func (a *Adapter) StopRecording(ctx context.Context, id engine.RecordingID) error {
	r, err := a.recordingOf(ctx, id)
	if err == nil {
		err = a.onRecording(ctx, id, r, "stop")
	}
	return command("StopRecording", err)
}

// onRecording does something with a recording. FreeSWITCH's refusal means that
// it ended just now.
func (a *Adapter) onRecording(ctx context.Context, id engine.RecordingID, r record, action string) error {
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
	all := make(map[engine.RecordingID]record)
	for id, r := range a.records {
		if r.leg == leg {
			all[id] = *r
		}
	}
	muted := l != nil && l.muted
	a.mu.Unlock()
	for id, r := range all {
		if err := a.onRecording(ctx, id, r, maskAction(muted || r.masked)); err != nil && !isGone(err) {
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
		return engine.RecordingStarted{Recording: id, At: when}
	}
	delete(a.records, id)
	failed := ""
	if cause := e.GetHeader("Record-Completion-Cause"); strings.Contains(cause, "failure") {
		failed = "FreeSWITCH could not write it: " + cause
	}
	return engine.RecordingEnded{Recording: id, At: when, Failed: failed}
}
