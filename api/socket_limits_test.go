package api_test

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"ringdesk/api"
)

// Sockets are limited for each session, account and network address, and in all:
// nobody takes another's room.
//
// Covers: SEC-4
func TestSocketLimits_SEC_4(t *testing.T) {
	proxied := func(c *client, address string) *client { return c.with("X-Forwarded-For", address) }
	for name, tc := range map[string]struct {
		limits api.SocketLimits
		first  func(e *env) []*client // open two each
		room   func(e *env, first []*client) []*client
		full   func(e *env, first []*client) []*client
		says   string
	}{
		"a session's": {api.SocketLimits{Session: 2}, func(e *env) []*client { return []*client{e.as(e.here.agent)} },
			func(e *env, _ []*client) []*client { return []*client{e.as(e.here.owner), e.as(e.away.agent)} },
			func(_ *env, first []*client) []*client { return first }, "this session (2"},
		"an account's": {api.SocketLimits{Account: 4}, func(e *env) []*client { return []*client{e.as(e.here.agent), e.as(e.here.agent)} },
			func(e *env, _ []*client) []*client { return []*client{e.as(e.here.owner), e.as(e.away.agent)} },
			func(e *env, first []*client) []*client { return append(first, e.as(e.here.agent)) }, "this account (4"},
		"an address's": {api.SocketLimits{Address: 2}, func(e *env) []*client { return []*client{proxied(e.as(e.here.agent), "203.0.113.7")} },
			func(e *env, _ []*client) []*client { return []*client{proxied(e.as(e.here.owner), "203.0.113.8")} },
			func(e *env, _ []*client) []*client {
				return []*client{proxied(e.as(e.here.owner), "203.0.113.7"), proxied(e.as(e.away.owner), "198.51.100.1, 203.0.113.7")}
			}, "this network address (2"},
		"a network's": {api.SocketLimits{Address: 2}, func(e *env) []*client { return []*client{proxied(e.as(e.here.agent), "2001:db8:1:1::1")} },
			func(e *env, _ []*client) []*client { return []*client{proxied(e.as(e.here.owner), "2001:db8:1:2::1")} },
			func(e *env, _ []*client) []*client {
				return []*client{proxied(e.as(e.here.owner), "2001:db8:1:1:ffff::2")}
			}, "this network address (2"},
		"all": {api.SocketLimits{All: 4}, func(e *env) []*client { return []*client{e.as(e.here.agent), e.as(e.away.agent)} },
			nil, func(e *env, _ []*client) []*client { return []*client{e.as(e.here.owner)} }, "this ringdesk (4"},
	} {
		kinds := []string{"/live", "/sip"}
		if tc.limits.Account > 0 {
			kinds = kinds[:1] // an account has one phone, and so one session that may open /sip
		}
		for _, kind := range kinds {
			t.Run(name+" of "+kind, func(t *testing.T) {
				engine := newSIPEngine(t)
				e := start(t, func(o *api.Options) {
					o.SIPSocket, o.Proxies = engine.url(), []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
					o.SIPSockets, o.LiveSockets = tc.limits, tc.limits
				})
				paths := map[*client]string{}
				dial := func(c *client) (*websocket.Conn, int) {
					path, protocols := kind, []string{}
					if kind == "/sip" {
						if paths[c] == "" {
							paths[c] = strings.TrimPrefix(into[api.Phone](c.do("POST", "/phone", "").want(201)).Socket, "/api/v1")
						}
						path, protocols = paths[c], []string{"sip"}
					}
					conn, res, err := c.open(path, protocols...)
					if err != nil && res == nil {
						t.Fatal(err)
					}
					if conn != nil {
						t.Cleanup(func() { _ = conn.CloseNow() })
					}
					return conn, res.StatusCode
				}
				first := tc.first(e)
				var open []*websocket.Conn
				for _, c := range first {
					for range 2 {
						conn, status := dial(c)
						if status != 101 {
							t.Fatalf("one that there is room for: %d", status)
						}
						counted(t, conn)
						open = append(open, conn)
					}
				}
				if tc.room != nil {
					for _, c := range tc.room(e, first) {
						conn, status := dial(c)
						if status != 101 {
							t.Fatalf("another's: %d", status)
						}
						_ = conn.CloseNow()
					}
				}
				for _, c := range tc.full(e, first) {
					if _, status := dial(c); status != 429 {
						t.Errorf("one too many: %d, want 429", status)
					}
				}
				_ = open[0].CloseNow()
				eventually(t, "there is room again", func() bool {
					conn, status := dial(first[0])
					if conn != nil {
						_ = conn.CloseNow()
					}
					return status == 101
				})
			})
		}
	}
}

