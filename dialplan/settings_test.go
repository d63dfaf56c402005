package dialplan_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringdesk/dialplan"
)

func TestParseRefuses(t *testing.T) {
	week := func(day string) string { return `{"hours":{"week":[` + day + `,[],[],[],[],[],[]]}}` }
	holiday := func(h string) string { return `{"hours":{"week":[[],[],[],[],[],[],[]],"holidays":[` + h + `]}}` }
	cases := []struct{ text, want string }{
		{`{`, "not JSON"},
		{`{"rounds":1}}`, "one JSON object"},
		{`[]`, "the settings must be an object, not array"},
		{`{"rounds":1} {}`, "one JSON object"},
		{`{"ringSecs":20}`, `there is no setting "ringSecs"`},
		{`{"ringSeconds":"20"}`, "ringSeconds must be a whole number, not string"},
		{`{"ringSeconds":20.5}`, "ringSeconds must be a whole number, not number 20.5"},
		{`{"turnAway":1}`, "turnAway must be true or false, not number"},
		{`{"turn":true}`, `there is no setting "turn"`},
		{`{"team":7}`, "team must be a text, not number"},
		{`{"fallback":{}}`, "fallback must be a list, not object"},
		{`{"fallback":[{"team":1}]}`, "fallback.team must be a text"},
		{`{"skills":{"x":"y"}}`, "skills"},
		{`{"override":{"open":true,"until":"soon"}}`, "override.until must be a moment"},
		{`{"override":{"open":true,"less":null}}`, `there is no setting "less"`},
		{`{"hours":{"week":[[],[]]}}`, "hours.week must have 7 days, Sunday first, not 2"},
		{`{"hours":{"week":[[],[],[],[],[],[],[],[]]}}`, "hours.week must have 7 days, Sunday first, not 8"},
		{`{"hours":{"week":"always"}}`, "hours.week must be a list, not string"},
		{week(`[{"from":"9:00"}]`), "hours.week.from must be a whole number, not string"},
		{week(`[{"begin":540}]`), `there is no setting "begin"`},
		{week(`[{"from":540,"to":540}]`), "hours.week[0][0] must go from a minute to a later one"},
		{week(`[{"from":-1,"to":5}]`), "hours.week[0][0]"},
		{week(`[{"from":0,"to":1441}]`), "0 to 1440"},
		{week(`[{"from":0,"to":60},{"from":59,"to":90}]`), "hours.week[0][1] overlaps"},
		{week("[" + strings.Repeat(`{"from":0,"to":1},`, 24) + `{"from":0,"to":1}]`), "at most 24, not 25"},
		{holiday(`{"date":"25.12.2026"}`), "hours.holidays[0].date must be a day as 2026-12-25"},
		{holiday(`{"date":"2026-02-30"}`), "hours.holidays[0].date"},
		{holiday(`{"date":"2026-12-25"},{"date":"2026-12-25"}`), "hours.holidays[1].date is there twice"},
		{holiday(`{"date":"2026-12-25","periods":[{"from":9,"to":3}]}`), "hours.holidays[0].periods[0]"},
		{holiday(strings.Repeat(`{"date":"2026-12-25"},`, 1000) + `{"date":"2026-12-25"}`), "at most 1000, not 1001"},
		{`{"language":"fr"}`, `language must be one of ko, en, not "fr"`},
		{`{"greeting":"../../etc/passwd"}`, "greeting must be the name of a sound"},
		{`{"greeting":"a b"}`, "greeting"},
		{`{"greeting":"/a"}`, "greeting"},
		{`{"strategy":"random"}`, "strategy must be one of longestIdle, roundRobin, fewestToday, skillPriority"},
		{`{"skills":{"refund":0}}`, "skills.refund must be from 1 to 9, not 0"},
		{`{"skills":{"refund":10}}`, "skills.refund"},
		{`{"skills":{"":1}}`, "skills must each have a name"},
		{`{"ringSeconds":4}`, "ringSeconds must be from 5 to 120, not 4"},
		{`{"ringSeconds":121}`, "ringSeconds"},
		{`{"rounds":-1}`, "rounds must be from 1 to 10"},
		{`{"rounds":11}`, "rounds"},
		{`{"fallback":[{"team":"a"},{"team":"b","rounds":11}]}`, "fallback[1].rounds"},
		{`{"fallback":[` + strings.Repeat(`{},`, 10) + `{}]}`, "fallback may have at most 10 teams, not 11"},
		{`{"priority":10}`, "priority must be from 0 to 9"},
		{`{"priority":-1}`, "priority"},
		{`{"queueCalls":1001}`, "queueCalls must be from 0 to 1000"},
		{`{"queueSeconds":7201}`, "queueSeconds must be from 1 to 7200"},
		{`{"announceSeconds":9}`, "announceSeconds must be from 10 to 600"},
		{`{"announceSeconds":-2}`, "announceSeconds"},
		{`{"callbackKey":"11"}`, "callbackKey must be a key of the telephone"},
		{`{"voicemailKey":"a"}`, "voicemailKey"},
		{`{"callbackKey":"1","voicemailKey":"1"}`, "voicemailKey must be another key than callbackKey"},
		{`{"voicemailOn":["userLeft"]}`, "voicemailOn must be some of"},
		{`{"voicemailOn":["noOperator","noOperator"]}`, "voicemailOn"},
		{`{"voicemailOn":["none","noOperator"]}`, "voicemailOn"},
		{`{"voicemailSeconds":601}`, "voicemailSeconds must be from 10 to 600"},
		{`{"inboundPerMinute":-1}`, "inboundPerMinute"},
		{`{"wrapUpSeconds":3601}`, "wrapUpSeconds must be from 0 to 3600"},
		{`{"blockDays":366}`, "blockDays must be from 1 to 365"},
		{`{"rounds":11,"blockDays":366}`, "blockDays"}, // all mistakes at once
	}
	for _, c := range cases {
		if s, err := dialplan.Parse(c.text); err == nil || !strings.Contains(err.Error(), c.want) || !reflect.DeepEqual(s, dialplan.Settings{}) {
			t.Errorf("%.120s: %v, want %q", c.text, err, c.want)
		}
	}
}

