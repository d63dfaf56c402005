package flows

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ringdesk/controller/queues"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
	"ringdesk/dialplan/simulate"
	"ringdesk/models"
)

// Call is a call that is simulated.
type Call struct {
	From, To string // as people write numbers; an empty From is withheld
	At       time.Time
	Keys     []string            // as simulate.Scenario has them
	Ends     map[string][]string // as simulate.State has them, with Lookups and Stays
	Lookups  map[string]any
	Stays    bool
	// Queues are how queues stand, by team; those that are not there stand as they do now.
	Queues map[string]flow.Figures
	// Name is what the carrier calls the caller.
	Name string
}

// Simulation is what a call would do.
type Simulation struct {
	simulate.Result
	FromSettings bool // the number has no flow
	program      *flow.Program
	levels       map[int][]Level // of steps with a plan
}

// Step finds what the text says of a step of the way; nil if it was not let in.
func (s Simulation) Step(i int) *flow.Step {
	at := s.Steps[i]
	return s.program.Flow(at.Flow).Step(at.Step)
}

// Levels are who would be offered the call in a step of the way, team by team.
func (s Simulation) Levels(i int) []Level { return s.levels[i] }

// Simulate says what a call would do in files, or with nil in the version in force, and who
// would be offered it now, and why not the others.
func (f *Flows) Simulate(ctx context.Context, workspace string, draft []models.FlowFile, c Call) (Simulation, error) {
	w, err := f.world(ctx, workspace, draft)
	if err != nil {
		return Simulation{}, err
	}
	sc, err := w.scenario(ctx, c)
	if err != nil {
		return Simulation{}, err
	}
	s, err := w.run(sc)
	if err != nil {
		return s, err
	}
	agents, err := f.Store.Agents(ctx, workspace)
	if err != nil {
		return s, err
	}
	s.levels = map[int][]Level{}
	for i, st := range s.Steps {
		if st.Plan != nil {
			s.levels[i] = levels(*st.Plan, agents, f.Now(), w.names)
		}
	}
	return s, nil
}

// world is what calls are simulated in.
type world struct {
	f         *Flows
	workspace string
	in        lang.Installation
	p         *flow.Program           // nil while no version is in force
	names     map[string]string       // of teams, by id
	queues    map[string]flow.Figures // of teams that were asked for, by id
	failed    error                   // of reading them
}

func (f *Flows) world(ctx context.Context, workspace string, draft []models.FlowFile) (*world, error) {
	in, err := Installation(ctx, f.Store, workspace)
	if err != nil {
		return nil, err
	}
	w := &world{f: f, workspace: workspace, in: in, names: map[string]string{}, queues: map[string]flow.Figures{}}
	for _, t := range in.Teams {
		w.names[t.ID] = t.Name
	}
	if draft != nil {
		if err := fits(draft); err != nil {
			return nil, err
		}
		p, found := lang.Compile(sources(draft), World(&in))
		if p == nil {
			return nil, Mistakes(found)
		}
		w.p = p
		return w, nil
	}
	ws, err := f.Store.Workspace(ctx, workspace)
	if err != nil || ws.ActiveFlow == 0 {
		return w, err
	}
	text, err := f.Store.FlowProgram(ctx, workspace, ws.ActiveFlow)
	if err != nil {
		return nil, err
	}
	w.p = &flow.Program{}
	return w, json.Unmarshal([]byte(text), w.p)
}

