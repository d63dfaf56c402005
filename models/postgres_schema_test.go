package models

import (
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ringdesk/testkit/postgres"
)

// The migrations make the same of both databases: tables, columns with their kinds,
// whether they may be NULL, keys, what is unique, indexes' columns and references.
//
// Covers: OPS-5
func TestSchemasAreAlike_OPS_5(t *testing.T) {
	server := postgres.Start(t)
	ours, theirs := openStore(t), onServer(t, server, "schema")
	lite, post := described(t, ours, liteSchema), described(t, theirs, postSchema)
	if len(lite) < 300 {
		t.Fatalf("%d lines of a schema", len(lite))
	}
	for _, line := range lite {
		if !slices.Contains(post, line) {
			t.Errorf("only SQLite has: %s", line)
		}
	}
	for _, line := range post {
		if !slices.Contains(lite, line) {
			t.Errorf("only PostgreSQL has: %s", line)
		}
	}
}

// liteSchema and postSchema describe a schema, a fact a row. What is behind the
// search is different on purpose.
const liteSchema = `
	WITH t AS (SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'contact_tokens%' AND name NOT LIKE 'text_tokens%')
	SELECT t.name || ' has ' || c.name || ' ' || CASE upper(c.type) WHEN 'TEXT' THEN 'text' WHEN 'BOOLEAN' THEN 'boolean' WHEN 'BLOB' THEN 'bytes' ELSE 'number' END
		|| CASE WHEN c."notnull" OR c.pk > 0 THEN '' ELSE ' or NULL' END
		|| CASE WHEN c.dflt_value IS NULL THEN '' ELSE ' from ' || lower(c.dflt_value) END FROM t, pragma_table_info(t.name) c
	UNION ALL SELECT t.name || ' key ' || group_concat(c.name, ', ' ORDER BY c.pk) FROM t, pragma_table_info(t.name) c WHERE c.pk > 0 GROUP BY t.name
	UNION ALL SELECT t.name || ' refers by ' || f."from" || ' to ' || f."table" || '.' || f."to" FROM t, pragma_foreign_key_list(t.name) f
	UNION ALL SELECT t.name || CASE WHEN i."unique" THEN ' unique ' ELSE ' index ' END
		|| (SELECT group_concat(CASE x.coll WHEN 'NOCASE' THEN 'lower(' || x.name || ')' ELSE x.name END, ', ' ORDER BY x.seqno) FROM pragma_index_xinfo(i.name) x WHERE x.key)
		|| CASE WHEN i.partial THEN ' of some' ELSE '' END FROM t, pragma_index_list(t.name) i WHERE i.origin <> 'pk'`

const postSchema = `
	SELECT table_name || ' has ' || column_name || ' ' || CASE data_type WHEN 'bytea' THEN 'bytes' WHEN 'bigint' THEN 'number' ELSE data_type END
		|| CASE is_nullable WHEN 'YES' THEN ' or NULL' ELSE '' END
		|| COALESCE(' from ' || lower(regexp_replace(column_default, '::[a-z]+$', '')), '') FROM information_schema.columns
		WHERE table_schema = 'public' AND table_name NOT IN ('contact_tokens', 'text_tokens')
	UNION ALL SELECT c.relname || CASE WHEN i.indisprimary THEN ' key ' WHEN i.indisunique THEN ' unique ' ELSE ' index ' END
		|| (SELECT string_agg(pg_get_indexdef(i.indexrelid, k, true), ', ' ORDER BY k) FROM generate_series(1, i.indnkeyatts) k)
		|| CASE WHEN i.indpred IS NULL THEN '' ELSE ' of some' END
		FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'public'::regnamespace AND c.relname NOT IN ('contact_tokens', 'text_tokens')
	UNION ALL SELECT conrelid::regclass || ' refers by ' || a.attname || ' to ' || confrelid::regclass || '.' || b.attname FROM pg_constraint
		JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1] JOIN pg_attribute b ON b.attrelid = confrelid AND b.attnum = confkey[1] WHERE contype = 'f'`

// numbers are what only SQLite calls so.
var quoted = regexp.MustCompile(`"(\w+)"`)

func described(t *testing.T, s *Store, query string) (lines []string) {
	t.Helper()
	must(t, each(s.read, func(rows *sql.Rows) error {
		var line string
		err := rows.Scan(&line)
		lines = append(lines, quoted.ReplaceAllString(line, "$1"))
		return err
	}, query))
	slices.Sort(lines)
	return lines
}

// onServer opens a store in a new database.
func onServer(t *testing.T, s *postgres.Server, name string) *Store {
	t.Helper()
	s.SQL("postgres", "CREATE DATABASE "+name)
	return openAt(t, s.URL(name))
}

func openAt(t *testing.T, place string) *Store {
	t.Helper()
	s, err := Open(place)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

// A database that does not fit is refused in words that say what to do, and that
// tell no password.
//
// Covers: OPS-5
func TestUnfitDatabases_OPS_5(t *testing.T) {
	s := postgres.Start(t)
	s.SQL("postgres", `CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'`)
	s.SQL("postgres", `CREATE DATABASE sorted TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'ko-KR' LOCALE 'C'`)
	s.SQL("postgres", `CREATE DATABASE fit`)
	s.SQL("postgres", `CREATE ROLE reader LOGIN`)
	as := func(place, user string) string { return strings.Replace(place, "ringdesk@", user+":sesame@", 1) }
	for place, want := range map[string]string{
		s.URL("latin"):             "encoded in LATIN1",
		s.URL("sorted"):            "sorts by the collation ICU",
		s.URL("none"):              "has no database none. Make it: CREATE DATABASE",
		as(s.URL("fit"), "nobody"): "does not let the user nobody in",
		as(s.URL("fit"), "reader"): "ALTER DATABASE fit OWNER TO reader",
		"postgres://desk:sesame@127.0.0.1:1/x?sslmode=disable": "cannot be reached",
		"postgres://desk:sesame@/x?host=/nowhere":              "cannot be reached",
		"postgres://desk:sesame@127.0.0.1/x?sslmode=sometimes": "address cannot be read",
	} {
		st, err := Open(place)
		if err == nil {
			err = fmt.Errorf("it was opened; %w", st.Close())
		}
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "sesame") {
			t.Errorf("%s: %v, want %q", place, err, want)
		}
		if errors.Is(err, ErrUnavailable) != (want == "cannot be reached") {
			t.Errorf("%s: only who is away comes back by itself: %v", place, err)
		}
	}
	must(t, onServer(t, s, "good").Tx(t.Context(), func(tx *Tx) error { return tx.Changed("w", "t", "1") }))
}
