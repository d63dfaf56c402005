package exchange_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/exchange"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// stage is a workspace with its agents, as a Stage of testkit/stage is, on a real
// store and a media engine in memory.
type stage struct {
	t      testing.TB
	file   string
	store  *models.Store
	sw     *memory.Switch
	ws     models.Workspace
	agents []models.Agent
	phones []*memory.Line
	engine *memory.Engine
	x      *exchange.Exchange
	stop   func()
	admits int                    // new calls a second; 0 means any number
	disk   atomic.Pointer[error]  // why it takes no new recordings
	mixes  atomic.Pointer[func()] // is told of recordings to mix
	asked  exchange.Lookups       // answers for flows
	wrap   func(exchange.Store) exchange.Store
}

const number = "07076660001"

func newStage(t testing.TB, agents int, opt memory.Options) *stage {
	t.Helper()
	return newStageRinging(t, agents, 20, opt)
}

// newStageRinging sets how many seconds its calls ring.
func newStageRinging(t testing.TB, agents, ring int, opt memory.Options) *stage {
	t.Helper()
	w := &stage{t: t, file: filepath.Join(t.TempDir(), "ringdesk.db"), sw: memory.New(opt)}
	w.open()
	w.furnish(agents, ring)
	w.start()
	t.Cleanup(func() {
		w.stop()
		w.must(w.store.Close())
	})
	return w
}

// furnish fills an empty store with a workspace, its number and its agents.
func (w *stage) furnish(agents, ring int) {
	w.t.Helper()
	e164, err := models.E164(number, "KR")
	w.must(err)
	at := models.At(time.Now())
	w.ws = models.Workspace{ID: models.NewID(), Name: "w", Country: "KR", TimeZone: "Asia/Seoul", RingSeconds: ring, QueueSeconds: 3600, CreatedAt: at}
	trunk := models.Trunk{ID: models.NewID(), WorkspaceID: w.ws.ID, Name: "t", CreatedAt: at}
	w.tx(func(tx *models.Tx) error {
		return errors.Join(tx.AddWorkspace(w.ws), tx.AddTrunk(trunk, []string{"192.0.2.10"}),
			tx.AddNumber(models.Number{ID: models.NewID(), WorkspaceID: w.ws.ID, TrunkID: trunk.ID, Number: e164, Record: true, CreatedAt: at}))
	})
	for i := range agents {
		w.addAgent(i)
	}
}

func (w *stage) addAgent(i int) {
	at := models.At(time.Now())
	acc := models.Account{ID: models.NewID(), Email: fmt.Sprint(i), Name: fmt.Sprint("agent", i), CreatedAt: at}
	a := models.Agent{ID: models.NewID(), WorkspaceID: w.ws.ID, AccountID: acc.ID, Name: acc.Name, Role: "agent", Seat: true, TakesPhone: true, CreatedAt: at}
	phone := fmt.Sprint("phone", i)
	w.tx(func(tx *models.Tx) error {
		if err := errors.Join(tx.AddAccount(acc), tx.AddAgent(a)); err != nil {
			return err
		}
		_, err := tx.PutPhone(models.Phone{ID: phone, AccountID: acc.ID, SeenAt: at, CreatedAt: at})
		return err
	})
	w.ready(a, phone, true)
	w.agents = append(w.agents, a)
	w.addPhone(i)
}

// addPhone is where an agent is called.
func (w *stage) addPhone(i int) {
	phone := fmt.Sprint("phone", i)
	line := w.sw.Line("sip:"+phone+"@192.0.2.50", memory.Manner{})
	w.sw.Register(phone, line)
	w.phones = append(w.phones, line)
}

func (w *stage) ready(a models.Agent, phone string, on bool) {
	w.tx(func(tx *models.Tx) error {
		// Heartbeats are the API's matter: these phones stay online for the test.
		return tx.SetPhoneReady(a.AccountID, phone, on, time.Now().Add(time.Hour))
	})
}

func (w *stage) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *stage) tx(do func(*models.Tx) error) {
	w.t.Helper()
	w.must(w.store.Tx(w.t.Context(), do))
}

func (w *stage) open() {
	var err error
	w.store, err = models.Open(w.file)
	w.must(err)
}

