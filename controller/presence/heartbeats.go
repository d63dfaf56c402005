package presence

import (
	"context"
	"time"

	"ringdesk/models"
)

const (
	// writeInterval is how often heartbeats (one per page every 5 s) are written
	// down, all at once. With models.PhoneTimeout of 15 s it leaves room for a
	// heartbeat that comes late.
	writeInterval = 3 * time.Second
	// lookInterval is how often it is looked whose heartbeats stopped: the screens
	// show it this much later at most.
	lookInterval = time.Second
)

// Run writes heartbeats down and tells the screens whose stopped (IN-12) or came
// back, until ctx ends.
func (p *Presence) Run(ctx context.Context) error {
	defer p.end()
	tick := time.NewTicker(lookInterval)
	defer tick.Stop()
	var wrote time.Time
	fresh := map[string]bool{} // ready phones: heard from within models.PhoneTimeout
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
		if next, err := p.look(ctx, fresh); err == nil {
			fresh = next
		} else if ctx.Err() == nil {
			p.Log.Error("the agents' presence could not be read", "error", err)
		}
		// Written after looking: a phone whose heartbeat stands in the store has been seen here, so that its silence is noticed, too.
		if time.Since(wrote) >= writeInterval {
			wrote = time.Now()
			if err := p.Heard(ctx, p.takeHeard()); err != nil && ctx.Err() == nil {
				p.Log.Error("heartbeats could not be recorded", "error", err)
			}
		}
	}
}

// end ends the waiting for pages that may come back.
func (p *Presence) end() {
	p.mu.Lock()
	if !p.ended {
		p.ended = true
		close(p.ending)
	}
	p.mu.Unlock()
	p.waits.Wait()
}

// takeHeard gives the heartbeats since the last time.
func (p *Presence) takeHeard() map[string]time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	heard := p.heard
	p.heard = map[string]time.Time{}
	return heard
}

// Heard writes down when phones were last heard from.
func (p *Presence) Heard(ctx context.Context, phones map[string]time.Time) error {
	if len(phones) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	return p.Store.Tx(ctx, func(tx *models.Tx) error { return tx.HeardPhones(phones) })
}

// look finds the phones that went silent or came back since the last time, and
// tells their accounts' screens. Of phones that became ready or not the screens
// were told when the page said so.
func (p *Presence) look(ctx context.Context, before map[string]bool) (map[string]bool, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	phones, err := p.Store.ReadyPhones(ctx)
	if err != nil {
		return nil, err
	}
	oldest := p.Now().Add(-models.PhoneTimeout)
	after := make(map[string]bool, len(phones))
	for _, ph := range phones {
		after[ph.ID] = ph.SeenAt.After(oldest)
		if was, known := before[ph.ID]; !known || was == after[ph.ID] {
			continue
		}
		if err := p.Store.Tx(ctx, func(tx *models.Tx) error { return tx.TellAccount(ph.AccountID) }); err != nil {
			return nil, err
		}
		if after[ph.ID] {
			p.Changed(ctx, ph.AccountID)
		}
	}
	return after, nil
}
