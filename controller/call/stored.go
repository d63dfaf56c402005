package call

import (
	"encoding/json"
	"fmt"
	"time"

	"ringdesk/dialplan"
)

// upgrades bring a stored state from one schema to the next, by the schema that
// they begin with. One is added whenever a field gets another name or meaning;
// a new field that may be empty needs none. Schema 0 is that of states without
// one.
var upgrades = []func(data []byte, c *Call) error{renamed}

// stored is a call's state as it is kept.
type stored struct {
	Schema int `json:"schema"`
	*Call
}

// NewerError says that a state was written by a newer ringdesk.
type NewerError struct{ Schema int }

func (e *NewerError) Error() string {
	return fmt.Sprintf("the call's state has schema %d, this ringdesk knows up to %d: a newer one has written it, so start that one", e.Schema, len(upgrades))
}

// Encode gives a call's state as it is stored.
func (c *Call) Encode() (string, error) {
	data, err := json.Marshal(stored{Schema: len(upgrades), Call: c})
	return string(data), err
}

// Decode reads a call's stored state, that of an older ringdesk too. A newer
// one's gives a *NewerError.
func Decode(data string) (Call, error) {
	var c Call
	s := stored{Call: &c}
	err := json.Unmarshal([]byte(data), &s)
	if s.Schema < 0 || s.Schema > len(upgrades) {
		return Call{}, &NewerError{Schema: s.Schema}
	}
	if err != nil {
		return Call{}, err
	}
	for _, upgrade := range upgrades[s.Schema:] {
		if err := upgrade([]byte(data), &c); err != nil {
			return Call{}, err
		}
	}
	return c, nil
}

// renamed reads the fields that had other names in schema 0.
func renamed(data []byte, c *Call) error {
	var old struct {
		MaskedSince time.Time `json:"maskedSince"`
		Masks       bool      `json:"masks"`
		Plan        struct {
			Levels []dialplan.Level `json:"levels"`
		} `json:"plan"`
		Agents []struct {
			Redial bool `json:"redial"`
		} `json:"agents"`
	}
	if err := json.Unmarshal(data, &old); err != nil {
		return err
	}
	c.PausedSince, c.PausedBefore, c.Plan.Overflow = old.MaskedSince, old.Masks, old.Plan.Levels
	for i := range c.Agents {
		c.Agents[i].AutoAnswer = old.Agents[i].Redial
	}
	return nil
}
