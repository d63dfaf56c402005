// Package attack is a bounded campaign against a fresh ringdesk on loopback:
// strangers, a hostile carrier, a hostile browser and a hostile log-in do what
// they can while calls go on. After each attack every call must still be there
// with its sound (SEC-1, SEC-4). `make attack` runs it whole; every test run, in
// a short form.
//
// Nothing leaves 127.0.0.0/8, and every attack ends by itself: it is bounded in
// count and time.
package attack

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"
)

// Target is what is attacked.
type Target struct {
	SIP     string // host:port of the engine's SIP
	RTPFrom int    // the engine's media ports
	RTPTo   int
	URL     string // of the desk, without a path
	Number  string // a business number that answers
	Owner   *Session
	Agent   *Session // has no part in the calls that go on
}

// strangers are addresses that no trunk has. carrier is the trunk's.
const (
	stranger = "127.0.0.66"
	carrier  = "127.0.0.1"
)

// Attack is one kind of harm that is tried.
type Attack struct {
	Name string
	// Run does it, with its full count or a tenth of it. It returns when all is
	// sent, or when ctx ends.
	Run func(ctx context.Context, at Target, full bool, n *Count) error
}

// All are the attacks, in the order in which they are tried.
func All() []Attack {
	return []Attack{
		{"RTP: every first byte to every media port", sweepRTP},
		{"RTP: bursts of well-formed packets with foreign SSRCs", foreignRTP},
		{"SIP: a stranger's requests of every method", strangerSIP},
		{"SIP: RFC 4475 torture messages, from stranger and carrier", tortureSIP},
		{"SIP: mutated requests, from stranger and carrier", mutatedSIP},
		{"SIP: bytes that are not UTF-8, from the carrier", foreignBytes},
		{"SIP: generated offers, from the carrier", offers},
		{"SIP: requests nobody answers, outside and inside calls", unanswered},
		{"TCP: idle and slow connections to SIP", idleSIP},
		{"HTTP: idle and slow connections to the desk", idleHTTP},
		{"HTTP: headers that disagree", headersHTTP},
		{"HTTP: forged tokens, keys and addresses", tokens},
		{"WebSocket: sockets without end, nonsense on them", sockets},
		{"WebSocket: a hostile phone", hostilePhone},
		{"Uploads: small files that claim to be large", uploads},
	}
}

// Count is what came of an attack. Its fields may be added to by any number of
// goroutines.
type Count struct {
	Sent     atomic.Int64 // packets, requests, connections
	Answered atomic.Int64 // with what is no refusal
	Refused  atomic.Int64 // with an error, or by closing the connection
	Wrong    atomic.Int64 // answered with what should have been refused, or not at all

	mu    sync.Mutex
	notes []string // of what was wrong, the first few
}

const mostNotes = 8

// wrong counts what should not have been, and says what it was.
func (n *Count) wrong(what string, args ...any) {
	n.Wrong.Add(1)
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.notes) < mostNotes {
		n.notes = append(n.notes, fmt.Sprintf(what, args...))
	}
}

// Notes tells the first few things that were wrong.
func (n *Count) Notes() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.notes)
}

// Row is an attack's line in the report.
type Row struct {
	Name                    string
	Sent, Answered, Refused int64
	Wrong, Harmed           int64         // Harmed: calls that were unharmed before
	Took, Hole              time.Duration // Hole: the longest without a packet to the caller who talks
}

// Report prints what was tried and what came of it.
func Report(w io.Writer, rows []Row, calls int) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "attack\tsent\tanswered\trefused\twrong\tcalls harmed\ttook\tlongest hole\t")
	var sent, wrong, harmed int64
	for _, r := range rows {
		sent, wrong, harmed = sent+r.Sent, wrong+r.Wrong, harmed+r.Harmed
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%.1fs\t%dms\t\n", r.Name, r.Sent, r.Answered, r.Refused, r.Wrong, r.Harmed, r.Took.Seconds(), r.Hole.Milliseconds())
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d attacks, %d sent, %d wrongly let in, %d of %d calls harmed\n", len(rows), sent, wrong, harmed, calls)
	return err
}

// scale is how many of something a run sends.
func scale(full bool, n int) int {
	if full {
		return n
	}
	return max(1, n/10)
}
