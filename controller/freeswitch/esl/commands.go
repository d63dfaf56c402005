package esl

import (
	"context"
	"errors"
	"strings"
	"sync"
)

// connections is how many commands may be under way at once. FreeSWITCH runs
// those of one connection one after the other.
const connections = 4

// Commands sends commands, each over a connection that it has for itself until
// the reply. A command whose reply did not come takes its connection with it, so
// that a late reply is never taken for another command's.
type Commands struct {
	opt   Options
	sends func() // is told before each command
	slots chan struct{}
	pool  pool
}

// NewCommands makes Commands; nothing is connected before Open or the first
// command. sends is called before each command goes out.
func NewCommands(opt Options, sends func()) *Commands {
	return &Commands{opt: opt, sends: sends, slots: make(chan struct{}, connections)}
}

// Failure is a command that FreeSWITCH refused.
type Failure struct{ Text string } // such as "No such channel!"

func (f *Failure) Error() string { return "FreeSWITCH: " + f.Text }

// ErrUnsafe means that a command was not sent, since it holds a control
// character, which could make it two commands.
var ErrUnsafe = errors.New("a command holds a control character")

// API runs a command and gives its output, without a leading "+OK" and the
// space around. Output that begins with "-ERR" or "-USAGE" is a *Failure.
func (c *Commands) API(ctx context.Context, command string) (string, error) {
	return c.run(ctx, command, "")
}

// Background begins a command. An event BACKGROUND_JOB with the job's id as
// Job-UUID tells how it ended.
func (c *Commands) Background(ctx context.Context, command, job string) error {
	_, err := c.run(ctx, command, job)
	return err
}

func (c *Commands) run(ctx context.Context, command, job string) (string, error) {
	for _, part := range []string{command, job} {
		if strings.ContainsFunc(part, isControl) {
			return "", ErrUnsafe
		}
	}
	m := message("api " + command)
	if job != "" {
		m = message("bgapi " + command + "\r\nJob-UUID: " + job)
	}
	ctx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	reply, err := c.exchange(ctx, m)
	if err != nil {
		return "", err
	}
	return parseReply(reply)
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// exchange sends one command and gives its reply.
func (c *Commands) exchange(ctx context.Context, m message) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	l, err := c.connection(ctx)
	if err != nil {
		return "", err
	}
	c.sends()
	r, err := l.send(ctx, m)
	if err != nil {
		l.lose(err)
		return "", err
	}
	c.pool.put(l)
	return r.GetReply(), nil
}

// connection gives one that nobody uses, or a new one.
func (c *Commands) connection(ctx context.Context) (*conn, error) {
	if l := c.pool.take(); l != nil {
		return l, nil
	}
	return dial(ctx, c.opt)
}

// Open makes all connections at once, so that no later command has to wait for
// one. What cannot be made now is made by the command that needs it.
func (c *Commands) Open(ctx context.Context) {
	free := 0
	for free < connections && c.reserve() {
		free++
	}
	var opened sync.WaitGroup
	ready := make([]*conn, free)
	for i := range ready {
		opened.Go(func() { ready[i], _ = c.connection(ctx) })
	}
	opened.Wait()
	for _, l := range ready {
		if l != nil {
			c.pool.put(l)
		}
		<-c.slots
	}
}

// reserve takes a slot if one is free.
func (c *Commands) reserve() bool {
	select {
	case c.slots <- struct{}{}:
		return true
	default:
		return false
	}
}

// Close ends the connections that are not in use.
func (c *Commands) Close() { c.pool.closeAll() }

// parseReply tells success from failure by the words of FreeSWITCH's commands.
func parseReply(reply string) (string, error) {
	reply = strings.TrimSpace(reply)
	for _, mark := range []string{"-ERR", "-USAGE"} {
		if text, ok := strings.CutPrefix(reply, mark); ok {
			return "", &Failure{strings.TrimSpace(strings.TrimPrefix(text, ":"))}
		}
	}
	reply, _ = strings.CutPrefix(reply, "+OK")
	return strings.TrimSpace(reply), nil
}
