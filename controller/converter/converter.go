// Package converter runs the programs that convert sound, lame and sox, so that no
// file, however it is made, takes from live calls what they need: memory, processor
// time and disk of each run are limited (SEC-4), and calls come first.
package converter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// memory is the most that one run may hold in private memory, bytes
	// (RLIMIT_DATA). An honest file takes below 20 MB.
	memory = 128 << 20
	// openFiles is enough for the pipes, the output and the libraries.
	openFiles = 64
	// niceness: calls come first.
	niceness = 10
	// firstToGo tells the kernel which process to end when memory runs out (proc(5)).
	firstToGo = "1000"
)

var (
	// ErrMissing says that the program cannot be run.
	ErrMissing = errors.New("the program cannot be run")
	// ErrLimit says that a run was ended because it wanted more than it may have.
	ErrLimit = errors.New("it wanted more memory, time or disk than it may have")
)

// Error says that a program gave up.
type Error struct {
	Program string // its name
	Said    string // what it complained of, in one line
	Err     error
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %v: %s", e.Program, e.Err, e.Said) }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Job is one run of a program.
type Job struct {
	Program string // name or path
	Args    []string
	Stdin   io.Reader // nil: Process.Stdin is written instead
	Stdout  *os.File
	CPU     time.Duration // processor time, whole seconds
	Output  int64         // bytes of a file that it writes
}

// Process is a running program.
type Process struct {
	Stdin io.WriteCloser // nil where the job has one
	name  string
	cmd   *exec.Cmd
	said  said
}

// Start runs the program until ctx ends. Should we die, the pipe to it breaks and it
// ends as well.
func (j Job) Start(ctx context.Context) (*Process, error) {
	program, err := exec.LookPath(j.Program)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMissing, err)
	}
	p := &Process{name: filepath.Base(program), cmd: exec.CommandContext(ctx, "nice", append([]string{"-n", strconv.Itoa(niceness), program}, j.Args...)...)}
	p.cmd.Stderr = &p.said
	p.cmd.WaitDelay = time.Second
	if j.Stdout != nil {
		p.cmd.Stdout = j.Stdout
	}
	limited := make(chan struct{})
	if j.Stdin != nil {
		p.cmd.Stdin = &held{in: j.Stdin, until: limited}
	} else if p.Stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMissing, err)
	}
	if err := j.limit(p.cmd.Process.Pid); err != nil {
		err = errors.Join(fmt.Errorf("%s cannot be limited: %w", p.name, err), p.cmd.Process.Kill())
		close(limited)
		return nil, errors.Join(err, p.Wait())
	}
	close(limited)
	return p, nil
}

// limit holds the process to what it may have, before it reads anything.
func (j Job) limit(pid int) error {
	seconds := uint64(j.CPU / time.Second)
	for resource, most := range map[int]unix.Rlimit{
		unix.RLIMIT_DATA:  {Cur: memory, Max: memory},
		unix.RLIMIT_CPU:   {Cur: seconds, Max: seconds + 1}, // SIGXCPU, which a program may catch, then SIGKILL
		unix.RLIMIT_FSIZE: {Cur: uint64(j.Output), Max: uint64(j.Output)}, unix.RLIMIT_NOFILE: {Cur: openFiles, Max: openFiles},
		unix.RLIMIT_CORE: {},
	} {
		err := unix.Prlimit(pid, resource, &most, nil)
		if errors.Is(err, unix.ESRCH) {
			return nil // it has ended already, and Wait says how
		}
		if err != nil {
			return err
		}
	}
	// Refused where /proc is not writable; the limits hold all the same.
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/oom_score_adj", pid), []byte(firstToGo), 0)
	return nil
}

// Wait waits for the end. A run that failed gives an *Error, which is an
// ErrLimit where a limit was the reason, or the context's end.
func (p *Process) Wait() error {
	err := p.cmd.Wait()
	if err == nil {
		return nil
	}
	failed := &Error{Program: p.name, Said: p.said.line(), Err: err}
	if p.overLimit() {
		failed.Err = fmt.Errorf("%w: %w", ErrLimit, err)
	}
	return failed
}

func (p *Process) overLimit() bool {
	if said := p.said.line(); strings.Contains(said, "out of memory") || strings.Contains(said, "Cannot allocate memory") {
		return true
	}
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() {
		return false
	}
	switch status.Signal() {
	case syscall.SIGXCPU, syscall.SIGXFSZ, syscall.SIGABRT, syscall.SIGSEGV, syscall.SIGKILL:
		return true
	default:
		return false
	}
}

// held keeps input back until the process is limited.
type held struct {
	in    io.Reader
	until <-chan struct{}
}

// Read implements io.Reader.
func (h *held) Read(p []byte) (int, error) {
	<-h.until
	return h.in.Read(p)
}

// said keeps the beginning and the end of what is written to it: a broken file
// makes a program complain of every piece of it.
type said struct{ head, tail []byte }

const saidBytes = 1000 // of each of the two

// Write implements io.Writer.
func (s *said) Write(p []byte) (int, error) {
	n := min(len(p), saidBytes-len(s.head))
	s.head = append(s.head, p[:n]...)
	s.tail = append(s.tail, p[n:]...)
	if over := len(s.tail) - saidBytes; over > 0 {
		s.tail = append(s.tail[:0], s.tail[over:]...)
	}
	return len(p), nil
}

// line gives the lines as one.
func (s *said) line() string {
	text := string(s.head) + string(s.tail)
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), " | ")
}
