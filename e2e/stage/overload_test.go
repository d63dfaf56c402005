package stage_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"ringdesk/dialplan"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/stage"
)

const (
	newCalls = 20  // a second that are taken
	offered  = 100 // a second that come
	// refuseTime is how long a refusal may take on a busy machine; it takes some
	// milliseconds.
	refuseTime = time.Second
)

// load is what became of calls that came at a rate.
type load struct {
	rings, refusals []time.Duration // from the INVITE to the 180 or the 503
	queued          int             // every agent was rung for a moment
	others          []string
}

// A hundred calls a second come where twenty are taken: the others get 503 at
// once, those who are taken ring as fast as without them, and nothing is left
// of any. It has the machine to itself: it measures.
func TestOverload_MISS_1_SYS_3(t *testing.T) {
	yes, any := true, 0
	s := stage.NewAlone(t, stage.Scene{Agents: 10, Unrecorded: true, Settings: dialplan.Settings{Automatic: &yes, InboundPerMinute: &any}}, newCalls)
	callers := s.Callers(false)
	press(t, callers, newCalls/2, time.Second) // the machine is warm then
	idle(t, s)
	before := s.Census()
	began := time.Now()

	usual := press(t, callers, newCalls*3/4, 4*time.Second)
	idle(t, s)
	much := press(t, callers, offered, 4*time.Second)
	for name, l := range map[string]load{"usual load": usual, "overload": much} {
		ring, ring95 := quantiles(l.rings)
		no, no95 := quantiles(l.refusals)
		t.Logf("%s: %d calls rang after %v in the median and %v in 95 %%, %d queued; %d got 503 after %v in the median and %v in 95 %%",
			name, len(l.rings), ring, ring95, l.queued, len(l.refusals), no, no95)
		if len(l.others) > 0 {
			t.Errorf("%s: calls that neither rang, queued nor got 503: %v", name, l.others)
		}
		if no95 > refuseTime {
			t.Errorf("%s: refusals took %v", name, no95)
		}
	}
	if len(usual.refusals) > 0 {
		t.Errorf("%d calls were refused below the rate", len(usual.refusals))
	}
	taken := len(much.rings) + much.queued
	if taken < 4*newCalls*3/4 || taken > 6*newCalls {
		t.Errorf("%d calls were taken in 4 s", taken)
	}
	fast, _ := quantiles(usual.rings)
	if slow, _ := quantiles(much.rings); slow > 5*fast+100*time.Millisecond {
		t.Errorf("under overload the calls that were taken rang after %v instead of %v", slow, fast)
	}

	idle(t, s)
	stage.Await(t, "the refused calls are written down", stage.ActionTime, func() (bool, string) {
		n := overloadNoted(t, s, began)
		return n == len(much.refusals), fmt.Sprint(n)
	})
	// Connections to the engine that nobody needs any more close after some seconds.
	stage.Await(t, "the memory is as before", 4*stage.ActionTime, func() (bool, string) {
		now := s.Census()
		return now.Live == 0 && now.Goroutines <= before.Goroutines+3, fmt.Sprintf("%+v, before %+v", now, before)
	})
}

// press lets calls come at a rate for a time. Who rings or waits hangs up.
func press(t *testing.T, c *stage.Callers, perSecond int, length time.Duration) load {
	t.Helper()
	first := len(c.All)
	const most = 50 // numbers, so that there are few contacts
	tick := time.NewTicker(time.Second / time.Duration(perSecond))
	defer tick.Stop()
	for began := time.Now(); time.Since(began) < length; <-tick.C {
		c.Dial(fmt.Sprintf("+82101234%04d", len(c.All)%most))
		leaveIfTaken(c.All[first:])
	}
	calls := c.All[first:]
	stage.Await(t, "all calls are over", 2*stage.ActionTime, func() (bool, string) {
		leaveIfTaken(calls)
		left := slices.ContainsFunc(calls, func(k *stage.Caller) bool { return k.Ended().At.IsZero() })
		return !left, ""
	})
	var l load
	for _, k := range calls {
		ringing := slices.IndexFunc(k.Provisional(), func(r phone.Response) bool { return r.Code == 180 })
		switch f := k.Final(); {
		case f.Code == 503:
			l.refusals = append(l.refusals, f.At.Sub(k.Start))
		case ringing >= 0:
			l.rings = append(l.rings, k.Provisional()[ringing].At.Sub(k.Start))
		case f.Code == 200:
			l.queued++
		default:
			l.others = append(l.others, fmt.Sprintf("%+v %+v", f, k.Ended()))
		}
	}
	return l
}

// leaveIfTaken lets callers hang up for whom a phone rings, or who wait.
func leaveIfTaken(calls []*stage.Caller) {
	for _, k := range calls {
		if !k.Ended().At.IsZero() {
			continue
		}
		if k.Answered() || slices.ContainsFunc(k.Provisional(), func(r phone.Response) bool { return r.Code == 180 }) {
			k.Hangup()
		}
	}
}

// idle waits until nothing of any call is left in the engine, the store and
// the controller. The stage must be alone.
func idle(t *testing.T, s *stage.Stage) {
	t.Helper()
	stage.Await(t, "nothing is left", stage.ActionTime, func() (bool, string) {
		var channels, bridges []struct{ Name string }
		s.ARI("/channels", &channels)
		s.ARI("/bridges", &bridges)
		now := s.Census()
		live, err := s.Store().LiveCalls(context.Background())
		claims, cerr := s.Store().Claims(context.Background())
		return len(channels)+len(bridges)+len(live)+len(claims)+now.Live == 0 && err == nil && cerr == nil,
			fmt.Sprint(channels, bridges, len(live), len(claims), now, err, cerr)
	})
}

// overloadNoted is how many refused calls the journal tells of.
func overloadNoted(t *testing.T, s *stage.Stage, since time.Time) int {
	t.Helper()
	all, err := s.Store().RefusedSince(context.Background(), since, 1000)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range all {
		var data struct {
			Calls  int
			Reason string
		}
		if err := json.Unmarshal([]byte(e.Data), &data); err != nil {
			t.Fatal(err)
		}
		if data.Reason == "overload" {
			n += data.Calls
		}
	}
	return n
}
