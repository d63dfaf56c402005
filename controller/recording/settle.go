package recording

import (
	"context"
	"errors"
	"time"

	"ringdesk/models"
)

// settle notes in one transaction what an attempt came to, unless the task has
// gone to somebody else.
func (w *Worker) settle(ctx context.Context, task models.Task, out outcome, err error) error {
	if errors.Is(err, errLost) {
		w.opt.Log.Warn("a mix was given up: another worker has taken it", "recording", task.Subject)
		return nil
	}
	now := w.opt.Now()
	pause := w.report(task, out, err)
	end := w.opt.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := tx.HoldTask(task, now.Add(w.opt.Lease)); err != nil {
			return err
		}
		if err == nil {
			return errors.Join(finish(tx, out), tx.FinishTask(task.ID, now))
		}
		if errors.Is(err, errReady) || errors.Is(err, errGone) {
			return tx.FinishTask(task.ID, now)
		}
		if err := refuse(tx, out, err, pause == 0); err != nil {
			return err
		}
		if err := tx.RetryTask(task.ID, now.Add(pause), err.Error()); err != nil || pause > 0 {
			return err
		}
		return tx.FinishTask(task.ID, now)
	})
	if errors.Is(end, models.ErrConflict) {
		w.opt.Log.Warn("a mix came too late: another worker has taken it", "recording", task.Subject)
		return nil
	}
	return end
}

// report logs the end of an attempt and decides how long to wait before the
// next; 0 means that there is none.
func (w *Worker) report(task models.Task, out outcome, err error) time.Duration {
	log := w.opt.Log.With("recording", task.Subject, "attempt", task.Attempts)
	switch {
	case err == nil:
		log.Info("recording ready", "duration", out.result.Duration, "tracks", len(out.sources))
		return 0
	case errors.Is(err, errReady):
		log.Debug("recording was ready already")
		return 0
	case errors.Is(err, errGone):
		log.Error("there is no such recording to mix")
		return 0
	}
	pause := pauseAfter(task.Attempts, out, err)
	if pause == 0 {
		log.Error("recording failed", "error", err)
	} else {
		log.Warn("a mix failed and will be tried again", "in", pause, "error", err)
	}
	return pause
}

// pauseAfter gives the time until the next attempt; 0 if there is none.
func pauseAfter(attempts int, out outcome, err error) time.Duration {
	last := len(pauses) - 1
	switch {
	case out.rec.ID == "": // the store is in trouble: there is no row to say so in
		return pauses[min(attempts-1, last)]
	case attempts-1 > last:
		return 0
	case errors.Is(err, ErrNoSound) && !errors.Is(err, errAway):
		return 0 // silence does not get louder
	default:
		return pauses[attempts-1]
	}
}

// finish makes the recording ready.
func finish(tx *models.Tx, out outcome) error {
	if err := noteTracks(tx, out.sources); err != nil {
		return err
	}
	return tx.UpdateRecording(out.rec, map[string]any{
		"state": ready, "error": "", "file": out.file, "started_at": models.At(out.start),
		"duration_ms": out.result.Duration.Milliseconds(), "peaks": models.EncodePeaks(out.result.Peaks),
	})
}

// refuse says what is wrong with the recording, and whether that is the end.
func refuse(tx *models.Tx, out outcome, err error, last bool) error {
	if out.rec.ID == "" {
		return nil
	}
	set := map[string]any{"error": sentence(err)}
	if last {
		set["state"] = failed
		if err := noteTracks(tx, out.sources); err != nil {
			return err
		}
	}
	return tx.UpdateRecording(out.rec, set)
}

// noteTracks writes what was found in the tracks' files. What the engine has
// said of a track stays.
func noteTracks(tx *models.Tx, sources []source) error {
	for _, s := range sources {
		set := map[string]any{"duration_ms": s.length.Milliseconds()}
		if s.note != "" && s.track.Error == "" {
			set["error"] = s.note
		}
		if err := tx.UpdateTrack(s.track.ID, set); err != nil {
			return err
		}
	}
	return nil
}

// giveBack makes a task due for whoever comes next.
func (w *Worker) giveBack(ctx context.Context, task models.Task) error {
	err := w.opt.Store.Tx(ctx, func(tx *models.Tx) error { return tx.HoldTask(task, w.opt.Now()) })
	if errors.Is(err, models.ErrConflict) {
		return nil
	}
	return err
}
