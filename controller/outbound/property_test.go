package outbound_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringdesk/controller/outbound"
	"ringdesk/models"
)

var dialable = regexp.MustCompile(`^(\+[1-9][0-9]{6,14}|[0-9]{3,6})$`)

// seedPrefixes are what may be called from Korea when nothing is set: the
// country's own numbers and those of OUT-7.
var seedPrefixes = []string{"+82", "+81", "+64", "+45", "+49", "+60", "+52", "+356", "+976", "+1", "+379", "+880", "+55", "+421", "+65", "+354", "+91",
	"+62", "+86", "+56", "+852"}

// elsewhere are the area codes of +1 outside the USA and Canada, and those of
// services (North American Numbering Plan).
var elsewhere = regexp.MustCompile(`^\+1(242|246|264|268|284|340|345|441|473|500|533|544|566|577|588|649|658|664|670|671|684|700|710|721|758|767|784|787|` +
	`800|809|829|833|844|849|855|866|868|869|876|877|888|900|939)`)

// checkGrant says what is wrong with what was granted under the settings that a
// workspace starts with.
func checkGrant(g outbound.Grant) string {
	dial := g.Dial()
	switch {
	case !dialable.MatchString(dial):
		return "dials " + dial
	case len(g.Routes) == 0:
		return "has no route"
	case g.Short == "" && !slices.ContainsFunc(seedPrefixes, func(p string) bool { return len(dial) > len(p) && dial[:len(p)] == p }):
		return "calls " + dial
	case elsewhere.MatchString(dial):
		return "calls the area of " + dial
	case g.Premium || len(dial) > 5 && (dial[:5] == "+8260" || dial[:4] == "+820"):
		return "calls premium " + dial
	case !g.Emergency && g.MaxDuration <= 0:
		return "has no end"
	case g.Country != "KR" && g.Rate.RateMCU < 72_000:
		return fmt.Sprintf("costs %d", g.Rate.RateMCU)
	}
	return ""
}

// Whatever is typed, what is granted is digits and inside the policy.
//
// Covers: OUT-2, OUT-6, OUT-9
func TestGrantsStayInsideThePolicy_OUT_6_OUT_9(t *testing.T) {
	d := newDesk(t, openStore(t), "KR")
	f := d.facts(t, d.agents[0], morning)
	var granted, emergencies int
	rapid.Check(t, func(t *rapid.T) {
		for _, text := range rapid.SliceOfN(typed, 50, 50).Draw(t, "texts") {
			g, err := outbound.Check(outbound.Request{Text: text, At: morning}, f)
			if err != nil {
				if codeOf(err) == "" || err.Error() == "" {
					t.Fatalf("%q is refused without a reason: %v", text, err)
				}
				continue
			}
			granted++
			if g.Emergency {
				emergencies++
			}
			if wrong := checkGrant(g); wrong != "" {
				t.Fatalf("%q: %s", text, wrong)
			}
		}
	})
	t.Logf("%d granted, %d of them emergencies", granted, emergencies)
	if granted < 100 {
		t.Errorf("only %d calls were granted", granted)
	}
}

// typed makes what agents, or somebody who wants to get past the policy, may
// type: numbers of which some digits are changed, in all spellings; prefixes
// put together; and anything at all.
var typed = rapid.Custom(func(t *rapid.T) string {
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		number := []byte(rapid.SampledFrom(slices.Concat(allowedAbroad, refusedAbroad, refusedPremium, allowedHome)).Draw(t, "number"))
		for range rapid.IntRange(0, 2).Draw(t, "changes") {
			number[rapid.IntRange(1, len(number)-1).Draw(t, "at")] = '0' + byte(rapid.IntRange(0, 9).Draw(t, "digit"))
		}
		return rapid.SampledFrom(slices.Concat(anywhere, abroad)).Draw(t, "spelling").do(string(number))
	case 1:
		return rapid.SampledFrom(append([]string{"", "0", "00", "001", "008", "00700", "+", "+1876", "+820", "+8200700", "+82001", "+44", "+88",
			"tel:+"}, seedPrefixes...)).Draw(t, "prefix") + rapid.StringMatching(`[0-9]{2,12}`).Draw(t, "digits")
	case 2:
		return rapid.StringMatching(`[-+0-9 ().;=#*,@&/a-zA-Z\x{200b}\x{ff0b}\x{ff10}-\x{ff19}]{0,20}`).Draw(t, "text")
	}
	return rapid.String().Draw(t, "text")
})