// start starts a controller; stop stops it as a kill does: what it has not
// saved is lost.
func (w *stage) start() {
	ctx, cancel := context.WithCancel(context.Background())
	e := w.sw.Engine()
	w.engine = e
	store := exchange.OnModels(w.store)
	if w.wrap != nil {
		store = w.wrap(store)
	}
	var err error
	w.x, err = exchange.NewExchange(ctx, exchange.Options{Store: store, Engine: e, Country: "KR", NewCalls: w.admits,
		Recorded: func() {
			if told := w.mixes.Load(); told != nil {
				(*told)()
			}
		},
		Room: func() error {
			if why := w.disk.Load(); why != nil {
				return *why
			}
			return nil
		},
		Lookups: w.asked, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	w.must(err)
	var running sync.WaitGroup
	running.Go(func() {
		if err := e.Run(ctx, w.x.Handle); err != nil {
			w.t.Error(err)
		}
	})
	w.stop = func() { cancel(); running.Wait(); w.x.Close() }
	w.await("the engine's link", func() bool { return w.x.EngineUp() == nil })
	// Phones are given to the engine after the link is up.
	for i := range w.phones {
		w.sw.Register(fmt.Sprint("phone", i), w.phones[i])
	}
}

func (w *stage) await(what string, cond func() bool) {
	w.t.Helper()
	for end := time.Now().Add(10 * time.Second); !cond(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("waited 10 s for %s", what)
		}
	}
}

func (w *stage) caller(from string) *memory.Line {
	return w.sw.Caller(netip.MustParseAddr("192.0.2.10"), from, "", memory.Manner{})
}

func (w *stage) calls() []call.Call {
	w.t.Helper()
	rows, err := w.store.Calls(w.t.Context(), w.ws.ID, models.CallFilter{Limit: 500})
	w.must(err)
	var cs []call.Call
	for _, r := range rows {
		c, err := call.Decode(r.Data)
		w.must(err)
		cs = append(cs, c)
	}
	return cs
}

// last is the newest call once it is in the given state.
func (w *stage) last(want call.State) call.Call {
	w.t.Helper()
	var c call.Call
	w.await("a call in state "+string(want), func() bool {
		c = w.newest()
		return c.State == want
	})
	return c
}

// newest is the call that came last, empty if there is none.
func (w *stage) newest() call.Call {
	w.t.Helper()
	rows, err := w.store.Calls(w.t.Context(), w.ws.ID, models.CallFilter{Limit: 1})
	w.must(err)
	if len(rows) == 0 {
		return call.Call{}
	}
	c, err := call.Decode(rows[0].Data)
	w.must(err)
	return c
}

func (w *stage) rings(line *memory.Line) {
	w.t.Helper()
	w.await("the phone to ring", func() bool { s := line.State(); return s.Invited.Call != "" && s.Ended.Method == "" })
}

func (w *stage) do(agent int, c call.Call, a call.Action) error {
	_, err := w.x.Do(w.t.Context(), w.ws.ID, c.ID, call.Do{AgentID: w.agents[agent].ID, Action: a})
	return err
}

// clean waits until nothing is left of any call, anywhere (END-6).
func (w *stage) clean() {
	w.t.Helper()
	w.await("the exchange to be empty", func() bool { return w.x.Live() == 0 })
	w.must(w.sw.Idle())
	live, err := w.store.LiveCalls(w.t.Context())
	w.must(err)
	if len(live) != 0 {
		w.t.Errorf("%d calls are still marked as live", len(live))
	}
	as, err := w.store.Agents(w.t.Context(), w.ws.ID)
	w.must(err)
	for _, a := range as {
		if a.ClaimCall != "" {
			w.t.Errorf("agent %s is still claimed by %s", a.Name, a.ClaimCall)
		}
	}
}

func (w *stage) journal(c call.Call) []string {
	w.t.Helper()
	es, err := w.store.Journal(w.t.Context(), w.ws.ID, c.ID)
	w.must(err)
	var types []string
	for i, e := range es {
		types = append(types, e.Type)
		if e.Seq != int64(i+1) {
			w.t.Errorf("journal entry %d has number %d", i+1, e.Seq)
		}
	}
	return types
}

func TestWholeCall_IN_5_IN_8_HOLD_1(t *testing.T) {
	w := newStage(t, 2, memory.Options{MusicHz: 1500})
	caller := w.caller("01012345678")
	caller.Say(440)
	w.phones[0].Say(700)
	caller.Call(number)
	w.rings(w.phones[0])
	w.rings(w.phones[1])
	w.phones[0].Answer()
	c := w.last(call.Talking)
	w.await("the other phone to stop", func() bool { return w.phones[1].State().Ended.Cause == engine.CauseAnsweredElsewhere })
	w.await("both to hear each other", func() bool { return hearsNow(caller, 700) && hearsNow(w.phones[0], 440) })
	w.must(w.do(0, c, call.PutHold))
	w.await("music", func() bool { return hearsNow(caller, 1500) && !hearsNow(w.phones[0], 440) })
	w.must(w.do(0, c, call.Release))
	w.await("speech", func() bool { return hearsNow(caller, 700) })
	w.must(w.do(0, c, call.Mute))
	w.await("silence", func() bool { return !hearsNow(caller, 700) })
	w.must(w.do(0, c, call.Leave))
	w.await("the caller's BYE", func() bool { return caller.State().Ended.Method == "BYE" })
	c = w.last(call.Ended)
	w.clean()
	want := []string{"call.created", "agent.offered", "agent.offered", "call.answered", "agent.taken", "call.held", "call.released",
		"agent.muted", "agent.left", "agent.wrapUp", "call.ended"}
	if got := w.journal(c); !slices.Equal(got, want) {
		t.Errorf("journal\n got %v\nwant %v", got, want)
	}
	conv, err := w.store.Conversation(t.Context(), w.ws.ID, c.ConversationID)
	w.must(err)
	if conv.State != "open" || conv.Live || conv.AssigneeID == nil || *conv.AssigneeID != w.agents[0].ID {
		t.Errorf("conversation %+v", conv)
	}
	rec, err := w.store.Recording(t.Context(), w.ws.ID, c.RecordingID)
	w.must(err)
	tracks, err := w.store.Tracks(t.Context(), rec.ID)
	w.must(err)
	if rec.State != "processing" || len(tracks) != 2 || tracks[0].StartedAt.IsZero() || tracks[0].EndedAt.IsZero() {
		t.Errorf("recording %+v, tracks %+v", rec, tracks)
	}
	if _, err := w.store.NextTask(t.Context(), "mix"); err != nil {
		t.Errorf("no mix is planned: %v", err)
	}
}

func hearsNow(l *memory.Line, hz int) bool {
	now := time.Now()
	for _, s := range l.Heard(now.Add(-10*time.Millisecond), now) {
		if slices.Contains(s.Hz, hz) {
			return true
		}
	}
	return false
}

func TestUnknownNumber_MISS_1(t *testing.T) {
	w := newStage(t, 1, memory.Options{})
	caller := w.caller("01012345678")
	caller.Call("0215880000")
	w.await("404", func() bool { return caller.State().Final == 404 })
	w.await("the journal's line", func() bool {
		es, err := w.store.RefusedSince(t.Context(), time.Now().Add(-time.Minute), 10)
		w.must(err)
		return len(es) == 1 && es[0].Type == "call.refused"
	})
	w.clean()
}

// Covers: IN-6, as far as it goes: callers wait their turn, the first first.
func TestWaitingCallers_IN_6(t *testing.T) {
	w := newStage(t, 1, memory.Options{MusicHz: 1500})
	var callers []*memory.Line
	for i := range 4 {
		c := w.caller(fmt.Sprintf("0101111000%d", i))
		callers = append(callers, c)
		c.Call(number)
		w.await("the call", func() bool { return len(w.calls()) == i+1 })
	}
	for i, c := range callers {
		w.await("the agent's phone", func() bool { return w.phones[0].State().Invited.Number == fmt.Sprintf("+821011110%03d", i) })
		w.phones[0].Answer()
		w.await("talk", func() bool { return w.calls()[len(callers)-1-i].State == call.Talking })
		for _, waiting := range callers[i+1:] {
			if !hearsNow(waiting, 1500) {
				t.Error("a waiting caller hears no music")
			}
		}
		c.Hangup()
	}
	w.await("the last to end", func() bool { return w.x.Live() == 0 })
	w.clean()
}

func TestForeignCallsAreNotFound(t *testing.T) {
	w := newStage(t, 1, memory.Options{})
	w.caller("01011110000").Call(number)
	w.rings(w.phones[0])
	c := w.last(call.Ringing)
	if _, err := w.x.Do(t.Context(), "other", c.ID, call.Do{AgentID: w.agents[0].ID, Action: call.Decline}); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if _, err := w.x.Do(t.Context(), w.ws.ID, "none", call.Do{}); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	var refused *call.RefusedError
	if err := w.do(0, c, call.PutHold); !errors.As(err, &refused) {
		t.Errorf("got %v", err)
	}
	w.must(w.do(0, c, call.Decline))
	w.last(call.Missed)
	w.clean()
}

// Whoever arrives at the very moment when an agent becomes free does not
// overtake those who wait.
func TestArrivalsDoNotOvertake_IN_6(t *testing.T) {
	w := newStage(t, 1, memory.Options{})
	agent := w.phones[0]
	invited := func(from int) func() bool {
		return func() bool { return agent.State().Invited.Number == fmt.Sprintf("+82101111%04d", from) }
	}
	first := w.caller("01011110000")
	first.Call(number)
	w.await("the first call", invited(0))
	agent.Answer()
	w.last(call.Talking)
	talks := first
	for i := 1; i < 40; i += 2 {
		waits, arrives := w.caller(fmt.Sprintf("0101111%04d", i)), w.caller(fmt.Sprintf("0101111%04d", i+1))
		waits.Call(number)
		w.last(call.Queued)
		var both sync.WaitGroup
		both.Go(talks.Hangup)
		both.Go(func() { arrives.Call(number) })
		both.Wait()
		w.await("the caller who waited to be offered", invited(i))
		agent.Answer()
		w.await("the agent to talk to them", func() bool { return w.calls()[1].State == call.Talking })
		waits.Hangup()
		w.await("the other to be offered", invited(i+1))
		agent.Answer()
		w.last(call.Talking)
		talks = arrives
	}
	talks.Hangup()
	w.clean()
}
