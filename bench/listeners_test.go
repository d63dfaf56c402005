package main

import (
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringdesk/models"
)

// Every business tells the one receiver of everything, and somebody's desk is open where calls
// come.
func TestFurnish_SwitchesOn(t *testing.T) {
	store, err := models.Open(filepath.Join(t.TempDir(), "bench.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	store.AllowLocalTrunks()
	r, err := startReceiver()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	c := &scene{Lines: 2, FlowLines: 1, Team: 2}
	var d desk
	if err := furnish(t.Context(), store, c, r.url); err != nil {
		t.Fatal(err)
	}
	if err := d.fill(t.Context(), store, c); err != nil {
		t.Fatal(err)
	}
	hooks, err := store.EnabledWebhooks(t.Context())
	if err != nil || len(hooks) != 5 || hooks[0].URL != r.url || len(d.sessions) != 3 {
		t.Errorf("%d webhooks, %v; %d desks", len(hooks), err, len(d.sessions))
	}
	res, err := http.Post(r.url, "application/json", nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.Body.Close(); res.StatusCode != http.StatusOK || r.taken.Load() != 1 {
		t.Errorf("%s after %d", res.Status, r.taken.Load())
	}
}

// The receiver closes a connection that nothing came on: Go's client opens some ahead and may use
// none of them.
func TestReceiver_ClosesUnused(t *testing.T) {
	t.Parallel()
	r, err := startReceiver()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	c, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(r.url, "http://"), "/"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetReadDeadline(time.Now().Add(quiet)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("not closed within %v: %v", quiet, err)
	}
}
