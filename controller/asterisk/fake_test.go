package asterisk_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"ringdesk/controller/asterisk"
	"ringdesk/controller/engine"
	"ringdesk/controller/engine/link"
	"ringdesk/testkit/conformance"
)

// fake is an ARI server that does as it is told.
type fake struct {
	*httptest.Server
	links chan *fakeLink // each event link, once it is open

	mu       sync.Mutex
	version  string
	guard    string            // RINGDESK_GUARD
	started  string            // when it was started
	login    int               // status for everything, if not 0
	channels []any             // GET /channels
	broken   bool              // GET /channels answers 500
	bridges  []any             // GET /bridges
	heard    map[string]string // what channels have noted to hear
	before   func()            // called before GET /channels answers
	silent   bool              // probes are taken and do not come back
	current  *fakeLink
	opened   chan struct{} // closed when current is the newest link
	handle   http.HandlerFunc
	requests []string // method and path, in order
}

func (f *fake) hears(channel string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.heard[channel]
}

type fakeLink struct {
	conn *websocket.Conn
	app  string
}

// send sends events and gives up when the link is closed.
func (l *fakeLink) send(t testing.TB, events ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for _, e := range events {
		if err := l.conn.Write(ctx, websocket.MessageText, []byte(e)); err != nil {
			t.Errorf("event link: %v", err)
			return
		}
	}
}

func newFake(t testing.TB) *fake {
	t.Helper()
	f := &fake{version: "22.10.1", guard: "rtp sip tcp 1", started: "2026-01-01T00:00:00.000+0000", links: make(chan *fakeLink, 16)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ari/events", f.events)
	mux.HandleFunc("GET /ari/asterisk/info", func(w http.ResponseWriter, r *http.Request) {
		answer(w, map[string]any{"system": map[string]string{"version": f.get(&f.version)}, "status": map[string]string{"startup_time": f.get(&f.started)}})
	})
	mux.HandleFunc("GET /ari/channels/{id}/variable", func(w http.ResponseWriter, r *http.Request) { // any number may be called
		value := "0"
		switch name := r.URL.Query().Get("variable"); {
		case strings.HasPrefix(name, "DIALPLAN_EXISTS(outbound,"):
			value = "1"
		case name == "RINGDESK_PLAY":
			if value = f.hears(r.PathValue("id")); value == "" {
				w.WriteHeader(http.StatusNotFound)
				return
			}
		}
		answer(w, map[string]string{"value": value})
	})
	mux.HandleFunc("GET /ari/asterisk/variable", func(w http.ResponseWriter, r *http.Request) {
		answer(w, map[string]string{"value": f.get(&f.guard)})
	})
	mux.HandleFunc("GET /ari/asterisk/config/dynamic/res_pjsip/endpoint/{id}", func(w http.ResponseWriter, r *http.Request) { // plain phones
		answer(w, []any{})
	})
	mux.HandleFunc("PUT /ari/applications/{app}/eventFilter", func(w http.ResponseWriter, r *http.Request) { answer(w, nil) })
	mux.HandleFunc("GET /ari/applications/{app}", f.application)
	mux.HandleFunc("GET /ari/channels", func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		before, broken := f.before, f.broken
		f.mu.Unlock()
		if before != nil {
			before()
		}
		if broken {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		answer(w, f.list(&f.channels))
	})
	mux.HandleFunc("POST /ari/events/user/{name}", f.userEvent)
	mux.HandleFunc("GET /ari/bridges", func(w http.ResponseWriter, r *http.Request) { answer(w, f.list(&f.bridges)) })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		handle := f.handle
		f.mu.Unlock()
		if handle == nil {
			answer(w, map[string]any{})
			return
		}
		handle(w, r)
	})
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.requests = append(f.requests, r.Method+" "+r.URL.Path)
		login := f.login
		f.mu.Unlock()
		if user, password, _ := r.BasicAuth(); login == 0 && (user != "ringdesk" || password != "secret") {
			login = http.StatusUnauthorized
		}
		if login != 0 {
			w.WriteHeader(login)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(f.Close)
	return f
}

func answer(w http.ResponseWriter, v any) {
	if v == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the client may be gone
}

func (f *fake) get(s *string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return *s
}

func (f *fake) list(l *[]any) []any {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]any{}, *l...)
}

