package presence

import (
	"context"
	"errors"
	"sync"
	"time"

	"ringdesk/models"
)

// storeTime bounds the writing down of one thing.
const storeTime = 5 * time.Second

// goneGrace is how long a page may be out of sight whose connection broke: a
// proxy that restarts breaks it, too, and the page connects again at once.
const goneGrace = 3 * time.Second

// Browser is a page of an account while it is connected.
type Browser struct {
	p                *Presence
	session, account string
	elsewhere        func()

	phone string // the phone that it said is its own; guarded by Presence.mu

	mu   sync.Mutex
	told report // what it said last
}

// report is what a page says of its phone.
type report struct {
	phone string
	ready bool
}

// Connected makes a Browser for a page that has connected. elsewhere is called
// when its phone was opened in another page; it must not block.
func (p *Presence) Connected(session, account string, elsewhere func()) *Browser {
	return &Browser{p: p, session: session, account: account, elsewhere: elsewhere}
}

// Heartbeat notes that the page is alive, and with it its phone.
func (b *Browser) Heartbeat() {
	b.p.mu.Lock()
	defer b.p.mu.Unlock()
	if b.phone != "" && b.p.owners[b.phone] == b {
		b.p.heard[b.phone] = b.p.Now()
	}
}

// Says records what the page says of its phone: whether it is registered with
// the engine, and so ready for calls.
func (b *Browser) Says(ctx context.Context, phone string, ready bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	say := report{phone, ready}
	if say == b.told {
		b.Heartbeat()
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	err := b.p.setReady(ctx, b.account, phone, ready)
	if errors.Is(err, models.ErrNotFound) {
		b.elsewhere()
		return nil
	}
	if err != nil {
		return err
	}
	b.told = say
	b.own(phone)
	// Another page may have taken the phone before it was known as this one's.
	if _, err := b.p.Store.PhoneOf(ctx, b.session, phone); errors.Is(err, models.ErrNotFound) {
		b.p.disown(phone)
	}
	if ready {
		b.p.Changed(ctx, b.account)
	}
	return nil
}

func (p *Presence) setReady(ctx context.Context, account, phone string, ready bool) error {
	return p.Store.Tx(ctx, func(tx *models.Tx) error { return tx.SetPhoneReady(account, phone, ready, p.Now()) })
}

// own notes that a phone is in this page.
func (b *Browser) own(phone string) {
	b.p.mu.Lock()
	defer b.p.mu.Unlock()
	b.phone = phone
	b.p.owners[phone] = b
}

// disown tells the page with this phone that another one took it.
func (p *Presence) disown(phone string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b := p.owners[phone]; b != nil {
		b.phone = ""
		delete(p.owners, phone)
		delete(p.heard, phone)
		b.elsewhere()
	}
}

// Leaving is how a page has gone.
type Leaving int

const (
	// Broke means that the connection broke: the page may be back at once.
	Broke Leaving = iota
	// SaidGoodbye means that the page was closed, or is being loaded anew.
	SaidGoodbye
	// SentAway means that we ended the connection.
	SentAway
	// Stopping means that we are stopping: the page comes back to the next
	// process, which finds everything as it is.
	Stopping
)

// Left records that the page has gone, with the phone that was its own (IN-12).
// Calls are told at once if it said goodbye, and otherwise if it has not come
// back after goneGrace.
func (b *Browser) Left(ctx context.Context, how Leaving) {
	phone := b.forget()
	if phone == "" || how == Stopping {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	if err := b.p.setReady(ctx, b.account, phone, false); err != nil && !errors.Is(err, models.ErrNotFound) {
		b.p.Log.Error("a phone's leaving could not be recorded", "phone", phone, "error", err)
	}
	switch how {
	case SaidGoodbye:
		b.p.Calls.BrowserLost(b.account)
	case Broke:
		b.p.awaitReturn(b.account, phone)
	}
}

// forget gives the phone that was the page's own, if any.
func (b *Browser) forget() (phone string) {
	b.p.mu.Lock()
	defer b.p.mu.Unlock()
	if b.phone == "" || b.p.owners[b.phone] != b {
		return ""
	}
	delete(b.p.owners, b.phone)
	delete(b.p.heard, b.phone)
	return b.phone
}

// awaitReturn tells calls that a page is lost if its phone is in none after a
// moment. Once Run is ending, nothing is known.
func (p *Presence) awaitReturn(account, phone string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	p.waits.Go(func() {
		select {
		case <-time.After(goneGrace):
		case <-p.ending:
			return
		}
		if !p.owned(phone) {
			p.Calls.BrowserLost(account)
		}
	})
}

// owned says whether a phone is in a page that is connected.
func (p *Presence) owned(phone string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.owners[phone] != nil
}
