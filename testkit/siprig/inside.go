package siprig

import (
	"context"
	"testing"
	"time"

	"ringdesk/testkit/phone"
)

// patience is how long a request inside a call may take until its final
// response; the sender of one that nobody answers gives up after 32 s.
const patience = 3 * time.Second

func (c *caller) Offer(lines phone.Media, body phone.Body) { c.lines, c.body = lines, body }

func (c *caller) Lines() []string {
	if call := c.current(); call != nil {
		return call.Final().Lines
	}
	return nil
}

func (c *caller) Reoffer(t testing.TB, method string, lines phone.Media) (status int, answered []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	res, err := c.current().Reoffer(ctx, method, lines)
	if err != nil {
		t.Fatalf("%s %q: %v", method, lines, err)
	}
	return res.Code, res.Lines
}

func (p *party) Request(t testing.TB, method string) (status int, allow string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	res, err := p.current().Request(ctx, method)
	if err != nil {
		t.Logf("%s: %v", method, err)
		return 0, ""
	}
	if h := res.GetHeader("Allow"); h != nil {
		allow = h.Value()
	}
	return res.StatusCode, allow
}
