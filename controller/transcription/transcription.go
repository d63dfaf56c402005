// Package transcription makes text of speech. It asks a server that takes sound as
// OpenAI's does (POST /v1/audio/transcriptions): whisper.cpp's whisper-server, speaches
// and other servers of faster-whisper, or OpenAI's own.
//
// Such models invent text where nobody speaks, so a track is also listened to here:
// what the server heard outside speech is dropped (END-7).
package transcription

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ringdesk/configs"
)

// Options say where the server is and what is asked of it.
type Options struct {
	URL      string        // http:// or https:// and the host
	Path     string        // where it takes sound
	Key      string        // sent as a bearer token; "" sends none
	Model    string        // its name there; servers with one model do not look at it
	Language string        // an ISO 639 code, Auto or None
	Timeout  time.Duration // of one request, from when it is its turn
}

// What stands in place of a language's code.
const (
	Auto = "auto" // the server is told to find it out
	None = "none" // the server is told nothing
)

// The kinds of failures; the text says what to do.
var (
	// ErrAway says that the server cannot be asked now: try again later.
	ErrAway = errors.New("the speech-to-text server does not answer")
	// ErrSlow says that the time for a request was over before the answer was there.
	ErrSlow = errors.New("the speech-to-text server takes too long")
	// ErrRefused says that it will not answer before somebody has changed a setting.
	ErrRefused = errors.New("the speech-to-text server refuses us")
	// ErrAnswer says that what answers is no such server.
	ErrAnswer = errors.New("the speech-to-text server does not answer as such servers do")
	// ErrSound says that it cannot read this sound; it may read others.
	ErrSound = errors.New("the speech-to-text server cannot read this sound")
)

const (
	// connectTime bounds connecting, so that a server that is not there is known at once.
	connectTime = 10 * time.Second
	// mostHeader is more than any server's headers take, bytes.
	mostHeader = 16 << 10
)

// Client asks one server. It asks for one thing at a time, as whisper-server works on
// one at a time: the others wait here, where their time does not run yet.
type Client struct {
	opt  Options
	at   *url.URL
	http *http.Client
	turn chan struct{}
}

// New makes a Client; nothing is connected before it is needed. A key that anybody on
// the way could read is refused (SEC-5).
func New(o Options) (*Client, error) {
	base, err := url.Parse(o.URL)
	if err != nil {
		return nil, err
	}
	if o.Key != "" {
		if err := configs.KeyInClear("RINGDESK_TRANSCRIPTION_URL", base); err != nil {
			return nil, err
		}
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: connectTime}).DialContext
	transport.TLSHandshakeTimeout = connectTime
	transport.MaxResponseHeaderBytes = mostHeader
	transport.DisableCompression = true // what is unpacked has no length to be held to
	return &Client{
		opt: o, at: base.JoinPath(o.Path), turn: make(chan struct{}, 1),
		// A redirect would send the sound, and perhaps the key, to where nobody set it to go.
		http: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}, nil
}

// Address is where the server takes sound, for messages.
func (c *Client) Address() string { return c.at.String() }

// Transcribe gives what is said in a WAV file of so many bytes, as the server hears it.
func (c *Client) Transcribe(ctx context.Context, wav io.Reader, size int64) (Transcript, error) {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return Transcript{}, ctx.Err()
	}
	limited, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	req, err := c.request(limited, wav, size)
	if err != nil {
		return Transcript{}, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return Transcript{}, c.failed(ctx, limited, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return Transcript{}, c.refusal(resp)
	}
	body, err := readAnswer(resp)
	if err != nil {
		return Transcript{}, c.failed(ctx, limited, err)
	}
	return c.understand(body)
}

// request makes a form of the file and what is asked for.
func (c *Client) request(ctx context.Context, wav io.Reader, size int64) (*http.Request, error) {
	fields := [][2]string{{"response_format", "verbose_json"}, {"model", c.opt.Model}}
	if c.opt.Language != None {
		fields = append(fields, [2]string{"language", c.opt.Language})
	}
	head, tail, kind, err := form(fields)
	if err != nil {
		return nil, err
	}
	body := io.MultiReader(strings.NewReader(head), io.LimitReader(wav, size), strings.NewReader(tail))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.at.String(), body)
	if err != nil {
		return nil, err
	}
	req.ContentLength = int64(len(head)) + size + int64(len(tail))
	req.Header.Set("Content-Type", kind)
	if c.opt.Key != "" {
		req.Header.Set("Authorization", "Bearer "+c.opt.Key)
	}
	return req, nil
}

// failed says what became of a request without a whole answer.
func (c *Client) failed(asked, limited context.Context, err error) error {
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case errors.Is(err, ErrAnswer):
		return err
	case errors.Is(asked.Err(), context.Canceled):
		return asked.Err()
	case limited.Err() != nil:
		return fmt.Errorf("%w: %s", ErrSlow, c.at.Host)
	case untrusted:
		return fmt.Errorf("%w: the certificate of %s is not trusted (%w): let this machine trust its authority, or set RINGDESK_TRANSCRIPTION_URL to the name that it is for", ErrRefused, c.at.Host, err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: the answer of %s broke off", ErrAway, c.at.Host)
	}
	return fmt.Errorf("%w (%w): start it, or set RINGDESK_TRANSCRIPTION_URL to where it is", ErrAway, err)
}
