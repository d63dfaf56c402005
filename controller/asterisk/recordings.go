package asterisk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v6"

	"ringdesk/controller/engine"
)

// StartRecording implements engine.Commands. A snoop channel hears what the
// leg says, in real time also when the leg sends nothing; it ends with the leg,
// and with it the recording, whether or not a controller is there.
func (a *Adapter) StartRecording(ctx context.Context, req engine.RecordingRequest) error {
	ctx, cancel := context.WithTimeout(ctx, a.opt.CommandTimeout)
	defer cancel()
	return a.legCommand("StartRecording", req.Leg, a.startRecording(ctx, req))
}

func (a *Adapter) startRecording(ctx context.Context, req engine.RecordingRequest) error {
	snoop := snoopID + string(req.ID)
	if err := engine.CheckIDs(string(req.Leg), snoop); err != nil {
		return err
	}
	if err := req.CheckFile(); err != nil {
		return err
	}
	// Asterisk counts in whole seconds and stops up to one second late.
	limit := max(time.Second, req.Longest()-time.Second)
	a.mu.Lock()
	a.records[req.ID] = &record{leg: req.Leg, file: req.File, mask: unmasked}
	a.mu.Unlock()
	err := a.snoop(ctx, req.Leg, snoop, &ari.SnoopOptions{App: a.opt.App, AppArgs: argSnoop, Spy: ari.DirectionIn})
	if err == nil {
		err = a.setVariable(ctx, snoop, fileVariable, req.File)
	}
	if err == nil {
		err = a.do(ctx, func() error {
			_, err := a.rest.Channel().Record(channel(snoop), req.File, &ari.RecordingOptions{Format: "wav", MaxDuration: limit, Exists: "fail"})
			return err
		})
	}
	if err != nil {
		go a.endSnoop(req.ID)
		a.mu.Lock()
		delete(a.records, req.ID)
		a.mu.Unlock()
	}
	return err
}

// snoop makes a snoop channel on a leg and waits until it can be used. Asterisk
// makes none on a leg that is just hung up (ast_audiohook_attach refuses it), and
// then says that something went wrong in itself.
func (a *Adapter) snoop(ctx context.Context, leg engine.LegID, id string, opt *ari.SnoopOptions) error {
	err := a.entering(ctx, id, func() error {
		return a.do(ctx, func() error {
			_, err := a.rest.Channel().Snoop(channel(string(leg)), id, opt)
			return err
		})
	})
	var status *StatusError
	if errors.As(err, &status) && status.Code == http.StatusInternalServerError && status.Message == "Snoop channel could not be created" && a.ends(ctx, leg) {
		return &StatusError{http.StatusNotFound, "Channel not found"}
	}
	return err
}

// ends says whether a leg is gone, or is so in a moment.
func (a *Adapter) ends(ctx context.Context, id engine.LegID) bool {
	ctx, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	for {
		known := false
		a.with(id, func(*leg) { known = true })
		if !known {
			return true
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			return false
		}
	}
}

// entering runs what makes a channel and waits until that is under our control.
func (a *Adapter) entering(ctx context.Context, id string, request func() error) error {
	ctx, cancel := context.WithTimeout(ctx, a.opt.CommandTimeout)
	defer cancel()
	started := make(chan struct{})
	a.mu.Lock()
	a.awaited[id] = started
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		delete(a.awaited, id)
		a.mu.Unlock()
	}()
	if err := request(); err != nil {
		return err
	}
	select {
	case <-started:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// channelEntered tells entering that its channel is there, and says whether it is
// nobody's leg. It is called by the link's reader, so that a busy handler holds
// no recording up.
func (a *Adapter) channelEntered(id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.awaited[id]; c != nil {
		close(c)
		delete(a.awaited, id)
	}
	return strings.HasPrefix(id, snoopID) || isMonitor(id)
}

// errNoRecording stands for a recording that is not running. Its channel may
// still be ending.
var errNoRecording = &StatusError{http.StatusNotFound, "Recording not found"}

// StopRecording implements engine.Commands. Asterisk closes the file when its
// channel ends.
func (a *Adapter) StopRecording(ctx context.Context, id engine.RecordingID) error {
	if err := engine.CheckIDs(snoopID + string(id)); err != nil {
		return command("StopRecording", err)
	}
	a.mu.Lock()
	r := a.records[id]
	if r != nil {
		r.stopped = true
	}
	a.mu.Unlock()
	if r == nil {
		return command("StopRecording", errNoRecording)
	}
	return command("StopRecording", a.hangupSnoop(ctx, id))
}

func (a *Adapter) hangupSnoop(ctx context.Context, id engine.RecordingID) error {
	return a.raw(ctx, http.MethodDelete, "/channels/"+snoopID+string(id), nil, nil)
}

// endSnoop removes a snoop channel that records nothing (any more).
func (a *Adapter) endSnoop(id engine.RecordingID) {
	ctx, cancel := context.WithTimeout(context.Background(), a.opt.CommandTimeout)
	defer cancel()
	// When it fails, the channel ends with its leg.
	_ = a.hangupSnoop(ctx, id)
}

// fileVariable keeps a recording's file name with its snoop channel, for
// controllers that come later.
const fileVariable = "RINGDESK_FILE"

// MaskRecording implements engine.Commands. Asterisk names a recording by its
// file, and writes silence while it is muted.
func (a *Adapter) MaskRecording(ctx context.Context, id engine.RecordingID, on bool) error {
	return command("MaskRecording", a.maskRecording(ctx, id, on))
}

func (a *Adapter) maskRecording(ctx context.Context, id engine.RecordingID, on bool) error {
	if err := engine.CheckIDs(snoopID + string(id)); err != nil {
		return err
	}
	file, err := a.fileOf(ctx, id)
	if err != nil {
		return err
	}
	was := a.setMask(id, maskUnknown)
	if on && was == masked {
		a.setMask(id, masked)
		return nil
	}
	// Asterisk's unmute does nothing to what is not muted, but its mute is a
	// toggle: where it may be muted, it is unmuted first.
	path := "/recordings/live/" + url.PathEscape(file) + "/mute"
	if !on || was == maskUnknown {
		if err := a.raw(ctx, http.MethodDelete, path, nil, nil); err != nil {
			return err
		}
	}
	if !on {
		a.setMask(id, unmasked)
		return nil
	}
	err = a.raw(ctx, http.MethodPost, path, nil, nil)
	if err == nil {
		a.setMask(id, masked)
	}
	return err
}

// setMask notes whether a recording is masked, and gives what was known before.
func (a *Adapter) setMask(id engine.RecordingID, m mask) mask {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.records[id]
	if r == nil {
		return maskUnknown
	}
	was := r.mask
	r.mask = m
	return was
}

// fileOf tells a running recording's file.
func (a *Adapter) fileOf(ctx context.Context, id engine.RecordingID) (string, error) {
	file, known := "", false
	a.mu.Lock()
	if r := a.records[id]; r != nil {
		file, known = r.file, true
	}
	a.mu.Unlock()
	if !known {
		return "", errNoRecording
	}
	if file != "" {
		return file, nil
	}
	file, err := a.variable(ctx, snoopID+string(id), fileVariable)
	if err == nil && !engine.ValidFile(file) {
		err = engine.Refuse("the file of recording %s is not known", id)
	}
	return file, err
}
