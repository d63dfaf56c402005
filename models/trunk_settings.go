package models

import (
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
)

// Secret is a text that is stored but never printed.
type Secret string

const hidden = "(hidden)"

// String implements fmt.Stringer.
func (Secret) String() string { return hidden }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return hidden }

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// CallerIDStyle is how a carrier wants to be told the caller's number.
type CallerIDStyle string

// The styles.
const (
	CallerE164Style     CallerIDStyle = "e164"     // +827076660001
	CallerNationalStyle CallerIDStyle = "national" // 07076660001
)

// DTMFMode is how keys come and go over a trunk.
type DTMFMode string

// The ways of keys.
const (
	DTMFAuto    DTMFMode = "auto"    // RFC 4733 where the far side offers it, else as tones in the sound
	DTMFRFC4733 DTMFMode = "rfc4733" // telephone-event packets
	DTMFInfo    DTMFMode = "info"    // SIP INFO
	DTMFInband  DTMFMode = "inband"  // tones in the sound
)

// TrunkTransport is what carries a trunk's SIP.
type TrunkTransport string

// The transports.
const (
	TransportUDP TrunkTransport = "udp"
	TransportTCP TrunkTransport = "tcp"
	TransportTLS TrunkTransport = "tls"
)

// MediaEncryption is how the sound of a trunk's calls is protected.
type MediaEncryption string

// The kinds of it.
const (
	MediaPlain MediaEncryption = "none"
	MediaSDES  MediaEncryption = "sdes" // SRTP with keys from the SDP (RFC 4568), and nothing else
)

// TrunkSettings say how calls go out through a trunk. Fields that their JSON
// leaves out are as in DefaultTrunk.
type TrunkSettings struct {
	Remote   string `json:"remote,omitempty"`   // host:port that outbound calls go to; "" means none do
	Register bool   `json:"register,omitempty"` // sign in to Remote (RFC 3261, section 10)
	Username string `json:"username,omitempty"` // for signing in, and when a call is challenged
	// Password goes with Username. It is in the database as it is: the engine
	// needs it (RFC 3261, section 22).
	Password   Secret   `json:"password,omitempty"`
	FromDomain string   `json:"fromDomain,omitempty"` // domain in From of outbound calls; "" means our address
	Codecs     []string `json:"codecs,omitempty"`     // preferred first: alaw, ulaw, g722, opus; empty means alaw, ulaw
	// Position orders the trunks for failover, lower first, 0 to 1000.
	Position int `json:"position"`
	// International are patterns of the numbers that may call abroad (OUT-6):
	// E.164 with x for any digit, such as +82707666xxxx. Empty means none may.
	International []string      `json:"international"`
	CallerIDStyle CallerIDStyle `json:"callerIdStyle"`
	DTMF          DTMFMode      `json:"dtmf"`
	// Transport carries SIP to Remote and, with tls, from the carrier; MediaEncryption is
	// what becomes of the sound.
	Transport       TrunkTransport  `json:"transport"`
	MediaEncryption MediaEncryption `json:"mediaEncryption"`
	// FirstAnswerSeconds is how long the carrier may take to answer a call with
	// anything, 1 to 32; then it is the next trunk's turn.
	FirstAnswerSeconds int `json:"firstAnswerSeconds"`

	// The trunk's caps, as in Caps. MaxCalls counts outbound calls only.
	MaxCalls       int   `json:"maxCalls"`
	CallsPerSecond int   `json:"callsPerSecond"`
	MinutesPerDay  int64 `json:"minutesPerDay"`
	CostPerDay     int64 `json:"costPerDay"` // CU
}

// DefaultTrunk is what a trunk starts with: no calls go out, and only 070
// numbers whose middle part is 7666, 7174, 4769 or 4768 may call abroad.
func DefaultTrunk() TrunkSettings {
	return TrunkSettings{
		International: []string{"+82707666xxxx", "+82707174xxxx", "+82704769xxxx", "+82704768xxxx"},
		CallerIDStyle: CallerE164Style, DTMF: DTMFAuto, Transport: TransportUDP, MediaEncryption: MediaPlain, FirstAnswerSeconds: 6,
		MaxCalls: 30, CallsPerSecond: 10, MinutesPerDay: 15_000, CostPerDay: 1_500_000,
	}
}

// Caps are the trunk's caps.
func (s TrunkSettings) Caps() Caps {
	return Caps{CallsPerSecond: s.CallsPerSecond, Calls: s.MaxCalls, MinutesPerDay: s.MinutesPerDay, CostPerDay: s.CostPerDay}
}

// MayCallAbroad says whether a number (E.164) may place international calls.
func (s TrunkSettings) MayCallAbroad(number string) bool {
	return slices.ContainsFunc(s.International, func(pattern string) bool { return matchesNumber(pattern, number) })
}

func matchesNumber(pattern, number string) bool {
	if len(pattern) != len(number) {
		return false
	}
	for i := range len(pattern) {
		digit := number[i] >= '0' && number[i] <= '9'
		if pattern[i] == 'x' && !digit || pattern[i] != 'x' && pattern[i] != number[i] {
			return false
		}
	}
	return true
}

var numberPattern = regexp.MustCompile(`^\+[1-9][0-9x]{6,14}$`)

// Validate says what is wrong with the settings; it never tells the password.
// What the engine can be told, only engine.Trunk's own check knows.
func (s TrunkSettings) Validate() error {
	switch {
	case s.Register && (s.Remote == "" || s.Username == "" || s.Password == ""):
		return errors.New("register needs remote, username and password: give all three, or switch it off")
	case s.Password != "" && s.Username == "":
		return errors.New("password goes with a username: give both or none")
	}
	for _, p := range s.International {
		if !numberPattern.MatchString(p) {
			return fmt.Errorf("international has %q: give E.164 with x for any digit, such as +82707666xxxx", p)
		}
	}
	if s.CallerIDStyle != CallerE164Style && s.CallerIDStyle != CallerNationalStyle {
		return fmt.Errorf("callerIdStyle is %q: give e164 or national", s.CallerIDStyle)
	}
	if s.FirstAnswerSeconds < 1 || s.FirstAnswerSeconds > 32 {
		return fmt.Errorf("firstAnswerSeconds is %d: give 1 to 32", s.FirstAnswerSeconds)
	}
	if s.Position < 0 || s.Position > 1000 {
		return fmt.Errorf("position is %d: give 0 to 1000", s.Position)
	}
	if s.MaxCalls < 0 || s.MaxCalls > 10_000 {
		return fmt.Errorf("maxCalls is %d: give 0 to 10000", s.MaxCalls)
	}
	return s.Caps().Validate()
}

// ParseTrunk reads a trunk's settings over the defaults.
func ParseTrunk(text string) (TrunkSettings, error) {
	s := DefaultTrunk()
	if err := decodeOver(text, &s); err != nil {
		return s, err
	}
	return s, s.Validate()
}

// LogValue implements slog.LogValuer: JSON logs would write the password.
func (s TrunkSettings) LogValue() slog.Value { return slog.StringValue(s.Remote) }
