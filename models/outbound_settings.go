package models

import (
	"fmt"
	"regexp"
	"time"
)

// Caps bound what may be called (OUT-9). All of them hold at once; 0 lets
// nothing through.
type Caps struct {
	CallsPerSecond int   `json:"callsPerSecond"` // begun within any second, at most 100
	Calls          int   `json:"calls"`          // at once, at most 10,000
	MinutesPerDay  int64 `json:"minutesPerDay"`  // talked, a day of the workspace's time zone, at most 10,000,000
	CostPerDay     int64 `json:"costPerDay"`     // in CU, at most 1,000,000,000
}

// Validate says what is wrong with the caps.
func (c Caps) Validate() error {
	for _, f := range []struct {
		name       string
		value, max int64
	}{
		{"callsPerSecond", int64(c.CallsPerSecond), 100},
		{"calls", int64(c.Calls), 10_000},
		{"minutesPerDay", c.MinutesPerDay, 10_000_000},
		{"costPerDay", c.CostPerDay, 1_000_000_000},
	} {
		if f.value < 0 || f.value > f.max {
			return fmt.Errorf("%s is %d: give 0 to %d", f.name, f.value, f.max)
		}
	}
	return nil
}

// OutboundSettings say what a workspace's agents may call. Fields that their
// JSON leaves out are as in DefaultOutbound; an empty list of countries allows none.
type OutboundSettings struct {
	// National lets agents call numbers of the workspace's own country.
	National bool `json:"national"`
	// Countries are those that may be called besides, as ISO 3166-1 alpha-2
	// (OUT-6). There must also be a rate (OUT-7). "001" are services of no
	// country, such as satellites.
	Countries []string `json:"countries"`
	// Premium lets agents call premium-rate, shared-cost, personal and satellite
	// numbers, and service numbers abroad, which otherwise are refused everywhere.
	Premium bool `json:"premium"`
	// Increment is what talk is charged by, in seconds, 1 to 60: 60 charges each
	// minute begun, 1 each second.
	Increment int `json:"increment"`
	// MaxSeconds is the longest an outbound call may last, 60 to 86,400.
	MaxSeconds int64 `json:"maxSeconds"`
	// Agent and Workspace are the caps of each agent and of all together. Those
	// of a trunk are in TrunkSettings.
	Agent     Caps `json:"agentCaps"`
	Workspace Caps `json:"workspaceCaps"`
}

// minOutbound is the shortest limit of a call: less is of no use to anybody.
const minOutbound = time.Minute

// DefaultOutbound is what a workspace starts with: the countries of the default
// rates, and caps for some thirty agents. An agent's cost of a day is twelve
// hours of talk at the usual rate; the workspace's covers thirty calls at the
// highest rate at once, of four hours each.
func DefaultOutbound() OutboundSettings {
	return OutboundSettings{
		National: true,
		Countries: []string{"JP", "NZ", "DK", "DE", "MY", "MX", "MT", "MN", "US", "VA", "BD", "BR", "SK", "SG", "IS", "IN", "ID",
			"CN", "CL", "CA", "HK"},
		Increment:  60,
		MaxSeconds: 4 * 60 * 60,
		Agent:      Caps{CallsPerSecond: 1, Calls: 2, MinutesPerDay: 600, CostPerDay: 60_000},
		Workspace:  Caps{CallsPerSecond: 5, Calls: 30, MinutesPerDay: 15_000, CostPerDay: 1_500_000},
	}
}

var countryPattern = regexp.MustCompile(`^([A-Z]{2}|001)$`)

// Validate says what is wrong with the settings.
func (s OutboundSettings) Validate() error {
	for _, c := range s.Countries {
		if !countryPattern.MatchString(c) {
			return fmt.Errorf("countries names %q: give two capital letters, such as JP", c)
		}
	}
	if s.Increment < 1 || s.Increment > 60 {
		return fmt.Errorf("increment is %d: give seconds, 1 to 60", s.Increment)
	}
	if s.MaxSeconds < int64(minOutbound/time.Second) || s.MaxSeconds > 86_400 {
		return fmt.Errorf("maxSeconds is %d: give 60 to 86400", s.MaxSeconds)
	}
	if err := s.Agent.Validate(); err != nil {
		return fmt.Errorf("agentCaps: %w", err)
	}
	if err := s.Workspace.Validate(); err != nil {
		return fmt.Errorf("workspaceCaps: %w", err)
	}
	return nil
}

// ParseOutbound reads a workspace's outbound settings over the defaults. A
// setting that does not exist is refused.
func ParseOutbound(text string) (OutboundSettings, error) {
	s := DefaultOutbound()
	if err := decodeOver(text, &s); err != nil {
		return s, err
	}
	return s, s.Validate()
}
