package models

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Rate is what a minute of a call costs (OUT-7).
type Rate struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string // "" is the table that all workspaces start from
	Prefix      string // beginning of an E.164 number, such as +81
	Country     string // of those that share the prefix, the one it holds for; "" means all
	Name        string
	RateMCU     int64 `gorm:"column:rate_mcu"` // thousandths of a CU for each minute
	ValidFrom   Time
	CreatedAt   Time
}

// maxRateMCU bounds a rate: 100,000 CU for each minute.
const maxRateMCU = 100_000_000

var prefixPattern = regexp.MustCompile(`^\+[1-9][0-9]{0,14}$`)

// Validate says what is wrong with the rate.
func (r Rate) Validate() error {
	switch {
	case !prefixPattern.MatchString(r.Prefix):
		return fmt.Errorf("prefix is %q: give + and the first digits of the numbers, such as +81", r.Prefix)
	case r.Country != "" && !countryPattern.MatchString(r.Country):
		return fmt.Errorf("country is %q: give two capital letters, such as JP, or nothing", r.Country)
	case r.RateMCU < 0 || r.RateMCU > maxRateMCU:
		return fmt.Errorf("the rate is %d thousandths of a CU: give 0 to %d", r.RateMCU, maxRateMCU)
	case r.ValidFrom.IsZero():
		return fmt.Errorf("the rate for %s has no date: give the moment from which it holds", r.Prefix)
	}
	return nil
}

// covers says whether the rate is about a number at a moment.
func (r Rate) covers(number, country string, at time.Time) bool {
	return strings.HasPrefix(number, r.Prefix) && (r.Country == "" || r.Country == country) && !r.ValidFrom.After(at)
}

// before says whether of two rates that cover a number this one decides: the
// longest prefix; then what is said of one country alone; then the workspace's
// own; then what holds since later.
func (r Rate) before(o Rate) bool {
	if len(r.Prefix) != len(o.Prefix) {
		return len(r.Prefix) > len(o.Prefix)
	}
	if (r.Country == "") != (o.Country == "") {
		return r.Country != ""
	}
	if (r.WorkspaceID == "") != (o.WorkspaceID == "") {
		return r.WorkspaceID != ""
	}
	return r.ValidFrom.After(o.ValidFrom.Time)
}

// RateOf finds the rate of a number (E.164) of a country at a moment.
func RateOf(rates []Rate, number, country string, at time.Time) (Rate, bool) {
	var best Rate
	found := false
	for _, r := range rates {
		if r.covers(number, country, at) && (!found || r.before(best)) {
			best, found = r, true
		}
	}
	return best, found
}

// Charge is the cost, in thousandths of a CU, of a talk at a rate for each
// minute. The talk counts as whole increments (seconds, at least 1), each one
// that has begun; parts of a thousandth are rounded up.
func Charge(rateMCU int64, talk time.Duration, increment int) int64 {
	if talk <= 0 || rateMCU <= 0 {
		return 0
	}
	step := time.Duration(max(increment, 1)) * time.Second
	steps := (int64(talk) + int64(step) - 1) / int64(step)
	seconds := steps * int64(step/time.Second)
	return (rateMCU*seconds + 59) / 60
}

// Affordable is the longest talk, in whole increments, whose Charge is at most
// left.
func Affordable(rateMCU, left int64, increment int) time.Duration {
	if left <= 0 || rateMCU <= 0 {
		return 0
	}
	step := int64(max(increment, 1))
	// A day is more than any call may last, and keeps the product small.
	seconds := min(left, maxRateMCU*24*60) * 60 / rateMCU
	return time.Duration(min(seconds, 86_400)/step*step) * time.Second
}

// AddRate adds to a workspace's table. A rate is changed by adding another for
// the same prefix that holds from a later moment; two from the same moment give
// ErrConflict.
func (t *Tx) AddRate(r Rate) error {
	if err := r.Validate(); err != nil {
		return err
	}
	return create(t.db, &r)
}

// DeleteRate removes a rate of the workspace's own table.
func (t *Tx) DeleteRate(workspace, id string) error {
	if workspace == "" {
		return ErrNotFound
	}
	res := t.db.Where("workspace_id = ? AND id = ?", workspace, id).Delete(&Rate{})
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrNotFound
	}
	return res.Error
}

// Rates lists what calls cost in a workspace: its own rates and those that all
// workspaces start from, past and future, by prefix and date.
func (s *Store) Rates(ctx context.Context, workspace string) ([]Rate, error) {
	return ratesOf(s.read.WithContext(ctx), workspace)
}

func ratesOf(db *gorm.DB, workspace string) ([]Rate, error) {
	var rs []Rate
	return rs, db.Where("workspace_id IN ?", []string{"", workspace}).Order("prefix, country, valid_from, id").Find(&rs).Error
}

// OwnRate finds a rate of a workspace's own table inside the transaction.
func (t *Tx) OwnRate(workspace, id string) (Rate, error) {
	if workspace == "" {
		return Rate{}, ErrNotFound
	}
	return one[Rate](t.db, "workspace_id = ? AND id = ?", workspace, id)
}
