package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// message is one SIP message of a SIPp trace.
type message struct {
	at       time.Time // when the trace was written: after the sending or receiving
	made     time.Time // X-Made: when a message of ours was made; zero without
	sent     bool
	first    string // the first line
	cseq     string
	callID   string
	from, to string // user parts
}

// readTrace gives every message of a SIPp message trace (-trace_msg).
func readTrace(r io.Reader, each func(message)) error {
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	var m message
	state := 0 // lines since the separator, 3 in the headers
	flush := func() {
		if m.first != "" {
			each(m)
		}
		m = message{}
	}
	for in.Scan() {
		line := strings.TrimRight(in.Text(), "\r")
		if stamp, ok := strings.CutPrefix(line, "-----------------------------------------------"); ok {
			flush()
			if stamp == "" { // a repetition that came after the call had ended
				state = math.MinInt32
				continue
			}
			at, err := time.ParseInLocation("2006-01-02 15:04:05.999999", strings.TrimSpace(stamp), time.Local)
			if err != nil {
				return fmt.Errorf("SIPp trace: %w", err)
			}
			m.at, state = at, 0
			continue
		}
		switch state++; {
		case state == 1:
			m.sent = strings.Contains(line, "message sent")
		case state == 3:
			m.first = line
		case state > 3 && line == "":
			state = math.MinInt32 // the body says nothing to us
		case state > 3:
			if err := m.header(line); err != nil {
				return err
			}
		}
	}
	flush()
	return in.Err()
}

func (m *message) header(line string) error {
	name, value, _ := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	switch name {
	case "CSeq":
		m.cseq = value
	case "Call-ID":
		m.callID = value
	case "From":
		m.from = user(value)
	case "To":
		m.to = user(value)
	case "X-Made": // date, time, seconds since 1970 with microseconds
		fields := strings.Fields(value)
		if len(fields) != 3 {
			return fmt.Errorf("SIPp trace: X-Made %q", value)
		}
		sec, micro, _ := strings.Cut(fields[2], ".")
		s, err := strconv.ParseInt(sec, 10, 64)
		if err != nil {
			return fmt.Errorf("SIPp trace: %w", err)
		}
		us, err := strconv.ParseInt(micro, 10, 64)
		if err != nil || len(micro) != 6 {
			return fmt.Errorf("SIPp trace: X-Made %q", value)
		}
		m.made = time.Unix(s, us*1000)
	}
	return nil
}

// user reads the user part of an address such as "name" <sip:user@host>;tag=x.
func user(address string) string {
	_, rest, _ := strings.Cut(address, "sip:")
	u, _, _ := strings.Cut(rest, "@")
	return u
}

// journey is one call as both its ends saw it. Zero times have not happened.
type journey struct {
	invite   time.Time // the caller made the INVITE
	repeats  int       // INVITEs that were sent again
	answered time.Time // the caller had the 200
	ended    bool      // the caller had the 200 to its BYE
	byed     bool      // the caller had a BYE
	offers   []*offer  // to agents, in their order
}

// offer is one ringing of one agent's phone.
type offer struct {
	at       time.Time // the agent had the INVITE
	callID   string
	declined time.Time // the agent made its refusal
	accepted time.Time // the agent made its 200
	hungUp   bool      // the agent sent a BYE
}

// accepted is when an agent made its 200.
func (j *journey) accepted() time.Time {
	if len(j.offers) == 0 {
		return time.Time{}
	}
	return j.offers[len(j.offers)-1].accepted
}

// reoffers are the times from each refusal to the next agent's INVITE.
func (j *journey) reoffers() []time.Duration {
	var times []time.Duration
	for i, o := range j.offers {
		if !o.declined.IsZero() && i+1 < len(j.offers) {
			times = append(times, j.offers[i+1].at.Sub(o.declined))
		}
	}
	return times
}

// whole says whether the call did all that a call shall do: agents declined it
// one after the other until one took it, and either side ended it.
func (j *journey) whole() bool {
	for _, o := range j.offers[:max(0, len(j.offers)-1)] {
		if o.declined.IsZero() {
			return false
		}
	}
	if j.accepted().IsZero() || j.answered.IsZero() {
		return false
	}
	return j.ended || j.byed && j.offers[len(j.offers)-1].hungUp
}

// callerDigits is how many digits at a number's end tell callers apart: engines
// write the same number with and without the country code.
const callerDigits = 8

func callerKey(number string) string { return number[max(0, len(number)-callerDigits):] }

// journeys puts the traces of callers and agents together, by the caller's
// number, which no two calls share.
func journeys(callers string, agents ...string) (map[string]*journey, error) {
	all := map[string]*journey{}
	err := readFile(callers, func(m message) {
		key := callerKey(m.from)
		if m.sent && strings.HasPrefix(m.first, "INVITE ") {
			if j := all[key]; j != nil {
				j.repeats++
			} else {
				all[key] = &journey{invite: m.made}
			}
			return
		}
		if m.sent {
			return
		}
		if strings.HasPrefix(m.first, "BYE ") {
			key = callerKey(m.to)
		}
		if j := all[key]; j != nil {
			j.callerHad(m)
		}
	})
	if err != nil {
		return nil, err
	}
	for _, trace := range agents {
		if err := readFile(trace, func(m message) {
			key := callerKey(m.from)
			if m.sent && strings.HasPrefix(m.first, "BYE ") {
				key = callerKey(m.to)
			}
			if j := all[key]; j != nil {
				j.agentSaw(m)
			}
		}); err != nil {
			return nil, err
		}
	}
	for _, j := range all {
		slices.SortFunc(j.offers, func(a, b *offer) int { return a.at.Compare(b.at) })
	}
	return all, nil
}

// callerHad takes a message that the caller received.
func (j *journey) callerHad(m message) {
	ok := strings.HasPrefix(m.first, "SIP/2.0 200")
	switch {
	case ok && strings.HasSuffix(m.cseq, "INVITE") && j.answered.IsZero():
		j.answered = m.at
	case ok && strings.HasSuffix(m.cseq, "BYE"):
		j.ended = true
	case strings.HasPrefix(m.first, "BYE "):
		j.byed = true
	}
}

// agentSaw takes a message of an agent's phone, in or out.
func (j *journey) agentSaw(m message) {
	i := slices.IndexFunc(j.offers, func(o *offer) bool { return o.callID == m.callID })
	if i < 0 {
		if !m.sent && strings.HasPrefix(m.first, "INVITE ") {
			j.offers = append(j.offers, &offer{at: m.at, callID: m.callID})
		}
		return
	}
	o := j.offers[i]
	if m.sent && strings.HasPrefix(m.first, "BYE ") {
		o.hungUp = true
	}
	if !m.sent || !strings.HasSuffix(m.cseq, "INVITE") || m.made.IsZero() {
		return
	}
	switch {
	case strings.HasPrefix(m.first, "SIP/2.0 200") && o.accepted.IsZero():
		o.accepted = m.made
	case !strings.HasPrefix(m.first, "SIP/2.0 200") && o.declined.IsZero():
		o.declined = m.made
	}
}

func readFile(name string, each func(message)) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return readTrace(f, each)
}

// percentile is the nearest-rank percentile; 0 of nothing.
func percentile(times []time.Duration, p float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(times))
	rank := int(math.Ceil(p / 100 * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}