func TestParseTakes(t *testing.T) {
	no, zero := false, 0
	cases := []struct {
		text string
		want dialplan.Settings
	}{
		{"", dialplan.Settings{}},
		{"{}", dialplan.Settings{}},
		{"null", dialplan.Settings{}},
		{` {"turnAway":false,"wrapUpSeconds":0,"announceSeconds":-1} `, dialplan.Settings{TurnAway: &no, WrapUpSeconds: &zero, AnnounceSeconds: -1}},
		{`{"greeting":"custom/0199-a/0199-b","callbackKey":"#","voicemailKey":"none","voicemailOn":["none"]}`,
			dialplan.Settings{Greeting: "custom/0199-a/0199-b", CallbackKey: "#", VoicemailKey: "none", VoicemailOn: []string{"none"}}},
		{`{"hours":{"week":[[],[{"from":0,"to":720},{"from":720,"to":1440}],[],[],[],[],[]]}}`,
			dialplan.Settings{Hours: &dialplan.Hours{Week: dialplan.Week{{}, {{From: 0, To: 720}, {From: 720, To: 1440}}, {}, {}, {}, {}, {}}}}},
		{`{"override":{"open":true,"until":"2026-12-25T18:00:00Z","by":"a"}}`,
			dialplan.Settings{Override: &dialplan.Override{Open: true, Until: time.Date(2026, 12, 25, 18, 0, 0, 0, time.UTC), By: "a"}}},
	}
	for _, c := range cases {
		got, err := dialplan.Parse(c.text)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v", c.text, got, err)
		}
	}
}

