package exchange

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/queues"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
	"ringdesk/models"
)

// programs are the versions of flows that calls go by, read once each: a version is
// never changed.
type programs struct {
	mu  sync.Mutex
	all map[version]*program
}

type version struct {
	workspace string
	number    int
}

// program is one version, and what calls must find out for it.
type program struct {
	*flow.Program
	callsBack bool // a step promises to call back
	tags      bool // an expression looks at the contact's tags
}

// mostPrograms bounds what is kept; each may be some hundred kilobytes. Calls that go
// on keep theirs.
const mostPrograms = 256

// of gives a version, by read where it is not known yet.
func (ps *programs) of(workspace string, number int, read func(workspace string, version int) (string, error)) (*program, error) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	key := version{workspace, number}
	if p := ps.all[key]; p != nil {
		return p, nil
	}
	text, err := read(workspace, number)
	if err != nil {
		return nil, err
	}
	p := &program{Program: new(flow.Program)}
	if err := json.Unmarshal([]byte(text), p.Program); err != nil {
		return nil, fmt.Errorf("version %d of the flows cannot be read: %w", number, err)
	}
	p.Version = number
	p.callsBack, p.tags = p.Uses()
	if ps.all == nil || len(ps.all) >= mostPrograms {
		ps.all = map[version]*program{}
	}
	ps.all[key] = p
	return p, nil
}

// flowOf finds the flow of a call that is about to come in. One whose number has none
// goes as its settings say. Flows that cannot be read keep no call away.
func (x *Exchange) flowOf(tx Tx, ws models.Workspace, c *call.Call, about func(*program) (flow.Facts, error)) error {
	if ws.ActiveFlow == 0 {
		return nil
	}
	p, err := x.programs.of(ws.ID, ws.ActiveFlow, tx.FlowProgram)
	if err != nil {
		x.Log.Error("a workspace's flows cannot be read; the call goes as the settings say", "workspace", ws.ID, "version", ws.ActiveFlow, "error", err)
		return nil
	}
	if p.FlowOf(c.To) == nil && !p.Arriving() {
		return nil
	}
	facts, err := about(p)
	if err != nil {
		return err
	}
	if begins := p.Begins(facts, x.now()); begins.Flow != "" {
		c.Flow, c.Program = &flow.State{Flow: begins.Flow, Facts: facts}, p.Program
	}
	return nil
}

// facts are what a flow knows of a call that comes in.
func (x *Exchange) facts(tx Tx, c *call.Call, of caller, settings dialplan.Settings, p *program) (flow.Facts, error) {
	f := flow.Facts{
		Caller:   flow.Caller{Number: c.From, Name: c.CallerName},
		Contact:  flow.Contact{Name: of.contact.Name, Member: of.contact.Kind == "member", Fields: map[string]any{}},
		Number:   flow.Business{Number: of.number.Number, Label: of.number.Label},
		TimeZone: c.Zone, Blocked: of.facts.Blocked, PerMinute: of.facts.PerMinute,
	}
	for key, value := range of.contact.Values() {
		f.Contact.Fields[key] = value
	}
	var err error
	if p.callsBack {
		if f.Callable, err = x.mayCallBack(tx, c.WorkspaceID, c.NumberID, c.From); err != nil {
			return f, err
		}
	}
	if p.tags {
		if f.Contact.Tags, err = tx.ContactTags(c.WorkspaceID, c.Customer.ContactID); err != nil {
			return f, err
		}
	}
	return f.Merged(settings, settings.Operating(x.now(), dialplan.Location(c.Zone))), nil
}

// programFor gives a stored call its version of the flows.
func (x *Exchange) programFor(ctx context.Context, c *call.Call) {
	if c.Flow == nil || c.Flow.Phase == flow.Over {
		return
	}
	p, err := x.programs.of(c.WorkspaceID, c.Flow.Version, func(workspace string, version int) (string, error) {
		return x.Store.FlowProgram(ctx, workspace, version)
	})
	if err != nil {
		x.Log.Error("the flow of a call cannot be read; it ends there", "call", c.ID, "version", c.Flow.Version, "error", err)
		return
	}
	c.Program = p.Program
}

// counting makes a call find out how the queues stand that its flow looks at.
type counting struct{ call.CountQueues }

// count reads how queues stand. What cannot be read counts as nothing.
func (r *runner) count(in counting) {
	c := r.view.Load()
	figures := make(map[string]flow.Figures, len(in.Teams))
	for name, team := range in.Teams {
		f, err := queues.Figures(r.x.ctx, r.x.Store, c.WorkspaceID, team, r.x.now())
		if err != nil {
			r.x.Log.Error("a queue's figures cannot be read", "call", c.ID, "team", team, "error", err)
		}
		figures[name] = f
	}
	r.step(call.Counted{ID: in.ID, Figures: figures})
}

// Lookups asks the servers that flows name.
type Lookups interface {
	// Fetch gives the JSON of an answer as encoding/json decodes it. ctx has the time
	// limit. The error is written down, and must not tell the address.
	Fetch(ctx context.Context, f flow.Fetch) (any, error)
}

// fetch asks a server while the call goes on: a slow one holds up nobody's call, and an
// answer that comes too late changes nothing.
func (r *runner) fetch(f flow.Fetch) {
	if r.x.Lookups == nil {
		r.put(call.Fetched{ID: f.ID})
		return
	}
	ctx, cancel := r.x.Runtime.Limit(r.x.ctx, time.Duration(f.Seconds)*time.Second)
	defer cancel()
	answer, err := r.x.Lookups.Fetch(ctx, f)
	if r.x.ctx.Err() != nil {
		return // whoever runs the call next asks again
	}
	if err != nil {
		c := r.view.Load()
		r.x.Log.Warn("a flow's lookup has failed", "call", c.ID, "flow", c.Flow.Flow, "step", c.Flow.Step, "why", err)
	}
	r.put(call.Fetched{ID: f.ID, OK: err == nil, JSON: answer})
}

// resumes says whether the flow of a stored call waits for an answer that only the
// process before could have got.
func resumes(c *call.Call) bool {
	return c.Flow != nil && slices.Contains([]flow.Phase{flow.Fetching, flow.Counting}, c.Flow.Phase)
}
