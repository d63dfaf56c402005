package outbound_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/outbound"
	"ringdesk/models"
)

const (
	seoul  = "02-312-3456"
	tokyo  = "+81 3-1234-5678"
	dollar = "+1 900 234 5678" // premium rate in the USA
	fire   = "119"
)

// Why calls are refused, and that each reason alone does it.
//
// Covers: OUT-1, OUT-5, OUT-6, OUT-7, OUT-9
func TestRefusals_OUT_1_OUT_5_OUT_6_OUT_7_OUT_9(t *testing.T) {
	s := openStore(t)
	d := newDesk(t, s, "KR")
	foreign := newDesk(t, s, "KR")
	set := func(change func(*models.OutboundSettings)) func(*models.OutboundFacts) {
		o := models.DefaultOutbound()
		change(&o)
		text, err := json.Marshal(o)
		must(t, err)
		return func(f *models.OutboundFacts) { f.Workspace.Outbound = string(text) }
	}
	load := func(change func(*models.Load), which func(*models.OutboundFacts) *models.Load) func(*models.OutboundFacts) {
		return func(f *models.OutboundFacts) { change(which(f)) }
	}
	agent := func(f *models.OutboundFacts) *models.Load { return &f.AgentLoad }
	everybody := func(f *models.OutboundFacts) *models.Load { return &f.WorkspaceLoad }
	trunks := func(l models.Load) func(*models.OutboundFacts) {
		return func(f *models.OutboundFacts) { f.TrunkLoads = map[string]models.Load{d.trunks[0]: l, d.trunks[1]: l} }
	}
	cases := []struct {
		name     string
		text     string
		number   string
		change   func(*models.OutboundFacts)
		code     outbound.Code
		scope    outbound.Scope
		contains string
	}{
		{"no seat", seoul, "", func(f *models.OutboundFacts) { f.Agent.Seat = false }, outbound.NoSeat, "", "seat"},
		{"no permission", seoul, "", func(f *models.OutboundFacts) { f.Agent.PlacesCalls = false }, outbound.NoPermission, "", "permission"},
		{"nonsense", "evil", "", nil, outbound.NotANumber, "", "digits only"},
		{"unassigned", "+1 265 200 0000", "", nil, outbound.NotANumber, "", "no such"},
		{"out through the country", "+82 00700 1 876 523 0123", "", nil, outbound.NotANumber, "", ""},
		{"a number of another workspace", seoul, foreign.home, nil, outbound.CallerID, "", "choose"},
		{"a caller id that is no id", seoul, "+821012345678", nil, outbound.CallerID, "", "choose"},
		{"a number of other agents", seoul, d.home, func(f *models.OutboundFacts) { allow(f, d.home, d.agents[1]) }, outbound.CallerID, "", "choose"},
		{"no number at all", seoul, "", func(f *models.OutboundFacts) { f.Numbers = nil }, outbound.CallerID, "", "admin"},
		{"damaged settings", seoul, "", func(f *models.OutboundFacts) { f.Workspace.Outbound = "{" }, outbound.Settings, "", "admin"},
		{"no national calls", seoul, "", set(func(o *models.OutboundSettings) { o.National = false }), outbound.National, "", "admin"},
		{"a short number is national", "114", "", set(func(o *models.OutboundSettings) { o.National = false }), outbound.National, "", ""},
		{"another country", "+44 20 7946 0000", "", nil, outbound.Country, "", "GB"},
		{"Jamaica is not the USA", "+1 876 523 0123", "", nil, outbound.Country, "", "JM"},
		{"no country", tokyo, "", set(func(o *models.OutboundSettings) { o.Countries = nil }), outbound.Country, "", "JP"},
		{"premium at home", "060-700-1234", "", nil, outbound.PremiumNumber, "", "extra cost"},
		{"premium abroad", dollar, "", nil, outbound.PremiumNumber, "", "extra cost"},
		{"satellite", "+881 6 1234 5678", "", nil, outbound.PremiumNumber, "", "extra cost"},
		{"premium without a rate of its own", dollar, "", set(func(o *models.OutboundSettings) { o.Premium = true }), outbound.NoRate, "", "rate"},
		{"premium at home without a rate", "060-700-1234", "", set(func(o *models.OutboundSettings) { o.Premium = true }), outbound.NoRate, "", "rate"},
		{"a satellite is of no country", "+881 6 1234 5678", "", set(func(o *models.OutboundSettings) { o.Premium = true }), outbound.Country, "", ""},
		{"a number that may not call abroad", tokyo, d.home, nil, outbound.NumberAbroad, "", "another number"},
		{"no number that may call abroad", tokyo, "", func(f *models.OutboundFacts) { f.Numbers = f.Numbers[1:2] }, outbound.NumberAbroad, "", "admin"},
		{"a number whose trunk is gone", tokyo, d.abroad, func(f *models.OutboundFacts) { f.Trunks = f.Trunks[1:] }, outbound.NumberAbroad, "", ""},
		{"no rate", tokyo, "", func(f *models.OutboundFacts) { f.Rates = nil }, outbound.NoRate, "", "+81312345678"},
		{"the Vatican through Italy", "+39 06 6981 2345", "", nil, outbound.NoRate, "", ""},
		{"no trunk", seoul, "", func(f *models.OutboundFacts) { f.Trunks = nil }, outbound.NoTrunk, "", "carrier"},
		{"no trunk with a remote", seoul, "", func(f *models.OutboundFacts) { f.Trunks[0].Stored, f.Trunks[1].Stored = "", "{" }, outbound.NoTrunk, "", ""},
		{"agent's calls a second", seoul, "", load(func(l *models.Load) { l.LastSecond = 1 }, agent), outbound.CallsPerSecond, outbound.OfAgent, "moment"},
		{"agent's calls", seoul, "", load(func(l *models.Load) { l.Calls = 2 }, agent), outbound.Calls, outbound.OfAgent, "2 outbound calls"},
		{"agent's minutes", seoul, "", load(func(l *models.Load) { l.Seconds = 599*60 + 1 }, agent), outbound.MinutesPerDay, outbound.OfAgent, "600 minutes"},
		{"agent's cost", tokyo, "", load(func(l *models.Load) { l.ChargeMCU = 59_801_000 }, agent), outbound.CostPerDay, outbound.OfAgent, "60000 CU"},
		{"workspace's calls a second", seoul, "", load(func(l *models.Load) { l.LastSecond = 5 }, everybody), outbound.CallsPerSecond, outbound.OfWorkspace, ""},
		{"workspace's calls", seoul, "", load(func(l *models.Load) { l.Calls = 30 }, everybody), outbound.Calls, outbound.OfWorkspace, ""},
		{"workspace's minutes", seoul, "", load(func(l *models.Load) { l.Seconds = 15_000 * 60 }, everybody), outbound.MinutesPerDay, outbound.OfWorkspace, ""},
		{"workspace's cost", tokyo, "", load(func(l *models.Load) { l.ChargeMCU = 1_500_000_000 }, everybody), outbound.CostPerDay, outbound.OfWorkspace, ""},
		{"trunks' calls a second", seoul, "", trunks(models.Load{LastSecond: 10}), outbound.CallsPerSecond, outbound.OfTrunk, ""},
		{"trunks' calls", seoul, "", trunks(models.Load{Calls: 30}), outbound.Calls, outbound.OfTrunk, ""},
		{"trunks' minutes", seoul, "", trunks(models.Load{Seconds: 15_000 * 60}), outbound.MinutesPerDay, outbound.OfTrunk, ""},
		{"trunks' cost", tokyo, "", trunks(models.Load{ChargeMCU: 1_500_000_000}), outbound.CostPerDay, outbound.OfTrunk, ""},
		{"caps of 0", seoul, "", set(func(o *models.OutboundSettings) { o.Agent = models.Caps{} }), outbound.CallsPerSecond, outbound.OfAgent, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := d.facts(t, d.agents[0], morning)
			if c.change != nil {
				c.change(&f)
			}
			g, err := outbound.Check(outbound.Request{Text: c.text, NumberID: c.number, At: morning}, f)
			var r *outbound.Refusal
			if !errors.As(err, &r) || r.Code != c.code || r.Scope != c.scope || !strings.Contains(r.Message, c.contains) || len(g.Routes) > 0 || r.Word == "" {
				t.Errorf("got %+v, %v; want %s of %s with %q", g, err, c.code, c.scope, c.contains)
			}
		})
	}
	for _, text := range []string{seoul, tokyo} { // nothing of the above was in the way
		if _, err := outbound.Check(outbound.Request{Text: text, At: morning}, d.facts(t, d.agents[0], morning)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// allow lets only some agents use a number.
func allow(f *models.OutboundFacts, number string, agents ...string) {
	i := slices.IndexFunc(f.Numbers, func(n models.Number) bool { return n.ID == number })
	f.Numbers[i].Outbound = `{"allowedAgents":["` + strings.Join(agents, `","`) + `"]}`
}

// What is granted: the number to show, the trunks in order, the rate, the time.
func TestGrants_OUT_5_OUT_6_OUT_7(t *testing.T) {
	d := newDesk(t, openStore(t), "KR")
	cases := []struct {
		name, text, number string
		change             func(*models.OutboundFacts)
		dial, shows        string
		trunks             []string
		rate               int64
		longest            time.Duration
	}{
		{"at home", seoul, d.home, nil, "+8223123456", d.home, d.trunks[:], 0, 4 * time.Hour},
		{"the first number", seoul, "", nil, "+8223123456", d.abroad, d.trunks[:], 0, 4 * time.Hour},
		{"the first that the agent may use", seoul, "", func(f *models.OutboundFacts) { allow(f, d.abroad, d.agents[1]) },
			"+8223123456", d.home, d.trunks[:], 0, 4 * time.Hour},
		{"allowed by name", seoul, d.home, func(f *models.OutboundFacts) { allow(f, d.home, d.agents[1], d.agents[0]) },
			"+8223123456", d.home, d.trunks[:], 0, 4 * time.Hour},
		{"the first that may call abroad", tokyo, "", func(f *models.OutboundFacts) { allow(f, d.abroad, d.agents[1]) },
			"+81312345678", d.other, []string{d.trunks[1], d.trunks[0]}, 200_000, 4 * time.Hour},
		{"its own trunk goes first", seoul, d.other, nil, "+8223123456", d.other, []string{d.trunks[1], d.trunks[0]}, 0, 4 * time.Hour},
		{"short", "114", d.home, nil, "114", d.home, d.trunks[:], 0, 4 * time.Hour},
		{"a full trunk is passed over", seoul, d.home, func(f *models.OutboundFacts) { f.TrunkLoads[d.trunks[0]] = models.Load{Calls: 30} },
			"+8223123456", d.home, d.trunks[1:], 0, 4 * time.Hour},
		{"a trunk that permits nothing abroad is passed over", tokyo, d.abroad, func(f *models.OutboundFacts) {
			f.Trunks[1].Stored = `{"remote":"a:1","international":[]}`
		}, "+81312345678", d.abroad, d.trunks[:1], 200_000, 4 * time.Hour},
		{"minutes are left for half an hour", seoul, d.home, func(f *models.OutboundFacts) { f.AgentLoad.Seconds = 570 * 60 },
			"+8223123456", d.home, d.trunks[:], 0, 30*time.Minute - time.Second},
		{"cost is left for ten minutes", tokyo, d.abroad, func(f *models.OutboundFacts) { f.WorkspaceLoad.ChargeMCU = 1_500_000_000 - 2_199_000 },
			"+81312345678", d.abroad, d.trunks[:], 200_000, 10*time.Minute - time.Second},
		{"the second trunk has less time", seoul, d.home, func(f *models.OutboundFacts) { f.TrunkLoads[d.trunks[1]] = models.Load{Seconds: 14_900 * 60} },
			"+8223123456", d.home, d.trunks[:1], 0, 4 * time.Hour},
		{"the first trunk has less time", seoul, d.home, func(f *models.OutboundFacts) { f.TrunkLoads[d.trunks[0]] = models.Load{Seconds: 14_900 * 60} },
			"+8223123456", d.home, d.trunks[:], 0, 100*time.Minute - time.Second},
		{"a shorter limit", seoul, d.home, func(f *models.OutboundFacts) { f.Workspace.Outbound = `{"maxSeconds":90}` },
			"+8223123456", d.home, d.trunks[:], 0, 90 * time.Second},
		{"a rate at home", seoul, d.home, func(f *models.OutboundFacts) {
			f.Rates = append(f.Rates, models.Rate{Prefix: "+82", RateMCU: 15_000, ValidFrom: models.At(morning)})
		}, "+8223123456", d.home, d.trunks[:], 15_000, 4 * time.Hour},
		{"premium with its rate", dollar, d.abroad, func(f *models.OutboundFacts) {
			f.Workspace.Outbound = `{"premium":true}`
			f.Rates = append(f.Rates, models.Rate{Prefix: "+1900", RateMCU: 5_000_000, ValidFrom: models.At(morning)})
		}, "+19002345678", d.abroad, d.trunks[:], 5_000_000, 12*time.Minute - time.Second},
		{"a satellite with its rate", "+881 6 1234 5678", d.abroad, func(f *models.OutboundFacts) {
			f.Workspace.Outbound = `{"premium":true,"countries":["001"]}`
			f.Rates = append(f.Rates, models.Rate{Prefix: "+881", RateMCU: 5_000_000, ValidFrom: models.At(morning)})
		}, "+881612345678", d.abroad, d.trunks[:], 5_000_000, 12*time.Minute - time.Second},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := d.facts(t, d.agents[0], morning)
			if c.change != nil {
				c.change(&f)
			}
			g, err := outbound.Check(outbound.Request{Text: c.text, NumberID: c.number, At: morning}, f)
			must(t, err)
			var trunks []string
			for _, r := range g.Routes {
				trunks = append(trunks, r.TrunkID)
				if r.CallerID != g.Number.Number {
					t.Errorf("shows %q for %q", r.CallerID, g.Number.Number)
				}
			}
			if g.Dial() != c.dial || g.Number.ID != c.shows || !slices.Equal(trunks, c.trunks) || g.Rate.RateMCU != c.rate || g.MaxDuration != c.longest {
				t.Errorf("got %s as %s through %v at %d for %v", g.Dial(), g.Number.Number, trunks, g.Rate.RateMCU, g.MaxDuration)
			}
			call := g.Call("c")
			if call.WorkspaceID != d.ws || call.AgentID != d.agents[0] || call.TrunkID != c.trunks[0] || call.NumberID != c.shows ||
				call.RateMCU != c.rate || call.MaxSeconds != int64((c.longest+time.Second)/time.Second) || !call.StartedAt.Equal(morning) || call.Country != g.Country {
				t.Errorf("notes %+v", call)
			}
		})
	}
}

