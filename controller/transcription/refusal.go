package transcription

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"
)

// What of a refusal is read, and what of that is shown.
const (
	mostRefusal = 64 << 10 // bytes
	mostShown   = 200      // characters
)

// said is why a server refuses: a text, or an object of one of the known kinds.
type said struct{ Text string }

// UnmarshalJSON implements json.Unmarshaler.
func (s *said) UnmarshalJSON(text []byte) error {
	var o struct {
		Message, Code, Param string // OpenAI's
		Msg                  string // FastAPI's, which speaches is made with
		Loc                  []any
	}
	var list []said
	switch {
	case json.Unmarshal(text, &s.Text) == nil:
	case json.Unmarshal(text, &list) == nil:
		for _, one := range list {
			s.Text = strings.TrimSpace(s.Text + " " + one.Text)
		}
	case json.Unmarshal(text, &o) == nil:
		var at []string
		for _, part := range o.Loc {
			at = append(at, fmt.Sprint(part))
		}
		s.Text = strings.Join(strings.Fields(strings.Join([]string{o.Message, o.Code, o.Param, strings.Join(at, "."), o.Msg}, " ")), " ")
	default:
		s.Text = string(text)
	}
	return nil
}

// reasonIn finds what a refusal says in plain text, OpenAI's JSON or FastAPI's.
func reasonIn(body []byte) string {
	var o struct{ Error, Detail, Message said }
	if json.Unmarshal(body, &o) == nil {
		for _, s := range []said{o.Error, o.Detail, o.Message} {
			if s.Text != "" {
				return s.Text
			}
		}
	}
	return string(body)
}

// tidy makes what a server says fit to be shown: one line, short, and without our key,
// which some servers repeat (SEC-5).
func (c *Client) tidy(text string) string {
	text = strings.ToValidUTF8(text, "?")
	if c.opt.Key != "" {
		text = strings.ReplaceAll(text, c.opt.Key, "…")
	}
	text = plain(text)
	if utf8.RuneCountInString(text) > mostShown {
		text = string([]rune(text)[:mostShown]) + "…"
	}
	return text
}

// refusal says in the operator's words what a server means that does not give a
// transcript.
func (c *Client) refusal(resp *http.Response) error {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, mostRefusal)) // what came of it is all there is
	why := c.tidy(reasonIn(body))
	about := strings.ToLower(why)
	switch status := resp.StatusCode; {
	case status >= 300 && status < 400:
		return fmt.Errorf("%w: %s answers with a redirect to %q, which is not followed: set RINGDESK_TRANSCRIPTION_URL and RINGDESK_TRANSCRIPTION_PATH to the final address", ErrRefused, c.at, c.tidy(resp.Header.Get("Location")))
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		if c.opt.Key == "" {
			return fmt.Errorf("%w: %s wants a key: set RINGDESK_TRANSCRIPTION_KEY_FILE to a file that holds it", ErrRefused, c.at.Host)
		}
		return fmt.Errorf("%w: %s does not take the key: check RINGDESK_TRANSCRIPTION_KEY_FILE or RINGDESK_TRANSCRIPTION_KEY", ErrRefused, c.at.Host)
	case aboutLanguage(about) && status != http.StatusNotFound:
		return fmt.Errorf("%w: it does not take the language %q (it says %q): set RINGDESK_TRANSCRIPTION_LANGUAGE to a code that it knows, such as ko, or to none", ErrRefused, c.opt.Language, why)
	case aboutModel(about):
		return fmt.Errorf("%w: it has no model %q (it says %q): load it there, or set RINGDESK_TRANSCRIPTION_MODEL to one that it has", ErrRefused, c.opt.Model, why)
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		return fmt.Errorf("%w: it takes no sound at %s: set RINGDESK_TRANSCRIPTION_PATH. whisper-server's is what its --inference-path says, or /inference; others have /v1/audio/transcriptions", ErrRefused, c.at)
	case status == http.StatusRequestEntityTooLarge:
		return fmt.Errorf("%w: it takes no file of this size: raise the limit of the server, or of the proxy before it", ErrSound)
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable || status == http.StatusBadGateway || status == http.StatusGatewayTimeout:
		return fmt.Errorf("%w: %s is busy, or its model is not loaded yet (%s, it says %q): try again in a minute", ErrAway, c.at.Host, resp.Status, why)
	case status == http.StatusBadRequest || status == http.StatusUnsupportedMediaType || status == http.StatusUnprocessableEntity:
		return fmt.Errorf("%w: %s, it says %q", ErrSound, resp.Status, why)
	}
	return fmt.Errorf("%w: %s, it says %q: see its log", ErrAway, resp.Status, why)
}

// aboutLanguage says whether a refusal means the language. whisper-server 1.9 fails with
// C++'s own words at one that it does not know.
func aboutLanguage(why string) bool {
	return strings.Contains(why, "language") || strings.Contains(why, "construction from null")
}

func aboutModel(why string) bool {
	return strings.Contains(why, "model") && !strings.Contains(why, "loading model")
}
