package esl_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringdesk/controller/freeswitch/esl"
	"ringdesk/testkit/esltest"
)

func options(s *esltest.Server) esl.Options {
	return esl.Options{Address: s.Addr(), Password: esltest.Password, Timeout: 2 * time.Second}
}

// Whatever greets us, connecting takes bounded time, says what is wrong and
// leaves no connection behind.
func TestDial(t *testing.T) {
	for _, c := range []struct {
		name  string
		greet func(*esltest.Conn) bool
		pass  string
		want  func(error) bool
	}{
		{"access list", esltest.Refuse, esltest.Password, func(err error) bool { return errors.Is(err, esl.ErrAccess) }},
		{"silence", esltest.Silent, esltest.Password, func(err error) bool { return isTimeout(err) }},
		{"closed", func(*esltest.Conn) bool { return false }, esltest.Password, func(err error) bool { return err != nil }},
		{"no event socket", func(c *esltest.Conn) bool { c.Raw("Content-Type: text/html\n\n"); return false }, esltest.Password,
			says("no event socket")},
		{"password", func(c *esltest.Conn) bool { c.Raw("Content-Type: auth/request\n\n"); return true }, "wrong",
			func(err error) bool { return errors.Is(err, esl.ErrLogin) }},
		{"a password of two lines", func(c *esltest.Conn) bool { c.Raw("Content-Type: auth/request\n\n"); return true }, esltest.Password + "\n\napi shutdown",
			func(err error) bool { return errors.Is(err, esl.ErrLogin) }},
		{"no answer to the login", func(c *esltest.Conn) bool { c.Raw("Content-Type: auth/request\n\n"); return esltest.Silent(c) }, esltest.Password,
			isTimeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := esltest.New(t, esltest.Greet(c.greet))
			opt := options(s)
			opt.Password, opt.Timeout = c.pass, 400*time.Millisecond
			start := time.Now()
			_, err := esl.NewCommands(opt, func() {}).API(t.Context(), "status")
			if err == nil || !c.want(err) {
				t.Errorf("error %v", err)
			}
			if d := time.Since(start); d > 2*time.Second {
				t.Errorf("took %v", d)
			}
			eventually(t, "no connection is left", func() bool { return s.Open() == 0 })
		})
	}
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// eventually waits for a condition.
func eventually(t testing.TB, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within 20 s", what)
		}
	}
}

// FreeSWITCH's answers become output or a Failure.
func TestAPI_Replies(t *testing.T) {
	s := esltest.New(t, esltest.Handle(func(c *esltest.Conn, command string) bool {
		text, ok := strings.CutPrefix(command, "api ")
		if ok {
			c.API(text)
		}
		return ok
	}))
	commands := esl.NewCommands(options(s), func() {})
	t.Cleanup(commands.Close)
	for reply, want := range map[string]string{
		"+OK": "", "+OK done": "done", "plain": "plain", "{\"a\": 1}": "{\"a\": 1}",
		"-ERR No such channel!": "FreeSWITCH: No such channel!", "-USAGE: cond x": "FreeSWITCH: cond x",
	} {
		got, err := commands.API(t.Context(), reply)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q gives %q, want %q", reply, got, want)
		}
	}
}

// Open makes all connections, and as many commands at once as there are need no other.
// One that is lost is made anew.
func TestOpen(t *testing.T) {
	const most = 4
	under, reply := make(chan *esltest.Conn, most), make(chan struct{})
	s := esltest.New(t, esltest.Handle(func(c *esltest.Conn, command string) bool {
		text, ok := strings.CutPrefix(command, "api ")
		if ok {
			under <- c
			<-reply
			c.API(text)
		}
		return ok
	}))
	commands := esl.NewCommands(options(s), func() {})
	t.Cleanup(commands.Close)
	for range 2 { // the second finds them open
		commands.Open(t.Context())
	}
	eventually(t, "all are open", func() bool { return s.Open() == most })
	var done sync.WaitGroup
	for range most {
		done.Go(func() {
			if _, err := commands.API(t.Context(), "status"); err != nil {
				t.Error(err)
			}
		})
	}
	on := map[*esltest.Conn]bool{}
	for range most {
		on[<-under] = true
	}
	if len(on) != most || s.Open() != most {
		t.Errorf("%d commands at once were on %d connections of %d", most, len(on), s.Open())
	}
	close(reply)
	done.Wait()
	for c := range on {
		c.Close()
		break
	}
	eventually(t, "one is lost", func() bool { return s.Open() == most-1 })
	commands.Open(t.Context())
	eventually(t, "all are open again", func() bool { return s.Open() == most })
}

// A FreeSWITCH that cannot be reached is the next command's affair.
func TestOpen_Refused(t *testing.T) {
	s := esltest.New(t, esltest.Greet(esltest.Refuse))
	commands := esl.NewCommands(options(s), func() {})
	commands.Open(t.Context())
	if _, err := commands.API(t.Context(), "status"); !errors.Is(err, esl.ErrAccess) {
		t.Errorf("error %v", err)
	}
	eventually(t, "no connection is left", func() bool { return s.Open() == 0 })
}

