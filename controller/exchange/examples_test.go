package exchange_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/exchange"
	"ringdesk/controller/flows"
	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
	"ringdesk/dialplan/simulate"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

const examples = "../../dialplan/examples"

// exampleCall is one of NAME.calls.json.
type exampleCall struct {
	Name  string         `json:"name"`
	From  string         `json:"from"`
	To    string         `json:"to"`
	At    time.Time      `json:"at"`
	Keys  []string       `json:"keys"`
	State simulate.State `json:"state"`
}

// figured is a database whose queues stand as an example says.
type figured struct {
	exchange.Store
	of map[string]flow.Figures // by team's id
}

func (f figured) FreeAgents(_ context.Context, _, team string, _ time.Time) (int, error) {
	return f.of[team].Free, nil
}

func (f figured) AheadInQueue(ctx context.Context, workspace, team string, rank int64, call string) (int, error) {
	if rank == math.MaxInt64 {
		return f.of[team].Waiting, nil
	}
	return f.Store.AheadInQueue(ctx, workspace, team, rank, call)
}

func (f figured) QueuePace(_ context.Context, _, team string, _ time.Time) (time.Duration, int, error) {
	n := f.of[team].Waiting + 1
	return time.Duration(f.of[team].Wait) * time.Second, n, nil
}

// exampleLookups answers as an example says.
type exampleLookups struct {
	w       *stage
	answers map[string]any // by step
}

func (e *exampleLookups) Fetch(context.Context, flow.Fetch) (any, error) {
	var step string
	e.w.x.Each(func(c *call.Call) {
		if c.Flow != nil && c.Flow.Phase == flow.Fetching {
			step = c.Flow.Step
		}
	})
	if answer := e.answers[step]; answer != nil {
		return answer, nil
	}
	return nil, errors.New("down")
}

func readExample(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(examples, file))
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Each call of each example in dialplan/examples takes, as a real one, the steps that its
// simulation names.
//
// Covers: DP-1, DP-2, IN-10, Q-1, Q-2
func TestExamplesAsCalls_DP_1_DP_2(t *testing.T) {
	var in lang.Installation
	readExample(t, "installation.json", &in)
	files, err := flows.Read([]string{examples})
	if err != nil {
		t.Fatal(err)
	}
	p, found := lang.Compile(files, flows.World(&in))
	if p == nil {
		t.Fatal(found)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file.Name), flows.Suffix)
		var calls []exampleCall
		readExample(t, name+".calls.json", &calls)
		for _, c := range calls {
			t.Run(name+"/"+c.Name, func(t *testing.T) { virtual(t, func(t *testing.T) { exampleAsCall(t, *p, in, c) }) })
		}
	}
}

