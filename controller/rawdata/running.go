package rawdata

import (
	"fmt"
	"sync"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
)

// How many exports run at a time (SEC-4): each reads the database for as long as it
// lasts.
const (
	MostOfWorkspace = 2
	MostOfAll       = 4
)

// running counts the exports that run.
type running struct {
	mu  sync.Mutex
	all int
	of  map[string]int // workspace
}

// begin counts one until done is called, which may be more than once.
func (r *running) begin(workspace string) (done func(), err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if most, reached := r.reached(workspace); reached {
		return nil, verb.Refuse(verb.Busy, "", "%d exports are running already: wait until one has ended, or cancel it, and try again.", most).
			Because(reason.ExportsRunning, "max", fmt.Sprint(most))
	}
	if r.of == nil {
		r.of = map[string]int{}
	}
	r.all++
	r.of[workspace]++
	return sync.OnceFunc(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.all--
		if r.of[workspace]--; r.of[workspace] == 0 {
			delete(r.of, workspace)
		}
	}), nil
}

// reached is the limit that is reached, if one is.
func (r *running) reached(workspace string) (most int, is bool) {
	switch {
	case r.of[workspace] >= MostOfWorkspace:
		return MostOfWorkspace, true
	case r.all >= MostOfAll:
		return MostOfAll, true
	}
	return 0, false
}