// What could become a second command is not sent.
func TestAPI_ControlCharacters(t *testing.T) {
	var sent atomic.Int64
	s := esltest.New(t, esltest.Handle(func(*esltest.Conn, string) bool { sent.Add(1); return false }))
	commands := esl.NewCommands(options(s), func() {})
	for _, bad := range []string{"a\nb", "a\r\n\r\nexit", "a\x00", "a\x7fb", "a\tb"} {
		if _, err := commands.API(t.Context(), bad); !errors.Is(err, esl.ErrUnsafe) {
			t.Errorf("%q: %v", bad, err)
		}
		if err := commands.Background(t.Context(), "originate x", bad); !errors.Is(err, esl.ErrUnsafe) {
			t.Errorf("job %q: %v", bad, err)
		}
	}
	if n := sent.Load(); n != 0 {
		t.Errorf("%d commands were sent", n)
	}
}

// Eight goroutines send 5,000 commands each, and give up waiting at random, to a
// server that answers late, twice as late, or never: no command ever gets
// another's reply.
func TestAPI_NoWrongReplies(t *testing.T) {
	const workers, each = 8, 5000
	s := esltest.New(t, esltest.Handle(func(c *esltest.Conn, command string) bool {
		text, ok := strings.CutPrefix(command, "api ")
		if !ok {
			return false
		}
		switch n := rand.IntN(400); {
		case n == 0: // never
		case n < 4:
			time.AfterFunc(time.Duration(rand.IntN(8))*time.Millisecond, func() { c.API(text) })
		default:
			c.API(text)
		}
		return true
	}))
	commands := esl.NewCommands(options(s), func() {})
	t.Cleanup(commands.Close)
	var wrong, answered, late atomic.Int64
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				want := fmt.Sprintf("echo %d-%d", w, i)
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(1+rand.IntN(20))*time.Millisecond)
				got, err := commands.API(ctx, want)
				cancel()
				switch {
				case err != nil:
					late.Add(1)
				case got != want:
					wrong.Add(1)
				default:
					answered.Add(1)
				}
			}
		})
	}
	wg.Wait()
	t.Logf("%d answered, %d given up, %d wrong", answered.Load(), late.Load(), wrong.Load())
	if wrong.Load() != 0 {
		t.Errorf("%d wrong replies", wrong.Load())
	}
	// How many depends on the machine, and on the race detector.
	if answered.Load() < workers*each/10 {
		t.Errorf("only %d of %d commands were answered", answered.Load(), workers*each)
	}
	if late.Load() == 0 {
		t.Error("nothing was given up: the test shows nothing")
	}
}

// A burst of 20,000 events of 50 calls comes whole and in order.
func TestEvents_Burst(t *testing.T) {
	const events, calls = 20000, 50
	s := esltest.New(t)
	e, err := esl.Subscribe(t.Context(), options(s), events, "CHANNEL_CREATE")
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	c := s.Listener(t)
	go func() {
		for i := range events {
			if i%7 == 0 {
				s.Next() // an event that nobody asked for
			}
			c.Send(s.Event("CHANNEL_CREATE", "Unique-ID", strconv.Itoa(i%calls), "N", strconv.Itoa(i/calls)))
		}
	}()
	next := make([]int, calls)
	for range events {
		select {
		case ev, open := <-e.C:
			if !open {
				t.Fatalf("the link ended: %v", context.Cause(e.Context()))
			}
			call, _ := strconv.Atoi(ev.GetHeader("Unique-ID"))
			if n, _ := strconv.Atoi(ev.GetHeader("N")); n != next[call] {
				t.Fatalf("call %d: event %d, want %d", call, n, next[call])
			}
			next[call]++
		case <-time.After(20 * time.Second):
			t.Fatalf("events are missing: %v", next)
		}
	}
}

// Events come in the order of the wire. Event-Sequence says when FreeSWITCH began
// an event, not when it fired it, and is no order.
func TestEvents_WireOrder(t *testing.T) {
	s := esltest.New(t)
	e, err := esl.Subscribe(t.Context(), options(s), 100, "DTMF")
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	c := s.Listener(t)
	var batch []string
	for i, n := range rand.Perm(20) {
		batch = append(batch, s.Numbered(uint64(100+3*n), "DTMF", "DTMF-Digit", strconv.Itoa(i)))
	}
	batch = append(batch, s.Numbered(100, "DTMF", "DTMF-Digit", "20"), "Event-Name: DTMF\nDTMF-Digit: 21\n\n")
	c.Send(batch...)
	for want := range len(batch) {
		if got := (<-e.C).GetHeader("DTMF-Digit"); got != strconv.Itoa(want) {
			t.Fatalf("event %s, want %d", got, want)
		}
	}
}