func exampleAsCall(t *testing.T, p flow.Program, in lang.Installation, c exampleCall) {
	native := map[string]memory.Sound{}
	w := newStage(t, 1, memory.Options{AnySound: memory.Sound{Hz: 900, Length: time.Second}, MusicHz: 1500, Native: native})
	w.settings(quickly)
	w.carrier()
	p.Teams, p.Agents = map[string]string{}, map[string]string{"minah@example.com": w.agents[0].ID}
	figures := map[string]flow.Figures{}
	for _, team := range in.Teams {
		p.Teams[team.Name] = w.team(team.Name, 0)
		figures[p.Teams[team.Name]] = c.State.Queues[team.Name]
	}
	w.agent(0, models.AgentUpdate{Skills: new(`{"vip":9,"영어":9}`)})
	to, err := models.E164(c.To, "KR")
	w.must(err)
	w.exampleWorkspace(&p, to, c)

	w.stop()
	w.wrap = func(s exchange.Store) exchange.Store { return figured{s, figures} }
	w.asked = &exampleLookups{w, c.State.Lookups}
	w.must(w.store.Close()) // it looks for others' changes now and then, and there are years to pass
	time.Sleep(time.Until(c.At.Add(-2 * models.PhoneTimeout)))
	w.open()
	w.start()
	time.Sleep(2 * models.PhoneTimeout) // until nobody's browser is awaited any more
	if !slices.ContainsFunc(endings(c), func(e string) bool { return e == "refused" }) {
		native["fax"] = memory.Sound{Hz: 2100, Length: time.Second}
	}
	a := &agreeing{stage: w, keys: slices.Clone(c.Keys), stays: c.State.Stays, mode: "answered"}
	for _, number := range []string{"+8221234567", "+821099990001", "+821099990002"} {
		a.outside = append(a.outside, w.sw.Subscriber(number, memory.Manner{}))
	}
	for _, e := range endings(c) {
		a.mode = e
	}
	if a.mode == "key 1" || a.mode == "abandonedInQueue" { // they wait, since the agent talks
		w.ready(w.agents[0], "phone0", true)
		busy := w.caller("01099998888")
		busy.Call("07076660077")
		w.rings(w.phones[0])
		w.phones[0].Answer()
		synctest.Wait()
	} else {
		w.ready(w.agents[0], "phone0", a.mode != "noOperator")
	}
	sc := simulate.Scenario{From: c.From, To: to, At: time.Now(), Keys: c.Keys, State: c.State, TimeZone: w.ws.TimeZone}
	want, err := simulate.Run(&p, sc)
	w.must(err)

	before := w.newest().ID
	a.line = w.caller(c.From)
	a.line.Call(to)
	w.await("the call to be known", func() bool { return w.newest().ID != before })
	id := w.newest().ID
	a.plays(id)
	got := w.find(id)
	var steps []string
	for _, s := range want.Steps {
		steps = append(steps, strings.TrimPrefix(s.By+" > ", " > ")+s.Step)
	}
	if took := w.steps(got); took != strings.Join(steps, ", ") || got.MissedReason != want.End.Reason || (got.State == call.Ended) != want.End.Answered {
		t.Errorf("called    %s\nsimulated %s\n%s for %q, simulated %+v", took, strings.Join(steps, ", "), got.State, got.MissedReason, want.End)
	}
}

// endings are how queues, transfers and extensions end.
func endings(c exampleCall) (all []string) {
	for _, ends := range c.State.Ends {
		all = append(all, ends...)
	}
	slices.Sort(all)
	slices.Reverse(all) // where nobody is there for a queue, nobody answers outside, either
	return all
}

// exampleWorkspace gives the workspace what an example's call needs: its number, one
// without a flow, the contact, and the flows.
func (w *stage) exampleWorkspace(p *flow.Program, to string, c exampleCall) {
	w.t.Helper()
	at := models.At(time.Now())
	trunks, err := w.store.Trunks(w.t.Context())
	w.must(err)
	program, err := json.Marshal(p)
	w.must(err)
	w.tx(func(tx *models.Tx) error {
		for _, number := range []string{to, "+827076660077"} {
			if number == "+827076660001" {
				continue
			}
			if err := tx.AddNumber(models.Number{ID: models.NewID(), WorkspaceID: w.ws.ID, TrunkID: trunks[0].ID, Number: number, CreatedAt: at}); err != nil {
				return err
			}
		}
		contact, err := tx.ContactOfCaller(w.ws.ID, models.Caller{Number: c.From}, at)
		if err != nil {
			return err
		}
		conv := models.Conversation{ID: models.NewID(), WorkspaceID: w.ws.ID, ContactID: contact.ID, Kind: "phone", Direction: "inbound", State: "open", CreatedAt: at, UpdatedAt: at}
		if err := tx.AddConversation(conv); err != nil {
			return err
		}
		for _, tag := range c.State.Contact.Tags {
			if err := tx.TagConversation(w.ws.ID, conv.ID, tag); err != nil {
				return err
			}
		}
		return tx.AddFlowVersion(models.FlowVersion{WorkspaceID: w.ws.ID, At: at, ByKind: "system", Source: "command", Program: string(program)}, 0)
	})
}
