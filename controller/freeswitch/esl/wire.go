package esl

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/percipia/eslgo"
)

// mostBody is the longest body of a frame, in bytes. The longest known is the
// list of all channels, with about 1 kB for each.
const mostBody = 64 << 20

// frame is one message of FreeSWITCH.
type frame struct {
	header textproto.MIMEHeader
	body   []byte
}

func readFrame(r *bufio.Reader) (frame, error) {
	header, err := textproto.NewReader(r).ReadMIMEHeader()
	if err != nil {
		return frame{}, err
	}
	f := frame{header: header}
	length := header.Get("Content-Length")
	if length == "" {
		return f, nil
	}
	n, err := strconv.Atoi(length)
	if err != nil || n < 0 || n > mostBody {
		return frame{}, fmt.Errorf("FreeSWITCH announces a body of %.40q bytes", length)
	}
	f.body = make([]byte, n)
	_, err = io.ReadFull(r, f.body)
	return f, err
}

func (f frame) kind() string { return f.header.Get("Content-Type") }

// write sends a frame in one piece.
func (f frame) write(w io.Writer) error {
	if f.body != nil {
		f.header.Set("Content-Length", strconv.Itoa(len(f.body)))
	}
	var b []byte
	for name, values := range f.header {
		for _, v := range values {
			b = fmt.Appendf(b, "%s: %s\n", name, v)
		}
	}
	b = append(append(b, '\n'), f.body...)
	_, err := w.Write(b)
	return err
}

// link is a connection to FreeSWITCH. All reading goes through r.
type link struct {
	net.Conn
	r *bufio.Reader
}

// connect connects and logs in, while ctx lasts.
func connect(ctx context.Context, opt Options) (link, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", opt.Address)
	if err != nil {
		return link{}, err
	}
	l := link{c, bufio.NewReader(c)}
	stop := context.AfterFunc(ctx, func() { c.Close() })
	err = l.login(opt)
	if !stop() {
		err = ctx.Err() // it came first, and closed the connection
	}
	if err != nil {
		c.Close()
		return link{}, err
	}
	return l, nil
}

func (l link) login(opt Options) error {
	greeting, err := readFrame(l.r)
	switch {
	case greeting.kind() == "text/rude-rejection":
		return ErrAccess
	case err != nil:
		return fmt.Errorf("waiting for FreeSWITCH's greeting: %w", err)
	case greeting.kind() != eslgo.TypeAuthRequest:
		return fmt.Errorf("%s greets with %q, which is no event socket", opt.Address, greeting.kind())
	case strings.ContainsFunc(opt.Password, isControl):
		return fmt.Errorf("%w, which holds a control character and was not sent", ErrLogin)
	}
	if _, err := fmt.Fprintf(l, "auth %s\n\n", opt.Password); err != nil {
		return err
	}
	reply, err := readFrame(l.r)
	switch {
	case err != nil:
		return fmt.Errorf("logging in to FreeSWITCH: %w", err)
	case !strings.HasPrefix(reply.header.Get("Reply-Text"), "+OK"):
		return ErrLogin
	}
	return nil
}
