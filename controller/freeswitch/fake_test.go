package freeswitch_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/link"
	"ringdesk/controller/freeswitch"
	"ringdesk/testkit/conformance"
	"ringdesk/testkit/esltest"
)

// fake is a FreeSWITCH that knows a few commands and remembers all.
type fake struct {
	*esltest.Server

	mu       sync.Mutex
	replies  map[string]string // by a command's beginning; the longest wins
	globals  map[string]string
	commands []string
	silent   bool
	ignored  string // commands that begin so get no answer
}

func newFake(t testing.TB) *fake {
	t.Helper()
	f := &fake{globals: map[string]string{"ringdesk_outbound": `^(\+82[0-9]+|112)$`, "ringdesk_outbound_denied": `^\+8260`}}
	f.replies = map[string]string{
		"version":              "FreeSWITCH Version 1.11.0-dev+git~20260821T141014Z~cc93a683ca~64bit (git cc93a68 2026-08-21 14:10:14Z 64bit)\n",
		"show channels":        "{\"row_count\":0}\n",
		"conference json_list": "+OK No active conferences.\n",
		"file_exists":          "true",
		"uuid_kill":            "+OK\n",
		"uuid_getvar":          "8000",
	}
	f.Server = esltest.New(t, esltest.Handle(f.answer))
	return f
}

// set changes an answer, also in the middle of a test.
func (f *fake) set(command, reply string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.replies[command] = reply
}

// ignore makes commands that begin so get no answer.
func (f *fake) ignore(command string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ignored = command
}

func (f *fake) answer(c *esltest.Conn, text string) bool {
	command, background := strings.CutPrefix(text, "bgapi ")
	command, direct := strings.CutPrefix(command, "api ")
	if !background && !direct {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.commands = append(f.commands, command)
	if f.silent || f.ignored != "" && strings.HasPrefix(command, f.ignored) {
		return true
	}
	if background {
		return false
	}
	if name, ok := strings.CutPrefix(command, "global_getvar "); ok {
		c.API(f.globals[name])
		return true
	}
	if pair, ok := strings.CutPrefix(command, "global_setvar "); ok {
		name, value, _ := strings.Cut(strings.ReplaceAll(pair, `\=`, "\x00"), "=")
		value, _, _ = strings.Cut(value, "=") // what follows is what FreeSWITCH compares with
		f.globals[name] = strings.ReplaceAll(value, "\x00", "=")
		c.API("+OK")
		return true
	}
	best := ""
	for begin := range f.replies {
		if strings.HasPrefix(command, begin) && len(begin) > len(best) {
			best = begin
		}
	}
	if best == "" {
		return false
	}
	c.API(f.replies[best])
	return true
}

// sent is the commands so far that begin so.
func (f *fake) sent(begin string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(f.commands), func(c string) bool { return !strings.HasPrefix(c, begin) })
}

func (f *fake) options(t testing.TB) freeswitch.Options {
	dir := t.TempDir()
	return freeswitch.Options{
		Address: f.Addr(), Password: esltest.Password, RecordingsDir: "/rec", SoundsDir: "/sounds", EngineSoundsDir: "/own",
		EndpointsDir: filepath.Join(dir, "endpoints"),
		Timing: link.Timing{PingInterval: 100 * time.Millisecond, PingTimeout: 300 * time.Millisecond,
			BackoffFirst: 10 * time.Millisecond, BackoffLast: 50 * time.Millisecond},
	}
}

// running is an adapter whose Run was called.
type running struct {
	*freeswitch.Adapter
	log     *conformance.Log
	cancel  context.CancelFunc
	stopped chan error
}

func run(t testing.TB, opt freeswitch.Options) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{Adapter: freeswitch.New(opt), log: conformance.NewLog(), cancel: cancel, stopped: make(chan error, 1)}
	go func() { r.stopped <- r.Run(ctx, r.log.Handle) }()
	t.Cleanup(cancel)
	return r
}

// result waits for Run's end.
func (r *running) result(t testing.TB) error {
	t.Helper()
	select {
	case err := <-r.stopped:
		return err
	case <-time.After(20 * time.Second):
		t.Fatal("Run does not return")
		return nil
	}
}

// expect waits for an event of a type, after the first skip events.
func expect[E engine.Event](t testing.TB, r *running, skip int, match func(E) bool) E {
	t.Helper()
	e, ok := r.log.AwaitAfter(skip, time.Now().Add(20*time.Second), func(ev engine.Event) bool {
		typed, ok := ev.(E)
		return ok && (match == nil || match(typed))
	})
	if !ok {
		var none E
		t.Fatalf("no %T; events:%s", none, r.log)
	}
	return e.Event.(E)
}

// started is an adapter with its link up, and the connection that carries its
// events.
func started(t *testing.T) (*fake, *running, *esltest.Conn) {
	t.Helper()
	f := newFake(t)
	r := run(t, f.options(t))
	expect[engine.LinkUp](t, r, 0, nil)
	return f, r, f.Listener(t)
}
