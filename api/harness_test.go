package api_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/exchange"
	"ringdesk/controller/jobs"
	"ringdesk/controller/people"
	"ringdesk/controller/presence"
	"ringdesk/controller/provision"
	"ringdesk/controller/reason"
	"ringdesk/controller/sounds"
	"ringdesk/controller/stats"
	"ringdesk/models"
	"ringdesk/testkit/database"
)

// liveQueue is how many events a browser may be behind in the tests: enough
// for what one commit changes there.
const liveQueue = 40

const password = "correct horse battery staple"

var passwordHash = sync.OnceValues(func() (string, error) { return people.HashPassword(password) })

// engineFake is the media engine of the tests: it remembers its phones and
// trunks.
type engineFake struct {
	mu     sync.Mutex
	phones map[string]string
	lines  map[string]netip.AddrPort // of the phones
	trunks map[string]engine.Trunk
	states map[string]engine.TrunkState
	asked  int // how often for the trunks' states
	tests  [][2]string
	fail   error

	deleteFails error // of DeletePhone
}

func (e *engineFake) PutTrunk(_ context.Context, t engine.Trunk) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fail == nil {
		e.trunks[t.ID] = t
	}
	return e.fail
}

func (e *engineFake) DeleteTrunk(_ context.Context, id string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fail == nil {
		delete(e.trunks, id)
	}
	return e.fail
}

func (e *engineFake) TrunkStates(context.Context) (map[string]engine.TrunkState, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.asked++
	return maps.Clone(e.states), e.fail
}

// trunk gives a trunk as the engine has it.
func (e *engineFake) trunk(id string) (engine.Trunk, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t, ok := e.trunks[engine.TrunkID(id)]
	return t, ok
}

func (e *engineFake) PutPhone(_ context.Context, p engine.Phone) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fail == nil {
		e.phones[p.ID] = p.Password
	}
	return e.fail
}

func (e *engineFake) PhoneLine(phone string, from netip.AddrPort, up bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if up {
		e.lines[phone] = from
	} else if e.lines[phone] == from {
		delete(e.lines, phone)
	}
}

// line is where a phone is reached.
func (e *engineFake) line(phone string) netip.AddrPort {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.lines[phone]
}

func (e *engineFake) DeletePhone(_ context.Context, id string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.deleteFails != nil {
		return e.deleteFails
	}
	if _, ok := e.phones[id]; !ok {
		return &engine.Error{Op: "DeletePhone", Kind: engine.KindGone, Err: errors.New("no such phone")}
	}
	delete(e.phones, id)
	return nil
}

func (e *engineFake) TestCall(_ context.Context, from, to string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.tests = append(e.tests, [2]string{from, to})
	return e.fail
}

func (e *engineFake) has(phone string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, ok := e.phones[phone]
	return ok
}

// callsFake answers commands as the live calls would.
type callsFake struct {
	mu     sync.Mutex
	done   []call.Do
	answer func(call.Do) (call.Call, error)
	placed []exchange.Place
	// revoked are the phones and agents whose legs were to end.
	revoked [][2]string
	unsaved bool // what is revoked cannot be saved
	place   func(exchange.Place) (call.Call, error)
}

func (f *callsFake) Place(_ context.Context, p exchange.Place) (call.Call, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.placed = append(f.placed, p)
	return f.place(p)
}

func (f *callsFake) Revoke(phone, agent string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.revoked = append(f.revoked, [2]string{phone, agent})
	return !f.unsaved
}

func (f *callsFake) Do(_ context.Context, _, _ string, do call.Do) (call.Call, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.done = append(f.done, do)
	return f.answer(do)
}

// clock is a clock that a test can move on.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// set makes the clock show a moment.
func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = time.Until(at)
}

// env is a running server with a database of its own.
type env struct {
	t      testing.TB
	store  *models.Store
	place  string // where models.Open finds the store
	server *api.Server
	engine *engineFake
	calls  *callsFake
	clock  *clock
	folder string // recordings
	sounds string // what callers hear
	host   string
	here   place // the workspace of most tests
	away   place // another business's

	mu      sync.Mutex
	changed map[string]int
	lost    int // pages that calls were told of
}

// start runs a server for two workspaces; tweak changes its options.
func start(t testing.TB, tweak ...func(*api.Options)) *env {
	t.Helper()
	return startWith(t, func(e *env) { e.here, e.away = e.populate("Moa", "KR"), e.populate("Lumen", "DE") }, tweak...)
}

