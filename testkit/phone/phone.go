// Package phone is a SIP telephone for tests and benches: it calls and is
// called over UDP or TLS (RFC 3261, by sipgo), says tones and keeps what it hears as
// RTP (PCMU, PCMA), and sends and receives keys (RFC 4733).
//
// It speaks to engines without a proxy between: no Record-Route, no
// authentication, no registration with others.
package phone

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// Rate is the sampling rate of all sound, in Hz.
const Rate = 8000

// Options of a phone.
type Options struct {
	// Listen is "ip:port" for SIP, UDP (TCP with TLS); port 0 takes a free one. RTP uses
	// free ports of the same address.
	Listen string
	// TLS makes it speak SIP over TLS instead: with these it is called, and calls.
	TLS *tls.Config
	// Secure makes it offer and take SRTP with keys from the SDP alone (RFC 4568).
	Secure bool
	// User is the user part of its Contact; empty means "phone".
	User string
	// Codecs it offers and accepts, preferred first; empty means PCMU, PCMA.
	Codecs []Codec
	// Mute opens RTP ports but neither sends nor listens on them, for benches
	// of signalling.
	Mute bool
	// Keep is how much received sound each call keeps at least; 0 means 10 min.
	Keep time.Duration
	// OnInvite is given each new call, in a goroutine of its own, before any
	// response; nil refuses calls with 480.
	OnInvite func(*Call)
	// OnRegister is given the contact of everybody who registers with this phone
	// as a carrier (RFC 3261, section 10), "" for who takes it back. Whoever asks
	// is accepted. Nil refuses with 405.
	OnRegister func(contact string)
}

// Phone is a telephone. Its methods may be called from many goroutines.
type Phone struct {
	opt    Options
	addr   netip.AddrPort
	from   netip.AddrPort // of its own requests; port 0 is any
	ua     *sipgo.UserAgent
	client *sipgo.Client
	conn   io.Closer // where it is called
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu     sync.Mutex
	calls  map[string]*Call // by dialogID
	closed bool
}

// New starts a phone, which stops when ctx ends or at Close.
func New(ctx context.Context, opt Options) (*Phone, error) {
	if opt.User == "" {
		opt.User = "phone"
	}
	if len(opt.Codecs) == 0 {
		opt.Codecs = []Codec{PCMU, PCMA}
	}
	if opt.Keep == 0 {
		opt.Keep = 10 * time.Minute
	}
	p := &Phone{opt: opt, calls: map[string]*Call{}}
	serve, err := p.listen()
	if err != nil {
		return nil, fmt.Errorf("phone: %w", err)
	}
	p.ctx, p.cancel = context.WithCancel(ctx)
	if err := p.serve(serve); err != nil {
		return nil, errors.Join(err, p.conn.Close())
	}
	return p, nil
}

// listen opens where the phone is called, and gives what serves calls there.
func (p *Phone) listen() (serve func(*sip.TransportLayer), err error) {
	if p.opt.TLS != nil {
		return p.listenTLS()
	}
	listen, err := net.ResolveUDPAddr("udp4", p.opt.Listen)
	if err != nil {
		return nil, err
	}
	conn, err := net.ListenUDP("udp4", listen)
	if err != nil {
		return nil, err
	}
	p.conn, p.addr = conn, conn.LocalAddr().(*net.UDPAddr).AddrPort()
	p.from = p.addr
	return func(layer *sip.TransportLayer) {
		listener := &listener{UDPConn: conn, read: make(chan struct{})}
		p.wg.Go(func() { _ = layer.ServeUDP(listener) }) // it ends when the socket closes
		<-listener.read
	}, nil
}

// serve takes the transaction layer itself, not sipgo.Server: the server keeps
// a goroutine for each request for 32 s, in case it is repeated.
func (p *Phone) serve(serve func(*sip.TransportLayer)) error {
	quiet := slog.New(slog.DiscardHandler)
	ua, err := sipgo.NewUA(
		sipgo.WithUserAgent("ringdesk-test-phone"), sipgo.WithUserAgenTLSConfig(p.opt.TLS),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(quiet),
			sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {})),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(quiet)),
	)
	if err != nil {
		return fmt.Errorf("phone: %w", err)
	}
	p.ua = ua
	p.client, err = sipgo.NewClient(ua, sipgo.WithClientLogger(quiet), sipgo.WithClientConnectionAddr(p.from.String()))
	if err != nil {
		return errors.Join(fmt.Errorf("phone: %w", err), ua.Close())
	}
	ua.TransactionLayer().OnRequest(p.handle)
	serve(ua.TransportLayer())
	context.AfterFunc(p.ctx, p.Close)
	return nil
}

