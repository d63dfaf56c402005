package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ringdesk/controller/verb"
	"ringdesk/controller/webhook"
	"ringdesk/models"
	"ringdesk/testkit/database"
)

// The JavaScript library that receivers use takes what was sent, and refuses another body.
//
// Covers: ADM-6.
func TestWebhook_JavaScript(t *testing.T) {
	r := newRigAt(t, database.Place(t), time.Now()) // the library looks at the clock
	r.call("c1", story...)
	r.pass()
	if len(r.got) != len(told) {
		t.Fatalf("%d came", len(r.got))
	}
	type request struct {
		Body    string            `json:"body"`
		Headers map[string]string `json:"headers"`
	}
	var sent []request
	for _, g := range r.got {
		one := request{string(g.text), map[string]string{}}
		for _, name := range []string{"webhook-id", "webhook-timestamp", "webhook-signature"} {
			one.Headers[name] = g.header.Get(name)
		}
		sent = append(sent, one)
	}
	input, err := json.Marshal(map[string]any{"secret": r.hook.Secret, "sent": sent})
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", "--input-type=module", "-e", `
		import { readFileSync } from 'node:fs';
		import { Webhook } from 'standardwebhooks';
		const { secret, sent } = JSON.parse(readFileSync(0, 'utf8'));
		const webhook = new Webhook(secret);
		for (const { body, headers } of sent) {
			console.log(webhook.verify(body, headers).type);
			let refused = false;
			try { webhook.verify(body + ' ', headers); } catch { refused = true; }
			if (!refused) throw new Error('another body is taken');
		}`)
	node.Dir, node.Stdin = "../../web", strings.NewReader(string(input))
	out, err := node.CombinedOutput()
	if err != nil || string(out) != strings.Join(told, "\n")+"\n" {
		t.Errorf("%v\n%s", err, out)
	}
}

// other adds a webhook with a receiver of its own.
func (r *rig) other(serve http.HandlerFunc) {
	r.t.Helper()
	server := httptest.NewServer(serve)
	r.t.Cleanup(server.Close)
	if _, err := r.verbs.Add(r.t.Context(), admin, "w", webhook.Change{Name: new("other"), URL: new(server.URL)}); err != nil {
		r.t.Fatal(err)
	}
}

// A webhook whose receiver is dead for an hour costs another one nothing: it is told of every
// call at once, in order.
//
// Covers: ADM-6.
func TestWebhook_DeadBeside(t *testing.T) {
	r := newRig(t)
	r.other(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "dead", http.StatusBadGateway) })
	for n := range 60 {
		r.call(fmt.Sprint("c", n), story...)
		r.pass()
		if got := r.inOrder(); got != (n+1)*len(told) || len(r.got) != got {
			t.Fatalf("minute %d: %d of %d events came", n, got, (n+1)*len(told))
		}
		r.set(false, time.Minute)
	}
}

// A webhook whose receiver takes its time holds no other one up: all is told to the other while
// the slow one still has its first requests, and then that one gets all, too.
//
// Covers: ADM-6.
func TestWebhook_SlowBeside(t *testing.T) {
	r := newRig(t)
	release, slow := make(chan struct{}), atomic.Int32{}
	r.other(func(http.ResponseWriter, *http.Request) {
		slow.Add(1)
		<-release
	})
	for n := range 10 {
		r.call(fmt.Sprint("c", n), story...)
	}
	r.sender = webhook.NewSender(webhook.Options{Store: r.store, Log: slog.New(slog.DiscardHandler), Guard: r.verbs.Guard, Owner: "one", Now: r.clock, Timeout: time.Hour})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.sender.Run(ctx) }()
	until := func(what string, holds func() bool) {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("not within a minute: %s", what)
			}
		}
	}
	all := 10 * len(told)
	until("all for the one", func() bool { r.mu.Lock(); defer r.mu.Unlock(); return len(r.got) == all })
	if n := slow.Load(); n > 4 { // as many requests as a webhook has at a time
		t.Errorf("the slow one has had %d requests", n)
	}
	close(release)
	until("all for the other", func() bool { return int(slow.Load()) == all })
	r.mu.Lock()
	if n := r.inOrder(); n != all {
		t.Errorf("%d came in order", n)
	}
	r.mu.Unlock()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// A replay of more events than one batch has sends all of them, each call's in order; a single delivery
// is sent again, too.
//
// Covers: ADM-6.
func TestWebhook_ReplayInBatches(t *testing.T) {
	r := newRig(t)
	began := r.clock()
	const calls = 120 // 1,080 events, of which a batch has 500
	for n := range calls {
		r.call(fmt.Sprint("c", n), story...)
		r.set(false, time.Second)
	}
	r.pass()
	all := calls * len(told)
	if n := r.inOrder(); n != all {
		t.Fatalf("%d came", n)
	}
	r.got = nil
	n, err := r.verbs.Replay(t.Context(), admin, "w", r.hook.ID, began.Add(10*time.Second))
	if err != nil || n != all-10*len(told) {
		t.Fatalf("%d are sent again, %v", n, err)
	}
	r.pass()
	if got := r.inOrder(); got != n || len(r.got) != n {
		t.Errorf("%d of %d came again, %d in order", len(r.got), n, got)
	}
	had, err := r.store.Deliveries(t.Context(), r.hook.ID, models.DeliveryFilter{State: "delivered", Limit: 1})
	if err != nil || len(had) != 1 {
		t.Fatalf("%d, %v", len(had), err)
	}
	r.got = nil
	if err := r.verbs.Resend(t.Context(), admin, "w", r.hook.ID, had[0].ID); err != nil {
		t.Fatal(err)
	}
	if r.pass(); len(r.got) != 1 || r.got[0].id != had[0].EventID {
		t.Errorf("%d came again", len(r.got))
	}
	var refused *verb.Refusal
	if err := r.verbs.Resend(t.Context(), admin, "w", r.hook.ID, "other"); !errors.As(err, &refused) || refused.Kind != verb.NotFound {
		t.Errorf("a delivery that is not there: %v", err)
	}
}
