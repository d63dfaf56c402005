package api_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringdesk/api"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// officeHours is open from 9 to 18 on weekdays, Seoul time, and not on
// Christmas.
const officeHours = `"hours":{"week":[[],[{"from":540,"to":1080}],[{"from":540,"to":1080}],[{"from":540,"to":1080}],[{"from":540,"to":1080}],
	[{"from":540,"to":1080}],[]],"holidays":[{"date":"2026-12-25","name":"Christmas"}]}`

func TestSettingsAreReplaced_ADM_1_IN_4_IN_6(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	first := into[api.WorkspaceSettings](c.do("GET", "/settings", "").want(200))
	if !reflect.DeepEqual(first.Settings, api.CallSettings{}) || *first.Defaults.RingSeconds != 20 || *first.Defaults.QueueCalls != 200 {
		t.Errorf("at first: %+v", first)
	}
	body := fmt.Sprintf(`{%s,"automatic":true,"strategy":"roundRobin","team":%q,"fallback":[{"team":"","rounds":2}],"queueCalls":0,"voicemailOn":["noOperator"],
		"skills":{"english":2},"callbackKey":"1","survey":false}`, officeHours, e.here.team)
	c.do("PUT", "/settings", body).want(200)
	got := into[api.WorkspaceSettings](c.do("GET", "/settings", "").want(200)).Settings
	var want api.CallSettings
	if err := json.Unmarshal([]byte(body), &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	// What is shown can be sent back unchanged.
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	c.do("PUT", "/settings", string(text)).want(200)
	// What is left out is not set any more.
	if got := into[api.WorkspaceSettings](c.do("PUT", "/settings", `{"rounds":3}`).want(200)).Settings; got.Hours != nil || got.Team != nil || *got.Rounds != 3 {
		t.Errorf("after replacing: %+v", got)
	}
	if n := e.agentsChanged(e.here.id); n != 3 {
		t.Errorf("waiting calls were looked at %d times", n)
	}
}

// Covers: IN-10.
func TestHoursAreSwitchedByHand_IN_10(t *testing.T) {
	seoul, err := time.LoadLocation("Asia/Seoul")
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) time.Time {
		t.Helper()
		at, err := time.ParseInLocation("2006-01-02 15:04", text, seoul)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for name, tc := range map[string]struct {
		now, until string
		open       bool
	}{
		"off inside lasts until the next begins":  {"2026-12-21 12:00", "2026-12-22 09:00", false}, // a Monday
		"off before a holiday":                    {"2026-12-24 12:00", "2026-12-28 09:00", false},
		"on outside lasts to the end of the next": {"2026-12-21 20:00", "2026-12-22 18:00", true},
		"on at the weekend":                       {"2026-12-26 12:00", "2026-12-28 18:00", true},
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t)
			c := e.as(e.here.admin)
			c.do("PUT", "/settings", "{"+officeHours+"}").want(200)
			for _, scope := range []string{`"scope":"workspace"`, fmt.Sprintf(`"scope":"team","id":%q`, e.here.team), fmt.Sprintf(`"scope":"number","id":%q`, e.here.number)} {
				e.clock.set(at(tc.now))
				c = e.as(e.here.admin)
				o := into[api.Override](c.do("POST", "/hours/override", fmt.Sprintf(`{%s,"open":%v}`, scope, tc.open)).want(200))
				if o.Open != tc.open || o.Until == nil || !o.Until.Equal(at(tc.until)) || o.By.Name != "Moa admin" {
					t.Errorf("%s: %+v until %v, want until %s", scope, o, o.Until, tc.until)
				}
			}
			if n := into[api.BusinessNumber](c.do("GET", "/numbers/"+e.here.number, "").want(200)); n.Override == nil {
				t.Error("the number shows no override")
			}
			// Changing settings leaves the override alone.
			c.do("PATCH", "/teams/"+e.here.team, `{"settings":{"rounds":2}}`).want(200)
			if team := into[api.Team](c.do("GET", "/teams/"+e.here.team, "").want(200)); team.Override == nil || *team.Settings.Rounds != 2 {
				t.Errorf("team: %+v", team)
			}
			c.do("DELETE", "/hours/override?scope=workspace", "").want(204)
			c.do("DELETE", "/hours/override?scope=team&id="+e.here.team, "").want(204)
			if s := into[api.WorkspaceSettings](c.do("GET", "/settings", "").want(200)); s.Override != nil || s.Settings.Hours == nil {
				t.Errorf("settings: %+v", s)
			}
			if team := into[api.Team](c.do("GET", "/teams/"+e.here.team, "").want(200)); team.Override != nil {
				t.Errorf("team: %+v", team)
			}
		})
	}
}