// listener tells when sipgo first reads: only then does it know the socket and
// sends from it too.
type listener struct {
	*net.UDPConn
	once sync.Once
	read chan struct{}
}

func (l *listener) ReadFrom(b []byte) (int, net.Addr, error) {
	l.once.Do(func() { close(l.read) })
	return l.UDPConn.ReadFrom(b)
}

// Addr is the SIP address, "ip:port".
func (p *Phone) Addr() string { return p.addr.String() }

// URI is the phone's own SIP URI.
func (p *Phone) URI() string { return fmt.Sprintf("sip:%s@%s%s", p.opt.User, p.addr, p.transport()) }

// Close stops the phone without saying goodbye to its calls.
func (p *Phone) Close() {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return
	}
	p.closed = true
	calls := make([]*Call, 0, len(p.calls))
	for _, c := range p.calls {
		calls = append(calls, c)
	}
	p.mu.Unlock()
	p.cancel()
	for _, c := range calls {
		c.end(Ended{At: time.Now(), Method: "closed", Local: true})
	}
	p.ua.Close()
	p.conn.Close()
	p.wg.Wait()
	for _, c := range calls {
		c.media.wg.Wait()
	}
}

// Calls is the number of calls that have not ended.
func (p *Phone) Calls() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.calls)
}

// handle is called by sipgo in a goroutine for each new request.
func (p *Phone) handle(req *sip.Request, tx *sip.ServerTx) {
	if req.IsAck() {
		tx.Terminate() // the ACK of a 2xx is a transaction that nothing answers
		if c := p.find(req); c != nil {
			c.acked()
		}
		return
	}
	if req.Method == sip.INVITE && !tagged(req.To().Params) {
		p.incoming(req, tx)
		return
	}
	c := p.find(req)
	switch {
	case req.Method == sip.OPTIONS:
		respond(tx, req, 200, "OK")
	case req.Method == sip.REGISTER && p.opt.OnRegister != nil && req.Contact() != nil:
		p.register(req, tx)
	case c == nil:
		respond(tx, req, 481, "Call/Transaction Does Not Exist")
	case req.Method == sip.BYE:
		respond(tx, req, 200, "OK")
		c.end(Ended{At: time.Now(), Method: "BYE", Reasons: reasons(req)})
	case req.Method == sip.INVITE, req.Method == sip.UPDATE:
		c.reinvited(req, tx)
	case req.Method == sip.INFO:
		c.informed(req)
		respond(tx, req, 200, "OK")
	default:
		respond(tx, req, 405, "Method Not Allowed")
	}
}

func (p *Phone) register(req *sip.Request, tx sip.ServerTransaction) {
	res := sip.NewResponseFromRequest(req, 200, "OK", nil)
	contact := req.Contact().Address.String()
	expires := "0"
	if h := req.GetHeader("Expires"); h != nil {
		expires = h.Value()
	}
	if expires == "0" {
		contact = ""
	} else {
		res.AppendHeader(sip.NewHeader("Contact", "<"+contact+">;expires="+expires))
	}
	_ = tx.Respond(res)
	p.opt.OnRegister(contact)
}

func respond(tx sip.ServerTransaction, req *sip.Request, code int, reason string) {
	// What cannot be sent is sent again when the request is repeated.
	_ = tx.Respond(sip.NewResponseFromRequest(req, code, reason, nil))
}

func tagged(params sip.HeaderParams) bool {
	tag, ok := params.Get("tag")
	return ok && tag != ""
}

// dialogID names a dialog by our side of it: a phone that calls itself has two
// with one Call-ID.
func dialogID(callID, localTag string) string { return callID + " " + localTag }

func (p *Phone) find(req *sip.Request) *Call {
	tag, _ := req.To().Params.Get("tag")
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[dialogID(req.CallID().Value(), tag)]
}

func (p *Phone) add(c *Call) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return errors.New("phone: closed")
	}
	p.calls[c.id] = c
	return nil
}

func (p *Phone) remove(c *Call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.calls, c.id)
}