// A variable whose name the library cannot read is left out, with its event
// whole otherwise; the event's own body is not touched.
func TestEvents_BadName(t *testing.T) {
	s := esltest.New(t)
	e, err := esl.Subscribe(t.Context(), options(s), 100, "BACKGROUND_JOB")
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	const body = "a(b: 1\n-ERR no\n\n"
	s.Listener(t).Send("Event-Name: BACKGROUND_JOB\nvariable_a(b: 1\nvariable_c@d/e: 2\n: 3\nvariable_f: 4%20\nContent-Length: " +
		strconv.Itoa(len(body)) + "\n\n" + body)
	select {
	case ev := <-e.C:
		if ev.GetHeader("variable_f") != "4 " || string(ev.Body) != body || len(ev.Headers) != 4 {
			t.Errorf("event %q", ev)
		}
	case <-time.After(20 * time.Second):
		t.Error("no event")
	}
}

func says(text string) func(error) bool {
	return func(err error) bool { return strings.Contains(err.Error(), text) }
}

// What breaks a link, each with its cause: nothing is lost in silence.
func TestEvents_Broken(t *testing.T) {
	for _, c := range []struct {
		name string
		send func(*esltest.Server, *esltest.Conn, *esl.Events)
		want func(error) bool
	}{
		{"an event that cannot be read", func(_ *esltest.Server, c *esltest.Conn, _ *esl.Events) {
			c.Send("Event-Name: DTMF\nno header\n\n")
		}, says("parsing event")},
		{"an event that is cut short", func(_ *esltest.Server, c *esltest.Conn, _ *esl.Events) {
			c.Send("Event-Name: DTMF\nContent-Length: 9\n\nshort")
		}, says("parsing event")},
		{"an endless frame", func(_ *esltest.Server, c *esltest.Conn, _ *esl.Events) {
			c.Raw("Content-Type: text/event-plain\nContent-Length: 99999999999\n\n")
		}, says("99999999999")},
		{"a negative length", func(_ *esltest.Server, c *esltest.Conn, _ *esl.Events) {
			c.Raw("Content-Type: api/response\nContent-Length: -1\n\n")
		}, says("-1")},
		{"another login", func(_ *esltest.Server, c *esltest.Conn, _ *esl.Events) {
			c.Raw("Content-Type: auth/request\n\n")
		}, says("auth/request")},
		{"a foreign content type", func(_ *esltest.Server, c *esltest.Conn, _ *esl.Events) {
			c.Raw("Content-Type: log/data\nContent-Length: 2\n\nhi")
		}, says("log/data")},
		{"a disconnect notice", func(_ *esltest.Server, c *esltest.Conn, _ *esl.Events) {
			c.Raw("Content-Type: text/disconnect-notice\nContent-Length: 8\n\ngoodbye\n")
		}, says("goodbye")},
		{"the end of the connection", func(_ *esltest.Server, c *esltest.Conn, _ *esl.Events) { c.Close() }, says("EOF")},
		{"too many events", func(s *esltest.Server, c *esltest.Conn, _ *esl.Events) {
			for range 200 {
				c.Send(s.Event("DTMF"))
			}
		}, func(err error) bool { return errors.Is(err, esl.ErrOverflow) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := esltest.New(t)
			e, err := esl.Subscribe(t.Context(), options(s), 100, "DTMF")
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			c.send(s, s.Listener(t), e)
			select {
			case <-e.Context().Done():
				if err := context.Cause(e.Context()); !c.want(err) {
					t.Errorf("cause %v", err)
				}
			case <-time.After(20 * time.Second):
				t.Error("the link is thought to be good")
			}
		})
	}
}

// A server that answers no probe is given up in the probe's time.
func TestEvents_HalfOpen(t *testing.T) {
	s := esltest.New(t, esltest.Handle(func(_ *esltest.Conn, command string) bool { return strings.HasPrefix(command, "api") }))
	e, err := esl.Subscribe(t.Context(), options(s), 100, "DTMF")
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	start := time.Now()
	if _, err := e.Ask(t.Context(), "uptime", 200*time.Millisecond); err == nil {
		t.Error("a probe without an answer was taken for one")
	}
	if d := time.Since(start); d > time.Second {
		t.Errorf("took %v", d)
	}
	if e.Context().Err() == nil {
		t.Error("the link is thought to be good")
	}
}

// A subscription that FreeSWITCH refuses is an error, not silence.
func TestSubscribe_Refused(t *testing.T) {
	s := esltest.New(t, esltest.Handle(func(c *esltest.Conn, command string) bool {
		refused := strings.HasPrefix(command, "event")
		if refused {
			c.Reply("-ERR no keywords supplied")
		}
		return refused
	}))
	if _, err := esl.Subscribe(t.Context(), options(s), 100, "NOTHING"); err == nil || !strings.Contains(err.Error(), "no keywords") {
		t.Errorf("error %v", err)
	}
	eventually(t, "no connection is left", func() bool { return s.Open() == 0 })
}
