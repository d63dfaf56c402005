package sim

import (
	"context"
	"errors"
	"time"

	"ringdesk/controller/call"
	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
	"ringdesk/testkit/flowgen"
	"ringdesk/testkit/memstore"
)

// inventFlows lets a third of the businesses have flows, for the first of their numbers.
func (w *world) inventFlows(b *business) {
	if !w.opt.Flows || !w.dice.chance(350) {
		return
	}
	text := flowgen.Text(uint64(w.dice.IntN(1e6)))
	p, found := lang.Compile([]lang.File{{Name: "main.hcl", Text: []byte(text)}}, lang.World{})
	if p == nil {
		w.fail("", "a random flow is wrong: %v", found)
		return
	}
	p.Teams = map[string]string{"support": b.teams[0], "sales": b.teams[len(b.teams)-1]}
	for i := range p.Flows {
		if p.Flows[i].Numbers != nil {
			p.Flows[i].Numbers = flow.Texts{b.numbers[0]}
		}
	}
	w.change(func(tx *memstore.Tx) error { return tx.PutProgram(b.ID, 1, encode(p)) })
}

// asked answers the lookups of flows: mostly soon.
type asked struct{ x *controller }

func (a asked) Fetch(ctx context.Context, _ flow.Fetch) (any, error) {
	d := a.x.w.dice
	a.x.threads.pause(d.between(time.Millisecond, 4*time.Second))
	if ctx.Err() != nil || d.chance(300) {
		return nil, errors.New("down")
	}
	return map[string]any{"tier": float64(d.IntN(4)), "blocked": d.chance(200)}, nil
}

// wander lets a customer press keys while a flow leads them.
func (w *world) wander(c *call.Call) {
	if c.Flow == nil {
		return
	}
	for range w.dice.IntN(6) {
		w.pressIn(c, 900, flow.Keys, 20*time.Second)
	}
}
