package main

import (
	"fmt"
	"slices"
	"time"
)

// The targets of the product on each engine.
const (
	targetRate       = 20 // calls per second at which the times are asked for
	targetMedian     = 10 * time.Millisecond
	targetP99        = 40 * time.Millisecond
	targetReoffer    = 100 * time.Millisecond // IN-4
	targetThroughput = 60                     // calls per second
	targetFailed     = 0.1                    // percent: fewer must fail
	targetIdleMB     = 60.0
	targetBusyMB     = 120.0                  // with busyCalls
	targetSetupP50   = 1.5                    // ÷ the engine's own queue's, as all that follow
	targetSetupP99   = 2.0                    //
	targetOffer      = 1.5                    //
	targetRooms      = 0.95                   // rooms per core, ÷ the engine's own rooms'
	targetRecording  = 1.2                    // CPU of a recorded call, and what recording adds to one, ÷ that of the engine's own
	targetAsked      = 150 * time.Millisecond // of any request of the inbox, p99
	targetReport     = 300 * time.Millisecond // of a report over 90 days, p95
	targetExportMB   = 100.0                  // of an export, at most
	targetGrowth     = 1.1                    // of memory and goroutines over soakLength
)

// goals are the targets that differ from engine to engine. What is 0 is not asked for.
type goals struct {
	highest        float64       // highest rate, ÷ the queue's
	least          int           // highest rate
	recordedMedian time.Duration // setup of recorded calls at targetThroughput
	recordedSetup  float64       // the same, ÷ the queue's with recording
	cpu            float64       // of both for a call that is not recorded, ÷ the queue's
	reofferP99     time.Duration
	taken          float64 // calls per second where callers wait, ÷ the queue's
	recordedRooms  float64 // rooms per core, recorded, ÷ the engine's own
}

var (
	asteriskGoals   = goals{highest: 1, recordedMedian: 20 * time.Millisecond, cpu: 1, reofferP99: 40 * time.Millisecond, taken: 1.8, recordedRooms: targetRooms}
	freeswitchGoals = goals{least: 50, recordedSetup: 1.5, cpu: 1.2, reofferP99: 60 * time.Millisecond, taken: 1}
)

// verdicts are all targets, in the order of the parts.
func (r *report) verdicts() []verdict {
	return slices.Concat(r.setupVerdicts(), r.speedVerdicts(), r.memoryVerdicts(), r.queueVerdicts(), r.talkVerdicts(), r.inboxVerdicts(), r.statisticsVerdicts(), r.growthVerdicts(), r.soakVerdicts())
}

// atMost judges a time in milliseconds.
func atMost(x *row, what string, got float64, limit time.Duration) verdict {
	return verdict{measured: x.Rounds > 0, what: fmt.Sprintf("%s ≤ %v", what, limit), got: got, limit: ms(limit), format: "%.1f ms"}
}

// none judges a number of what there must not be, in no run.
func none(measured bool, what string, got int, format string) verdict {
	return verdict{measured: measured, what: what, got: float64(got), format: format, always: true}
}

// orEmpty lets what was not measured be judged as such.
func orEmpty(x *row) *row {
	if x == nil {
		return &row{}
	}
	return x
}

