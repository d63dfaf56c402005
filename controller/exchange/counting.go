package exchange

import (
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/metrics"
)

// Each shows every live call that has begun.
func (x *Exchange) Each(f func(c *call.Call)) {
	for _, r := range x.runners() {
		if c := r.view.Load(); c.State != "" {
			f(c)
		}
	}
}

// count notes what is different between two states of a call, for those who
// watch the controller.
func (x *Exchange) count(prev, next *call.Call) {
	for i := range prev.Agents {
		if prev.Agents[i].State == call.PartyRinging && i < len(next.Agents) && next.Agents[i].State != call.PartyRinging {
			x.Counts.Offers.Of(offerResult(&next.Agents[i])).Inc()
		}
	}
	if prev.State == "" {
		x.Log.Info("a call has begun", "call", next.ID, "workspace", next.WorkspaceID, "direction", next.Direction)
	}
	if !next.State.Over() || prev.State.Over() {
		return
	}
	x.Log.Info("a call has ended", "call", next.ID, "workspace", next.WorkspaceID, "direction", next.Direction, "outcome", next.Outcome, "missed", next.MissedReason, "by", next.EndedBy,
		"after", next.EndedAt.Sub(next.StartedAt).Round(time.Millisecond))
	ended := x.Counts.Inbound
	if next.Direction != "inbound" {
		ended = x.Counts.Outbound
	}
	ended.Of(metrics.CallResult(next.Outcome)).Inc()
}

// offerResult is how an agent ceased to ring.
func offerResult(a *call.Agent) metrics.OfferResult {
	switch {
	case a.Lost:
		return metrics.OfferLost
	case a.State == call.PartyJoined:
		return metrics.OfferAnswered
	case a.State == call.PartyDeclined:
		return metrics.OfferDeclined
	case a.State == call.PartyMissed:
		return metrics.OfferMissed
	case a.State == call.PartyTaken:
		return metrics.OfferTaken
	case a.State == call.PartyMoved:
		return metrics.OfferMoved
	default:
		return metrics.OfferEnded
	}
}