// counted waits until a socket's handler runs: a socket counts from then on, a moment after
// the client has its 101. Who opens another meanwhile gets it, and one of them is closed.
func counted(t *testing.T, conn *websocket.Conn) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	go func() {
		for err := error(nil); err == nil; {
			_, _, err = conn.Read(t.Context())
		}
	}()
	if err := conn.Ping(ctx); err != nil {
		t.Fatalf("one that there is room for: %v", err)
	}
}

// Opening and closing as fast as one can is limited, too, for each account.
//
// Covers: SEC-4
func TestSocketsOneAfterTheOther_SEC_4(t *testing.T) {
	for _, kind := range []string{"/live", "/sip"} {
		t.Run(kind, func(t *testing.T) {
			engine := newSIPEngine(t)
			e := start(t, func(o *api.Options) { o.SIPSocket = engine.url() })
			c, other := e.as(e.here.agent), e.as(e.here.owner)
			open := func(c *client) (status int) {
				path, protocols := kind, []string{}
				if kind == "/sip" {
					path, protocols = strings.TrimPrefix(into[api.Phone](c.do("POST", "/phone", "").want(201)).Socket, "/api/v1"), []string{"sip"}
				}
				conn, res, err := c.open(path, protocols...)
				if res == nil {
					t.Fatal(err)
				}
				if conn != nil {
					if kind == "/live" { // it was let in
						if _, _, err := conn.Read(minute(t)); err != nil {
							t.Fatal(err)
						}
					} else {
						eventually(t, "the engine is reached", func() bool { return engine.open.Load() > 0 })
					}
					_ = conn.CloseNow()
					eventually(t, "it is closed", func() bool { return engine.open.Load() == 0 })
				}
				return res.StatusCode
			}
			let := 0
			for open(c) == 101 {
				if let++; let > 130 {
					t.Fatal("130 were let in within a moment")
				}
			}
			if let < 100 {
				t.Errorf("%d were let in, want 100", let)
			}
			if status := open(other); status != 101 {
				t.Errorf("another account's: %d", status)
			}
			e.clock.advance(3 * time.Second)
			if status := open(c); status != 101 {
				t.Errorf("after 3 s: %d", status)
			}
		})
	}
}

// However fast they come, no more than the limit reach the engine.
//
// Covers: SEC-4
func TestManySocketsAtOnce_SEC_4(t *testing.T) {
	engine := newSIPEngine(t)
	e := start(t, func(o *api.Options) { o.SIPSocket = engine.url() })
	c := e.as(e.here.agent)
	conn, p := c.line(t)
	passes(t, conn, p, "")
	path := strings.TrimPrefix(p.Socket, "/api/v1")
	var let atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 25 {
				other, res, err := c.open(path, "sip")
				if err != nil {
					if res == nil || res.StatusCode != 429 {
						t.Errorf("%v, %v", res, err)
					}
					continue
				}
				let.Add(1)
				t.Cleanup(func() { _ = other.CloseNow() })
			}
		})
	}
	wg.Wait()
	// The upgrade is answered before a socket is counted: what came at the same
	// moment is closed again, without the engine.
	eventually(t, "four are at the engine", func() bool { return engine.open.Load() == 4 })
	t.Logf("%d of 200 were answered", let.Load())
	passes(t, conn, p, "") // the first is not disturbed
	other, op := e.as(e.here.owner).line(t)
	passes(t, other, op, "") // nor are others
}
