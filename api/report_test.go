package api_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/call"
	"ringdesk/controller/stats"
	"ringdesk/models"
)

// hasCalls puts calls into the journal: one that an agent answered, one that nobody did, and one that
// an agent placed, all of 09:30 in Seoul on a day.
func (e *env) hasCalls(day string) {
	e.t.Helper()
	began, err := time.Parse(time.RFC3339, day+"T00:30:00Z")
	if err != nil {
		e.t.Fatal(err)
	}
	for i, entries := range [][]struct {
		after     time.Duration
		typ, data string
	}{
		{{0, "call.created", `{"direction":"inbound","kind":"phone"}`}, {4 * time.Second, "agent.offered", `{"agentId":"AGENT","name":"A"}`},
			{10 * time.Second, "call.answered", `{"again":false,"agentId":"AGENT","name":"A","ringMs":6000,"waitMs":10000}`}, {70 * time.Second, "agent.left", `{"agentId":"AGENT","name":"A"}`},
			{70 * time.Second, "call.ended", `{"by":"customer","outcome":"answered","state":"ended","greetingMs":4000,"ringMs":6000,"talkMs":60000,"totalMs":70000}`}},
		{{0, "call.created", `{"direction":"inbound","kind":"phone"}`}, {0, "agent.offered", `{"agentId":"AGENT","name":"A"}`}, {20 * time.Second, "agent.missed", `{"agentId":"AGENT","name":"A"}`},
			{20 * time.Second, "call.ended", `{"by":"system","missedReason":"ringTimeOver","outcome":"missed","state":"missed","ringMs":20000,"totalMs":20000}`}},
		{{0, "call.created", `{"direction":"outbound","kind":"phone"}`}, {time.Second, "customer.dialled", `{"attempt":1,"trunk":"t"}`},
			{9 * time.Second, "call.answered", `{"agentId":"ADMIN","name":"B","waitMs":9000}`}, {29 * time.Second, "agent.left", `{"agentId":"ADMIN","name":"B"}`},
			{29 * time.Second, "call.ended", `{"by":"agent","outcome":"answered","state":"ended","dialMs":9000,"talkMs":20000,"totalMs":29000}`}},
	} {
		end := entries[len(entries)-1]
		_, id := e.addCall(e.here, e.here.contact, fmt.Sprintf("+8210%08d", i), call.Ended, func(c *call.Call) {
			c.StartedAt, c.EndedAt = began, began.Add(end.after)
		})
		e.tx(func(tx *models.Tx) error {
			var rows []models.JournalEntry
			for j, entry := range entries {
				data := strings.NewReplacer("AGENT", e.here.agent.agent, "ADMIN", e.here.admin.agent).Replace(entry.data)
				rows = append(rows, models.JournalEntry{CallID: id, Seq: int64(10 + j), WorkspaceID: e.here.id, At: models.At(began.Add(entry.after)), Type: entry.typ, Data: data})
			}
			return tx.AddJournal(rows)
		})
	}
	if err := stats.NewKeeper(e.store, slog.New(slog.DiscardHandler), "a test", e.clock.now).Pass(e.t.Context()); err != nil {
		e.t.Fatal(err)
	}
}

// A report says what happened on its days, in the words of the definitions, and an agent
// sees nobody's row but their own.
//
// Covers: STAT-2, STAT-3.
func TestReport(t *testing.T) {
	e := start(t)
	day := e.clock.now().UTC().AddDate(0, 0, -2).Format(time.DateOnly)
	path := func(query string) string { return "/stats/report?from=" + day + "&to=" + day + query }
	e.tx(func(tx *models.Tx) error { return tx.ForgetSums() })
	e.as(e.here.admin).do("GET", path(""), "").want(503)
	e.hasCalls(day)
	r := into[api.Report](e.as(e.here.admin).do("GET", path("&seconds=6&compare=true"), "").want(200))
	want := api.ReportTotal{Calls: 3, Inbound: 2, Outbound: 1, Answered: 1, OutboundAnswered: 1, Missed: 1, TalkMs: 80000, TotalCallMs: 115000, Waited: 2,
		InboundCompletion: new(0.5), OutboundCompletion: new(1.0), ServiceLevel: new(0.5), ServiceLevelOfRing: new(0.5), MeanTalkMs: new(int64(40000)),
		FirstResponseMs: new(int64(10000)), MedianWaitMs: new(int64(6000)), P90WaitMs: new(int64(6000))}
	if !reflect.DeepEqual(r.Total, want) {
		t.Errorf("got\n%s, want\n%s", encoded(t, r.Total), encoded(t, want))
	}
	if r.Before == nil || r.Before.Calls != 0 || r.Before.ServiceLevel != nil || len(r.Days) != 1 || r.Days[0].Day.Format(time.DateOnly) != day || !reflect.DeepEqual(r.Days[0].Total, want) {
		t.Errorf("before %+v, days %+v", r.Before, r.Days)
	}
	if hour := r.Traffic[r.Days[0].Day.Weekday()][9]; hour != 3 || len(r.Reasons) != 1 || r.Reasons[0] != (api.ReportReason{Reason: "ringTimeOver", Calls: 1}) {
		t.Errorf("%d calls at 9, reasons %+v", hour, r.Reasons)
	}
	if len(r.Agents) != 2 {
		t.Errorf("agents %+v", r.Agents)
	}
	own := into[api.Report](e.as(e.here.agent).do("GET", path(""), "").want(200))
	if len(own.Agents) != 1 || own.Agents[0].AgentId != e.here.agent.agent || own.Agents[0].Answered != 1 || own.Agents[0].MissedRings != 1 || own.Agents[0].RingMs != 26000 || own.Agents[0].TalkMs != 60000 {
		t.Errorf("an agent sees %+v", own.Agents)
	}
	for query, calls := range map[string]int64{"&kind=voice": 0, "&kind=phone": 3, "&team=" + e.here.team: 0} {
		if r := into[api.Report](e.as(e.here.admin).do("GET", path(query), "").want(200)); r.Total.Calls != calls {
			t.Errorf("%s: %d calls, want %d", query, r.Total.Calls, calls)
		}
	}
	if r := into[api.Report](e.as(e.away.admin).do("GET", path(""), "").want(200)); r.Total.Calls != 0 {
		t.Errorf("another workspace sees %+v", r.Total)
	}
	e.as(e.here.admin).do("GET", "/stats/report?from="+day+"&to=2020-01-01", "").want(400)
	e.as(e.here.admin).do("GET", "/stats/report?from=2020-01-01&to="+day, "").want(400)
	e.as(e.here.admin).do("GET", "/stats/report?from=tomorrow&to="+day, "").want(400)
}

// Every figure of a report is defined, and nothing is defined that there is not.
//
// Covers: STAT-0.
func TestFiguresAreDefined(t *testing.T) {
	no := []string{"agentId", "name", "from", "at", "callsYesterday", "serviceLevelYesterday"}
	for _, row := range []struct {
		of          reflect.Type
		definitions []stats.Definition
	}{{reflect.TypeFor[api.ReportTotal](), stats.Definitions}, {reflect.TypeFor[api.ReportAgent](), stats.AgentDefinitions},
		{reflect.TypeFor[api.Today](), stats.BoardDefinitions}} {
		defined := map[string]bool{}
		for _, d := range row.definitions {
			defined[d.Key] = true
		}
		for f := range row.of.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if !defined[name] && !slices.Contains(no, name) {
				t.Errorf("%s of %s has no definition", name, row.of)
			}
			delete(defined, name)
		}
		for name := range defined {
			t.Errorf("%s has no figure %s", row.of, name)
		}
	}
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