// seen is a call of a history, as the test itself knows it.
type seen struct {
	id, agent, trunk string
	grant            outbound.Grant
	started, ended   time.Time
	seconds, mcu     int64
}

// history plays calls against a store, and counts for itself.
type history struct {
	*desk
	now   time.Time
	calls []*seen
	caps  struct{ agent, workspace, trunk models.Caps }
}

// Caps are never exceeded, whatever agents do at whatever time; emergency calls
// always get through.
//
// Covers: OUT-9
func TestCapsHoldInAnyHistory_OUT_9(t *testing.T) {
	s := openStore(t)
	granted, refused := 0, map[outbound.Code]int{}
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(t, s)
		for range rapid.IntRange(5, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0:
				h.place(t, fire, refused)
			case 1, 2, 3, 4, 5:
				if h.place(t, rapid.SampledFrom([]string{seoul, tokyo, "+1 650 253 0000"}).Draw(t, "number"), refused) {
					granted++
				}
			case 6:
				h.failover(t)
			case 7, 8:
				h.end(t)
			}
			h.now = h.now.Add(time.Duration(rapid.Int64Range(0, 3).Draw(t, "passing")) * rapid.SampledFrom([]time.Duration{
				100 * time.Millisecond, time.Second, time.Minute, time.Hour}).Draw(t, "unit"))
			h.check(t)
		}
	})
	t.Logf("%d granted, refused %v", granted, refused)
	for _, code := range []outbound.Code{outbound.CallsPerSecond, outbound.Calls, outbound.MinutesPerDay, outbound.CostPerDay} {
		if granted == 0 || refused[code] == 0 {
			t.Errorf("no call met the cap %s", code)
		}
	}
}

func newHistory(t *rapid.T, s *models.Store) *history {
	h := &history{desk: newDesk(t, s, "KR"), now: morning}
	draw := func(name string) models.Caps {
		return models.Caps{CallsPerSecond: rapid.IntRange(1, 4).Draw(t, name+" calls a second"), Calls: rapid.IntRange(1, 4).Draw(t, name+" calls"),
			MinutesPerDay: rapid.Int64Range(2, 200).Draw(t, name+" minutes"), CostPerDay: rapid.Int64Range(200, 20_000).Draw(t, name+" cost")}
	}
	h.caps.agent, h.caps.workspace, h.caps.trunk = draw("agent"), draw("workspace"), draw("trunk")
	h.setOutbound(t, func(o *models.OutboundSettings) {
		o.Agent, o.Workspace = h.caps.agent, h.caps.workspace
		o.Increment = rapid.SampledFrom([]int{1, 6, 60}).Draw(t, "increment")
	})
	for _, id := range h.trunks {
		h.setTrunk(t, id, func(s *models.TrunkSettings) {
			c := h.caps.trunk
			s.CallsPerSecond, s.MaxCalls, s.MinutesPerDay, s.CostPerDay = c.CallsPerSecond, c.Calls, c.MinutesPerDay, c.CostPerDay
		})
	}
	return h
}

// place asks for a call, and notes it as the controller would: in the same
// transaction.
func (h *history) place(t *rapid.T, text string, refused map[outbound.Code]int) bool {
	agent := rapid.SampledFrom(h.agents[:]).Draw(t, "agent")
	number := rapid.SampledFrom([]string{"", h.abroad, h.other}).Draw(t, "shown")
	from, to, err := outbound.Day(h.now, "Asia/Seoul")
	must(t, err)
	var g outbound.Grant
	id := models.NewID()
	err = h.Tx(ctx, func(tx *models.Tx) error {
		f, err := tx.OutboundFacts(h.ws, agent, h.now, from, to)
		if err != nil {
			return err
		}
		if g, err = outbound.Check(outbound.Request{Text: text, NumberID: number, At: h.now}, f); err != nil {
			return err
		}
		return tx.AddOutbound(g.Call(id))
	})
	if err != nil {
		if text == fire || codeOf(err) == "" {
			t.Fatalf("%s: %v", text, err)
		}
		refused[codeOf(err)]++
		return false
	}
	h.calls = append(h.calls, &seen{id: id, agent: agent, trunk: g.Routes[0].TrunkID, grant: g, started: h.now})
	return true
}

