package asterisk

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/lease"
)

// leaseRequests is how many limits are set at the same time.
const leaseRequests = 8

// timeLimit is the limit of a leg from outside, and whether it shall have none.
func (l *leg) timeLimit() (*lease.Limit, bool) {
	if !l.inbound {
		return nil, false
	}
	return &l.limit, l.joining || l.leaving || l.room != ""
}

// setLimit gives a leg the limit anew, or takes it off.
func (a *Adapter) setLimit(ctx context.Context, id engine.LegID, off bool) error {
	seconds := "0"
	if !off {
		seconds = strconv.FormatFloat(a.opt.Lease.Seconds(), 'f', 3, 64)
	}
	return a.setVariable(ctx, string(id), "TIMEOUT(absolute)", seconds)
}

// lengthen sees to it that a leg from outside outlasts the sounds that it is about to
// hear: Asterisk does what is asked of a channel in sequence, and would renew its limit
// only after them.
func (a *Adapter) lengthen(ctx context.Context, id engine.LegID, sounds []string) error {
	long := a.length(sounds)
	if long < a.opt.Lease/3 { // what is left of the limit is more than that
		return nil
	}
	limited := false
	a.with(id, func(l *leg) {
		if _, off := l.timeLimit(); l.inbound && !off {
			limited = true
			a.leases.Rest(&l.limit, long)
		}
	})
	if !limited {
		return nil
	}
	return a.setVariable(ctx, string(id), "TIMEOUT(absolute)", strconv.FormatFloat((a.opt.Lease+long).Seconds(), 'f', 3, 64))
}

// length is how long sounds last, or more, by their files' sizes; of Asterisk's own,
// which are short, nobody knows.
func (a *Adapter) length(sounds []string) (long time.Duration) {
	for _, sound := range sounds {
		if !strings.Contains(sound, "/") {
			continue
		}
		if info, err := os.Stat(filepath.Join(a.opt.SoundsDir, filepath.FromSlash(sound)+".wav")); err == nil {
			long += time.Duration(info.Size()) * time.Second / bytesPerSecond
		}
	}
	return long
}

// bytesPerSecond is that of the sounds' files: 8000 samples of 16 bits.
const bytesPerSecond = 16000
