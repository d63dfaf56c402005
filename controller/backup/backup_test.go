package backup_test

import (
	"archive/tar"
	"bytes"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"ringdesk/controller/backup"
	"ringdesk/models"
)

const passphrase = "four quite random words"

// at gives the options of an installation below a folder, with its recordings in the
// data folder as `ringdesk run` has them, and its sounds elsewhere.
func at(dir, passphrase string) backup.Options {
	data := filepath.Join(dir, "data")
	return backup.Options{Store: backup.SQLite{File: filepath.Join(data, "ringdesk.db")}, Data: data, Sounds: filepath.Join(dir, "sounds"),
		Recordings: filepath.Join(data, "asterisk", "spool", "recording"), Version: "test", Passphrase: passphrase, WorkFactor: 10, Now: time.Now}
}

// installation makes one, with files of which some are not to be kept.
func installation(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	store, err := models.Open(filepath.Join(dir, "data", "ringdesk.db"))
	if err == nil {
		err = store.Close()
	}
	for name, text := range map[string]string{
		"data/controller-id": "id", "data/demo.json": "{}", "data/tls/key.pem": "key", "data/asterisk/custom/own.conf": "own", "data/asterisk/spool/recording/call/a.wav": strings.Repeat("sound", 9999),
		"sounds/ko/hello.wav": "hello", "data/controller.lock": "", "data/asterisk/etc/ari.conf": "made", "data/asterisk/launcher.json": "{}", "data/engine-run": "7", "data/demo.json.new": "half",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		err = errors.Join(err, os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t *testing.T, o backup.Options) []byte {
	t.Helper()
	var out bytes.Buffer
	temp := t.TempDir()
	if _, err := backup.Write(t.Context(), o, &out, temp); err != nil {
		t.Fatal(err)
	}
	if left := files(t, temp); len(left) > 0 {
		t.Errorf("the backup leaves %v", left)
	}
	return out.Bytes()
}

// files are the files and folders below a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if path != dir {
			all = append(all, strings.TrimPrefix(filepath.ToSlash(path), filepath.ToSlash(dir)+"/"))
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return all
}

// What is kept comes back, and what is made anew does not.
//
// Covers: OPS-2
func TestRestore_BringsEverythingBack(t *testing.T) {
	for name, words := range map[string]string{"encrypted": passphrase, "plain": ""} {
		t.Run(name, func(t *testing.T) {
			archive := write(t, at(installation(t), words))
			dir := t.TempDir()
			sum, err := backup.Restore(t.Context(), at(dir, words), bytes.NewReader(archive))
			if err != nil || sum.Version != "test" || sum.Files != 7 || sum.Rows["calls"] != 0 || sum.Rows["migrations"] == 0 {
				t.Fatalf("%+v, %v", sum, err)
			}
			want := []string{"data", "data/asterisk", "data/asterisk/custom", "data/asterisk/custom/own.conf", "data/asterisk/spool", "data/asterisk/spool/recording",
				"data/asterisk/spool/recording/call", "data/asterisk/spool/recording/call/a.wav", "data/controller-id", "data/demo.json", "data/ringdesk.db", "data/tls", "data/tls/key.pem",
				"sounds", "sounds/ko", "sounds/ko/hello.wav"}
			if got := files(t, dir); !slices.Equal(got, want) {
				t.Errorf("restored\n%v, want\n%v", got, want)
			}
			if text, err := os.ReadFile(filepath.Join(dir, "data", "asterisk", "spool", "recording", "call", "a.wav")); err != nil || string(text) != strings.Repeat("sound", 9999) {
				t.Errorf("the recording has %d bytes, %v", len(text), err)
			}
			if info, err := os.Stat(filepath.Join(dir, "data", "ringdesk.db")); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("the database: %v, %v", info, err)
			}
		})
	}
}

