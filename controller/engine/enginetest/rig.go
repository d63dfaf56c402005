// Package enginetest is the conformance suite of the media-engine port: what
// every engine.Engine must do, shown on a running engine with real parties.
//
// An adapter offers a Rig; Run does the rest:
//
//	func TestConformance(t *testing.T) {
//		enginetest.Run(t, func(t testing.TB) enginetest.Rig { return newRig(t) })
//	}
//
// The parties prove by sound: each says a tone of its own, and the suite
// measures which tones reach whom and which are in a recording.
package enginetest

import (
	"testing"
	"time"

	"ringdesk/controller/engine"
)

// Rate is the sampling rate of all sound in the suite, in Hz.
const Rate = 8000

// CarrierID is the usual id of Rig.Carrier.
const CarrierID = "carrier"

// The suite's own tones, in Hz. MusicHz and Sound must give others, at least
// 100 Hz away from these and from each other and below 3400.
const (
	CustomerHz = 440
	AliceHz    = 620
	BobHz      = 860
	OtherHz    = 1130
)

// Rig is a running media engine with parties around it, made anew for each
// case (several may share one engine process) and released through t.Cleanup.
type Rig interface {
	// Name is the engine's name for the report, such as "asterisk".
	Name() string

	// Engine gives a new adapter to the same media engine, as a controller
	// that was started again would have: it knows nothing of the past. Its Run
	// is not called yet; the suite runs it, and never runs two at once.
	Engine(t testing.TB) engine.Engine

	// Carrier is the trunk of which the rig's callers and subscribers are
	// customers. The suite puts it. Its ID and hosts are the rig's alone where
	// rigs share an engine.
	Carrier() engine.Trunk

	// Dead is a trunk at whose remote nobody answers.
	Dead() engine.Trunk

	// Caller is a customer's phone behind the carrier which calls from the
	// number from, under a display name that may be empty. An empty from
	// withholds the number (RFC 3323: anonymous@anonymous.invalid).
	Caller(t testing.TB, from, name string) Caller

	// Subscriber is a customer's phone behind the carrier that outbound calls
	// to number reach.
	Subscriber(t testing.TB, number string) Callee

	// Phone is an agent's phone. It becomes dialable when the suite puts
	// engine.Phone{ID: id, Contact: its Contact()}.
	Phone(t testing.TB, id string) Callee

	// RecordingsDir is the folder that RecordingRequest.File is below.
	RecordingsDir() string

	// MusicHz is the single tone that waiting music and hold music consist of.
	MusicHz() int

	// Sound is a sound of the engine's own that can be played on a leg.
	Sound() Sound

	// File is a sound from the sounds folder: its name holds a '/'.
	File() Sound

	// RingHz is one of the tones that engine.RingTone consists of. It may be
	// one of the parties'.
	RingHz() int

	// CutLink breaks the link between adapter and engine; the engine and its
	// calls go on. New links fail until RestoreLink.
	CutLink(t testing.TB, how Cut)

	// RestoreLink mends what CutLink broke.
	RestoreLink(t testing.TB)
}

// Cut is a way in which a link breaks.
type Cut int

// The ways to cut a link.
const (
	Reset Cut = iota // connections are closed at once
	Stall            // connections stay open and carry nothing: half-open
)

// Sound is a sound that the engine can play: one tone for a known time.
type Sound struct {
	Name   string        // for engine.PlayRequest.Sounds
	Hz     int           // its tone
	Length time.Duration // between 1 and 3 s
}

// Party is a far side: a phone that speaks and listens.
type Party interface {
	// Say makes the party say a tone from now on; 0 is silence, sent as sound.
	Say(hz int)

	// Pause stops sending sound altogether (no RTP), as phones with silence
	// suppression or a broken network do; false sends again.
	Pause(on bool)

	// Heard is what reached the party in [from, to) as PCM at Rate, silence
	// where nothing arrived. Calls with a to in the future are cut at now.
	Heard(from, to time.Time) []int16

	// SendDTMF presses keys (RFC 4733); it may return before they are pressed.
	SendDTMF(t testing.TB, digits string)

	// DTMF is the keys received so far, in order.
	DTMF() string

	// Hangup ends the party's call: BYE, or CANCEL before the answer.
	Hangup()

	// Ended tells how the engine ended the call; zero while it has not, and
	// when the party ended it.
	Ended() Ended
}

// Ended is the end of a call as the far side saw it.
type Ended struct {
	At     time.Time
	Method string // "BYE" or "CANCEL"
	Cause  int    // Q.850 or SIP cause of the Reason header (RFC 3326); 0 without one
}

// Caller is a party that calls.
type Caller interface {
	Party

	// Call starts a call to a business number and does not wait.
	Call(t testing.TB, to string)

	// Progress is the SIP status codes of the provisional responses so far.
	Progress() []int

	// Final is the SIP status code of the final response; 0 until it came.
	Final() int
}

// Callee is a party that is called. It takes one call at a time and says at
// once that it rings (SIP 180), unless Silence was called.
type Callee interface {
	Party

	// Contact is the phone's SIP URI.
	Contact() string

	// Invited is the call that came, or a zero Invited before it.
	Invited() Invited

	// Answer accepts the call, Refuse refuses it with a SIP status.
	Answer()
	Refuse(status int)

	// Silence makes the party, before it is called, say nothing at all by
	// itself, not even that it rings; Underway then says SIP 183, with a
	// description of early media.
	Silence()
	Underway()
}

// Invited is a call that reached a Callee.
type Invited struct {
	At     time.Time
	Number string   // user part of the From header
	Name   string   // display name of the From header
	CallID string   // header X-Ringdesk-Call
	Codecs []string // offered, in order, by SDP's names in lower case: "pcma", "pcmu", …
}
