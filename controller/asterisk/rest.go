package asterisk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"ringdesk/controller/asterisk/roundtrip"
	"ringdesk/controller/engine"
)

// transport carries all REST requests. Connections are kept, many of them: one
// costs Asterisk a thread's start and us a round trip.
var transport = &roundtrip.Transport{DialTimeout: dialTimeout}

// dialTimeout is for connections to Asterisk's web server, which opens them at once
// or not at all.
const dialTimeout = 3 * time.Second

// boundedScheme marks requests of the library, which has neither contexts nor
// timeouts and always uses http.DefaultTransport.
const boundedScheme = "ringdesk-ari"

var registerBounded = sync.OnceValue(func() bool {
	t, ok := http.DefaultTransport.(*http.Transport)
	if ok {
		t.RegisterProtocol(boundedScheme+"+http", bounded{})
		t.RegisterProtocol(boundedScheme+"+https", bounded{})
	}
	return ok
})

// boundedURL gives the URL by which the library's requests come to our
// transport. Should the program have replaced http.DefaultTransport, they take
// that one, and only our waiting for them is bounded.
func boundedURL(address string) string {
	if registerBounded() {
		return boundedScheme + "+" + address
	}
	return address
}

// bounded sends a library's request with a deadline, and keeps what Asterisk
// says about a failure, which the library throws away.
type bounded struct{}

func (bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	address := *r.URL
	address.Scheme = strings.TrimPrefix(address.Scheme, boundedScheme+"+")
	r = r.WithContext(r.Context()) // a copy: the library's must stay as it is
	r.URL = &address
	res, err := transport.Until(r, time.Now().Add(engine.CommandTimeout))
	if err != nil {
		return nil, err
	}
	if err := statusError(res); err != nil {
		return nil, err
	}
	return res, nil
}

// StatusError is a refusal by ARI.
type StatusError struct {
	Code    int
	Message string // in Asterisk's words
}

func (e *StatusError) Error() string { return fmt.Sprintf("ARI %d: %s", e.Code, e.Message) }

// statusError reads and closes a response that is not a success.
func statusError(res *http.Response) error {
	if res.StatusCode < 300 {
		return nil
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(res.Body, 4096)) // the status alone says enough
	var m struct{ Message, Error string }
	_ = json.Unmarshal(body, &m) // not every refusal is JSON
	text := m.Message + m.Error
	if text == "" {
		text = http.StatusText(res.StatusCode)
	}
	return &StatusError{res.StatusCode, text}
}

// do runs one request of the library with the caller's deadline. A request that
// outlives it ends by itself at engine.CommandTimeout.
func (a *Adapter) do(ctx context.Context, request func() error) error {
	ctx, cancel := context.WithTimeout(ctx, a.opt.CommandTimeout)
	defer cancel()
	if err := ctx.Err(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- request() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// raw sends a request that the library lacks. body and into may be nil.
func (a *Adapter) raw(ctx context.Context, method, path string, body, into any) error {
	deadline := time.Now().Add(a.opt.CommandTimeout)
	var reader io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		reader = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, a.opt.URL+path, reader)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.SetBasicAuth(a.opt.Username, a.opt.Password)
	res, err := transport.Until(req, deadline)
	if err != nil {
		return err
	}
	if err := statusError(res); err != nil {
		return err
	}
	defer res.Body.Close()
	if into == nil {
		_, err = io.Copy(io.Discard, res.Body)
		return err
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return nil
}

// errUnreadable is an answer that came whole and is no JSON: Asterisk answers
// 200 with nothing for a channel that it cannot write.
var errUnreadable = errors.New("ARI gave an answer that cannot be read")

// setVariable writes a variable or function of a channel, and variable reads
// one.
func (a *Adapter) setVariable(ctx context.Context, channel, name, value string) error {
	q := url.Values{"variable": {name}, "value": {value}}
	return a.raw(ctx, http.MethodPost, "/channels/"+channel+"/variable?"+q.Encode(), nil, nil)
}

func (a *Adapter) variable(ctx context.Context, channel, name string) (string, error) {
	var v struct{ Value string }
	err := a.raw(ctx, http.MethodGet, "/channels/"+channel+"/variable?"+url.Values{"variable": {name}}.Encode(), nil, &v)
	return v.Value, err
}

// command gives a request's error the port's form.
func command(op string, err error) error {
	if err == nil {
		return nil
	}
	return &engine.Error{Op: op, Kind: classify(err), Err: err}
}

// classify says what a caller does about an error; see engine.Kind.
func classify(err error) engine.Kind {
	var status *StatusError
	switch {
	case errors.As(err, &status):
		// Adding to a room says 400 instead of 404 for the leg.
		if status.Code == http.StatusBadRequest && strings.HasSuffix(status.Message, " not found") {
			return engine.KindGone
		}
		return classifyStatus(status.Code)
	case errors.Is(err, context.Canceled):
		return engine.KindTimeout // the caller did not wait: it may have happened
	default:
		return engine.KindOf(err)
	}
}

func classifyStatus(code int) engine.Kind {
	switch code {
	case http.StatusNotFound:
		return engine.KindGone
	case http.StatusConflict, // not in Stasis, or in a bridge
		http.StatusPreconditionFailed,  // not in the state that is needed
		http.StatusUnprocessableEntity: // channel is leaving, or not there yet
		return engine.KindBusy
	case http.StatusServiceUnavailable: // starting or stopping
		return engine.KindUnreachable
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return engine.KindTimeout
	default:
		return engine.KindRefused
	}
}

// isGone says whether the thing that was meant is not there.
func isGone(err error) bool { return err != nil && classify(err) == engine.KindGone }
