// Package engine says what a media engine (Asterisk, FreeSWITCH, or the
// in-memory one) does for ringdesk. Adapters implement Engine; the call core
// knows nothing else of them.
//
// # Ordering contract
//
//  1. Run calls its handler from one goroutine, one event at a time. The
//     handler must not block for long; it hands events on to their calls.
//  2. The events of one leg, and of all legs, rooms, recordings and playbacks
//     of one call, arrive in the order in which they happened, each exactly
//     once, while the link is up.
//  3. A leg is ours from its first event (LegArrived, or the Dial that made
//     it) until LegEnded, which is its last event and comes exactly once.
//  4. Events overtake replies: a leg's events may arrive before the command
//     that caused them returns. That is why the ids of dialled legs, rooms,
//     recordings and playbacks are chosen by the caller and saved before the
//     command is sent. Only an inbound leg's id is the engine's.
//  5. When the link breaks (lost, half-open, overflowed), the handler gets
//     LinkDown, then nothing, then LinkUp with a Snapshot. What happened in
//     between is not replayed: compare with the snapshot. Events after LinkUp
//     are newer than the snapshot, or idempotent repetitions of it.
//  6. No event is dropped silently. An adapter that cannot keep up breaks its
//     own link, which leads to rule 5.
//  7. Without a controller, talks go on, also those on hold. An inbound leg that
//     is in no room is not kept waiting: within 30 s the engine tells the caller
//     that nobody can be had, and hangs up. (The engine in memory does not.)
//
// # Commands
//
// Commands may be called from many goroutines; those of one call must be
// called in sequence. Each has a deadline (the context's, and at most
// CommandTimeout) and returns nil or an *Error with a Kind.
package engine

import (
	"context"
	"net/netip"
	"strings"
	"time"
)

// CommandTimeout is the longest any single command may take.
const CommandTimeout = 5 * time.Second

// HalfOpenLimit is the longest a link may be silent and broken before the
// adapter reports LinkDown.
const HalfOpenLimit = 10 * time.Second

// LegID names one party's connection to the engine. UUID, except for inbound
// legs, whose id the engine chose.
type LegID string

// RoomID names a place where legs hear each other. Unique, never used twice.
type RoomID string

// RecordingID names the recording of one leg's speech. Unique, never used twice.
type RecordingID string

// PlaybackID names one playing of a sound. UUID.
type PlaybackID string

// Engine is a media engine.
type Engine interface {
	Commands

	// Run keeps the link to the engine up until ctx ends and gives every event
	// to handle (see the ordering contract). It reconnects by itself. It
	// returns nil when ctx ends, or an error that retrying cannot mend, such
	// as an engine that is too old or a refused login.
	Run(ctx context.Context, handle func(Event)) error
}

