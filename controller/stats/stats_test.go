package stats_test

import (
	"reflect"
	"testing"
	"time"

	"ringdesk/controller/stats"
	"ringdesk/models"
)

var nine = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// entry is a journal entry, seconds after nine o'clock.
func entry(call string, seconds int, typ, data string) models.JournalEntry {
	return models.JournalEntry{CallID: call, At: models.At(nine.Add(time.Duration(seconds) * time.Second)), Type: typ, Data: data}
}

func TestFold_STAT_0_STAT_2_STAT_3(t *testing.T) {
	in, out := `{"direction":"inbound"}`, `{"direction":"outbound"}`
	for _, c := range []struct {
		name    string
		entries []models.JournalEntry
		want    func(f *stats.Figures)
	}{
		{"nothing", nil, func(*stats.Figures) {}},
		{"a call that goes on counts later", []models.JournalEntry{entry("a", 0, "call.created", in)}, func(*stats.Figures) {}},
		{"what belongs to no call", []models.JournalEntry{entry("a", 0, "call.refused", `{}`), entry("a", 1, "call.held", `{}`)}, func(*stats.Figures) {}},
		{"answered, held until the end", []models.JournalEntry{
			entry("a", 0, "call.created", in), entry("a", 1, "agent.offered", `{"agentId":"x"}`), entry("a", 1, "agent.offered", `{"agentId":"y"}`),
			entry("a", 5, "call.answered", `{"agentId":"x","waitMs":5000}`), entry("a", 5, "agent.taken", `{"agentId":"y"}`),
			entry("a", 10, "call.held", `{}`), entry("a", 12, "call.released", `{}`), entry("a", 20, "call.held", `{}`),
			entry("a", 30, "call.ended", `{"state":"ended","outcome":"answered","totalMs":30000,"ringMs":5000,"talkMs":25000}`),
		}, func(f *stats.Figures) {
			f.Calls, f.TotalMS, f.HoldMS, f.FirstResponses, f.FirstResponseMS = 1, 30000, 12000, 1, 5000
			f.Inbound = stats.Direction{Calls: 1, Answered: 1, TalkMS: 25000}
			f.ByState["ended"], f.ByOutcome["answered"], f.Phases["ringMs"], f.Phases["talkMs"] = 1, 1, 5000, 25000
			f.Agents["x"], f.Agents["y"] = stats.Agent{Answered: 1, RingMS: 4000}, stats.Agent{RingMS: 4000}
		}},
		{"the agent left, and the customer who was on hold went on in their flow", []models.JournalEntry{
			entry("a", 0, "call.created", in), entry("a", 5, "call.answered", `{"agentId":"x","waitMs":5000}`), entry("a", 10, "call.held", `{}`),
			entry("a", 14, "agent.left", `{"agentId":"x"}`), entry("a", 14, "flow.step", `{"kind":"menu"}`),
			entry("a", 30, "call.ended", `{"state":"ended","outcome":"answered","totalMs":30000,"ringMs":5000,"talkMs":9000,"greetingMs":16000}`),
		}, func(f *stats.Figures) {
			f.Calls, f.TotalMS, f.HoldMS, f.FirstResponses, f.FirstResponseMS = 1, 30000, 4000, 1, 5000
			f.Inbound = stats.Direction{Calls: 1, Answered: 1, TalkMS: 9000}
			f.ByState["ended"], f.ByOutcome["answered"], f.Phases["ringMs"], f.Phases["talkMs"], f.Phases["greetingMs"] = 1, 1, 5000, 9000, 16000
			f.Agents["x"] = stats.Agent{Answered: 1}
		}},
		{"answered, and missed all the same", []models.JournalEntry{
			entry("a", 0, "call.created", in), entry("a", 2, "call.answered", `{"agentId":"x","waitMs":2000}`),
			entry("a", 3, "call.ended", `{"state":"missed","outcome":"missed","missedReason":"managerLeft","totalMs":3000}`),
		}, func(f *stats.Figures) {
			f.Calls, f.TotalMS, f.Inbound.Calls = 1, 3000, 1
			f.ByState["missed"], f.ByOutcome["missed"], f.ByReason["managerLeft"] = 1, 1, 1
		}},
		{"outbound, and one that nobody answered", []models.JournalEntry{
			entry("a", 0, "call.created", out), entry("b", 0, "call.created", out), entry("a", 4, "call.answered", `{"agentId":"x","waitMs":4000}`),
			entry("b", 9, "call.ended", `{"state":"ended","outcome":"busy","totalMs":9000,"dialMs":9000}`),
			entry("a", 9, "call.ended", `{"state":"ended","outcome":"answered","totalMs":9000,"dialMs":4000,"talkMs":5000}`),
		}, func(f *stats.Figures) {
			f.Calls, f.TotalMS, f.Outbound = 2, 18000, stats.Direction{Calls: 2, Answered: 1, TalkMS: 5000}
			f.ByState["ended"], f.ByOutcome["answered"], f.ByOutcome["busy"], f.Phases["dialMs"], f.Phases["talkMs"] = 2, 1, 1, 13000, 5000
			f.Agents["x"] = stats.Agent{Outbound: 1}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			fold, want := stats.NewFold(), stats.NewFigures()
			for _, e := range c.entries {
				if err := fold.Add(e); err != nil {
					t.Fatal(err)
				}
			}
			c.want(&want)
			if got := fold.Figures(); !reflect.DeepEqual(got, want) {
				t.Errorf("got\n %+v, want\n %+v", got, want)
			}
		})
	}
	if err := stats.NewFold().Add(entry("a", 0, "call.created", "no JSON")); err == nil {
		t.Error("a damaged entry was taken")
	}
}

func TestRates_STAT_2(t *testing.T) {
	d := stats.Direction{Calls: 4, Answered: 3, TalkMS: 9000}
	if d.Completion() != 0.75 || d.MeanTalk() != 3*time.Second {
		t.Errorf("completion %v, mean talk %v", d.Completion(), d.MeanTalk())
	}
	f := stats.Figures{FirstResponses: 2, FirstResponseMS: 3000}
	if (stats.Direction{}).Completion() != 0 || (stats.Direction{}).MeanTalk() != 0 || f.MeanFirstResponse() != 1500*time.Millisecond {
		t.Error("figures of nothing are zero, and means are per call")
	}
}
