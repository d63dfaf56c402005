package webhook

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"ringdesk/models"
)

// Events are written in pieces that calls do not wait long for: all of them, in their order, with all their
// deliveries, and those of one call never in two, since a crash between would lose the second half.
//
// Covers: ADM-6, SYS-3.
func TestPieces_ADM_6_SYS_3(t *testing.T) {
	seed := time.Now().UnixNano()
	dice := rand.New(rand.NewPCG(uint64(seed), 1))
	for range 200 {
		var hooks []models.Webhook
		for i := range dice.IntN(4) {
			w := models.Webhook{ID: fmt.Sprint("hook", i), WorkspaceID: "w"}
			w.SetEvents([]string{Created, Ended})
			hooks = append(hooks, w)
		}
		var events []models.WebhookEvent
		for c := range dice.IntN(40) {
			for n := range dice.IntN(12) {
				events = append(events, models.WebhookEvent{ID: fmt.Sprint(c, "-", n), WorkspaceID: "w", CallID: fmt.Sprint("call", c), Sequence: int64(n + 1), Type: []string{Created, Queued, Ended}[dice.IntN(3)]})
			}
		}
		checkPieces(t, inPieces(events, byWorkspace(hooks), time.Now()), events, hooks)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func checkPieces(t *testing.T, pieces []piece, events []models.WebhookEvent, hooks []models.Webhook) {
	if len(pieces) == 0 {
		t.Error("there is no piece that moves the cursor")
	}
	n, in := 0, map[string]int{}
	for i, p := range pieces {
		of, told := map[string]int{}, 0
		for _, e := range p.events {
			if n >= len(events) || events[n].ID != e.ID {
				t.Fatalf("event %d is %s", n, e.ID)
			}
			n++
			if before, known := in[e.CallID]; known && before != i {
				t.Errorf("%s is in pieces %d and %d", e.CallID, before, i)
			}
			in[e.CallID] = i
			of[e.CallID]++
			if e.Type != Queued {
				told += len(hooks)
			}
		}
		if ds := p.deliveries(); len(ds) != told || len(p.letters) != told {
			t.Errorf("piece %d has %d deliveries of %d", i, len(ds), told)
		}
		last := 0
		if len(p.events) > 0 {
			last = of[p.events[len(p.events)-1].CallID] * (1 + len(hooks))
		}
		if size := len(p.events) + len(p.letters); size-last >= pieceSize {
			t.Errorf("piece %d has %d rows before its last call", i, size-last)
		}
	}
	if n != len(events) {
		t.Errorf("%d of %d events are written", n, len(events))
	}
}
