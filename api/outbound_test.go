package api_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/call"
	"ringdesk/controller/exchange"
	"ringdesk/controller/outbound"
	"ringdesk/controller/reason"
	"ringdesk/models"
)

func TestOutboundSettings_OUT_6_OUT_9(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	first := into[api.OutboundSettings](c.do("GET", "/outbound/settings", "").want(200))
	if !first.National || first.Premium || len(first.Countries) != 21 || first.AgentCaps.Calls != 2 {
		t.Errorf("at first: %+v", first)
	}
	body := `{"national":false,"countries":["JP"],"increment":1,"agentCaps":{"callsPerSecond":0,"calls":1,"minutesPerDay":10,"costPerDay":500}}`
	got := into[api.OutboundSettings](c.do("PUT", "/outbound/settings", body).want(200))
	if got.National || !slices.Equal(got.Countries, []string{"JP"}) || got.Increment != 1 || got.AgentCaps.CostPerDay != 500 || got.WorkspaceCaps != first.WorkspaceCaps {
		t.Errorf("then: %+v", got)
	}
	if got := into[api.OutboundSettings](c.do("PUT", "/outbound/settings", `{"countries":[]}`).want(200)); len(got.Countries) != 0 || !got.National {
		t.Errorf("no country: %+v", got)
	}
	for field, body := range map[string]string{
		"countries.0": `{"countries":["Japan"]}`, "increment": `{"increment":61}`, "maxSeconds": `{"maxSeconds":5}`,
		"agentCaps.calls":      `{"agentCaps":{"callsPerSecond":1,"calls":-1,"minutesPerDay":1,"costPerDay":1}}`,
		"agentCaps.costPerDay": `{"agentCaps":{"callsPerSecond":1,"calls":1,"minutesPerDay":1}}`,
	} {
		if p := c.do("PUT", "/outbound/settings", body).problem(400, api.ProblemCodeInvalid); p.Field == nil || *p.Field != field {
			t.Errorf("%s: %+v, want field %s", body, p, field)
		}
	}
}

func TestRates_OUT_7(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	rates := func() []api.Rate { return into[api.RateList](c.do("GET", "/outbound/rates", "").want(200)).Items }
	before := rates()
	if i := slices.IndexFunc(before, func(r api.Rate) bool { return r.Prefix == "+81" }); i < 0 || before[i].PerMinute != 200 || before[i].Own {
		t.Fatalf("rates: %+v", before)
	}
	soon := e.clock.now().Add(time.Hour).UTC().Truncate(time.Second)
	body := fmt.Sprintf(`{"prefix":"+81","country":"JP","name":"Japan","perMinute":150.5,"validFrom":%q}`, soon.Format(time.RFC3339))
	r := into[api.Rate](c.do("POST", "/outbound/rates", body).want(201))
	if r.PerMinute != 150.5 || !r.Own || !r.ValidFrom.Equal(soon) || len(rates()) != len(before)+1 {
		t.Errorf("rate: %+v", r)
	}
	c.do("POST", "/outbound/rates", body).problem(409, api.ProblemCodeConflict)
	if other := into[api.RateList](e.as(e.away.admin).do("GET", "/outbound/rates", "").want(200)); len(other.Items) != len(before) {
		t.Error("another workspace got the rate, too")
	}
	e.clock.advance(2 * time.Hour) // it holds now, so calls may have been charged by it
	c.do("DELETE", "/outbound/rates/"+r.Id, "").problem(409, api.ProblemCodeConflict)
	c.do("DELETE", "/outbound/rates/"+e.here.rate, "").want(204)
	c.do("DELETE", "/outbound/rates/default-jp", "").problem(404, api.ProblemCodeNotFound)
	for field, body := range map[string]string{
		"prefix": `{"prefix":"81","perMinute":1,"validFrom":"2030-01-01T00:00:00Z"}`, "perMinute": `{"prefix":"+81","perMinute":-1,"validFrom":"2030-01-01T00:00:00Z"}`,
		"validFrom": `{"prefix":"+81","perMinute":1,"validFrom":"tomorrow"}`, "country": `{"prefix":"+81","country":"jp","perMinute":1,"validFrom":"2030-01-01T00:00:00Z"}`,
	} {
		if p := c.do("POST", "/outbound/rates", body).problem(400, api.ProblemCodeInvalid); p.Field == nil || *p.Field != field {
			t.Errorf("%s: %+v, want field %s", body, p, field)
		}
	}
}