func TestOverrideWithoutHoursLasts(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	if o := into[api.Override](c.do("POST", "/hours/override", `{"scope":"workspace","open":false}`).want(200)); o.Open || o.Until != nil {
		t.Errorf("override: %+v", o)
	}
	if o := into[api.Override](e.key(e.here).do("POST", "/hours/override", `{"scope":"workspace","open":true}`).want(200)); !o.Open || o.By != nil {
		t.Errorf("override by a key: %+v", o)
	}
	for path, status := range map[string]int{"?scope=team&id=" + e.away.team: 404, "?scope=number&id=" + e.away.number: 404, "?scope=team": 404,
		"?scope=workspace&id=x": 400, "": 400, "?scope=world": 400} {
		c.do("DELETE", "/hours/override"+path, "").want(status)
	}
	c.do("POST", "/hours/override", fmt.Sprintf(`{"scope":"number","id":%q,"open":true}`, e.away.number)).problem(404, api.ProblemCodeNotFound)
}

func TestBadSettings(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	week := func(monday string) string {
		return `{"hours":{"week":[[],` + monday + `,[],[],[],[],[]]}}`
	}
	for name, tc := range map[string]struct{ body, field, says string }{
		"six days":            {`{"hours":{"week":[[],[],[],[],[],[]]}}`, "hours.week", "at least 7"},
		"backwards":           {week(`[{"from":600,"to":540}]`), "hours.week[1][0]", "later one"},
		"overlap":             {week(`[{"from":540,"to":720},{"from":700,"to":800}]`), "hours.week[1][1]", "overlaps"},
		"past midnight":       {week(`[{"from":540,"to":1441}]`), "hours.week.1.0.to", "1 to 1440"},
		"31 February":         {`{"hours":{"week":[[],[],[],[],[],[],[]],"holidays":[{"date":"2026-02-31"}]}}`, "hours.holidays[0].date", "2026-12-25"},
		"date twice":          {`{"hours":{"week":[[],[],[],[],[],[],[]],"holidays":[{"date":"2026-02-01"},{"date":"2026-02-01"}]}}`, "hours.holidays[1].date", "twice"},
		"unknown strategy":    {`{"strategy":"best"}`, "strategy", "longestIdle"},
		"another's team":      {fmt.Sprintf(`{"team":%q}`, e.away.team), "team", "does not have"},
		"another's fallback":  {fmt.Sprintf(`{"fallback":[{"team":%q}]}`, e.away.team), "fallback.0.team", "does not have"},
		"queue too long":      {`{"queueCalls":1001}`, "queueCalls", "0 to 1000"},
		"announce too often":  {`{"announceSeconds":5}`, "announceSeconds", "10 to 600"},
		"two jobs for a key":  {`{"callbackKey":"1","voicemailKey":"1"}`, "voicemailKey", "another key"},
		"no key":              {`{"callbackKey":"11"}`, "callbackKey", "form"},
		"the override itself": {`{"override":{"open":true}}`, "override", "no field"},
		"a path for a sound":  {`{"greeting":"../../etc/passwd"}`, "greeting", "sound"},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.do("PUT", "/settings", tc.body).problem(400, api.ProblemCodeInvalid)
			if p.Field == nil || *p.Field != tc.field || !strings.Contains(p.Title, tc.says) {
				t.Errorf("title %q, field %v; want field %q, saying %q", p.Title, value(p.Field), tc.field, tc.says)
			}
		})
	}
	if s := into[api.WorkspaceSettings](c.do("GET", "/settings", "").want(200)); !reflect.DeepEqual(s.Settings, api.CallSettings{}) {
		t.Errorf("a refused change was made: %+v", s)
	}
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func TestTeams(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	body := fmt.Sprintf(`{"name":" Sales ","members":[%q,%q],"settings":{"automatic":true}}`, e.here.agent.agent, e.here.owner.agent)
	sales := into[api.Team](c.do("POST", "/teams", body).want(201))
	if sales.Name != "Sales" || len(sales.Members) != 2 || !*sales.Settings.Automatic {
		t.Errorf("team: %+v", sales)
	}
	c.do("POST", "/teams", `{"name":"Sales"}`).problem(409, api.ProblemCodeConflict)
	c.do("PATCH", "/teams/"+e.here.team, `{"name":"Sales"}`).problem(409, api.ProblemCodeConflict)
	c.do("POST", "/teams", `{"name":"  "}`).problem(400, api.ProblemCodeInvalid)
	c.do("POST", "/teams", fmt.Sprintf(`{"name":"X","members":[%q]}`, e.away.agent.agent)).problem(400, api.ProblemCodeInvalid)
	if list := into[api.TeamList](e.as(e.here.agent).do("GET", "/teams", "").want(200)); len(list.Items) != 2 || list.Items[0].Name != "Sales" {
		t.Errorf("teams: %+v", list)
	}
	if got := into[api.Team](c.do("PATCH", "/teams/"+sales.Id, `{"members":[]}`).want(200)); len(got.Members) != 0 || got.Name != "Sales" || got.Settings.Automatic == nil {
		t.Errorf("team: %+v", got)
	}
	c.do("PUT", "/settings", fmt.Sprintf(`{"fallback":[{"team":%q}]}`, sales.Id)).want(200)
	if p := c.do("DELETE", "/teams/"+sales.Id, "").problem(409, api.ProblemCodeConflict); !strings.Contains(p.Title, "The settings of the workspace") {
		t.Errorf("title %q", p.Title)
	}
	c.do("PUT", "/settings", `{}`).want(200)
	c.do("DELETE", "/teams/"+sales.Id, "").want(204)
	c.do("GET", "/teams/"+sales.Id, "").problem(404, api.ProblemCodeNotFound)
}