// setupVerdicts are on how fast a call reaches its agent.
func (r *report) setupVerdicts() []verdict {
	g := r.Names.goals
	slow := orEmpty(r.find(partSetup, ringdesk, targetRate, false))
	taped := orEmpty(r.find(partSetup, ringdesk, targetThroughput, true))
	vs := []verdict{
		atMost(slow, fmt.Sprintf("setup median at %d/s", targetRate), slow.SetupP50, targetMedian),
		atMost(slow, fmt.Sprintf("setup p99 at %d/s", targetRate), slow.SetupP99, targetP99),
	}
	for _, rate := range []int{targetRate, targetThroughput} {
		ours, theirs := orEmpty(r.find(partSetup, ringdesk, rate, false)), orEmpty(r.find(partSetup, r.Names.Queue, rate, false))
		vs = append(vs, beside(fmt.Sprintf("setup median at %d/s", rate), r.Names.Queue, ours.SetupP50, theirs.SetupP50, targetSetupP50),
			beside(fmt.Sprintf("setup p99 at %d/s", rate), r.Names.Queue, ours.SetupP99, theirs.SetupP99, targetSetupP99))
	}
	if g.recordedMedian > 0 {
		vs = append(vs, atMost(taped, fmt.Sprintf("recorded: setup median at %d/s", targetThroughput), taped.SetupP50, g.recordedMedian))
	}
	if g.recordedSetup > 0 {
		theirs := orEmpty(r.find(partSetup, r.Names.Queue, targetThroughput, true))
		vs = append(vs, beside(fmt.Sprintf("recorded: setup median at %d/s", targetThroughput), r.Names.Queue, taped.SetupP50, theirs.SetupP50, g.recordedSetup))
	}
	return append(vs, none(taped.Rounds > 0, fmt.Sprintf("recorded: no call failed at %d/s", targetThroughput), taped.Failed, "%.0f failed"), r.flowVerdict())
}

// speedVerdicts are on how many calls there can be, and what each costs.
func (r *report) speedVerdicts() []verdict {
	g := r.Names.goals
	least := func(rate int) verdict {
		return verdict{measured: r.tried(rate), what: fmt.Sprintf("≥ %d calls/s with < %.1f %% failed", rate, targetFailed), got: float64(r.highest(ringdesk)),
			limit: float64(rate), format: "%.0f/s", atLeast: true}
	}
	vs := []verdict{least(targetThroughput)}
	if g.least > 0 {
		vs = append(vs, least(g.least))
	}
	if g.highest > 0 {
		v := besideLeast("highest rate", r.Names.Queue, float64(r.highest(ringdesk)), float64(r.highest(r.Names.Queue)), g.highest)
		v.measured = r.tried(0) && r.highest(r.Names.Queue) > 0
		vs = append(vs, v)
	}
	for _, recorded := range []bool{false, true} {
		ours, theirs := orEmpty(r.find(partSetup, ringdesk, targetThroughput, recorded)), orEmpty(r.find(partSetup, r.Names.Queue, targetThroughput, recorded))
		what, peer, limit := fmt.Sprintf("CPU of both for a call at %d/s", targetThroughput), r.Names.Queue, g.cpu
		if recorded {
			what, peer, limit = "recorded: "+what, r.Names.Record, targetRecording
		}
		vs = append(vs, beside(what, peer, ours.Engine+ours.Controller, theirs.Engine, limit))
	}
	return vs
}

// tried says whether ringdesk was measured at a rate or above, without recording, or failed below.
func (r *report) tried(rate int) bool {
	return slices.ContainsFunc(r.in(partSetup), func(x *row) bool { return x.System == ringdesk && !x.Recorded && (x.Rate >= rate || !x.good()) })
}

func (r *report) memoryVerdicts() []verdict {
	left := verdict{what: "nothing left after the last call"}
	if r.Setup != nil {
		left = none(true, left.what, r.Setup.left(), "%.0f left")
	}
	return []verdict{
		{measured: r.ProductIdle.All > 0, what: fmt.Sprintf("product idle ≤ %.0f MB", targetIdleMB), got: r.ProductIdle.All, limit: targetIdleMB, format: "%.0f MB"},
		{measured: r.Busy.All > 0, what: fmt.Sprintf("controller at %d calls ≤ %.0f MB", busyCalls, targetBusyMB), got: r.Busy.All, limit: targetBusyMB, format: "%.0f MB"},
		left,
	}
}

