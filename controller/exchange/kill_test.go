package exchange_test

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// killedChild names, for a child process, what it works on; the test is its program then.
const killedChild = "RINGDESK_KILLED_CHILD"

// childWork is what a child is told.
type childWork struct {
	File      string
	Workspace models.Workspace
	Agents    []models.Agent
	Seed      uint64
	Round     int
	Hasty     bool // acts before it has committed
	Last      bool // takes no new calls, and ends when nothing is left
}

// A controller is killed again and again, at any moment of its start and of its calls: whatever anybody has seen of it is in the store, no
// step is there by half, and when it is let live every call has ended in exactly one way.
// RINGDESK_SEED and RINGDESK_KILLS choose other dice and more kills.
//
// Covers: SYS-3, END-6, MISS-1.
func TestKilledAtAnyMoment_SYS_3_END_6_MISS_1(t *testing.T) {
	if text := os.Getenv(killedChild); text != "" {
		var work childWork
		if err := json.Unmarshal([]byte(text), &work); err != nil {
			t.Fatal(err)
		}
		beKilled(t, work)
		return
	}
	seed, kills := setting(t, "RINGDESK_SEED", 1), int(setting(t, "RINGDESK_KILLS", 12))
	w := newKilled(t)
	seen, err := w.killed(seed, kills, false)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := runChild(t, childWork{File: w.file, Workspace: w.ws, Agents: w.agents, Last: true}, func(*exec.Cmd, int) {})
	if err != nil {
		t.Fatalf("seed %d: the last controller: %v", seed, err)
	}
	if err := w.holds(append(seen, lines...)); err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	w.classified()
	t.Logf("seed %d: %d kills, %d things seen, all of them kept", seed, kills, len(seen))
}

// The same test finds a controller that acts before what it does is committed.
func TestKilledAtAnyMoment_FindsFaults(t *testing.T) {
	const kills = 40
	if _, err := newKilled(t).killed(setting(t, "RINGDESK_SEED", 1), kills, true); !errors.Is(err, errLost) {
		t.Errorf("a store that commits later lost nothing in %d kills: %v", kills, err)
	} else {
		t.Logf("found: %v", err)
	}
}

// newKilled has a store for controllers that are processes of their own.
func newKilled(t *testing.T) *stage {
	t.Helper()
	w := &stage{t: t, file: filepath.Join(t.TempDir(), "ringdesk.db"), sw: memory.New(memory.Options{})}
	w.open()
	w.furnish(3, 20)
	w.must(w.store.Close())
	return w
}

// killed runs controllers and kills them, until something is lost, and gives all that was seen of them.
func (w *stage) killed(seed uint64, kills int, hasty bool) (seen []string, err error) {
	for round := range kills {
		work := childWork{File: w.file, Workspace: w.ws, Agents: w.agents, Seed: seed, Round: round, Hasty: hasty}
		lines, err := killAtRandom(w.t, work, rand.New(rand.NewPCG(seed, uint64(round))))
		seen = append(seen, lines...)
		if err == nil {
			err = w.holds(seen)
		}
		if err != nil {
			return seen, fmt.Errorf("seed %d, after kill %d: %w", seed, round, err)
		}
	}
	return seen, nil
}

