// Package local runs an Asterisk of our own beside the controller. It makes
// the configuration, starts Asterisk in a session of its own, and finds it
// again after the controller was killed, so that calls survive.
package local

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	conf "ringdesk/configs/asterisk"
)

// App is the name of the Stasis application that calls go to.
const App = "ringdesk"

// Options says where Asterisk is and what it shall use.
type Options struct {
	Root           string   // unpacked root file system; empty means the machine's own Asterisk
	Data           string   // folder that everything is kept below
	SIP            string   // host:port for SIP over UDP and TCP
	TLS            conf.TLS // SIP over TLS; the zero one leaves it out
	RTPFrom, RTPTo int      // UDP ports for RTP, both included; default 20000-24999
	Music          string   // folder of hold music; default <Data>/music if it holds sound files, else Asterisk's own
	InboundCalls   int      // see configs/asterisk Settings.InboundCalls
	Outbound       []string // prefixes that may be called, and
	Short          []string // short numbers that may be; see configs/asterisk Settings
	Unguarded      bool     // start it without the guard, see guard.go
}

// Server is a running Asterisk.
type Server struct {
	URL          string // ARI, such as http://127.0.0.1:20123/ari
	Username     string
	Password     string
	App          string
	SIPWebSocket string // ws://host:port/ws
	SIP          string // host:port
	Recordings   string // folder that recordings are written below
	// Adopted says that it ran already and was taken over with its calls.
	Adopted bool
	// Outdated says that an adopted Asterisk runs with other settings than were
	// asked for, since it has calls. They take effect at the next start.
	Outdated bool

	pid  int
	quit chan struct{} // closed by Stop, ends the watching
	once sync.Once
	done chan struct{}
}

// startLimit is the longest that Asterisk may take until ARI answers; it takes
// one second unless the machine is very busy.
const startLimit = 20 * time.Second

// Start starts Asterisk, or adopts the one that runs already for this data
// folder, and returns when ARI answers.
func Start(ctx context.Context, opt Options) (*Server, error) {
	opt, err := opt.complete()
	if err != nil {
		return nil, fmt.Errorf("asterisk: %w", err)
	}
	in, err := find(opt.Root)
	if err != nil {
		return nil, fmt.Errorf("asterisk: %w", err)
	}
	if err := in.guardWith(opt); err != nil {
		return nil, fmt.Errorf("asterisk: %w", err)
	}
	l := layout{filepath.Join(opt.Data, "asterisk")}
	if err := l.prepare(in); err != nil {
		return nil, fmt.Errorf("asterisk: %w", err)
	}
	st, err := loadState(l.state())
	if err != nil {
		return nil, fmt.Errorf("asterisk: %w", err)
	}
	if st.Password == "" {
		st.Password = rand.Text()
	}
	if s, err := adopt(ctx, l, opt, in, st); s != nil || err != nil {
		return s, err
	}
	s, err := launch(ctx, l, opt, in, st)
	if err != nil {
		return nil, fmt.Errorf("asterisk: %w", err)
	}
	return s, nil
}

func find(root string) (installation, error) {
	if root == "" {
		return inSystem()
	}
	return inRoot(root)
}

func (o Options) complete() (Options, error) {
	if o.Data == "" {
		return o, errors.New("no data folder given (RINGDESK_DATA)")
	}
	abs, err := filepath.Abs(o.Data)
	if err != nil {
		return o, err
	}
	o.Data = abs
	if o.Music != "" {
		if o.Music, err = filepath.Abs(o.Music); err != nil {
			return o, err
		}
	}
	if o.RTPFrom == 0 && o.RTPTo == 0 {
		o.RTPFrom, o.RTPTo = 20000, 24999
	}
	if _, _, err := net.SplitHostPort(o.SIP); err != nil {
		return o, fmt.Errorf("SIP address %q must be host:port (RINGDESK_SIP)", o.SIP)
	}
	return o, nil
}

// launch starts a new Asterisk. ARI's port is the one of the last time if that
// is free, so that addresses stay as they were.
func launch(ctx context.Context, l layout, opt Options, in installation, st state) (*Server, error) {
	if err := sipFree("udp", opt.SIP, "RINGDESK_SIP"); err != nil {
		return nil, err
	}
	if err := sipFree("tcp", opt.SIP, "RINGDESK_SIP"); err != nil {
		return nil, err
	}
	if opt.TLS.Address != "" {
		if err := sipFree("tcp", opt.TLS.Address, "RINGDESK_SIP_TLS"); err != nil {
			return nil, err
		}
	}
	if st.HTTP == "" || portFree("tcp", st.HTTP) != nil {
		var err error
		if st.HTTP, err = freeHTTP(); err != nil {
			return nil, err
		}
	}
	settings := l.settings(opt, in, st)
	var err error
	if st.Fingerprint, err = l.fingerprint(opt, in, st); err != nil {
		return nil, err
	}
	st.SIP = opt.SIP
	if err := conf.Render(l.config(), settings); err != nil {
		return nil, unwritable(l.dir, err)
	}
	if err := st.save(l.state()); err != nil {
		return nil, unwritable(l.dir, err)
	}
	s := newServer(l, st)
	if err := s.spawn(in, l); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if err := s.waitReady(ctx); err != nil {
		if stopErr := s.Stop(); stopErr != nil {
			err = errors.Join(err, stopErr)
		}
		return nil, fmt.Errorf("%w; see %s", err, l.logs())
	}
	if err := s.checkGuard(ctx, opt); err != nil {
		return nil, fmt.Errorf("%w; see %s", errors.Join(err, s.Stop()), l.logs())
	}
	return s, nil
}

func newServer(l layout, st state) *Server {
	return &Server{
		URL: "http://" + st.HTTP + "/ari", Username: "ringdesk", Password: st.Password, App: App,
		SIPWebSocket: "ws://" + st.HTTP + "/ws", SIP: st.SIP, Recordings: l.recordings(),
		quit: make(chan struct{}), done: make(chan struct{}),
	}
}

// portFree says whether an address can be listened on. Asterisk itself would
// only log it.
func portFree(network, address string) error {
	var err error
	switch network {
	case "udp":
		var c net.PacketConn
		if c, err = net.ListenPacket("udp", address); err == nil {
			return c.Close()
		}
	default:
		var c net.Listener
		if c, err = net.Listen("tcp", address); err == nil {
			return c.Close()
		}
	}
	return err
}

// sipFree is portFree for an address of SIP, in the operator's words: setting names it.
func sipFree(network, address, setting string) error {
	err := portFree(network, address)
	if err == nil {
		return nil
	}
	cause := err
	var se *os.SyscallError
	if errors.As(err, &se) {
		cause = se.Err
	}
	return fmt.Errorf("SIP address %s (%s) cannot be used: %w; end the other program or choose another address (%s)", address, network, cause, setting)
}

// freeHTTP chooses a free loopback port below the range that outgoing
// connections take theirs from (32768 on Linux), so that it stays free until
// Asterisk listens on it.
func freeHTTP() (string, error) {
	for range 200 {
		n, err := randomPort()
		if err != nil {
			return "", err
		}
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(n))
		if portFree("tcp", address) == nil {
			return address, nil
		}
	}
	return "", errors.New("found no free port on 127.0.0.1 for ARI")
}
