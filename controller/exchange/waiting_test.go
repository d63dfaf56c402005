package exchange_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// quickly sets a queue without announcements and wrap-up.
func quickly(s *dialplan.Settings) { s.WrapUpSeconds, s.AnnounceSeconds = count(0), -1 }

// isOffered waits until the agent's phone rings for a caller.
func (w *stage) isOffered(agent, caller int) {
	w.t.Helper()
	want := fmt.Sprintf("+82101111%04d", caller)
	w.await(want+" to be offered", func() bool {
		s := w.phones[agent].State()
		return s.Invited.Number == want && s.Ended.Method == ""
	})
}

// Fifty who wait keep their order through a stop and start of the controller,
// and nobody is offered twice.
func TestOrderIsKept_IN_6_SYS_3(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		w.settings(quickly)
		first, _ := w.talk(0, from(0))
		var callers []*memory.Line
		for i := 1; i <= 50; i++ {
			line, c := w.phone(from(i))
			w.state(c.ID, call.Queued)
			callers = append(callers, line)
			later(time.Second)
		}
		w.stop()
		later(time.Second)
		w.must(w.store.Close())
		w.open()
		w.start()
		if n := w.x.Live(); n != 51 {
			t.Fatalf("%d calls are known again, want 51", n)
		}
		first.Hangup()
		for i, line := range callers {
			w.isOffered(0, i+1)
			w.phones[0].Answer()
			w.await("talk", func() bool { return w.find(w.calls()[50-i-1].ID).State == call.Talking })
			line.Hangup()
		}
		w.clean()
		for _, c := range w.calls() {
			if len(c.Agents) != 1 || c.State != call.Ended {
				t.Errorf("%s is %s after %d offers", c.From, c.State, len(c.Agents))
			}
		}
	})
}

// The caller hears the place, the wait, and what a key is for.
func TestAnnouncements_IN_6(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		w.settings(func(s *dialplan.Settings) { quickly(s); s.AnnounceSeconds = 30 })
		first, _ := w.talk(0, from(0))
		one, _ := w.phone(from(1))
		two, c := w.phone(from(2))
		w.state(c.ID, call.Queued)
		later(31 * time.Second)
		if !hearsNow(two, 900) || hearsNow(two, 1500) {
			t.Error("no announcement")
		}
		later(20 * time.Second)
		if !hearsNow(two, 1500) {
			t.Error("no music after the announcement")
		}
		told := w.entries(c, "queue.announced")
		if len(told) != 1 || told[0].Data == "" {
			t.Fatalf("told %+v", told)
		}
		var data struct{ Ahead int }
		w.must(json.Unmarshal([]byte(told[0].Data), &data))
		if data.Ahead != 1 {
			t.Errorf("told that %d are ahead, want 1", data.Ahead)
		}
		for _, l := range []*memory.Line{first, one, two} {
			l.Hangup()
		}
		w.clean()
	})
}

// Callers who asked to be called back keep their place: those ahead stay ahead,
// those behind stay behind, and no customer is called before an agent is there.
func TestCallbackKeepsItsPlace_Q_1(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		w.carrier()
		w.settings(func(s *dialplan.Settings) { quickly(s); s.CallbackKey = "1" })
		busy, _ := w.talk(0, from(0))
		var lines []*memory.Line
		var calls []call.Call
		for i := 1; i <= 4; i++ {
			line, c := w.phone(from(i))
			lines, calls = append(lines, line), append(calls, w.state(c.ID, call.Queued))
		}
		customers := map[int]*memory.Line{}
		for _, i := range []int{2, 3} {
			lines[i-1].Press("1")
			if asked := w.state(calls[i-1].ID, call.Missed); asked.MissedReason != dialplan.Workflow {
				t.Errorf("missed for %s", asked.MissedReason)
			}
			customers[i] = w.sw.Subscriber(fmt.Sprintf("+82101111%04d", i), memory.Manner{})
		}
		busy.Hangup()
		w.isOffered(0, 1)
		w.phones[0].Answer()
		later(time.Second)
		w.notCalled(customers[2], customers[3])
		lines[0].Hangup()
		for _, i := range []int{2, 3} {
			w.isOffered(0, i)
			w.notCalled(customers[i])
			w.phones[0].Answer()
			w.isCalled(customers[i])
			if i == 2 {
				w.notCalled(customers[3]) // there is one agent: one attempt
			}
			customers[i].Answer()
			later(time.Second)
			if s := lines[3].State(); s.Ended.Method != "" {
				t.Error("the live caller was sent away")
			}
			customers[i].Hangup()
		}
		w.isOffered(0, 4)
		w.phones[0].Answer()
		later(time.Second)
		lines[3].Hangup()
		w.clean()
		w.callbacksAreWritten(2)
	})
}

