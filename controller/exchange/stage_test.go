package exchange_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"ringdesk/controller/call"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// virtual runs a test in time of its own, which jumps to the next thing that
// happens: hours pass in no time, and a measured time is the program's doing.
func virtual(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, test)
}

// sound lets every announcement be heard, as one tone.
var sound = memory.Options{MusicHz: 1500, AnySound: memory.Sound{Hz: 900, Length: 2 * time.Second}}

// settings changes the workspace's settings for the calls after it.
func (w *stage) settings(change func(*dialplan.Settings)) {
	w.t.Helper()
	var s dialplan.Settings
	change(&s)
	text, err := json.Marshal(s)
	w.must(err)
	w.tx(func(tx *models.Tx) error { return tx.SetWorkspaceSettings(w.ws.ID, string(text)) })
}

func on() *bool {
	yes := true
	return &yes
}

func count(n int) *int { return &n }

// agent changes an agent, and says that agents are different.
func (w *stage) agent(i int, set models.AgentUpdate) {
	w.t.Helper()
	w.tx(func(tx *models.Tx) error { return tx.UpdateAgent(w.ws.ID, w.agents[i].ID, set) })
	w.x.AgentsChanged(w.ws.ID)
}

// team makes a team of agents and gives its id.
func (w *stage) team(name string, members ...int) string {
	w.t.Helper()
	team := models.Team{ID: models.NewID(), WorkspaceID: w.ws.ID, Name: name, Settings: "{}", CreatedAt: models.At(time.Now())}
	var ids []string
	for _, i := range members {
		ids = append(ids, w.agents[i].ID)
	}
	w.tx(func(tx *models.Tx) error {
		return errors.Join(tx.AddTeam(team), tx.SetTeamMembers(w.ws.ID, team.ID, ids))
	})
	return team.ID
}

// later lets virtual time pass.
func later(d time.Duration) { time.Sleep(d); synctest.Wait() }

// state waits until a call is in a state, and gives it.
func (w *stage) state(id string, want call.State) call.Call {
	w.t.Helper()
	var c call.Call
	w.await("call "+id+" to be "+string(want), func() bool {
		c = w.find(id)
		return c.State == want
	})
	return c
}

func (w *stage) find(id string) call.Call {
	w.t.Helper()
	row, err := w.store.Call(w.t.Context(), w.ws.ID, id)
	w.must(err)
	c, err := call.Decode(row.Data)
	w.must(err)
	return c
}

// phone calls the business number and gives the call, once it is known.
func (w *stage) phone(from string) (*memory.Line, call.Call) {
	w.t.Helper()
	return w.dials(from, number)
}

// dials is phone for another business number.
func (w *stage) dials(from, to string) (*memory.Line, call.Call) {
	w.t.Helper()
	before := w.newest().ID
	line := w.caller(from)
	line.Call(to)
	w.await("the call to be known", func() bool { return w.newest().ID != before })
	return line, w.newest()
}

// quiet says that a phone does not ring, and has not since its last call.
func (w *stage) quiet(agents ...int) {
	w.t.Helper()
	for _, i := range agents {
		if s := w.phones[i].State(); s.Invited.Call != "" && s.Ended.Method == "" && s.Final == 0 {
			w.t.Errorf("the phone of agent %d rings for %s", i, s.Invited.Number)
		}
	}
}

// free waits until nobody is claimed.
func (w *stage) free() {
	w.t.Helper()
	w.await("all agents to be free", func() bool {
		as, err := w.store.Agents(w.t.Context(), w.ws.ID)
		w.must(err)
		return !slices.ContainsFunc(as, func(a models.AgentState) bool { return a.ClaimCall != "" })
	})
}

// entries are the journal's entries of a type.
func (w *stage) entries(c call.Call, typ string) []models.JournalEntry {
	w.t.Helper()
	es, err := w.store.Journal(w.t.Context(), w.ws.ID, c.ID)
	w.must(err)
	return slices.DeleteFunc(es, func(e models.JournalEntry) bool { return e.Type != typ })
}

func from(i int) string { return fmt.Sprintf("0101111%04d", i) }
