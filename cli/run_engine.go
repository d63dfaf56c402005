package cli

import (
	"context"
	"path/filepath"
	"sync"
	"time"

	"ringdesk/controller/asterisk/local"
)

// enginePauses are the pauses before Asterisk is started again: none after a
// long life, longer ones while it dies at once each time.
var enginePauses = []time.Duration{0, time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second}

// longLife is how long an Asterisk must have run for its death to count as the
// first.
const longLife = time.Minute

// engineKeeper keeps an Asterisk of our own running. The controller and the
// desk stay up while it is started again.
type engineKeeper struct {
	start func(context.Context) (*local.Server, error)
	data  string
	media string        // address that carriers' sound is taken at; "" means every one
	moved chan struct{} // it has another address than before; room for one

	mu     sync.Mutex
	server *local.Server
}

// keep starts Asterisk again whenever it has died, until ctx ends.
func (k *engineKeeper) keep(ctx context.Context) {
	begun, deaths := time.Now(), 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-k.current().Done():
		}
		if time.Since(begun) > longLife {
			deaths = 0
		}
		say("Asterisk has died, and its calls with it: it is started again. Why it died stands in %s.", filepath.Join(k.data, "asterisk", "log"))
		if !k.again(ctx, &deaths) {
			return
		}
		begun = time.Now()
	}
}

// again starts Asterisk until it runs; false means that ctx ended before.
func (k *engineKeeper) again(ctx context.Context, deaths *int) bool {
	for {
		pause := enginePauses[min(*deaths, len(enginePauses)-1)]
		*deaths++
		select {
		case <-ctx.Done():
			return false
		case <-time.After(pause):
		}
		server, err := k.start(ctx)
		switch {
		case ctx.Err() != nil:
			if server != nil {
				k.set(server) // so that stop finds it
			}
			return false
		case err != nil:
			say("Asterisk cannot be started: %v. It is tried again.", err)
		default:
			k.set(server)
			say("Asterisk is running again.")
			return true
		}
	}
}

func (k *engineKeeper) current() *local.Server {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.server
}

func (k *engineKeeper) set(server *local.Server) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if server.URL != k.server.URL { // its port was taken meanwhile
		select {
		case k.moved <- struct{}{}:
		default:
		}
	}
	k.server = server
}

// env is how the controller reaches it.
func (k *engineKeeper) env() []string {
	s := k.current()
	return []string{"RINGDESK_ARI_URL=" + s.URL, "RINGDESK_ARI_USER=" + s.Username, "RINGDESK_ARI_PASSWORD=" + s.Password,
		"RINGDESK_SIP_SOCKET=" + s.SIPWebSocket, "RINGDESK_RECORDINGS=" + s.Recordings, "RINGDESK_MEDIA=" + k.media}
}
