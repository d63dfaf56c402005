package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/testkit/phone"
	"ringdesk/testkit/tone"
)

// talk is the call of the main path, with the moments that its recording is
// held against.
type talk struct {
	*Desk
	t      *testing.T
	caller *phone.Call
	number number
	id     string
	conv   string

	talking          time.Time // all hear each other
	held, released   time.Time // the customer hears only music, from and to
	muted, unmuted   time.Time // Mina is silent, from and to
	talkingAfterHold time.Time
	talkingAtEnd     time.Time
	left             time.Time
}

// One call from the first ring to the recording: who rings, who hears whom, and
// what is written down.
//
// Covers: IN-1, IN-5, IN-7, IN-8, IN-11, CALL-1, CALL-2, CALL-4, CALL-6, HOLD-1, HOLD-2, HOLD-4, END-1, END-2, END-6, INBOX-1, INBOX-3.
func TestCall_IN_1_IN_5_IN_11_CALL_4_HOLD_1_END_1(t *testing.T) { oneCall(t, desk(t)) }

func oneCall(t *testing.T, d *Desk) {
	d.Mina.Visit("/inbox/all")
	d.Alex.Visit("/inbox/all")
	d.rest(t)
	stranger := newNumber()
	k := &talk{Desk: d, t: t, number: stranger, caller: d.Dial(t, NewPhone(t), stranger.dialled(), CallerHz)}
	k.ring()
	k.answer()
	k.hold()
	k.mute()
	k.keys()
	k.note()
	k.leave()
	k.recording()
	k.written()
	k.player()
	k.secondCall()
}

// ring: both agents see who calls, and the caller hears that it rings (IN-1,
// IN-5).
func (k *talk) ring() {
	AwaitCode(k.t, k.caller, 180)
	for _, a := range []*Agent{k.Mina, k.Alex} {
		box := a.WaitRinging()
		if !containsAll(box.Text, []string{k.number.shown(), "Support", "070-7666-0001", "New caller"}) {
			k.t.Errorf("%s's ring box says %q", a.Account.Email, box.Text)
		}
		k.id = box.Call
	}
	call := k.API.Call(k.id)
	k.conv = call.ConversationID
	if call.State != "ringing" || len(call.Participants) != 3 {
		k.t.Errorf("while ringing the call is %+v", call)
	}
	for _, a := range []*Agent{k.Mina, k.Alex} {
		a.AwaitText(`[data-testid=inbox-item][data-id="`+k.conv+`"]`, k.number.shown())
	}
}

// answer: one is connected, the other stops ringing at once and hears by whom
// (IN-11).
func (k *talk) answer() {
	k.Mina.Answer()
	gone := k.Alex.WaitGone("ring-box", k.id).GoneAt()
	within(k.t, "from Mina's 200 OK to the end of Alex's ring box", gone.Sub(k.Mina.Answered()), 2*time.Second)
	k.t.Logf("from Mina's click it took %v", gone.Sub(k.Mina.Clicked("Answer")))
	k.Alex.WaitNotice(k.caller.Start, "Taken by "+minaName)
	AwaitCode(k.t, k.caller, 200)
	k.talking = later(AwaitHears(k.t, "the caller", k.caller, MinaHz), AwaitHears(k.t, "Mina", k.Mina, CallerHz))
	MustHear(k.t, "the caller", k.caller, k.talking, 1500*time.Millisecond, MinaHz)
	MustHear(k.t, "Mina", k.Mina, k.talking, 1500*time.Millisecond, CallerHz)
	MustHear(k.t, "Alex", k.Alex, k.talking, 1500*time.Millisecond)
	k.Mina.AwaitText("[data-testid=call-box]", k.number.shown(), minaName, "Mute", "Hold")
}

