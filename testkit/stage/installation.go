// Package stage sets up the product for tests of calls, with everything real but
// the browsers: the controller with its Asterisk and its database, customers
// behind a carrier's trunk, and agents with plain SIP telephones (testkit/phone).
// Every party says a tone of its own, so that a test can tell who hears whom.
//
// The words are the same wherever a test sets something up:
//
//   - A Scene says who and what is there: agents, trunks, settings.
//   - A Stage is a workspace made from it, with its people, for one test.
//   - A Party is somebody with a telephone: a Customer or an Agent. Callers are
//     customers who are many and nameless.
//   - The installation is what stages share: one engine, one database and one
//     controller, which runs in a process of its own and can be killed (Kill,
//     Restart).
//
// Stages do not disturb each other, so tests may run in parallel; those that
// kill the controller must not.
package stage

import (
	"bufio"
	"bytes"
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

	"ringdesk/configs"
	"ringdesk/models"
	"ringdesk/testkit/expect"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/tone"
)

const (
	rtpPorts = 1000
	// startTime bounds the start of a controller; answerTime, its answers.
	startTime  = 30 * time.Second
	answerTime = 15 * time.Second
)

// installation is what all stages of a package of tests share.
type installation struct {
	dir    string
	server *server // its engine
	store  *models.Store
	env    []string // the controller's settings
	log    *os.File // of the controllers

	stopBeats context.CancelFunc

	mu  sync.Mutex
	now *process

	saying sync.Mutex      // held while pages say something: they say it in order
	pages  map[string]page // that are open, by session
}

var (
	opened bool
	shared = sync.OnceValues(func() (*installation, error) {
		opened = true
		return openInstallation(startAsterisk, 0, configs.SQLite)
	})
)

// Main is what the package's TestMain calls. The controller's process starts
// here, too.
func Main(m *testing.M) {
	if os.Getenv(controllerEnv) != "" {
		if err := runController(); err != nil {
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
		in, err := shared()
		if err == nil {
			err = in.close(code == 0)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "stage:", err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

// openInstallation starts all that stages need. newCalls is the controller's
// setting of that name, and database that of where the database is.
func openInstallation(startEngine func(dir string) (*server, error), newCalls int, database string) (*installation, error) {
	dir, err := os.MkdirTemp("", "ringdesk-stage-")
	if err != nil {
		return nil, err
	}
	in := &installation{dir: dir, pages: map[string]page{}}
	if in.log, err = os.Create(filepath.Join(dir, "controller.log")); err != nil {
		return nil, err
	}
	music := tone.WAV{Rate: phone.Rate, PCM: tone.Make(phone.Rate, 30*time.Second, MusicHz)}
	if err := writeWAV(filepath.Join(dir, musicFile), music); err != nil {
		return nil, err
	}
	if in.server, err = startEngine(dir); err != nil {
		return nil, err
	}
	settings := configs.Settings{Storage: configs.Storage{Data: dir, Database: database}}
	if in.store, err = models.Open(settings.Database()); err != nil {
		return nil, err
	}
	in.store.AllowLocalTrunks()
	in.env = append(append(os.Environ(), in.server.env...), controllerEnv+"=1", "RINGDESK_RECORDINGS="+in.server.recordings,
		"RINGDESK_DATA="+dir, "RINGDESK_DATABASE="+database, "RINGDESK_SOUNDS="+in.sounds(), "RINGDESK_COUNTRY="+country, "RINGDESK_LOCAL_TRUNKS=true", "RINGDESK_KEEP_FREE_MIB=0",
		"RINGDESK_NEW_CALLS_PER_SECOND="+strconv.Itoa(newCalls), "RINGDESK_WEBHOOKS_ALLOW=127.0.0.1")
	if err := in.start(); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	in.stopBeats = stop
	go in.beats(ctx)
	return in, nil
}

// sounds is the folder of what callers hear.
func (in *installation) sounds() string { return soundsIn(in.dir) }

func writeWAV(file string, wav tone.WAV) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return wav.WriteFile(file)
}

// close stops everything. The folder is kept when a test failed.
func (in *installation) close(passed bool) error {
	in.stopBeats()
	err := errors.Join(in.process().stop(), in.store.Close(), in.server.stop(), in.log.Close())
	if passed && err == nil {
		return os.RemoveAll(in.dir)
	}
	fmt.Fprintln(os.Stderr, "The folder with the engine's and the controller's logs is kept:", in.dir)
	return err
}

// warnings gives what tells, once a test has failed, of what the controllers have
// warned since.
func (in *installation) warnings(t testing.TB) func() {
	began, err := in.log.Seek(0, io.SeekCurrent)
	return func() {
		if !t.Failed() || err != nil {
			return
		}
		text, err := os.ReadFile(in.log.Name())
		if err != nil {
			t.Error(err)
			return
		}
		for line := range bytes.Lines(text[began:]) {
			if !bytes.Contains(line, []byte("level=INFO")) {
				t.Logf("the controller: %s", bytes.TrimSpace(line))
			}
		}
	}
}

func (in *installation) process() *process {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.now
}

// start starts a controller and waits until it has the engine.
func (in *installation) start() error {
	p, err := launch(in.env, in.log)
	if err != nil {
		return err
	}
	in.mu.Lock()
	in.now = p
	in.mu.Unlock()
	for deadline := time.Now().Add(startTime); ; time.Sleep(20 * time.Millisecond) {
		if err = p.ask("up", nil, nil); err == nil {
			return nil
		}
		if time.Now().After(deadline) || p.gone() {
			return fmt.Errorf("the controller does not get ready: %w (see %s)", err, in.log.Name())
		}
	}
}

// Kill ends the controller as a crash does. Calls go on in Asterisk. A test that
// fails before its Restart leaves a controller to the others all the same.
func (s *Stage) Kill() {
	s.T.Helper()
	s.T.Cleanup(func() {
		if s.installation.process().gone() {
			s.Restart()
		}
	})
	if err := s.installation.process().kill(); err != nil {
		s.T.Fatal(err)
	}
}

// Restart starts the controller after Kill and waits until it has the engine. The
// agents' pages connect to it again.
func (s *Stage) Restart() {
	s.T.Helper()
	if err := s.installation.start(); err != nil {
		s.T.Fatal(err)
	}
	go s.installation.beat()
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

func launch(env []string, log io.Writer) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.Command(self), ended: make(chan struct{}), waiting: map[int]chan reply{}}
	p.cmd.Env, p.cmd.Stderr = env, log
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

// Await waits until a condition holds.
func Await(t testing.TB, what string, within time.Duration, holds func() (bool, string)) {
	t.Helper()
	expect.Soon(t, what, within, holds)
}
