package recording

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"ringdesk/controller/converter"
	"ringdesk/controller/tasks"
	"ringdesk/models"
)

// The states of a recording that are set here; the call sets those before.
const (
	ready      = "ready"
	failed     = "failed"
	processing = "processing" // the call has set it before; anew when one that had failed is tried again
)

var (
	errGone  = errors.New("recording: there is no such recording or call")
	errReady = errors.New("recording: it is ready already")
	errTries = errors.New("recording: every attempt ended early")
	// errNoRoom comes with ErrNoSound: the tracks were refused.
	errNoRoom = errors.New("recording: the disk was nearly full")
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

// attempt makes the recording that a task asks for.
func (m *Mixer) attempt(ctx context.Context, a tasks.Attempt) tasks.Result {
	out, err := m.mix(ctx, a)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = errors.Join(cause, err)
	}
	log := m.opt.Log.With("recording", a.Subject)
	switch {
	case err == nil:
		log.Info("recording ready", "call", out.rec.CallID, "duration", out.result.Duration, "tracks", len(out.sources))
		return tasks.Result{Note: func(tx *models.Tx, _ bool) error { return m.finish(tx, out) }}
	case errors.Is(err, errReady):
		log.Debug("recording was ready already")
		return tasks.Result{}
	case errors.Is(err, errGone):
		log.Error("there is no such recording to mix")
		return tasks.Result{}
	}
	return tasks.Result{Err: err,
		Over:    errors.Is(err, ErrNoSound) && !errors.Is(err, errAway), // silence does not get louder
		Endless: out.rec.ID == "",                                       // the store is in trouble: there is no row to say so in
		Note:    func(tx *models.Tx, last bool) error { return refuse(tx, out, err, last) },
	}
}

// mix makes the recording's file.
func (m *Mixer) mix(ctx context.Context, a tasks.Attempt) (outcome, error) {
	var out outcome
	rec, err := m.opt.Store.RecordingByID(ctx, a.Subject)
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
	case a.Spent:
		return out, errTries
	}
	c, err := m.call(ctx, rec)
	if err != nil {
		return out, err
	}
	tracks, err := m.opt.Store.Tracks(ctx, rec.ID)
	if err != nil {
		return out, err
	}
	away, full := false, false
	for _, t := range tracks {
		s, err := measure(m.opt.Folder, t)
		if errors.Is(err, fs.ErrNotExist) && (t.StartedAt.IsZero() && t.Error != "" || t.Error == models.NothingRecorded) {
			full = full || t.Error == models.NoRoom
			continue // the engine has made none: there was nobody any more to be heard
		}
		if err != nil {
			m.opt.Log.Warn("a track cannot be used", "call", rec.CallID, "recording", rec.ID, "track", t.ID, "file", t.File, "error", err)
		}
		away = away || err != nil && !errors.Is(err, errNotWAV) && !errors.Is(err, errUnsupported)
		out.sources = append(out.sources, s)
	}
	line := plan(c, out.sources, m.opt.Limit)
	out.start = line.start
	out.file = filepath.Join(rec.CallID, rec.ID+".mp3")
	out.result, err = Mix(ctx, Plan{
		Tracks: line.tracks, Limit: m.opt.Limit, Lame: m.opt.Lame,
		Out: filepath.Join(m.opt.Folder, out.file),
	})
	if errors.Is(err, ErrNoSound) && away {
		err = errors.Join(errAway, err)
	}
	if errors.Is(err, ErrNoSound) && full {
		err = errors.Join(errNoRoom, err)
	}
	return out, err
}

// talk is what the mix must know of the recording's call.
type talk struct {
	row     models.Call
	parties []models.Participant
	journal []models.JournalEntry
}

func (m *Mixer) call(ctx context.Context, rec models.Recording) (c talk, err error) {
	c.row, err = m.opt.Store.Call(ctx, rec.WorkspaceID, rec.CallID)
	if errors.Is(err, models.ErrNotFound) {
		return c, errGone
	}
	if err != nil {
		return c, err
	}
	parties, err := m.opt.Store.Participants(ctx, rec.CallID)
	if err != nil {
		return c, err
	}
	c.parties = parties[rec.CallID]
	c.journal, err = m.opt.Store.Journal(ctx, rec.WorkspaceID, rec.CallID)
	return c, err
}

// party finds a participant; unknown ones are empty.
func (c talk) party(id string) models.Participant {
	if i := slices.IndexFunc(c.parties, func(p models.Participant) bool { return p.ID == id }); i >= 0 {
		return c.parties[i]
	}
	return models.Participant{}
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
	var enc *converter.Error
	isEnc := errors.As(err, &enc)
	full := errors.Is(err, syscall.ENOSPC) || isEnc && strings.Contains(enc.Said, "No space left on device")
	switch {
	case full:
		return "The disk of the recordings folder is full."
	case errors.Is(err, converter.ErrMissing):
		return "The program lame, which makes the MP3, is not installed or cannot be run."
	case errors.Is(err, errNoRoom):
		return "This call was not recorded, since the disk of the recordings was nearly full."
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
		return "The program lame could not make the MP3."
	default:
		return "The tracks could not be mixed."
	}
}
