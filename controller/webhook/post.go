package webhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ringdesk/models"
)

const (
	// attemptTime is how long a receiver may take.
	attemptTime = 10 * time.Second
	// mostResponse is how much of an answer is kept, in bytes.
	mostResponse = 4 << 10
	// mostFailure is how long the words for a failure are, in bytes.
	mostFailure = 300
)

// outcome is how an attempt has ended; no failure means that the receiver has it.
type outcome struct {
	status        int
	body, failure string
}

// post sends an event to a webhook.
func (s *Sender) post(ctx context.Context, hook models.Webhook, e models.WebhookEvent, now time.Time) outcome {
	// What was allowed once may be so no longer, and a restored database comes from elsewhere.
	if err := s.Guard.Check(hook.URL); err != nil {
		return outcome{failure: "The address cannot be used: " + err.Error() + "."}
	}
	signature, err := sign(hook, e.ID, now, []byte(e.Body))
	if err != nil {
		return outcome{failure: "The secret cannot be used: make a new one."}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, hook.URL, strings.NewReader(e.Body))
	if err != nil {
		return outcome{failure: "The address cannot be used: " + err.Error() + "."}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "ringdesk-webhooks/1")
	req.Header.Set("Webhook-Id", e.ID)
	req.Header.Set("Webhook-Timestamp", strconv.FormatInt(now.Unix(), 10))
	req.Header.Set("Webhook-Signature", signature)
	resp, err := s.client.Do(req)
	if err != nil {
		return outcome{failure: cut(failureOf(err))}
	}
	defer func() { _ = resp.Body.Close() }() // nothing was written
	body, _ := io.ReadAll(io.LimitReader(resp.Body, mostResponse))
	got := outcome{status: resp.StatusCode, body: printable(string(body))}
	if resp.StatusCode/100 != 2 {
		got.failure = fmt.Sprintf("It answers %s: only 200 to 299 say that it has the event.", resp.Status)
	}
	return got
}

// failureOf says in words for people why there was no answer.
func failureOf(err error) string {
	var of *url.Error
	if errors.As(err, &of) {
		if of.Timeout() {
			return "It has not answered in time."
		}
		err = of.Err
	}
	return "There was no answer: " + err.Error() + "."
}

// printable is a text as every database takes it.
func printable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

func cut(text string) string {
	if len(text) > mostFailure {
		text = text[:mostFailure] + "…"
	}
	return printable(text)
}
