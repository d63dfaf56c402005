package e2e

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/asterisk/local"
	"ringdesk/testkit/ports"
)

// The link to the engine is cut for 5 s in mid-call, and later stalls: the talk
// goes on, what happened meanwhile is noticed afterwards.
//
// It judges holes in sound, and so does not run beside tests that start browsers.
//
// Covers: SYS-3, HOLD-1, END-1, END-6.
func TestLinkCut_SYS_3_HOLD_1_END_6(t *testing.T) {
	in, wire := startThroughWire(t)
	linkCut(t, in, wire)
}

func linkCut(t *testing.T, in *Instance, wire *wire) {
	mina := in.Browser(t, in.Agents[0], MinaHz)
	in.awaitAvailable(t, mina)
	api := in.API(t)
	caller := in.call(t, "01033330001", CallerHz)
	id := mina.Answer()
	talking := later(AwaitHears(t, "the caller", caller, MinaHz), AwaitHears(t, "Mina", mina, CallerHz))

	before := in.state(t)
	cut := time.Now()
	wire.cut()
	in.awaitReadyz(t, http.StatusServiceUnavailable, time.Second)
	time.Sleep(time.Until(cut.Add(5 * time.Second))) // how long the link is away
	wire.restore()
	in.awaitReadyz(t, http.StatusOK, knownTime)
	if after := in.state(t); strings.Join(after.Channels, ",") != strings.Join(before.Channels, ",") {
		t.Errorf("the engine has %v, and had %v before the cut", after, before)
	}
	now := time.Now()
	noGap(t, caller, talking, now)
	unbroken(t, "the caller", caller, talking, now, MinaHz)
	unbroken(t, "Mina", mina, talking, now, CallerHz)
	mina.Click("Hold")
	held := mina.Clicked("Hold")
	AwaitHears(t, "the caller", caller, MusicHz)
	mina.Click("Release")
	released := later(AwaitHears(t, "the caller", caller, MinaHz), AwaitHears(t, "Mina", mina, CallerHz))

	stalled := time.Now()
	wire.stall()
	in.awaitReadyz(t, http.StatusServiceUnavailable, 10*time.Second)
	within(t, "from a stalled link to /readyz saying so", time.Since(stalled), 10*time.Second)
	unbroken(t, "the caller", caller, released, time.Now(), MinaHz)
	hungUp := time.Now()
	caller.Hangup()
	Await(t, "the engine has let the caller go", actionTime, func() (bool, string) {
		all := strings.Join(in.state(t).Channels, " ")
		return !strings.Contains(all, "PJSIP/trunk") && !strings.Contains(all, "sofia/trunks"), all
	})
	api.mustKnow(id) // nobody could tell the controller
	wire.restore()
	call := api.AwaitCall(id, "ended", actionTime)
	if call.EndedBy != "customer" || call.MissedReason != "" {
		t.Errorf("the call is %+v", call)
	}
	mina.WaitGone("call-box", id)
	in.awaitNothingLeft(t, actionTime)
	in.awaitReadyz(t, http.StatusOK, knownTime)
	rec := api.AwaitRecording(id, 10*time.Second)
	pcm := api.MP3(rec)
	api.recordedWhole(rec, pcm, talking, held, CallerHz, MinaHz)
	api.recordedWhole(rec, pcm, released, hungUp, CallerHz, MinaHz)
	if len(rec.Tracks) != 2 {
		t.Errorf("the recording has the tracks %+v", rec.Tracks)
	}
	api.mustJournal(id, "call.created", "agent.offered", "call.answered", "call.held", "call.released", "agent.left", "call.ended")
}

