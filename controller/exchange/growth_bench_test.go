package exchange_test

import (
	"fmt"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// BenchmarkGrowth is BenchmarkWholeCall where more agents are at their desks, or more
// workspaces are there. `make bench`'s part growth has the same with a real engine, and
// with past calls.
func BenchmarkGrowth(b *testing.B) {
	for _, agents := range []int{1, 10, 100, 1000} {
		b.Run(fmt.Sprintf("agents=%d", agents), func(b *testing.B) {
			w := newStage(b, 1, memory.Options{})
			w.colleagues(agents - 1)
			w.wholeCalls(b)
		})
	}
	b.Run("workspaces=100", func(b *testing.B) {
		w := newStage(b, 1, memory.Options{})
		w.neighbours(99)
		w.wholeCalls(b)
	})
}

// colleagues adds agents who are at their desks. Whomever a call is offered to, the one
// phone rings that the stage has.
func (w *stage) colleagues(n int) {
	w.settings(func(s *dialplan.Settings) { s.Automatic, s.WrapUpSeconds = on(), count(0) })
	w.tx(func(tx *models.Tx) error { return addAgents(tx, w.ws.ID, "colleague", n) })
	for i := range n {
		phone := fmt.Sprint("colleague", i)
		w.must(w.engine.PutPhone(w.t.Context(), engine.Phone{ID: phone}))
		w.sw.Register(phone, w.phones[0])
	}
}

// neighbours adds workspaces with an agent each.
func (w *stage) neighbours(n int) {
	w.tx(func(tx *models.Tx) error {
		for i := range n {
			ws := w.ws
			ws.ID, ws.Name = models.NewID(), fmt.Sprint("neighbour", i)
			if err := tx.AddWorkspace(ws); err != nil {
				return err
			}
			if err := addAgents(tx, ws.ID, fmt.Sprint("neighbour", i, "."), 1); err != nil {
				return err
			}
		}
		return nil
	})
}

func addAgents(tx *models.Tx, workspace, name string, n int) error {
	at := models.At(time.Now())
	for i := range n {
		name := fmt.Sprint(name, i)
		acc := models.Account{ID: models.NewID(), Email: name, Name: name, CreatedAt: at}
		if err := tx.AddAccount(acc); err != nil {
			return err
		}
		if err := tx.AddAgent(models.Agent{ID: models.NewID(), WorkspaceID: workspace, AccountID: acc.ID, Name: name, Role: "agent", Seat: true, TakesPhone: true, CreatedAt: at}); err != nil {
			return err
		}
		if _, err := tx.PutPhone(models.Phone{ID: name, AccountID: acc.ID, Ready: true, SeenAt: models.At(time.Now().Add(time.Hour)), CreatedAt: at}); err != nil {
			return err
		}
	}
	return nil
}
