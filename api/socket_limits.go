package api

import (
	"fmt"
	"time"

	"github.com/gofiber/contrib/websocket"

	"ringdesk/controller/reason"
)

// SocketLimits is how many WebSockets of one kind may be open at once (SEC-4).
type SocketLimits struct {
	Session int // of one session: a page that connects again has two for a moment
	Account int // of one account, in all its browsers
	Address int // of one network address; many agents may share one
	All     int
}

// The limits where Options has none. A page has one of each kind.
var (
	defaultSIP  = SocketLimits{Session: 4, Account: 8, Address: 1000, All: 3000}
	defaultLive = SocketLimits{Session: 16, Account: 32, Address: 2000, All: 10_000}
)

// orDefault fills in what is 0.
func (l SocketLimits) orDefault(d SocketLimits) SocketLimits {
	for _, f := range []struct {
		to *int
		d  int
	}{{&l.Session, d.Session}, {&l.Account, d.Account}, {&l.Address, d.Address}, {&l.All, d.All}} {
		if *f.to == 0 {
			*f.to = f.d
		}
	}
	return l
}

// owner is who has a socket, as the limits count.
type owner struct {
	sip                       bool
	session, account, address string
}

// share is one of the things whose sockets are counted.
type share struct {
	sip      bool
	what, of string
}

type limitedShare struct {
	share
	limit int
}

// shares are the owner's, with their limits.
func (ks *sockets) shares(o owner) []limitedShare {
	l := ks.live
	if o.sip {
		l = ks.sip
	}
	return []limitedShare{
		{share{o.sip, "session", o.session}, l.Session}, {share{o.sip, "account", o.account}, l.Account},
		{share{o.sip, "network address", o.address}, l.Address}, {share{o.sip, "ringdesk", ""}, l.All},
	}
}

// How many sockets of a kind an account may open one after the other, and how long
// until it may open one more. A page that cannot connect tries again after a second
// at the soonest; each try costs the engine a connection, or us a snapshot.
const (
	opensAtOnce = 100
	openEvery   = time.Second
)

// opens is what an account has left to open.
type opens struct {
	left int
	at   time.Time // since when nothing was added to left
}

// refilled adds what has come since.
func (n opens) refilled(now time.Time) opens {
	more := int(now.Sub(n.at) / openEvery)
	if more <= 0 {
		return n
	}
	if n.left += more; n.left >= opensAtOnce {
		return opens{opensAtOnce, now}
	}
	n.at = n.at.Add(time.Duration(more) * openEvery)
	return n
}

// mayOpen gives what an account has left to open now. The caller holds mu.
func (ks *sockets) mayOpen(s share) opens {
	n, known := ks.opened[s]
	if !known {
		return opens{opensAtOnce, ks.now()}
	}
	return n.refilled(ks.now())
}

// opening counts that an account opens one more. Those that have all they may have are
// forgotten once they are many. The caller holds mu.
func (ks *sockets) opening(o owner) {
	s := share{o.sip, "account", o.account}
	n := ks.mayOpen(s)
	n.left--
	if len(ks.opened) > mostOpened {
		for other := range ks.opened {
			if ks.mayOpen(other).left == opensAtOnce {
				delete(ks.opened, other)
			}
		}
	}
	ks.opened[s] = n
}

// mostOpened is how many accounts are remembered before the idle are forgotten.
const mostOpened = 4096

// full says of what there are too many sockets for one more of an owner's, or "".
// The caller holds mu.
func (ks *sockets) full(o owner) string {
	if ks.mayOpen(share{o.sip, "account", o.account}).left <= 0 {
		return "too many connections opened by this account in a short time"
	}
	for _, s := range ks.shares(o) {
		if ks.count[s.share] >= s.limit {
			return fmt.Sprintf("too many connections of this %s (%d at once)", s.what, s.limit)
		}
	}
	return ""
}

// change counts an owner's sockets. The caller holds mu.
func (ks *sockets) change(o owner, by int) {
	for _, s := range ks.shares(o) {
		if ks.count[s.share] += by; ks.count[s.share] == 0 {
			delete(ks.count, s.share)
		}
	}
}

// fullWait is when to try again where there were too many.
const fullWait = 10 * time.Second

// room refuses a WebSocket for which there is no room. Somebody may be faster: add
// looks again.
func (ks *sockets) room(o owner) error {
	ks.mu.Lock()
	defer ks.mu.Unlock()
	if full := ks.full(o); full != "" {
		return limited(fullWait, "There are "+full+": close other windows, or try again later.").because(reason.TooManyConnections)
	}
	return nil
}

func closeFull(full string) closing { return closing{websocket.CloseTryAgainLater, full} }
