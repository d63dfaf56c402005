package freeswitch_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringdesk/controller/engine"
	"ringdesk/testkit/esltest"
)

func contextFor(t testing.TB, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), d)
}

// arrive sends the event of a call from outside.
func arrive(f *fake, c *esltest.Conn, leg string) {
	c.Send(f.Event("CHANNEL_PARK", "Unique-ID", leg, "variable_ringdesk_role", "inbound", "variable_ringdesk_trunk", "carrier",
		"variable_ringdesk_dialled", "07076660001", "Caller-Caller-ID-Number", "01012345678", "Caller-Caller-ID-Name", "01012345678",
		"Caller-Channel-Created-Time", "1700000000000000", "Answer-State", "ringing"))
}

// answered is a leg from outside that is connected.
func answered(t *testing.T, f *fake, r *running, c *esltest.Conn, leg string) {
	t.Helper()
	arrive(f, c, leg)
	c.Send(f.Event("CHANNEL_ANSWER", "Unique-ID", leg))
	expect(t, r, 0, func(e engine.LegAnswered) bool { return string(e.Leg) == leg })
}

// putAlice puts a plain phone.
func putAlice(t testing.TB, r *running) {
	t.Helper()
	if err := r.PutPhone(t.Context(), engine.Phone{ID: "alice", Contact: "sip:alice@127.0.0.3:5070"}); err != nil {
		t.Fatal(err)
	}
}

// Who was answered can be joined at once: FreeSWITCH's event comes later when it
// is busy.
func TestJoin_BeforeTheEventOfTheAnswer(t *testing.T) {
	f, r, c := started(t)
	for _, command := range []string{"uuid_answer", "uuid_transfer", "sched_del"} {
		f.set(command, "+OK\n")
	}
	arrive(f, c, "leg-1")
	expect[engine.LegArrived](t, r, 0, nil)
	if err := r.CreateRoom(t.Context(), "room"); err != nil {
		t.Fatal(err)
	}
	if kind := engine.KindOf(r.Join(t.Context(), "room", "leg-1")); kind != engine.KindBusy {
		t.Errorf("a leg that rings was joined: kind %q", kind)
	}
	if err := r.Answer(t.Context(), "leg-1"); err != nil {
		t.Fatal(err)
	}
	if err := r.Join(t.Context(), "room", "leg-1"); err != nil {
		t.Error(err)
	}
	if got := f.sent("uuid_transfer leg-1 multiset:^^;ringdesk_in=room${ringdesk_pair},park"); len(got) != 1 {
		t.Errorf("sent %q", got)
	}
	c.Send(f.Event("CHANNEL_ANSWER", "Unique-ID", "leg-1"))
	expect(t, r, 0, func(e engine.LegAnswered) bool { return e.Leg == "leg-1" })
}

// Covers: HOLD-1, SYS-3. Who hears the music already, as a new controller finds
// one who is on hold, hears it without a break.
func TestHold_HearsMusicAlready(t *testing.T) {
	f, r, c := started(t)
	for _, command := range []string{"uuid_answer", "uuid_transfer", "sched_del"} {
		f.set(command, "+OK\n")
	}
	arrive(f, c, "leg-1")
	expect[engine.LegArrived](t, r, 0, nil)
	for _, err := range []error{
		r.CreateRoom(t.Context(), "room"), r.Answer(t.Context(), "leg-1"), r.Music(t.Context(), "leg-1", true), r.Hold(t.Context(), "room", "leg-1"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := f.sent("uuid_transfer"); len(got) != 1 {
		t.Errorf("sent %q", got)
	}
	if err := r.Unhold(t.Context(), "room", "leg-1"); err != nil {
		t.Fatal(err)
	}
	c.Send(f.Event("CHANNEL_PARK", "Unique-ID", "leg-1", "variable_ringdesk_in", "room"))
	expect[engine.LegJoined](t, r, 0, nil)
	if err := r.Hold(t.Context(), "room", "leg-1"); err != nil {
		t.Fatal(err)
	}
	if got := f.sent("uuid_transfer leg-1 unset:ringdesk_in,playback:silence_stream"); len(got) != 1 {
		t.Errorf("who talks hears no music: sent %q", got)
	}
}

// Whatever a caller calls himself, the command has the same shape: his name
// stays within its quotes.
func TestDial_CallerNames(t *testing.T) {
	f, r, _ := started(t)
	putAlice(t, r)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		name := rapid.String().Draw(rt, "name")
		leg := engine.LegID("leg-" + strings.Repeat("x", n%50) + time.Now().Format("150405.000000000"))
		before := len(f.sent("originate"))
		if err := r.Dial(t.Context(), engine.DialRequest{Leg: leg, Phone: "alice", CallerName: name, CallerID: "0101", Timeout: time.Second}); err != nil {
			rt.Fatal(err)
		}
		sent := f.sent("originate")[before:]
		if len(sent) != 1 {
			rt.Fatalf("%d commands", len(sent))
		}
		line, _, _ := strings.Cut(sent[0], "\n")
		if strings.Count(line, "'") != 2 || strings.Count(line, "{") != 1 || strings.Count(line, "}") != 1 || strings.ContainsAny(line, "[]<>|$`\"\r") {
			rt.Fatalf("sent %q", line)
		}
		if !strings.HasSuffix(line, "}sofia/trunks/sip:alice@127.0.0.3:5070 &park()") {
			rt.Fatalf("sent %q", line)
		}
	})
}

