package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"ringdesk/api"
	"ringdesk/controller/call"
	"ringdesk/models"
)

// Covers: INBOX-1 (live updates).
func TestLiveSnapshotThenEvents(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	d := c.live()
	s := d.snapshot()
	if s.Me.AgentId != e.here.agent.agent || len(s.Agents) != 3 || len(s.Calls) != 1 || s.Calls[0].Id != e.here.call {
		t.Fatalf("snapshot: %+v", s)
	}
	topic := func(topic, part string) {
		t.Helper()
		d.next(topic, func(m message) bool { return m.Topic == topic && strings.Contains(string(m.Data), part) })
	}
	e.saveCall(e.here, e.here.call, func(c *call.Call) { c.State, c.EndedAt = call.Ended, time.Now() })
	topic("call", `"state":"ended"`)
	c.do("POST", "/conversations/"+e.here.conversation+"/notes", `{"text":"ring back"}`).want(201)
	topic("note", `"text":"ring back"`)
	topic("conversation", `"lastNote":"ring back"`)
	c.do("PUT", "/contacts/"+e.here.contact, `{"name":"Kim"}`).want(200)
	topic("contact", `"name":"Kim"`)
	c.do("PATCH", "/me", `{"takesPhone":false}`).want(200)
	topic("agent", `"takesPhone":false`)
	topic("me", `"takesPhone":false`)
	c.do("PATCH", "/me", `{"locale":"en"}`).want(200)
	topic("me", `"locale":"en"`)
	for i, m := range d.all() {
		if m.Seq != int64(i+1) {
			t.Errorf("message %d has seq %d", i, m.Seq)
		}
	}
}

// A page that has fetched before it listens fetches again only what may have
// changed since.
//
// Covers: INBOX-1, IN-12.
func TestLiveSnapshotSaysForHowLongNothingHasChanged(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	unchanged := func() time.Duration {
		return time.Duration(c.live().snapshot().UnchangedMs) * time.Millisecond
	}

	before := time.Now()
	c.do("POST", "/conversations/"+e.here.conversation+"/notes", `{"text":"ring back"}`).want(201)
	after := time.Now()
	if got := unchanged(); got > time.Since(before) {
		t.Errorf("just after a note nothing has changed for %v", got)
	}
	time.Sleep(50 * time.Millisecond)
	c.do("PATCH", "/me", `{"takesPhone":false}`).want(200) // the snapshot has agents itself
	e.as(e.away.agent).do("PUT", "/contacts/"+e.away.contact, `{"name":"Elsewhere"}`).want(200)
	least := time.Since(after).Truncate(time.Millisecond)
	if got := unchanged(); got < least || got > time.Since(before) {
		t.Errorf("nothing has changed for %v, want %v to %v", got, least, time.Since(before))
	}
}

func TestLiveStaysInTheWorkspace(t *testing.T) {
	e := start(t)
	d := e.as(e.here.agent).live()
	d.snapshot()
	for _, path := range []string{"/contacts/" + e.away.contact} {
		e.as(e.away.agent).do("PUT", path, `{"name":"Secret"}`).want(200)
	}
	e.as(e.here.owner).do("PUT", "/contacts/"+e.here.contact, `{"name":"Own"}`).want(200)
	d.next("the own one", func(m message) bool { return strings.Contains(string(m.Data), "Own") })
	for _, m := range d.all() {
		if strings.Contains(string(m.Data), "Secret") {
			t.Errorf("another workspace's change came: %s", m.Data)
		}
	}
	// What is told to one account does not go to another.
	e.as(e.here.owner).do("PATCH", "/me", `{"away":true}`).want(200)
	d.next("the owner's agent", func(m message) bool { return m.Topic == "agent" })
	e.as(e.here.owner).do("PUT", "/contacts/"+e.here.contact, `{"name":"Later"}`).want(200)
	d.next("what came later", func(m message) bool { return strings.Contains(string(m.Data), "Later") })
	for _, m := range d.all() {
		if m.Topic == "me" {
			t.Errorf("another account's me came: %s", m.Data)
		}
	}
}

// view is what a browser knows of the live calls from its messages.
func view(ms []message) map[string]string {
	calls := map[string]string{}
	for _, m := range ms {
		var c api.Call
		switch {
		case m.Type == "snapshot":
			clear(calls)
			for _, c := range m.Calls {
				calls[c.Id] = c.Participants[1].Name
			}
		case m.Topic == "call" && json.Unmarshal(m.Data, &c) == nil:
			calls[c.Id] = c.Participants[1].Name
		}
	}
	return calls
}

