package stage_test

import (
	"syscall"
	"testing"

	"ringdesk/controller/call"
	"ringdesk/models"
	"ringdesk/testkit/postgres"
	"ringdesk/testkit/stage"
)

// A day on PostgreSQL: a talk goes on while the database is killed and comes back,
// and while the controller is; what happened meanwhile is in the record, once.
//
// Covers: OPS-5, SYS-3, IN-1, IN-5, CALL-2.
func TestStageOnPostgres_OPS_5_SYS_3(t *testing.T) {
	server := postgres.Start(t)
	server.SQL("postgres", "CREATE DATABASE ringdesk")
	s := stage.NewOnPostgres(t, stage.Scene{Agents: 2}, server.URL("ringdesk"))
	c := s.Customer("Cora", "+821012340001")
	id := s.Talk(c, s.Agents[0])
	s.Agents[1].AwaitQuiet(t)

	server.Kill(syscall.SIGKILL)
	talking(t, c, s.Agents[0])
	held := make(chan struct{})
	go func() {
		defer close(held)
		s.Agents[0].Do(id, call.PutHold) // it waits for the database
	}()
	server.Up()
	<-held
	c.HearsTones(t, stage.MusicHz)
	s.Agents[0].Do(id, call.Release)
	talking(t, c, s.Agents[0])

	s.Kill()
	talking(t, c, s.Agents[0])
	s.Restart()
	stage.AllHear(t, stage.Parties(s.Agents[:1], &c.Party)...)
	c.Hangup()
	ended := s.AwaitState(id, call.Ended)
	if ended.EndedBy != call.ByCustomer || ended.Outcome != call.Answered {
		t.Errorf("the call ended by %q as %q", ended.EndedBy, ended.Outcome)
	}
	for _, typ := range []string{"call.held", "call.released", "call.answered", "call.ended"} {
		if n := s.Count(id, typ); n != 1 {
			t.Errorf("%d entries of %s", n, typ)
		}
	}
	s.Agents[0].AwaitOver(t)
	found, err := s.Store().Contacts(t.Context(), s.Workspace, models.ContactFilter{Query: "1234-0001", Limit: 5})
	if err != nil || len(found) != 1 {
		t.Errorf("the caller is found as %+v, %v", found, err)
	}
}