// startWith runs a server once its database is filled.
func startWith(t testing.TB, fill func(*env), tweak ...func(*api.Options)) *env {
	t.Helper()
	where := database.Place(t)
	store, err := models.Open(where)
	if err != nil {
		t.Fatal(err)
	}
	e := &env{t: t, store: store, place: where, engine: &engineFake{phones: map[string]string{}, lines: map[string]netip.AddrPort{}, trunks: map[string]engine.Trunk{}}, calls: &callsFake{}, clock: &clock{},
		folder: t.TempDir(), sounds: t.TempDir(), changed: map[string]int{}}
	e.calls.answer = func(call.Do) (call.Call, error) { return call.Call{}, models.ErrNotFound }
	e.calls.place = func(exchange.Place) (call.Call, error) {
		return call.Call{}, &call.RefusedError{Why: reason.Of(reason.PhoneNotConnected, "No.")}
	}
	fill(e)
	log := slog.New(slog.NewTextHandler(testLog{t}, nil))
	here := presence.New(presence.Options{Store: store, Engine: e.engine, Calls: e, Log: log, Now: e.clock.now})
	scheduled, err := jobs.New(jobs.Options{Store: store, Recordings: e.folder, Statistics: stats.NewKeeper(store, log, "api", e.clock.now), Log: log, Now: e.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	o := api.Options{Jobs: scheduled, Store: store, Calls: e.calls, Engine: e.engine, Presence: here, Trunks: &provision.Provisioner{Store: store, Engine: e.engine, Log: slog.New(slog.NewTextHandler(testLog{t}, nil))}, EngineUp: func() error { return nil }, Recordings: e.folder, Sounds: sounds.NewLibrary(e.sounds, "sox"),
		Log: log, Version: "test", Now: e.clock.now}
	for _, f := range tweak {
		f(&o)
	}
	e.server = api.New(o)
	e.server.SetLiveQueue(liveQueue)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e.host = ln.Addr().String()
	served := make(chan error, 3)
	go func() { served <- e.server.Listen(narrow{ln}) }()
	watching, stop := context.WithCancel(context.Background())
	go func() { served <- here.Run(watching) }()
	go func() { served <- scheduled.Run(watching) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		// Among them are some that the client opened and never used: the server waits for their first request.
		http.DefaultClient.CloseIdleConnections()
		if err := e.server.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		stop()
		for range 3 {
			if err := <-served; err != nil {
				t.Errorf("listen: %v", err)
			}
		}
		eventually(t, "no goroutine of the server is left", func() bool { return !strings.Contains(stacks(), "ringdesk/api.(*") })
		if err := store.Close(); err != nil {
			t.Errorf("store: %v", err)
		}
	})
	return e
}

// AgentsChanged implements presence.Calls.
func (e *env) AgentsChanged(workspace string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.changed[workspace]++
}

// BrowserLost implements presence.Calls.
func (e *env) BrowserLost(string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lost++
}

func (e *env) pagesLost() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.lost
}

func (e *env) agentsChanged(workspace string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.changed[workspace]
}

func stacks() string {
	buf := make([]byte, 1<<20)
	return string(buf[:runtime.Stack(buf, true)])
}

type testLog struct{ t testing.TB }

func (l testLog) Write(p []byte) (int, error) {
	l.t.Logf("%s", strings.TrimSpace(string(p)))
	return len(p), nil
}

// eventually waits until something holds, at most 5 s.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("not within 20 s: %s", what)
		}
		time.Sleep(5 * time.Millisecond) // between looks, not instead of one
	}
}

func (e *env) tx(do func(*models.Tx) error) {
	e.t.Helper()
	if err := e.store.Tx(e.t.Context(), do); err != nil {
		e.t.Fatal(err)
	}
}

func sha(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// client sends requests as a browser or a program would.
type client struct {
	e      *env
	header http.Header
}

// answer is a response, read.
type answer struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	body   []byte
}

func (e *env) nobody() *client {
	return &client{e: e, header: http.Header{"Origin": {"http://" + e.host}}}
}

// as is a browser in which an account is signed in; the session is made in
// the database, since checking passwords is slow.
func (e *env) as(p *person) *client {
	e.t.Helper()
	token := models.NewID() + models.NewID()
	now := e.clock.now()
	e.tx(func(tx *models.Tx) error {
		return tx.AddSession(models.Session{TokenHash: sha(token), AccountID: p.account, WorkspaceID: p.workspace,
			CreatedAt: models.At(now), ExpiresAt: models.At(now.Add(14 * 24 * time.Hour))})
	})
	c := e.nobody()
	c.header.Set("Cookie", "ringdesk_session="+token)
	return c
}

func (e *env) key(p place) *client {
	return &client{e: e, header: http.Header{"X-Access-Key": {p.accessKey}, "X-Access-Secret": {p.accessSecret}}}
}

// with is the same client with another header; "" removes it.
func (c *client) with(name, value string) *client {
	h := c.header.Clone()
	h.Del(name)
	if value != "" {
		h.Set(name, value)
	}
	return &client{e: c.e, header: h}
}

// do sends a request below /api/v1; body is JSON text or "". The answer is
// checked against the contract.
func (c *client) do(method, path, body string) *answer {
	c.e.t.Helper()
	return c.raw(method, "/api/v1"+path, body)
}

func (c *client) raw(method, path, body string) *answer {
	t := c.e.t
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+c.e.host+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = c.header.Clone()
	if body != "" && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	a := &answer{t: t, what: method + " " + path, status: res.StatusCode, header: res.Header, body: raw}
	checkContract(t, req, a)
	return a
}

// want checks the status.
func (a *answer) want(status int) *answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: %d, want %d: %s", a.what, a.status, status, a.body)
	}
	return a
}

// problem checks for a problem document and gives it.
func (a *answer) problem(status int, code api.ProblemCode) api.Problem {
	a.t.Helper()
	a.want(status)
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		a.t.Fatalf("%s: content type %q", a.what, got)
	}
	p := into[api.Problem](a)
	if p.Code != code || p.Status != status || p.Title == "" || p.Type != "about:blank" {
		a.t.Fatalf("%s: %s, want code %s", a.what, a.body, code)
	}
	return p
}

func into[T any](a *answer) T {
	a.t.Helper()
	var v T
	if err := json.Unmarshal(a.body, &v); err != nil {
		a.t.Fatalf("%s: %v: %s", a.what, err, a.body)
	}
	return v
}

func (e *env) writeFile(name string, data []byte) {
	e.t.Helper()
	file := filepath.Join(e.folder, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		e.t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil && !errors.Is(err, fs.ErrExist) {
		e.t.Fatal(err)
	}
}
