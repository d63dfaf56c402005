package freeswitch_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/conformance"
)

// update writes what the transcripts give now, to be read before it is
// committed.
var update = os.Getenv("RINGDESK_UPDATE_TRANSCRIPTS") != ""

// transcript is the events of one scenario, recorded from FreeSWITCH 1.11.3 and
// thinned out: values that the adapter does not know of are left out.
func transcript(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(text), "%%\n")
}

var (
	numberHeader  = regexp.MustCompile(`(?m)^Event-Sequence: (\d+)$`)
	dialledHeader = regexp.MustCompile(`(?m)^variable_ringdesk_role: dialled$`)
	uuidHeader    = regexp.MustCompile(`(?m)^Unique-ID: (\S+)$`)
)

// What FreeSWITCH said in whole calls becomes the port's events.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.events")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d transcripts, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			got := replay(t, transcript(t, name))
			golden := strings.TrimSuffix(name, ".events") + ".want"
			if update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// replay plays events to an adapter and lists what it makes of them.
func replay(t *testing.T, events []string) string {
	t.Helper()
	f, r, c := started(t)
	putAlice(t, r)
	last := uint64(0)
	for _, e := range events {
		n, err := strconv.ParseUint(numberHeader.FindStringSubmatch(e)[1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		last = max(last, n)
		if dialledHeader.MatchString(e) && strings.Contains(e, "Event-Name: CHANNEL_CREATE\n") {
			leg := engine.LegID(uuidHeader.FindStringSubmatch(e)[1])
			if err := r.Dial(t.Context(), engine.DialRequest{Leg: leg, Phone: "alice", Timeout: time.Second}); err != nil {
				t.Fatal(err)
			}
		}
	}
	c.Send(events...)
	c.Send(f.Numbered(last+1, "CHANNEL_PARK", "Unique-ID", "end", "variable_ringdesk_role", "inbound"))
	expect(t, r, 0, func(e engine.LegArrived) bool { return e.Leg == "end" })
	if faults := r.log.Faults(); len(faults) > 0 {
		t.Error(faults)
	}
	return list(r.log)
}

// list writes events with short names for ids, without their times.
func list(log *conformance.Log) string {
	var b strings.Builder
	names := map[string]string{}
	short := func(kind, id string) string {
		if id != "" && names[id] == "" {
			names[id] = fmt.Sprintf("%s%d", kind, len(names)+1)
		}
		return names[id]
	}
	for _, entry := range log.Entries() {
		switch e := entry.Event.(type) {
		case engine.LegArrived:
			if e.Leg != "end" {
				fmt.Fprintf(&b, "LegArrived %s from %q %q to %q over %q\n", short("leg", string(e.Leg)), e.From, e.Name, e.To, e.Trunk)
			}
		case engine.LegRinging:
			fmt.Fprintf(&b, "LegRinging %s\n", short("leg", string(e.Leg)))
		case engine.LegAnswered:
			fmt.Fprintf(&b, "LegAnswered %s\n", short("leg", string(e.Leg)))
		case engine.LegEnded:
			fmt.Fprintf(&b, "LegEnded %s cause %d\n", short("leg", string(e.Leg)), e.Cause)
		case engine.LegJoined:
			fmt.Fprintf(&b, "LegJoined %s %s\n", short("leg", string(e.Leg)), short("room", string(e.Room)))
		case engine.LegParted:
			fmt.Fprintf(&b, "LegParted %s %s\n", short("leg", string(e.Leg)), short("room", string(e.Room)))
		case engine.DTMF:
			fmt.Fprintf(&b, "DTMF %s %s\n", short("leg", string(e.Leg)), e.Digit)
		case engine.RecordingStarted:
			fmt.Fprintf(&b, "RecordingStarted %s\n", short("recording", string(e.Recording)))
		case engine.RecordingEnded:
			fmt.Fprintf(&b, "RecordingEnded %s %q\n", short("recording", string(e.Recording)), e.Failed)
		case engine.PlaybackEnded:
			fmt.Fprintf(&b, "PlaybackEnded %s %q\n", short("playback", string(e.Playback)), e.Failed)
		}
	}
	return b.String()
}