// The defaults say all, are right themselves, and survive being written.
func TestDefaults_IN_4_IN_6(t *testing.T) {
	d := dialplan.Defaults()
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	again, err := dialplan.Parse(string(text))
	if err != nil || !reflect.DeepEqual(again, d) {
		t.Errorf("read again: %+v, %v", again, err)
	}
	if d.RingSeconds != 20 || d.Rounds != 1 || *d.QueueCalls != 200 || d.QueueSeconds != 3600 || d.Strategy != dialplan.LongestIdle {
		t.Errorf("IN-4 and IN-6 say otherwise: %+v", d)
	}
	merged := reflect.ValueOf(dialplan.Merge(dialplan.Settings{}, dialplan.Settings{}, dialplan.Settings{}))
	for i := range merged.NumField() {
		switch name := merged.Type().Field(i).Name; name {
		case "Hours", "Override", "Team", "Fallback", "Skills": // nothing is the default
		default:
			if merged.Field(i).IsZero() {
				t.Errorf("%s has no default", name)
			}
		}
	}
}

func TestMerge(t *testing.T) {
	parse := func(text string) dialplan.Settings {
		t.Helper()
		s, err := dialplan.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	cases := []struct {
		name, number, team, workspace string
		want                          string // what differs from the defaults
	}{
		{"nothing", `{}`, `{}`, `{}`, `{}`},
		{"the number goes first", `{"rounds":2}`, `{"rounds":3}`, `{"rounds":4}`, `{"rounds":2}`},
		{"then the team", `{}`, `{"rounds":3}`, `{"rounds":4}`, `{"rounds":3}`},
		{"then the workspace", `{}`, `{}`, `{"rounds":4}`, `{"rounds":4}`},
		{"each matter by itself", `{"rounds":2}`, `{"language":"en"}`, `{"blockDays":1}`, `{"rounds":2,"language":"en","blockDays":1}`},
		{"false and 0 are said, too", `{"turnAway":false}`, `{"wrapUpSeconds":0}`, `{"turnAway":true,"wrapUpSeconds":9}`, `{"wrapUpSeconds":0}`},
		{"none switches off", `{"greeting":"none","callbackKey":"none"}`, `{}`, `{"greeting":"greeting","callbackKey":"1"}`, `{}`},
		{"never announced", `{"announceSeconds":-1}`, `{}`, `{"announceSeconds":60}`, `{"announceSeconds":-1}`},
		{"empty lists say nothing", `{"fallback":[],"skills":{},"voicemailOn":[]}`, `{}`, `{"fallback":[{"team":"a"}],"skills":{"x":1},"voicemailOn":["noOperator"]}`,
			`{"fallback":[{"team":"a"}],"skills":{"x":1},"voicemailOn":["noOperator"]}`},
		{"a team does not name a team", `{}`, `{"team":"b","fallback":[{"team":"c"}]}`, `{"team":"a"}`, `{"team":"a","fallback":[{"team":"c"}]}`},
		{"a greeting is monitored if its level says so", `{"greeting":"greeting-recorded","monitored":true}`, `{}`, `{}`, `{"greeting":"greeting-recorded","monitored":true}`},
		{"or a level before", `{"monitored":true}`, `{}`, `{"greeting":"greeting-recorded"}`, `{"greeting":"greeting-recorded","monitored":true}`},
		{"but not by a level after it", `{"greeting":"greeting"}`, `{}`, `{"greeting":"greeting-recorded","monitored":true}`, `{"greeting":"greeting"}`},
		{"no greeting is not monitored", `{"greeting":"none"}`, `{}`, `{"greeting":"greeting-recorded","monitored":true}`, `{}`},
	}
	for _, c := range cases {
		got := dialplan.Merge(parse(c.number), parse(c.team), parse(c.workspace))
		want := dialplan.Defaults()
		if err := json.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", c.name, got, want)
		}
	}
}

