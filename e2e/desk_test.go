package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ringdesk/testkit/freeswitch"
	"ringdesk/testkit/tone"
)

// Desk is the installation that the tests share: the demo workspace with both
// agents at their desks.
type Desk struct {
	*Instance
	Mina, Alex *Agent
	API        *Client
}

// Names of the demo workspace.
const (
	minaName = "김민아 Mina Kim"
	alexName = "Alex Park"
)

// installation is one that tests share, started by the first that needs it.
type installation struct {
	onFreeSWITCH bool

	once       sync.Once
	freeswitch *freeSWITCH
	in         *Instance
	mina, alex *browser
	err        error
}

var shared, sharedFreeSWITCH = installation{}, installation{onFreeSWITCH: true}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, i := range []*installation{&shared, &sharedFreeSWITCH} {
		if err := i.close(); err != nil {
			fmt.Fprintln(os.Stderr, "e2e:", err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

func (i *installation) open() error {
	dir, err := os.MkdirTemp("", "ringdesk-e2e-")
	if err != nil {
		return err
	}
	opt := Options{Data: filepath.Join(dir, "data")}
	if i.onFreeSWITCH {
		if i.freeswitch, err = startFreeSWITCH(opt.Data); err != nil {
			return err
		}
		opt.FreeSWITCH = i.freeswitch
	}
	if i.in, err = launch(opt); err != nil {
		return err
	}
	if i.mina, err = openBrowser(i.in.URL, MinaHz, tone.Make(micRate, micTime, MinaHz)); err != nil {
		return err
	}
	i.alex, err = openBrowser(i.in.URL, AlexHz, tone.Make(micRate, micTime, AlexHz))
	return err
}

func (i *installation) close() error {
	for _, b := range []*browser{i.mina, i.alex} {
		if b != nil {
			b.close()
		}
	}
	var errs []error
	if i.in != nil {
		errs = append(errs, i.in.Stop())
	}
	if i.freeswitch != nil {
		errs = append(errs, i.freeswitch.Stop())
	}
	if i.in != nil {
		errs = append(errs, os.RemoveAll(filepath.Dir(i.in.Data)))
	}
	return errors.Join(errs...)
}

// desk gives the shared installation on Asterisk, at rest: both agents ready,
// no call.
func desk(t *testing.T) *Desk {
	t.Helper()
	return shared.desk(t)
}

// freeswitchDesk is desk on FreeSWITCH.
func freeswitchDesk(t *testing.T) *Desk {
	t.Helper()
	freeswitch.Need(t)
	return sharedFreeSWITCH.desk(t)
}

func (i *installation) desk(t *testing.T) *Desk {
	t.Helper()
	i.once.Do(func() { i.err = i.open() })
	if i.err != nil {
		t.Fatal(i.err)
	}
	d := &Desk{Instance: i.in, Mina: i.mina.For(t), Alex: i.alex.For(t), API: i.in.API(t)}
	from := len(d.Output())
	t.Cleanup(func() { d.show(t, from) })
	for i, a := range []*Agent{d.Mina, d.Alex} {
		if a.Account.Email == "" {
			a.Login(d.Agents[i])
		}
	}
	d.rest(t)
	return d
}

// with binds the desk to a subtest.
func (d *Desk) with(t *testing.T) *Desk {
	return &Desk{Instance: d.Instance, Mina: d.Mina.For(t), Alex: d.Alex.For(t), API: d.Instance.API(t)}
}

// rest waits until nothing of the test before goes on.
func (d *Desk) rest(t *testing.T) {
	t.Helper()
	Await(t, "no call is going on", pageTime, func() (bool, string) {
		live := List[Call](d.API, "/calls?live=true")
		return len(live) == 0, fmt.Sprint(live)
	})
	for _, a := range []*Agent{d.Mina, d.Alex} {
		a.WaitReady()
		Await(t, a.Account.Email+" is available", pageTime, func() (bool, string) {
			status := d.status(a)
			return status == "available", status
		})
	}
}

// status is an agent's state as the API tells it.
func (d *Desk) status(a *Agent) string {
	for _, agent := range List[AgentState](d.API, "/agents") {
		if agent.Email == a.Account.Email {
			return agent.Status
		}
	}
	return "unknown"
}

// show tells what a failed test left, and fails it for what went wrong inside
// the pages.
func (d *Desk) show(t *testing.T, from int) {
	for _, a := range []*Agent{d.Mina, d.Alex} {
		a.showProblems()
		if t.Failed() {
			a.Screenshot(filepath.Join("out", strings.ReplaceAll(t.Name(), "/", "-")+"-"+a.Account.Email+".png"))
			t.Logf("%s: %v told %v", a.Account.Email, a.Boxes(), a.Notices())
		}
	}
	if t.Failed() {
		for _, c := range List[Call](d.API, "/calls?limit=2") {
			t.Logf("call %s: %v", c.ID, d.API.Journal(c.ID))
		}
		t.Logf("ringdesk's output:\n%s", d.Output()[from:])
		if d.freeswitch != nil {
			t.Logf("FreeSWITCH's output, of all tests:\n%s", d.freeswitch.Output())
		}
	}
}

// newest is the newest call of the workspace.
func (d *Desk) newest(t *testing.T) Call {
	t.Helper()
	calls := List[Call](d.API, "/calls?limit=1")
	if len(calls) == 0 {
		t.Fatal("there is no call")
	}
	return calls[0]
}

// types lists the types of journal entries in order.
func types(entries []JournalEntry) []string {
	var all []string
	for _, e := range entries {
		all = append(all, e.Type)
	}
	return all
}

// entry is the n-th journal entry of a type, from 0.
func entry(t *testing.T, entries []JournalEntry, typ string, n int) JournalEntry {
	t.Helper()
	for _, e := range entries {
		if e.Type != typ {
			continue
		}
		if n == 0 {
			return e
		}
		n--
	}
	t.Fatalf("the journal has no %s more: %v", typ, types(entries))
	return JournalEntry{}
}

// within asserts that something took at most the limit.
func within(t *testing.T, what string, took, limit time.Duration) {
	t.Helper()
	if took > limit || took < -50*time.Millisecond { // two clocks of one machine, in whole ms
		t.Errorf("%s took %v, at most %v are allowed", what, took, limit)
	} else {
		t.Logf("%s took %v", what, took)
	}
}