// Whenever a browser connects among changes, its snapshot and its events
// together give the latest state, without a gap in the numbers.
func TestLiveIsGapFreeUnderConcurrentCommits(t *testing.T) {
	e := start(t)
	calls := []string{e.here.call}
	for range 7 {
		_, id := e.addCall(e.here, e.here.contact, "+821012345678", call.Talking)
		calls = append(calls, id)
	}
	const changes = 25
	browser := e.as(e.here.agent)
	var desks []*desk
	var writers sync.WaitGroup
	for _, id := range calls {
		writers.Go(func() {
			for i := 1; i <= changes; i++ {
				e.saveCall(e.here, id, func(c *call.Call) { c.Agents[0].Name = fmt.Sprint(i) })
			}
		})
	}
	for range 10 {
		desks = append(desks, browser.live())
	}
	writers.Wait()
	for i, d := range desks {
		eventually(t, "the latest state of every call", func() bool {
			v := view(d.all())
			for _, id := range calls {
				if v[id] != fmt.Sprint(changes) {
					return false
				}
			}
			return true
		})
		numbered := slices.DeleteFunc(slices.Clone(d.all()), func(m message) bool { return m.Type == "engine" }) // these come every 5 s
		for j, m := range numbered {
			if m.Seq != int64(j+1) {
				t.Fatalf("desk %d: message %d has seq %d", i, j, m.Seq)
			}
		}
	}
}

// A browser that does not keep up starts anew, and others do not notice it.
func TestLiveSlowBrowserResyncs(t *testing.T) {
	e := start(t)
	browser := e.as(e.here.agent)
	slow, quick := browser.liveSilent(), browser.live()
	quick.snapshot()
	// About 6 MB: more than the network and the queue hold, and made long before the server gives the slow one up.
	text := strings.Repeat("-", 100000) // no word: what takes time is to be the network, not the index
	const notes, batch = 60, liveQueue / 2
	for n := 0; n < notes; n += batch {
		e.tx(func(tx *models.Tx) error {
			for range batch {
				add(e, tx.AddNote(models.Note{ID: models.NewID(), WorkspaceID: e.here.id, ConversationID: e.here.conversation,
					AuthorID: e.here.agent.agent, Text: text, CreatedAt: models.At(time.Now())}, nil))
			}
			return nil
		})
		eventually(t, "the quick browser has every note", func() bool { return quick.count("note") >= n+batch })
	}
	e.as(e.here.owner).do("PUT", "/contacts/"+e.here.contact, `{"name":"Last"}`).want(200)
	go slow.read()
	slow.next("resync", func(m message) bool { return m.Type == "resync" })
	slow.snapshot()
	slow.agentAfter(e)
	for _, m := range quick.all() {
		if m.Type == "resync" {
			t.Error("the quick browser had to start anew")
		}
	}
}

// agentAfter checks that a browser gets what changes from now on.
func (d *desk) agentAfter(e *env) {
	d.t.Helper()
	e.as(e.here.owner).do("PATCH", "/agents/"+e.here.agent.agent, `{"name":"New name"}`).want(200)
	d.next("what came after the new snapshot", func(m message) bool { return m.Topic == "agent" && strings.Contains(string(m.Data), "New name") })
}

// Covers: IN-12 (a tab that stops answering heartbeats).
func TestLiveHeartbeatsStop(t *testing.T) {
	e := start(t)
	agent, watcher := e.as(e.here.agent), e.as(e.here.owner).live()
	watcher.snapshot()
	d := agent.live()
	agent.phone(d)
	watcher.agent(e.here.agent.agent, "available")
	eventually(t, "assignment was told", func() bool { return e.agentsChanged(e.here.id) > 0 })
	before := e.agentsChanged(e.here.id)
	// Still well: the heartbeat is written down in time.
	e.clock.advance(10 * time.Second)
	d.say(`{"type":"heartbeat"}`)
	eventually(t, "the heartbeat is written down", func() bool {
		ps, err := e.store.ReadyPhones(t.Context())
		return err == nil && len(ps) == 1 && ps[0].SeenAt.After(time.Now().Add(5*time.Second))
	})
	e.clock.advance(models.PhoneTimeout + time.Second)
	watcher.agent(e.here.agent.agent, "offline")
	d.say(`{"type":"heartbeat"}`)
	watcher.agent(e.here.agent.agent, "available")
	eventually(t, "assignment was told again", func() bool { return e.agentsChanged(e.here.id) > before })
}

