package exchange_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/exchange"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// lease is long enough for a loaded machine to renew it in time.
const lease = 15 * time.Second

// cell is a controller on the stage's database, with an engine of its own or the
// stage's.
type cell struct {
	x    *exchange.Exchange
	stop func()
}

// cell starts a controller under an id; stop stops it as a kill does.
func (w *stage) cell(id string, sw *memory.Switch) *cell {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	e := sw.Engine()
	x, err := exchange.NewExchange(ctx, exchange.Options{Store: exchange.OnModels(w.store), Engine: e, Country: "KR",
		Controller: id, Shared: true, Lease: lease, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	w.must(err)
	var running sync.WaitGroup
	running.Go(func() {
		if err := e.Run(ctx, x.Handle); err != nil {
			w.t.Error(err)
		}
	})
	stopped := false
	c := &cell{x: x, stop: func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		running.Wait()
		x.Close()
	}}
	w.t.Cleanup(c.stop)
	w.await("the engine's link", func() bool { return x.EngineUp() == nil })
	for i, id := range []string{"phone0", "phone1"} {
		if i < len(w.phones) {
			w.sw.Register(id, w.phones[i])
		}
	}
	return c
}

func (w *stage) claim(agent int) string {
	w.t.Helper()
	all, err := w.store.Claims(w.t.Context())
	w.must(err)
	for _, c := range all {
		if c.AccountID == w.agents[agent].AccountID {
			return c.CallID
		}
	}
	return ""
}

// leftAlone says that a controller has taken nothing of another one's call, and
// tells whoever commands it whose it is.
func (w *stage) leftAlone(second *cell, c call.Call) {
	w.t.Helper()
	if n := second.x.Live(); n != 0 {
		w.t.Errorf("the second controller runs %d calls of the first", n)
	}
	if got := w.claim(0); got != c.ID {
		w.t.Errorf("the agent is claimed by %q, want %q", got, c.ID)
	}
	_, err := second.x.Do(w.t.Context(), w.ws.ID, c.ID, call.Do{AgentID: w.agents[0].ID, Action: call.PutHold})
	if !errors.As(err, new(*exchange.ElsewhereError)) {
		w.t.Errorf("a command for the first controller's call: %v", err)
	}
}

// A second controller on one database leaves the calls and claims of the first
// alone while it lives, and says so to who commands them. When it is gone, its
// calls go on here where the engine has them, and are over where it has not.
//
// Covers: SYS-3
func TestOwners_SYS_3(t *testing.T) {
	for name, shared := range map[string]bool{"one engine": true, "an engine for each": false} {
		t.Run(name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				w := newStage(t, 1, memory.Options{MusicHz: 1500})
				w.stop()
				first := w.cell("first", w.sw)
				line, c := w.phone("01011110000")
				w.rings(w.phones[0])
				w.phones[0].Answer()
				c = w.state(c.ID, call.Talking)

				other := w.sw
				if shared {
					first.stop() // its engine is taken over at once, its calls are not
				} else {
					other = memory.New(memory.Options{})
				}
				second := w.cell("second", other)
				later(lease - 6*time.Second)
				w.leftAlone(second, c)
				if line.State().Ended.Method != "" {
					t.Fatal("the call was hung up")
				}
				if !shared {
					later(3 * lease) // the first gives signs of life
					if n := second.x.Live(); n != 0 || w.find(c.ID).State != call.Talking {
						t.Errorf("the second controller took %d calls from a living one", n)
					}
					first.stop()
				}
				later(2 * lease)
				if shared {
					if n := second.x.Live(); n != 1 || w.find(c.ID).State != call.Talking {
						t.Fatalf("%d calls were taken over, this one is %s", n, w.find(c.ID).State)
					}
					_, err := second.x.Do(t.Context(), w.ws.ID, c.ID, call.Do{AgentID: w.agents[0].ID, Action: call.PutHold})
					w.must(err)
					if later(time.Second); !hearsNow(line, 1500) {
						t.Error("the customer does not hear the music")
					}
					line.Hangup()
				}
				got := w.state(c.ID, call.Ended)
				if want := map[bool]call.EndedBy{true: call.ByCustomer, false: call.BySystem}[shared]; got.EndedBy != want {
					t.Errorf("ended by %s, want %s", got.EndedBy, want)
				}
				w.await("the second controller to be empty", func() bool { return second.x.Live() == 0 })
				if got := w.claim(0); got != "" {
					t.Errorf("the agent is still claimed by %s", got)
				}
				second.stop()
				w.start() // as the stage's clean-up wants it
			})
		})
	}
}

// A call whose state cannot be read keeps no other call from being taken over.
//
// Covers: SYS-3
func TestOwnerOfUnreadable_SYS_3(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 2, memory.Options{})
		w.stop()
		first := w.cell("first", w.sw)
		var lines []*memory.Line
		var calls []call.Call
		for i, number := range []string{"01011110000", "01022220000"} {
			line, c := w.phone(number)
			w.rings(w.phones[i])
			w.phones[i].Answer()
			lines, calls = append(lines, line), append(calls, w.state(c.ID, call.Talking))
		}
		first.stop()
		states := func(data func(models.Call) string) {
			t.Helper()
			row, err := w.store.Call(t.Context(), w.ws.ID, calls[0].ID)
			w.must(err)
			row.Data = data(row)
			row.Version++
			w.tx(func(tx *models.Tx) error { return tx.SaveCall(row, nil) })
		}
		var was string
		states(func(c models.Call) string { was = c.Data; return "{" })
		second := w.cell("second", w.sw)
		later(2 * lease)
		if n := second.x.Live(); n != 1 {
			t.Errorf("%d calls were taken over, want the other one", n)
		}
		_, err := second.x.Do(t.Context(), w.ws.ID, calls[1].ID, call.Do{AgentID: w.agents[1].ID, Action: call.Mute})
		w.must(err)
		lines[1].Hangup()
		w.state(calls[1].ID, call.Ended)
		second.stop()
		states(func(models.Call) string { return was })
		lines[0].Hangup()
		w.start() // as the stage's clean-up wants it
	})
}

// A controller that lost its calls while it slept notices when it saves, and
// leaves them to their new owner, also when that has ended them.
//
// Covers: SYS-3
func TestOwnerOvertaken_SYS_3(t *testing.T) {
	for name, over := range map[string]bool{"goes on": false, "is over": true} {
		t.Run(name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				w := newStage(t, 1, memory.Options{})
				line, c := w.phone("01011110000")
				w.rings(w.phones[0])
				w.phones[0].Answer()
				c = w.state(c.ID, call.Talking)
				w.tx(func(tx *models.Tx) error {
					taken, err := tx.TakeCalls("another", time.Now())
					if err == nil && len(taken) != 1 {
						err = errors.New("the call was not taken")
					}
					if err != nil || !over {
						return err
					}
					taken[0].Live = false
					taken[0].Version++
					return tx.SaveCall(taken[0], nil)
				})
				_ = w.do(0, c, call.Mute) // it cannot be saved
				w.await("the call to be left", func() bool { return w.x.Live() == 0 })
				if line.State().Ended.Method != "" {
					t.Error("the call was hung up")
				}
				line.Hangup()
				w.phones[0].Hangup()
			})
		})
	}
}
