package presence_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"ringdesk/models"
)

// Without a number, and while the phone system is gone, no call comes to anybody.
//
// Covers: IN-2.
func TestRingCheckOfTheHouse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t)
		d.page()
		d.tx(func(tx *models.Tx) error {
			return tx.UpdateAgent(d.session.WorkspaceID, d.agent, models.AgentUpdate{TakesPhone: new(true), NotifyUnassigned: new(true)})
		})
		reason := func() string {
			t.Helper()
			check, err := d.RingCheck(t.Context(), d.session.WorkspaceID, d.session.AccountID)
			if err != nil {
				t.Fatal(err)
			}
			why := check.Reason()
			if check.Rings() != (why == nil) {
				t.Errorf("it rings: %t, and %v keeps calls away", check.Rings(), why)
			}
			if why == nil {
				return ""
			}
			return why.Name
		}
		if got := reason(); got != "numbers" {
			t.Errorf("without a number the reason is %q", got)
		}
		d.tx(func(tx *models.Tx) error {
			trunk := models.Trunk{ID: models.NewID(), WorkspaceID: d.session.WorkspaceID, Name: "carrier", CreatedAt: models.At(time.Now())}
			return errors.Join(tx.AddTrunk(trunk, nil),
				tx.AddNumber(models.Number{ID: models.NewID(), WorkspaceID: d.session.WorkspaceID, TrunkID: trunk.ID, Number: "+827076660001", CreatedAt: trunk.CreatedAt}))
		})
		if got := reason(); got != "" {
			t.Errorf("with a number %q keeps calls away", got)
		}
		d.EngineUp = func() error { return errors.New("the link is down") }
		if got := reason(); got != "engine" {
			t.Errorf("without the phone system the reason is %q", got)
		}
	})
}
