package stage_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"ringdesk/controller/board"
	"ringdesk/controller/call"
	"ringdesk/controller/presence"
	"ringdesk/controller/sounds"
	"ringdesk/controller/stats"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/figures"
	"ringdesk/testkit/stage"
)

// What the day of TestDay comes to, written before it was played. Its calls stand beside
// the lines that play them.
var (
	dayTotal = stats.Total{Calls: 30, Inbound: 26, Outbound: 4, InboundAnswered: 14, OutboundAnswered: 2, Missed: 12, Transfers: 2, Invitations: 2, Callbacks: 1,
		Voicemails: 1, Grades: 1, GradeSum: 4, Waits: 14, Within: 14, WithinOfRing: 14}
	dayReasons = map[string]int64{"userLeft": 2, "workflow": 2, "noOperator": 2, "ringTimeOver": 1, "notInOperation": 1, "blockedUser": 1, "exceededQueue": 1,
		"abandonedInQueue": 1, "inboundRateLimit": 1}
	dayAgents = []stats.AgentTotal{ // Ana, Ben, Cho, Dee
		{Answered: 5, Outbound: 2, Missed: 3, Wraps: 7},
		{Answered: 5, Outbound: 1, Joined: 1, Missed: 3, Wraps: 6},
		{Answered: 4, Outbound: 1, Missed: 3, Wraps: 4},
		{Answered: 2, Missed: 4, Wraps: 2},
	}
	dayBoard = stats.Today{Calls: 30, Inbound: 26, Outbound: 4, Answered: 14, Missed: 12, Within: 14}
	// dayHolds is how often customers were put on hold.
	dayHolds int64 = 5
)

// day is the day that is played.
type day struct {
	*stage.Stage
	settings dialplan.Settings
	n        int // customers
}

// customer is somebody new.
func (d *day) customer() *stage.Customer {
	d.n++
	return d.Customer(fmt.Sprintf("Customer %d", d.n), fmt.Sprintf("+8210123430%02d", d.n))
}

// talk lets somebody new call, and an agent answer.
func (d *day) talk(a *stage.Agent) (*stage.Customer, string) {
	d.T.Helper()
	c := d.customer()
	c.Dial()
	id := a.Answer(d.T)
	d.AwaitState(id, call.Talking)
	d.quiet()
	return c, id
}

// quiet waits until no phone rings any more: it would be answered for the next call.
func (d *day) quiet() {
	d.T.Helper()
	for _, a := range d.Agents {
		stage.Await(d.T, a.Name+"'s phone is quiet", stage.ActionTime, func() (bool, string) { return a.Ringing() == nil, "it rings" })
	}
}

// over lets a customer hang up.
func (d *day) over(c *stage.Customer, id string) {
	d.T.Helper()
	c.Hangup()
	d.AwaitState(id, call.Ended)
}

// missed lets somebody call who is missed, with other settings for that long.
func (d *day) missed(reason dialplan.MissedReason, with func(*dialplan.Settings), then func(*stage.Customer)) {
	d.T.Helper()
	settings := d.settings
	if with != nil {
		with(&settings)
		d.Configure(settings)
		defer d.Configure(d.settings)
	}
	c := d.customer()
	c.Dial()
	if then != nil {
		then(c)
	}
	c.AwaitOver(d.T)
	if got := d.AwaitState(d.CallFrom(c.Number).ID, call.Missed); got.MissedReason != reason {
		d.T.Errorf("%s was missed as %q, want %q", c.Name, got.MissedReason, reason)
	}
	d.quiet()
}