// hold: the customer has music and nobody else, and the agent silence (HOLD-1,
// HOLD-2).
func (k *talk) hold() {
	k.Mina.Click("Hold")
	k.Mina.AwaitText("[data-testid=call-box]", "On hold by "+minaName, "Release")
	k.held = later(AwaitHears(k.t, "the caller", k.caller, MusicHz), AwaitHears(k.t, "Mina", k.Mina))
	if hold := k.API.Call(k.id).Hold; hold == nil || hold.Name != minaName {
		k.t.Errorf("the API says of the hold: %+v", hold)
	}
	MustHear(k.t, "the caller", k.caller, k.held, 2*time.Second, MusicHz)
	MustHear(k.t, "Mina", k.Mina, k.held, 2*time.Second)
	k.Mina.Click("Release")
	k.released = k.Mina.Clicked("Release")
	k.talkingAfterHold = later(AwaitHears(k.t, "the caller", k.caller, MinaHz), AwaitHears(k.t, "Mina", k.Mina, CallerHz))
	MustHear(k.t, "the caller", k.caller, k.talkingAfterHold, time.Second, MinaHz)
	MustHear(k.t, "Mina", k.Mina, k.talkingAfterHold, time.Second, CallerHz)
}

// mute: what a muted agent says reaches nobody; she still hears (CALL-4).
func (k *talk) mute() {
	k.Mina.Click("Mute")
	k.muted = AwaitHears(k.t, "the caller", k.caller)
	k.Mina.AwaitText("[data-testid=call-box]", "Unmute")
	MustHear(k.t, "the caller", k.caller, k.muted, 1500*time.Millisecond)
	MustHear(k.t, "Mina", k.Mina, k.muted, 1500*time.Millisecond, CallerHz)
	k.Mina.Click("Unmute")
	k.unmuted = k.Mina.Clicked("Unmute")
	AwaitHears(k.t, "the caller", k.caller, MinaHz)
}

// keys: the dial pad reaches the customer as keys, and the customer's keys the
// journal, without the digits (CALL-2).
func (k *talk) keys() {
	k.Mina.Click("Dial pad")
	for _, key := range []string{"4", "2", "#"} {
		k.Mina.Click("Key " + key)
	}
	Await(k.t, "the caller's phone gets the keys", actionTime, func() (bool, string) { return k.caller.DTMF() == "42#", k.caller.DTMF() })
	k.Mina.Click("Dial pad")
	if err := k.caller.SendDTMF(k.t.Context(), "7*"); err != nil {
		k.t.Fatal(err)
	}
	Await(k.t, "the journal has the customer's two keys", actionTime, func() (bool, string) {
		all := types(k.API.Journal(k.id))
		return strings.Count(strings.Join(all, " "), "customer.dtmf") == 2, strings.Join(all, " ")
	})
	AwaitHears(k.t, "Mina", k.Mina, CallerHz)
}

// note: what Alex writes during the call Mina reads at once (INBOX-3).
func (k *talk) note() {
	k.Alex.ClickOn(`[data-testid=inbox-item][data-id="` + k.conv + `"]`)
	k.Alex.AwaitText(`[data-testid=conversation][data-id="`+k.conv+`"]`, "Incoming call")
	k.Alex.Fill("Internal notes", "배송 조회를 도와주세요. Ask for the order number.")
	k.Alex.Click("Add note")
	k.Mina.AwaitText("[data-testid=conversation] [data-note]", "배송 조회를", alexName)
}

// leave: the last agent's leaving ends the call for the customer (CALL-6).
func (k *talk) leave() {
	k.talkingAtEnd = later(AwaitHears(k.t, "the caller", k.caller, MinaHz), AwaitHears(k.t, "Mina", k.Mina, CallerHz))
	MustHear(k.t, "the caller", k.caller, k.talkingAtEnd, time.Second, MinaHz)
	k.Mina.Click("Leave")
	k.left = k.Mina.Clicked("Leave")
	if end := AwaitOver(k.t, k.caller, actionTime); end.Method != "BYE" || end.Local || end.Cause() != 16 {
		k.t.Errorf("the caller's call ended with %+v", end)
	}
	k.Mina.WaitGone("call-box", k.id)
}