func TestCallerIDStyle_OUT_5(t *testing.T) {
	d := newDesk(t, openStore(t), "KR")
	d.setTrunk(t, d.trunks[1], func(s *models.TrunkSettings) { s.CallerIDStyle = models.CallerNationalStyle })
	g, err := outbound.Check(outbound.Request{Text: seoul, At: morning}, d.facts(t, d.agents[0], morning))
	must(t, err)
	if e164 := g.Number.Number; g.Routes[0].CallerID != e164 || g.Routes[1].CallerID != "0"+strings.TrimPrefix(e164, "+82") {
		t.Errorf("shows %+v for %s", g.Routes, e164)
	}
}

// Emergency calls go out whoever calls and whatever is used up; only without a
// trunk there is no way.
func TestEmergencyIsNeverBlocked_OUT_9(t *testing.T) {
	d := newDesk(t, openStore(t), "KR")
	full := models.Load{LastSecond: 1000, Calls: 100_000, Seconds: 1 << 40, ChargeMCU: 1 << 50}
	for name, change := range map[string]func(*models.OutboundFacts){
		"nothing":          func(*models.OutboundFacts) {},
		"no permission":    func(f *models.OutboundFacts) { f.Agent.Seat, f.Agent.PlacesCalls = false, false },
		"no number":        func(f *models.OutboundFacts) { f.Numbers = nil },
		"foreign number":   func(f *models.OutboundFacts) { allow(f, d.home, "somebody") },
		"damaged settings": func(f *models.OutboundFacts) { f.Workspace.Outbound = "{" },
		"nothing allowed":  func(f *models.OutboundFacts) { f.Workspace.Outbound = `{"national":false,"countries":[]}` },
		"no rates":         func(f *models.OutboundFacts) { f.Rates = nil },
		"everything is full": func(f *models.OutboundFacts) {
			f.AgentLoad, f.WorkspaceLoad, f.TrunkLoads = full, full, map[string]models.Load{d.trunks[0]: full, d.trunks[1]: full}
		},
		"one damaged trunk": func(f *models.OutboundFacts) { f.Trunks[0].Stored = "{" },
		"the first is full": func(f *models.OutboundFacts) { f.TrunkLoads[d.trunks[0]] = full },
	} {
		f := d.facts(t, d.agents[0], morning)
		change(&f)
		for _, text := range emergencyNumbers {
			g, err := outbound.Check(outbound.Request{Text: text, NumberID: d.home, At: morning}, f)
			if err != nil || g.Dial() != text || !g.Emergency || len(g.Routes) == 0 || g.MaxDuration != 0 || g.Rate.RateMCU != 0 {
				t.Fatalf("%s: %s: %+v, %v", name, text, g, err)
			}
			if len(f.Numbers) > 0 && g.Number.ID != d.home {
				t.Errorf("%s: shows %s", name, g.Number.Number)
			}
			if c := g.Call("c"); !c.Emergency || c.MaxSeconds != 0 {
				t.Errorf("%s: notes %+v", name, c)
			}
		}
		if g, _ := outbound.Check(outbound.Request{Text: fire, At: morning}, f); name == "the first is full" && g.Routes[0].TrunkID != d.trunks[1] {
			t.Errorf("%s: goes through the full trunk", name)
		}
		f.Trunks = nil
		if _, err := outbound.Check(outbound.Request{Text: fire, At: morning}, f); codeOf(err) != outbound.NoTrunk {
			t.Errorf("%s: without trunks: %v", name, err)
		}
	}
}

