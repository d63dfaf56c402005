package stage

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"ringdesk/dialplan"
	"ringdesk/e2e/phone"
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
	s := NewAlone(t, Script{Agents: 10, Unrecorded: true, Settings: dialplan.Settings{Automatic: &yes, InboundPerMinute: &any}}, newCalls)
	crowd := s.Crowd(false)
	crowd.press(newCalls/2, time.Second) // the machine is warm then
	s.idle()
	var before census
	s.must("census", nil, &before)
	began := time.Now()

	usual := crowd.press(newCalls*3/4, 4*time.Second)
	s.idle()
	much := crowd.press(offered, 4*time.Second)
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

	s.idle()
	await(t, "the refused calls are written down", actionTime, func() (bool, string) {
		n := s.overloadNoted(began)
		return n == len(much.refusals), fmt.Sprint(n)
	})
	// Connections to the engine that nobody needs any more close after some seconds.
	await(t, "the memory is as before", 4*actionTime, func() (bool, string) {
		var now census
		s.must("census", nil, &now)
		return now.Live == 0 && now.Goroutines <= before.Goroutines+3, fmt.Sprintf("%+v, before %+v", now, before)
	})
}

// press lets calls come at a rate for a time. Who rings or waits hangs up.
func (c *Crowd) press(perSecond int, length time.Duration) load {
	t := c.stage.t
	t.Helper()
	first := len(c.Callers)
	const most = 50 // numbers, so that there are few contacts
	tick := time.NewTicker(time.Second / time.Duration(perSecond))
	defer tick.Stop()
	for began := time.Now(); time.Since(began) < length; <-tick.C {
		c.Dial(fmt.Sprintf("+82101234%04d", len(c.Callers)%most))
		leaveIfTaken(c.Callers[first:])
	}
	calls := c.Callers[first:]
	await(t, "all calls are over", 2*actionTime, func() (bool, string) {
		leaveIfTaken(calls)
		left := slices.ContainsFunc(calls, func(k *Caller) bool { return k.Ended().At.IsZero() })
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
func leaveIfTaken(calls []*Caller) {
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
func (s *Stage) idle() {
	s.t.Helper()
	await(s.t, "nothing is left", actionTime, func() (bool, string) {
		var channels, bridges []struct{ Name string }
		s.ari("/channels", &channels)
		s.ari("/bridges", &bridges)
		var now census
		s.must("census", nil, &now)
		live, err := s.house.store.LiveCalls(context.Background())
		claims, cerr := s.house.store.Claims(context.Background())
		return len(channels)+len(bridges)+len(live)+len(claims)+now.Live == 0 && err == nil && cerr == nil,
			fmt.Sprint(channels, bridges, len(live), len(claims), now, err, cerr)
	})
}

// overloadNoted is how many refused calls the journal tells of.
func (s *Stage) overloadNoted(since time.Time) int {
	s.t.Helper()
	all, err := s.house.store.RefusedSince(context.Background(), since, 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	n := 0
	for _, e := range all {
		var data struct {
			Calls  int
			Reason string
		}
		if err := json.Unmarshal([]byte(e.Data), &data); err != nil {
			s.t.Fatal(err)
		}
		if data.Reason == "overload" {
			n += data.Calls
		}
	}
	return n
}