// Covers: OUT-9. FreeSWITCH's configuration says what may be called, and without
// it nothing may.
func TestDial_Outbound(t *testing.T) {
	f, r, _ := started(t)
	trunk := engine.Trunk{ID: "carrier", Remote: "192.0.2.1:5060"}
	if err := r.PutTrunk(t.Context(), trunk); err != nil {
		t.Fatal(err)
	}
	dial := func(r *running, number string) engine.Kind {
		return engine.KindOf(r.Dial(t.Context(), engine.DialRequest{Leg: engine.LegID("leg" + strings.Trim(number, "+")), Trunk: "carrier", Number: number, Timeout: time.Second}))
	}
	for number, want := range map[string]engine.Kind{
		"+821012345678": "", "112": "", "+82601234567": engine.KindRefused, "+4912345": engine.KindRefused, "113": engine.KindRefused,
	} {
		if got := dial(r, number); got != want {
			t.Errorf("%s: kind %q, want %q", number, got, want)
		}
	}
	if n := len(f.sent("originate")); n != 2 {
		t.Errorf("%d calls were made", n)
	}
	empty := newFake(t)
	empty.globals = map[string]string{}
	other := run(t, empty.options(t))
	expect[engine.LinkUp](t, other, 0, nil)
	if err := other.PutTrunk(t.Context(), trunk); err != nil {
		t.Fatal(err)
	}
	if got := dial(other, "+821012345678"); got != engine.KindRefused {
		t.Errorf("without a pattern: kind %q", got)
	}
}

// A dialling that made no channel ends its leg once, for FreeSWITCH's cause.
func TestDial_NoChannel(t *testing.T) {
	for text, want := range map[string]engine.Cause{
		"-ERR USER_NOT_REGISTERED": engine.CauseAbsent, "-ERR NO_ROUTE_DESTINATION": engine.CauseNoRoute,
		"-ERR GATEWAY_DOWN": engine.CauseFailure, "-ERR USER_BUSY": engine.CauseBusy, "-ERR WHAT_IS_THAT": engine.CauseNormal,
	} {
		t.Run(text, func(t *testing.T) {
			f, r, c := started(t)
			putAlice(t, r)
			if err := r.Dial(t.Context(), engine.DialRequest{Leg: "leg-1", Phone: "alice", Timeout: time.Second}); err != nil {
				t.Fatal(err)
			}
			c.Send(f.Event("BACKGROUND_JOB", "Job-UUID", "leg-1", "Content-Length", strconv.Itoa(len(text))) + text)
			end := expect[engine.LegEnded](t, r, 0, nil)
			if end.Cause != want {
				t.Errorf("cause %d, want %d", end.Cause, want)
			}
		})
	}
}

// What became of a dial while the link was down is in the snapshot: a leg that is
// not there is gone, whether FreeSWITCH took the request or not.
func TestDial_LinkCut(t *testing.T) {
	for name, silent := range map[string]bool{"taken": false, "without an answer": true} {
		t.Run(name, func(t *testing.T) {
			f, r, c := started(t)
			putAlice(t, r)
			f.mu.Lock()
			f.silent = silent
			f.mu.Unlock()
			ctx, cancel := contextFor(t, 100*time.Millisecond)
			defer cancel()
			err := r.Dial(ctx, engine.DialRequest{Leg: "leg-1", Phone: "alice", Timeout: time.Second})
			if silent != (engine.KindOf(err) == engine.KindTimeout) {
				t.Fatalf("Dial: %v", err)
			}
			f.mu.Lock()
			f.silent = false
			f.mu.Unlock()
			before := r.log.Len()
			c.Close()
			expect[engine.LinkUp](t, r, before, nil)
			if err := r.Hangup(t.Context(), "leg-1", engine.CauseNormal); engine.KindOf(err) != engine.KindGone {
				t.Errorf("Hangup: %v", err)
			}
		})
	}
}

