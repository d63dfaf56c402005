package esl

import (
	"context"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/percipia/eslgo"

	"ringdesk/testkit/esltest"
)

func options(s *esltest.Server) Options {
	return Options{Address: s.Addr(), Password: esltest.Password, Timeout: 5 * time.Second}
}

// The library's goroutines may be held up for any time, as on a machine that is
// starved: no event is lost or overtaken, and none waits for a timer.
func TestSequencer_Starved(t *testing.T) {
	const events = 300
	s := esltest.New(t)
	c, err := dial(t.Context(), options(s))
	if err != nil {
		t.Fatal(err)
	}
	defer c.lose(errClosed)
	out := make(chan *eslgo.Event, events)
	q := newSequencer(out, c.lose)
	c.RegisterEventListener(eslgo.EventListenAll, func(e *eslgo.Event) {
		time.Sleep(rand.N(300 * time.Millisecond)) // stands for the lack of a processor
		q.push(e)
	})
	if _, err := c.send(t.Context(), "event plain DTMF"); err != nil {
		t.Fatal(err)
	}
	l := s.Listener(t)
	for i := range events {
		l.Send(s.Event("DTMF", "N", strconv.Itoa(i)))
	}
	for want := range events {
		select {
		case e := <-out:
			if got := e.GetHeader("N"); got != strconv.Itoa(want) {
				t.Fatalf("event %s, want %d", got, want)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("event %d is missing: %v", want, context.Cause(c.ctx))
		}
	}
}

// An event that the library never delivers does not hold the link for ever.
func TestSequencer_Missing(t *testing.T) {
	s := esltest.New(t)
	c, err := dial(t.Context(), options(s))
	if err != nil {
		t.Fatal(err)
	}
	q := newSequencer(make(chan *eslgo.Event, 5), c.lose)
	for n := range 10 {
		q.push(&eslgo.Event{Headers: map[string][]string{numberHeader: {strconv.Itoa(n + 2)}}})
	}
	if err := context.Cause(c.ctx); err != ErrOverflow {
		t.Errorf("cause %v", err)
	}
}

// Connections that are given up leave no goroutine behind, and no file once the
// garbage is collected.
func TestDial_Leaves(t *testing.T) {
	s := esltest.New(t)
	files := func() int {
		runtime.GC()
		names, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(names)
	}
	goroutines, before := runtime.NumGoroutine(), files()
	for range 100 {
		c, err := dial(t.Context(), options(s))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.send(t.Context(), "api status"); err != nil {
			t.Fatal(err)
		}
		c.lose(errClosed)
	}
	deadline := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > goroutines || files() > before {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before; %d files, %d before", runtime.NumGoroutine(), goroutines, files(), before)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
