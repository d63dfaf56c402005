// Package lookup asks the servers that flows name (DP-1). Where they may be is what
// webhooks may go to (webhook.Guard): a workspace's admin chooses the address, and it
// is this machine that connects.
package lookup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ringdesk/controller/webhook"
	"ringdesk/dialplan/flow"
)

const (
	// longest is above every lookup's own time limit.
	longest = 30 * time.Second
	// mostAnswer is the largest answer that is used, in bytes.
	mostAnswer = 64 << 10
)

// Client asks servers.
type Client struct {
	guard  webhook.Guard
	client *http.Client
}

// New makes a Client that connects where the guard lets it.
func New(guard webhook.Guard) *Client { return &Client{guard: guard, client: guard.Client(longest)} }

// Fetch asks a server, and gives its answer's JSON as encoding/json decodes it. ctx
// has the time limit. Anything but a status of 200 to 299 with JSON of at most
// 64 KiB is an error; redirects are refused. No error has the address, the headers or
// the body in it: they may hold what is never written down.
func (c *Client) Fetch(ctx context.Context, f flow.Fetch) (any, error) {
	if err := c.guard.Check(f.URL); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, f.Method, f.URL, strings.NewReader(f.Body))
	if err != nil {
		return nil, errors.New("the address cannot be used")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "ringdesk-lookups/1")
	if f.Body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range f.Headers {
		req.Header.Set(name, value)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, bare(err)
	}
	defer func() { _ = resp.Body.Close() }() // nothing was written
	if resp.StatusCode/100 != 2 {
		return nil, fmt.Errorf("it answers %d", resp.StatusCode)
	}
	return read(resp.Body)
}

// read reads an answer's JSON.
func read(body io.Reader) (any, error) {
	text, err := io.ReadAll(io.LimitReader(body, mostAnswer+1))
	switch {
	case err != nil:
		return nil, bare(err)
	case len(text) > mostAnswer:
		return nil, fmt.Errorf("its answer has more than %d KiB", mostAnswer>>10)
	}
	var value any
	if json.Unmarshal(text, &value) != nil { // the error would quote the answer
		return nil, errors.New("its answer is no JSON")
	}
	return value, nil
}

// bare is an error without the address.
func bare(err error) error {
	var of *url.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &of) && of.Timeout():
		return errors.New("it has not answered in time")
	case of != nil:
		return of.Err
	default:
		return err
	}
}
