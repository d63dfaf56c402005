package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"ringdesk/app"
	"ringdesk/configs"
	"ringdesk/controller/asterisk/local"
	"ringdesk/controller/backup"
	"ringdesk/controller/durable"
)

// standard is the file name that stands for standard input or output.
const standard = "-"

// passphrase is where a backup's passphrase comes from. A command line is no place for
// it: every user of the machine can read it there.
type passphrase struct {
	PassphraseFile string `help:"File whose first line is the passphrase; without it RINGDESK_BACKUP_PASSPHRASE is taken where it is set." type:"path"`

	work int // backup.Options.WorkFactor; 0 but for tests
}

func (p passphrase) read() (string, error) {
	if p.PassphraseFile == "" {
		return os.Getenv("RINGDESK_BACKUP_PASSPHRASE"), nil
	}
	text, err := os.ReadFile(p.PassphraseFile)
	if err != nil {
		return "", fmt.Errorf("the passphrase cannot be read: %w", err)
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	if line = bytes.TrimSpace(line); len(line) == 0 {
		return "", fmt.Errorf("the first line of %s is empty: write the passphrase there", p.PassphraseFile)
	}
	return string(line), nil
}

type backupCmd struct {
	passphrase `embed:""`
	File       string `arg:"" help:"File to write, which must not exist yet; - is standard output."`
}

// Run may be used while ringdesk runs, and while it does not.
func (c backupCmd) Run(s configs.Settings, stamp version) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := c.options(s, stamp)
	if err != nil {
		return usageError{Err: err}
	}
	if c.File == standard {
		sum, err := backup.Write(ctx, o, os.Stdout, s.Storage.Data)
		return errors.Join(err, lacks(sum, o))
	}
	if err := outside(c.File, o); err != nil {
		return usageError{Err: err}
	}
	began := time.Now()
	sum, err := writeWhole(c.File, func(w io.Writer, dir string) (backup.Summary, error) { return backup.Write(ctx, o, w, dir) })
	if err != nil {
		return err
	}
	encrypted := "not encrypted: it holds secrets and everybody's calls, so keep it where nobody else can read it"
	if sum.Encrypted {
		encrypted = "encrypted"
	}
	say("%s holds %d calls, %d recordings and %d files of %d MiB (%s). It took %v.", c.File, sum.Rows["calls"], sum.Rows["recordings"], sum.Files, sum.Bytes>>20, encrypted, time.Since(began).Round(time.Millisecond))
	return lacks(sum, o)
}

// lacks is an error where the archive lacks recordings that the database names: it is
// no whole backup, though what it has may be used.
func lacks(sum backup.Summary, o backup.Options) error {
	if sum.Missing == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d recordings that are ready are not in the backup, since they are not in the folder %s: is it the one of the controller (RINGDESK_RECORDINGS, --config)?", sum.Missing, sum.Ready, o.Recordings)
}

// options say of what a backup is made, or where it is restored.
func (p passphrase) options(s configs.Settings, stamp version) (backup.Options, error) {
	store := backup.Store(backup.SQLite{File: s.Database()})
	if s.OnPostgres() {
		store = backup.Postgres{URL: s.Database()}
	}
	text, err := p.read()
	return backup.Options{Store: store, Data: s.Storage.Data, Sounds: s.Sounds.Folder, Recordings: cmp.Or(s.Recordings.Folder, local.RecordingsIn(s.Storage.Data)),
		Version: string(stamp), Passphrase: text, WorkFactor: p.work, Now: time.Now}, err
}

// outside refuses a file in a folder that is backed up: the next backup would hold it.
func outside(file string, o backup.Options) error {
	its, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	for _, dir := range []string{o.Data, o.Sounds, o.Recordings} {
		own, err := filepath.Abs(dir)
		if err != nil {
			return err
		}
		if rel, err := filepath.Rel(own, its); err == nil && filepath.IsLocal(rel) {
			return fmt.Errorf("%s is in the folder %s, which is backed up: write the backup elsewhere, best to another disk", file, dir)
		}
	}
	return nil
}

// writeWhole writes a file that only its user can read. It has its name when it is
// whole; before, and after an error, there is none.
func writeWhole(file string, write func(w io.Writer, dir string) (backup.Summary, error)) (sum backup.Summary, err error) {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return sum, usageError{Err: errors.Join(fmt.Errorf("%s is there already: choose another name", file), err)}
	}
	dir := filepath.Dir(file)
	part, err := os.CreateTemp(dir, ".ringdesk-backup-*")
	if err != nil {
		return sum, usageError{Err: fmt.Errorf("the backup cannot be written: %w", err)}
	}
	defer os.Remove(part.Name())
	sum, err = write(part, dir)
	if err = errors.Join(err, part.Close()); err != nil {
		return sum, err
	}
	return sum, durable.Publish(part.Name(), file)
}

type restoreBackupCmd struct {
	passphrase `embed:""`
	File       string `arg:"" help:"The backup; - is standard input."`
}

// Run makes an installation of a backup. No ringdesk may run on the data folder.
func (c restoreBackupCmd) Run(s configs.Settings, stamp version) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := c.options(s, stamp)
	if err != nil {
		return usageError{Err: err}
	}
	in := io.Reader(os.Stdin)
	if c.File != standard {
		file, err := os.Open(c.File)
		if err != nil {
			return usageError{Err: fmt.Errorf("the backup cannot be read: %w", err)}
		}
		defer file.Close()
		in = file
	}
	_, before := os.Stat(s.Storage.Data)
	unlock, err := app.LockData(s.Storage.Data)
	if err != nil {
		return usageError{Err: err}
	}
	defer unlock()
	sum, err := backup.Restore(ctx, o, in)
	if err != nil {
		if errors.Is(before, fs.ErrNotExist) { // the lock alone is in it
			_ = os.Remove(filepath.Join(s.Storage.Data, "controller.lock"))
			_ = os.Remove(s.Storage.Data)
		}
		return usageError{Err: err}
	}
	say("Restored: %d calls, %d recordings and %d files of %d MiB, as they were on %s (ringdesk %s).", sum.Rows["calls"], sum.Rows["recordings"], sum.Files, sum.Bytes>>20,
		sum.MadeAt.Local().Format(time.DateTime), sum.Version)
	say("Start ringdesk now. Whoever was signed in then is so again; calls that went on then are noted as ended.")
	return nil
}
