package stage

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"time"

	"ringdesk/controller/asterisk"
	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/outbound"
	"ringdesk/controller/recording"
	"ringdesk/controller/sounds"
	"ringdesk/controller/sounds/built"
	"ringdesk/models"
)

// controllerEnv makes the test binary a controller; its value is the wiring.
const controllerEnv = "RINGDESK_STAGE_CONTROLLER"

// country is the home of all numbers.
const country = "KR"

// wiring is what the controller's process must know.
type wiring struct {
	Database, URL, Username, Password, App, Recordings, Sounds string
	NewCalls                                                   int // in a second; 0 means any number
}

// request asks the controller for something, and reply answers it. Both are
// lines of JSON, on the controller's standard input and output.
type (
	request struct {
		ID     int             `json:"id"`
		Method string          `json:"method"`
		Params json.RawMessage `json:"params"`
	}
	reply struct {
		ID     int             `json:"id"`
		Result json.RawMessage `json:"result,omitempty"`
		Error  *Failure        `json:"error,omitempty"`
	}
)

// Failure is why the controller refused a command.
type Failure struct {
	Kind string `json:"kind"` // full, refused, handled, notFound, an outbound.Code, or failed
	Text string `json:"text"`
}

func (f *Failure) Error() string { return f.Kind + ": " + f.Text }

func failure(err error) *Failure {
	var full *call.FullError
	var refused *call.RefusedError
	var handled *call.HandledError
	var out *outbound.Refusal
	kind := "failed"
	switch {
	case err == nil:
		return nil
	case errors.As(err, &full):
		kind = "full"
	case errors.As(err, &refused):
		kind = "refused"
	case errors.As(err, &handled):
		kind = "handled"
	case errors.As(err, &out):
		kind = string(out.Code)
	case errors.Is(err, models.ErrNotFound):
		kind = "notFound"
	}
	return &Failure{Kind: kind, Text: err.Error()}
}

// plainPhones gives the engine plain SIP telephones in place of browsers. Such
// a phone needs no password: the store has its address there.
type plainPhones struct{ *asterisk.Adapter }

func (p plainPhones) PutPhone(ctx context.Context, ph engine.Phone) error {
	return p.Adapter.PutPhone(ctx, engine.Phone{ID: ph.ID, Contact: ph.Password})
}

// The parameters of the methods.
type (
	doParams struct {
		Workspace, Call string
		Do              call.Do
	}
	phoneParams  struct{ ID, Contact string }
	hangupParams struct {
		Leg   engine.LegID
		Cause engine.Cause
	}
)

// census is what a controller has in memory.
type census struct{ Live, Goroutines int }

// controller is the real controller, without its API, wired as the program
// wires it.
type controller struct {
	store    *models.Store
	engine   plainPhones
	exchange *call.Exchange
	out      sync.Mutex
}

// runController serves commands until standard input ends, which is also when
// the test's process dies.
func runController(text string) error {
	var w wiring
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return err
	}
	store, err := models.Open(w.Database)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	adapter := asterisk.New(asterisk.Options{URL: w.URL, Username: w.Username, Password: w.Password, App: w.App,
		RecordingsDir: w.Recordings, SoundsDir: w.Sounds})
	files, err := fs.Sub(built.Files, "files")
	if err != nil {
		return err
	}
	if err := sounds.NewLibrary(w.Sounds, "").Install(files); err != nil {
		return err
	}
	mixer := recording.New(recording.Options{Store: store, Folder: w.Recordings, Log: log})
	c := &controller{store: store, engine: plainPhones{adapter}}
	c.exchange, err = call.NewExchange(ctx, call.Options{Store: store, Engine: c.engine, Country: country, Log: log, Now: time.Now,
		NewCalls: w.NewCalls, Recorded: mixer.Kick})
	if err != nil {
		return err
	}
	failed := make(chan error, 3)
	go func() { failed <- adapter.Run(ctx, c.exchange.Handle) }()
	go func() { failed <- mixer.Run(ctx) }()
	go c.beat(ctx)
	go func() { failed <- c.serve(ctx) }()
	err = <-failed
	c.exchange.Close()
	return err
}

// beat is the browsers' heartbeat: phones that are ready stay so.
func (c *controller) beat(ctx context.Context) {
	tick := time.NewTicker(models.PhoneTimeout / 4)
	defer tick.Stop()
	for ctx.Err() == nil {
		phones, err := c.store.Phones(ctx)
		if err == nil {
			err = c.store.Tx(ctx, func(tx *models.Tx) error {
				for _, p := range phones {
					if p.Ready {
						if err := tx.SetPhoneReady(p.AccountID, p.ID, true, time.Now()); err != nil && !errors.Is(err, models.ErrNotFound) {
							return err
						}
					}
				}
				return nil
			})
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "heartbeats:", err)
		}
		<-tick.C
	}
}

func (c *controller) serve(ctx context.Context) error {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var r request
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			return err
		}
		go c.answer(ctx, r)
	}
	return in.Err()
}

func (c *controller) answer(ctx context.Context, r request) {
	result, err := c.carryOut(ctx, r)
	a := reply{ID: r.ID, Error: failure(err)}
	if err == nil {
		a.Result, err = json.Marshal(result)
		if err != nil {
			a.Error = failure(err)
		}
	}
	line, err := json.Marshal(a)
	if err != nil {
		line = fmt.Appendf(nil, `{"id":%d,"error":{"kind":"failed","text":"the answer cannot be written"}}`, r.ID)
	}
	c.out.Lock()
	defer c.out.Unlock()
	_, _ = os.Stdout.Write(append(line, '\n')) // without a reader the process is about to end
}

func (c *controller) carryOut(ctx context.Context, r request) (any, error) {
	switch r.Method {
	case "up":
		return nil, c.exchange.EngineUp()
	case "do":
		p, err := params[doParams](r)
		if err != nil {
			return nil, err
		}
		return c.exchange.Do(ctx, p.Workspace, p.Call, p.Do)
	case "place":
		p, err := params[call.Place](r)
		if err != nil {
			return nil, err
		}
		return c.exchange.Place(ctx, p)
	case "phone":
		p, err := params[phoneParams](r)
		if err != nil {
			return nil, err
		}
		return nil, c.engine.PutPhone(ctx, engine.Phone{ID: p.ID, Password: p.Contact})
	case "census":
		return census{Live: c.exchange.Live(), Goroutines: runtime.NumGoroutine()}, nil
	case "trunks":
		workspace, err := params[string](r)
		if err != nil {
			return nil, err
		}
		return nil, c.putTrunks(ctx, workspace)
	case "trunkStates":
		return c.engine.TrunkStates(ctx)
	case "agentsChanged":
		workspace, err := params[string](r)
		c.exchange.AgentsChanged(workspace)
		return nil, err
	case "browserLost":
		account, err := params[string](r)
		c.exchange.BrowserLost(account)
		return nil, err
	case "hangup":
		p, err := params[hangupParams](r)
		if err != nil {
			return nil, err
		}
		return nil, c.engine.Hangup(ctx, p.Leg, p.Cause)
	}
	return nil, fmt.Errorf("no method %q", r.Method)
}

func params[T any](r request) (T, error) {
	var v T
	return v, json.Unmarshal(r.Params, &v)
}

func (c *controller) putTrunks(ctx context.Context, workspace string) error {
	trunks, err := c.store.TrunksOf(ctx, workspace)
	for _, t := range trunks {
		et, terr := call.EngineTrunk(t)
		if terr == nil {
			terr = c.engine.PutTrunk(ctx, et)
		}
		err = errors.Join(err, terr)
	}
	return err
}
