package powercut_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringdesk/app"
	"ringdesk/controller/backup"
	"ringdesk/controller/durable"
	"ringdesk/controller/recording"
	"ringdesk/controller/sounds"
	"ringdesk/models"
	"ringdesk/testkit/powercut"
	"ringdesk/testkit/tone"
)

// filesProgram is everything of ringdesk that writes a file and then says that it is there: secrets, a mixed
// recording, an uploaded sound, what a backup is restored to. It says each file's name and sum.
func filesProgram(folder string) error {
	data := filepath.Join(folder, "data")
	unlock, err := app.LockData(data)
	if err != nil {
		return err
	}
	defer unlock()
	for n := range secretCount {
		if err := kept(folder, "data/secret", durable.Replace(filepath.Join(data, "secret"), secret(n), 0o600)); err != nil {
			return err
		}
	}
	var track bytes.Buffer
	wav := filepath.Join(os.TempDir(), fmt.Sprintf("powercut-%d.wav", os.Getpid()))
	defer os.Remove(wav)
	if err := (tone.WAV{Rate: 8000, PCM: make([]int16, 16000)}).WriteFile(wav); err != nil {
		return err
	}
	text, err := os.ReadFile(wav)
	track.Write(text)
	if err != nil {
		return err
	}
	mp3 := "recordings/call/rec.mp3"
	_, err = recording.Mix(context.Background(), recording.Plan{Tracks: []recording.PlanTrack{{File: wav}}, Out: filepath.Join(folder, mp3), Limit: time.Hour, Lame: "lame"})
	if err := kept(folder, mp3, err); err != nil {
		return err
	}
	sound := models.Sound{ID: "s", WorkspaceID: "w", Name: "greeting", Language: "ko"}
	_, err = sounds.NewLibrary(filepath.Join(folder, "sounds"), "sox").Put(context.Background(), sound, &track)
	if err := kept(folder, "sounds/"+sounds.File(sound)+".wav", err); err != nil {
		return err
	}
	return restored(folder)
}

const secretCount = 3

func secret(n int) []byte { return bytes.Repeat([]byte{'a' + byte(n)}, 3000) }

// restored makes a backup of a small installation elsewhere, and an installation of it here.
func restored(folder string) error {
	elsewhere, err := os.MkdirTemp("", "powercut")
	if err != nil {
		return err
	}
	defer os.RemoveAll(elsewhere)
	at := func(root string) backup.Options {
		data := filepath.Join(root, "data")
		return backup.Options{Store: backup.SQLite{File: filepath.Join(data, "ringdesk.db")}, Data: data, Sounds: filepath.Join(root, "sounds"), Recordings: filepath.Join(root, "recordings"), Now: time.Now}
	}
	from, to := at(elsewhere), at(filepath.Join(folder, "restored", "here"))
	err = withStore(from.Data+"/ringdesk.db", func(s *models.Store) error { return s.Tx(context.Background(), furnish) })
	if err != nil {
		return err
	}
	const track = "call/track.wav"
	if err := errors.Join(os.MkdirAll(filepath.Join(from.Recordings, "call"), 0o700), os.WriteFile(filepath.Join(from.Recordings, track), secret(7), 0o600)); err != nil {
		return err
	}
	var archive bytes.Buffer
	if _, err := backup.Write(context.Background(), from, &archive, elsewhere); err != nil {
		return err
	}
	if _, err := backup.Restore(context.Background(), to, &archive); err != nil {
		return err
	}
	return errors.Join(kept(folder, "restored/here/recordings/"+track, nil), kept(folder, "restored/here/data/ringdesk.db", nil))
}

// kept says that a file is on the disk from now on.
func kept(folder, name string, err error) error {
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err == nil {
		_, err = fmt.Printf("file %s %s\n", name, sum(text))
	}
	return err
}

// Secrets, recordings, uploaded sounds and a restored backup are there, whole, once somebody was told so; a file that is
// replaced is never anything else than the old one or a new one.
//
// Covers: SYS-3, OPS-2, END-6.
func TestPowerCut_Files_SYS_3_OPS_2_END_6(t *testing.T) {
	log := must(record("files", scratch(t)))(t)
	if err := cutFiles(t, log, 5*chosen("RINGDESK_POWERCUTS", 40)); err != nil {
		t.Error(err)
	}
	for name, dropped := range map[string]func(string) bool{ // the test must find what would be lost without each sync
		"recording":              func(file string) bool { return strings.HasPrefix(file, "recordings/call/rec.mp3") },
		"recording's name":       func(file string) bool { return file == "recordings/call" },
		"recordings":             func(file string) bool { return file == "recordings" },
		"sound":                  func(file string) bool { return strings.HasPrefix(file, "sounds/") && strings.Contains(file, ".new-") },
		"sound's folder":         func(file string) bool { return strings.HasPrefix(file, "sounds") && !strings.Contains(file, ".new-") },
		"secret":                 func(file string) bool { return file == "data/secret.new" },
		"secret's name":          func(file string) bool { return file == "data" },
		"restored file":          func(file string) bool { return strings.HasSuffix(file, "track.wav") },
		"restored folder":        func(file string) bool { return strings.HasSuffix(file, "recordings/call") },
		"restored database":      func(file string) bool { return strings.HasSuffix(file, "ringdesk.db") },
		"restored folder's name": func(file string) bool { return file == "restored" },
	} {
		if log.Syncs(dropped) == 0 {
			t.Errorf("%s: nothing was synced", name)
		}
		if err := cutFiles(t, log.Without(dropped), 1000); err == nil {
			t.Errorf("%s: nothing was lost in 1000 power cuts though it was not synced", name)
		}
	}
}

func cutFiles(t *testing.T, log *powercut.Log, images uint64) error {
	seed := chosen("RINGDESK_SEED", 1)
	for n := range images {
		dice := rand.New(rand.NewPCG(seed, n))
		cut, folder := dice.IntN(log.Cuts()), scratch(t)
		if err := errors.Join(log.Image(cut, dice, folder), filesHold(folder, log.Told(cut))); err != nil {
			return fmt.Errorf("seed %d, image %d, cut before event %d of %d: %w", seed, n, cut, log.Cuts(), err)
		}
		if err := os.RemoveAll(folder); err != nil {
			return err
		}
	}
	t.Logf("seed %d: nothing lost in %d power cuts at %d moments", seed, images, log.Cuts())
	return nil
}

// filesHold asserts that the files are there that were said to be, and that a secret is one of those that were written.
func filesHold(folder string, told []string) error {
	secrets := -1 // the last one that was acknowledged
	for _, line := range told {
		var name, want string
		if n, _ := fmt.Sscanf(line, "file %s %s", &name, &want); n != 2 { // what the store of the backup has committed
			continue
		}
		if name == "data/secret" {
			secrets++
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		if sum(text) != want {
			return fmt.Errorf("%s is another file than the one that was acknowledged", name)
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "data", "secret"))
	if secrets < 0 && errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for n := max(0, secrets); n < secretCount; n++ {
		if bytes.Equal(text, secret(n)) {
			return nil
		}
	}
	return fmt.Errorf("the secret of %d bytes is none of those that were written after number %d", len(text), secrets)
}

func sum(text []byte) string { return fmt.Sprintf("%x", sha256.Sum256(text)) }