// startThroughWire runs an Asterisk by itself and the controller beside it,
// with a wire between them. The installation is made by `ringdesk run`, once.
func startThroughWire(t *testing.T) (*Instance, *wire) {
	t.Helper()
	in := Start(t, Options{})
	if err := in.Stop(); err != nil {
		t.Fatal(err)
	}
	engine := in.engine(t)
	target, err := url.Parse(engine.URL)
	if err != nil {
		t.Fatal(err)
	}
	w := newWire(t, target.Host)
	serve := &Instance{Demo: in.Demo, Data: in.Data, Bin: in.Bin, log: in.log, exited: make(chan struct{}),
		Env: append(in.Env, "RINGDESK_ARI_URL=http://"+w.address()+"/ari", "RINGDESK_ARI_USER="+engine.Username,
			"RINGDESK_ARI_PASSWORD="+engine.Password, "RINGDESK_SIP_SOCKET="+engine.SIPWebSocket, "RINGDESK_RECORDINGS="+engine.Recordings)}
	serve.begin(t, "serve")
	serve.awaitReadyz(t, http.StatusOK, startTime)
	return serve, w
}

// engine starts the Asterisk of the Instance's data folder.
func (in *Instance) engine(t *testing.T) *local.Server {
	t.Helper()
	first, err := ports.Range(rtpPorts)
	if err != nil {
		t.Fatal(err)
	}
	root := setting(in.Env, "RINGDESK_ENGINE")
	server, err := local.Start(t.Context(), local.Options{Root: root, Data: in.Data, SIP: in.SIP, RTPFrom: first, RTPTo: first + rtpPorts - 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// setting is a variable of an environment; the last one counts.
func setting(env []string, name string) string {
	value := ""
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			value = v
		}
	}
	return value
}

// begin runs a command of ringdesk in the background until the test ends, with
// its output in the Instance's log.
func (in *Instance) begin(t *testing.T, command string) {
	t.Helper()
	out, err := os.OpenFile(in.log, os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	in.cmd = exec.Command(in.Bin, command)
	in.cmd.Env, in.cmd.Stdout, in.cmd.Stderr = in.Env, out, out
	if err := in.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		in.exit = in.cmd.Wait()
		close(in.exited)
	}()
	t.Cleanup(func() {
		if err := in.Stop(); err != nil {
			t.Error(err)
		}
	})
}

// wire passes TCP connections on until it is told otherwise.
type wire struct {
	listener net.Listener
	target   string
	wg       sync.WaitGroup

	mu      sync.Mutex
	refuse  bool
	stalled chan struct{} // open while nothing passes; nil when all does
	conns   map[net.Conn]struct{}
}

func newWire(t *testing.T, target string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: l, target: target, conns: map[net.Conn]struct{}{}}
	w.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return // closed
			}
			w.wg.Go(func() { w.carry(c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		w.restore()
		w.reset()
		w.wg.Wait()
	})
	return w
}

func (w *wire) address() string { return w.listener.Addr().String() }

func (w *wire) carry(near net.Conn) {
	far, err := net.Dial("tcp", w.target)
	if err != nil {
		near.Close()
		return
	}
	both := []net.Conn{near, far}
	w.mu.Lock()
	refuse := w.refuse
	for _, c := range both {
		w.conns[c] = struct{}{}
	}
	w.mu.Unlock()
	if refuse {
		w.reset()
	}
	var ends sync.WaitGroup
	for i, from := range both {
		ends.Go(func() {
			// Either end's close or reset ends both directions.
			_, _ = io.Copy(end{w, both[1-i]}, from)
			near.Close()
			far.Close()
		})
	}
	ends.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range both {
		delete(w.conns, c)
	}
}

// end is one end of a connection, to which nothing passes while the wire
// stalls.
type end struct {
	w *wire
	net.Conn
}

func (e end) Write(b []byte) (int, error) {
	e.w.mu.Lock()
	stalled := e.w.stalled
	e.w.mu.Unlock()
	if stalled != nil {
		<-stalled
	}
	return e.Conn.Write(b)
}

// cut resets all connections and refuses new ones.
func (w *wire) cut() {
	w.mu.Lock()
	w.refuse = true
	w.mu.Unlock()
	w.reset()
}

func (w *wire) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.conns {
		_ = c.(*net.TCPConn).SetLinger(0) // a reset, not an orderly end
		c.Close()
	}
}

// stall leaves connections open and lets nothing pass, new ones neither.
func (w *wire) stall() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stalled = make(chan struct{})
}

func (w *wire) restore() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refuse = false
	if w.stalled != nil {
		close(w.stalled)
		w.stalled = nil
	}
}
