package provision_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/provision"
	"ringdesk/models"
)

// media remembers what it was told; fail is what it says instead.
type media struct {
	mu     sync.Mutex
	trunks map[string]engine.Trunk
	phones []string
	fail   error
	told   int
}

func (m *media) PutTrunk(_ context.Context, t engine.Trunk) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.told++; m.fail == nil {
		m.trunks[t.ID] = t
	}
	return m.fail
}

func (m *media) DeleteTrunk(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.told++; m.fail != nil {
		return m.fail
	}
	if _, ok := m.trunks[id]; !ok {
		return &engine.Error{Op: "DeleteTrunk", Kind: engine.KindGone, Err: errors.New("no such trunk")}
	}
	delete(m.trunks, id)
	return nil
}

func (m *media) PutPhone(_ context.Context, p engine.Phone) error {
	m.phones = append(m.phones, p.ID)
	return nil
}

func (m *media) has(id string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, ok := m.trunks[engine.TrunkID(id)]
	return ok
}

func (m *media) fails(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

// The engine is told of a trunk at once when it changes, and again when it could
// not be told; while its link is down it is told of nothing.
//
// Covers: ADM-3
func TestTrunksReachTheEngine_ADM_3(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, err := models.Open(filepath.Join(t.TempDir(), "ringdesk.db"))
		must(t, err)
		ws := models.NewID()
		tx := func(do func(*models.Tx) error) { t.Helper(); must(t, store.Tx(t.Context(), do)) }
		tx(func(tx *models.Tx) error {
			return tx.AddWorkspace(models.Workspace{ID: ws, Name: "w", Country: "KR", TimeZone: "Asia/Seoul", CreatedAt: models.At(time.Now())})
		})
		trunk := func(host string) string {
			tr := models.Trunk{ID: models.NewID(), WorkspaceID: ws, Name: host, CreatedAt: models.At(time.Now())}
			tx(func(tx *models.Tx) error { return tx.AddTrunk(tr, []string{host}) })
			return tr.ID
		}
		m := &media{trunks: map[string]engine.Trunk{}}
		p := &provision.Provisioner{Store: store, Engine: m, Log: slog.New(slog.DiscardHandler)}
		var down error
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); p.Watch(ctx, func() error { return down }) }()

		first := trunk("203.0.113.1")
		p.Changed(first)
		synctest.Wait()
		if !m.has(first) {
			t.Error("a new trunk is not there at once")
		}
		unreachable := &engine.Error{Op: "PutTrunk", Kind: engine.KindUnreachable, Err: errors.New("refused")}
		m.fails(unreachable)
		second := trunk("203.0.113.2")
		if err := p.Trunk(ctx, second); !errors.Is(err, unreachable) || m.has(second) {
			t.Errorf("the engine is away: %v", err)
		}
		m.fails(nil)
		time.Sleep(provision.Interval)
		synctest.Wait()
		if !m.has(second) {
			t.Error("what could not be told was not told again")
		}
		m.fails(unreachable)
		tx(func(tx *models.Tx) error { return tx.DeleteTrunk(ws, first) })
		p.Changed(first)
		synctest.Wait()
		m.fails(nil)
		time.Sleep(provision.Interval)
		synctest.Wait()
		if m.has(first) || !m.has(second) {
			t.Errorf("the removed trunk is there: %v, the other: %v", m.has(first), m.has(second))
		}
		down = errors.New("down")
		before, third := m.told, trunk("203.0.113.3")
		p.Changed(third)
		time.Sleep(3 * provision.Interval)
		synctest.Wait()
		if m.told != before {
			t.Error("an engine whose link is down was told something")
		}
		p.All(ctx)
		if !m.has(third) {
			t.Error("the engine has not everything after its link came back")
		}
		must(t, p.Trunk(ctx, first)) // gone already: nothing to do
		stop()
		<-done
		must(t, store.Close())
	})
}

// Whether the engine can be told of a trunk is known before it is saved.
func TestCheck(t *testing.T) {
	tr := models.Trunk{ID: models.NewID(), Stored: `{"username":"u@example.com"}`}
	field, err := provision.Check(tr)
	if field != "username" || err == nil {
		t.Errorf("field %q, %v", field, err)
	}
	tr.Stored = `{"username":"u"}`
	if field, err := provision.Check(tr); field != "" || err != nil {
		t.Errorf("field %q, %v", field, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
