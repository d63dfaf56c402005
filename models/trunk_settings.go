package models

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
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

// TrunkSettings say how calls go out through a trunk. What their JSON leaves
// out is as in DefaultTrunk.
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
		CallerIDStyle: CallerE164Style,
		MaxCalls:      30, CallsPerSecond: 10, MinutesPerDay: 15_000, CostPerDay: 1_500_000,
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

var (
	numberPattern = regexp.MustCompile(`^\+[1-9][0-9x]{6,14}$`)
	hostPattern   = regexp.MustCompile(`^[A-Za-z0-9.:-]{1,255}$`)
	// userPattern is the user of a SIP URI without what needs escaping (RFC 3261,
	// section 25.1), and an optional domain.
	userPattern = regexp.MustCompile(`^[A-Za-z0-9._+~-]{1,64}(@[A-Za-z0-9.-]{1,128})?$`)
	// secretPattern is printable ASCII.
	secretPattern = regexp.MustCompile(`^[ -~]{1,128}$`)
	// trunkCodecs are what an engine can be told for a trunk.
	trunkCodecs = []string{"alaw", "ulaw", "g722", "opus"}
)

// Validate says what is wrong with the settings; it never tells the password.
func (s TrunkSettings) Validate() error {
	if err := s.validateAccount(); err != nil {
		return err
	}
	if s.FromDomain != "" && !hostPattern.MatchString(s.FromDomain) {
		return fmt.Errorf("fromDomain is %q: give a domain, such as sip.example.com", s.FromDomain)
	}
	for i, c := range s.Codecs {
		if !slices.Contains(trunkCodecs, c) || slices.Contains(s.Codecs[:i], c) {
			return fmt.Errorf("codecs names %q: give each of %s at most once", c, strings.Join(trunkCodecs, ", "))
		}
	}
	for _, p := range s.International {
		if !numberPattern.MatchString(p) {
			return fmt.Errorf("international has %q: give E.164 with x for any digit, such as +82707666xxxx", p)
		}
	}
	if s.CallerIDStyle != CallerE164Style && s.CallerIDStyle != CallerNationalStyle {
		return fmt.Errorf("callerIdStyle is %q: give e164 or national", s.CallerIDStyle)
	}
	if s.Position < 0 || s.Position > 1000 {
		return fmt.Errorf("position is %d: give 0 to 1000", s.Position)
	}
	if s.MaxCalls < 0 || s.MaxCalls > 10_000 {
		return fmt.Errorf("maxCalls is %d: give 0 to 10000", s.MaxCalls)
	}
	return s.Caps().Validate()
}

// validateAccount checks where calls go and as whom.
func (s TrunkSettings) validateAccount() error {
	if s.Remote != "" {
		host, port, err := net.SplitHostPort(s.Remote)
		n, perr := strconv.Atoi(port)
		if err != nil || perr != nil || n < 1 || n > 65535 || !hostPattern.MatchString(host) {
			return fmt.Errorf("remote is %q: give host:port, such as sip.example.com:5060", s.Remote)
		}
	}
	switch {
	case s.Register && (s.Remote == "" || s.Username == "" || s.Password == ""):
		return errors.New("register needs remote, username and password: give all three, or switch it off")
	case s.Username != "" && !userPattern.MatchString(s.Username):
		return fmt.Errorf("username is %q: give letters, digits and . _ + ~ -, at most 64", s.Username)
	case s.Password != "" && s.Username == "":
		return errors.New("password goes with a username: give both or none")
	case s.Password != "" && !secretPattern.MatchString(string(s.Password)):
		return errors.New("password has characters that cannot be sent: use ASCII, at most 128")
	}
	return nil
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

// LogValue implements slog.LogValuer, for the same reason.
func (t Trunk) LogValue() slog.Value { return slog.StringValue(t.ID) }

// Settings gives how calls go out through the trunk.
func (t Trunk) Settings() (TrunkSettings, error) { return ParseTrunk(string(t.Stored)) }

// SetSettings changes how calls go out through the trunk.
func (t *Trunk) SetSettings(s TrunkSettings) error {
	if err := s.Validate(); err != nil {
		return err
	}
	t.Stored = Secret(encode(s))
	return nil
}

// SetHosts changes the addresses that the trunk's calls come from.
func (t *Trunk) SetHosts(hosts []string) { t.Hosts = encode(hosts) }
