package presence_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/presence"
	"ringdesk/models"
)

// desks is a Presence among what it works with: one workspace with one agent.
type desks struct {
	*presence.Presence
	t       *testing.T
	store   *models.Store
	session models.Session
	agent   string // id

	mu       sync.Mutex
	phones   map[string]bool // that the engine has
	fails    error           // of the engine
	lost     int             // pages
	changed  int
	replaced []string
}

func open(t *testing.T) *desks {
	t.Helper()
	store, err := models.Open(filepath.Join(t.TempDir(), "ringdesk.db"))
	if err != nil {
		t.Fatal(err)
	}
	d := &desks{t: t, store: store, phones: map[string]bool{}, agent: models.NewID()}
	now := models.At(time.Now())
	d.session = models.Session{TokenHash: "session", AccountID: models.NewID(), WorkspaceID: models.NewID(), CreatedAt: now, ExpiresAt: models.At(now.Add(time.Hour))}
	d.tx(func(tx *models.Tx) error {
		return errors.Join(tx.AddWorkspace(models.Workspace{ID: d.session.WorkspaceID, Name: "Moa", Country: "KR", TimeZone: "Asia/Seoul", CreatedAt: now}),
			tx.AddAccount(models.Account{ID: d.session.AccountID, Email: "mina@example.com", Name: "Mina", Locale: "ko", CreatedAt: now}),
			tx.AddAgent(models.Agent{ID: d.agent, WorkspaceID: d.session.WorkspaceID, AccountID: d.session.AccountID, Name: "Mina", Role: "agent", Seat: true, CreatedAt: now}),
			tx.AddSession(d.session))
	})
	d.Presence = presence.New(presence.Options{Store: store, Engine: d, Calls: d, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	d.OnReplaced(func(phone string) { d.replaced = append(d.replaced, phone) })
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- d.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-ran, store.Close()); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *desks) tx(do func(*models.Tx) error) {
	d.t.Helper()
	if err := d.store.Tx(context.Background(), do); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desks) PutPhone(_ context.Context, p engine.Phone) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails == nil {
		d.phones[p.ID] = true
	}
	return d.fails
}

func (d *desks) DeletePhone(_ context.Context, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.phones, id)
	return d.fails
}

func (d *desks) AgentsChanged(string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.changed++
}

func (d *desks) BrowserLost(string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lost++
}

// seen gives how many pages calls were told to be lost, and how often that
// agents may be free.
func (d *desks) seen() (lost, changed int) {
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lost, d.changed
}

// page is one whose phone is ready.
func (d *desks) page() (*presence.Browser, models.Phone) {
	d.t.Helper()
	p, err := d.TakePhone(d.t.Context(), d.session)
	if err != nil {
		d.t.Fatal(err)
	}
	b := d.Connected(d.session.TokenHash, d.session.AccountID, func() {})
	d.says(b, p.ID, true)
	return b, p
}

func (d *desks) says(b *presence.Browser, phone string, ready bool) {
	d.t.Helper()
	if err := b.Says(d.t.Context(), phone, ready); err != nil {
		d.t.Fatal(err)
	}
}

// state is the agent's, in the words of the API.
func (d *desks) state() string {
	d.t.Helper()
	synctest.Wait()
	a, err := d.store.AgentOf(d.t.Context(), d.session.WorkspaceID, d.session.AccountID)
	if err != nil {
		d.t.Fatal(err)
	}
	return a.State(time.Now())
}