func (r *report) queueVerdicts() []verdict {
	g := r.Names.goals
	offer, again := orEmpty(r.only(queueOffer, ringdesk)), orEmpty(r.only(queueDecline, ringdesk))
	ours, theirs := orEmpty(r.only(queueCrowded, ringdesk)), orEmpty(r.only(queueCrowded, r.Names.Queue))
	max := verdict{measured: again.Reoffers > 0, what: fmt.Sprintf("queue: offered again within %v, always", targetReoffer), got: again.ReofferMax, limit: ms(targetReoffer),
		format: "%.1f ms", always: true}
	p99 := atMost(again, "queue: offered again p99", again.ReofferP99, g.reofferP99)
	p99.measured = max.measured
	return []verdict{
		besideLeast("queue: calls/s where callers wait", r.Names.Queue, ours.Taken, theirs.Taken, g.taken),
		atMost(offer, "queue: offer median", offer.SetupP50, targetMedian),
		atMost(offer, "queue: offer p99", offer.SetupP99, targetP99),
		beside("queue: offer median", r.Names.Queue, offer.SetupP50, orEmpty(r.only(queueOffer, r.Names.Queue)).SetupP50, targetOffer),
		p99, max,
		none(offer.Rounds > 0, "queue: no call failed", offer.Failed+again.Failed+ours.Failed, "%.0f failed"),
	}
}

func (r *report) talkVerdicts() []verdict {
	rooms := func(what string, recorded bool, limit float64) verdict {
		ours, theirs := r.talkedBy(partRooms, ringdesk, recorded), r.talkedBy(partRooms, r.Names.Rooms, recorded)
		if ours == nil || theirs == nil {
			return besideLeast(what, r.Names.Rooms, 0, 0, limit)
		}
		return besideLeast(what, r.Names.Rooms, theirs.both(), ours.both(), limit)
	}
	vs := []verdict{rooms("rooms per core", false, targetRooms)}
	if limit := r.Names.goals.recordedRooms; limit > 0 {
		vs = append(vs, rooms("recorded: rooms per core", true, limit))
	}
	whole, adds := beside("recorded: CPU of a call of two", r.Names.Record, 0, 0, targetRecording), beside("recorded: CPU that recording adds to a call of two", r.Names.Record, 0, 0, targetRecording)
	if x := r.recordingCost(); x != nil {
		whole.measured, whole.got = true, x.whole
		adds.measured, adds.got = true, x.ours/x.theirs
	}
	unmixed := verdict{what: "calls of two that are not recorded are not mixed"}
	if x := r.talkedBy(partRecording, ringdesk, false); x != nil {
		unmixed = none(true, unmixed.what, x.Bridges[r.Names.Mixes], "%.0f mixed")
	}
	return append(vs, whole, adds, unmixed)
}

func (r *report) inboxVerdicts() []verdict {
	var vs []verdict
	for _, kind := range askKinds {
		v := verdict{what: fmt.Sprintf("inbox: %s p99 ≤ %v", kind, targetAsked), limit: ms(targetAsked), format: "%.1f ms"}
		failed := none(false, fmt.Sprintf("inbox: no %s failed", kind), 0, "%.0f failed")
		if r.Inbox != nil {
			if a := r.Inbox.of(kind); a != nil && a.Count > 0 {
				v.measured, v.got = true, a.P99
				failed.measured, failed.got = true, float64(a.Failed)
			}
		}
		vs = append(vs, v, failed)
	}
	return vs
}

func (r *report) soakVerdicts() []verdict {
	clean := none(false, "nothing left after the soak", 0, "%.0f left")
	var vs []verdict
	for _, of := range []struct {
		what string
		of   func(sample) float64
	}{{"controller's memory", controllerMB}, {"goroutines", goroutines}, {r.Names.Engine + "'s memory", engineMB}} {
		v := verdict{what: fmt.Sprintf("%s flat over %v (last quarter ≤ %.1f × second)", of.what, soakLength, targetGrowth), limit: targetGrowth, format: "%.2f"}
		if r.Soak != nil {
			v.measured, v.got = r.Soak.Length >= soakLength, r.Soak.growth(of.of)
		}
		vs = append(vs, v)
	}
	if r.Soak != nil {
		clean.measured, clean.got = true, float64(r.Soak.left())
	}
	return append(vs, clean)
}