// Which hours and which switch hold for a number.
func TestMergeHours_IN_10(t *testing.T) {
	loc := zone(t, "Asia/Seoul")
	at := time.Date(2026, 12, 21, 10, 0, 0, 0, loc) // a Monday
	later := at.Add(time.Hour)
	hours := func(open bool) *dialplan.Hours {
		if open {
			return always()
		}
		return &dialplan.Hours{}
	}
	type level struct {
		hours    string // open, closed or ""
		override string // open, closed or ""; with * it runs out in an hour
	}
	settings := func(l level) (s dialplan.Settings) {
		if l.hours != "" {
			s.Hours = hours(l.hours == "open")
		}
		if word, ends := strings.CutSuffix(l.override, "*"); l.override != "" {
			s.Override = &dialplan.Override{Open: word == "open"}
			if ends {
				s.Override.Until = later
			}
		}
		return s
	}
	cases := []struct {
		name                    string
		number, team, workspace level
		now, later              bool // operating
	}{
		{"no hours at all", level{}, level{}, level{}, true, true},
		{"the workspace's hours", level{}, level{}, level{"closed", ""}, false, false},
		{"the workspace is switched", level{}, level{}, level{"closed", "open*"}, true, false},
		{"the workspace without hours is switched off", level{}, level{}, level{"", "closed*"}, false, true},
		{"the number has hours of its own", level{"open", ""}, level{}, level{"closed", ""}, true, true},
		{"the workspace's switch leaves it alone", level{"open", ""}, level{}, level{"closed", "closed"}, true, true},
		{"the team's switch, too", level{"closed", ""}, level{"", "open"}, level{}, false, false},
		{"the workspace's switch holds for a team without hours", level{}, level{}, level{"open", "closed*"}, false, true},
		{"a number is switched, its hours are the workspace's", level{"", "closed*"}, level{}, level{"open", ""}, false, true},
		{"when that runs out the workspace's switch holds", level{"", "closed*"}, level{}, level{"closed", "open"}, false, true},
		{"of three switches the most specific one", level{"", "open*"}, level{"", "closed*"}, level{"open", "closed*"}, true, true},
		{"which then gives way to the next", level{"", "open*"}, level{"", "closed"}, level{"open", "open"}, true, false},
		{"a switch of the team over the workspace's hours", level{}, level{"", "open*"}, level{"closed", ""}, true, false},
	}
	for _, c := range cases {
		s := dialplan.Merge(settings(c.number), settings(c.team), settings(c.workspace))
		if got := s.Operating(at, loc); got != c.now {
			t.Errorf("%s: operating %v", c.name, got)
		}
		if got := s.Operating(later, loc); got != c.later {
			t.Errorf("%s: an hour later operating %v", c.name, got)
		}
	}
}

// Merging takes from each level what it says, whatever it is, and changes
// none of them.
func TestMergeProperty(t *testing.T) {
	level := func(rt *rapid.T) dialplan.Settings {
		s := dialplan.Settings{Rounds: rapid.IntRange(0, 2).Draw(rt, "rounds"), Language: rapid.SampledFrom([]string{"", "ko", "en"}).Draw(rt, "language")}
		if rapid.Bool().Draw(rt, "says priority") {
			n := rapid.IntRange(0, 1).Draw(rt, "priority")
			s.Priority = &n
		}
		if rapid.Bool().Draw(rt, "switched") {
			s.Override = &dialplan.Override{Open: rapid.Bool().Draw(rt, "on")}
		}
		return s
	}
	rapid.Check(t, func(rt *rapid.T) {
		levels := []dialplan.Settings{level(rt), level(rt), level(rt)}
		before, err := json.Marshal(levels)
		if err != nil {
			rt.Fatal(err)
		}
		m := dialplan.Merge(levels[0], levels[1], levels[2])
		want := dialplan.Defaults()
		for i := range levels {
			l := levels[len(levels)-1-i]
			if l.Rounds != 0 {
				want.Rounds = l.Rounds
			}
			if l.Language != "" {
				want.Language = l.Language
			}
			if l.Priority != nil {
				want.Priority = l.Priority
			}
		}
		if m.Rounds != want.Rounds || m.Language != want.Language || *m.Priority != *want.Priority {
			rt.Fatalf("%+v", m)
		}
		if again := dialplan.Merge(m, dialplan.Settings{}, dialplan.Settings{}); !reflect.DeepEqual(again, m) {
			rt.Fatalf("merging again: %+v", again)
		}
		after, err := json.Marshal(levels)
		if err != nil || string(before) != string(after) {
			rt.Fatalf("the levels changed: %s, %v", after, err)
		}
	})
}
