package flows

import (
	"context"
	"encoding/json"
	"strings"

	"ringdesk/controller/journal"
	"ringdesk/dialplan/flow"
	"ringdesk/models"
)

// pressed is what a caller keyed in, as far as it was written down: digits of inputs are not.
type pressed struct {
	keys []string            // in menus
	ends map[string][]string // "key 1" by the queue's step
}

// pressedIn reads what the callers of some calls keyed in.
func (f *Flows) pressedIn(ctx context.Context, calls []models.Call) (map[string]pressed, error) {
	ids := make([]string, len(calls))
	for i, c := range calls {
		ids[i] = c.ID
	}
	entries, err := f.Store.JournalOf(ctx, ids, []string{journal.FlowStep{}.Type()})
	if err != nil {
		return nil, err
	}
	all := map[string]pressed{}
	before, last := journal.FlowStep{}, ""
	for _, e := range entries {
		var now journal.FlowStep
		if err := json.Unmarshal([]byte(e.Data), &now); err != nil {
			return nil, err
		}
		p := all[e.CallID]
		key, byKey := strings.CutPrefix(now.By, "key ")
		switch kind := flow.Kind(before.Kind); {
		case e.CallID != last:
		case kind == flow.KindMenu && byKey:
			p.keys = append(p.keys, key)
		case kind == flow.KindMenu: // silent, or wrong, until it went on
			p.keys = append(p.keys, silence)
		case kind == flow.KindQueue && byKey:
			if p.ends == nil {
				p.ends = map[string][]string{}
			}
			p.ends[before.Step] = append(p.ends[before.Step], now.By)
		}
		all[e.CallID], before, last = p, now, e.CallID
	}
	return all, nil
}

// silence in a scenario's keys is a caller who lets a step that takes keys pass.
const silence = "-"