// packed is an archive of the given files, as a stranger could make it.
func packed(t *testing.T, names ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z, err := zstd.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	for _, name := range names {
		text := `{"format":1,"schema":[],"files":[]}`
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// newer is an installation that a later version has changed.
func newer(t *testing.T) string {
	t.Helper()
	dir := installation(t)
	db, err := sql.Open("sqlite", filepath.Join(dir, "data", "ringdesk.db"))
	if err == nil {
		_, err = db.Exec("INSERT INTO migrations (name, at) VALUES ('migrations/9999_later.sql', 1)")
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// flipped is an archive with one bit changed at a part of its length.
func flipped(archive []byte, part float64) []byte {
	other := slices.Clone(archive)
	other[int(part*float64(len(other)-1))] ^= 4
	return other
}

// What cannot be restored is refused with a sentence, and nothing is left of it.
//
// Covers: OPS-2
func TestRestore_Refuses(t *testing.T) {
	encrypted, plain := write(t, at(installation(t), passphrase)), write(t, at(installation(t), ""))
	outside := "../escaped"
	for name, c := range map[string]struct {
		archive    []byte
		passphrase string
		into       func(t *testing.T) string // nil is an empty folder
		kind       error
		says       string
	}{
		"wrong passphrase":      {encrypted, "some other random words", nil, backup.ErrPassphrase, "not the one"},
		"no passphrase":         {encrypted, "", nil, backup.ErrPassphrase, "RINGDESK_BACKUP_PASSPHRASE"},
		"passphrase for plain":  {plain, passphrase, nil, backup.ErrPassphrase, "not encrypted"},
		"newer":                 {write(t, at(newer(t), "")), "", nil, backup.ErrNewer, "9999_later"},
		"not empty":             {plain, "", installation, backup.ErrNotEmpty, "has a database"},
		"nothing":               {nil, "", nil, backup.ErrDamaged, "too short"},
		"no backup":             {bytes.Repeat([]byte("x"), 5000), "", nil, backup.ErrDamaged, ""},
		"cut off, plain":        {plain[:len(plain)*2/3], "", nil, backup.ErrDamaged, ""},
		"cut off, encrypted":    {encrypted[:len(encrypted)-20], passphrase, nil, backup.ErrDamaged, ""},
		"changed at the start":  {flipped(plain, 0.05), "", nil, backup.ErrDamaged, ""},
		"changed in the middle": {flipped(plain, 0.5), "", nil, backup.ErrDamaged, ""},
		"changed at the end":    {flipped(plain, 1), "", nil, backup.ErrDamaged, ""},
		"changed, encrypted":    {flipped(encrypted, 0.5), passphrase, nil, backup.ErrDamaged, ""},
		"no end":                {packed(t, "backup.json", "data/x"), "", nil, backup.ErrDamaged, "its end is missing"},
		"not in the manifest":   {packed(t, "backup.json", "data/x", "manifest.json"), "", nil, backup.ErrDamaged, "holds 1 files, and should hold 0"},
		"no database":           {packed(t, "backup.json", "manifest.json"), "", nil, backup.ErrDamaged, "no database"},
		"out of the folder":     {packed(t, "backup.json", "data/"+outside), "", nil, backup.ErrDamaged, "escaped"},
		"to an own place":       {packed(t, "backup.json", "/etc/passwd"), "", nil, backup.ErrDamaged, "passwd"},
		"twice the same":        {packed(t, "backup.json", "data/x", "data/x"), "", nil, backup.ErrDamaged, "data/x"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if c.into != nil {
				dir = c.into(t)
			}
			before := files(t, dir)
			_, err := backup.Restore(t.Context(), at(dir, c.passphrase), bytes.NewReader(c.archive))
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("it ends by %v, want %v with %q", err, c.kind, c.says)
			}
			if got := files(t, dir); !slices.Equal(got, before) {
				t.Errorf("it leaves %v", got)
			}
		})
	}
}

// A passphrase that can be guessed is refused.
func TestWrite_ShortPassphrase(t *testing.T) {
	_, err := backup.Write(t.Context(), at(installation(t), "short"), io.Discard, t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "too short") {
		t.Errorf("it ends by %v", err)
	}
}
