package lang_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
)

const dialled = "+827076660001"

// drawSettings makes random right settings.
func drawSettings(t *rapid.T) dialplan.Settings {
	flag := func(name string) *bool { return rapid.SampledFrom([]*bool{nil, new(true), new(false)}).Draw(t, name) }
	some := func(name string, from, to int) int {
		return rapid.SampledFrom([]int{0, rapid.IntRange(from, to).Draw(t, name)}).Draw(t, name+" is set")
	}
	optional := func(name string, from, to int) *int {
		if rapid.Bool().Draw(t, name+" is set") {
			return new(rapid.IntRange(from, to).Draw(t, name))
		}
		return nil
	}
	key := rapid.SampledFrom([]string{"", "none", "1", "2", "*", "#"})
	team := rapid.SampledFrom([]string{"", "t1", "t2", "t3"})
	s := dialplan.Settings{
		Language: rapid.SampledFrom([]string{"", "ko", "en"}).Draw(t, "language"), Monitored: flag("monitored"), TurnAway: flag("turnAway"),
		Greeting: rapid.SampledFrom([]string{"", "none", "greeting", "custom/w/s"}).Draw(t, "greeting"), Team: team.Draw(t, "team"), Automatic: flag("automatic"),
		Strategy:    rapid.SampledFrom([]dialplan.Strategy{"", dialplan.LongestIdle, dialplan.RoundRobin, dialplan.FewestToday, dialplan.BySkill}).Draw(t, "strategy"),
		RingSeconds: some("ring", 5, 120), Rounds: some("rounds", 1, 10), AssignSilently: flag("silently"), Priority: optional("priority", 0, 9),
		QueueCalls: optional("queue calls", 0, 1000), QueueSeconds: some("queue seconds", 1, 7200),
		AnnounceSeconds: rapid.SampledFrom([]int{0, -1, 10, 90, 600}).Draw(t, "announce"), CallbackKey: key.Draw(t, "callback key"), VoicemailKey: key.Draw(t, "voicemail key"),
		VoicemailSeconds: some("voicemail", 10, 600), Survey: flag("survey"), InboundPerMinute: optional("per minute", 0, 100), WrapUpSeconds: optional("wrap-up", 0, 3600),
		JoinMuted: flag("join muted"), BlockDays: some("block days", 1, 365),
	}
	reasons := []string{"notInOperation", "noOperator", "exceededQueue", "abandonedInQueue", "ringTimeOver"}
	if on := rapid.SliceOfNDistinct(rapid.SampledFrom(reasons), 0, 5, rapid.ID).Draw(t, "voicemail on"); len(on) > 0 {
		s.VoicemailOn = on
	}
	for range rapid.IntRange(0, 2).Draw(t, "fallbacks") {
		s.Fallback = append(s.Fallback, dialplan.Level{Team: team.Draw(t, "fallback"), Rounds: some("its rounds", 1, 10)})
	}
	if rapid.Bool().Draw(t, "skills") {
		s.Skills = map[string]int{"refund": rapid.IntRange(1, 9).Draw(t, "level"), "영어 \"회화\"": 3}
	}
	drawHours(t, &s)
	return s
}

func drawHours(t *rapid.T, s *dialplan.Settings) {
	if rapid.Bool().Draw(t, "hours") {
		s.Hours = &dialplan.Hours{}
		for d := range s.Hours.Week {
			if cut := rapid.IntRange(0, 1438).Draw(t, "cut"); cut > 300 {
				s.Hours.Week[d] = []dialplan.Period{{From: cut - 300, To: cut}, {From: cut + 1, To: 1440}}
			}
		}
		s.Hours.Holidays = []dialplan.Holiday{{Date: "2026-12-25", Name: "성탄절 ${x}"}, {Date: "2026-12-24", Periods: []dialplan.Period{{From: 60, To: 61}}}}
	}
	if rapid.Bool().Draw(t, "override") {
		var overrides []dialplan.Override
		for range rapid.IntRange(1, 3).Draw(t, "overrides") {
			o := dialplan.Override{Open: rapid.Bool().Draw(t, "open")}
			if rapid.Bool().Draw(t, "ends") {
				o.Until = time.Date(2026, 12, rapid.IntRange(23, 26).Draw(t, "until"), 3, 0, 0, 0, time.UTC)
			}
			overrides = append(overrides, o)
		}
		s.Override = dialplan.InTurn(overrides)
	}
}

