package sim

import (
	"fmt"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/outbound"
	"ringdesk/models"
)

// saving is one step's way to the desk, by the rules of call's saving.
type saving struct {
	w    *world
	c    *call.Call
	left []leaving
	made []call.Call
}

type leaving struct{ call, account string }

func (s *saving) save(effects []call.Effect) {
	for _, e := range effects {
		s.record(e)
	}
	s.c.Version++
	s.w.desk.save(*s.c)
}

// record keeps what a step has decided, beside the state.
func (s *saving) record(e call.Effect) {
	w, d, c := s.w, s.w.desk, s.c
	switch e := e.(type) {
	case call.Journal:
		c.Seq++
		w.write(c, e)
	case call.Occupy:
		if left := d.occupy(e.AccountID, c.ID, w.now); left != "" {
			s.left = append(s.left, leaving{left, e.AccountID})
		}
	case call.Free:
		for _, a := range d.account(e.AccountID).agents {
			a.IdleSince = models.At(w.now)
		}
		d.release(e.AccountID, c.ID)
	case call.Took:
		a := d.byID[e.AgentID]
		if day := w.now.In(seoul).Format(time.DateOnly); a.AnsweredDay != day {
			a.AnsweredDay, a.AnsweredCount = day, 0
		}
		a.AnsweredCount++
	case call.WrapUp:
		d.byID[e.AgentID].WrapUpUntil = models.At(e.Until)
	case call.Block:
		d.blocks[c.WorkspaceID+c.From] = e.Until
	case call.Handled:
		if r := d.rows[e.CallID]; r != nil && r.handled.IsZero() {
			r.handled = w.now
		}
	case call.CallBack:
		s.callBack(e.Rank)
	case call.OutboundBegun:
		if grant, err := w.grant(c.WorkspaceID, e.AgentID, c.Out.Number, c.NumberID, true); err == nil {
			out := grant.Call(c.ID)
			d.outbound[c.ID] = &out
		}
	case call.OutboundTrunk:
		if out := d.outbound[c.ID]; out != nil {
			out.TrunkID = e.Trunk
		}
	case call.OutboundEnded:
		delete(d.outbound, c.ID)
	case call.TrackOpened:
		d.tracks[string(e.ID)] = true
	case call.TrackClosed:
		if !d.tracks[string(e.ID)] {
			w.fail(c.ID, "track %s is closed, but not open", e.ID)
		}
		delete(d.tracks, string(e.ID))
	case call.Drained:
		if c.Recording {
			d.tasks[c.RecordingID] = true
		}
	}
}

// callBack makes the call that a caller asked for.
func (s *saving) callBack(rank int64) {
	w := s.w
	grant, err := w.grant(s.c.WorkspaceID, "", s.c.From, s.c.NumberID, true)
	if err != nil {
		return
	}
	c := w.outboundCall(w.business(s.c.WorkspaceID), grant, s.c.Customer.ContactID)
	c.Plan.Levels, c.Level = s.c.Plan.Levels, s.c.Level
	c.Out.Callback = &call.Callback{From: s.c.ID, Rank: rank}
	next, effects := call.Step(c, call.AskedBack{}, w.now)
	w.desk.add(next)
	more := &saving{w: w, c: &next}
	more.save(effects)
	s.made = append(s.made, next)
}

// follow tells other calls what a saved step means for them.
func (s *saving) follow(x *controller) {
	for _, l := range s.left {
		if r := x.runners[l.call]; r != nil {
			r.put(call.WentTo{AccountID: l.account})
		}
	}
	for _, c := range s.made {
		x.begin(c, false).put(lookForAgents{})
	}
}

// grant asks the policy for outbound calls. A caller who has asked for a call
// needs no agent's permission.
func (w *world) grant(workspace, agentID, to, numberID string, permitted bool) (outbound.Grant, error) {
	b := w.business(workspace)
	f := models.OutboundFacts{Workspace: b.Workspace, Trunks: b.trunks, Rates: rates, TrunkLoads: map[string]models.Load{}}
	if a := w.desk.byID[agentID]; a != nil {
		f.Agent = a.Agent
	}
	if permitted {
		f.Agent.Seat, f.Agent.PlacesCalls = true, true
	}
	for _, n := range b.numbers {
		f.Numbers = append(f.Numbers, n.Number)
	}
	for _, o := range w.desk.outbound {
		if o.WorkspaceID != workspace {
			continue
		}
		f.WorkspaceLoad.Calls++
		if o.AgentID == agentID {
			f.AgentLoad.Calls++
		}
		l := f.TrunkLoads[o.TrunkID]
		l.Calls++
		f.TrunkLoads[o.TrunkID] = l
	}
	return outbound.Check(outbound.Request{Text: to, NumberID: numberID, At: w.now}, f)
}

// journal entries go to the statistics as they are stored.
func (w *world) write(c *call.Call, j call.Journal) {
	data, err := models.JournalData(j.Data)
	if err == nil {
		err = w.figures.Add(models.JournalEntry{CallID: c.ID, Seq: c.Seq, WorkspaceID: c.WorkspaceID, At: models.At(j.At), Type: j.Type, Data: data})
	}
	if err != nil {
		w.fail(c.ID, "the journal's %s cannot be read: %s", j.Type, err)
	}
	if w.opt.Trace != nil {
		w.trace(c.ID, "      journal %s %s", j.Type, fmt.Sprint(j.Data))
	}
}
