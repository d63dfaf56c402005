package models

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// history are the tables that grow with every call, and are never read whole.
var history = []string{"audit", "call_quality", "calls", "call_facts", "agent_facts", "agent_sums", "changes", "contact_numbers", "contacts", "conversation_journal", "conversation_members", "conversation_tags", "conversations", "hour_sums",
	"journal", "notes", "notices", "outbound_calls", "participants", "recordings", "tasks", "tracks", "usage", "webhook_deliveries", "wait_sums", "webhook_events", "workflow_events", "workflow_runs"}

// asked notes what goes to the database.
type asked struct {
	connection
	statements map[string][]any
}

func (a asked) note(query string, args []any) {
	if _, known := a.statements[query]; !known {
		a.statements[query] = args
	}
}

func (a asked) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	a.note(query, args)
	return a.connection.ExecContext(ctx, query, args...)
}

func (a asked) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	a.note(query, args)
	return a.connection.QueryContext(ctx, query, args...)
}

func (a asked) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	a.note(query, args)
	return a.connection.QueryRowContext(ctx, query, args...)
}

// What is asked for is read from an index that leads to it: while a transaction reads
// the history of a business, nobody's call goes on, and a list that does makes a desk
// wait. Every method of a transaction and of the store is called, with the id "w" for
// whatever there is.
//
// Covers: SYS-2, Q-1.
func TestNobodyReadsTheHistory(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "ringdesk.db"))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	partial, err := values[string](s.read, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '% WHERE %'")
	must(t, err)
	notes := asked{s.writes, map[string][]any{}}
	s.write.Statement.ConnPool, s.write.Config.ConnPool = notes, notes
	s.read = s.write // inside transactions alone
	furnishW(t, s)
	undo := errors.New("undone")
	for of := range reflect.TypeFor[*Tx]().Methods() {
		must(t, undone(s.Tx(t.Context(), func(tx *Tx) error {
			_ = called(tx, of.Name) // "w" is not always right; what was asked until then counts
			return undo
		}), undo))
	}
	writes := maps.Clone(notes.statements)
	clear(notes.statements)
	for of := range reflect.TypeFor[*Store]().Methods() {
		if slices.Contains(notAsked, of.Name) {
			continue
		}
		must(t, undone(s.Tx(t.Context(), func(*Tx) error {
			_ = called(s, of.Name)
			return undo
		}), undo))
	}
	if len(writes) < 200 || len(notes.statements) < 80 {
		t.Errorf("%d statements of transactions and %d others were seen", len(writes), len(notes.statements))
	}
	judge := func(statements map[string][]any, bad func(query, step string, partial []string) bool) {
		for _, q := range slices.Sorted(maps.Keys(statements)) {
			for _, step := range planOfStatement(t, s, q, statements[q]) {
				if bad(q, step, partial) {
					t.Errorf("%s\n\t%s", strings.Join(strings.Fields(q), " "), step)
				}
			}
		}
	}
	judge(writes, readsWorkspace)
	judge(notes.statements, readsHistory)
}

// furnishW makes one of everything, with the id "w".
func furnishW(t *testing.T, s *Store) {
	t.Helper()
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		return errors.Join(called(tx, "AddWorkspace"), tx.AddTrunk(Trunk{ID: "w", WorkspaceID: "w", Name: "w", Stored: "{}", CreatedAt: At(now)}, nil))
	}))
	for _, name := range []string{"AddAccount", "AddAgent", "AddNumber", "AddTeam", "AddContact", "AddConversation", "AddCall", "AddRecording", "AddOutbound", "AddTask"} {
		must(t, s.Tx(t.Context(), func(tx *Tx) error { return called(tx, name) }))
	}
}

// Every statement is one that the database understands, with values of the types that
// it takes: PostgreSQL is stricter there than SQLite.
//
// Covers: OPS-5.
func TestEveryQuestionIsUnderstood_OPS_5(t *testing.T) {
	s := openStore(t)
	furnishW(t, s)
	understood := func(name string, err error) {
		if pg, ok := errors.AsType[*pgconn.PgError](err); ok && (pg.Code[:2] == "42" || pg.Code[:2] == "22") || err != nil && strings.Contains(err.Error(), "SQL logic error") {
			t.Errorf("%s: %v", name, err) // PostgreSQL's classes "Syntax Error or Access Rule Violation" and "Data Exception"
		}
	}
	undo := errors.New("undone")
	for of := range reflect.TypeFor[*Tx]().Methods() {
		must(t, undone(s.Tx(t.Context(), func(tx *Tx) error {
			understood(of.Name, called(tx, of.Name))
			return undo
		}), undo))
	}
	for of := range reflect.TypeFor[*Store]().Methods() {
		if !slices.Contains(notAsked, of.Name) {
			understood(of.Name, called(s, of.Name))
		}
	}
}