// A day of 30 calls on a real Asterisk gives the figures that were written down before: in
// the report, in the raw data and on the live board.
//
// Covers: STAT-0, STAT-1, STAT-2, STAT-3, STAT-4, MISS-1, END-5.
func TestDay(t *testing.T) {
	t.Parallel()
	wrapUp := 600
	d := &day{settings: dialplan.Settings{CallbackKey: "1", WrapUpSeconds: &wrapUp, AnnounceSeconds: -1, Language: sounds.English}}
	d.Stage = stage.New(t, stage.Scene{Agents: 4, Unrecorded: true, Settings: d.settings})
	d.LiftCaps()
	d.Tx(func(tx *models.Tx) error { // where it is about noon: the day does not end meanwhile
		zone := fmt.Sprintf("Etc/GMT%+d", time.Now().UTC().Hour()-12)
		return tx.UpdateWorkspace(d.Workspace, models.WorkspaceUpdate{TimeZone: &zone})
	})
	for _, name := range []string{sounds.CallbackConfirmed, sounds.SurveyQuestion, sounds.SurveyThanks, sounds.Unavailable, sounds.QueueFull, sounds.BusyLine, sounds.Closed,
		sounds.VoicemailPrompt, sounds.Beep} {
		d.Prompt(name, 300*time.Millisecond)
	}
	d.busyHour()
	d.holdsAndTransfers()
	d.turnedAway()
	d.placed()
	d.compare()
}

// busyHour: all four talk, and nobody is free for those who call meanwhile.
func (d *day) busyHour() {
	ana, ben, cho, dee := d.Agents[0], d.Agents[1], d.Agents[2], d.Agents[3]
	one, first := d.talk(ana)                                                                     // 1
	two, second := d.talk(ben)                                                                    // 2
	three, third := d.talk(cho)                                                                   // 3
	four, fourth := d.talk(dee)                                                                   // 4
	d.missed(dialplan.ExceededQueue, func(s *dialplan.Settings) { s.QueueCalls = new(int) }, nil) // 5
	d.missed(dialplan.AbandonedInQueue, func(s *dialplan.Settings) { s.QueueSeconds = 1 }, nil)   // 6
	var back *stage.Customer
	d.missed(dialplan.Workflow, nil, func(c *stage.Customer) { // 7
		c.HearsTones(d.T, stage.MusicHz)
		c.Press(d.T, "1")
		back = c
	})
	d.over(one, first)
	ana.Change(presence.Change{EndWrapUp: true}) // a callback is for who is done
	id := ana.Answer(d.T)                        // 8: the callback
	back.Answer(d.T)
	d.AwaitState(id, call.Talking)
	d.over(back, id)
	d.over(two, second)
	d.over(three, third)
	d.over(four, fourth)
	for _, a := range []*stage.Agent{ana, ben} { // 9, 10
		c, id := d.talk(a)
		d.over(c, id)
	}
}

// holdsAndTransfers: what agents do in talks.
func (d *day) holdsAndTransfers() {
	ana, ben, cho, dee := d.Agents[0], d.Agents[1], d.Agents[2], d.Agents[3]
	c, id := d.talk(ana) // 11: held once
	ana.Do(id, call.PutHold)
	ana.Do(id, call.Release)
	d.over(c, id)
	c, id = d.talk(ben) // 12: held until the end
	ben.Do(id, call.PutHold)
	d.over(c, id)
	c, id = d.talk(cho) // 13: held twice
	for range 2 {
		cho.Do(id, call.PutHold)
		cho.Do(id, call.Release)
	}
	d.over(c, id)
	c, id = d.talk(ana) // 14: held, and handed to Ben
	ana.Do(id, call.PutHold)
	ana.DoTo(id, call.Transfer, ben)
	ben.Answer(d.T)
	d.AwaitState(id, call.Talking)
	d.over(c, id)
	team := d.AddTeam("Billing", cho)
	c, id = d.talk(ben) // 15: handed to a team
	ben.DoWith(id, call.Do{Action: call.Transfer, Team: team})
	cho.Answer(d.T)
	d.AwaitState(id, call.Talking)
	d.over(c, id)
	c, id = d.talk(ana) // 16: Ben is invited, and goes on alone
	ana.Invite(d.T, id, ben)
	d.AwaitCall(id, "has two agents", func(c call.Call) bool {
		who, in := c.Agent(ben.ID)
		return in && who.State == call.PartyJoined
	})
	ana.Do(id, call.Leave)
	d.over(c, id)
	c, id = d.talk(cho) // 17: Dee declines an invitation
	cho.DoTo(id, call.Invite, dee)
	dee.Refuse(d.T, 603, "Decline")
	d.AwaitCall(id, "was declined", func(c call.Call) bool {
		who, in := c.Agent(dee.ID)
		return !in || who.State != call.PartyRinging
	})
	d.over(c, id)
	yes := true
	graded := d.settings
	graded.Survey = &yes
	d.Configure(graded)
	c, id = d.talk(dee) // 18: a grade
	d.Configure(d.settings)
	dee.Do(id, call.Leave)
	d.AwaitState(id, call.Survey)
	c.Press(d.T, "4")
	c.AwaitOver(d.T)
	d.AwaitState(id, call.Ended)
}