// Whatever is sent, what is stored can be read, and is in force only when the
// answer was 200.
func TestRandomSettingsNeverLeaveInvalidOnes(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	number := rapid.OneOf(rapid.IntRange(-2, 12), rapid.IntRange(-1, 2000))
	team := rapid.SampledFrom([]string{"", e.here.team, e.away.team, "x"})
	period := rapid.Custom(func(t *rapid.T) map[string]any {
		return map[string]any{"from": rapid.IntRange(-1, 1441).Draw(t, "from"), "to": rapid.IntRange(-1, 1441).Draw(t, "to")}
	})
	values := map[string]*rapid.Generator[any]{
		"ringSeconds": number.AsAny(), "rounds": number.AsAny(), "priority": number.AsAny(), "queueCalls": number.AsAny(), "queueSeconds": number.AsAny(),
		"announceSeconds": number.AsAny(), "wrapUpSeconds": number.AsAny(), "blockDays": number.AsAny(), "voicemailSeconds": number.AsAny(),
		"team": team.AsAny(), "automatic": rapid.Bool().AsAny(), "language": rapid.SampledFrom([]string{"ko", "en", "fr", ""}).AsAny(),
		"callbackKey":  rapid.SampledFrom([]string{"1", "*", "none", "", "12"}).AsAny(),
		"voicemailKey": rapid.SampledFrom([]string{"1", "#", "none", "x"}).AsAny(),
		"voicemailOn":  rapid.SliceOfN(rapid.SampledFrom([]string{"noOperator", "exceededQueue", "none", "userLeft"}), 0, 3).AsAny(),
		"greeting":     rapid.SampledFrom([]string{"none", "custom/hello", "../x", ""}).AsAny(),
		"skills":       rapid.MapOfN(rapid.SampledFrom([]string{"english", "", "a b"}), rapid.IntRange(0, 10), 0, 2).AsAny(),
		"fallback":     rapid.SliceOfN(rapid.Custom(func(t *rapid.T) map[string]any { return map[string]any{"team": team.Draw(t, "team")} }), 0, 2).AsAny(),
		"hours": rapid.Custom(func(t *rapid.T) any {
			return map[string]any{"week": rapid.SliceOfN(rapid.SliceOfN(period, 0, 2), 6, 8).Draw(t, "week")}
		}),
	}
	names := []string{}
	for name := range values {
		names = append(names, name)
	}
	paths := map[string]string{"/settings": "PUT", "/teams/" + e.here.team: "PATCH", "/numbers/" + e.here.number: "PATCH"}
	rapid.Check(t, func(t *rapid.T) {
		settings := map[string]any{}
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 3, rapid.ID).Draw(t, "fields") {
			settings[name] = values[name].Draw(t, name)
		}
		path := rapid.SampledFrom([]string{"/settings", "/teams/" + e.here.team, "/numbers/" + e.here.number}).Draw(t, "path")
		var body any = settings
		if path != "/settings" {
			body = map[string]any{"settings": settings}
		}
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		before := c.do("GET", path, "").want(200).body
		a := c.do(paths[path], path, string(text))
		if a.status != 200 && a.status != 400 {
			t.Fatalf("%s: %d %s", text, a.status, a.body)
		}
		after := c.do("GET", path, "").want(200).body
		if a.status == 400 && string(after) != string(before) {
			t.Fatalf("%s was refused, but made of %s: %s", text, before, after)
		}
		e.tx(func(tx *models.Tx) error {
			w, team, number, err := tx.RoutingOf(e.here.number)
			for _, stored := range []string{w, team, number} {
				if _, err := dialplan.Parse(stored); err != nil {
					t.Fatalf("%s leaves %s: %v", text, stored, err)
				}
			}
			return err
		})
	})
}
