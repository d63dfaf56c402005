package exchange_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// busy puts the first agent into a call.
func (w *stage) busy() *memory.Line {
	w.t.Helper()
	line, c := w.phone(from(9000))
	w.rings(w.phones[0])
	w.phones[0].Answer()
	w.state(c.ID, call.Talking)
	return line
}

// Every reason of MISS-1 by a call that really comes in. unregisteredNumber is
// in TestUnknownNumber: no workspace has such a call.
func TestEveryReason_MISS_1_MISS_2(t *testing.T) {
	cases := []struct {
		want  dialplan.MissedReason
		final int // SIP status that the caller gets; 0 means that the call was answered
		by    call.EndedBy
		begin func(w *stage)
		then  func(w *stage, caller *memory.Line)
	}{
		{want: dialplan.BlockedUser, final: 603, begin: func(w *stage) {
			w.tx(func(tx *models.Tx) error {
				return tx.Block(models.Block{ID: models.NewID(), WorkspaceID: w.ws.ID, Number: "+821011110001", CreatedAt: models.At(time.Now())})
			})
		}},
		{want: dialplan.InboundRateLimit, begin: func(w *stage) {
			w.busy().Hangup()
			w.settings(func(s *dialplan.Settings) { s.InboundPerMinute = count(1) })
		}},
		{want: dialplan.Workflow, begin: func(w *stage) { w.settings(func(s *dialplan.Settings) { s.TurnAway = on() }) }},
		{want: dialplan.NotInOperation, begin: func(w *stage) { w.settings(func(s *dialplan.Settings) { s.Hours = &dialplan.Hours{} }) }},
		{want: dialplan.NoOperator, final: 480, begin: func(w *stage) { w.agent(0, models.AgentUpdate{Status: new("meal")}) }},
		{want: dialplan.ExceededQueue, final: 486, begin: func(w *stage) {
			w.settings(func(s *dialplan.Settings) { s.QueueCalls = count(0) })
			w.busy()
		}},
		{want: dialplan.AbandonedInQueue, begin: func(w *stage) {
			w.settings(func(s *dialplan.Settings) { s.AnnounceSeconds = -1 })
			w.busy()
		}, then: func(*stage, *memory.Line) { later(time.Hour) }},
		{want: dialplan.RingTimeOver, final: 480, then: func(*stage, *memory.Line) { later(20 * time.Second) }},
		{want: dialplan.ManagerLeft, by: call.ByAgent, then: func(w *stage, _ *memory.Line) {
			w.rings(w.phones[0])
			w.phones[0].Answer()
			later(100 * time.Millisecond) // the caller's way into the room takes longer
			w.phones[0].Hangup()
		}},
		{want: dialplan.UserLeft, final: 487, by: call.ByCustomer, then: func(w *stage, caller *memory.Line) {
			w.rings(w.phones[0])
			caller.Hangup()
		}},
		{want: dialplan.UserLeft, by: call.ByCustomer, begin: func(w *stage) { w.busy() }, then: func(w *stage, caller *memory.Line) {
			w.last(call.Queued)
			caller.Hangup()
		}},
	}
	for _, c := range cases {
		t.Run(string(c.want), func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				opt := sound
				opt.Command = func(op, id string) memory.Fate {
					if c.want == dialplan.ManagerLeft && op == "Join" && strings.HasPrefix(id, "in-") {
						return memory.Fate{Delay: time.Second}
					}
					return memory.Fate{}
				}
				w := newStage(t, 1, opt)
				if c.begin != nil {
					c.begin(w)
				}
				caller, got := w.phone(from(1))
				if c.then != nil {
					c.then(w, caller)
				}
				got = w.state(got.ID, call.Missed)
				if c.by == "" {
					c.by = call.BySystem
				}
				if got.MissedReason != c.want || got.EndedBy != c.by || got.Outcome != call.WasMissed {
					t.Errorf("missed for %q by %q, want %q by %q", got.MissedReason, got.EndedBy, c.want, c.by)
				}
				if s := caller.State(); c.final != 0 && s.Final != c.final {
					t.Errorf("the caller got %d, want %d", s.Final, c.final)
				}
				w.isMissed(got)
				w.phones[0].Hangup()
				w.clean()
			})
		})
	}
}

// isMissed says that a missed call is told everywhere in the same way.
func (w *stage) isMissed(c call.Call) {
	w.t.Helper()
	conv, err := w.store.Conversation(w.t.Context(), w.ws.ID, c.ConversationID)
	w.must(err)
	if conv.State != "missed" || conv.MissedReason != string(c.MissedReason) {
		w.t.Errorf("conversation is %s for %q, want missed for %q", conv.State, conv.MissedReason, c.MissedReason)
	}
	ends := w.entries(c, "call.ended")
	if len(ends) != 1 {
		w.t.Fatalf("%d ends in the journal", len(ends))
	}
	var data struct {
		MissedReason string
		TotalMs      int64
	}
	w.must(json.Unmarshal([]byte(ends[0].Data), &data))
	if data.MissedReason != string(c.MissedReason) || data.TotalMs != c.EndedAt.Sub(c.StartedAt).Milliseconds() {
		w.t.Errorf("journal says %+v", data)
	}
}

// Past the rate the engine gets 503 at once; those who were admitted are not
// worse off for it.
func TestOverload(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 3, sound)
		w.stop()
		w.admits = 2
		w.start()
		w.sw.Register("phone0", w.phones[0])
		var callers []*memory.Line
		for i := range 6 {
			callers = append(callers, w.caller(from(i)))
			callers[i].Call(number)
		}
		for _, refused := range callers[2:] {
			w.await("503", func() bool { return refused.State().Final == 503 })
		}
		w.await("two calls", func() bool { return len(w.calls()) == 2 })
		w.rings(w.phones[0])
		w.phones[0].Answer()
		w.await("an admitted call to be answered", func() bool {
			for _, c := range w.calls() {
				if c.State == call.Talking {
					return true
				}
			}
			return false
		})
		later(2 * time.Second)
		es, err := w.store.RefusedSince(t.Context(), time.Now().Add(-time.Minute), 10)
		w.must(err)
		if len(es) != 1 || !strings.Contains(es[0].Data, `"calls":4`) || !strings.Contains(es[0].Data, "overload") {
			t.Errorf("written down: %+v", es)
		}
		late := w.caller(from(7))
		late.Call(number) // a second later there is room again
		w.await("a third call", func() bool { return len(w.calls()) == 3 })
		for _, l := range append(callers[:2], late) {
			l.Hangup()
		}
		w.clean()
	})
}
