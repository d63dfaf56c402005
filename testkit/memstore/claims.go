package memstore

import (
	"context"
	"maps"
	"slices"
	"time"

	"ringdesk/models"
)

func (t *Tx) Claim(account, call string, now time.Time) (bool, error) {
	if _, taken := t.claims[account]; taken {
		return false, nil
	}
	put(t, t.claims, account, models.Claim{AccountID: account, CallID: call, At: models.At(now)})
	return true, nil
}

func (t *Tx) ClaimSecond(account, call string) (bool, error) {
	c, there := t.claims[account]
	if !there || !c.InCall || c.CallID == call || c.OfferCall != "" {
		return false, nil
	}
	c.OfferCall = call
	put(t, t.claims, account, c)
	return true, nil
}

func (t *Tx) Occupy(account, call string) (left string, err error) {
	c, there := t.claims[account]
	switch {
	case !there:
		c = models.Claim{AccountID: account, At: models.At(t.now())}
	case c.CallID != call:
		left = c.CallID
	}
	if c.OfferCall == call {
		c.OfferCall = ""
	}
	c.CallID, c.InCall = call, true
	put(t, t.claims, account, c)
	return left, nil
}

func (t *Tx) Release(account, call string) error {
	c, there := t.claims[account]
	switch {
	case !there:
	case c.CallID == call && c.OfferCall == "":
		remove(t, t.claims, account)
	case c.OfferCall == call:
		c.OfferCall = ""
		put(t, t.claims, account, c)
	case c.CallID == call:
		c.CallID, c.InCall, c.OfferCall = c.OfferCall, false, ""
		put(t, t.claims, account, c)
	}
	return nil
}

// StaleClaim finds a claim of a call that is not live.
func (s *Store) StaleClaim() (models.Claim, bool) {
	for _, c := range s.claims {
		if s.dead(c.CallID) || c.OfferCall != "" && s.dead(c.OfferCall) {
			return c, true
		}
	}
	return models.Claim{}, false
}

func (s *Store) dead(call string) bool { c := s.calls[call]; return c == nil || !c.Live }

func (t *Tx) ReleaseStale() error {
	for _, account := range slices.Sorted(maps.Keys(t.claims)) {
		c := t.claims[account]
		if c.OfferCall != "" && t.dead(c.OfferCall) {
			c.OfferCall = ""
			put(t, t.claims, account, c)
		}
		switch {
		case !t.dead(c.CallID):
		case c.OfferCall == "":
			remove(t, t.claims, account)
		default:
			c.CallID, c.InCall, c.OfferCall = c.OfferCall, false, ""
			put(t, t.claims, account, c)
		}
	}
	return nil
}

func (t *Tx) ClaimOf(account string) (models.Claim, bool, error) {
	c, there := t.claims[account]
	return c, there, nil
}

func (s *Store) Claims(context.Context) ([]models.Claim, error) {
	cs := make([]models.Claim, 0, len(s.claims))
	for _, account := range slices.Sorted(maps.Keys(s.claims)) {
		cs = append(cs, s.claims[account])
	}
	return cs, nil
}