func TestUsageSums_OUT_7(t *testing.T) {
	e := start(t)
	began := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	e.tx(func(tx *models.Tx) error {
		add(e, tx.AddOutbound(models.OutboundCall{CallID: "c1", WorkspaceID: e.here.id, AgentID: e.here.agent.agent, TrunkID: e.here.trunk,
			NumberID: e.here.number, Prefix: "+81", Country: "JP", RateMCU: 200_000, Increment: 60, MaxSeconds: 600, StartedAt: models.At(began)}))
		_, err := tx.EndOutbound("c1", began.Add(10*time.Second), began.Add(100*time.Second))
		return err
	})
	c := e.as(e.here.admin)
	for by, want := range map[string][2]string{"": {e.here.id, "Moa"}, "agent": {e.here.agent.agent, "Moa agent"}, "trunk": {e.here.trunk, "trunk"},
		"number": {e.here.number, "+827076660003"}, "country": {"JP", ""}} {
		path := "/outbound/usage?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z"
		if by != "" {
			path += "&by=" + by
		}
		got := into[api.UsageList](c.do("GET", path, "").want(200)).Items
		if len(got) != 1 || got[0] != (api.UsageSum{Key: want[0], Name: want[1], Calls: 1, Answered: 1, Seconds: 90, Charge: 400}) {
			t.Errorf("by %s: %+v", by, got)
		}
	}
	for query, status := range map[string]int{"?from=2026-03-01T00:00:00Z": 400, "?from=x&to=y": 400, "?from=2026-02-30T00:00:00Z&to=2026-03-01T00:00:00Z": 400, "?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z": 400,
		"?from=2020-01-01T00:00:00Z&to=2026-03-01T00:00:00Z": 400} {
		c.do("GET", "/outbound/usage"+query, "").problem(status, api.ProblemCodeInvalid)
	}
	if got := into[api.UsageList](e.as(e.away.admin).do("GET", "/outbound/usage?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z", "").want(200)); len(got.Items) != 0 {
		t.Errorf("another workspace sees %+v", got)
	}
}

