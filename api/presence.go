package api

import (
	"context"
	"errors"
	"time"

	"ringdesk/models"
)

const (
	// heardInterval is how often heartbeats (one per browser every 5 s) are
	// written down, all at once. With models.PhoneTimeout of 15 s it leaves
	// room for a heartbeat that comes late.
	heardInterval = 3 * time.Second
	// presenceInterval is how often it is looked whose heartbeats stopped: the
	// screens show it this much later at most.
	presenceInterval = time.Second
	presenceTimeout  = 5 * time.Second
)

// elsewhere tells a browser that its phone was opened in another one.
var elsewhere = []byte(`{"type":"phone","ready":false,"elsewhere":true}`)

// heartbeat notes that a browser is alive, and with it its phone.
func (h *hub) heartbeat(l *listener, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if l.phone != "" && h.phones[l.phone] == l {
		h.heard[l.phone] = now
	}
}

// takeHeard gives the heartbeats since the last time.
func (h *hub) takeHeard() map[string]time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	heard := h.heard
	h.heard = map[string]time.Time{}
	return heard
}

// own notes that a phone is in this browser.
func (h *hub) own(l *listener, phone string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l.phone = phone
	h.phones[phone] = l
}

// owned says whether a phone is in a browser that is connected.
func (h *hub) owned(phone string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.phones[phone] != nil
}

// phoneReplaced tells the browser with this phone that another one took it.
func (h *hub) phoneReplaced(phone string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if l := h.phones[phone]; l != nil {
		l.phone = ""
		delete(h.phones, phone)
		delete(h.heard, phone)
		l.notice(elsewhere)
	}
}

// phoneSays records what a browser says about its phone's registration.
func (l *listener) phoneSays(say said) {
	now := l.s.now()
	if say == l.told {
		l.s.hub.heartbeat(l, now)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), presenceTimeout)
	defer cancel()
	err := l.s.opts.Store.Tx(ctx, func(tx *models.Tx) error { return tx.SetPhoneReady(l.account, say.phone, say.ready, now) })
	if errors.Is(err, models.ErrNotFound) {
		l.notice(elsewhere)
		return
	}
	if err != nil {
		l.s.log.Error("a phone's state could not be recorded", "phone", say.phone, "error", err)
		l.socket.close(closeInternal) // the browser connects again and says it again
		return
	}
	l.told = say
	l.s.hub.own(l, say.phone)
	// Another browser may have taken it before it was known as this one's.
	if _, err := l.s.opts.Store.PhoneOf(ctx, l.socket.session, say.phone); errors.Is(err, models.ErrNotFound) {
		l.s.hub.phoneReplaced(say.phone)
	}
	if say.ready {
		l.s.agentsChanged(ctx, l.account)
	}
}

// phoneGone records that a browser has left with its phone.
func (s *Server) phoneGone(account, phone string) {
	if phone == "" || s.closing() { // we are stopping: the browsers come back to the next process
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), presenceTimeout)
	defer cancel()
	err := s.opts.Store.Tx(ctx, func(tx *models.Tx) error { return tx.SetPhoneReady(account, phone, false, s.now()) })
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		s.log.Error("a phone's leaving could not be recorded", "phone", phone, "error", err)
	}
}

// goneGrace is how long a page may be out of sight whose connection broke: a
// proxy that restarts breaks it, too, and the page connects again at once.
const goneGrace = 3 * time.Second

// closing says whether the server is stopping.
func (s *Server) closing() bool { return s.sockets.closing() }

// browserGone tells of a page that is gone (IN-12): at once if it said goodbye,
// otherwise if it has not come back after a moment. When we are stopping, nothing
// is known.
func (s *Server) browserGone(account, phone string, k *socket) {
	if k.left {
		s.opts.BrowserLost(account)
		return
	}
	if k.ended() != closeDone {
		return
	}
	s.work.Go(func() {
		select {
		case <-time.After(goneGrace):
		case <-s.stopping:
			return
		}
		if !s.hub.owned(phone) {
			s.opts.BrowserLost(account)
		}
	})
}

// watchPresence writes heartbeats down and tells the screens whose stopped
// (IN-12) or came back.
func (s *Server) watchPresence(ctx context.Context) {
	tick := time.NewTicker(presenceInterval)
	defer tick.Stop()
	var wrote time.Time
	fresh := map[string]bool{} // ready phones: heard from within models.PhoneTimeout
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if time.Since(wrote) >= heardInterval {
			wrote = time.Now()
			s.writeHeard(ctx)
		}
		if next, err := s.presence(ctx, fresh); err == nil {
			fresh = next
		} else if ctx.Err() == nil {
			s.log.Error("the agents' presence could not be read", "error", err)
		}
	}
}

func (s *Server) writeHeard(ctx context.Context) {
	heard := s.hub.takeHeard()
	if len(heard) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, presenceTimeout)
	defer cancel()
	if err := s.opts.Store.Tx(ctx, func(tx *models.Tx) error { return tx.HeardPhones(heard) }); err != nil && ctx.Err() == nil {
		s.log.Error("heartbeats could not be recorded", "error", err)
	}
}

// presence looks which phones went silent or came back since the last time,
// and tells their accounts' screens. Phones that became ready or not were told
// about when they said so.
func (s *Server) presence(ctx context.Context, before map[string]bool) (map[string]bool, error) {
	ctx, cancel := context.WithTimeout(ctx, presenceTimeout)
	defer cancel()
	phones, err := s.opts.Store.ReadyPhones(ctx)
	if err != nil {
		return nil, err
	}
	oldest := s.now().Add(-models.PhoneTimeout)
	after := make(map[string]bool, len(phones))
	for _, p := range phones {
		after[p.ID] = p.SeenAt.After(oldest)
		if was, known := before[p.ID]; !known || was == after[p.ID] {
			continue
		}
		if err := s.opts.Store.Tx(ctx, func(tx *models.Tx) error { return tx.TellAccount(p.AccountID) }); err != nil {
			return nil, err
		}
		if after[p.ID] {
			s.agentsChanged(ctx, p.AccountID)
		}
	}
	return after, nil
}