// turnedAway: nobody talks with who calls.
func (d *day) turnedAway() {
	yes, one, closed := true, 1, &dialplan.Override{}
	hangsUp := func(c *stage.Customer) {
		for _, a := range d.Agents {
			a.AwaitRing(d.T)
		}
		c.Hangup()
	}
	d.missed(dialplan.UserLeft, nil, hangsUp)                      // 19
	d.missed(dialplan.UserLeft, nil, hangsUp)                      // 20
	d.missed(dialplan.RingTimeOver, nil, func(c *stage.Customer) { // 21: all decline
		for _, a := range d.Agents {
			a.Refuse(d.T, 603, "Decline")
		}
	})
	d.missed(dialplan.NotInOperation, func(s *dialplan.Settings) { s.Override = closed }, nil)         // 22
	d.missed(dialplan.Workflow, func(s *dialplan.Settings) { s.TurnAway = &yes }, nil)                 // 23
	d.missed(dialplan.InboundRateLimit, func(s *dialplan.Settings) { s.InboundPerMinute = &one }, nil) // 24
	d.Tx(func(tx *models.Tx) error {
		return tx.Block(models.Block{ID: models.NewID(), WorkspaceID: d.Workspace, Number: fmt.Sprintf("+8210123430%02d", d.n+1), CreatedAt: models.At(time.Now())})
	})
	d.missed(dialplan.BlockedUser, nil, nil) // 25
	for _, a := range d.Agents {
		a.Ready(false)
	}
	d.missed(dialplan.NoOperator, nil, nil)                                                                                        // 26
	d.missed(dialplan.NoOperator, func(s *dialplan.Settings) { s.VoicemailOn = []string{"noOperator"} }, func(c *stage.Customer) { // 27: a message
		id := d.Newest(27)
		stage.Await(d.T, "the message is recorded", stage.ActionTime, func() (bool, string) { return d.Count(id, "voicemail.started") == 1, "" })
		c.Press(d.T, "#")
	})
	for _, a := range d.Agents {
		a.Ready(true)
	}
}

// placed: agents call customers.
func (d *day) placed() {
	ana, ben, cho := d.Agents[0], d.Agents[1], d.Agents[2]
	c := d.customer()
	made, err := ana.Place(c.Number) // 28
	if err != nil {
		d.T.Fatal(err)
	}
	c.Answer(d.T)
	d.AwaitState(made.ID, call.Talking)
	d.over(c, made.ID)
	for a, refusal := range map[*stage.Agent]int{ben: 486, cho: 603} { // 29, 30
		c := d.customer()
		made, err := a.Place(c.Number)
		if err != nil {
			d.T.Fatal(err)
		}
		c.Refuse(d.T, refusal, "No")
		d.AwaitState(made.ID, call.Ended)
	}
}