func TestFailover_OUT_9(t *testing.T) {
	d := newDesk(t, openStore(t), "KR")
	f := d.facts(t, d.agents[0], morning)
	g, err := outbound.Check(outbound.Request{Text: tokyo, At: morning}, f)
	must(t, err)
	if r, ok := g.Failover(d.trunks[0], f); !ok || r.TrunkID != d.trunks[1] {
		t.Errorf("after the first trunk comes %+v", r)
	}
	for _, last := range []string{d.trunks[1], "unknown"} {
		if r, ok := g.Failover(last, f); ok {
			t.Errorf("after %s comes %+v", last, r)
		}
	}
	f.TrunkLoads[d.trunks[1]] = models.Load{Calls: 30}
	if r, ok := g.Failover(d.trunks[0], f); ok {
		t.Errorf("a full trunk is taken: %+v", r)
	}
	f.TrunkLoads[d.trunks[1]] = models.Load{Seconds: 14_900 * 60} // 100 minutes are left, and four hours granted
	if r, ok := g.Failover(d.trunks[0], f); ok {
		t.Errorf("a trunk with too little left is taken: %+v", r)
	}
	e, err := outbound.Check(outbound.Request{Text: fire, At: morning}, d.facts(t, d.agents[0], morning))
	must(t, err)
	if r, ok := e.Failover(d.trunks[0], f); !ok || r.TrunkID != d.trunks[1] {
		t.Errorf("an emergency call finds no way: %+v", r)
	}
	f.Trunks = f.Trunks[:1]
	if r, ok := g.Failover(d.trunks[0], f); ok {
		t.Errorf("a trunk that is gone is taken: %+v", r)
	}
}

func TestDay_OUT_9(t *testing.T) {
	for _, c := range []struct{ at, zone, from, to string }{
		{"2026-11-02T14:59:59Z", "Asia/Seoul", "2026-11-01T15:00:00Z", "2026-11-02T15:00:00Z"},
		{"2026-11-02T15:00:00Z", "Asia/Seoul", "2026-11-02T15:00:00Z", "2026-11-03T15:00:00Z"},
		{"2026-03-29T12:00:00Z", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"}, // 23 hours
		{"2026-10-25T12:00:00Z", "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"}, // 25 hours
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		must(t, err)
		from, to, err := outbound.Day(at, c.zone)
		if err != nil || from.UTC().Format(time.RFC3339) != c.from || to.UTC().Format(time.RFC3339) != c.to {
			t.Errorf("%s in %s: %v to %v, %v", c.at, c.zone, from.UTC(), to.UTC(), err)
		}
	}
	if _, _, err := outbound.Day(morning, "Nowhere/Else"); err == nil {
		t.Error("a time zone that does not exist was taken")
	}
}
