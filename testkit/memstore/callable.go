package memstore

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ringdesk/models"
)

// CallableAgents is as in models.
func (t *Tx) CallableAgents(f models.CallableFilter, now time.Time) ([]models.AgentState, error) {
	since := models.At(now.Add(-models.PhoneTimeout))
	as := make([]models.AgentState, 0, len(t.byWorkspace[f.Workspace]))
	for _, a := range t.byWorkspace[f.Workspace] {
		st := t.state(a)
		if a.RemovedAt.IsZero() && st.PhoneReady && st.SeenAt.After(since.Time) && (f.Among == nil || slices.Contains(f.Among, a.ID)) &&
			(f.Free == nil || isFree(f.Free, st, now)) {
			as = append(as, st)
		}
	}
	if f.Free != nil {
		slices.SortStableFunc(as, func(a, b models.AgentState) int { return inOrder(f.Free, a, b) })
	}
	if f.Limit > 0 && len(as) > f.Limit {
		as = as[:f.Limit]
	}
	return as, nil
}

// free says whether nothing that the database knows keeps an agent from a call.
func isFree(f *models.FreeFilter, a models.AgentState, now time.Time) bool {
	takes := map[string]bool{"phone": a.TakesPhone, "voice": a.TakesVoice, "video": a.TakesVideo}
	return a.Seat && a.Status == "available" && a.ClaimCall == "" && !a.DNDNow(now) && !a.WrapUpNow(now) && takes[f.Kind] &&
		(f.Team == "" || slices.Contains(a.Teams, f.Team))
}

func inOrder(f *models.FreeFilter, a, b models.AgentState) int {
	today := func(a models.AgentState) int {
		if a.AnsweredDay != f.Day {
			return 0
		}
		return a.AnsweredCount
	}
	idle, offered := a.IdleSince.Compare(b.IdleSince.Time), a.OfferedAt.Compare(b.OfferedAt.Time)
	switch f.Order {
	case models.OfferedLongest:
		return cmp.Or(offered, idle, strings.Compare(a.ID, b.ID))
	case models.FewestAnswered:
		return cmp.Or(cmp.Compare(today(a), today(b)), idle, offered, strings.Compare(a.ID, b.ID))
	default:
		return cmp.Or(idle, offered, strings.Compare(a.ID, b.ID))
	}
}