// compare ends the wrap-ups, waits until all is counted, and compares.
func (d *day) compare() {
	t, store := d.T, d.Store()
	for _, a := range d.Agents {
		a.Change(presence.Change{EndWrapUp: true})
	}
	ws, err := store.Workspace(t.Context(), d.Workspace)
	if err != nil {
		t.Fatal(err)
	}
	zone := dialplan.Location(ws.TimeZone)
	today := time.Now().In(zone).Format(time.DateOnly)
	var report stats.Report
	stage.Await(t, "all is counted", stage.ActionTime, func() (bool, string) {
		report, err = stats.Ask(t.Context(), store, models.SumFilter{Workspace: d.Workspace, From: today, To: today}, time.Hour)
		wraps := int64(0)
		for _, a := range report.Agents {
			wraps += a.Wraps
		}
		return err == nil && report.Total.Calls == dayTotal.Calls && wraps == 19, fmt.Sprintf("%d calls, %d wrap-ups, %v", report.Total.Calls, wraps, err)
	})
	if got := counts(report.Total); got != dayTotal {
		t.Errorf("the report:\n%+v\nwritten down:\n%+v", got, dayTotal)
	}
	if soon := report.Total.ShortAbandons; soon > 2 || report.Total.Waited+soon != 21 { // how soon they hung up is the machine's
		t.Errorf("%d waited, and %d hung up soon: 21 in all were not turned away", report.Total.Waited, soon)
	}
	reasons := map[string]int64{}
	for _, r := range report.Reasons {
		reasons[r.Reason] = r.Calls
	}
	if !reflect.DeepEqual(reasons, dayReasons) {
		t.Errorf("missed: %v, written down: %v", reasons, dayReasons)
	}
	for i, a := range d.Agents {
		want := dayAgents[i]
		want.AgentID = a.ID
		at := slices.IndexFunc(report.Agents, func(got stats.AgentTotal) bool { return got.AgentID == a.ID })
		if at < 0 {
			t.Errorf("%s is not in the report", a.Name)
			continue
		}
		got := report.Agents[at]
		if got.TalkMS <= 0 || got.RingMS <= 0 || got.WrapMS <= 0 {
			t.Errorf("%s has no times: %+v", a.Name, got)
		}
		got.RingMS, got.DialMS, got.TalkMS, got.HoldMS, got.WrapMS = 0, 0, 0, 0, 0
		if got != want {
			t.Errorf("%s:\n%+v\nwritten down:\n%+v", a.Name, got, want)
		}
	}
	d.others(report, zone)
}

// counts are the figures that do not depend on how fast the machine is.
func counts(t stats.Total) stats.Total {
	t.TalkMS, t.HoldMS, t.RingMS, t.DialMS, t.FirstResponseMS, t.Wraps, t.WrapMS, t.Waited, t.ShortAbandons, t.MedianWait, t.P90Wait = 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
	return t
}

// others compares the raw data and the live board.
func (d *day) others(report stats.Report, zone *time.Location) {
	t, store := d.T, d.Store()
	today := time.Now().In(zone)
	raw, holds, err := figures.OfRawData(t.Context(), store, d.Workspace, today, zone, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if holds != dayHolds {
		t.Errorf("%d holds in the raw data, written down: %d", holds, dayHolds)
	}
	if raw.Total != report.Total || !reflect.DeepEqual(raw.Agents, report.Agents) || !reflect.DeepEqual(raw.Reasons, report.Reasons) {
		t.Errorf("the raw data:\n%+v\nthe report:\n%+v", raw, report)
	}
	live := board.Board{Store: store, Now: time.Now}
	got, _, _, err := live.Look(t.Context(), d.Workspace, zone, "", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if got.Waited != int(report.Total.Waited) {
		t.Errorf("%d waited on the board, %d in the report", got.Waited, report.Total.Waited)
	}
	if got.Waited = 0; got != dayBoard {
		t.Errorf("the board:\n%+v\nwritten down:\n%+v", got, dayBoard)
	}
}