// scenario reads a call's numbers, and what is known of the caller.
func (w *world) scenario(ctx context.Context, c Call) (sc simulate.Scenario, err error) {
	e164 := reader(w.in.Country)
	n, err := w.number("to", c.To)
	if err != nil {
		return sc, err
	}
	sc = simulate.Scenario{At: c.At, Keys: c.Keys, TimeZone: w.in.TimeZone, Say: Says(World(&w.in).Installation)}
	sc.Queue = func(team string) flow.Figures { return w.queue(ctx, team) }
	sc.State.Ends, sc.State.Lookups, sc.State.Stays, sc.State.Queues, sc.State.CallerName = c.Ends, c.Lookups, c.Stays, c.Queues, c.Name
	sc.To, sc.Label, sc.State.Settings = n.Number, n.Label, n.Merged()
	if c.From == "" {
		return sc, nil
	}
	if sc.From, err = e164(c.From); err != nil {
		return sc, verb.Refuse(verb.Invalid, "from", "%s is no telephone number.", verb.Short(c.From)).Because(reason.NotANumber, "text", verb.Short(c.From))
	}
	return sc, w.f.Store.Tx(ctx, func(tx *models.Tx) error { return w.caller(tx, &sc) })
}

// number finds a business number of the workspace, however it is written in a field.
func (w *world) number(field, text string) (lang.Number, error) {
	number, err := reader(w.in.Country)(text)
	if err != nil {
		return lang.Number{}, verb.Refuse(verb.Invalid, field, "%s is no telephone number.", verb.Short(text)).Because(reason.NotANumber, "text", verb.Short(text))
	}
	n, there := settingsOf(&w.in, number)
	if !there {
		return n, verb.Refuse(verb.Invalid, field, "The workspace has no number %s.", number).Because(reason.NoFlowNumber, "number", number)
	}
	return n, nil
}

// caller says what is known of who calls.
func (w *world) caller(tx *models.Tx, sc *simulate.Scenario) (err error) {
	if sc.State.Blocked, err = tx.Blocked(w.workspace, sc.From, sc.At); err != nil {
		return err
	}
	ids, err := tx.ContactsWithNumbers(w.workspace, []string{sc.From})
	if err != nil || len(ids) == 0 {
		return err
	}
	c, err := tx.Contact(w.workspace, ids[0])
	if err != nil {
		return err
	}
	sc.State.Contact = flow.Contact{Name: c.Name, Member: c.Kind == "member", Fields: map[string]any{}}
	for key, v := range c.Values() {
		sc.State.Contact.Fields[key] = v
	}
	sc.State.Contact.Tags, err = tx.ContactTags(w.workspace, c.ID)
	return err
}

// queue is how a team's queue stands, read once for all steps and calls.
func (w *world) queue(ctx context.Context, team string) flow.Figures {
	f, known := w.queues[team]
	if !known {
		var err error
		f, err = queues.Figures(ctx, w.f.Store, w.workspace, team, w.f.Now())
		w.queues[team], w.failed = f, errors.Join(w.failed, err)
	}
	return f
}

// program is what a call goes by: the flows, or what the settings of its number say.
func (w *world) program(sc simulate.Scenario) (p *flow.Program, settings bool, err error) {
	if w.p != nil && simulate.Begins(w.p, sc).Flow != "" {
		return w.p, false, nil
	}
	p, err = w.settings(sc)
	return p, true, err
}

// run simulates a call to a number that the workspace has.
func (w *world) run(sc simulate.Scenario) (s Simulation, err error) {
	if s.program, s.FromSettings, err = w.program(sc); err != nil {
		return s, err
	}
	s.Result, err = simulate.Run(s.program, sc)
	return s, errors.Join(err, w.failed)
}

// settings is the program of a number that has no flow.
func (w *world) settings(sc simulate.Scenario) (*flow.Program, error) {
	text := lang.FromSettings(sc.To, sc.State.Settings, w.in.Teams)
	p, found := lang.Compile([]lang.File{{Name: strings.TrimPrefix(sc.To, "+") + Suffix, Text: text}}, World(&w.in))
	if p == nil {
		return nil, errors.Join(fmt.Errorf("what the settings of %s say is no right flow; this is a fault of ringdesk", sc.To), Mistakes(found))
	}
	return p, nil
}

// Replay is what came of trying real calls.
type Replay struct {
	Tried   int
	Changed []Replayed
}