func setting(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(cmp.Or(os.Getenv(name), strconv.FormatUint(otherwise, 10)), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// killAtRandom runs a controller and kills it: while it starts, or when it has shown so much, and a little later.
func killAtRandom(t testing.TB, work childWork, dice *rand.Rand) ([]string, error) {
	t.Helper()
	after, later := dice.IntN(250), time.Duration(dice.IntN(4000))*time.Microsecond
	if dice.IntN(5) == 0 {
		after, later = 0, time.Duration(dice.IntN(300))*time.Millisecond
	}
	lines, err := runChild(t, work, func(c *exec.Cmd, shown int) {
		if shown == after {
			time.AfterFunc(later, func() { _ = c.Process.Kill() }) // it may just have ended, which the test then sees
		}
	})
	if err == nil {
		return lines, fmt.Errorf("the controller ended by itself, after %d lines", len(lines))
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && !exit.Exited() { // it was killed, as it should be
		err = nil
	}
	return lines, err
}

// runChild runs a controller and gives what it has shown. heed is told how many lines that is, at first 0.
func runChild(t testing.TB, work childWork, heed func(c *exec.Cmd, shown int)) ([]string, error) {
	t.Helper()
	text, err := json.Marshal(work)
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledAtAnyMoment_SYS_3_END_6_MISS_1$", "-test.count=1", "-test.timeout=15m")
	c.Env = append(os.Environ(), killedChild+"="+string(text))
	var said strings.Builder
	c.Stdout, c.Stderr = &said, &said
	shows, shown, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer shows.Close()
	c.ExtraFiles = []*os.File{shown}
	if err := c.Start(); err != nil {
		return nil, err
	}
	_ = shown.Close() // the child has it
	heed(c, 0)
	var lines []string
	in := bufio.NewReader(shows)
	for {
		line, err := in.ReadString('\n')
		if err == io.EOF {
			break // a line that was cut off was not shown
		}
		if err != nil {
			return lines, err
		}
		lines = append(lines, strings.TrimSpace(line))
		heed(c, len(lines))
	}
	if err := c.Wait(); err != nil {
		return lines, fmt.Errorf("the controller: %w\n%s", err, said.String())
	}
	return lines, nil
}

// holds asserts that the store has everything that was seen, and no step by half.
func (w *stage) holds(seen []string) error {
	w.open()
	defer func() { w.must(w.store.Close()) }()
	rows, err := w.store.Calls(w.t.Context(), w.ws.ID, models.CallFilter{Limit: 100_000})
	w.must(err)
	entries, answered := map[string][]models.JournalEntry{}, map[string]bool{}
	for _, row := range rows {
		c, err := call.Decode(row.Data)
		w.must(err)
		es, err := w.store.Journal(w.t.Context(), w.ws.ID, row.ID)
		w.must(err)
		entries[row.ID], answered[row.From] = es, c.Customer.Answered
		if int64(len(es)) != c.Seq || string(c.State) != row.State || es[len(es)-1].Seq != c.Seq {
			return fmt.Errorf("call %s is %s in its row and %s in its state, which has seen %d entries of %d", row.ID, row.State, c.State, c.Seq, len(es))
		}
		if c.State.Over() != (entriesOf(es, "call.ended", "") == 1) {
			return fmt.Errorf("call %s is %s, and its journal has %d ends", row.ID, c.State, entriesOf(es, "call.ended", ""))
		}
	}
	last, err := w.store.LastChange(w.t.Context())
	w.must(err)
	for _, line := range seen {
		f := strings.Fields(line)
		kept := false
		switch f[0] {
		case "change":
			seq, err := strconv.ParseInt(f[1], 10, 64)
			kept = err == nil && seq <= last
		case "answered": // a caller's phone
			kept = answered["+82"+f[1][1:]]
		default: // what an agent has seen of a call
			kept = entriesOf(entries[f[1]], f[0], f[2]) > 0
		}
		if !kept {
			return fmt.Errorf("%w (last change %d): %s", errLost, last, line)
		}
	}
	return nil
}

// errLost is what must never be.
var errLost = errors.New("it was seen, and is not in the store")

// entriesOf counts entries of a type, and where an agent is given, of that agent.
func entriesOf(es []models.JournalEntry, kind, agent string) (n int) {
	for _, e := range es {
		if e.Type == kind && strings.Contains(e.Data, agent) {
			n++
		}
	}
	return n
}

// classified asserts that every call is over in exactly one way, and binds nobody.
func (w *stage) classified() {
	w.open()
	defer func() { w.must(w.store.Close()) }()
	rows, err := w.store.Calls(w.t.Context(), w.ws.ID, models.CallFilter{Limit: 100_000})
	w.must(err)
	states := map[string]int{}
	for _, row := range rows {
		states[row.State+" "+row.Outcome]++
		if !call.State(row.State).Over() || row.Live || row.Outcome == "" || row.EndedAt.IsZero() || (row.State == "missed") != (row.MissedReason != "") {
			w.t.Errorf("call %s is %s, outcome %q, reason %q, live %v", row.ID, row.State, row.Outcome, row.MissedReason, row.Live)
		}
	}
	agents, err := w.store.Agents(w.t.Context(), w.ws.ID)
	w.must(err)
	for _, a := range agents {
		if a.ClaimCall != "" {
			w.t.Errorf("agent %s is still claimed by %s", a.Name, a.ClaimCall)
		}
	}
	if len(rows) == 0 || states["ended answered"] == 0 {
		w.t.Errorf("no call was talked in: %v", states)
	}
	w.t.Logf("%d calls: %v", len(rows), states)
}
