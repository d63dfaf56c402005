package recording

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"ringdesk/controller/call"
	"ringdesk/models"
)

// The states of a recording that are set here; the call sets those before.
const (
	ready  = "ready"
	failed = "failed"
)

// pauses follow the first, second … failed attempt; after one more the
// recording has failed.
var pauses = []time.Duration{
	2 * time.Second, 10 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute,
	30 * time.Minute, time.Hour, time.Hour, time.Hour,
}

var (
	errLost  = errors.New("recording: the task has gone to another worker")
	errGone  = errors.New("recording: there is no such recording or call")
	errReady = errors.New("recording: it is ready already")
	errTries = errors.New("recording: every attempt ended early")
	// errAway comes with ErrNoSound: the sound may still come.
	errAway = errors.New("recording: a track's file is missing or cannot be read")
)

// outcome is what an attempt came to.
type outcome struct {
	rec     models.Recording // ID is "" if it could not be read
	sources []source
	start   time.Time
	file    string // below the folder
	result  Result
}

// attempt does a task that was taken, and notes how that went.
func (w *Worker) attempt(ctx context.Context, task models.Task) {
	work, stop := context.WithTimeout(ctx, w.opt.Timeout)
	work, lose := context.WithCancelCause(work)
	held := make(chan struct{})
	go func() {
		defer close(held)
		w.hold(work, task, lose)
	}()
	out, err := w.mix(work, task)
	if cause := context.Cause(work); err != nil && cause != nil {
		err = errors.Join(cause, err)
	}
	stop()
	<-held
	lose(nil)
	// What came out is noted even when we are told to stop meanwhile.
	note, done := context.WithTimeout(context.WithoutCancel(ctx), parting)
	defer done()
	if ctx.Err() != nil && err != nil {
		err = w.giveBack(note, task)
	} else {
		err = w.settle(note, task, out, err)
	}
	if err != nil {
		w.opt.Log.Error("the end of a mix cannot be noted; it will be made again", "recording", task.Subject, "error", err)
	}
}

// hold renews the task's lease until ctx ends.
func (w *Worker) hold(ctx context.Context, task models.Task, lose context.CancelCauseFunc) {
	tick := time.NewTicker(w.opt.Lease / heartbeats)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := w.opt.Store.Tx(ctx, func(tx *models.Tx) error { return tx.HoldTask(task, w.opt.Now().Add(w.opt.Lease)) })
		switch {
		case errors.Is(err, models.ErrConflict):
			lose(errLost)
			return
		case err != nil && ctx.Err() == nil:
			w.opt.Log.Warn("the lease of a mix cannot be renewed", "recording", task.Subject, "error", err)
		}
	}
}

// mix makes the recording's file.
func (w *Worker) mix(ctx context.Context, task models.Task) (outcome, error) {
	var out outcome
	rec, err := w.opt.Store.RecordingByID(ctx, task.Subject)
	if errors.Is(err, models.ErrNotFound) {
		return out, errGone
	}
	if err != nil {
		return out, err
	}
	out.rec = rec
	switch {
	case rec.State == ready:
		return out, errReady
	case task.Attempts > len(pauses)+1:
		return out, errTries
	}
	c, journal, err := w.call(ctx, rec)
	if err != nil {
		return out, err
	}
	tracks, err := w.opt.Store.Tracks(ctx, rec.ID)
	if err != nil {
		return out, err
	}
	away := false
	for _, t := range tracks {
		s, err := measure(w.opt.Folder, t)
		if t.StartedAt.IsZero() && t.Error != "" && errors.Is(err, fs.ErrNotExist) {
			continue // the engine never began it: there was nobody any more to be heard
		}
		if err != nil {
			w.opt.Log.Warn("a track cannot be used", "recording", rec.ID, "track", t.ID, "file", t.File, "error", err)
		}
		away = away || err != nil && !errors.Is(err, errNotWAV) && !errors.Is(err, errUnsupported)
		out.sources = append(out.sources, s)
	}
	line := plan(c, journal, out.sources, w.opt.Limit)
	out.start = line.start
	out.file = filepath.Join(c.ID, rec.ID+".mp3")
	out.result, err = Mix(ctx, Plan{
		Tracks: line.tracks, Limit: w.opt.Limit, FFmpeg: w.opt.FFmpeg,
		Out: filepath.Join(w.opt.Folder, out.file),
	})
	if errors.Is(err, ErrNoSound) && away {
		err = errors.Join(errAway, err)
	}
	return out, err
}

func (w *Worker) call(ctx context.Context, rec models.Recording) (call.Call, []models.JournalEntry, error) {
	row, err := w.opt.Store.Call(ctx, rec.WorkspaceID, rec.CallID)
	if errors.Is(err, models.ErrNotFound) {
		return call.Call{}, nil, errGone
	}
	if err != nil {
		return call.Call{}, nil, err
	}
	c, err := call.Decode(row.Data)
	if err != nil {
		return call.Call{}, nil, fmt.Errorf("the state of call %s: %w", row.ID, err)
	}
	c.ID = row.ID
	journal, err := w.opt.Store.Journal(ctx, rec.WorkspaceID, rec.CallID)
	return c, journal, err
}

// measure looks into a track's file. A track that cannot be used has no length
// and a note that says why.
func measure(folder string, t models.Track) (source, error) {
	s := source{track: t, path: filepath.Join(folder, t.File)}
	if !filepath.IsLocal(t.File) {
		s.note = "The track's file is outside the recordings folder."
		return s, fs.ErrPermission
	}
	w, err := openWAV(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.note = "The track's file is missing."
	case errors.Is(err, errNotWAV), errors.Is(err, errUnsupported):
		s.note = "The track's file is not a sound file that can be mixed."
	case err != nil:
		s.note = "The track's file cannot be read."
	}
	if err != nil {
		return s, err
	}
	if s.length = w.length(); s.length == 0 {
		s.note = "The track is empty."
	}
	return s, w.close()
}

// sentence says to people why there is no recording.
func sentence(err error) string {
	var enc *EncoderError
	isEnc := errors.As(err, &enc)
	full := errors.Is(err, syscall.ENOSPC) || isEnc && strings.Contains(enc.Stderr, "No space left on device")
	switch {
	case full:
		return "The disk of the recordings folder is full."
	case errors.Is(err, ErrNoEncoder):
		return "The program ffmpeg, which makes the MP3, is not installed or cannot be run."
	case errors.Is(err, errAway):
		return "The files of this call's tracks are missing or cannot be read."
	case errors.Is(err, ErrNoSound):
		return "There is nothing to play: no track of this call holds sound."
	case errors.Is(err, context.DeadlineExceeded):
		return "Making the MP3 took too long and was stopped."
	case errors.Is(err, errTries):
		return "Making the MP3 was interrupted each time it was tried."
	case errors.Is(err, fs.ErrPermission):
		return "The recordings folder cannot be read or written."
	case isEnc:
		return "The program ffmpeg could not make the MP3."
	default:
		return "The tracks could not be mixed."
	}
}
