package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// trace writes messages as SIPp's -trace_msg does. Each is "clock direction
// first-line|header|…"; clock counts microseconds.
func trace(t *testing.T, messages ...string) string {
	t.Helper()
	var b strings.Builder
	for _, m := range messages {
		clock, rest, _ := strings.Cut(m, " ")
		direction, text, _ := strings.Cut(rest, " ")
		micro, err := time.ParseDuration(clock + "us")
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(1795399776, 0).Add(micro)
		b.WriteString("----------------------------------------------- " + at.Format("2006-01-02 15:04:05.000000") + "\n")
		b.WriteString("UDP message " + direction + " [1] bytes :\n\n" + strings.ReplaceAll(text, "|", "\r\n") + "\r\n\r\nv=0\r\no=From: nobody\r\n\n")
	}
	file := filepath.Join(t.TempDir(), "trace.log")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const made = "X-Made: 2026-11-23\t02:09:36.%s\t1795399776."

func stamp(micro string) string { return strings.Replace(made, "%s", micro, 1) + micro }

// inviteOf and the functions below make the messages of a call: its caller's, and
// those at agents, where Call-IDs differ.
func inviteOf(from string) string {
	return "INVITE sip:07076000001@127.0.0.1 SIP/2.0|From: <sip:" + from + "@127.0.0.11>;tag=c1|Call-ID: " + from + "|CSeq: 1 INVITE|" + stamp("001000")
}

func inviteAt(from, callID string) string {
	return `INVITE sip:line0001@127.0.0.12 SIP/2.0|From: "x" <sip:` + from + "@127.0.0.1>;tag=z|Call-ID: " + callID + "|CSeq: 9 INVITE"
}

func okTo(from, cseq string) string {
	return "SIP/2.0 200 OK|From: <sip:" + from + "@127.0.0.11>;tag=c1|CSeq: " + cseq
}

func answerTo(from, callID string) string {
	return okTo(from, "9 INVITE") + "|Call-ID: " + callID + "|" + stamp("260000")
}

func declineOf(from, callID string) string {
	return "SIP/2.0 486 Busy Here|From: <sip:" + from + "@127.0.0.1>;tag=z|Call-ID: " + callID + "|CSeq: 9 INVITE|" + stamp("010000")
}

func byeFrom(from, to, callID string) string {
	return "BYE sip:x@127.0.0.1 SIP/2.0|From: <sip:" + from + "@127.0.0.1>;tag=y|To: <sip:" + to + "@127.0.0.1>;tag=z|Call-ID: " + callID + "|CSeq: 1 BYE"
}

func TestJourneys(t *testing.T) {
	callers := trace(t,
		"1200 sent "+inviteOf("01001000000"), "1500 sent "+inviteOf("01001000001"), "501500 sent "+inviteOf("01001000001"),
		"1600 sent "+inviteOf("01001000002"), "1700 sent "+inviteOf("01001000003"), "1800 sent "+inviteOf("01001000004"), "1900 sent "+inviteOf("01001000005"),
		"262500 received "+okTo("01001000004", "1 INVITE"), "262500 received "+okTo("01001000005", "1 INVITE"),
		"800000 received "+byeFrom("07076000001", "01001000004", "x"), "800000 received "+byeFrom("07076000001", "01001000005", "y"),
		"262500 received "+okTo("01001000000", "1 INVITE"), "262500 received "+okTo("01001000003", "1 INVITE"),
		"900000 received "+okTo("01001000000", "2 BYE"), "900000 received "+okTo("01001000003", "2 BYE"),
		"900001 received SIP/2.0 503 Service Unavailable|From: <sip:01001000002@127.0.0.11>;tag=c1|CSeq: 1 INVITE")
	agents := trace(t,
		"5000 received "+inviteAt("+821001000000", "a"), "505000 received "+inviteAt("+821001000000", "a"), // repeated, not called twice
		"5100 received "+inviteAt("01001000003", "b"), "5200 received "+inviteAt("01001000003", "c"),
		"260100 sent "+answerTo("+821001000000", "a"), "260100 sent "+answerTo("01001000003", "c"),
		"16000 received "+inviteAt("01001000004", "d2"), "260100 sent "+answerTo("01001000004", "d2"), "790000 sent "+byeFrom("team0001", "01001000004", "d2"),
		"5000 received "+inviteAt("01001000005", "e"), "260100 sent "+answerTo("01001000005", "e"))
	busy := trace(t, "5000 received "+inviteAt("01001000004", "d1"), "10100 sent "+declineOf("01001000004", "d1"))
	got, err := journeys(callers, agents, busy)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]struct {
		setup, answer time.Duration
		repeats       int
		whole         bool
		declined      int
	}{
		"01000000": {4 * time.Millisecond, 2500 * time.Microsecond, 0, true, 0},
		"01000001": {repeats: 1},
		"01000002": {},
		"01000003": {4100 * time.Microsecond, 2500 * time.Microsecond, 0, false, 0}, // its agent was called twice
		"01000004": {4 * time.Millisecond, 2500 * time.Microsecond, 0, true, 1},     // hung up by its agent
		"01000005": {4 * time.Millisecond, 2500 * time.Microsecond, 0, false, 0},    // hung up by nobody it talked with
	} {
		j := got[key]
		if j == nil {
			t.Errorf("%s: no such call in %v", key, got)
			continue
		}
		if j.repeats != want.repeats || j.whole() != want.whole {
			t.Errorf("%s: %d repeats, whole %v", key, j.repeats, j.whole())
		}
		if want.setup > 0 && (j.offers[0].at.Sub(j.invite) != want.setup || j.answered.Sub(j.accepted()) != want.answer) {
			t.Errorf("%s: setup %v, answer %v", key, j.offers[0].at.Sub(j.invite), j.answered.Sub(j.accepted()))
		}
		if got := j.reoffers(); len(got) != want.declined || want.declined > 0 && got[0] != 6*time.Millisecond {
			t.Errorf("%s: offered again after %v", key, got)
		}
	}
	if len(got) != 6 {
		t.Errorf("%d calls", len(got))
	}
}

