package dialplan_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringdesk/dialplan"
)

func ptr[T any](v T) *T { return &v }

// Who is turned away, for which reason, and what they hear.
func TestRefusal_MISS_1_IN_10(t *testing.T) {
	// 2026-12-21 is a Monday; the office is open from 9 to 12 in Seoul.
	open, closed := time.Date(2026, 12, 21, 1, 0, 0, 0, time.UTC), time.Date(2026, 12, 21, 11, 0, 0, 0, time.UTC)
	turn := func(s dialplan.Settings) dialplan.Settings { s.TurnAway = ptr(true); return s }
	limited := func(n int) dialplan.Settings { return dialplan.Settings{Hours: office(), InboundPerMinute: &n} }
	greeted := dialplan.Settings{Hours: office(), Greeting: "greeting-recorded", Language: "en"}
	own := dialplan.Settings{Greeting: "custom/w/s"}
	cases := []struct {
		name   string
		s      dialplan.Settings
		f      dialplan.Facts
		refuse dialplan.MissedReason
		say    []string
	}{
		{"nothing is set", dialplan.Settings{}, dialplan.Facts{Now: closed}, "", nil},
		{"inside hours", greeted, dialplan.Facts{Now: open}, "", []string{"en/greeting-recorded"}},
		{"an uploaded greeting", own, dialplan.Facts{Now: open}, "", []string{"custom/w/s"}},
		{"outside hours", greeted, dialplan.Facts{Now: closed}, "notInOperation", []string{"en/closed"}},
		{"outside hours in Korean", dialplan.Settings{Hours: office()}, dialplan.Facts{Now: closed}, "notInOperation", []string{"ko/closed"}},
		{"switched on", dialplan.Settings{Hours: office(), Override: &dialplan.Override{Open: true}}, dialplan.Facts{Now: closed}, "", nil},
		{"switched off", dialplan.Settings{Hours: office(), Override: &dialplan.Override{}}, dialplan.Facts{Now: open}, "notInOperation", []string{"ko/closed"}},
		{"turned away after a greeting", turn(greeted), dialplan.Facts{Now: open}, "workflow", []string{"en/greeting-recorded"}},
		{"turned away without one", turn(dialplan.Settings{}), dialplan.Facts{Now: open}, "workflow", []string{"ko/unavailable"}},
		{"turned away outside hours, too", turn(greeted), dialplan.Facts{Now: closed}, "workflow", []string{"en/greeting-recorded"}},
		{"below the rate", limited(3), dialplan.Facts{Now: open, PerMinute: 2}, "", nil},
		{"above the rate", limited(3), dialplan.Facts{Now: open, PerMinute: 3}, "inboundRateLimit", []string{"ko/busy-line"}},
		{"the rate goes before the flow", turn(limited(3)), dialplan.Facts{Now: closed, PerMinute: 3}, "inboundRateLimit", []string{"ko/busy-line"}},
		{"any rate", limited(0), dialplan.Facts{Now: open, PerMinute: 1e6}, "", nil},
		{"the default rate", dialplan.Settings{}, dialplan.Facts{Now: open, PerMinute: 600}, "inboundRateLimit", []string{"ko/busy-line"}},
		{"blocked", greeted, dialplan.Facts{Now: open, Blocked: true}, "blockedUser", nil},
		{"blocked goes before all", turn(limited(3)), dialplan.Facts{Now: closed, Blocked: true, PerMinute: 3}, "blockedUser", nil},
	}
	for _, c := range cases {
		c.f.TimeZone = "Asia/Seoul"
		p := dialplan.Decide(c.s, c.f)
		if p.Refuse != c.refuse || !slices.Equal(p.Say, c.say) {
			t.Errorf("%s: refused %q after %q, want %q after %q", c.name, p.Refuse, p.Say, c.refuse, c.say)
		}
	}
	inUTC := dialplan.Decide(greeted, dialplan.Facts{Now: open, TimeZone: "Mars/Olympus"})
	if inUTC.Refuse != "notInOperation" { // 01:00
		t.Errorf("an unknown time zone: %+v", inUTC)
	}
}

