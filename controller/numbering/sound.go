package numbering

import (
	"context"
	"errors"
	"io"
	"regexp"
	"strconv"
	"time"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/sounds"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// UnknownSound says that a workspace has no such sound.
const UnknownSound = "Your workspace has no sound of this name in this language."

const (
	noSound      = "none" // stands in settings for no sound at all
	maxSoundName = 60     // characters
)

var soundName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// SoundFiles keeps the files of sounds (sounds.Library).
type SoundFiles interface {
	Put(ctx context.Context, s models.Sound, from io.Reader) (time.Duration, error)
	Remove(s models.Sound) error
}

// PutSound takes in a WAV or MP3 as a workspace's sound of a name and language,
// in place of the one before. The file is made before the row, and what the row
// replaced is removed after it: a crash in between leaves a file that nothing
// refers to, never a row without its file.
func (n *Numbering) PutSound(ctx context.Context, by verb.By, workspace, name, language string, from io.Reader) (models.Sound, error) {
	s := models.Sound{ID: models.NewID(), WorkspaceID: workspace, Name: name, Language: language, CreatedAt: models.At(n.Now())}
	if !soundName.MatchString(name) || len(name) > maxSoundName || name == noSound {
		return s, verb.Refuse(verb.Invalid, "name", "name must be of a to z, 0 to 9 and single - between them, at most %d characters and not %q, such as spring-sale.", maxSoundName, noSound).Because(reason.BadSoundName)
	}
	if _, builtIn := sounds.Lookup(language, name); builtIn {
		s.Replaces = name
	}
	length, err := n.Files.Put(ctx, s, from)
	if err != nil {
		return s, refusedSound(err)
	}
	s.DurationMS = length.Milliseconds()
	var former models.Sound
	err = n.Store.Tx(ctx, func(tx *models.Tx) (err error) {
		if former, err = tx.PutSound(s, sounds.MaxCount); err != nil {
			return err
		}
		e := audit.Entry{Action: audit.Created, Kind: audit.Sound, ID: s.ID, Name: name, Changes: audit.Diff(soundFields(former), soundFields(s))}
		if former.ID != "" {
			e.Action = audit.Changed
		}
		return n.note(tx, by, workspace, e)
	})
	if err != nil {
		return s, errors.Join(refusedSound(err), n.Files.Remove(s))
	}
	if former.ID != "" {
		n.dropFile(former)
	}
	return s, nil
}

// soundFields are what the audit log tells of a sound. The file is a new one with
// each upload.
func soundFields(s models.Sound) audit.Fields {
	if s.ID == "" {
		return nil
	}
	return audit.Fields{"file": s.ID, "language": s.Language, "durationMs": s.DurationMS}
}

// refusedSound words what is wrong with a sound itself.
func refusedSound(err error) error {
	var bad *sounds.BadSoundError
	switch {
	case errors.As(err, &bad):
		return verb.Refuse(verb.Invalid, "", "%s", bad.Reason).Because(reason.BadSound, "text", bad.Reason)
	case errors.Is(err, models.ErrLimit):
		return verb.Refuse(verb.Conflict, "", "Your workspace has %d sounds of its own already: delete one first.", sounds.MaxCount).Because(reason.TooManySounds, "max", strconv.Itoa(sounds.MaxCount))
	default:
		return err
	}
}

// RemoveSound removes a workspace's own sound; the built-in one is back.
func (n *Numbering) RemoveSound(ctx context.Context, by verb.By, workspace, name, language string) error {
	var gone models.Sound
	err := n.Store.Tx(ctx, func(tx *models.Tx) (err error) {
		if gone, err = tx.DeleteSound(workspace, name, language); err != nil {
			return err
		}
		return n.note(tx, by, workspace, audit.Entry{Action: audit.Removed, Kind: audit.Sound, ID: gone.ID, Name: name, Changes: audit.Diff(soundFields(gone), nil)})
	})
	if err != nil {
		return verb.Missing(err, UnknownSound, reason.NoSound)
	}
	n.dropFile(gone)
	return nil
}

// dropFile removes a file that no row refers to any more. When it cannot, that
// only costs room.
func (n *Numbering) dropFile(s models.Sound) {
	if err := n.Files.Remove(s); err != nil {
		n.Log.Error("removing a sound", "sound", s.ID, "error", err)
	}
}
