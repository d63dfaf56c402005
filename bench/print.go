package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// page is what a run gave, for people. The cells of its tables end with tabs.
func (r *report) page() string {
	var w strings.Builder
	fmt.Fprintf(&w, "%d cores (%s) · %s · %s · %s · fsync %.2f ms · load before %s, after %s\n",
		r.Cores, r.CPU, r.Go, r.Names.Engine, r.Store, r.SyncMs, r.LoadFirst, r.LoadLast)
	if r.Store != "SQLite" {
		fmt.Fprintln(&w, "CPU of the controller is with its database's; its memory is its own.")
	}
	for _, write := range []func(io.Writer){r.writeSetup, r.writeQueue, r.writeRooms, r.writeRecording, r.writeInbox, r.writeStatistics, r.writeGrowth, r.writeSoak} {
		write(&w)
	}
	return w.String()
}

// result is what one run or several gave, for people.
func result(runs []*report) string {
	const minute = "2006-01-02 15:04"
	var w strings.Builder
	first, last := runs[0], runs[len(runs)-1]
	w.WriteString(first.At.Format(minute))
	if len(runs) > 1 {
		fmt.Fprintf(&w, " to %s · %d runs: medians, and the least and the most", last.At.Format(minute), len(runs))
	}
	w.WriteString(" · ")
	var pages []string
	var verdicts [][]verdict
	for _, r := range runs {
		pages = append(pages, r.page())
		verdicts = append(verdicts, r.verdicts())
	}
	w.WriteString(aligned(together(pages)) + "\n")
	for _, j := range judge(verdicts) {
		j.write(&w, len(runs))
	}
	return w.String()
}

// in lists the rows of a step.
func (r *report) in(part string) []*row {
	return slices.DeleteFunc(slices.Clone(r.Rows), func(x *row) bool { return x.Part != part })
}

func (r *report) writeSetup(w io.Writer) {
	if r.Setup == nil {
		return
	}
	fmt.Fprintf(w, "\nSETUP: a call rings one phone\n\n")
	fmt.Fprintln(w, "calls/s\trecorded\tthrough\tcalls\tfailed\tsetup p50\tp95\tp99\tmax\tanswer p50\tp99\tCPU "+r.Names.Engine+"\tcontroller\tboth\tothers\t")
	fmt.Fprintln(w, "\t\t\t\t\tms\tms\tms\tms\tms\tms\tms/call\tms/call\tms/call\t% of a core\t")
	for _, x := range r.in(partSetup) {
		fmt.Fprintf(w, "%d\t%s\t%s\t%d\t%d\t%.1f\t%.1f\t%.1f\t%.1f\t%s\t%.1f\t%.1f\t%.1f\t%.0f\t\n", x.Rate, yes(x.Recorded), x.System, x.Calls, x.Failed,
			x.SetupP50, x.SetupP95, x.SetupP99, x.SetupMax, r.answerTimes(x), x.Engine, x.Controller, x.Engine+x.Controller, x.Busy)
		if q := r.find(partSetup, r.Names.Queue, x.Rate, x.Recorded); x.System == ringdesk && q != nil {
			fmt.Fprintf(w, "\t\t÷ %s\t\t\t%.2f\t%.2f\t%.2f\t%.2f\t%s\t%.2f\t\t%.2f\t\t\n", q.System, x.SetupP50/q.SetupP50, x.SetupP95/q.SetupP95,
				x.SetupP99/q.SetupP99, x.SetupMax/q.SetupMax, r.answerRatio(x, q), x.Engine/q.Engine, (x.Engine+x.Controller)/q.Engine)
		}
	}
	r.writeFlow(w)
	ours, theirs := r.highest(ringdesk), r.highest(r.Names.Queue)
	a, b := r.Setup.After, r.Setup.Before
	fmt.Fprintf(w, "\nsetup: INVITE to agent's INVITE. answer: agent's 200 to caller's 200. others: what other programs took meanwhile.\n")
	fmt.Fprintf(w, "Highest rate with < %.1f %% failed: ringdesk %d/s, %s %d/s (ratio %.2f)\n", targetFailed, ours, r.Names.Queue, theirs, float64(ours)/float64(max(1, theirs)))
	fmt.Fprintf(w, "Memory: product idle %s, at its first start %s\n", r.ProductIdle, r.ProductFirst)
	fmt.Fprintf(w, "Memory: controller before calls %.0f MB, at %d calls %s, after %.0f MB; its %s after %.0f MB, %s's %.0f MB\n",
		b.ControllerMB, busyCalls, r.Busy, a.ControllerMB, r.Names.Engine, a.EngineMB, r.Names.Queue, a.PeerMB)
	fmt.Fprintf(w, "Left after the last call: goroutines %d (before the first: %d); channels and bridges %d\n", a.Goroutines, b.Goroutines, a.Leftovers)
	fmt.Fprintf(w, "Switched on meanwhile: the receiver of webhooks took %d, desks were told of %d changes\n", r.Webhooks, r.Told)
}

