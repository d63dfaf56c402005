package engine

import "time"

// Event is one thing that happened in the engine. The concrete types are
// below. At is the engine's clock where it tells one.
type Event interface{ isEvent() }

// LinkUp says that the link works, and how things stand at that moment.
type LinkUp struct {
	At       time.Time
	Version  string
	Snapshot Snapshot
	Warning  string // what an operator has to mend, or ""
	// Restarted says that the engine has been started anew since the link before
	// this one: none of the calls of then are left.
	Restarted bool
}

// LinkDown says that the link is lost. Calls go on in the engine.
type LinkDown struct {
	At    time.Time
	Cause string
}

// LegArrived is an inbound call, not answered yet.
type LegArrived struct {
	Leg   LegID
	At    time.Time
	From  string // caller's number as the carrier sent it, without parameters; empty when withheld
	To    string // number dialled, as the carrier sent it, without parameters
	Trunk string // id of the Trunk; empty for a test call

	Address string // user@host of a caller who has no number, and withholds nothing
	Name    string // caller's name as the carrier sent it
}

// LegRinging says that a dialled leg's phone rings (SIP 180), or that the carrier
// sends sound on its way to it (SIP 183; without sound, nothing is to be heard, RFC
// 3960, section 3.2). It comes once at most, and once more when the sound begins
// only afterwards. After a gap it may come again, or for sound that began in it.
type LegRinging struct {
	Leg LegID
	At  time.Time
	// Media says that the carrier sends sound before the answer, such as its own
	// ringing tone or an announcement (RFC 3960): Join lets it be heard.
	Media bool
}

// LegAnswered says that a leg is connected, dialled or inbound.
type LegAnswered struct {
	Leg LegID
	At  time.Time
}

// LegEnded is the last event of a leg.
type LegEnded struct {
	Leg   LegID
	At    time.Time
	Cause Cause
	// HandedOver says that the leg goes on in the installation's own dialplan
	// (Commands.HandOver), which is its end for us alone.
	HandedOver bool
}

// LegJoined says that a leg is in a room.
type LegJoined struct {
	Room RoomID
	Leg  LegID
	At   time.Time
}

// LegParted says that a leg is no longer in a room.
type LegParted struct {
	Room RoomID
	Leg  LegID
	At   time.Time
}

// DTMF is one key pressed by the leg's party.
type DTMF struct {
	Leg   LegID
	At    time.Time
	Digit string
}

// RecordingStarted says that the file's first sample stands for the time At.
type RecordingStarted struct {
	Recording RecordingID
	At        time.Time
}

// NothingRecorded is why there is no file of a recording that ended before its
// first sound: nothing went wrong.
const NothingRecorded = "it ended before there was anything to record"

// RecordingEnded says that the file is closed. Failed is empty or says why
// there is no usable file.
type RecordingEnded struct {
	Recording RecordingID
	At        time.Time
	Failed    string
}

// PlaybackEnded says that a sound has been played or stopped. Failed is empty
// or says why it could not be played.
type PlaybackEnded struct {
	Playback PlaybackID
	At       time.Time
	Failed   string
}

func (LinkUp) isEvent()           {}
func (LinkDown) isEvent()         {}
func (LegArrived) isEvent()       {}
func (LegRinging) isEvent()       {}
func (LegAnswered) isEvent()      {}
func (LegEnded) isEvent()         {}
func (LegJoined) isEvent()        {}
func (LegParted) isEvent()        {}
func (DTMF) isEvent()             {}
func (RecordingStarted) isEvent() {}
func (RecordingEnded) isEvent()   {}
func (PlaybackEnded) isEvent()    {}

// Snapshot is how things stand in the engine.
type Snapshot struct {
	Legs       map[LegID]LegState
	Rooms      map[RoomID][]LegID // legs that hear each other; held legs are not listed
	Recordings map[RecordingID]bool
	Unreadable []LegID // legs that the engine could not describe: they are being hung up
}

// LegState is one leg in a Snapshot.
type LegState struct {
	Answered bool
	Inbound  bool
	Arrived  LegArrived // for inbound legs: the same as the event said
	Room     RoomID     // empty when parked or on hold
	// Playback is the latest sound that was played to it, if that may still be
	// heard. A controller that was started again cannot know it otherwise: what
	// began just before it was killed may not have been saved.
	Playback PlaybackID
}

// Cause is a Q.850 cause value (ITU-T Q.850, table 1), mapped to SIP by RFC 3398
// section 8.2.6.
type Cause int

// The causes that ringdesk tells apart.
const (
	CauseUnallocated       Cause = 1   // no such number (SIP 404)
	CauseNoRoute           Cause = 3   // SIP 404
	CauseNormal            Cause = 16  // hung up
	CauseBusy              Cause = 17  // SIP 486
	CauseNoUserResponse    Cause = 18  // SIP 408
	CauseNoAnswer          Cause = 19  // SIP 480
	CauseAbsent            Cause = 20  // SIP 480: not registered
	CauseRejected          Cause = 21  // SIP 403 or 603
	CauseNumberChanged     Cause = 22  // SIP 410, and redirects (SIP 3xx), which are never followed
	CauseAnsweredElsewhere Cause = 26  // cancelled since another phone answered (RFC 3326)
	CauseOutOfOrder        Cause = 27  // SIP 502
	CauseNumberFormat      Cause = 28  // SIP 484
	CauseFailure           Cause = 41  // temporary failure (SIP 503)
	CauseCongestion        Cause = 42  // overload (SIP 503)
	CauseInterworking      Cause = 127 // unknown
)