// live picks a call that goes on.
func (h *history) live(t *rapid.T) *seen {
	var going []*seen
	for _, c := range h.calls {
		if c.ended.IsZero() {
			going = append(going, c)
		}
	}
	if len(going) == 0 {
		return nil
	}
	return rapid.SampledFrom(going).Draw(t, "call")
}

func (h *history) failover(t *rapid.T) {
	c := h.live(t)
	if c == nil {
		return
	}
	from, to, err := outbound.Day(h.now, "Asia/Seoul")
	must(t, err)
	must(t, h.Tx(ctx, func(tx *models.Tx) error {
		f, err := tx.OutboundFacts(h.ws, c.agent, h.now, from, to)
		if err != nil {
			return err
		}
		if next, ok := c.grant.Failover(c.trunk, f); ok {
			c.trunk = next.TrunkID
			return tx.SetOutboundTrunk(c.id, next.TrunkID)
		}
		return nil
	}))
}

// end ends a call now, or at its limit if that has passed.
func (h *history) end(t *rapid.T) {
	if c := h.live(t); c != nil {
		h.endCall(t, c, rapid.Bool().Draw(t, "answered"))
	}
}

func (h *history) endCall(t *rapid.T, c *seen, answered bool) {
	c.ended = h.now
	if limit := c.started.Add(c.grant.MaxDuration); !c.grant.Emergency && c.ended.After(limit) {
		c.ended = limit
	}
	begin := c.started
	if !answered {
		begin = time.Time{}
	}
	must(t, h.Tx(ctx, func(tx *models.Tx) error {
		u, err := tx.EndOutbound(c.id, begin, c.ended)
		c.seconds, c.mcu = u.Seconds, u.ChargeMCU
		return err
	}))
}

// check ends what has reached its limit, as the controller does, counts anew
// what is in use, and compares with the caps.
func (h *history) check(t *rapid.T) {
	from, to, err := outbound.Day(h.now, "Asia/Seoul")
	must(t, err)
	in := map[string]*models.Load{}
	count := func(key string, l models.Load) {
		if in[key] == nil {
			in[key] = &models.Load{}
		}
		in[key].LastSecond += l.LastSecond
		in[key].Calls += l.Calls
		in[key].Seconds += l.Seconds
		in[key].ChargeMCU += l.ChargeMCU
	}
	for _, c := range h.calls {
		if c.ended.IsZero() && !c.grant.Emergency && !h.now.Before(c.started.Add(c.grant.MaxDuration)) {
			h.endCall(t, c, true)
		}
		if c.grant.Emergency {
			continue
		}
		l := models.Load{}
		if !c.started.Before(from) && c.started.Before(to) {
			l.Seconds, l.ChargeMCU = c.seconds, c.mcu
		}
		if c.ended.IsZero() {
			l.Calls = 1
		}
		if h.now.Sub(c.started) < time.Second {
			l.LastSecond = 1
		}
		count(c.agent, l)
		count(c.trunk, l)
		count(h.ws, l)
	}
	for key, l := range in {
		caps := h.caps.trunk
		switch key {
		case h.ws:
			caps = h.caps.workspace
		case h.agents[0], h.agents[1]:
			caps = h.caps.agent
		}
		if l.LastSecond > caps.CallsPerSecond || l.Calls > caps.Calls || l.Seconds > caps.MinutesPerDay*60 || l.ChargeMCU > caps.CostPerDay*1000 {
			t.Fatalf("%+v exceeds %+v", *l, caps)
		}
	}
}