func TestReadTraceRefusesNonsense(t *testing.T) {
	for _, text := range []string{
		"----------------------------------------------- yesterday\n",
		"----------------------------------------------- 2026-11-23 02:07:58.388693\nUDP message sent (5 bytes):\n\nINVITE x\nX-Made: now\n",
		"----------------------------------------------- 2026-11-23 02:07:58.388693\nUDP message sent (5 bytes):\n\nINVITE x\nX-Made: a b 5.1\n",
	} {
		if err := readTrace(strings.NewReader(text), func(message) {}); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

// SIPp writes what comes after a call's end without a time.
func TestReadTracePassesOverDeadCalls(t *testing.T) {
	const dead = "-----------------------------------------------\nDead call 1 received a UDP message:\n\nBYE sip:a@b SIP/2.0\r\nCSeq: 1 BYE\r\n\r\n\n"
	const live = "----------------------------------------------- 2026-11-23 02:07:58.388693\nUDP message sent (5 bytes):\n\nACK sip:a@b SIP/2.0\r\n\r\n\n"
	var got []string
	err := readTrace(strings.NewReader(live+dead+live), func(m message) { got = append(got, m.first) })
	if err != nil || len(got) != 2 || got[0] != "ACK sip:a@b SIP/2.0" || got[1] != got[0] {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestPercentile(t *testing.T) {
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(100 - i)
	}
	for _, c := range []struct {
		times []time.Duration
		p     float64
		want  time.Duration
	}{{nil, 50, 0}, {hundred[:1], 99, 100}, {hundred, 50, 50}, {hundred, 99, 99}, {hundred, 100, 100}, {hundred, 0, 1}} {
		if got := percentile(c.times, c.p); got != c.want {
			t.Errorf("p%v of %d: %d, want %d", c.p, len(c.times), got, c.want)
		}
	}
}