// A leg whose request had no answer is hung up at once when it is there, and gone
// when it is not; when it comes later, it is ended.
func TestHangup_AfterTimeout(t *testing.T) {
	f, r, c := started(t)
	putAlice(t, r)
	f.set("uuid_kill", "-ERR No such channel!\n")
	f.ignore("originate")
	ctx, cancel := contextFor(t, 100*time.Millisecond)
	defer cancel()
	if err := r.Dial(ctx, engine.DialRequest{Leg: "leg-1", Phone: "alice", Timeout: time.Second}); engine.KindOf(err) != engine.KindTimeout {
		t.Fatalf("Dial: %v", err)
	}
	if err := r.Hangup(t.Context(), "leg-1", engine.CauseNormal); engine.KindOf(err) != engine.KindGone {
		t.Errorf("Hangup: %v", err)
	}
	c.Send(f.Event("CHANNEL_CREATE", "Unique-ID", "leg-1", "variable_ringdesk_role", "dialled"))
	eventually(t, "the late channel is ended", 5*time.Second, func() bool { return len(f.sent("uuid_kill leg-1 NORMAL_CLEARING")) == 2 })
}

// A dialled channel that nobody knows is ended before it rings for nobody. Other
// channels that nobody knows are left alone, and their events are nothing to us.
func TestEvents_UnknownLeg(t *testing.T) {
	f, r, c := started(t)
	c.Send(f.Event("CHANNEL_CREATE", "Unique-ID", "stranger"))
	for _, name := range []string{"CHANNEL_PROGRESS", "CHANNEL_ANSWER", "CHANNEL_PARK", "DTMF", "RECORD_STOP", "PLAYBACK_STOP", "CHANNEL_HANGUP_COMPLETE", "BACKGROUND_JOB"} {
		c.Send(f.Event(name, "Unique-ID", "stranger", "Job-UUID", "stranger", "Answer-State", "answered"))
	}
	for _, action := range []string{"add-member", "del-member", "play-file-member-done"} {
		c.Send(f.Event("CUSTOM", "Event-Subclass", "conference::maintenance", "Action", action, "Unique-ID", "stranger", "Conference-Name", "room"))
	}
	c.Send(f.Event("CHANNEL_CREATE", "Unique-ID", "bad id;x", "variable_ringdesk_role", "dialled"))
	c.Send(f.Event("CHANNEL_CREATE", "Unique-ID", "orphan", "variable_ringdesk_role", "dialled"))
	eventually(t, "the orphan is ended", 5*time.Second, func() bool { return len(f.sent("uuid_kill orphan NORMAL_CLEARING")) == 1 })
	if kills := f.sent("uuid_kill"); len(kills) != 1 || r.log.Len() != 1 {
		t.Errorf("sent %q; events:%s", kills, r.log)
	}
}

