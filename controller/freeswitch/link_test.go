package freeswitch_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/freeswitch"
	"ringdesk/controller/freeswitch/esl"
	"ringdesk/testkit/esltest"
)

// What retrying cannot mend ends Run, and says what to do.
func TestRun_Fatal(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*fake, *freeswitch.Options)
		want   error
		says   string
	}{
		{"password", func(_ *fake, o *freeswitch.Options) { o.Password = "wrong" }, esl.ErrLogin, "event_socket.conf"},
		{"old", func(f *fake, _ *freeswitch.Options) { f.set("version", "FreeSWITCH Version 1.10.9-release") }, freeswitch.ErrTooOld, "1.10.12 or newer"},
		{"no FreeSWITCH", func(f *fake, _ *freeswitch.Options) { f.set("version", "hello") }, freeswitch.ErrTooOld, "1.10.12 or newer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t)
			opt := f.options(t)
			c.change(f, &opt)
			err := run(t, opt).result(t)
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("Run returned %v", err)
			}
		})
	}
	t.Run("access list", func(t *testing.T) {
		s := esltest.New(t, esltest.Greet(esltest.Refuse))
		err := run(t, freeswitch.Options{Address: s.Addr(), Password: esltest.Password}).result(t)
		if !errors.Is(err, esl.ErrAccess) || !strings.Contains(err.Error(), "apply-inbound-acl") {
			t.Errorf("Run returned %v", err)
		}
	})
}

// Covers: SYS-3. The link comes back by itself, however it broke, with a
// snapshot; nothing is said in between, and late events are those of the past.
func TestRun_Relink(t *testing.T) {
	for name, breaks := range map[string]func(*fake, *esltest.Conn){
		"closed":   func(_ *fake, c *esltest.Conn) { c.Close() },
		"log data": func(_ *fake, c *esltest.Conn) { c.Raw("Content-Type: log/data\nContent-Length: 2\n\nhi") },
		"half-open": func(f *fake, _ *esltest.Conn) {
			f.mu.Lock()
			f.silent = true
			f.mu.Unlock()
			time.AfterFunc(time.Second, func() { f.mu.Lock(); f.silent = false; f.mu.Unlock() })
		},
	} {
		t.Run(name, func(t *testing.T) {
			f, r, c := started(t)
			before := r.log.Len()
			breaks(f, c)
			expect[engine.LinkDown](t, r, before, nil)
			expect[engine.LinkUp](t, r, before, nil)
			if faults := r.log.Faults(); len(faults) > 0 {
				t.Error(faults)
			}
			r.cancel()
			if err := r.result(t); err != nil {
				t.Errorf("Run returned %v", err)
			}
		})
	}
}

// A FreeSWITCH that is another one than before is told to be so, once.
//
// Covers: SYS-3
func TestRun_Restarted(t *testing.T) {
	f := newFake(t)
	is := func(core string) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.globals["core_uuid"] = core
	}
	is("first")
	r := run(t, f.options(t))
	from := 0
	for _, c := range []struct {
		next string
		want bool
	}{{"first", false}, {"second", false}, {"second", true}, {"second", false}} {
		if up := expect[engine.LinkUp](t, r, from, nil); up.Restarted != c.want {
			t.Errorf("restarted %v, want %v", up.Restarted, c.want)
		}
		from = r.log.Len()
		is(c.next)
		f.Listener(t).Close()
	}
}

// Covers: SYS-3. A controller that stood still for seconds does not trust the
// events that waited for it: FreeSWITCH may have dropped some.
func TestRun_StoodStill(t *testing.T) {
	const address = "RINGDESK_TEST_EVENT_SOCKET"
	f := newFake(t)
	opt := f.options(t)
	if a := os.Getenv(address); a != "" { // the process that stands still
		opt.Address = a
		err := freeswitch.New(opt).Run(t.Context(), func(e engine.Event) { fmt.Printf("%T %+v\n", e, e) })
		t.Fatal(err)
	}
	ctx, cancel := contextFor(t, time.Minute)
	defer cancel()
	child := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestRun_StoodStill$")
	child.Env = append(os.Environ(), address+"="+opt.Address)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = child.Process.Kill(); _ = child.Wait() }()
	lines := bufio.NewScanner(out)
	said := func(what string) string {
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), what) {
				return lines.Text()
			}
		}
		t.Fatalf("it ended without %s", what)
		return ""
	}
	said("engine.LinkUp")
	if err := child.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	<-time.After(opt.PingInterval + 2*opt.PingTimeout + 1500*time.Millisecond) // the time that it stands still
	if err := child.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	// Or the probe that was under way had no answer in time.
	if line := said("engine.LinkDown"); !strings.Contains(line, "stood still") && !strings.Contains(line, "no answer to a probe") {
		t.Error(line)
	}
	said("engine.LinkUp")
}

// Covers: SYS-3. A second controller takes FreeSWITCH over; the first gives up.
func TestRun_TakenOver(t *testing.T) {
	f, first, _ := started(t)
	second := run(t, f.options(t))
	if err := first.result(t); !errors.Is(err, freeswitch.ErrReplaced) {
		t.Errorf("the first Run returned %v", err)
	}
	expect[engine.LinkDown](t, first, 0, nil)
	expect[engine.LinkUp](t, second, 0, nil)
}

// A command's deadline holds while FreeSWITCH says nothing, and the next
// command is not held up by it.
func TestCommands_Deadline(t *testing.T) {
	f, r, c := started(t)
	arrive(f, c, "leg-1")
	expect[engine.LegArrived](t, r, 0, nil)
	f.mu.Lock()
	f.silent = true
	f.mu.Unlock()
	start := time.Now()
	ctx, cancel := contextFor(t, 200*time.Millisecond)
	defer cancel()
	if err := r.Ring(ctx, "leg-1"); engine.KindOf(err) != engine.KindTimeout {
		t.Errorf("Ring: %v", err)
	}
	if d := time.Since(start); d > 500*time.Millisecond {
		t.Errorf("took %v", d)
	}
	f.mu.Lock()
	f.silent = false
	f.mu.Unlock()
	if err := r.Ring(t.Context(), "leg-1"); err != nil {
		t.Errorf("Ring afterwards: %v", err)
	}
}
