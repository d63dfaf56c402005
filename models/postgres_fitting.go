package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// oldestPostgres is the first version that ringdesk runs on, as server_version_num
// counts them.
const oldestPostgres = 150000

// byteOrder are the collations that sort as SQLite does, by the bytes of UTF-8:
// lists have one order in every database, and their pages fit together.
var byteOrder = []string{"C", "POSIX", "C.UTF-8", "C.utf8", "C.UTF8"}

// createDatabase is how a fitting database is made.
const createDatabase = `CREATE DATABASE ringdesk OWNER ringdesk TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`

// fitting says what a database lacks, in the words of who must mend it.
func fitting(ctx context.Context, pool *sql.DB) error {
	var is struct {
		version                              int
		name, release, encoding, order, user string
		standby, mayCreate                   bool
	}
	err := pool.QueryRowContext(ctx, `SELECT current_setting('server_version_num')::int, current_setting('server_version'), datname, pg_encoding_to_char(encoding), CASE datlocprovider WHEN 'i' THEN 'ICU' WHEN 'b' THEN 'C' ELSE datcollate END,
		current_user, pg_is_in_recovery(), COALESCE(has_schema_privilege(current_schema(), 'CREATE'), FALSE) FROM pg_database WHERE datname = current_database()`).
		Scan(&is.version, &is.release, &is.name, &is.encoding, &is.order, &is.user, &is.standby, &is.mayCreate)
	switch {
	case err != nil:
		return fmt.Errorf("the database cannot be looked at: %w", err)
	case is.version < oldestPostgres:
		return fmt.Errorf("the server is PostgreSQL %s: ringdesk needs 15 or newer", is.release)
	case is.encoding != "UTF8":
		return fmt.Errorf("the database %s is encoded in %s: ringdesk needs UTF8. Make one so: %s", is.name, is.encoding, createDatabase)
	case !slices.Contains(byteOrder, is.order):
		return fmt.Errorf("the database %s sorts by the collation %s: ringdesk needs C. Make one so: %s", is.name, is.order, createDatabase)
	case is.standby:
		return fmt.Errorf("the server is a standby, which cannot be written: name the primary, or all of them with target_session_attrs=read-write")
	case !is.mayCreate:
		return fmt.Errorf("the user %s may not make tables in the database %s: make them its owner (ALTER DATABASE %s OWNER TO %s)", is.user, is.name, is.name, is.user)
	}
	return nil
}

// passing marks an error as ErrUnavailable and adds no words.
var passing = wordless{ErrUnavailable}

type wordless struct{ error }

func (wordless) Error() string   { return "" }
func (w wordless) Unwrap() error { return w.error }

// unreachable says why there is no connection, and what to do.
func unreachable(c *pgx.ConnConfig, err error) error {
	where := fmt.Sprintf("the PostgreSQL at %s:%d", c.Host, c.Port)
	var told *pgconn.PgError
	if !errors.As(err, &told) {
		return fmt.Errorf("%s cannot be reached: %w (is it running, and does it listen there?)%w", where, err, passing)
	}
	advice := map[string]string{
		"28P01": fmt.Sprintf("it refuses the password of the user %s: set RINGDESK_DATABASE_PASSWORD_FILE or RINGDESK_DATABASE_PASSWORD", c.User),
		"28000": fmt.Sprintf("it does not let the user %s in: see its pg_hba.conf", c.User),
		"3D000": fmt.Sprintf("it has no database %s. Make it: %s", c.Database, createDatabase),
		"42501": fmt.Sprintf("the user %s may not connect to the database %s: GRANT CONNECT ON DATABASE %s TO %s", c.User, c.Database, c.Database, c.User),
		"53300": "it has no connection left: raise its max_connections, or let others use fewer",
		"57P03": "it is just starting or stopping: try again shortly",
	}[told.Code]
	if advice == "" {
		return fmt.Errorf("%s refuses: %w", where, err)
	}
	if told.Code == "53300" || told.Code == "57P03" {
		return fmt.Errorf("%s: %s (%s)%w", where, advice, told.Message, passing)
	}
	return fmt.Errorf("%s: %s (%s)", where, advice, told.Message)
}