// recording: both parties are in it at the right times; no music, nothing of
// the customer while on hold, nothing of the muted agent (END-1, END-2, END-6,
// HOLD-4, CALL-4).
func (k *talk) recording() {
	rec := k.API.AwaitRecording(k.id, time.Until(k.left.Add(10*time.Second)))
	k.t.Logf("the recording was ready %v after the hang-up", time.Since(k.left))
	pcm := k.API.MP3(rec)
	length := time.Duration(len(pcm)) * time.Second / phone.Rate
	if diff := length - time.Duration(rec.DurationMs)*time.Millisecond; diff.Abs() > 100*time.Millisecond {
		k.t.Errorf("the MP3 lasts %v, the API says %d ms", length, rec.DurationMs)
	}
	if len(rec.Tracks) != 2 || slices.Max(append(rec.Peaks, 0)) == 0 {
		k.t.Errorf("the recording has %d tracks and the peaks %v", len(rec.Tracks), rec.Peaks)
	}
	at := func(moment time.Time) time.Duration { return moment.Sub(rec.StartedAt) }
	journal := k.API.Journal(k.id)
	held, released := at(entry(k.t, journal, "call.held", 0).At), at(entry(k.t, journal, "call.released", 0).At)
	for _, part := range []struct {
		what     string
		from, to time.Duration
		want     []int
	}{
		{"before the hold", at(k.talking), held, []int{CallerHz, MinaHz}},
		{"on hold", held, released, []int{MinaHz}},
		{"after the hold", at(k.talkingAfterHold), at(k.talkingAfterHold) + time.Second, []int{CallerHz, MinaHz}},
		{"muted", at(k.muted), at(k.unmuted), []int{CallerHz}},
		{"at the end", at(k.talkingAtEnd), at(k.left), []int{CallerHz, MinaHz}},
	} {
		mustHold(k.t, part.what, pcm, part.from, part.to, part.want...)
	}
	gapOf(k.t, "the customer's hold", pcm, CallerHz, held, released, 60*time.Millisecond)
	if music := tone.Spans(pcm, phone.Rate, MusicHz); len(music) > 0 {
		k.t.Errorf("music is in the recording: %v", music)
	}
}

// edge is left out at both ends of a part of a recording: the parties' ears and
// the engine's are apart by the network and the browser's jitter buffer.
const edge = 300 * time.Millisecond

// mustHold asserts which tones are in a part of a recording: exactly these in
// every stretch of 200 ms, from edge to edge.
func mustHold(t *testing.T, what string, pcm []int16, from, to time.Duration, hz ...int) {
	t.Helper()
	first, last := int((from+edge)*phone.Rate/time.Second), int((to-edge)*phone.Rate/time.Second)
	const window = phone.Rate / 5
	if first < 0 || last > len(pcm) || last-first < window {
		t.Errorf("the recording, %s: from %v to %v of %d samples", what, from, to, len(pcm))
		return
	}
	for i := first; i+window <= last; i += window {
		if ok, found := allHz.Verdict(pcm[i:i+window], hz...); !ok {
			t.Errorf("the recording, %s (%v to %v), should hold %v; at %v it holds %s", what, from, to, hz, time.Duration(i)*time.Second/phone.Rate, found)
			return
		}
	}
}

// gapOf asserts that a tone is absent for just this long.
func gapOf(t *testing.T, what string, pcm []int16, hz int, from, to, slack time.Duration) {
	t.Helper()
	spans := tone.Spans(pcm, phone.Rate, hz)
	for i := 1; i < len(spans); i++ {
		if (spans[i-1].To-from).Abs() <= slack && (spans[i].From-to).Abs() <= slack {
			return
		}
	}
	t.Errorf("%s from %v to %v is no gap of %d Hz: %v", what, from, to, hz, spans)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
