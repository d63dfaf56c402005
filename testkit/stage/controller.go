package stage

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"ringdesk/app"
	"ringdesk/configs"
	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/exchange"
	"ringdesk/controller/outbound"
	"ringdesk/controller/presence"
	"ringdesk/controller/provision"
	"ringdesk/models"
)

// controllerEnv makes the test binary a controller. The product's settings stand
// in the environment beside it.
const controllerEnv = "RINGDESK_STAGE_CONTROLLER"

// country is the home of all numbers.
const country = "KR"

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
	var handled *exchange.HandledError
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

// The parameters of the methods.
type (
	doParams struct {
		Workspace, Call string
		Do              call.Do
	}
	phoneParams  struct{ Session, Contact string }
	changeParams struct {
		Session string
		Change  presence.Change
	}
	hangupParams struct {
		Leg   engine.LegID
		Cause engine.Cause
	}
)

// controller is the product without its API.
type controller struct {
	*app.App
	out sync.Mutex

	mu    sync.Mutex
	pages map[string]*presence.Browser // by session
}

// runController serves commands until standard input ends, which is also when
// the test's process dies.
func runController() error {
	settings, err := configs.Load("", false, os.Getenv)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	a, err := app.Open(ctx, app.Options{Settings: settings, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
		Around: func(e engine.Engine) engine.Engine {
			return plainPhones{e, filepath.Join(settings.Storage.Data, "phones")}
		}})
	if err != nil {
		return err
	}
	c := &controller{App: a, pages: map[string]*presence.Browser{}}
	ran := make(chan error, 1)
	go func() { ran <- a.Run(ctx) }()
	served := make(chan error, 1)
	go func() { served <- c.serve(ctx) }()
	select {
	case err = <-served:
		stop()
		err = errors.Join(err, <-ran)
	case err = <-ran:
	}
	return errors.Join(err, a.Close())
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
		return nil, c.Exchange.EngineUp()
	case "do":
		p, err := params[doParams](r)
		if err != nil {
			return nil, err
		}
		return c.Exchange.Do(ctx, p.Workspace, p.Call, p.Do)
	case "place":
		p, err := params[exchange.Place](r)
		if err != nil {
			return nil, err
		}
		return c.Exchange.Place(ctx, p)
	case "phone":
		p, err := params[phoneParams](r)
		if err != nil {
			return nil, err
		}
		return c.takePhone(ctx, p)
	case "pages":
		open, err := params[[]page](r)
		if err != nil {
			return nil, err
		}
		return nil, c.say(ctx, open)
	case "leave":
		p, err := params[page](r)
		if err != nil {
			return nil, err
		}
		c.leave(ctx, p)
		return nil, nil
	case "census":
		return Census{Live: c.Exchange.Live(), Goroutines: runtime.NumGoroutine()}, nil
	case "trunks":
		workspace, err := params[string](r)
		if err != nil {
			return nil, err
		}
		return nil, c.putTrunks(ctx, workspace)
	case "trunkStates":
		return c.Engine.TrunkStates(ctx)
	case "change":
		p, err := params[changeParams](r)
		if err != nil {
			return nil, err
		}
		return nil, c.change(ctx, p)
	case "hangup":
		p, err := params[hangupParams](r)
		if err != nil {
			return nil, err
		}
		return nil, c.Engine.Hangup(ctx, p.Leg, p.Cause)
	}
	return nil, fmt.Errorf("no method %q", r.Method)
}

func params[T any](r request) (T, error) {
	var v T
	return v, json.Unmarshal(r.Params, &v)
}

func (c *controller) putTrunks(ctx context.Context, workspace string) error {
	trunks, err := c.Store.TrunksOf(ctx, workspace)
	for _, t := range trunks {
		err = errors.Join(err, provision.Put(ctx, c.Engine, t))
	}
	return err
}
