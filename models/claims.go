package models

import (
	"context"
	"errors"
	"time"
)

// Claim binds an account to the one call that rings it or that it is in, in
// whichever workspace (IN-2), and perhaps to a second one that rings it
// meanwhile (IN-9).
type Claim struct {
	AccountID string `gorm:"primaryKey"`
	CallID    string
	InCall    bool
	OfferCall string // another call that rings the account while it is in CallID (IN-9); "" means none
	At        Time
}

// Claim binds a free account to a call and says whether it was free: of two
// claims exactly one succeeds, in whichever controller they are made.
func (t *Tx) Claim(account, call string, now time.Time) (bool, error) {
	n, err := exec(t.db, "INSERT INTO claims (account_id, call_id, in_call, at) VALUES (?, ?, FALSE, ?) ON CONFLICT DO NOTHING",
		account, call, At(now))
	if err != nil || n == 0 {
		return false, err
	}
	return true, t.accountChanged(account)
}

// ClaimSecond lets a call ring an account that is in another call, and says
// whether it may: nothing else must ring it (IN-9). An account that is not in
// a call is for Claim.
func (t *Tx) ClaimSecond(account, call string) (bool, error) {
	n, err := exec(t.db, `UPDATE claims SET offer_call = ? WHERE account_id = ? AND in_call AND call_id <> ? AND offer_call = ''`,
		call, account, call)
	if err != nil || n == 0 {
		return false, err
	}
	return true, t.accountChanged(account)
}

// Occupy makes call the one that the account is in, whether it rang or not,
// and gives the call that the account must leave for it, "" if there is none
// (IN-9). A third call that rings the account goes on doing so.
func (t *Tx) Occupy(account, call string) (left string, err error) {
	c, ok, err := t.ClaimOf(account)
	switch {
	case err != nil:
		return "", err
	case !ok:
		c = Claim{AccountID: account, At: At(time.Now())}
	case c.CallID != call:
		left = c.CallID
	}
	if c.OfferCall == call {
		c.OfferCall = ""
	}
	c.CallID, c.InCall = call, true
	_, err = exec(t.db, `INSERT INTO claims (account_id, call_id, in_call, offer_call, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (account_id)
		DO UPDATE SET call_id = excluded.call_id, in_call = excluded.in_call, offer_call = excluded.offer_call`, c.AccountID, c.CallID, c.InCall, c.OfferCall, c.At)
	if err != nil {
		return "", err
	}
	return left, t.accountChanged(account)
}

// Release ends what binds the account to a call. A claim of another call
// stays; one that only rang becomes the account's claim when the call that it
// was in is released.
func (t *Tx) Release(account, call string) error {
	// Each excludes the others; the first is the usual one.
	for _, do := range []string{
		"DELETE FROM claims WHERE account_id = ? AND call_id = ? AND offer_call = ''",
		"UPDATE claims SET offer_call = '' WHERE account_id = ? AND offer_call = ?",
		"UPDATE claims SET call_id = offer_call, in_call = FALSE, offer_call = '' WHERE account_id = ? AND call_id = ?",
	} {
		if n, err := exec(t.db, do, account, call); err != nil {
			return err
		} else if n > 0 {
			break
		}
	}
	return t.accountChanged(account)
}

// ReleaseStale ends the claims of calls that are not live. It is for the start
// of a controller after a crash.
func (t *Tx) ReleaseStale() error {
	const dead = " NOT IN (SELECT id FROM calls WHERE live)"
	for _, do := range []string{
		"UPDATE claims SET offer_call = '' WHERE offer_call <> '' AND offer_call" + dead,
		"DELETE FROM claims WHERE offer_call = '' AND call_id" + dead,
		"UPDATE claims SET call_id = offer_call, in_call = FALSE, offer_call = '' WHERE call_id" + dead,
	} {
		if err := t.db.Exec(do).Error; err != nil {
			return err
		}
	}
	return nil
}

// ClaimOf finds the account's claim, if it has one.
func (t *Tx) ClaimOf(account string) (Claim, bool, error) {
	c, err := find[Claim](t.db, "account_id = ?", account)
	if errors.Is(err, ErrNotFound) {
		return Claim{}, false, nil
	}
	return c, err == nil, err
}

// Claims lists all claims, in the order of their accounts.
func (s *Store) Claims(ctx context.Context) ([]Claim, error) {
	var cs []Claim
	return cs, s.read.WithContext(ctx).Order("account_id").Find(&cs).Error
}