// A plan has a place for everything that the settings say.
func TestPlan_IN_4_IN_6_Q_2(t *testing.T) {
	f := dialplan.Facts{Now: time.Date(2026, 12, 21, 1, 0, 0, 0, time.UTC), TimeZone: "UTC"}
	defaults := dialplan.Plan{Language: "ko", Overflow: []dialplan.Level{{Rounds: 1}}, Strategy: dialplan.LongestIdle, RingSeconds: 20,
		QueueCalls: 200, QueueSeconds: 3600, AnnounceSeconds: 30, VoicemailSeconds: 120, WrapUpSeconds: 60, BlockDays: 30}
	full := dialplan.Settings{
		Language: "en", Monitored: ptr(true), Team: "a", Fallback: []dialplan.Level{{Team: "b"}, {Rounds: 1}},
		Automatic: ptr(true), Strategy: dialplan.BySkill, Skills: map[string]int{"x": 2}, RingSeconds: 30, Rounds: 3, AssignSilently: ptr(true),
		Priority: ptr(9), QueueCalls: ptr(0), QueueSeconds: 60, AnnounceSeconds: -1, CallbackKey: "1", VoicemailKey: "2",
		VoicemailOn: []string{"noOperator"}, VoicemailSeconds: 60, Survey: ptr(true), WrapUpSeconds: ptr(0), JoinMuted: ptr(true), BlockDays: 7,
	}
	fullPlan := dialplan.Plan{
		Language: "en", Monitored: true, Overflow: []dialplan.Level{{Team: "a", Rounds: 3}, {Team: "b", Rounds: 3}, {Rounds: 1}},
		Automatic: true, Strategy: dialplan.BySkill, Skills: map[string]int{"x": 2}, RingSeconds: 30, AssignSilently: true,
		Priority: 9, QueueSeconds: 60, CallbackKey: "1", VoicemailKey: "2",
		VoicemailOn: []string{"noOperator"}, VoicemailSeconds: 60, Survey: true, JoinMuted: true, BlockDays: 7,
	}
	sameKey := defaults
	sameKey.CallbackKey = "1"
	cases := []struct {
		name string
		s    dialplan.Settings
		want dialplan.Plan
	}{
		{"defaults", dialplan.Settings{}, defaults},
		{"merged defaults", dialplan.Merge(dialplan.Settings{}, dialplan.Settings{}, dialplan.Settings{}), defaults},
		{"everything", full, fullPlan},
		{"switched off", dialplan.Settings{CallbackKey: "none", VoicemailKey: "none", VoicemailOn: []string{"none"}, Greeting: "none"}, defaults},
		{"one key for both", dialplan.Settings{CallbackKey: "1", VoicemailKey: "1"}, sameKey},
	}
	for _, c := range cases {
		if got := dialplan.Decide(c.s, f); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", c.name, got, c.want)
		}
	}
}

func TestFirst_MISS_1(t *testing.T) {
	order := []dialplan.MissedReason{"blockedUser", "unregisteredNumber", "inboundRateLimit", "workflow", "notInOperation", "noOperator", "exceededQueue",
		"abandonedInQueue", "ringTimeOver", "managerLeft", "userLeft"}
	for i, a := range order {
		for j, b := range order {
			if got, want := dialplan.First("", b, a), order[min(i, j)]; got != want {
				t.Errorf("of %s and %s: %s", a, b, got)
			}
		}
	}
	if got := dialplan.First("", "unknown"); got != "" {
		t.Errorf("of none: %q", got)
	}
	rapid.Check(t, func(rt *rapid.T) {
		some := rapid.SliceOfN(rapid.IntRange(0, len(order)-1), 1, 5).Draw(rt, "reasons")
		reasons := make([]dialplan.MissedReason, len(some))
		for i, n := range some {
			reasons[i] = order[n]
		}
		if got := dialplan.First(reasons...); got != order[slices.Min(some)] {
			rt.Fatalf("of %v: %s", reasons, got)
		}
	})
}
