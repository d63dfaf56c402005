package api_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/people"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// What another program changes, such as the command line, is on the screens at
// once.
func TestLiveShowsWhatOthersChange(t *testing.T) {
	e := start(t)
	d := e.as(e.here.owner).live()
	d.snapshot()
	others, err := models.Open(e.place)
	if err != nil {
		t.Fatal(err)
	}
	p := &people.People{Store: others, Now: time.Now}
	name := "Renamed"
	err = p.ChangeAgent(context.Background(), verb.Operator, e.here.id, e.here.agent.agent, people.AgentChange{Name: &name})
	if err := errors.Join(err, others.Close()); err != nil {
		t.Fatal(err)
	}
	d.next("the agent's new name", func(m message) bool { return m.Topic == "agent" && strings.Contains(string(m.Data), name) })
}