// A question that cannot be put to the database any more has an error for an answer.
//
// Covers: SYS-2, OPS-5.
func TestNoQuestionPanics(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "ringdesk.db"))
	must(t, err)
	furnishW(t, s)
	must(t, s.Close())
	for of := range reflect.TypeFor[*Store]().Methods() {
		if slices.Contains(notAsked, of.Name) {
			continue
		}
		func() {
			defer func() {
				if p := recover(); p != nil {
					t.Errorf("%s panics: %v", of.Name, p)
				}
			}()
			_ = called(s, of.Name)
		}()
	}
}

// notAsked are the methods of a Store that are no questions to the database, or not in
// a transaction.
var notAsked = []string{"Close", "Tx", "OnCommit"}

func undone(err, undo error) error {
	if errors.Is(err, undo) {
		return nil
	}
	return fmt.Errorf("not undone: %w", err)
}

// planOfStatement says how SQLite does what a statement asks for.
func planOfStatement(t *testing.T, s *Store, q string, args []any) []string {
	if verb, _, _ := strings.Cut(strings.TrimSpace(q), " "); !slices.Contains([]string{"SELECT", "UPDATE", "DELETE", "INSERT", "WITH"}, verb) {
		return nil
	}
	var steps []string
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		return each(tx.db, func(rows *sql.Rows) error {
			var id, parent, unused int
			var detail string
			err := rows.Scan(&id, &parent, &unused, &detail)
			steps = append(steps, detail)
			return err
		}, "EXPLAIN QUERY PLAN "+q, args...)
	}))
	return steps
}

// called calls a method with plausible arguments, and gives its error. One that wants
// something to call is left out.
func called(of any, name string) error {
	m := reflect.ValueOf(of).MethodByName(name)
	var args []reflect.Value
	for n := range m.Type().NumIn() {
		in := m.Type().In(n)
		if in.Kind() == reflect.Func || in.Kind() == reflect.Interface && in != reflect.TypeFor[context.Context]() {
			return nil
		}
		args = append(args, plausible(in, 4))
	}
	call := m.Call
	if m.Type().IsVariadic() {
		call = m.CallSlice
	}
	out := call(args)
	if len(out) == 0 {
		return nil
	}
	err, _ := out[len(out)-1].Interface().(error)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// plausible is a value of a type: "w" for every text, and one of everything that there
// may be several of.
func plausible(of reflect.Type, depth int) reflect.Value {
	v := reflect.New(of).Elem()
	switch {
	case of == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(now))
	case of == reflect.TypeFor[Time]():
		v.Set(reflect.ValueOf(At(now)))
	case of == reflect.TypeFor[context.Context]():
		v.Set(reflect.ValueOf(context.Background()))
	case of == reflect.TypeFor[json.RawMessage]():
		v.SetBytes([]byte("{}"))
	case depth == 0:
	case of.Kind() == reflect.String:
		v.SetString("w")
	case of.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanInt():
		v.SetInt(5)
	case of.Kind() == reflect.Pointer:
		v.Set(reflect.New(of.Elem()))
		v.Elem().Set(plausible(of.Elem(), depth-1))
	case of.Kind() == reflect.Slice:
		v.Set(reflect.Append(v, plausible(of.Elem(), depth-1)))
	case of.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(of))
		v.SetMapIndex(plausible(of.Key(), depth-1), plausible(of.Elem(), depth-1))
	case of.Kind() == reflect.Struct:
		for i := range of.NumField() {
			switch f := of.Field(i); {
			case slices.Contains([]string{"Data", "Outbound", "Profile", "Settings", "Skills", "Stored"}, f.Name) && f.Type.Kind() == reflect.String:
				v.Field(i).SetString("{}")
			case f.IsExported():
				v.Field(i).Set(plausible(f.Type, depth-1))
			}
		}
	}
	return v
}

var (
	aliased = regexp.MustCompile(`(?i)\b(?:FROM|JOIN|UPDATE|INTO)\s+"?(\w+)"?(?:\s+(?:AS\s+)?(\w+))?`)
	ofStep  = regexp.MustCompile(`^(SCAN|SEARCH) (\w+)(?: USING (?:COVERING )?INDEX (\w+)(?: \((.*)\))?)?`)
)

// readsHistory says whether a step of a plan reads a table from one end to the other
// that grows with every call.
func readsHistory(query, step string, partial []string) bool {
	kind, _, ok := ofHistory(query, step, partial)
	return ok && kind == "SCAN" && !strings.Contains(query, "LIMIT")
}

// readsWorkspace says whether it reads that, or all that a workspace has in it.
func readsWorkspace(query, step string, partial []string) bool {
	kind, by, ok := ofHistory(query, step, partial)
	return ok && (kind == "SCAN" || by == "workspace_id=?" && !strings.Contains(query, "LIMIT"))
}

// ofHistory takes a step apart that goes through such a table, and not by an index of
// what there are few of.
func ofHistory(query, step string, partial []string) (kind, by string, ok bool) {
	m := ofStep.FindStringSubmatch(step)
	if m == nil {
		return "", "", false
	}
	table := m[2]
	for _, a := range aliased.FindAllStringSubmatch(query, -1) {
		if a[2] == table {
			table = a[1]
		}
	}
	return m[1], m[4], slices.Contains(history, table) && !slices.Contains(partial, m[3])
}