func TestLiveBrowserGone(t *testing.T) {
	e := start(t)
	agent, watcher := e.as(e.here.agent), e.as(e.here.owner).live()
	watcher.snapshot()
	first := agent.live()
	p := agent.phone(first)
	watcher.agent(e.here.agent.agent, "available")
	// The page connects again before its old connection is found dead.
	second := agent.live()
	second.say(`{"type":"phone","phone":"` + p.Id + `","ready":true}`)
	second.say(`{"type":"heartbeat"}`)
	watcher.agent(e.here.agent.agent, "available")
	_ = first.conn.CloseNow()
	first.ended()
	second.say(`{"type":"phone","phone":"` + p.Id + `","ready":false}`)
	watcher.agent(e.here.agent.agent, "offline")
	second.say(`{"type":"phone","phone":"` + p.Id + `","ready":true}`)
	watcher.agent(e.here.agent.agent, "available")
	_ = second.conn.CloseNow()
	watcher.agent(e.here.agent.agent, "offline") // at once, not after 15 s
}

// Calls are told of a page that was closed, and not of pages whose connections end
// because we stop: those come back to the next process.
//
// Covers: IN-12, SYS-3.
func TestLivePageLost(t *testing.T) {
	for name, tc := range map[string]struct {
		do   func(e *env, d *desk)
		lost int
	}{
		"closed":   {func(e *env, d *desk) { e.must(d.conn.Close(websocket.StatusGoingAway, "")) }, 1},
		"stopping": {func(e *env, _ *desk) { e.must(e.server.Shutdown(minute(e.t))) }, 0}, // the page answers our goodbye
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t)
			agent, watcher := e.as(e.here.agent), e.as(e.here.owner).live()
			watcher.snapshot()
			d := agent.live()
			agent.phone(d)
			watcher.agent(e.here.agent.agent, "available")
			tc.do(e, d)
			d.ended()
			eventually(t, "all is told", func() bool { return e.pagesLost() >= tc.lost })
			if n := e.pagesLost(); n != tc.lost {
				t.Errorf("calls were told of %d lost pages, want %d", n, tc.lost)
			}
		})
	}
}

func TestLiveSecondWindowTakesThePhone(t *testing.T) {
	e := start(t)
	one, two := e.as(e.here.agent), e.as(e.here.agent)
	first, second := one.live(), two.live()
	old := one.phone(first)
	e.as(e.here.owner).live().snapshot()
	eventually(t, "the first phone is ready", func() bool {
		ps, err := e.store.ReadyPhones(t.Context())
		return err == nil && len(ps) == 1 && ps[0].ID == old.Id
	})
	now := two.phone(second)
	taken := func(m message) bool { return m.Type == "phone" && m.Elsewhere && !m.Ready }
	first.next("elsewhere", taken)
	first.say(`{"type":"phone","phone":"` + old.Id + `","ready":false}`)
	first.next("elsewhere again", taken)
	if e.engine.has(old.Id) || !e.engine.has(now.Id) {
		t.Error("the engine should have the new phone only")
	}
	eventually(t, "the second phone is ready", func() bool {
		ps, err := e.store.ReadyPhones(t.Context())
		return err == nil && len(ps) == 1 && ps[0].ID == now.Id
	})
	_ = first.conn.CloseNow() // what it leaves is not its own any more
	first.ended()
	second.say(`{"type":"heartbeat"}`)
	if ps, err := e.store.ReadyPhones(t.Context()); err != nil || len(ps) != 1 {
		t.Errorf("ready: %v %v", ps, err)
	}
}

func TestLiveAnotherAccountsPhone(t *testing.T) {
	e := start(t)
	p := into[api.Phone](e.as(e.here.owner).do("POST", "/phone", "").want(201))
	d := e.as(e.here.agent).live()
	d.say(`{"type":"phone","phone":"` + p.Id + `","ready":true}`)
	d.next("elsewhere", func(m message) bool { return m.Elsewhere })
	if ps, err := e.store.ReadyPhones(t.Context()); err != nil || len(ps) != 0 {
		t.Errorf("ready: %v %v", ps, err)
	}
}

