// Package conformance is the conformance suite of the media-engine port: what
// every engine.Engine must do, shown on a running engine with real parties.
//
// An adapter offers a Rig; Run does the rest:
//
//	func TestConformance(t *testing.T) {
//		conformance.Run(t, func(t testing.TB) conformance.Rig { return newRig(t) })
//	}
//
// The parties prove by sound: each says a tone of its own, and the suite
// measures which tones reach whom and which are in a recording.
package conformance

import (
	"net/netip"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/callerid"
	"ringdesk/testkit/phone"
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

	// Dead is a trunk at whose remote nobody listens, Silent one at whose remote
	// somebody does and answers nothing. They have the time limit for the first
	// answer that the engine can be given, 1 s or more.
	Dead() engine.Trunk
	Silent() engine.Trunk

	// Caller is a customer's phone behind the carrier which calls from the
	// number from, under a display name that may be empty. An empty from
	// withholds the number (RFC 3323: anonymous@anonymous.invalid).
	Caller(t testing.TB, from, name string) Caller

	// Invite makes the carrier call with an INVITE that names caller and called
	// as it is told. That call has no sound.
	Invite(t testing.TB, said Said)

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

// Said is what an INVITE says of who calls whom.
type Said struct {
	Target string // the user part of the Request-URI, or a whole tel: URI
	callerid.Headers
}

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

	// Media is where the engine takes the party's sound; invalid where that has
	// no address.
	Media() netip.AddrPort

	// Restart lets the party's sound go on as another stream.
	Restart(t testing.TB, r Restart)

	// Heard is what reached the party in [from, to) as PCM at Rate, silence
	// where nothing arrived. Calls with a to in the future are cut at now.
	Heard(from, to time.Time) []int16

	// KeysBy sets, before the call, how the party sends and takes keys: DTMFRFC4733,
	// as without it, or DTMFInfo, or DTMFInband. With the other two it neither
	// offers nor accepts telephone-event.
	KeysBy(how engine.DTMFMode)

	// SendDTMF presses keys; it may return before they are pressed.
	SendDTMF(t testing.TB, digits string)

	// DTMF is the keys received so far, in order.
	DTMF() string

	// Request sends another request in the call and waits for its final
	// response, 0 if none comes; allow is that one's header.
	Request(t testing.TB, method string) (status int, allow string)

	// Hangup ends the party's call: BYE, or CANCEL before the answer.
	Hangup()

	// Ended tells how the engine ended the call; zero while it has not, and
	// when the party ended it.
	Ended() Ended
}

// Restart is how a stream changes that goes on (RFC 3550). Parties of engines
// without RTP ignore it.
type Restart struct {
	Seq   int  // added to the sequence number
	Stamp int  // added to the timestamp
	SSRC  bool // another source
	Port  bool // sent from another port
	Offer bool // told before, with a re-INVITE
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

	// Codecs sets, before the call, the codecs that are offered, by SDP's names in
	// lower case: "pcma", "pcmu", "g729". NoOffer makes it have no offer at all
	// (RFC 3261, section 13.2.1).
	Codecs(names ...string)
	NoOffer()

	// Call starts a call to a business number and does not wait.
	Call(t testing.TB, to string)

	// Progress is the SIP status codes of the provisional responses so far.
	Progress() []int

	// Final is the SIP status code of the final response; 0 until it came.
	Final() int

	// Offer makes the next Call offer these media lines (phone.Media), nil for
	// one of audio. Lines is those of the answer.
	Offer(lines phone.Media, body phone.Body)
	Lines() []string

	// Reoffer offers other media lines in the call by INVITE or UPDATE; an
	// INVITE without any asks for the engine's offer. It gives the final
	// response and its media lines.
	Reoffer(t testing.TB, method string, lines phone.Media) (status int, answered []string)
}

// Callee is a party that is called. It takes one call at a time and says at
// once that it rings (SIP 180), unless Silence was called.
type Callee interface {
	Party

	// Contact is the phone's SIP URI.
	Contact() string

	// Invited is the call that came, or a zero Invited before it.
	Invited() Invited

	// Answer accepts the call, Refuse refuses it with a SIP status. Redirect does
	// so with contacts, which are SIP's name-addrs; Challenge asks for a login
	// (401, 407).
	Answer()
	Refuse(status int)
	Redirect(status int, contacts ...string)
	Challenge(status int)

	// AnswerWith accepts the call with these media lines, whatever was offered.
	AnswerWith(lines phone.Media)

	// Silence makes the party, before it is called, say nothing at all by
	// itself, not even that it rings; Rings then says SIP 180, and Underway SIP
	// 183. With media, the party says its tone from then on, before the answer.
	Silence()
	Rings()
	Underway(media bool)
}

// Invited is a call that reached a Callee.
type Invited struct {
	At     time.Time
	Number string   // user part of the From header
	Name   string   // display name of the From header
	CallID string   // header X-Ringdesk-Call
	Codecs []string // offered, in order, by SDP's names in lower case: "pcma", "pcmu", …
}
