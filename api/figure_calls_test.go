package api_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/stats"
)

// Every figure of a report opens the calls that it counts, page by page, and there are as
// many; an agent sees those of their own figures.
//
// Covers: STAT-0, STAT-2, STAT-3, SEC-3.
func TestFigureCalls(t *testing.T) {
	e := start(t)
	day := e.clock.now().UTC().AddDate(0, 0, -2).Format(time.DateOnly)
	e.hasCalls(day)
	path := func(query string) string {
		return "/stats/calls?from=" + day + "&to=" + day + "&seconds=6&figure=" + query
	}
	get := func(as *person, query string) api.FigureCalls {
		t.Helper()
		return into[api.FigureCalls](e.as(as).do("GET", path(query), "").want(200))
	}
	want := map[string]api.FigureCount{"calls": {3, 3, 3}, "inbound": {2, 2, 2}, "outbound": {1, 1, 1}, "answered": {1, 1, 1}, "outboundAnswered": {1, 1, 1}, "missed": {1, 1, 1},
		"inboundCompletion": {1, 1, 1}, "inboundCompletion&rest=true": {1, 1, 1}, "outboundCompletion": {1, 1, 1}, "outboundCompletion&rest=true": {0, 0, 0}, "talkMs": {2, 80000, 2},
		"meanTalkMs": {2, 80000, 2}, "totalCallMs": {3, 115000, 3}, "holdMs": {0, 0, 0}, "firstResponseMs": {1, 10000, 1}, "wrapUpMs": {0, 0, 0}, "medianWaitMs": {1, 6000, 1}, "p90WaitMs": {1, 6000, 1},
		"waited": {2, 2, 2}, "shortAbandons": {0, 0, 0}, "serviceLevel": {1, 1, 1}, "serviceLevel&rest=true": {1, 1, 1}, "serviceLevelOfRing": {1, 1, 1}, "transfers": {0, 0, 0}, "invitations": {0, 0, 0},
		"callbacks": {0, 0, 0}, "voicemails": {0, 0, 0}, "grades": {0, 0, 0}, "meanGrade": {0, 0, 0}, "missed&reason=ringTimeOver": {1, 1, 1}, "missed&reason=userLeft": {0, 0, 0}, "calls&kind=voice": {0, 0, 0},
		"calls&direction=outbound": {1, 1, 1}, "calls&hour=9&weekday=" + weekdayOf(t, day): {3, 3, 3}, "calls&hour=10&weekday=" + weekdayOf(t, day): {0, 0, 0}}
	for _, d := range stats.Definitions {
		if _, is := want[d.Key]; !is {
			t.Errorf("%s is not asked for", d.Key)
		}
	}
	for query, n := range want {
		if v := get(e.here.admin, query); v.Count == nil || *v.Count != n || int64(len(v.Items)) != n.Calls {
			t.Errorf("%s: %d calls, %+v, want %+v", query, len(v.Items), v.Count, n)
		}
		if v := get(e.away.admin, query); v.Count == nil || v.Count.Calls != 0 || len(v.Items) != 0 {
			t.Errorf("another workspace sees %s: %+v", query, v)
		}
	}
	e.rowsOfFigure(t, path)

	agent := "&agent=" + e.here.agent.agent
	for key, n := range map[string]api.FigureCount{"calls": {1, 1, 1}, "answered": {1, 1, 1}, "outbound": {0, 0, 0}, "joined": {0, 0, 0}, "missedRings": {1, 1, 1}, "ringMs": {2, 26000, 2},
		"talkMs": {1, 60000, 1}, "totalCallMs": {2, 86000, 2}, "holdMs": {1, 0, 1}, "wrapUpMs": {0, 0, 0}} {
		if v := get(e.here.agent, key+agent); *v.Count != n {
			t.Errorf("%s of the agent: %+v, want %+v", key, *v.Count, n)
		}
	}
	e.as(e.here.agent).do("GET", path("calls"), "").want(403)
	e.as(e.here.agent).do("GET", path("calls&agent="+e.here.admin.agent), "").want(403)
	e.as(e.here.admin).do("GET", path("calls&agent="+e.here.admin.agent), "").want(200)
	for _, query := range []string{"happiness", "missedRings", "calls&rest=true", "calls&hour=3", "calls&cursor=x", "serviceLevel" + agent} {
		e.as(e.here.admin).do("GET", path(query), "").want(400)
	}
	e.as(e.here.admin).do("GET", "/stats/calls?figure=calls&from=2020-01-01&to="+day, "").want(400)
}

// rowsOfFigure looks at the rows themselves, and at pages of them.
func (e *env) rowsOfFigure(t *testing.T, path func(string) string) {
	t.Helper()
	c := e.as(e.here.admin)
	v := into[api.FigureCalls](c.do("GET", path("firstResponseMs"), "").want(200))
	if len(v.Items) != 1 {
		t.Fatalf("%+v", v)
	}
	row := v.Items[0]
	if row.Adds != 10000 || row.TalkMs != 60000 || row.WaitMs != 10000 || row.Outcome != api.CallOutcomeAnswered || row.Agent == "" || row.MissedReason != nil || row.ConversationId == "" {
		t.Errorf("%+v", row)
	}
	var ids []string
	for next := ""; ; {
		page := into[api.FigureCalls](c.do("GET", path("calls&limit=1"+next), "").want(200))
		if (page.Count == nil) != (next != "") {
			t.Errorf("the count stands on the first page alone: %+v", page)
		}
		for _, row := range page.Items {
			ids = append(ids, row.Id)
		}
		if page.Next == nil {
			break
		}
		next = "&cursor=" + *page.Next
	}
	all := into[api.FigureCalls](c.do("GET", path("calls"), "").want(200))
	var want []string
	for _, row := range all.Items {
		want = append(want, row.Id)
	}
	if len(want) != 3 || !reflect.DeepEqual(ids, want) {
		t.Errorf("by pages %s, in one go %s", strings.Join(ids, " "), strings.Join(want, " "))
	}
}

func weekdayOf(t *testing.T, day string) string {
	t.Helper()
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return string(rune('0' + int(at.Weekday())))
}