// Calls hear of a page that is gone at once when it says goodbye, and after a
// moment when its connection broke and it has not come back.
//
// Covers: IN-12.
func TestPageGone(t *testing.T) {
	for _, row := range []struct {
		how        presence.Leaving
		back       time.Duration // until the page is connected again; 0 means never
		soon, late int           // pages lost at once, and after a while
		state      string
	}{
		{presence.SaidGoodbye, 0, 1, 1, "offline"},
		{presence.SaidGoodbye, time.Second, 1, 1, "available"},
		{presence.Broke, 0, 0, 1, "offline"},
		{presence.Broke, 2 * time.Second, 0, 0, "available"},
		{presence.Broke, 4 * time.Second, 0, 1, "available"},
		{presence.SentAway, 0, 0, 0, "offline"},
		{presence.Stopping, 0, 0, 0, "available"}, // until its heartbeats are missed
	} {
		t.Run(fmt.Sprint(row.how, row.back), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := open(t)
				b, p := d.page()
				b.Left(t.Context(), row.how)
				if lost, _ := d.seen(); lost != row.soon {
					t.Errorf("%d pages are lost at once, want %d", lost, row.soon)
				}
				if row.back > 0 {
					time.Sleep(row.back)
					d.says(d.Connected(d.session.TokenHash, d.session.AccountID, func() {}), p.ID, true)
				}
				time.Sleep(5*time.Second - row.back)
				if lost, _ := d.seen(); lost != row.late || d.state() != row.state {
					t.Errorf("%d pages are lost, the agent is %s; want %d and %s", lost, d.state(), row.late, row.state)
				}
			})
		})
	}
}

// A page that stops answering heartbeats is out of assignment within 15 s, and in
// again with the next heartbeat, of which calls are told.
//
// Covers: IN-12.
func TestHeartbeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t)
		b, p := d.page()
		for range 6 {
			time.Sleep(5 * time.Second)
			b.Heartbeat()
		}
		_, before := d.seen()
		if got := d.state(); got != "available" {
			t.Errorf("with heartbeats the agent is %s", got)
		}
		time.Sleep(models.PhoneTimeout + 4*time.Second)
		if got := d.state(); got != "offline" {
			t.Errorf("without heartbeats the agent is %s", got)
		}
		d.says(b, p.ID, true) // the same as before is a heartbeat
		time.Sleep(4 * time.Second)
		if _, after := d.seen(); d.state() != "available" || after != before+1 {
			t.Errorf("with a heartbeat again the agent is %s, and calls were told %d times", d.state(), after-before)
		}
	})
}

// The newest page of an account has the phone: the one before is told, and the
// engine forgets its phone.
//
// Covers: IN-12, SEC-5.
func TestPhoneElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t)
		told := 0
		p, err := d.TakePhone(t.Context(), d.session)
		if err != nil {
			t.Fatal(err)
		}
		first := d.Connected(d.session.TokenHash, d.session.AccountID, func() { told++ })
		d.says(first, p.ID, true)
		second, q := d.page()
		if told != 1 || len(d.replaced) != 1 || d.replaced[0] != p.ID || d.phones[p.ID] || !d.phones[q.ID] {
			t.Errorf("the first page was told %d times, phones %v were replaced, the engine has %v", told, d.replaced, d.phones)
		}
		d.says(first, p.ID, false)
		if told != 2 || d.state() != "available" {
			t.Errorf("the first page was told %d times; the agent is %s", told, d.state())
		}
		first.Left(t.Context(), presence.SaidGoodbye) // with nothing of its own
		if lost, _ := d.seen(); lost != 0 || d.state() != "available" {
			t.Errorf("%d pages are lost, the agent is %s", lost, d.state())
		}
		second.Left(t.Context(), presence.SaidGoodbye)
		if lost, _ := d.seen(); lost != 1 {
			t.Errorf("%d pages are lost", lost)
		}
	})
}

// Covers: SEC-5. A session that has ended gets no phone, and neither does one
// that the engine cannot have.
func TestNoPhone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t)
		d.fails = errors.New("away")
		if _, err := d.TakePhone(t.Context(), d.session); !errors.Is(err, presence.ErrEngine) {
			t.Errorf("without the engine: %v", err)
		}
		d.fails = nil
		d.tx(func(tx *models.Tx) error { return tx.EndSession(d.session.TokenHash) })
		if _, err := d.TakePhone(t.Context(), d.session); !errors.Is(err, presence.ErrSessionEnded) || len(d.phones) != 0 {
			t.Errorf("without a session: %v, the engine has %v", err, d.phones)
		}
	})
}
