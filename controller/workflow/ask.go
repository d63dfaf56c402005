package workflow

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"ringdesk/dialplan/flow"
	"ringdesk/models"
)

// mostAnswer is how much of another system's answer is kept, in bytes.
const mostAnswer = 500

// ask sends a request to another system, at most once: it is noted before it is made.
func (w *work) ask(ctx context.Context, a flow.Act, result Result) error {
	request, says, err := w.request(ctx, a)
	if err != nil {
		return err
	}
	if says != "" {
		result.State, result.Says = Failed, says
		w.results = append(w.results, result)
		return w.save(ctx, nil)
	}
	result.State = begun
	w.results = append(w.results, result)
	if err := w.save(ctx, nil); err != nil {
		return err
	}
	last := &w.results[len(w.results)-1]
	last.State, last.Says = w.send(request)
	return w.save(context.WithoutCancel(ctx), nil)
}

// request makes the request of an action. says is why there can be none.
func (w *work) request(ctx context.Context, a flow.Act) (request *http.Request, says string, err error) {
	to, body, headers := a.URL, a.Body, a.Headers
	if a.Kind == "sms" {
		gateway, err := w.Store.SMSGateway(ctx, w.run.WorkspaceID)
		if errors.Is(err, models.ErrNotFound) {
			return nil, "There is no gateway for text messages: an admin sets it in the settings of workflows.", nil
		}
		if err != nil {
			return nil, "", err
		}
		to, headers, body = Message(gateway, a)
	} else if body == "" {
		if body, err = w.body(); err != nil {
			return nil, "", err
		}
	}
	if err := w.Guard.Check(to); err != nil {
		return nil, "The address cannot be used: " + err.Error() + ".", nil
	}
	request, err = http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(body))
	if err != nil {
		return nil, "The address cannot be used: " + err.Error() + ".", nil
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "ringdesk-workflows/1")
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	return request, "", nil
}

// send makes a request, and gives what became of it, with the beginning of the answer or why it
// has failed, for people.
func (w *work) send(request *http.Request) (state, says string) {
	response, err := w.client.Do(request)
	if err != nil {
		var of *url.Error
		if errors.As(err, &of) {
			if of.Timeout() {
				return Failed, "It has not answered in time."
			}
			err = of.Err // the address may have a secret in it
		}
		return Failed, "There was no answer: " + err.Error() + "."
	}
	defer func() { _ = response.Body.Close() }() // nothing was written
	text, _ := io.ReadAll(io.LimitReader(response.Body, mostAnswer))
	says = strings.TrimSpace(response.Status + " " + strings.ReplaceAll(strings.ToValidUTF8(string(text), "\uFFFD"), "\x00", "\uFFFD"))
	if response.StatusCode/100 != 2 {
		return Failed, says
	}
	return Done, says
}