func TestLiveFollowsTheSessionsWorkspace(t *testing.T) {
	e := start(t)
	e.tx(func(tx *models.Tx) error {
		return tx.AddAgent(models.Agent{ID: models.NewID(), WorkspaceID: e.away.id, AccountID: e.here.agent.account, Name: "Guest", Role: "agent",
			CreatedAt: models.At(time.Now())})
	})
	c := e.as(e.here.agent)
	d := c.live()
	d.snapshot()
	c.do("PATCH", "/me", fmt.Sprintf(`{"workspaceId":%q}`, e.away.id)).want(200)
	d.next("resync", func(m message) bool { return m.Type == "resync" })
	if s := d.snapshot(); s.Me.Workspace.Id != e.away.id || len(s.Calls) != 1 || s.Calls[0].Id != e.away.call {
		t.Errorf("snapshot: %+v", s)
	}
	e.as(e.here.owner).do("PUT", "/contacts/"+e.here.contact, `{"name":"Left behind"}`).want(200)
	e.as(e.away.owner).do("PUT", "/contacts/"+e.away.contact, `{"name":"There"}`).want(200)
	d.next("the new workspace's change", func(m message) bool { return strings.Contains(string(m.Data), "There") })
	for _, m := range d.all() {
		if strings.Contains(string(m.Data), "Left behind") {
			t.Error("the old workspace's change came")
		}
	}
}

func TestLiveEnds(t *testing.T) {
	for name, tc := range map[string]struct {
		do   func(e *env, c *client, d *desk)
		code websocket.StatusCode
	}{
		"signing out": {func(_ *env, c *client, _ *desk) { c.do("POST", "/logout", "").want(204) }, 4000},
		"no JSON":     {func(_ *env, _ *client, d *desk) { d.say("hello") }, websocket.StatusInvalidFramePayloadData},
		"too long":    {func(_ *env, _ *client, d *desk) { d.say(strings.Repeat(" ", 4097)) }, websocket.StatusMessageTooBig},
		"stopping": {func(e *env, _ *client, _ *desk) {
			if err := e.server.Shutdown(minute(e.t)); err != nil {
				e.t.Error(err)
			}
		}, websocket.StatusGoingAway},
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t)
			c := e.as(e.here.agent)
			d := c.live()
			d.snapshot()
			tc.do(e, c, d)
			if code := d.ended(); code != tc.code {
				t.Errorf("code %d, want %d", code, tc.code)
			}
		})
	}
}

func TestLiveUnknownTypesAreLeftAlone(t *testing.T) {
	e := start(t)
	d := e.as(e.here.agent).live()
	d.snapshot()
	d.say(`{"type":"dance"}`)
	d.say(`{}`)
	d.agentAfter(e)
}

func TestLiveIsRefused(t *testing.T) {
	e := start(t)
	for name, tc := range map[string]struct {
		client *client
		status int
	}{
		"without a session": {e.nobody(), 401},
		"with an API key":   {e.key(e.here), 403},
		"from another site": {e.as(e.here.agent).with("Origin", "https://evil.example"), 403},
		"from nowhere":      {e.as(e.here.agent).with("Origin", ""), 403},
	} {
		t.Run(name, func(t *testing.T) {
			_, res, err := tc.client.open("/live")
			if err == nil || res == nil || res.StatusCode != tc.status {
				t.Errorf("%v %v, want %d", res, err, tc.status)
			}
		})
	}
}

// A page is told at once that the engine is gone, and that it is back; and it hears
// something at least every beat, so that it notices a server that has fallen silent
// (IN-12). What else is written counts.
//
// Covers: IN-12, SYS-3
func TestLiveTellsOfTheEngine(t *testing.T) {
	var lost atomic.Bool
	e := start(t, func(o *api.Options) {
		o.EngineUp = func() error {
			if lost.Load() {
				return errors.New("no answer")
			}
			return nil
		}
	})
	e.server.SetLiveBeat(50 * time.Millisecond)
	d := e.as(e.here.agent).live()
	if s := d.snapshot(); !s.Engine.Up || s.Engine.Since.IsZero() {
		t.Fatalf("snapshot: %+v", s.Engine)
	}
	told := func(up bool) func(message) bool {
		return func(m message) bool { return m.Type == "engine" && m.Up == up }
	}
	d.next("a sign of life", told(true))
	lost.Store(true)
	d.next("that the engine is gone", told(false))
	if s := e.as(e.here.owner).live().snapshot(); s.Engine.Up {
		t.Error("a page that comes now is told that the engine is there")
	}
	lost.Store(false)
	d.next("that it is back", told(true))
}
