package sim

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
)

// days are seeds that once violated an invariant, with what it was.
var days = []struct {
	seed  uint64
	calls int
	what  string
}{
	{1, 350, "a caller who was greeted heard silence while phones rang"},
	{2, 350, "a phone was dialled for the next call before the last one had hung it up"},
	{3, 350, "a supervisor did not follow an agent to a new phone"},
	{6, 350, "an agent who had transferred a call was rung by the next one before the first had hung up"},
	{7, 350, "an announcement that ran out of time was heard all the same"},
	{8, 350, "a dial waited a second for the hang-up of its own call"},
	{9, 350, "a key made an outbound call missed"},
	{10, 350, "a supervisor who reloaded lost the claim, and stayed"},
	{11, 350, "a message was recorded over hold music"},
	{17, 350, "an agent was shown as muted, and heard"},
	{19, 350, "a room was left behind"},
	{25, 350, "a caller waited in silence for ever"},
	{37, 350, "a track of which nobody knew took down what was to be left out"},
	{41, 350, "a caller who was refused stayed on the line, since the hang-up ran out of time"},
	{59, 350, "an agent heard the ringing tone through the talk"},
	{84, 350, "an agent's old phone stayed in the room, unmuted, after a dial whose answer overtook its reply"},
	{97, 350, "waiting music went on under a message"},
	{295, 350, "the pause of a recording was lost with the link during the survey"},
	{417, 350, "a track that was given up began after a gap"},
	{1011, 350, "a recording was shown as paused after a pause that failed, and went on"},
	{1101, 350, "a leg that was dialled late, and answered, stayed for ever"},
	{31200, 500, "a recording that was begun by a step which could not be saved was begun anew after a crash, and could not be paused"},
	{31343, 500, "an announcement whose end was lost with the controller was heard instead of music"},
	{31388, 500, "an announcement that was begun by a step which could not be saved was heard after a crash instead of music"},
	{31883, 500, "a controller that was killed while the disk was full could not start, and nobody tried again"},
	{32168, 500, "who had gone to another call that was over at once was thought to be idle since a wrong moment, by the check"},
	{32425, 500, "a phone was dialled for a call that somebody else had answered meanwhile, since its dial waited for a slow engine"},
	{32745, 500, "a caller's time in the queue ran out while phones rang, and was noticed a step late"},
}

// Covers: IN-2, IN-4, IN-5, IN-6, IN-9, IN-11, IN-12, MISS-1, CALL-3, CALL-4, CALL-6, CALL-7, HOLD-1, HOLD-3, OUT-8, END-1, END-6,
// STAT-0, SYS-3.
func TestDays(t *testing.T) {
	for _, d := range days {
		r, err := Run(Options{Seed: d.seed, Calls: d.calls})
		if err != nil {
			t.Errorf("again, or anew (once: %s): %s", d.what, err)
		}
		if r.Calls < d.calls || r.Figures.Calls < d.calls || r.Steps < r.Calls {
			t.Errorf("seed %d came to %d calls, %d ended, in %d steps", d.seed, r.Calls, r.Figures.Calls, r.Steps)
		}
	}
}

// Days on which some callers go through random flows while controllers die, links break
// and servers fail.
//
// Covers: DP-1, MISS-1, SYS-3.
func TestDaysWithFlows_DP_1_SYS_3(t *testing.T) {
	for _, seed := range []uint64{1, 5, 7, 14, 16} { // 1: a hold that ended with the talk went on in the statistics
		if _, err := Run(Options{Seed: seed, Calls: 350, Flows: true}); err != nil {
			t.Error(err)
		}
	}
}

// A seed is a history: to the last word of its trace.
func TestDayIsRepeatable(t *testing.T) {
	var told [2]bytes.Buffer
	var results [2]Result
	for i := range told {
		r, err := Run(Options{Seed: 4, Calls: 60, Trace: &told[i]})
		if err != nil {
			t.Fatal(err)
		}
		results[i] = r
	}
	if told[0].Len() == 0 || !bytes.Equal(told[0].Bytes(), told[1].Bytes()) || !reflect.DeepEqual(results[0], results[1]) {
		t.Error("the same seed gave another history")
	}
}