// What a call would meet is told before it is placed, in the words that refuse the
// call itself.
//
// Covers: OUT-1, OUT-5, OUT-6, OUT-7
func TestLookingAtACall(t *testing.T) {
	e := start(t)
	trunk := models.DefaultTrunk()
	trunk.Remote = "192.0.2.9:5060"
	home := models.NewID()
	e.tx(func(tx *models.Tx) error {
		tr, err := tx.Trunk(e.here.id, e.here.trunk)
		add(e, errors.Join(err, tr.SetSettings(trunk)))
		add(e, tx.AddNumber(models.Number{ID: home, WorkspaceID: e.here.id, TrunkID: e.here.trunk, Number: "+827012340003", CreatedAt: models.At(time.Now())}))
		add(e, tx.UpdateAgent(e.here.id, e.here.agent.agent, models.AgentUpdate{PlacesCalls: new(true)}))
		return tx.UpdateTrunk(tr)
	})
	c := e.as(e.here.agent)
	look := func(to, from string) api.OutboundCheck {
		q := url.Values{"to": {to}}
		if from != "" {
			q.Set("from", from)
		}
		return into[api.OutboundCheck](c.do("GET", "/outbound/check?"+q.Encode(), "").want(200))
	}
	if v := look("+81 3-1234-5678", e.here.number); !v.Allowed || v.To != "+81312345678" || *v.Country != "JP" || *v.Prefix != "+81" || *v.PerMinute != 200 ||
		*v.NumberId != e.here.number || v.Reason != nil || v.BetterNumberId != nil {
		t.Errorf("Japan: %+v", v)
	}
	if v := look("02-312-3456", ""); !v.Allowed || *v.Country != "KR" || v.Prefix != nil || *v.PerMinute != 0 || *v.NumberId != e.here.number {
		t.Errorf("at home: %+v", v)
	}
	if v := look("+81 3-1234-5678", home); v.Allowed || *v.Reason != "numberNotAbroad" || (*v.Params)["number"] != "+827012340003" || *v.PerMinute != 200 || *v.BetterNumberId != e.here.number {
		t.Errorf("with a number that stays at home: %+v", v)
	}
	if v := look("+18765230123", ""); v.Allowed || *v.Reason != "countryNotAllowed" || (*v.Params)["prefix"] != "+1 876" || v.PerMinute != nil {
		t.Errorf("Jamaica: %+v", v)
	}
	if v := look("+81 3", ""); v.Allowed || v.To != "" || *v.Reason != "notANumber" || v.Country != nil {
		t.Errorf("half a number: %+v", v)
	}
	if p := c.do("GET", "/outbound/check?to=119&from="+e.away.number, "").problem(400, api.ProblemCodeInvalid); *p.Field != "from" || string(*p.Reason) != "noNumber" {
		t.Errorf("another workspace's number: %+v", p)
	}
	c.do("GET", "/outbound/check", "").problem(400, api.ProblemCodeInvalid)
	e.key(e.here).do("GET", "/outbound/check?to=119", "").problem(403, api.ProblemCodeForbidden)
	if len(e.calls.placed) != 0 {
		t.Errorf("placed %+v", e.calls.placed)
	}
}

func TestPlacingACall_OUT_3_OUT_5(t *testing.T) {
	e := start(t)
	_, id := e.addCall(e.here, e.here.contact, "+821012345678", call.Dialing, func(c *call.Call) { c.Direction = "outbound" })
	state := e.saveCall(e.here, id, func(*call.Call) {})
	e.calls.place = func(exchange.Place) (call.Call, error) { return state, nil }
	c := e.as(e.here.agent)
	body := fmt.Sprintf(`{"to":" 010-1234-5678 ","numberId":%q,"conversationId":%q}`, e.here.number, e.here.conversation)
	got := into[api.Call](c.do("POST", "/calls", body).want(http.StatusCreated))
	if got.State != "dialing" || got.Direction != "outbound" || got.Contact.Id != e.here.contact {
		t.Errorf("call: %+v", got)
	}
	want := exchange.Place{Workspace: e.here.id, AgentID: e.here.agent.agent, To: "010-1234-5678", NumberID: e.here.number, ContactID: e.here.contact}
	if !slices.Equal(e.calls.placed, []exchange.Place{want}) {
		t.Errorf("placed %+v", e.calls.placed)
	}
	_, missed := e.addCall(e.here, e.here.contact, "", call.Missed)
	_, abroad := e.addCall(e.away, e.away.contact, "", call.Missed)
	e.calls.placed = nil
	for field, rest := range map[string]string{
		"numberId": fmt.Sprintf(`,"numberId":%q`, e.away.number), "contactId": fmt.Sprintf(`,"contactId":%q`, e.away.contact),
		"conversationId": fmt.Sprintf(`,"conversationId":%q`, e.away.conversation), "missedCallId": fmt.Sprintf(`,"missedCallId":%q`, abroad),
	} {
		if p := c.do("POST", "/calls", `{"to":"010-1234-5678"`+rest+`}`).problem(400, api.ProblemCodeInvalid); p.Field == nil || *p.Field != field {
			t.Errorf("%s: %+v", rest, p)
		}
	}
	c.do("POST", "/calls", fmt.Sprintf(`{"to":"1","missedCallId":%q}`, e.here.call)).problem(400, api.ProblemCodeInvalid) // was not missed
	c.do("POST", "/calls", `{"to":"  "}`).problem(400, api.ProblemCodeInvalid)
	c.do("POST", "/calls", fmt.Sprintf(`{"to":"1","contactId":%q,"conversationId":%q}`, e.addContact(e.here.id, "Other"), e.here.conversation)).problem(400, api.ProblemCodeInvalid)
	e.key(e.here).do("POST", "/calls", `{"to":"010-1234-5678"}`).problem(403, api.ProblemCodeForbidden)
	if len(e.calls.placed) != 0 {
		t.Errorf("a refused call was placed: %+v", e.calls.placed)
	}
	c.do("POST", "/calls", fmt.Sprintf(`{"to":"1","missedCallId":%q,"anyway":true}`, missed)).want(201)
	if p := e.calls.placed[0]; p.MissedCallID != missed || !p.Anyway {
		t.Errorf("placed %+v", p)
	}
}

