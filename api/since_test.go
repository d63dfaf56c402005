package api_test

import (
	"context"
	"encoding/json"
	"net"
	"strings"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/models"
)

// Since when agents are in their status is known to the next controller, too; what
// began while nobody looked is not.
//
// Covers: STAT-1, SYS-3
func TestStatusSinceSurvivesARestart(t *testing.T) {
	var o api.Options
	e := start(t, func(options *api.Options) { o = *options })
	agent := e.as(e.here.agent)
	d := agent.live()
	d.snapshot()
	phone := agent.phone(d)
	d.say(`{"type":"phone","phone":"` + phone.Id + `","ready":true}`)
	m := d.next("the agent is available", func(m message) bool {
		return m.Topic == "agent" && strings.Contains(string(m.Data), `"status":"available"`)
	})
	var shown api.Agent
	e.must(json.Unmarshal(m.Data, &shown))
	if shown.StatusSince == nil {
		t.Fatalf("nobody says since when: %s", m.Data)
	}
	kept := func(workspace string) map[string]models.ShownStatus {
		rows, err := e.store.ShownStatuses(t.Context(), workspace)
		e.must(err)
		by := map[string]models.ShownStatus{}
		for _, r := range rows {
			by[r.AgentID] = r
		}
		return by
	}
	eventually(t, "it is kept", func() bool { return kept(e.here.id)[shown.Id].Status == "available" })
	other := e.as(e.away.admin).live()
	other.snapshot()
	eventually(t, "what another workspace's page shows is kept", func() bool { return len(kept(e.away.id)) == 3 })
	e.must(other.conn.CloseNow())
	eventually(t, "nobody looks there any more", func() bool { return len(kept(e.away.id)) == 0 })
	at := models.At(time.Now())
	e.tx(func(tx *models.Tx) error { // who was at meal when the controller went is offline now
		return tx.KeepShown([]models.ShownStatus{{AgentID: e.here.owner.agent, WorkspaceID: e.here.id, Status: "meal", Since: at}})
	})

	next := e.next(o)
	for _, a := range next.as(e.here.admin).live().snapshot().Agents {
		switch {
		case a.Id == shown.Id && (a.Status != "available" || a.StatusSince == nil || !a.StatusSince.Equal(*shown.StatusSince)):
			t.Errorf("after the restart the agent is %s since %v, want since %v", a.Status, a.StatusSince, shown.StatusSince)
		case a.Id == e.here.owner.agent && a.StatusSince != nil:
			t.Errorf("the owner is %s since %v, which nobody has seen", a.Status, a.StatusSince)
		}
	}
}

// next is a server that runs on the same database.
func (e *env) next(o api.Options) *env {
	e.t.Helper()
	s := api.New(o)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	e.must(err)
	served := make(chan error, 1)
	go func() { served <- s.Listen(ln) }()
	e.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			e.t.Errorf("shutdown: %v", err)
		}
		if err := <-served; err != nil {
			e.t.Errorf("listen: %v", err)
		}
	})
	return &env{t: e.t, store: e.store, server: s, engine: e.engine, calls: e.calls, clock: e.clock, folder: e.folder, sounds: e.sounds, host: ln.Addr().String(),
		here: e.here, away: e.away, changed: map[string]int{}}
}