// The checks do see what is wrong.
func TestViolationsAreSeen(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	talk := func(change func(c *call.Call)) call.Call {
		c := call.Call{ID: "c", WorkspaceID: "ws1", Direction: "inbound", State: call.Talking, StartedAt: at, AnsweredAt: at.Add(time.Second),
			Agents: []call.Agent{{AgentID: "a", AccountID: "acc1", Party: call.Party{State: call.PartyJoined}}}}
		change(&c)
		return c
	}
	over := func(change func(c *call.Call)) call.Call {
		return talk(func(c *call.Call) {
			c.State, c.Outcome, c.EndedBy, c.EndedAt = call.Ended, call.Answered, call.ByAgent, at.Add(time.Minute)
			c.Agents[0].State = call.PartyLeft
			c.Spent = map[call.State]int64{call.Ringing: 1000, call.Talking: 59000}
			change(c)
		})
	}
	same := func(*call.Call) {}
	ring := func(c *call.Call) { c.Agents[0].State = call.PartyRinging }
	end := []call.Effect{call.Journal{Entry: journal.CallEnded{}}}
	for _, v := range []struct {
		name    string
		prev, c call.Call
		effects []call.Effect
		want    string // part of the violation; "" for none
	}{
		{"a talk goes on", talk(same), talk(same), nil, ""},
		{"a call ends", talk(same), over(same), end, ""},
		{"a second offer", call.Call{}, talk(ring), nil, "ring for 2 offers"},
		{"an offer besides a winner", talk(same), talk(func(c *call.Call) {
			ring(c)
			c.Agents[0].AccountID = "acc9"
		}), []call.Effect{call.Journal{Entry: journal.CallAnswered{}}}, "still rings"},
		{"ended without an entry", talk(same), over(same), nil, "has ended 0 times"},
		{"ended twice", talk(same), over(same), append(end, end...), "has ended 2 times"},
		{"an end after the end", over(same), over(func(c *call.Call) { c.EndedBy = call.ByCustomer }), nil, "changed again"},
		{"two classes", talk(same), over(func(c *call.Call) { c.MissedReason = dialplan.UserLeft }), end, "ended as"},
		{"no class", talk(same), over(func(c *call.Call) { c.Outcome = "" }), end, "outcome"},
		{"phases too short", talk(same), over(func(c *call.Call) { c.Spent[call.Talking]-- }), end, "its phases are"},
		{"an agent stays", talk(same), over(func(c *call.Call) { c.Agents[0].State = call.PartyJoined }), end, "is joined"},
		{"hold stays", talk(same), over(func(c *call.Call) { c.Hold = &call.Hold{} }), end, "goes on"},
		{"one agent twice", talk(same), talk(func(c *call.Call) { c.Agents = append(c.Agents, c.Agents[0]) }), nil, "takes part twice"},
		{"eleven participants", talk(same), talk(func(c *call.Call) {
			for i := range 9 {
				c.Agents = append(c.Agents, call.Agent{AgentID: string(rune('b' + i)), Party: call.Party{State: call.PartyJoined}})
			}
		}), nil, "11 participants"},
	} {
		t.Run(v.name, func(t *testing.T) {
			w := &world{offers: map[string]int{"acc1": 1}}
			if len(v.prev.Agents) > 0 && v.prev.Agents[0].State == call.PartyJoined {
				w.offers["acc1"] = 0
			}
			w.checkOffers(&v.prev, &v.c)
			w.auditOffers(func(id string, _ time.Duration, format string, args ...any) { w.fail(id, format, args...) })
			w.checkWinner(&v.prev, &v.c, v.effects)
			w.checkParticipants(&v.c)
			w.checkEnd(&v.prev, &v.c, v.effects)
			got := ""
			if w.bad != nil {
				got = w.bad.Text
			}
			if !strings.Contains(got, v.want) || v.want == "" && got != "" {
				t.Errorf("seen: %q, want %q", got, v.want)
			}
		})
	}
}