// decided is what a flow comes to until agents are looked for, as a plan. message
// says that the caller may leave one at once.
func decided(t *rapid.T, p *flow.Program, base dialplan.Settings, f dialplan.Facts) (plan dialplan.Plan, message bool) {
	facts := flow.Facts{TimeZone: f.TimeZone, Blocked: f.Blocked, PerMinute: f.PerMinute, Callable: true}.Merged(base, false)
	s, actions := flow.Next(p, flow.State{}, flow.Start{Flow: p.FlowOf(dialled).Name, Facts: facts}, f.Now)
	var said []string
	for range 10 {
		for _, a := range actions {
			switch a := a.(type) {
			case flow.PlaySounds:
				if st := p.Flow(s.Flow).Step(s.Step); st == nil || st.Voicemail == nil {
					said = append(said, a.Sounds...)
				}
			case flow.Enqueue:
				a.Plan.Say = said
				return a.Plan, false
			case flow.Record:
				return dialplan.Plan{Refuse: s.Reason, Say: said, VoicemailSeconds: a.Seconds}, true
			case flow.HangUp:
				return dialplan.Plan{Refuse: a.End.Reason, Say: said}, false
			}
		}
		s, actions = flow.Next(p, s, flow.PlayEnded{ID: s.Asked}, f.Now)
	}
	t.Fatalf("the flow comes to nothing: %+v", s)
	return
}

// The flow that settings are shown as checks without a word, formats to itself,
// and decides as Decide does: whatever holds where it leaves something out.
//
// Covers: DP-2, IN-4, IN-6, IN-10, MISS-1
func TestFlowOfSettings_DP_2_IN_10(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSettings(t)
		text := lang.FromSettings(dialled, s, shop().Installation.Teams)
		world := shop()
		world.Installation.Sounds = append(world.Installation.Sounds, lang.Sound{Name: "greeting-recorded"})
		p, found := lang.Compile([]lang.File{{Name: "shown.hcl", Text: text}}, world)
		if len(found) > 0 {
			t.Fatalf("%v\n%s", found, text)
		}
		if again := lang.Format("shown.hcl", text); string(again) != string(text) {
			t.Fatalf("formatted otherwise:\n%s\n%s", text, again)
		}
		f := dialplan.Facts{Now: time.Date(2026, 12, rapid.IntRange(20, 27).Draw(t, "day"), rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute"), 0, 0, time.UTC),
			TimeZone: "Asia/Seoul", Blocked: rapid.IntRange(0, 9).Draw(t, "blocked") == 0, PerMinute: rapid.IntRange(0, 120).Draw(t, "calls")}
		want := dialplan.Decide(dialplan.Merge(s, dialplan.Settings{}, dialplan.Settings{}), f)
		for _, base := range []dialplan.Settings{s, {}} {
			got, message := decided(t, p, base, f)
			if got.Refuse != want.Refuse || !slices.Equal(got.Say, want.Say) {
				t.Fatalf("turned away for %q after %q, want %q after %q\n%s", got.Refuse, got.Say, want.Refuse, want.Say, text)
			}
			if want.Refuse != "" {
				if offers := slices.Contains(want.VoicemailOn, string(want.Refuse)); message != offers || message && got.VoicemailSeconds != want.VoicemailSeconds {
					t.Fatalf("a message for %q: %v, want %v\n%s", want.Refuse, message, offers, text)
				}
				continue
			}
			compare(t, got, want, text)
		}
	})
}

// compare says where two plans differ. What the settings say of messages that
// nobody can leave in the queue is no part of the flow.
func compare(t *rapid.T, got, want dialplan.Plan, text []byte) {
	want.VoicemailOn = slices.DeleteFunc(slices.Clone(want.VoicemailOn), func(on string) bool { return on == "notInOperation" })
	if len(want.VoicemailOn) == 0 && want.VoicemailKey == "" {
		got.VoicemailSeconds = want.VoicemailSeconds
	}
	if len(want.VoicemailOn) == 0 {
		want.VoicemailOn = nil
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("decided\n%+v, want\n%+v\n%s", got, want, text)
	}
}
