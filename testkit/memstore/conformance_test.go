package memstore_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringdesk/controller/exchange"
	"ringdesk/models"
	"ringdesk/testkit/memstore"
	"ringdesk/testkit/postgres"
)

// began is when the histories begin.
var began = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// sides are both stores with the same history.
type sides struct {
	t     *rapid.T
	real  exchange.Store
	mem   *memstore.Store
	world string // the prefix of all ids of this history
	now   time.Time

	calls    []string
	versions map[string]int64
	contacts []string          // ids in the real store
	twin     map[string]string // the same in memory, by those
	convs    []string
	made     int
}

// op is one operation; id translates the id of a contact.
type op func(tx exchange.Tx, id func(string) string) (any, error)

// both carries an operation out in both stores' transactions and compares.
type both struct {
	name string
	do   op
	// then, if set, takes note of what it gave, in the real store and in memory.
	then func(real, mem any)
}

// errWanted undoes a transaction.
var errWanted = errors.New("as drawn")

// The store in memory gives what the real one gives, whatever is done, and undoes
// what the real one undoes.
func TestAsTheRealOne(t *testing.T) {
	asTheOneAt(t, filepath.Join(t.TempDir(), "ringdesk.db"))
}

// So it is with PostgreSQL, and SQLite's gives what that gives.
//
// Covers: OPS-5
func TestAsPostgres_OPS_5(t *testing.T) {
	server := postgres.Start(t)
	server.SQL("postgres", "CREATE DATABASE ringdesk")
	asTheOneAt(t, server.URL("ringdesk"))
}

func asTheOneAt(t *testing.T, place string) {
	real, err := models.Open(place)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := real.Close(); err != nil {
			t.Error(err)
		}
	}()
	worlds := 0
	rapid.Check(t, func(t *rapid.T) {
		worlds++
		s := newSides(t, real, fmt.Sprintf("w%d-", worlds))
		for range rapid.IntRange(1, 25).Draw(t, "transactions") {
			s.now = s.now.Add(time.Duration(rapid.IntRange(0, 20_000_000).Draw(t, "later")) * time.Microsecond)
			s.transaction()
			s.compare()
		}
	})
}

// transaction is one of several operations, which now and then is undone.
func (s *sides) transaction() {
	var ops []both
	for range rapid.IntRange(1, 4).Draw(s.t, "operations") {
		ops = append(ops, s.draw())
	}
	undo := rapid.IntRange(0, 5).Draw(s.t, "undo") == 0
	type result struct {
		value any
		err   error
	}
	// Nothing is done after an error, and then both commit or both cannot.
	run := func(store exchange.Store, id func(string) string) (rs []result, committed bool) {
		err := store.Tx(context.Background(), func(tx exchange.Tx) error {
			rs = nil
			for _, o := range ops {
				v, err := o.do(tx, id)
				rs = append(rs, result{v, err})
				if err != nil && !errors.Is(err, models.ErrNotFound) {
					break
				}
			}
			if undo {
				return errWanted
			}
			return nil
		})
		if undo && !errors.Is(err, errWanted) {
			s.t.Fatalf("the transaction ended with %v", err)
		}
		return rs, err == nil
	}
	real, committed := run(s.real, func(id string) string { return id })
	mem, same := run(s.mem, func(id string) string { return s.twin[id] })
	if len(real) != len(mem) || committed != same {
		s.t.Fatalf("%+v\nreal: %+v, committed %v\nmemory: %+v, committed %v", ops, real, committed, mem, same)
	}
	for i, o := range ops[:len(real)] {
		if kind(real[i].err) != kind(mem[i].err) {
			s.t.Fatalf("%s: the real store says %v, memory %v", o.name, real[i].err, mem[i].err)
		}
		if o.then != nil && real[i].err == nil && committed {
			o.then(real[i].value, mem[i].value)
		}
		s.same(o.name, real[i].value, mem[i].value)
	}
}

// kind is what callers tell apart.
func kind(err error) string {
	for _, e := range []error{models.ErrNotFound, models.ErrConflict, models.ErrNumber} {
		if errors.Is(err, e) {
			return e.Error()
		}
	}
	if err != nil {
		return "another error"
	}
	return ""
}

// same compares what both gave, but for the ids that they made themselves.
func (s *sides) same(what string, real, mem any) {
	if r, ok := real.(models.FullContact); ok && r.ID != "" {
		if s.twin[r.ID] != "" {
			r.ID = s.twin[r.ID]
		} else {
			r.ID = mem.(models.FullContact).ID
		}
		real = r
	}
	real, mem = noNumbers(real), noNumbers(mem)
	if rs, ok := real.([]models.Call); ok {
		for i := range rs {
			rs[i].ContactID = s.twin[rs[i].ContactID]
		}
	}
	if r, ok := real.(models.Call); ok && r.ID != "" {
		r.ContactID = s.twin[r.ContactID]
		real = r
	}
	if !reflect.DeepEqual(settle(real), settle(mem)) {
		r, m := around(fmt.Sprintf("%+v", real), fmt.Sprintf("%+v", mem))
		s.t.Fatalf("%s: the real store gives\n%s, memory\n%s", what, r, m)
	}
}

// noNumbers makes an empty list of a contact's numbers the same as none.
func noNumbers(v any) any {
	if c, ok := v.(models.FullContact); ok && len(c.Numbers) == 0 {
		c.Numbers = nil
		return c
	}
	return v
}

// around cuts two texts down to where they begin to differ.
func around(a, b string) (string, string) {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	cut := func(s string) string { return s[max(0, i-60):min(len(s), i+200)] }
	return cut(a), cut(b)
}

// settle makes empty lists the same as none.
func settle(v any) any {
	if r := reflect.ValueOf(v); r.Kind() == reflect.Slice && r.Len() == 0 {
		return nil
	}
	return v
}

// compare reads all that the Exchange can read.
func (s *sides) compare() {
	ctx := context.Background()
	ours := func(id string) bool { return !strings.HasPrefix(id, s.world) }
	lives := func(st exchange.Store) any {
		cs, err := st.CallsNotOwnedBy(ctx, "nobody")
		if err != nil {
			s.t.Fatal(err)
		}
		return slices.DeleteFunc(cs, func(c models.Call) bool { return ours(c.ID) })
	}
	s.same("CallsNotOwnedBy", lives(s.real), lives(s.mem))
	claims := func(st exchange.Store) any {
		cs, err := st.Claims(ctx)
		if err != nil {
			s.t.Fatal(err)
		}
		cs = slices.DeleteFunc(cs, func(c models.Claim) bool { return ours(c.AccountID) })
		for i := range cs {
			cs[i].At = models.Time{} // Occupy takes the system's time
		}
		return cs
	}
	s.same("Claims", claims(s.real), claims(s.mem))
	for _, st := range s.reads() {
		real, err := st.of(s.real)
		if err != nil {
			s.t.Fatalf("%s: %v", st.name, err)
		}
		mem, err := st.of(s.mem)
		if err != nil {
			s.t.Fatalf("%s in memory: %v", st.name, err)
		}
		s.same(st.name, real, mem)
	}
}
