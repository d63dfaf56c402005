package e2e

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"ringdesk/testkit/expect"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/tone"
)

const (
	// knownTime is how soon a new controller must know the calls again.
	knownTime = 3 * time.Second
	// gap is the longest interruption of a sound that passes. It is what a machine
	// that starts a process beside two browsers makes of 20 ms; jitter buffers and
	// retransmission hide most of it. That the engine itself did not stop for a
	// moment is told by its channels and bridges, which must be the same ones.
	gap = 300 * time.Millisecond
)

// state asks the Instance's engine for its channels and rooms. In Asterisk a
// recording is a channel of its own.
func (in *Instance) state(t testing.TB) engineState {
	t.Helper()
	if in.freeswitch != nil {
		return in.freeswitch.state(t)
	}
	return engineState{Channels: in.ariNames(t, "/channels"), Bridges: in.ariNames(t, "/bridges")}
}

func (in *Instance) ariNames(t testing.TB, path string) []string {
	t.Helper()
	var list []struct{ ID, Name string }
	if err := json.Unmarshal(in.askARI(t, http.MethodGet, path, ""), &list); err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	names := make([]string, len(list))
	for i, e := range list {
		names[i] = e.ID + " " + e.Name
	}
	slices.Sort(names)
	return names
}

// askARI sends a request to the Instance's Asterisk and gives the answer.
func (in *Instance) askARI(t testing.TB, method, path, body string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(in.Data, "asterisk", "launcher.json"))
	var access struct{ HTTP, Password string }
	if err == nil {
		err = json.Unmarshal(text, &access)
	}
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(method, "http://"+access.HTTP+"/ari"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("ringdesk", access.Password)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %s %s %v", method, path, resp.Status, answer, err)
	}
	return answer
}

