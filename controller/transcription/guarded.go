package transcription

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strings"
)

// Healthy says whether the server answers a question after its health, which
// whisper-server and speaches do while they work on a sound.
func (c *Client) Healthy(ctx context.Context) bool {
	at := *c.at
	at.Path = "/health"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), http.NoBody)
	if err != nil {
		return false
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// Exposure is how a server treats strangers.
type Exposure struct {
	Open bool // it takes sound from whoever comes, without a key
	// Loads says that it is a whisper-server, which strangers can tell to open any file
	// of its machine as a model, and end by one that is none.
	Loads bool
}

// Exposed asks the server without a key, at another of its host's addresses ("" for the
// one of the settings), for a transcript of nothing.
func (c *Client) Exposed(ctx context.Context, host string) Exposure {
	at := *c.at
	if host != "" {
		at.Host = strings.Trim(host, "[]")
		if port := c.at.Port(); port != "" {
			at.Host = net.JoinHostPort(at.Host, port)
		}
	}
	head, tail, kind, err := form([][2]string{{"model", c.opt.Model}})
	if err != nil {
		return Exposure{}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at.String(), strings.NewReader(head+tail))
	if err != nil {
		return Exposure{}
	}
	req.Header.Set("Content-Type", kind)
	resp, err := c.http.Do(req)
	if err != nil {
		return Exposure{}
	}
	resp.Body.Close()
	// Whoever looks into the form before a key takes sound from anybody.
	open := slices.Contains([]int{http.StatusOK, http.StatusBadRequest, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity, http.StatusInternalServerError}, resp.StatusCode)
	return Exposure{Open: open, Loads: open && resp.Header.Get("Server") == "whisper.cpp"}
}