// Commands is what can be asked of the engine.
type Commands interface {
	// Ring tells an unanswered inbound leg's caller that it rings (SIP 180).
	Ring(ctx context.Context, leg LegID) error
	// Answer answers an inbound leg. LegAnswered follows.
	Answer(ctx context.Context, leg LegID) error
	// Dial makes a leg to a phone or a trunk. It returns once the engine has
	// taken the request; LegRinging, LegAnswered or LegEnded follow. The leg
	// is parked in silence when answered. Nobody but who was asked for is called,
	// whatever the far side answers: a redirect (SIP 3xx) ends the leg with
	// CauseNumberChanged.
	Dial(ctx context.Context, req DialRequest) error
	// Hangup ends a leg for the given cause. LegEnded follows. A leg that is
	// gone already gives KindGone. An unanswered inbound leg is refused at once
	// with the cause's SIP status, such as 503 for CauseCongestion.
	Hangup(ctx context.Context, leg LegID, cause Cause) error

	// HandOver gives an inbound leg, answered or not, to an extension of the
	// installation's own dialplan (DP-3). It is ours no longer then: LegEnded follows,
	// with HandedOver. An extension that is not there gives KindRefused, and the leg
	// stays as it is, but for what it hears. It must be in no room.
	HandOver(ctx context.Context, req HandOverRequest) error

	// CreateRoom makes an empty room. One that is there already stays as it is:
	// after a crash nobody knows whether it was made.
	CreateRoom(ctx context.Context, room RoomID) error
	// DestroyRoom removes a room; legs in it are parked, not hung up.
	DestroyRoom(ctx context.Context, room RoomID) error
	// Join puts an answered leg into a room. Joining the room that it is in
	// already changes nothing. A leg that the carrier sends early media on
	// (LegRinging.Media) can be joined before its answer, too.
	Join(ctx context.Context, room RoomID, leg LegID) error
	// Part takes a leg out of a room and parks it in silence.
	Part(ctx context.Context, room RoomID, leg LegID) error
	// Hold keeps a leg in touch with the room while it hears hold music and
	// the room hears nothing of it. The music is in no recording. LegParted and
	// LegJoined may come of Hold and Unhold, or not. Both may be repeated, and
	// also work on a parked leg.
	Hold(ctx context.Context, room RoomID, leg LegID) error
	// Unhold ends Hold: the leg and the room hear each other again.
	Unhold(ctx context.Context, room RoomID, leg LegID) error
	// Mute silences what the leg says, for the room and for its recording, or
	// ends that.
	Mute(ctx context.Context, leg LegID, on bool) error
	// Music starts or stops waiting music for a parked leg.
	Music(ctx context.Context, leg LegID, on bool) error
	// SendDTMF plays digits (0-9, *, #, A-D) to the leg's far side, in the way
	// that its trunk takes them; to phones as RFC 4733 events.
	SendDTMF(ctx context.Context, leg LegID, digits string) error

	// StartRecording records what one leg says (not what it hears) as mono
	// WAV. RecordingStarted and RecordingEnded follow.
	StartRecording(ctx context.Context, req RecordingRequest) error
	// StopRecording ends a recording and closes its file.
	StopRecording(ctx context.Context, id RecordingID) error
	// MaskRecording writes silence instead of what the leg says, or ends that;
	// time in the file goes on. Both may be repeated. A recording that is gone
	// gives KindGone.
	MaskRecording(ctx context.Context, id RecordingID, on bool) error

	// Monitor lets a supervisor's leg hear what an agent's leg says and hears.
	// With Whisper, the agent, and nobody else, hears the supervisor; without it
	// nobody does. The supervisor is in no recording of others. It takes the leg
	// out of its room (LegParted follows); of the monitoring itself no event
	// tells. Monitor again changes the way or the target. It goes on wherever
	// the target is; a target's end parks the supervisor in silence. Join of the
	// supervisor's leg ends it, and so do Part, whatever the room, and Hangup.
	// Meanwhile the supervisor's leg cannot be held or be given music. In a
	// Snapshot it is parked: to be sure, Monitor again.
	Monitor(ctx context.Context, req MonitorRequest) error

	// Play plays sounds to a leg, one after the other, also while it is in a
	// room: it then hears the sounds instead of the room, and whether the room
	// hears it meanwhile is the engine's matter. PlaybackEnded follows once,
	// and after LegEnded if it is the leg's end that has cut the sound off. A
	// leg that still hears another playback hears this one afterwards; music
	// goes on after the last. Join, Part, Hold, Unhold and DestroyRoom end what
	// the leg hears. A controller that was started again must stop playbacks of
	// its past before it moves their legs.
	Play(ctx context.Context, req PlayRequest) error
	// StopPlay ends a playback early.
	StopPlay(ctx context.Context, id PlaybackID) error

	// PutPhone makes or replaces the SIP endpoint of an agent's phone. Phones
	// do not survive a restart of the engine: put them again on LinkUp.
	PutPhone(ctx context.Context, p Phone) error
	// DeletePhone removes it and its registration.
	DeletePhone(ctx context.Context, id string) error
	// PhoneLine says that the SIP of a browser's phone comes to the engine from
	// this address of the controller's, or does so no longer. It asks the engine
	// nothing. A phone is called on the newest of its lines, if the engine can be
	// told where to call: what it has registered leads nowhere else (SEC-2).
	PhoneLine(phone string, from netip.AddrPort, up bool)
	// PutTrunk makes or replaces a connection to a carrier. Trunks do not
	// survive a restart of the engine: put them again on LinkUp.
	PutTrunk(ctx context.Context, t Trunk) error
	// DeleteTrunk removes it.
	DeleteTrunk(ctx context.Context, id string) error
	// TrunkStates tells how the trunks that were put stand with their carriers.
	TrunkStates(ctx context.Context) (map[string]TrunkState, error)

	// TestCall makes the engine itself call a business number as a customer
	// would, playing speech. The call arrives as LegArrived like any other.
	TestCall(ctx context.Context, from, to string) error
}

// DialRequest asks for a new leg. Exactly one of Phone and Trunk is set.
type DialRequest struct {
	Leg        LegID
	Phone      string // id of a Phone
	Trunk      string // id of a Trunk
	Number     string // with Trunk: E.164 number with '+', or an emergency number; the engine refuses others than it allows (OUT-9)
	CallerID   string // number shown to the callee: digits with an optional leading +
	CallerName string // name shown to the callee; may be empty
	Call       string // our call id; the callee's phone gets it as SIP header X-Ringdesk-Call
	Timeout    time.Duration
	Like       LegID // leg whose codecs to prefer, so that nothing is transcoded; may be empty
}

// HandOverRequest asks for a leg to be given to the installation's own dialplan.
type HandOverRequest struct {
	Leg LegID
	// Extension is one of the context "native": 1 to 32 letters, digits, '-' and '_'.
	Extension string
	Call      string // our call id, which the extension sees; may be empty
}

// RecordingRequest asks for a recording of one leg.
type RecordingRequest struct {
	ID  RecordingID
	Leg LegID
	// File is the path below the recordings folder without its ending:
	// letters, digits, '-', '_' and '/'. The engine appends ".wav".
	File string
	// Limit is the longest the recording may last; 0 means one hour (END-1).
	Limit time.Duration
}

