package stage_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/models"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/stage"
)

// addTime is how long a new number may take until it answers calls (ADM-3).
const addTime = time.Minute

// addNumber gives the workspace one more number, and tells nobody.
func addNumber(t *testing.T, s *stage.Stage, number, trunk string) {
	t.Helper()
	n := models.Number{ID: models.NewID(), WorkspaceID: s.Workspace, TrunkID: trunk, Number: number, Label: "New", CreatedAt: models.At(time.Now())}
	s.Tx(func(tx *models.Tx) error { return tx.AddNumber(n) })
}

// addRegistered connects a carrier that one registers with. Where we are to be
// called is in contact then.
func addRegistered(t *testing.T, s *stage.Stage, ip, user string) (k *stage.Trunk, contact *atomic.Value) {
	t.Helper()
	contact = new(atomic.Value)
	contact.Store("")
	k = &stage.Trunk{Trunk: models.Trunk{ID: models.NewID(), WorkspaceID: s.Workspace, Name: ip, CreatedAt: models.At(time.Now())}}
	k.Phone = s.NewPhone(phone.Options{Listen: ip + ":0", User: "carrier", OnRegister: func(c string) { contact.Store(c) }})
	set := models.DefaultTrunk()
	set.Remote, set.Register, set.Username, set.Password = k.Phone.Addr(), true, user, "secret"
	if err := k.SetSettings(set); err != nil {
		t.Fatal(err)
	}
	s.Trunks = append(s.Trunks, k)
	s.Tx(func(tx *models.Tx) error { return tx.AddTrunk(k.Trunk, nil) })
	return k, contact
}

// Trunks and numbers that come into the store while everything runs take calls
// within a minute, and their state is seen.
func TestAddedAtRunTime_ADM_3(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 1})
	suffix := s.Number.Number[9:]
	began := time.Now()
	answers := func(what, to, number string, k *stage.Trunk) {
		t.Helper()
		c := &stage.Party{Name: what, Hz: stage.Voices[len(stage.Voices)-1]}
		p, err := k.Phone.Invite(to, phone.CallOptions{From: "+821012340180", To: number})
		if err != nil {
			t.Fatal(err)
		}
		c.Take(p)
		t.Cleanup(p.Hangup)
		id := s.Agents[0].Answer(t)
		stage.AllHear(t, c, &s.Agents[0].Party)
		if got := s.Call(id); got.To != number {
			t.Errorf("%s: the call is for %s, want %s", what, got.To, number)
		}
		t.Logf("%s: takes calls %v after it was added", what, p.Final().At.Sub(began))
		c.Hangup()
		s.AwaitState(id, call.Ended)
		s.Agents[0].AwaitOver(t)
		stage.Await(t, "the agent is free", stage.ActionTime, func() (bool, string) { return s.Agents[0].State().ClaimCall == "", "" })
	}
	at := "@" + s.SIP()

	third := "+82704768" + suffix
	addNumber(t, s, third, s.Trunks[0].ID)
	answers("a number", "sip:"+third+at, third, s.Trunks[0])

	byAddress, byRegistration := "+82707174"+suffix, "+82704769"+suffix
	ip := strings.Replace(s.Trunks[0].Name, "127.0.10.", "127.0.20.", 1)
	began = time.Now()
	s.AddTrunk(ip, 1)
	plain := s.Trunks[1]
	addNumber(t, s, byAddress, plain.ID)
	registered, contact := addRegistered(t, s, strings.Replace(ip, "127.0.20.", "127.0.21.", 1), "line"+suffix)
	addNumber(t, s, byRegistration, registered.ID)
	for k, want := range map[*stage.Trunk]engine.TrunkState{plain: engine.TrunkReachable, registered: engine.TrunkRegistered} {
		stage.Await(t, fmt.Sprintf("the trunk is %s", want), addTime, func() (bool, string) { got := s.State(k); return got == want, string(got) })
		t.Logf("a trunk is %s after %v", want, time.Since(began))
	}
	answers("a trunk known by its address", "sip:"+byAddress+at, byAddress, plain)
	answers("a trunk that registers", contact.Load().(string), byRegistration, registered)
	if took := time.Since(began); took > addTime {
		t.Errorf("the trunks took calls after %v", took)
	}
}