// Replayed is a call that goes another way.
type Replayed struct {
	Call                models.Call
	Before, After       []string // the steps' names
	EndBefore, EndAfter string   // answered, or a missed reason
}

// mostLooked is how many calls are looked through for those that came from outside.
const mostLooked = 1000

// Replay lets the last calls from outside go through files and through what is in force, and
// gives those that go another way.
func (f *Flows) Replay(ctx context.Context, workspace string, draft []models.FlowFile, calls int) (r Replay, err error) {
	after, err := f.world(ctx, workspace, draft)
	if err != nil {
		return r, err
	}
	before, err := f.world(ctx, workspace, nil)
	if err != nil {
		return r, err
	}
	rows, err := f.lastInbound(ctx, workspace, calls)
	if err != nil {
		return r, err
	}
	keyed, err := f.pressedIn(ctx, rows)
	if err != nil {
		return r, err
	}
	for _, row := range rows {
		c := Call{From: row.From, To: row.To, At: row.StartedAt.Time, Keys: keyed[row.ID].keys, Ends: keyed[row.ID].ends, Name: row.CallerName}
		sc, err := before.scenario(ctx, c)
		if errors.As(err, new(*verb.Refusal)) { // the number has gone since
			continue
		}
		if err != nil {
			return r, err
		}
		r.Tried++
		was, err := before.again(sc, row)
		if err != nil {
			return r, err
		}
		is, err := after.again(sc, row)
		if err != nil {
			return r, err
		}
		if a, b := way(was), way(is); !slices.Equal(a, b) || ended(was) != ended(is) {
			r.Changed = append(r.Changed, Replayed{Call: row, Before: a, After: b, EndBefore: ended(was), EndAfter: ended(is)})
		}
	}
	return r, nil
}

// again simulates a call whose queues end as the real one's did.
func (w *world) again(sc simulate.Scenario, row models.Call) (Simulation, error) {
	p, _, err := w.program(sc)
	if err != nil {
		return Simulation{}, err
	}
	end := ""
	if row.AnsweredAt.IsZero() && slices.Contains(unhelped, dialplan.MissedReason(row.MissedReason)) {
		end = row.MissedReason
	}
	ends := maps.Clone(sc.State.Ends) // by a key of the caller's
	for _, fl := range p.Flows {
		for _, st := range fl.Steps {
			if st.Kind == flow.KindQueue && end != "" && ends[st.Name] == nil {
				if ends == nil {
					ends = map[string][]string{}
				}
				ends[st.Name] = []string{end}
			}
		}
	}
	sc.State.Ends = ends
	return w.run(sc)
}

// unhelped are reasons for which a queue ends without an agent.
var unhelped = []dialplan.MissedReason{dialplan.NoOperator, dialplan.ExceededQueue, dialplan.AbandonedInQueue, dialplan.RingTimeOver, dialplan.UserLeft}

// lastInbound lists the last calls from outside that are over.
func (f *Flows) lastInbound(ctx context.Context, workspace string, n int) ([]models.Call, error) {
	var all []models.Call
	before := ""
	for looked := 0; looked < mostLooked && len(all) < n; {
		rows, err := f.Store.Calls(ctx, workspace, models.CallFilter{Before: before, Limit: 100})
		if err != nil || len(rows) == 0 {
			return all, err
		}
		for _, c := range rows {
			if c.Direction == "inbound" && !c.EndedAt.IsZero() && len(all) < n {
				all = append(all, c)
			}
		}
		looked, before = looked+len(rows), rows[len(rows)-1].ID
	}
	return all, nil
}

// way are the steps that a simulated call took.
func way(s Simulation) []string {
	names := make([]string, len(s.Steps))
	for i, st := range s.Steps {
		names[i] = cmp.Or(st.Step, st.By)
	}
	return names
}

func ended(s Simulation) string {
	if s.End.Answered {
		return "answered"
	}
	return string(s.End.Reason)
}