// Covers: MISS-5.
func TestCalledBackAlready_MISS_5(t *testing.T) {
	e := start(t)
	_, missed := e.addCall(e.here, e.here.contact, "", call.Missed)
	e.calls.place = func(exchange.Place) (call.Call, error) {
		return call.Call{}, &exchange.HandledError{At: time.Now(), AgentID: e.here.owner.agent}
	}
	c := e.as(e.here.agent)
	for locale, says := range map[string]string{"ko": "이미 처리된 부재중 전화입니다", "en": "has been handled already"} {
		c.do("PATCH", "/me", fmt.Sprintf(`{"locale":%q}`, locale)).want(200)
		p := c.do("POST", "/calls", fmt.Sprintf(`{"to":"010-1234-5678","missedCallId":%q}`, missed)).problem(409, api.ProblemCodeConflict)
		if !strings.Contains(p.Title, says) || p.Field == nil || *p.Field != "missedCallId" || string(*p.Reason) != "missedHandled" || (*p.Params)["name"] != "Moa owner" {
			t.Errorf("%s: %+v", locale, p)
		}
	}
}

func TestRefusedCallsSayWhy_OUT_1_OUT_5_OUT_6_OUT_9(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	for code, want := range map[outbound.Code]struct {
		status int
		code   api.ProblemCode
	}{
		outbound.NotANumber: {422, api.ProblemCodeInvalid}, outbound.NoSeat: {403, api.ProblemCodeForbidden},
		outbound.NoPermission: {403, api.ProblemCodeForbidden}, outbound.CallerID: {403, api.ProblemCodeForbidden},
		outbound.Country: {403, api.ProblemCodeForbidden}, outbound.NumberAbroad: {403, api.ProblemCodeForbidden},
		outbound.PremiumNumber: {403, api.ProblemCodeForbidden}, outbound.NoRate: {403, api.ProblemCodeForbidden},
		outbound.NoTrunk: {409, api.ProblemCodeConflict}, outbound.Calls: {429, api.ProblemCodeLimit},
		outbound.CallsPerSecond: {429, api.ProblemCodeLimit}, outbound.CostPerDay: {429, api.ProblemCodeLimit},
	} {
		e.calls.place = func(exchange.Place) (call.Call, error) {
			return call.Call{}, errors.Join(&outbound.Refusal{Code: code, Message: "no call for this reason",
				Word: reason.CountryNotAllowed, Params: map[string]string{"country": "JM"}})
		}
		if p := c.do("POST", "/calls", `{"to":"+81312345678"}`).problem(want.status, want.code); p.Title != "No call for this reason." ||
			string(*p.Reason) != "countryNotAllowed" || (*p.Params)["country"] != "JM" {
			t.Errorf("%s: %+v", code, p)
		}
	}
}