func (f *fake) set(change func(*fake)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

func (f *fake) application(w http.ResponseWriter, r *http.Request) {
	ids := []any{}
	for _, c := range f.list(&f.channels) {
		ids = append(ids, c.(map[string]any)["id"])
	}
	answer(w, map[string]any{"name": r.PathValue("app"), "channel_ids": ids, "bridge_ids": []string{}})
}

// userEvent sends a user event to whoever has the link, as Asterisk does.
func (f *fake) userEvent(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	opened := f.opened
	f.mu.Unlock()
	if opened != nil {
		<-opened
	}
	f.mu.Lock()
	silent, l := f.silent, f.current
	f.mu.Unlock()
	if !silent && l != nil {
		_ = l.conn.Write(r.Context(), websocket.MessageText, // the link may be closed
			[]byte(event("ChannelUserevent", fmt.Sprintf(`"eventname":%q,"userevent":{"eventname":%q}`, r.PathValue("name"), r.PathValue("name")))))
	}
	answer(w, nil)
}

func (f *fake) events(w http.ResponseWriter, r *http.Request) {
	opened := make(chan struct{})
	f.set(func(f *fake) { f.opened = opened })
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer conn.CloseNow()
	l := &fakeLink{conn, r.URL.Query().Get("app")}
	f.mu.Lock()
	f.current = l
	f.mu.Unlock()
	close(opened)
	f.links <- l
	<-conn.CloseRead(r.Context()).Done() // until the adapter leaves
}

// next is the next event link that was opened.
func (f *fake) next(t testing.TB) *fakeLink {
	t.Helper()
	select {
	case l := <-f.links:
		return l
	case <-time.After(20 * time.Second):
		t.Fatal("no event link was opened")
		return nil
	}
}

// options are for an adapter to the fake; probes are slow enough to stay out of
// the way.
func (f *fake) options() asterisk.Options {
	return asterisk.Options{URL: f.URL + "/ari", Username: "ringdesk", Password: "secret",
		Timing: link.Timing{PingInterval: time.Minute, BackoffFirst: time.Millisecond}}
}

// running is an adapter under way.
type running struct {
	*asterisk.Adapter
	log    *conformance.Log
	cancel context.CancelFunc
	ended  chan error
}

func run(t testing.TB, opt asterisk.Options, handle func(engine.Event)) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{Adapter: asterisk.New(opt), log: conformance.NewLog(), cancel: cancel, ended: make(chan error, 1)}
	go func() {
		r.ended <- r.Run(ctx, func(e engine.Event) {
			r.log.Handle(e)
			if handle != nil {
				handle(e)
			}
		})
	}()
	t.Cleanup(func() { r.stop(t) })
	return r
}

// stop ends Run and waits for it.
func (r *running) stop(t testing.TB) {
	t.Helper()
	r.cancel()
	select {
	case err := <-r.ended:
		r.ended <- err
	case <-time.After(20 * time.Second):
		t.Error("Run did not return when its context ended")
	}
}

// result is what Run returned by itself.
func (r *running) result(t testing.TB) error {
	t.Helper()
	select {
	case err := <-r.ended:
		r.ended <- err
		return err
	case <-time.After(20 * time.Second):
		t.Fatal("Run did not return")
		return nil
	}
}

// expect waits for an event of a type, among those after the first skip.
func expect[E engine.Event](t testing.TB, r *running, skip int, match func(E) bool) E {
	t.Helper()
	e, ok := r.log.AwaitAfter(skip, time.Now().Add(10*time.Second), func(e engine.Event) bool {
		typed, ok := e.(E)
		return ok && (match == nil || match(typed))
	})
	if !ok {
		var zero E
		t.Fatalf("no %T came; events:%s", zero, r.log)
	}
	return e.Event.(E)
}

// Events as Asterisk sends them.

func event(kind, rest string) string {
	return fmt.Sprintf(`{"type":%q,"timestamp":"2026-11-23T01:02:03.456+0000","application":"ringdesk",%s}`, kind, rest)
}

func channelJSON(id, name, state string) string {
	return fmt.Sprintf(`"channel":{"id":%q,"name":%q,"state":%q,"caller":{"name":"Kim","number":"01012345678"},"connected":{"name":"","number":""},"dialplan":{"context":"from-trunk","exten":"070","priority":2},"creationtime":"2026-11-23T01:02:03.450+0000","language":"en"}`, id, name, state)
}

func arrives(id string) string {
	return event("StasisStart", `"args":["inbound","`+said("07076660001")+`","`+said("<sip:01012345678@192.0.2.1>;tag=1")+`"],`+channelJSON(id, "PJSIP/carrier-00000001", "Ring"))
}

func about(kind, id, state, rest string) string {
	if rest != "" {
		rest = "," + rest
	}
	return event(kind, channelJSON(id, "PJSIP/carrier-00000001", state)+rest)
}

// said is what extensions.conf makes of a part of the INVITE.
func said(text string) string { return base64.StdEncoding.EncodeToString([]byte("((((((((=" + text)) }

// inboundChannel is a call in GET /channels.
func inboundChannel(id, state string) map[string]any {
	return map[string]any{
		"id": id, "name": "PJSIP/carrier-00000001", "state": state,
		"caller":       map[string]string{"name": "Kim", "number": "01012345678"},
		"dialplan":     map[string]any{"context": "from-trunk", "exten": "070", "priority": 2, "app_name": "Stasis", "app_data": "ringdesk,inbound," + said("07076660001") + "," + said("<sip:01012345678@192.0.2.1>;tag=1")},
		"creationtime": "2026-11-23T01:02:03.450+0000",
	}
}
