// Package backup writes an installation into one file while calls run, and makes an
// installation of such a file again (OPS-2).
//
// A backup is a tar archive, compressed by zstd and, with a passphrase, encrypted by
// age (https://age-encryption.org/v1). It holds, in this order,
//
//	backup.json      which format, version and schema it is of: read before all else
//	store/           the database as one SQLite file
//	data/            other files of the data folder, such as secrets
//	sounds/          what callers hear
//	recordings/      the tracks and MP3s
//	manifest.json    every file with its length and SHA-256, and the rows of every table
//
// The database comes first, so that every file that it names and that is still kept is
// found afterwards. A recording that grows meanwhile is in the archive as far as it went.
package backup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"ringdesk/controller/durable"
	"ringdesk/models"
)

// Store is the database's part. Each kind of database gives and takes a SQLite file, so
// that a backup of one can be restored into another.
type Store interface {
	// Save writes what the database holds at one moment to a new file, and tells it.
	Save(ctx context.Context, file string) (models.Contents, error)
	// Vacant is ErrNotEmpty, with what to do, where something is in the database.
	Vacant(ctx context.Context) error
	// Load puts what Save wrote into the empty database. It may move the file.
	Load(ctx context.Context, file string) error
}

// Options say what a backup is of, or where it goes.
type Options struct {
	Store      Store
	Data       string // folder
	Sounds     string // folder, which may be below Data
	Recordings string // folder, which may be below Data
	Version    string // of this ringdesk
	Passphrase string // "" leaves the archive unencrypted
	WorkFactor int    // of the passphrase's scrypt, as a power of two; 0 means age's own, about a second
	Now        func() time.Time
}

// Summary tells what was written or restored.
type Summary struct {
	Version   string // of the ringdesk that made it
	MadeAt    time.Time
	Files     int
	Bytes     int64 // of the files, uncompressed
	Rows      map[string]int
	Encrypted bool
	// Missing are the MP3s that the database names and that were not found, of Ready.
	Missing, Ready int
}

// The names in an archive.
const (
	headName     = "backup.json"
	manifestName = "manifest.json"
	storeName    = "store/ringdesk.db"
	format       = 1
)

// head is what must be known before anything else is read.
type head struct {
	Format  int       `json:"format"`
	Version string    `json:"version"`
	MadeAt  time.Time `json:"madeAt"`
	models.Contents
}

// entry is a file in the manifest.
type entry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

type manifest struct {
	Files []entry `json:"files"`
}

// ShortestPassphrase is how many bytes a passphrase must have.
const ShortestPassphrase = 12

// SQLite is the database in a file of the data folder.
type SQLite struct{ File string }

// Save implements Store.
func (s SQLite) Save(ctx context.Context, file string) (models.Contents, error) {
	if _, err := os.Stat(s.File); err != nil {
		return models.Contents{}, fmt.Errorf("there is no database to back up: %w", err)
	}
	return models.CopySQLite(ctx, s.File, file)
}

// Vacant implements Store.
func (s SQLite) Vacant(context.Context) error {
	_, err := os.Lstat(s.File)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	return fmt.Errorf("%w: this installation has a database. Restore into an empty data folder (RINGDESK_DATA), or move what is there away first", ErrNotEmpty)
}

// Load implements Store.
func (s SQLite) Load(_ context.Context, file string) error { return durable.Publish(file, s.File) }

// Postgres is the database at the URL of a PostgreSQL, which may have a password in it
// that nobody must be shown.
type Postgres struct{ URL string }

// Save implements Store.
func (p Postgres) Save(ctx context.Context, file string) (models.Contents, error) {
	return models.CopyPostgres(ctx, p.URL, file)
}

// Vacant implements Store.
func (p Postgres) Vacant(ctx context.Context) error {
	err := models.VacantPostgres(ctx, p.URL)
	if errors.Is(err, models.ErrNotEmpty) {
		return fmt.Errorf("%w: the PostgreSQL (%w). Make an empty database for the restored installation, and name it in RINGDESK_DATABASE", ErrNotEmpty, err)
	}
	return err
}

// Load implements Store. The file stays in its place.
func (p Postgres) Load(ctx context.Context, file string) error {
	return models.LoadPostgres(ctx, file, p.URL)
}

// folder is a part of an installation with its name in the archive.
type folder struct{ name, path string }

// folders are the parts that are files.
func (o Options) folders() []folder {
	return []folder{{"data", o.Data}, {"sounds", o.Sounds}, {"recordings", o.Recordings}}
}

// transient says of a path below the data folder that it is made anew by itself, or is
// another part: the database's own files, locks, what was half written, and the
// engine's configuration, state and log. A dialplan of the operator's own stays.
func transient(path string) bool {
	top, rest, _ := strings.Cut(path, "/")
	switch top {
	case "asterisk":
		return rest != "" && rest != "custom" && !strings.HasPrefix(rest, "custom/")
	case "controller.lock", "engine-run", "lost+found":
		return true
	}
	return strings.HasPrefix(top, ".") || strings.HasPrefix(top, "ringdesk.db") || strings.HasSuffix(top, ".new")
}
