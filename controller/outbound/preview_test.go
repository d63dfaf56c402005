package outbound_test

import (
	"testing"

	"ringdesk/controller/outbound"
	"ringdesk/controller/reason"
	"ringdesk/models"
)

// What is said of a call before it is placed is what Check decides, and where that
// refuses, what is known of the number all the same.
//
// Covers: OUT-1, OUT-5, OUT-6, OUT-7, OUT-9
func TestPreviews(t *testing.T) {
	d := newDesk(t, openStore(t), "KR")
	full := func(f *models.OutboundFacts) { f.AgentLoad.Seconds = 600 * 60 }
	const free, japan, others, unknown = 0, 200_000, 72_000, -1
	for name, row := range map[string]struct {
		text, number    string
		change          func(*models.OutboundFacts)
		country, prefix string
		cost            int64
		word            reason.Word
		shows, better   string
	}{
		"at home":                        {seoul, d.home, nil, "KR", "", free, "", d.home, ""},
		"the first number that fits":     {seoul, "", nil, "KR", "", free, "", d.abroad, ""},
		"Japan":                          {tokyo, d.abroad, nil, "JP", "+81", japan, "", d.abroad, ""},
		"the USA":                        {"+1 202 555 0123", d.abroad, nil, "US", "+1", others, "", d.abroad, ""},
		"Jamaica is not the USA":         {"+1 876 523 0123", d.abroad, nil, "JM", "+1 876", unknown, reason.CountryNotAllowed, "", ""},
		"a number that stays at home":    {tokyo, d.home, nil, "JP", "+81", japan, reason.NumberNotAbroad, d.home, d.abroad},
		"another one's number":           {seoul, d.home, func(f *models.OutboundFacts) { allow(f, d.home, d.agents[1]) }, "KR", "", free, reason.CallerIDNotYours, "", d.abroad},
		"no number that would do better": {tokyo, d.home, func(f *models.OutboundFacts) { f.Numbers = f.Numbers[1:2] }, "JP", "+81", japan, reason.NumberNotAbroad, d.home, ""},
		"the day is used up":             {tokyo, d.abroad, full, "JP", "+81", japan, reason.CapMinutes, d.abroad, ""},
		"no permission":                  {tokyo, "", func(f *models.OutboundFacts) { f.Agent.PlacesCalls = false }, "JP", "+81", japan, reason.MayNotCall, "", ""},
		"emergency":                      {fire, d.home, full, "KR", "", free, "", d.home, ""},
		"half a number":                  {"+81 3", d.home, nil, "", "", unknown, reason.NotANumber, "", ""},
		"a name":                         {"Kim", "", nil, "", "", unknown, reason.NotANumber, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := d.facts(t, d.agents[0], morning)
			if row.change != nil {
				row.change(&f)
			}
			req := outbound.Request{Text: row.text, NumberID: row.number, At: morning}
			p := outbound.Look(req, f)
			cost, word := int64(unknown), reason.Word("")
			if p.CostMCU != nil {
				cost = *p.CostMCU
			}
			if p.Refusal != nil {
				word = p.Refusal.Word
			}
			if p.Country != row.country || p.Prefix != row.prefix || cost != row.cost || word != row.word || p.Number != row.shows || p.Better != row.better {
				t.Errorf("%+v at %d because of %q", p, cost, word)
			}
			if _, err := outbound.Check(req, f); (err == nil) != (p.Refusal == nil) {
				t.Errorf("the call itself: %v", err)
			}
		})
	}
}
