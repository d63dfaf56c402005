// Package stage tests the call core with everything real but the browsers: the
// controller with its Asterisk and its database, customers behind a carrier's
// trunk, and agents with plain SIP telephones (e2e/phone). Every party says a
// tone of its own, so that a test can tell who hears whom.
//
// A package of tests shares one Asterisk, one database and one controller,
// which runs in a process of its own and can be killed (Kill, Restart). Each
// test has a Stage: a workspace of its own with a number, trunks and agents.
// Stages do not disturb each other, so tests may run in parallel; those that
// kill the controller must not.
package stage

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/asterisk/local"
	"ringdesk/e2e/expect"
	"ringdesk/e2e/phone"
	"ringdesk/e2e/phone/tone"
	"ringdesk/e2e/ports"
	"ringdesk/models"
)

const (
	rtpPorts = 1000
	// startTime bounds the start of a controller; answerTime, its answers.
	startTime  = 30 * time.Second
	answerTime = 15 * time.Second
)

// house is what all stages of a package share.
type house struct {
	dir    string
	server *local.Server
	store  *models.Store
	wiring wiring
	log    *os.File // of the controllers

	mu  sync.Mutex
	now *process
}

var (
	opened bool
	theOne = sync.OnceValues(func() (*house, error) {
		opened = true
		return openHouse(0)
	})
)

// Main is what the package's TestMain calls. The controller's process starts
// here, too.
func Main(m *testing.M) {
	if text := os.Getenv(controllerEnv); text != "" {
		if err := runController(text); err != nil {
			fmt.Fprintln(os.Stderr, "controller:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	phone.Hurry()
	flag.Parse()
	// The tests wait for telephones, not for processors.
	if atOnce := flag.Lookup("test.parallel"); atOnce.Value.String() == strconv.Itoa(runtime.GOMAXPROCS(0)) {
		if err := atOnce.Value.Set("8"); err != nil {
			fmt.Fprintln(os.Stderr, "stage:", err)
			os.Exit(1)
		}
	}
	code := m.Run()
	if opened {
		h, err := theOne()
		if err == nil {
			err = h.close(code == 0)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "stage:", err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

// openHouse starts all that stages need. newCalls is the controller's setting of
// that name.
func openHouse(newCalls int) (*house, error) {
	dir, err := os.MkdirTemp("", "ringdesk-stage-")
	if err != nil {
		return nil, err
	}
	h := &house{dir: dir}
	if h.log, err = os.Create(filepath.Join(dir, "controller.log")); err != nil {
		return nil, err
	}
	music := tone.WAV{Rate: phone.Rate, PCM: tone.Make(phone.Rate, 30*time.Second, MusicHz)}
	if err := writeWAV(filepath.Join(dir, "music", "music.wav"), music); err != nil {
		return nil, err
	}
	sip, err := ports.Free()
	if err != nil {
		return nil, err
	}
	rtp, err := ports.Range(rtpPorts)
	if err != nil {
		return nil, err
	}
	root := os.Getenv("RINGDESK_ENGINE")
	if root == "" {
		root = filepath.Join("..", "..", ".engine", "asterisk")
	}
	h.server, err = local.Start(context.Background(), local.Options{Root: root, Data: dir, SIP: "127.0.0.1:" + strconv.Itoa(sip),
		RTPFrom: rtp, RTPTo: rtp + rtpPorts - 1})
	if err != nil {
		return nil, fmt.Errorf("these tests need the real Asterisk (its folder is RINGDESK_ENGINE, default .engine/asterisk): %w", err)
	}
	database := filepath.Join(dir, "ringdesk.db")
	if h.store, err = models.Open(database); err != nil {
		return nil, err
	}
	h.wiring = wiring{Database: database, URL: h.server.URL, Username: h.server.Username, Password: h.server.Password, App: h.server.App,
		Recordings: h.server.Recordings, Sounds: filepath.Join(dir, "sounds"), NewCalls: newCalls}
	return h, h.start()
}

func writeWAV(file string, wav tone.WAV) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return wav.WriteFile(file)
}

// close stops everything. The folder is kept when a test failed.
func (h *house) close(passed bool) error {
	var err error
	if p := h.process(); p != nil {
		err = p.stop()
	}
	err = errors.Join(err, h.store.Close(), h.server.Stop(), h.log.Close())
	if passed && err == nil {
		return os.RemoveAll(h.dir)
	}
	fmt.Fprintln(os.Stderr, "The folder with Asterisk's and the controller's logs is kept:", h.dir)
	return err
}

func (h *house) process() *process {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// start starts a controller and waits until it has the engine.
func (h *house) start() error {
	p, err := launch(h.wiring, h.log)
	if err != nil {
		return err
	}
	h.mu.Lock()
	h.now = p
	h.mu.Unlock()
	for deadline := time.Now().Add(startTime); ; time.Sleep(20 * time.Millisecond) {
		if err = p.ask("up", nil, nil); err == nil {
			return nil
		}
		if time.Now().After(deadline) || p.gone() {
			return fmt.Errorf("the controller does not get ready: %w (see %s)", err, h.log.Name())
		}
	}
}

// Kill ends the controller as a crash does. Calls go on in Asterisk. A test that
// fails before its Restart leaves a controller to the others all the same.
func (s *Stage) Kill() {
	s.t.Helper()
	s.t.Cleanup(func() {
		if s.house.process().gone() {
			s.Restart()
		}
	})
	if err := s.house.process().kill(); err != nil {
		s.t.Fatal(err)
	}
}

// Restart starts the controller after Kill and waits until it has the engine.
func (s *Stage) Restart() {
	s.t.Helper()
	if err := s.house.start(); err != nil {
		s.t.Fatal(err)
	}
}

// process is a running controller.
type process struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	ended chan struct{} // closed when it has ended
	err   error         // once ended is closed

	mu      sync.Mutex
	last    int
	waiting map[int]chan reply
}

var errGone = errors.New("the controller has ended")

func launch(w wiring, log io.Writer) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(w)
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.Command(self), ended: make(chan struct{}), waiting: map[int]chan reply{}}
	p.cmd.Env, p.cmd.Stderr = append(os.Environ(), controllerEnv+"="+string(text)), log
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go p.read(out)
	return p, nil
}

// read hands out the answers until the process ends.
func (p *process) read(out io.Reader) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r reply
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			continue // a line cut off by its end
		}
		p.mu.Lock()
		answer := p.waiting[r.ID]
		delete(p.waiting, r.ID)
		p.mu.Unlock()
		if answer != nil {
			answer <- r
		}
	}
	p.err = p.cmd.Wait()
	close(p.ended)
}

