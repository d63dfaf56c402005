package webhook_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/webhook"
	"ringdesk/testkit/database"
)

// A controller that is killed while requests are open loses nothing: the next one sends what
// was not taken, under the same ids, and each call's events in order.
//
// Covers: ADM-6, SYS-3.
func TestWebhook_Killed(t *testing.T) {
	place := database.Place(t)
	r := newRigAt(t, place, time.Now()) // the process has the machine's clock
	var mu sync.Mutex
	open, held := 0, make(chan struct{})
	hold := func(n int) { // from the n-th request on, requests stay open until the process is killed
		mu.Lock()
		defer mu.Unlock()
		open, held = n, make(chan struct{})
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		mu.Lock()
		open--
		last, tell := open <= 0, open == 0
		at := held
		mu.Unlock()
		r.serve(w, req)
		if tell {
			close(at)
		}
		if last {
			<-req.Context().Done()
		}
	}))
	defer server.Close()
	if _, err := r.verbs.Change(t.Context(), admin, "w", r.hook.ID, webhook.Change{URL: new(server.URL)}); err != nil {
		t.Fatal(err)
	}
	for n := range 8 {
		r.call(fmt.Sprint("c", n), story...)
	}
	for killed := range 4 {
		hold(5 + 7*killed)
		process := sender(t, place)
		await(t, "open requests", held)
		if err := process.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = process.Wait() // it was killed
	}
	hold(1 << 30)
	process := sender(t, place)
	defer func() { _, _ = process.Process.Kill(), process.Wait() }()
	all := 8 * len(told)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		r.mu.Lock()
		came := r.inOrder()
		r.mu.Unlock()
		if came == all {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d events came within a minute", came, all)
		}
	}
	if len(r.got) == all {
		t.Error("nothing came twice: no request was open when the process was killed")
	}
}

// sender starts a process that tells webhooks of what is in a database.
func sender(t *testing.T, place string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), senderPlace+"="+place)
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

func await(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatalf("not within a minute: %s", what)
	}
}