// Covers: CALL-4, END-6. Muting silences the leg and masks its recordings; a
// recording that is masked for its own sake stays so.
func TestMute_Recordings(t *testing.T) {
	f, r, c := started(t)
	answered(t, f, r, c, "leg-1")
	ctx := t.Context()
	for _, id := range []engine.RecordingID{"rec-1", "rec-2"} {
		if err := r.StartRecording(ctx, engine.RecordingRequest{ID: id, Leg: "leg-1", File: "2026/" + string(id)}); err != nil {
			t.Fatal(err)
		}
		c.Send(f.Event("RECORD_START", "Unique-ID", "leg-1", "Recording-Variable-ringdesk_id", string(id)))
	}
	steps := []func() error{
		func() error { return r.MaskRecording(ctx, "rec-1", true) },
		func() error { return r.Mute(ctx, "leg-1", true) },
		func() error { return r.Mute(ctx, "leg-1", false) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	last := map[string]string{}
	for _, line := range f.sent("uuid_record leg-1 ") {
		fields := strings.Fields(line)
		last[fields[3]] = fields[2]
	}
	if last["/rec/2026/rec-1.wav"] != "mask" || last["/rec/2026/rec-2.wav"] != "unmask" {
		t.Errorf("the recordings ended %v", last)
	}
	audio := f.sent("uuid_audio")
	if len(audio) != 2 || audio[0] != "uuid_audio leg-1 start read mute 1" || audio[1] != "uuid_audio leg-1 stop" {
		t.Errorf("sent %q", audio)
	}
}

// Covers: END-6. The mixer reads tracks of 8 and 16 kHz.
func TestStartRecording_Rate(t *testing.T) {
	f, r, c := started(t)
	answered(t, f, r, c, "leg-1")
	for read, want := range map[string]string{"8000": "record_sample_rate=8000", "48000": "record_sample_rate=16000", "16000": "record_sample_rate=16000"} {
		f.set("uuid_getvar leg-1 read_rate", read)
		id := "rec-" + read
		if err := r.StartRecording(t.Context(), engine.RecordingRequest{ID: engine.RecordingID(id), Leg: "leg-1", File: id}); err != nil {
			t.Fatal(err)
		}
		if sent := f.sent("uuid_record leg-1 start /rec/" + id); len(sent) != 1 || !strings.Contains(sent[0], want) {
			t.Errorf("of %s Hz: sent %q", read, sent)
		}
	}
}

// What a leg speaks is known from its events: nobody asks FreeSWITCH, which reads questions
// byte by byte.
//
// Covers: SYS-2, END-6.
func TestCodecIsKnownFromEvents(t *testing.T) {
	f, r, c := started(t)
	arrive(f, c, "leg-1")
	c.Send(f.Event("CHANNEL_ANSWER", "Unique-ID", "leg-1", "Channel-Read-Codec-Name", "PCMU", "Channel-Read-Codec-Rate", "8000"))
	expect[engine.LegAnswered](t, r, 0, nil)
	if err := r.StartRecording(t.Context(), engine.RecordingRequest{ID: "rec", Leg: "leg-1", File: "rec"}); err != nil {
		t.Fatal(err)
	}
	if sent := f.sent("uuid_record leg-1 start /rec/rec"); len(sent) != 1 || !strings.Contains(sent[0], "record_sample_rate=8000") {
		t.Errorf("sent %q", sent)
	}
	putAlice(t, r)
	if err := r.Dial(t.Context(), engine.DialRequest{Leg: "alice", Phone: "alice", Like: "leg-1", Timeout: time.Second}); err != nil {
		t.Fatal(err)
	}
	if sent := f.sent("originate"); len(sent) != 1 || !strings.Contains(sent[0], "absolute_codec_string=^^:PCMU:PCMA") {
		t.Errorf("sent %q", sent)
	}
	if asked := f.sent("uuid_getvar"); len(asked) > 0 {
		t.Errorf("asked %q", asked)
	}
}

// What FreeSWITCH reads of an endpoint holds its password only as text, and
// nobody else can read it.
func TestPut_Files(t *testing.T) {
	f := newFake(t)
	opt := f.options(t)
	r := run(t, opt)
	expect[engine.LinkUp](t, r, 0, nil)
	secret := `a"/><param name='x' value="$${base_dir}`
	if err := r.PutPhone(t.Context(), engine.Phone{ID: "alice", Password: secret, Proof: "proof"}); err != nil {
		t.Fatal(err)
	}
	if err := r.PutTrunk(t.Context(), engine.Trunk{ID: "carrier", Remote: "192.0.2.1:5060", Register: true, Username: "me", Password: secret}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"phones/alice.xml", "gateways/carrier.xml"} {
		path := filepath.Join(opt.EndpointsDir, name)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), `"/><param name='x'`) || strings.Contains(string(text), "$") {
			t.Errorf("%s: %s", name, text)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
	if err := r.DeletePhone(t.Context(), "alice"); err != nil {
		t.Fatal(err)
	}
	if err := r.DeleteTrunk(t.Context(), "carrier"); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(opt.EndpointsDir, "*", "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

// A trunk that is put again as it was is left alone; one that changed has a new
// gateway, and the old one goes.
func TestPutTrunk_Again(t *testing.T) {
	f, r, _ := started(t)
	trunk := engine.Trunk{ID: "carrier", Hosts: []string{"192.0.2.1"}, Remote: "192.0.2.1:5060"}
	for range 3 {
		if err := r.PutTrunk(t.Context(), trunk); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(f.sent("sofia profile trunks rescan")); n != 1 {
		t.Errorf("%d rescans, want 1", n)
	}
	trunk.Remote = "192.0.2.2:5060"
	if err := r.PutTrunk(t.Context(), trunk); err != nil {
		t.Fatal(err)
	}
	if kills := f.sent("sofia profile trunks killgw carrier-"); len(kills) != 1 || len(f.sent("sofia profile trunks rescan")) != 2 {
		t.Errorf("sent %q", f.sent("sofia"))
	}
}
