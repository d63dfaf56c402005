package esl_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/freeswitch/esl"
	"ringdesk/testkit/esltest"
)

// FreeSWITCH keeps events for up to 20 ms while it looks for a command. After an event,
// and after a command, it is woken by empty lines, which never stand within a command; when
// nothing happens, as while people talk, it is left alone.
//
// Covers: IN-4.
func TestEvents_NotKeptWaiting(t *testing.T) {
	s := esltest.New(t, esltest.Handle(func(c *esltest.Conn, command string) bool {
		if name, ok := strings.CutPrefix(command, "api echo "); ok {
			c.API(name)
			return true
		}
		return false
	}))
	e, err := esl.Subscribe(t.Context(), options(s), 1000, "CHANNEL_CREATE")
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	ask := func(text string) {
		t.Helper()
		if got, err := e.Ask(t.Context(), "echo "+text, 2*time.Second); err != nil || got != text {
			t.Fatalf("asked for %q: %q, %v", text, got, err)
		}
	}
	for i := range 100 {
		ask(fmt.Sprint("before", i))
	}
	if n := s.EmptyLines(); n != 0 {
		t.Errorf("%d empty lines before there was any event", n)
	}
	s.Listener(t).Send(s.Event("CHANNEL_CREATE", "Unique-ID", "leg"))
	<-e.C
	for deadline := time.Now().Add(20 * time.Second); s.EmptyLines() < 20; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d empty lines while a call goes on", s.EmptyLines())
		}
	}
	for i := range 2000 {
		ask(fmt.Sprint("while calls go on ", i))
	}
	quiet := func() {
		t.Helper()
		deadline := time.Now().Add(20 * time.Second)
		for before := int64(-1); before != s.EmptyLines(); time.Sleep(100 * time.Millisecond) {
			before = s.EmptyLines()
			if time.Now().After(deadline) {
				t.Fatal("empty lines go on and on")
			}
		}
	}
	quiet()
	before := s.EmptyLines()
	commands := esl.NewCommands(options(s), e.Expect)
	t.Cleanup(commands.Close)
	if _, err := commands.API(t.Context(), "echo a command"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "empty lines after a command", func() bool { return s.EmptyLines() > before })
	quiet()
}
