package esl

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/percipia/eslgo"
)

// tap stands between FreeSWITCH and the library, and sees each frame in the
// order of the wire before the library does. It numbers the events, since the
// library hands them on in any order, and knows why a connection ends, which the
// library tells late or never.
type tap struct {
	fs     link            // to FreeSWITCH
	lib    net.Conn        // to the library
	events uint64          // so far
	active chan<- struct{} // is told of each, if there is room
}

// numberHeader is the header of an event that holds the tap's number, from 1 on
// without a gap.
const numberHeader = "Ringdesk-Wire-Number"

// run passes frames on until the connection is no good, and says why.
func (t *tap) run() error {
	for {
		f, err := readFrame(t.fs.r)
		if err != nil {
			return fmt.Errorf("%w: %w", errGone, err)
		}
		switch f.kind() {
		case eslgo.TypeReply, eslgo.TypeAPIResponse:
		case eslgo.TypeEventPlain:
			t.events++
			select {
			case t.active <- struct{}{}:
			default:
			}
			f.body = numbered(f.body, t.events)
		case eslgo.TypeDisconnect:
			return fmt.Errorf("%w: FreeSWITCH hung up: %.100q", errGone, f.body)
		default:
			return fmt.Errorf("%w: FreeSWITCH sends %q", errGone, f.kind())
		}
		if err := f.write(t.lib); err != nil {
			return fmt.Errorf("%w: %w", errGone, err)
		}
	}
}

// numbered puts a number at the head of an event. It leaves out headers whose
// names the library cannot read: for one such variable of a channel it throws
// the whole event away.
func numbered(event []byte, number uint64) []byte {
	out := fmt.Appendf(make([]byte, 0, len(event)+len(numberHeader)+24), "%s: %d\n", numberHeader, number)
	for len(event) > 0 {
		line, rest, _ := bytes.Cut(event, []byte("\n"))
		if len(bytes.TrimRight(line, "\r")) == 0 { // what follows is the event's own body
			return append(out, event...)
		}
		if name, _, ok := bytes.Cut(line, []byte(":")); !ok || isToken(name) {
			out = append(append(out, line...), '\n')
		}
		event = rest
	}
	return out
}

// isToken says whether a name is one of RFC 9110, section 5.6.2, as package
// net/textproto demands.
func isToken(name []byte) bool {
	for _, c := range name {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && !('0' <= c && c <= '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return len(name) > 0
}

// attach makes a connection of the library whose far side is ours, and logs it
// in. The library can do no more than dial an address, so the connection goes
// over a socket in Linux's abstract name space that takes this process only, and
// once. Nothing here waits for the network.
//
// The library must never close the connection itself: its Close writes a map
// that its goroutines read without a lock, which can crash the process (v1.5.1).
// Instead ctx ends, which ends its goroutines, and then our side is closed. The
// library's socket is closed with it by the garbage collector.
func attach(ctx context.Context, log eslgo.Logger) (*eslgo.Conn, net.Conn, error) {
	l, err := net.Listen("unix", "@ringdesk-"+rand.Text())
	if err != nil {
		return nil, nil, err
	}
	type greeted struct {
		conn net.Conn
		err  error
	}
	done := make(chan greeted, 1)
	go func() {
		c, err := acceptOwn(l.(*net.UnixListener))
		if err == nil {
			err = welcome(c)
		}
		done <- greeted{c, err}
	}()
	opt := eslgo.InboundOptions{
		Options: eslgo.Options{Context: ctx, Logger: log},
		Network: "unix", Password: "-", AuthTimeout: time.Hour, // our own answer cannot fail to come
	}
	lib, err := opt.Dial(l.Addr().String())
	l.Close()
	far := <-done
	if err = errors.Join(err, far.err); err != nil && far.conn != nil {
		far.conn.Close()
	}
	return lib, far.conn, err
}

// acceptOwn takes the first connection from this process. It bears with a lack
// of file descriptors, because the library would wait for its greeting for ever.
func acceptOwn(l *net.UnixListener) (net.Conn, error) {
	for {
		c, err := l.AcceptUnix()
		switch {
		case errors.Is(err, net.ErrClosed):
			return nil, err
		case err != nil:
			time.Sleep(10 * time.Millisecond)
		case peer(c) == os.Getpid():
			return c, nil
		default:
			c.Close()
		}
	}
}

// peer is the id of the process at the other end, or 0.
func peer(c *net.UnixConn) int {
	raw, err := c.SyscallConn()
	if err != nil {
		return 0
	}
	pid := 0
	err = raw.Control(func(fd uintptr) {
		if cred, err := syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED); err == nil {
			pid = int(cred.Pid)
		}
	})
	if err != nil {
		return 0
	}
	return pid
}

// welcome plays FreeSWITCH's part until the library is logged in.
func welcome(c net.Conn) error {
	if _, err := io.WriteString(c, "Content-Type: "+eslgo.TypeAuthRequest+"\n\n"); err != nil {
		return err
	}
	// The library sends nothing more before it has the reply, so none of it stays
	// in the buffer.
	for r := bufio.NewReader(c); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		if line == "\r\n" {
			break
		}
	}
	_, err := io.WriteString(c, "Content-Type: "+eslgo.TypeReply+"\nReply-Text: +OK accepted\n\n")
	return err
}
