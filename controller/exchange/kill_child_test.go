package exchange_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/exchange"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// beKilled is a controller with an engine in memory, callers and agents. What any of them sees it shows on file 3,
// after they saw it: so whatever is shown must have been committed.
func beKilled(t *testing.T, work childWork) {
	out := os.NewFile(3, "shown")
	show := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	w := &stage{t: t, file: work.File, sw: memory.New(memory.Options{}), ws: work.Workspace, agents: work.Agents}
	if work.Hasty {
		w.wrap = func(s exchange.Store) exchange.Store { return hasty{s} }
	}
	w.open()
	w.store.OnCommit(func(changes []models.Change) {
		var lines strings.Builder
		for _, c := range changes {
			fmt.Fprintf(&lines, "change %d\n", c.Seq)
		}
		_, _ = out.WriteString(lines.String())
	})
	for i := range w.agents {
		w.addPhone(i)
	}
	w.start()
	if work.Last {
		for end := time.Now().Add(5 * time.Minute); ; time.Sleep(10 * time.Millisecond) { // a hundred calls on a busy machine
			live, err := w.store.LiveCalls(t.Context())
			w.must(err)
			if len(live) == 0 {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("%d calls of controllers that were killed do not end", len(live))
			}
		}
		w.stop()
		w.must(w.store.Close())
		return
	}
	for i := range w.agents {
		go w.work(i, rand.New(rand.NewPCG(work.Seed, uint64(1000*work.Round+i))), show)
	}
	for i := range 5 {
		go w.dial(fmt.Sprintf("010%02d%02d", work.Round%100, i), rand.New(rand.NewPCG(work.Seed, uint64(1000*work.Round+100+i))), show)
	}
	time.Sleep(10 * time.Minute)
	t.Error("nobody has killed it within ten minutes")
}

// work is an agent's day: rings are answered or declined, calls held, muted and left.
func (w *stage) work(i int, dice *rand.Rand, show func(string, ...any)) {
	phone, agent := w.phones[i], w.agents[i].ID
	for last := ""; ; time.Sleep(time.Millisecond) {
		s := phone.State()
		if s.Invited.Call == "" || s.Invited.Call == last || s.Ended.Method != "" {
			continue
		}
		id := s.Invited.Call
		last = id
		show("agent.offered %s %s", id, agent)
		time.Sleep(dicedTime(dice))
		if dice.IntN(5) == 0 {
			phone.Decline()
			continue
		}
		phone.Answer()
		for _, a := range actions[dice.IntN(len(actions))] {
			time.Sleep(dicedTime(dice))
			if w.do(i, call.Call{ID: id}, a.action) != nil { // the customer has hung up
				break
			}
			show("%s %s %s", a.entry, id, agent)
		}
		phone.Hangup()
	}
}

// hasty is a store that says that something is saved when it is written and not yet committed.
type hasty struct{ exchange.Store }

func (h hasty) Tx(ctx context.Context, do func(exchange.Tx) error) error {
	done := make(chan error, 2) // the second one when nobody listens any more
	go func() {
		done <- h.Store.Tx(ctx, func(tx exchange.Tx) error {
			err := do(tx)
			if err == nil {
				done <- nil
				time.Sleep(20 * time.Millisecond)
			}
			return err
		})
	}()
	return <-done
}

// actions are what agents do in a call, and what its journal says of it.
var actions = [][]struct {
	action call.Action
	entry  string
}{
	{{call.PutHold, "call.held"}, {call.Release, "call.released"}, {call.Leave, "agent.left"}},
	{{call.Mute, "agent.muted"}, {call.PutHold, "call.held"}, {call.Leave, "agent.left"}},
	{{call.PutHold, "call.held"}},
	{},
}

// dial is callers, one after the other; each has a number of its own. Every second one waits for an answer, however
// long that takes on a busy machine.
func (w *stage) dial(prefix string, dice *rand.Rand, show func(string, ...any)) {
	for n := 0; ; n++ {
		from := fmt.Sprintf("%s%04d", prefix, n)
		line := w.caller(from)
		line.Call(number)
		patience, patient, told := time.Now().Add(time.Duration(50+dice.IntN(500))*time.Millisecond), n%2 == 0, false
		for ; patient || time.Now().Before(patience); time.Sleep(time.Millisecond) {
			s := line.State()
			if s.Final == 200 && !told {
				told, patient = true, false
				show("answered %s", from)
			}
			if s.Final > 200 || s.Ended.Method != "" {
				break
			}
		}
		line.Hangup()
	}
}

func dicedTime(dice *rand.Rand) time.Duration {
	return time.Duration(dice.IntN(30_000)) * time.Microsecond
}
