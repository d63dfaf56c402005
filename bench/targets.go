package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// The targets of the product.
const (
	targetRate       = 20 // calls per second at which the times are asked for
	targetMedian     = 10 * time.Millisecond
	targetP99        = 40 * time.Millisecond
	targetReoffer    = 100 * time.Millisecond // IN-4
	targetThroughput = 60                     // calls per second
	targetFailed     = 0.1                    // percent: fewer must fail
	targetIdleMB     = 60.0
	targetTaken      = 1.0                    // calls per second of the queue, ÷ the engine's own queue's
	targetRooms      = 0.95                   // rooms per core, ÷ the engine's own rooms'
	targetRecording  = 1.2                    // CPU of a recorded call, and what recording adds to one, ÷ that of the engine's own
	targetAsked      = 150 * time.Millisecond // of any request of the inbox, p99
	targetReport     = 300 * time.Millisecond // of a report over 90 days, p95
	targetExportMB   = 100.0                  // of an export, at most
	targetGrowth     = 1.1                    // of memory and goroutines over soakLength
)

// verdict is one target and how it stands.
type verdict struct {
	measured, met bool
	what, got     string
}

func (v verdict) write(w io.Writer) {
	word := "MISSED"
	switch {
	case !v.measured:
		word, v.got = "not measured", ""
	case v.met:
		word = "met"
	}
	fmt.Fprintf(w, "%-12s  %s  %s\n", word, v.what, v.got)
}

func (r *report) writeTargets(w io.Writer) {
	for _, v := range slices.Concat(r.setupVerdicts(), r.queueVerdicts(), r.talkVerdicts(), r.inboxVerdicts(), r.statisticsVerdicts(), r.soakVerdicts()) {
		v.write(w)
	}
}

// atMost judges a time in milliseconds.
func atMost(x *row, what string, got float64, limit time.Duration) verdict {
	return verdict{x.Rounds > 0, got <= ms(limit), fmt.Sprintf("%s ≤ %v", what, limit), fmt.Sprintf("%.1f ms", got)}
}

// orEmpty lets what was not measured be judged as such.
func orEmpty(x *row) *row {
	if x == nil {
		return &row{}
	}
	return x
}

func (r *report) setupVerdicts() []verdict {
	slow := orEmpty(r.find(partSetup, ringdesk, targetRate, false))
	fast := orEmpty(r.find(partSetup, ringdesk, targetThroughput, false))
	at := fmt.Sprintf("at %d/s", targetRate)
	return []verdict{
		atMost(slow, "setup median "+at, slow.SetupP50, targetMedian),
		atMost(slow, "setup p99 "+at, slow.SetupP99, targetP99),
		{fast.Rounds > 0, fast.good(), fmt.Sprintf("%d calls/s with < %.1f %% failed", targetThroughput, targetFailed), fmt.Sprintf("%d of %d failed", fast.Failed, fast.Calls)},
		r.flowVerdict(),
		{r.ProductIdleMB > 0, r.ProductIdleMB < targetIdleMB, fmt.Sprintf("product idle < %.0f MB", targetIdleMB), r.productIdle()},
		{r.Setup != nil, r.Setup != nil && r.Setup.clean(), "nothing left after the last call", ""},
	}
}

func (r *report) queueVerdicts() []verdict {
	offer, again := orEmpty(r.only(queueOffer, ringdesk)), orEmpty(r.only(queueDecline, ringdesk))
	ours, theirs := orEmpty(r.only(queueCrowded, ringdesk)), orEmpty(r.only(queueCrowded, r.Names.Queue))
	failed := offer.Failed + again.Failed + ours.Failed
	return []verdict{
		{theirs.Taken > 0, ours.Taken >= targetTaken*theirs.Taken, fmt.Sprintf("queue: calls/s ≥ %.2f × %s's", targetTaken, r.Names.Queue), fmt.Sprintf("%.1f to %.1f", ours.Taken, theirs.Taken)},
		atMost(offer, "queue: offer median", offer.SetupP50, targetMedian),
		atMost(offer, "queue: offer p99", offer.SetupP99, targetP99),
		{again.Reoffers > 0, again.ReofferMax <= ms(targetReoffer), fmt.Sprintf("queue: offered again within %v, always", targetReoffer),
			fmt.Sprintf("p50 %.1f, p99 %.1f, max %.1f ms", again.ReofferP50, again.ReofferP99, again.ReofferMax)},
		{offer.Rounds > 0, failed == 0, "queue: no call failed", fmt.Sprintf("%d of %d", failed, offer.Calls+again.Calls+ours.Calls)},
	}
}

func (r *report) talkVerdicts() []verdict {
	var rooms, recording, unmixed verdict
	ours, theirs := r.talkedBy(partRooms, ringdesk, false), r.talkedBy(partRooms, r.Names.Rooms, false)
	rooms.what = fmt.Sprintf("rooms per core ≥ %.2f × %s's", targetRooms, r.Names.Rooms)
	if ours != nil && theirs != nil {
		got := theirs.both() / ours.both()
		rooms = verdict{true, got >= targetRooms, rooms.what, fmt.Sprintf("%.2f", got)}
	}
	recording.what = fmt.Sprintf("recorded call, and what recording adds, ≤ %.1f × %s's CPU", targetRecording, r.Names.Record)
	if x := r.recordingCost(); x != nil {
		adds := x.ours / x.theirs
		recording = verdict{true, max(adds, x.whole) <= targetRecording, recording.what, fmt.Sprintf("%.2f, adds %.2f", x.whole, adds)}
	}
	unmixed.what = "calls of two that are not recorded are not mixed"
	if x := r.talkedBy(partRecording, ringdesk, false); x != nil {
		unmixed = verdict{true, x.Bridges[r.Names.Mixes] == 0, unmixed.what, bridgeList(x.Bridges)}
	}
	return []verdict{rooms, recording, unmixed}
}

func (r *report) inboxVerdicts() []verdict {
	var vs []verdict
	for _, kind := range askKinds {
		v := verdict{what: fmt.Sprintf("inbox: %s p99 ≤ %v", kind, targetAsked)}
		if r.Inbox != nil {
			if a := r.Inbox.of(kind); a != nil && a.Count > 0 {
				v.measured, v.met, v.got = true, a.Failed == 0 && a.P99 <= ms(targetAsked), fmt.Sprintf("%.1f ms", a.P99)
			}
		}
		vs = append(vs, v)
	}
	return vs
}

func (r *report) soakVerdicts() []verdict {
	flat := verdict{what: fmt.Sprintf("memory and goroutines flat over %v (last quarter ≤ %.1f × second)", soakLength, targetGrowth)}
	clean := verdict{what: "nothing left after the soak"}
	if s := r.Soak; s != nil {
		memory, count, engine := s.growth(controllerMB), s.growth(goroutines), s.growth(engineMB)
		flat.measured, flat.met = s.Length >= soakLength, max(memory, count, engine) <= targetGrowth
		flat.got = fmt.Sprintf("controller %.2f, goroutines %.2f, %s %.2f (%s's %.2f)", memory, count, r.Names.Engine, engine, r.Names.Queue, s.growth(peerMB))
		clean.measured, clean.met = true, s.clean()
		clean.got = fmt.Sprintf("goroutines %d, before %d; channels and bridges %d", s.After.Goroutines, s.Before.Goroutines, s.After.Leftovers)
	}
	return []verdict{flat, clean}
}
