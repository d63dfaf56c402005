package recording

import (
	"errors"
	"time"

	"ringdesk/models"
)

// finish makes the recording ready, and asks for its moving to the storage.
func (m *Mixer) finish(tx *models.Tx, out outcome) error {
	if err := noteTracks(tx, out.sources); err != nil {
		return err
	}
	if m.opt.Upload {
		if err := errors.Join(tx.AddTask(models.TaskUpload, out.rec.ID, time.Now()), tx.KickTasks(out.rec.ID)); err != nil {
			return err
		}
	}
	return tx.UpdateRecording(out.rec, models.RecordingUpdate{
		State: new(ready), Error: new(""), File: &out.file, StartedAt: new(models.At(out.start)),
		DurationMS: new(out.result.Duration.Milliseconds()), Peaks: new(models.EncodeWaveform(out.result.Waveform)),
	})
}

// refuse says what is wrong with the recording, and whether that is the end.
func refuse(tx *models.Tx, out outcome, err error, last bool) error {
	if out.rec.ID == "" {
		return nil
	}
	set := models.RecordingUpdate{State: new(processing), Error: new(sentence(err))}
	if last {
		set.State = new(failed)
		if err := noteTracks(tx, out.sources); err != nil {
			return err
		}
	}
	return tx.UpdateRecording(out.rec, set)
}

// noteTracks writes what was found in the tracks' files. The engine's own words of
// a track stay.
func noteTracks(tx *models.Tx, sources []source) error {
	for _, s := range sources {
		set := models.TrackUpdate{DurationMS: new(s.length.Milliseconds())}
		if s.note != "" && s.track.Error == "" {
			set.Error = &s.note
		}
		if err := tx.UpdateTrack(s.track.ID, set); err != nil {
			return err
		}
	}
	return nil
}
