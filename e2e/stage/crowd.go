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
	"ringdesk/e2e/phone"
	"ringdesk/models"
)

// Crowd is a number of customers behind the first trunk, too many for each to
// have a tone of their own.
type Crowd struct {
	stage   *Stage
	phone   *phone.Phone
	hz      int
	Callers []*Caller // in the order in which they called
}

// Caller is one of a Crowd.
type Caller struct {
	*phone.Call
	Number string // E.164
}

// Crowd makes a crowd that nobody has called from yet. Without sound the
// callers neither send nor hear any: several hundred are no burden.
func (s *Stage) Crowd(sound bool) *Crowd {
	s.t.Helper()
	c := &Crowd{stage: s, hz: voices[len(voices)-2]}
	c.phone = s.newPhone(phone.Options{Listen: s.Trunks[0].Name + ":0", User: "crowd", Mute: !sound})
	s.t.Cleanup(func() {
		for _, k := range c.Callers {
			k.Hangup()
		}
	})
	return c
}

// Dial lets one more of them call the workspace's number.
func (c *Crowd) Dial(from string) *Caller {
	s := c.stage
	s.t.Helper()
	call, err := c.phone.Invite("sip:"+s.Number.Number+"@"+s.house.server.SIP, phone.CallOptions{From: from})
	if err != nil {
		s.t.Fatal(err)
	}
	call.SayTone(c.hz)
	k := &Caller{Call: call, Number: from}
	c.Callers = append(c.Callers, k)
	return k
}

// AwaitAnswered waits until the caller is connected: to music, an announcement
// or an agent.
func (k *Caller) AwaitAnswered(t testing.TB) {
	t.Helper()
	await(t, k.Number+" is connected", actionTime, func() (bool, string) {
		return k.Answered(), fmt.Sprintf("%+v %+v", k.Final(), k.Ended())
	})
}

// party gives the caller ears that say who hears what.
func (c *Crowd) party(k *Caller) *Party { return &Party{Name: k.Number, Hz: c.hz, call: k.Call} }

// calls are the workspace's calls, oldest first, at most 1000.
func (s *Stage) calls() []models.Call {
	s.t.Helper()
	calls, err := s.house.store.Calls(context.Background(), s.Workspace, models.CallFilter{Limit: 1000})
	if err != nil {
		s.t.Fatal(err)
	}
	slices.Reverse(calls)
	return calls
}

func (s *Stage) decode(row models.Call) call.Call {
	s.t.Helper()
	c, err := call.Decode(row.Data)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// row is the only call from a number.
func (s *Stage) row(number string) models.Call {
	s.t.Helper()
	for _, row := range s.calls() {
		if s.decode(row).From == number {
			return row
		}
	}
	s.t.Fatalf("no call came from %s", number)
	return models.Call{}
}

// queue are the calls that wait, in their order.
func (s *Stage) queue() []models.Call {
	s.t.Helper()
	rows := slices.DeleteFunc(s.calls(), func(row models.Call) bool { return row.QueueRank == 0 })
	slices.SortFunc(rows, func(a, b models.Call) int {
		return cmp.Or(cmp.Compare(a.QueueRank, b.QueueRank), cmp.Compare(a.ID, b.ID))
	})
	return rows
}

// Readopt starts a controller after a Kill and waits until it has taken over
// the calls. It gives how long that took, from the start of the process on.
func (s *Stage) Readopt(calls []models.Call) time.Duration {
	s.t.Helper()
	started := time.Now()
	s.Restart()
	var asked sync.WaitGroup
	answers := make([]error, len(calls))
	for i, row := range calls {
		// Refused by a call that has been compared with the engine: commands
		// stand behind that in the line.
		asked.Go(func() {
			answers[i] = s.house.process().ask("do", doParams{row.WorkspaceID, row.ID, call.Do{Action: call.PutHold, AgentID: "nobody"}}, nil)
		})
	}
	asked.Wait()
	took := time.Since(started)
	for i, err := range answers {
		if f := (*Failure)(nil); !errors.As(err, &f) || f.Kind != "refused" {
			s.t.Errorf("call %s after the restart: %v", calls[i].ID, err)
		}
	}
	return took
}

// channels are the engine's channels that belong to the stage's trunks and
// agents, by name.
func (s *Stage) channels() []string {
	s.t.Helper()
	var all []struct{ Name string }
	s.ari("/channels", &all)
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
	s.t.Helper()
	await(s.t, "no leg is left in the engine", actionTime, func() (bool, string) {
		left := s.channels()
		return len(left) == 0, fmt.Sprint(left)
	})
}

// ari reads something of the engine itself.
func (s *Stage) ari(path string, result any) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.house.server.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.SetBasicAuth(s.house.server.Username, s.house.server.Password)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		s.t.Fatalf("GET %s: %s", path, res.Status)
	}
	if err := json.NewDecoder(res.Body).Decode(result); err != nil {
		s.t.Fatal(err)
	}
}