func (p *process) gone() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// ask sends a request and reads its result; refusals are *Failure.
func (p *process) ask(method string, params, result any) error {
	text, err := json.Marshal(params)
	if err != nil {
		return err
	}
	answer := make(chan reply, 1)
	p.mu.Lock()
	p.last++
	line, err := json.Marshal(request{ID: p.last, Method: method, Params: text})
	if err == nil {
		p.waiting[p.last] = answer
		_, err = p.in.Write(append(line, '\n'))
	}
	p.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case r := <-answer:
		switch {
		case r.Error != nil:
			return r.Error
		case result != nil:
			return json.Unmarshal(r.Result, result)
		}
		return nil
	case <-p.ended:
		return errGone
	case <-time.After(answerTime):
		return fmt.Errorf("the controller did not answer %q within %v", method, answerTime)
	}
}

func (p *process) kill() error {
	err := p.cmd.Process.Kill()
	<-p.ended
	return err
}

// stop lets it end by itself.
func (p *process) stop() error {
	if p.gone() {
		return fmt.Errorf("%w by itself: %w", errGone, p.err)
	}
	if err := p.in.Close(); err != nil {
		return err
	}
	select {
	case <-p.ended:
		return p.err
	case <-time.After(startTime):
		return errors.Join(fmt.Errorf("the controller did not end within %v", startTime), p.kill())
	}
}

// await waits until a condition holds.
func await(t testing.TB, what string, within time.Duration, holds func() (bool, string)) {
	t.Helper()
	expect.Soon(t, what, within, holds)
}
