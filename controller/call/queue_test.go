package call

import (
	"slices"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/dialplan"
)

// The moment decides when the queue is left: the first of its ends.
func TestQueue_IN_6(t *testing.T) {
	s := planned(t, func(p *dialplan.Plan) { p.AnnounceSeconds, p.QueueSeconds = 30, 100 }).then(Arrived{Busy: true}).state(Queued)
	if s.c.Rank != RankOf(s.now, 0) {
		t.Errorf("rank %d", s.c.Rank)
	}
	s.when().wants("Locate{}")
	s.then(Located{Ahead: 3, Wait: 2 * time.Minute}).wants("journal queue.announced", "Play{call-1 cust [en/queue-position-before en/number-4 "+
		"en/queue-position-after en/wait-before en/number-2 en/wait-after] false}")
	s.fork().then(Located{Ahead: 2}).wants() // one announcement at a time
	s.fork().then(Offered{Candidates: agents("a")}).then(engine.LegAnswered{Leg: "leg-a"}).has("StopPlay{call-1}")
	s.played().wants("Music{cust true}").state(Queued)
	if next := s.c.Deadline(); !next.Equal(s.c.AnnounceAt) || next.Sub(s.now) > 30*time.Second {
		t.Errorf("the next announcement at %v", next)
	}
	s.then(Offered{Busy: true}).state(Queued)
	if n := s.c.QueuedAt; !n.Equal(start.Add(time.Second)) {
		t.Errorf("waits since %v", n)
	}
	s.at(s.c.QueueUntil).state(Greeting).has("Play{call-2 cust [en/unavailable] false}").played().missed(dialplan.AbandonedInQueue, BySystem)

	if n := newStory(t).then(Arrived{Busy: true}); !n.c.Deadline().Equal(n.c.QueueUntil) { // no announcements
		t.Errorf("deadline %v", n.c.Deadline())
	}
	for waiting, want := range map[int]State{0: Queued, 199: Queued, 200: Missed, 201: Missed} {
		newStory(t).then(Arrived{Busy: true, Waiting: waiting}).state(want)
	}
	newStory(t).then(Arrived{Busy: true, Waiting: 200}).missed(dialplan.ExceededQueue, BySystem).has("hangup cust 17").lacks("Answer…")
	planned(t, func(p *dialplan.Plan) { p.QueueCalls = 0 }).then(Arrived{Busy: true}).missed(dialplan.ExceededQueue, BySystem)
	// Ringing agents, the queue is not full: it does not matter.
	newStory(t).then(Arrived{Candidates: agents("a"), Waiting: 200}).state(Ringing)
}

// Priority goes before the moment, and whoever lost their agent before all.
func TestRank_IN_6_IN_12(t *testing.T) {
	later := start.Add(2 * time.Hour)
	ranks := []int64{RankOf(later, headPriority), RankOf(later, 9), RankOf(start, 5), RankOf(later, 5), RankOf(start, 0), RankOf(start.Add(time.Microsecond), 0)}
	if !slices.IsSorted(ranks) {
		t.Errorf("ranks %d are out of order", ranks)
	}
	if RankOf(start, headPriority) == 0 {
		t.Error("rank 0 means that it does not wait")
	}
	s := planned(t, func(p *dialplan.Plan) { p.Priority = 3 }).then(Arrived{Busy: true})
	if s.c.Rank != RankOf(s.now, 3) {
		t.Errorf("rank %d", s.c.Rank)
	}
}
