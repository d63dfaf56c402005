package stage

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/models"
	"ringdesk/testkit/phone"
)

// Callers are customers behind the first trunk who are too many for each to have
// a tone of their own.
type Callers struct {
	Hz  int       // of everybody's voice
	All []*Caller // in the order in which they called

	stage *Stage
	phone *phone.Phone
}

// Caller is one of the Callers.
type Caller struct {
	*phone.Call
	Number string // E.164
}

// Callers makes Callers of whom nobody has called yet. Without sound they neither
// send nor hear any: several hundred are no burden.
func (s *Stage) Callers(sound bool) *Callers {
	s.T.Helper()
	c := &Callers{stage: s, Hz: Voices[len(Voices)-2]}
	c.phone = s.NewPhone(phone.Options{Listen: s.Trunks[0].Name + ":0", User: "callers", Mute: !sound})
	s.T.Cleanup(func() {
		for _, k := range c.All {
			k.Hangup()
		}
	})
	return c
}

// Dial lets one more of them call the workspace's number.
func (c *Callers) Dial(from string) *Caller {
	s := c.stage
	s.T.Helper()
	call, err := c.phone.Invite("sip:"+s.Number.Number+"@"+s.SIP(), phone.CallOptions{From: from})
	if err != nil {
		s.T.Fatal(err)
	}
	call.SayTone(c.Hz)
	k := &Caller{Call: call, Number: from}
	c.All = append(c.All, k)
	return k
}

// AwaitAnswered waits until the caller is connected: to music, an announcement
// or an agent.
func (k *Caller) AwaitAnswered(t testing.TB) {
	t.Helper()
	Await(t, k.Number+" is connected", ActionTime, func() (bool, string) {
		return k.Answered(), fmt.Sprintf("%+v %+v", k.Final(), k.Ended())
	})
}

// Party gives the caller ears that say who hears what.
func (c *Callers) Party(k *Caller) *Party { return &Party{Name: k.Number, Hz: c.Hz, call: k.Call} }

// Calls are the workspace's calls, oldest first, at most 1000.
func (s *Stage) Calls() []models.Call {
	s.T.Helper()
	calls, err := s.installation.store.Calls(context.Background(), s.Workspace, models.CallFilter{Limit: 1000})
	if err != nil {
		s.T.Fatal(err)
	}
	slices.Reverse(calls)
	return calls
}

// Decode reads the state of a call.
func (s *Stage) Decode(row models.Call) call.Call {
	s.T.Helper()
	c, err := call.Decode(row.Data)
	if err != nil {
		s.T.Fatal(err)
	}
	return c
}

// CallFrom is the only call from a number.
func (s *Stage) CallFrom(number string) models.Call {
	s.T.Helper()
	for _, row := range s.Calls() {
		if s.Decode(row).From == number {
			return row
		}
	}
	s.T.Fatalf("no call came from %s", number)
	return models.Call{}
}

// Queue are the calls that wait, in their order.
func (s *Stage) Queue() []models.Call {
	s.T.Helper()
	rows := slices.DeleteFunc(s.Calls(), func(row models.Call) bool { return row.QueueRank == 0 })
	slices.SortFunc(rows, func(a, b models.Call) int {
		return cmp.Or(cmp.Compare(a.QueueRank, b.QueueRank), cmp.Compare(a.ID, b.ID))
	})
	return rows
}

// Readopt starts a controller after a Kill and waits until it has taken over
// the calls. It gives how long that took, from the start of the process on.
func (s *Stage) Readopt(calls []models.Call) time.Duration {
	s.T.Helper()
	started := time.Now()
	s.Restart()
	var asked sync.WaitGroup
	answers := make([]error, len(calls))
	for i, row := range calls {
		// Refused by a call that has been compared with the engine: commands
		// stand behind that in the line.
		asked.Go(func() {
			answers[i] = s.installation.process().ask("do", doParams{row.WorkspaceID, row.ID, call.Do{Action: call.PutHold, AgentID: "nobody"}}, nil)
		})
	}
	asked.Wait()
	took := time.Since(started)
	for i, err := range answers {
		if f := (*Failure)(nil); !errors.As(err, &f) || f.Kind != "refused" {
			s.T.Errorf("call %s after the restart: %v", calls[i].ID, err)
		}
	}
	return took
}

// channels are the engine's channels that belong to the stage's trunks and
// agents, by name.
func (s *Stage) channels() []string {
	s.T.Helper()
	var all []struct{ Name string }
	s.ARI("/channels", &all)
	var mine []string
	for _, c := range all {
		for _, k := range s.Trunks {
			if strings.Contains(c.Name, strings.ReplaceAll(k.ID, "-", "")) {
				mine = append(mine, c.Name)
			}
		}
		for _, a := range s.Agents {
			if strings.Contains(c.Name, a.PhoneID) {
				mine = append(mine, c.Name)
			}
		}
	}
	return mine
}

// NoLegs waits until the engine has no channel of the stage's any more.
func (s *Stage) NoLegs() {
	s.T.Helper()
	Await(s.T, "no leg is left in the engine", ActionTime, func() (bool, string) {
		left := s.channels()
		return len(left) == 0, fmt.Sprint(left)
	})
}

// ARI reads something of an Asterisk itself.
func (s *Stage) ARI(path string, result any) {
	s.T.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.installation.server.asterisk.URL+path, nil)
	if err != nil {
		s.T.Fatal(err)
	}
	req.SetBasicAuth(s.installation.server.asterisk.Username, s.installation.server.asterisk.Password)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.T.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		s.T.Fatalf("GET %s: %s", path, res.Status)
	}
	if err := json.NewDecoder(res.Body).Decode(result); err != nil {
		s.T.Fatal(err)
	}
}