// rows reads a query's only column from the Instance's database.
func (in *Instance) rows(t testing.TB, query string, args ...any) []string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(in.Data, "ringdesk.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(context.Background(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// awaitNothingLeft waits until neither the engine nor the store has anything of
// a call that goes on.
func (in *Instance) awaitNothingLeft(t testing.TB, within time.Duration) {
	t.Helper()
	Await(t, "nothing is left of the calls", within, func() (bool, string) {
		engine := in.state(t)
		claims := in.rows(t, "SELECT account_id || ' ' || call_id FROM claims")
		live := in.rows(t, "SELECT id FROM calls WHERE live")
		return engine.empty() && len(claims)+len(live) == 0, fmt.Sprintf("the engine has %v, claims %v, live calls %v", engine, claims, live)
	})
}

// readyz is the status code of GET /readyz; 0 while nobody answers.
func (in *Instance) readyz() (int, string) {
	client := http.Client{Timeout: 2 * time.Second, Transport: in.door.transport()}
	resp, err := client.Get(in.URL + "/readyz")
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	var said struct{ Engine string }
	if err := json.NewDecoder(resp.Body).Decode(&said); err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, said.Engine
}

func (in *Instance) awaitReadyz(t testing.TB, code int, within time.Duration) {
	t.Helper()
	Await(t, fmt.Sprintf("/readyz says %d", code), within, func() (bool, string) {
		got, said := in.readyz()
		return got == code, fmt.Sprint(got, said)
	})
}

// killServe kills the controller as a crash does, waits until the supervisor
// has a new one that is ready and that has touched nothing in the engine, and
// gives the moment of the kill.
func (in *Instance) killServe(t *testing.T) time.Time {
	t.Helper()
	old, before := in.ServePID(), in.state(t)
	at := time.Now()
	if err := syscall.Kill(old, syscall.SIGKILL); err != nil {
		t.Fatalf("killing the controller, process %d: %v", old, err)
	}
	in.awaitReadyz(t, http.StatusOK, knownTime)
	within(t, "from kill -9 to a controller that is ready", time.Since(at), knownTime)
	if after := in.state(t); !slices.Equal(after.Channels, before.Channels) || !slices.Equal(after.Bridges, before.Bridges) {
		t.Errorf("the engine has %v, and had %v before the kill", after, before)
	}
	if pid := in.ServePID(); pid == 0 || pid == old {
		t.Errorf("the controller is process %d after process %d", pid, old)
	}
	return at
}

// awaitAvailable waits until the controller would offer calls to an agent: the
// page knows sooner that its phone is ready.
func (in *Instance) awaitAvailable(t testing.TB, a *Agent) {
	t.Helper()
	a.WaitReady()
	Await(t, a.Account.Email+" is available", pageTime, func() (bool, string) {
		for _, agent := range List[AgentState](in.API(t), "/agents") {
			if agent.Email == a.Account.Email {
				return agent.Status == "available", agent.Status
			}
		}
		return false, "unknown"
	})
}

// mustKnow asserts that the controller knows exactly these calls as live.
func (c *Client) mustKnow(ids ...string) {
	c.t.Helper()
	var live []string
	for _, call := range List[Call](c, "/calls?live=true") {
		live = append(live, call.ID)
	}
	slices.Sort(live)
	slices.Sort(ids)
	if !slices.Equal(live, ids) {
		c.t.Errorf("the live calls are %v, not %v", live, ids)
	}
}

// mark leaves something in the page that a reload would wipe out.
func (a *Agent) mark() {
	a.t.Helper()
	eval[bool](a, "window.__marked = true")
}

// mustBeMarked asserts that the page was not loaded anew.
func (a *Agent) mustBeMarked() {
	a.t.Helper()
	if !eval[bool](a, "window.__marked === true") {
		a.t.Errorf("%s's page was loaded anew", a.Account.Email)
	}
}

// unbroken asserts that a tone is heard without a gap from one moment, given by
// AwaitHears, to another.
func unbroken(t testing.TB, who string, ear Ear, from, to time.Time, hz int) {
	t.Helper()
	from = from.Add(expect.HearWindow / 2) // the first half of what was heard may hold the tone in part
	pcm := ear.Heard(from, to)
	total := time.Duration(len(pcm)) * time.Second / phone.Rate
	worst, last := time.Duration(0), time.Duration(0)
	for _, s := range tone.Spans(pcm, phone.Rate, hz) {
		worst, last = max(worst, s.From-last), s.To
	}
	worst = max(worst, total-last)
	if worst > gap {
		t.Errorf("%s: the tone of %d Hz was away for %v between %s and %s", who, hz, worst, from.Format(expect.Clock), to.Format(expect.Clock))
	} else {
		t.Logf("%s: %v of %d Hz, longest hole %v", who, total.Round(time.Millisecond), hz, worst)
	}
}

// noGap asserts that the engine's packets to a caller kept coming: none was
// lost, and as many came as the time holds. How late one was read is the test's
// own machine's matter.
func noGap(t testing.TB, c *phone.Call, from, to time.Time) {
	t.Helper()
	const packet = 20 * time.Millisecond
	gaps := c.Gaps(from, to)
	missing := to.Sub(from) - time.Duration(gaps.Packets)*packet
	if gaps.Lost > 0 || missing > gap {
		t.Errorf("packets to the caller from %s to %s: %+v, %v are missing", from.Format(expect.Clock), to.Format(expect.Clock), gaps, missing)
	} else {
		t.Logf("packets to the caller: %+v", gaps)
	}
}

// mustJournal asserts what a call's journal says, and that it is numbered
// without a gap.
func (c *Client) mustJournal(call string, want ...string) {
	c.t.Helper()
	entries := c.Journal(call)
	slices.SortFunc(entries, func(a, b JournalEntry) int { return int(a.Seq - b.Seq) })
	for i, e := range entries {
		if e.Seq != int64(i+1) {
			c.t.Errorf("entry %d of the journal has the number %d", i+1, e.Seq)
		}
	}
	if got := types(entries); !slices.Equal(got, want) {
		c.t.Errorf("the journal says\n %s, not\n %s", strings.Join(got, " "), strings.Join(want, " "))
	}
}

// recordedWhole asserts that a recording holds both tones from one moment to
// another, all the time.
func (c *Client) recordedWhole(rec Recording, pcm []int16, from, to time.Time, hz ...int) {
	c.t.Helper()
	const margin = 150 * time.Millisecond // of the moments, which others' clocks tell
	from, to = from.Add(margin), to.Add(-margin)
	sample := func(at time.Time) int { return tone.Samples(phone.Rate, at.Sub(rec.StartedAt)) }
	first, last := max(0, sample(from)), sample(to)
	if last > len(pcm) || last-first < phone.Rate/2 {
		c.t.Fatalf("the recording of %d samples from %s on does not reach from %s to %s", len(pcm), rec.StartedAt.Format(expect.Clock),
			from.Format(expect.Clock), to.Format(expect.Clock))
	}
	for _, h := range hz {
		unbroken(c.t, "the recording", recorded{rec.StartedAt, pcm}, from, to, h)
	}
	if ok, what := allHz.Verdict(pcm[first:last], hz...); !ok {
		c.t.Errorf("the recording should hold %v from %s to %s, and holds %s", hz, from.Format(expect.Clock), to.Format(expect.Clock), what)
	}
}

// recorded lets a recording be heard like a party.
type recorded struct {
	start time.Time
	pcm   []int16
}

func (r recorded) Heard(from, to time.Time) []int16 {
	first := tone.Samples(phone.Rate, from.Sub(r.start))
	last := tone.Samples(phone.Rate, to.Sub(r.start))
	return r.pcm[max(0, first):min(len(r.pcm), max(0, last))]
}

// call dials the demo number with a telephone of its own. A test that fails
// leaves no call behind for the next one.
func (in *Instance) call(t testing.TB, from string, hz int) *phone.Call {
	t.Helper()
	p, err := phone.New(context.Background(), phone.Options{Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	c := in.Dial(t, p, from, hz)
	t.Cleanup(func() {
		c.Hangup()
		for deadline := time.Now().Add(2 * time.Second); t.Failed() && len(in.rows(t, "SELECT id FROM calls WHERE live")) > 0 && time.Now().Before(deadline); {
			time.Sleep(20 * time.Millisecond)
		}
	})
	return c
}