// PlayRequest asks for sounds on a leg.
type PlayRequest struct {
	ID  PlaybackID
	Leg LegID
	// Sounds are names without ending, 1 to 32 of them: letters, digits, '-',
	// '_' and '/', such as "ko/queue-position" (a file below the sounds folder),
	// or "unavailable" (the engine's own). RingTone is a name, too.
	Sounds []string
	Loop   bool // all over again until stopped
}

// RingTone is the name of the tone that a caller hears while the far side
// rings (ITU-T E.180). It has no end: use it with Loop.
const RingTone = "ringtone"

// MonitorRequest asks for a supervisor's ear on an agent.
type MonitorRequest struct {
	Leg     LegID // the supervisor's, answered
	Target  LegID // the agent's, answered
	Whisper bool
}

// TrunkState is how a trunk stands with its carrier.
type TrunkState string

// The states of a trunk.
const (
	TrunkUnknown      TrunkState = "unknown"      // nothing has been asked yet, or nothing can be asked
	TrunkRegistered   TrunkState = "registered"   // the carrier has accepted our registration
	TrunkRejected     TrunkState = "rejected"     // the carrier refuses our registration
	TrunkReachable    TrunkState = "reachable"    // answers OPTIONS (RFC 3261, section 11)
	TrunkUnreachable  TrunkState = "unreachable"  // answers nothing
	TrunkUnregistered TrunkState = "unregistered" // not registered (yet)

	// What is wrong with the certificate of a carrier that is not talked to therefore.
	TrunkUntrusted TrunkState = "untrusted" // of no authority that is trusted
	TrunkExpired   TrunkState = "expired"   // it has ended, or has not begun
	TrunkMisnamed  TrunkState = "misnamed"  // it is for another name than the trunk's remote
)

// Phone is the SIP endpoint of one agent's browser (or, for tests, a SIP phone).
type Phone struct {
	ID       string // user name; letters and digits
	Password string
	// Proof is a secret that the controller puts into header ProofHeader of the
	// browser's requests: those without it are not the phone's.
	Proof string
	// Contact, if set, is a fixed SIP URI to dial and means a plain SIP phone
	// (no registration, no WebRTC).
	Contact string
}

// ProofHeader is the header of Phone.Proof.
const ProofHeader = "X-Ringdesk-Proof"

// Trunk is a connection to a carrier.
type Trunk struct {
	ID     string   // letters and digits
	Hosts  []string // IP addresses or networks that calls come from
	Codecs []string // preferred first; empty means alaw, ulaw
	Remote string   // host:port that outbound calls go to; empty means none
	// Register makes the engine register with Remote (RFC 3261, section 10) as
	// Username; calls then come in through the registration, too. Username and
	// Password also answer challenges to outbound calls.
	Register bool
	Username string
	Password string
	// FromDomain, if set, stands in the From of outbound calls instead of our
	// address.
	FromDomain string
	// FirstAnswer is how long the carrier may take to answer a call with anything
	// at all, be it SIP 100; then its leg ends with CauseNoUserResponse. 0 means
	// DefaultFirstAnswer. FreeSWITCH has this one for all trunks.
	FirstAnswer time.Duration
	// DTMF is how keys come and go; "" means DTMFAuto.
	DTMF DTMFMode
	// Transport is how SIP goes to Remote; "" means TransportUDP. With TransportTLS
	// calls from Hosts must come over TLS, too, and Remote's host is the name that its
	// certificate must bear.
	Transport Transport
	// Encryption is what becomes of the sound; "" means EncryptionNone.
	Encryption Encryption
}

// Transport is what carries SIP.
type Transport string

// The transports.
const (
	TransportUDP Transport = "udp"
	TransportTCP Transport = "tcp"
	TransportTLS Transport = "tls"
)

// Encryption is how the sound of a trunk's calls is protected.
type Encryption string

// The kinds of it.
const (
	EncryptionNone Encryption = "none" // plain RTP; an offer of SRTP alone is refused
	EncryptionSDES Encryption = "sdes" // SRTP with keys from the SDP (RFC 4568); plain RTP is refused
)

// TrunkID is the id that the engine knows a stored trunk by.
func TrunkID(stored string) string { return "trunk" + strings.ReplaceAll(stored, "-", "") }

// DefaultFirstAnswer is far below the 32 s that SIP gives a request that nothing
// answers (RFC 3261, section 17.1.1.2, timer B): other trunks are waiting.
const DefaultFirstAnswer = 6 * time.Second

// DTMFMode is how keys come and go over a trunk.
type DTMFMode string

// The ways of keys.
const (
	DTMFAuto    DTMFMode = "auto"    // RFC 4733 where the far side offers it, else as tones in the sound
	DTMFRFC4733 DTMFMode = "rfc4733" // telephone-event packets
	DTMFInfo    DTMFMode = "info"    // SIP INFO (RFC 6086), application/dtmf-relay
	DTMFInband  DTMFMode = "inband"  // tones in the sound (ITU-T Q.23)
)