// answerTimes are two cells: a queue that answers its callers before an agent
// does has no times.
func (r *report) answerTimes(x *row) string {
	if r.Names.AnswersAtOnce && x.System != ringdesk {
		return "at once\t"
	}
	return fmt.Sprintf("%.1f\t%.1f", x.AnswerP50, x.AnswerP99)
}

func (r *report) answerRatio(x, q *row) string {
	if r.Names.AnswersAtOnce {
		return "\t"
	}
	return fmt.Sprintf("%.2f\t%.2f", x.AnswerP50/q.AnswerP50, x.AnswerP99/q.AnswerP99)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// queueSteps says what the steps with one queue are for.
var queueSteps = []struct{ part, what string }{
	{queueOffer, "an agent is free"}, {queueDecline, "every other declines"}, {queueCrowded, "callers wait"}}

func (r *report) writeQueue(w io.Writer) {
	if r.only(queueOffer, ringdesk) == nil {
		return
	}
	fmt.Fprintf(w, "\nQUEUE: one queue, %d agents, one rings at a time, who has been free the longest\n\n", r.Agents)
	fmt.Fprintln(w, "step\tcame/s\tthrough\tcalls\tfailed\ttaken\toffer p50\tp99\tmax\toffered again\tp50\tp99\tmax\tCPU "+r.Names.Engine+"\tcontroller\tboth\tothers\t")
	fmt.Fprintln(w, "\t\t\t\t\tcalls/s\tms\tms\tms\ttimes\tms\tms\tms\tms/call\tms/call\tms/call\t% of a core\t")
	for _, s := range queueSteps {
		for _, x := range r.in(s.part) {
			r.writeQueueRow(w, s.what, x)
		}
	}
	fmt.Fprintf(w, "\noffer: INVITE to first agent's INVITE; where callers wait it is their time of waiting. offered again: an agent's 486 or 603 to the next\nagent's INVITE. "+
		"taken: calls that agents answered; %d agents can take %.0f/s at most, if no time is lost between two calls.\n", r.Agents, r.AgentsBound)
}

func (r *report) writeQueueRow(w io.Writer, what string, x *row) {
	came, rate := fmt.Sprint(x.Rate), fmt.Sprintf("%.1f", x.Taken)
	if x.Part == queueCrowded {
		came = "always"
	}
	fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%s\t%.1f\t%.1f\t%.1f\t", what, came, x.System, x.Calls, x.Failed, rate, x.SetupP50, x.SetupP99, x.SetupMax)
	if x.Reoffers > 0 {
		fmt.Fprintf(w, "%d\t%.1f\t%.1f\t%.1f\t", x.Reoffers, x.ReofferP50, x.ReofferP99, x.ReofferMax)
	} else {
		fmt.Fprint(w, "\t\t\t\t")
	}
	fmt.Fprintf(w, "%.1f\t%.1f\t%.1f\t%.0f\t\n", x.Engine, x.Controller, x.Engine+x.Controller, x.Busy)
	q := r.only(x.Part, r.Names.Queue)
	if x.System != ringdesk || q == nil {
		return
	}
	fmt.Fprintf(w, "\t\t÷ %s\t\t\t%.2f\t%.2f\t%.2f\t%.2f\t\t", q.System, x.Taken/q.Taken, x.SetupP50/q.SetupP50, x.SetupP99/q.SetupP99, x.SetupMax/q.SetupMax)
	if x.Reoffers > 0 {
		fmt.Fprintf(w, "%.2f\t%.2f\t%.2f\t", x.ReofferP50/q.ReofferP50, x.ReofferP99/q.ReofferP99, x.ReofferMax/q.ReofferMax)
	} else {
		fmt.Fprint(w, "\t\t\t")
	}
	fmt.Fprintf(w, "%.2f\t\t%.2f\t\t\n", x.Engine/q.Engine, (x.Engine+x.Controller)/q.Engine)
}

func (r *report) writeRooms(w io.Writer) {
	ours, theirs := r.talkedBy(partRooms, ringdesk, false), r.talkedBy(partRooms, r.Names.Rooms, false)
	if ours == nil || theirs == nil {
		return
	}
	fmt.Fprintf(w, "\nROOMS: %d rooms of %d at a time, G.711 µ-law from and to all; recorded: ringdesk each speaker, %s the mix\n\n", ours.Groups, roomSize, r.Names.Rooms)
	r.writeTalked(w, partRooms, "room")
	fmt.Fprintf(w, "\nRooms per core, ringdesk ÷ %s: %.2f; recorded: %s\n", r.Names.Rooms, theirs.both()/ours.both(), r.ratio(partRooms, r.Names.Rooms))
}

// ratio says how many recorded groups ours can have for each of the other's.
func (r *report) ratio(part, peer string) string {
	ours, theirs := r.talkedBy(part, ringdesk, true), r.talkedBy(part, peer, true)
	if ours == nil || theirs == nil {
		return "not measured"
	}
	return fmt.Sprintf("%.2f", theirs.both()/ours.both())
}

func (r *report) writeRecording(w io.Writer) {
	x := r.recordingCost()
	if x == nil {
		return
	}
	fmt.Fprintf(w, "\nRECORDING: %d calls of two at a time, G.711 µ-law both ways; ringdesk records each speaker, %s with %s the mix\n\n",
		r.talkedBy(partRecording, ringdesk, true).Groups, r.Names.Queue, r.Names.Record)
	r.writeTalked(w, partRecording, "call")
	fmt.Fprintf(w, "\nA recorded call in all: ratio %.2f. Recording adds to a call: ringdesk %.3f %% of a core, %s %.3f %% (ratio %.2f)\n",
		x.whole, x.ours, r.Names.Record, x.theirs, x.ours/x.theirs)
}

// recordingCost is what recording adds to a call, in percent of a core.
type recordingCost struct {
	ours, theirs float64
	whole        float64 // a recorded call of ours ÷ one of theirs
}

// recordingCost is nil if it was not measured.
func (r *report) recordingCost() *recordingCost {
	plain, taped := r.talkedBy(partRecording, ringdesk, false), r.talkedBy(partRecording, ringdesk, true)
	peerPlain, peerTaped := r.talkedBy(partRecording, r.Names.Queue, false), r.talkedBy(partRecording, r.Names.Queue, true)
	if plain == nil || taped == nil || peerPlain == nil || peerTaped == nil {
		return nil
	}
	return &recordingCost{taped.both() - plain.both(), peerTaped.both() - peerPlain.both(), taped.both() / peerTaped.both()}
}

func (r *report) writeTalked(w io.Writer, part, each string) {
	fmt.Fprintln(w, "recorded\tthrough\tCPU "+r.Names.Engine+"\tcontroller\tboth\tRTP in\tout\tothers\tbridges by technology\t")
	fmt.Fprintf(w, "\t\t%% of a core/%s\t%%\t%%\t1/s each party\t1/s\t%% of a core\t\t\n", each)
	for _, x := range r.Talked {
		if x.Part != part {
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%.3f\t%.3f\t%.3f\t%.1f\t%.1f\t%.0f\t%s\t\n", yes(x.Recorded), x.System, x.engine(), x.controller(), x.both(), x.Heard, x.Said, x.Busy, bridgeList(x.Bridges))
		if q := r.peerOf(x); q != nil {
			fmt.Fprintf(w, "\t÷ %s\t%.2f\t\t%.2f\t\t\t\t\t\n", q.System, x.engine()/q.engine(), x.both()/q.both())
		}
	}
}

func (r *report) writeSoak(w io.Writer) {
	s := r.Soak
	if s == nil {
		return
	}
	fmt.Fprintf(w, "\nSOAK: %d recorded calls/s for %v, through both at the same time\n\n", soakRate, s.Length)
	fmt.Fprintf(w, "after\tcontroller\tits CPU since\tgoroutines\tcalls\t%s\t%s's %s\t\n", r.Names.Engine, r.Names.Queue, r.Names.Engine)
	fmt.Fprintln(w, "\tMB\t% of a core\t\t\tMB\tMB\t")
	rest := func(when string, x resting) {
		fmt.Fprintf(w, "%s\t%.1f\t\t%d\t0\t%.0f\t%.0f\t\n", when, x.ControllerMB, x.Goroutines, x.EngineMB, x.PeerMB)
	}
	rest("before", s.Before)
	last := sample{}
	for i, x := range s.Samples {
		if i%max(1, len(s.Samples)/8) == 0 || i == len(s.Samples)-1 {
			cpu := ""
			if i > 0 {
				cpu = fmt.Sprintf("%.1f", 100*(x.ControllerCPU-last.ControllerCPU).Seconds()/(x.After-last.After).Seconds())
			}
			fmt.Fprintf(w, "%v\t%.1f\t%s\t%d\t%d\t%.0f\t%.0f\t\n", x.After.Round(time.Second), x.ControllerMB, cpu, x.Goroutines, x.Live, x.EngineMB, x.PeerMB)
			last = x
		}
	}
	rest("end", s.After)
	for _, x := range s.Rows {
		fmt.Fprintf(w, "%s: %d of %d calls failed\n", x.System, x.Failed, x.Calls)
	}
	fmt.Fprintf(w, "Least of the last quarter ÷ of the second: controller %.2f, goroutines %.2f, %s %.2f, %s's %.2f. Left: channels and bridges %d\n",
		s.growth(controllerMB), s.growth(goroutines), r.Names.Engine, s.growth(engineMB), r.Names.Queue, s.growth(peerMB), s.After.Leftovers)
}

func controllerMB(x sample) float64 { return x.ControllerMB }
func goroutines(x sample) float64   { return float64(x.Goroutines) }
func engineMB(x sample) float64     { return x.EngineMB }
func peerMB(x sample) float64       { return x.PeerMB }

func (r *report) writeInbox(w io.Writer) {
	if r.Inbox == nil {
		return
	}
	fmt.Fprintf(w, "\nINBOX: %d conversations, %d contacts, %d requests/s while %d calls/s come to the same business\n\n", r.Inbox.Conversations, r.Inbox.Contacts, inboxRate, inboxCallRate)
	fmt.Fprintln(w, "request\tnumber\tfailed\tp50\tp99\tmax\t")
	fmt.Fprintln(w, "\t\t\tms\tms\tms\t")
	for _, a := range r.Inbox.Asked {
		fmt.Fprintf(w, "%s\t%d\t%d\t%.1f\t%.1f\t%.1f\t\n", a.Kind, a.Count, a.Failed, a.P50, a.P99, a.Max)
	}
	m := r.Inbox.Calls
	fmt.Fprintf(w, "\nThe data took %.0f s to make. Of %d calls meanwhile %d failed; their setup took p50 %.1f ms, p99 %.1f ms. others: %.0f %% of a core.\n", r.Inbox.Seeding.Seconds(),
		m.Calls, m.Failed, ms(percentile(m.setup, 50)), ms(percentile(m.setup, 99)), m.Busy)
}
