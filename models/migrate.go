package models

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"

	"gorm.io/gorm"
)

//go:embed migrations/*.sql migrations/postgres/*.sql
var migrations embed.FS

// fills are what SQL alone cannot move, by the migration that it belongs to.
var fills = map[string]func(*gorm.DB) error{
	"migrations/0010_participants.sql":  fillParticipants,
	"migrations/0018_search.sql":        fillSearch,
	"migrations/0019_contact_names.sql": fillSortNames,
}

// ErrNewer says that a newer ringdesk has changed a database. This one would read and
// write it wrongly.
var ErrNewer = errors.New("a newer ringdesk has changed the database")

// migrate runs the migrations that the database has not had, in the order of
// their names, each in a transaction. Migrations are only ever added; one that is not
// known here is ErrNewer.
func migrate(db *gorm.DB) error {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	return migrateBy(db, names)
}

// migrateBy runs those of the named migrations that the database has not had.
func migrateBy(db *gorm.DB, names []string) error {
	text := inSQLite
	if onPostgres(db) {
		text = inPostgres
	}
	err := transaction(db, func(tx *gorm.DB) (bool, error) {
		return false, tx.Exec("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, at BIGINT NOT NULL)").Error
	})
	if err != nil {
		return fmt.Errorf("the database cannot be written: %w", err)
	}
	had, err := values[string](db, hadMigrations)
	if err == nil {
		err = known(had)
	}
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := transaction(db, func(tx *gorm.DB) (bool, error) { return false, migration(tx, name, text) }); err != nil {
			return fmt.Errorf("migration %s: %w", name, err)
		}
	}
	return nil
}

// hadMigrations are those that a database has had.
const hadMigrations = "SELECT name FROM migrations ORDER BY name"

// known is ErrNewer, with what to do, where a database has had migrations that this
// version of ringdesk does not know.
func known(had []string) error {
	newer, err := Contents{Schema: had}.Newer()
	if err == nil && newer != "" {
		err = fmt.Errorf("%w (%s is not known to this one): start that version or a later one. "+
			"To go back, restore the backup of before the upgrade, with the older version, into an empty data folder and database", ErrNewer, path.Base(newer))
	}
	return err
}

// CheckVersion is ErrNewer where a newer ringdesk has changed a database, which may
// be empty or not be there at all. It changes nothing.
func CheckVersion(ctx context.Context, place string) error {
	err := lookInto(place, func(db *gorm.DB) error {
		had, err := values[string](db.WithContext(ctx), hadMigrations)
		if err != nil {
			return nil // no ringdesk has been there
		}
		return known(had)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// migration runs one that the database has not had.
func migration(tx *gorm.DB, name string, text func(name string) (string, error)) error {
	var had int64
	if err := tx.Raw("SELECT COUNT(*) FROM migrations WHERE name = ?", name).Scan(&had).Error; err != nil || had > 0 {
		return err
	}
	statements, err := text(name)
	if err != nil {
		return err
	}
	if err := tx.Statement.ConnPool.(connection).script(tx.Statement.Context, statements); err != nil {
		return err
	}
	if fill := fills[name]; fill != nil {
		if err := fill(tx); err != nil {
			return err
		}
	}
	return tx.Exec("INSERT INTO migrations (name, at) VALUES (?, ?)", name, time.Now().UnixMicro()).Error
}

func inSQLite(name string) (string, error) {
	text, err := migrations.ReadFile(name)
	return string(text), err
}