func (w *stage) notCalled(lines ...*memory.Line) {
	w.t.Helper()
	for _, l := range lines {
		if l.State().Invited.Number != "" {
			w.t.Error("a customer is called back too early")
		}
	}
}

// callbacksAreWritten says that each callback is an answered call with its
// entry in the ledger, and that the missed call counts as handled.
func (w *stage) callbacksAreWritten(want int) {
	w.t.Helper()
	n := 0
	for _, c := range w.calls() {
		if c.Out == nil {
			continue
		}
		n++
		u, err := w.store.Usage(w.t.Context(), w.ws.ID, c.ID)
		w.must(err)
		row, err := w.store.Call(w.t.Context(), w.ws.ID, c.Out.Callback.From)
		w.must(err)
		if c.Outcome != call.Answered || u.Seconds == 0 || u.AgentID != w.agents[0].ID || row.MissedHandledAt.IsZero() {
			w.t.Errorf("callback %s, ledger %+v, handled at %v", c.Outcome, u, row.MissedHandledAt)
		}
	}
	if n != want {
		w.t.Errorf("%d callbacks, want %d", n, want)
	}
}

// A customer who does not answer is called again later, three times in all;
// others are not held up meanwhile.
func TestCallbackTries_Q_1(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		w.carrier()
		w.settings(func(s *dialplan.Settings) { quickly(s); s.CallbackKey = "1" })
		busy, _ := w.talk(0, from(0))
		line, asked := w.phone(from(1))
		w.state(asked.ID, call.Queued)
		line.Press("1")
		w.state(asked.ID, call.Missed)
		back := w.newest()
		customer := w.sw.Subscriber("+821011110001", memory.Manner{Reply: memory.Busy, After: time.Second})
		busy.Hangup()
		for try := 1; try <= 3; try++ {
			w.isOffered(0, 1)
			w.phones[0].Answer()
			later(2 * time.Second)
			if customer.State().Final != 486 {
				t.Fatalf("try %d: the customer was not called", try)
			}
			if try == 3 {
				break
			}
			other, c := w.talk(0, from(10+try)) // the agent is free for others
			other.Hangup()
			w.state(c.ID, call.Ended)
			later(5 * time.Minute)
		}
		if back = w.state(back.ID, call.Ended); back.Outcome != call.WasBusy || back.Out.Callback.Attempts != 3 {
			t.Errorf("%s after %d attempts", back.Outcome, back.Out.Callback.Attempts)
		}
		w.clean()
	})
}

// A callback beyond the caps is not dialled, and its missed call stays to be
// handled.
func TestCallbackBeyondTheCaps_Q_1_OUT_9(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		w.carrier()
		w.settings(func(s *dialplan.Settings) { quickly(s); s.CallbackKey = "1" })
		busy, _ := w.talk(0, from(0))
		line, asked := w.phone(from(1))
		w.state(asked.ID, call.Queued)
		line.Press("1")
		w.state(asked.ID, call.Missed)
		back := w.newest()
		customer := w.sw.Subscriber("+821011110001", memory.Manner{})
		set := models.DefaultOutbound()
		set.Workspace = models.Caps{}
		w.tx(func(tx *models.Tx) error { return tx.UpdateOutbound(w.ws.ID, set) })
		busy.Hangup()
		w.isOffered(0, 1)
		w.phones[0].Answer()
		if back = w.state(back.ID, call.Ended); back.Outcome != call.Failure {
			t.Errorf("outcome %s", back.Outcome)
		}
		w.notCalled(customer)
		row, err := w.store.Call(t.Context(), w.ws.ID, asked.ID)
		w.must(err)
		if !row.MissedHandledAt.IsZero() {
			t.Error("the missed call counts as handled")
		}
		w.clean()
	})
}

// A call that rings on is not written again, and told to the screens, whenever it has looked for
// more agents in vain.
func TestRingsOnUnwritten_IN_2_STAT_1(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStageRinging(t, 2, 60, memory.Options{})
		caller := w.caller("01011110001")
		caller.Call(number)
		w.rings(w.phones[0])
		w.rings(w.phones[1])
		c := w.last(call.Ringing)
		later(40 * time.Second)
		if now := w.find(c.ID); now.State != call.Ringing || now.Version != c.Version {
			t.Errorf("it is %s, version %d became %d", now.State, c.Version, now.Version)
		}
		caller.Hangup()
		w.clean()
	})
}
