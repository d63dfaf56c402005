package outbound

import "ringdesk/models"

// Preview is what would become of a call, for whoever is about to place it: the
// answer of Check, and what is known of the number even where that refuses.
type Preview struct {
	Dialled          // empty where nothing like a number was typed
	Prefix  string   // of a number abroad, as people know it: +81 or +1 876
	CostMCU *int64   // thousandths of a CU for each minute; nil where there is no rate
	Number  string   // id of the number to show; "" where none fits
	Refusal *Refusal // nil: the call may be placed
	Better  string   // id of a number that it may be placed with, where it may not with the one asked for
}

// Look asks about a call without placing it.
func Look(req Request, f models.OutboundFacts) Preview {
	grant, refusal := check(req, f)
	p := Preview{Number: grant.Number.ID, Refusal: refusal}
	d, err := ParseDialled(req.Text, f.Workspace.Country)
	if err != nil {
		return p // the refusal says so
	}
	p.Dialled = d
	if d.abroad(f) {
		p.Prefix = areaPrefix(d)
	}
	if d.Emergency {
		p.CostMCU = new(int64)
	} else if rate, unknown := findRate(d, f, req.At); unknown == nil {
		p.CostMCU = &rate.RateMCU
	}
	if refusal != nil && req.NumberID != "" {
		req.NumberID = ""
		if grant, still := check(req, f); still == nil {
			p.Better = grant.Number.ID
		}
	}
	return p
}
