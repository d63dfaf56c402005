//go:build amd64 || arm64

package powercut

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ErrForbidden says that this machine lets no program trace its own children.
var ErrForbidden = errors.New("ptrace is forbidden here")

// Record runs a program to its end and records what it and its children do in a folder. What it
// writes to standard output is what it acknowledges; what it says otherwise goes to standard error.
// A program that ends with another code than 0 is an error.
func Record(folder string, env []string, argv ...string) (*Log, error) {
	r, err := newRecorder(folder)
	if err != nil {
		return nil, err
	}
	ended := make(chan error)
	go func() {
		runtime.LockOSThread() // ptrace knows threads; this one ends with the goroutine
		t := tracer{recorder: r, inside: make(map[int]*call), seen: make(map[int]bool)}
		ended <- t.run(env, argv)
	}()
	return r.log, <-ended
}

type tracer struct {
	recorder *recorder
	inside   map[int]*call // by thread, while it is in a system call
	seen     map[int]bool  // threads
	main     int
	code     syscall.WaitStatus // of the program
}

// options: whatever a program starts is traced, too, and all of it ends with us.
const options = unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_TRACEFORK | unix.PTRACE_O_TRACEVFORK | unix.PTRACE_O_TRACEEXEC | unix.PTRACE_O_EXITKILL

// ours waits for what this thread traces, and leaves children of others alone.
const ours = unix.WALL | unix.WNOTHREAD

func (t *tracer) run(env, argv []string) error {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer null.Close()
	p, err := os.StartProcess(argv[0], argv, &os.ProcAttr{Env: env, Files: []*os.File{null, null, os.Stderr}, Sys: &syscall.SysProcAttr{Ptrace: true}})
	if errors.Is(err, unix.EPERM) {
		return ErrForbidden
	}
	if err != nil {
		return err
	}
	t.main = p.Pid
	_ = p.Release() // we wait for it by ourselves
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(t.main, &status, ours, nil); err != nil {
		return err
	}
	t.seen[t.main] = true
	if err := errors.Join(unix.PtraceSetOptions(t.main, options), unix.PtraceSyscall(t.main, 0)); err != nil {
		return err
	}
	err = t.follow()
	if err != nil {
		_ = syscall.Kill(t.main, syscall.SIGKILL)
	}
	for { // whatever is left ends
		thread, more := syscall.Wait4(-1, &status, ours, nil)
		if more == unix.ECHILD {
			break
		}
		if more == nil && status.Stopped() {
			_ = unix.PtraceCont(thread, 0)
		}
	}
	if err == nil && (!t.code.Exited() || t.code.ExitStatus() != 0) {
		err = fmt.Errorf("the recorded program ended with code %d, signal %v", t.code.ExitStatus(), t.code.Signal())
	}
	return err
}

// follow goes on until nothing is left to trace.
func (t *tracer) follow() error {
	for {
		var status syscall.WaitStatus
		thread, err := syscall.Wait4(-1, &status, ours, nil)
		switch {
		case err == unix.EINTR:
			continue
		case err == unix.ECHILD:
			return nil
		case err != nil:
			return err
		}
		if !status.Stopped() {
			if thread == t.main {
				t.code = status
			}
			delete(t.inside, thread)
			continue
		}
		signal, err := t.stopped(thread, status)
		if err != nil {
			return err
		}
		if err := unix.PtraceSyscall(thread, signal); err != nil && err != unix.ESRCH { // it was killed meanwhile
			return err
		}
	}
}

// stopped heeds why a thread has stopped, and gives the signal that it is to get.
func (t *tracer) stopped(thread int, status syscall.WaitStatus) (signal int, err error) {
	fresh := !t.seen[thread]
	t.seen[thread] = true
	switch s := status.StopSignal(); {
	case s == unix.SIGTRAP|0x80:
		return 0, t.systemCall(thread)
	case s == unix.SIGTRAP && status.TrapCause() > 0: // it has started something
		return 0, nil
	case s == unix.SIGSTOP && fresh: // every new thread stops so
		return 0, nil
	default:
		return int(s), nil
	}
}

// info is what Linux tells of a system call, on every architecture alike (PTRACE_GET_SYSCALL_INFO in ptrace(2)).
type info struct {
	op     uint8
	_      [3]uint8
	_      uint32
	_, _   uint64
	number uint64 // or, when it returns, the result
	args   [6]uint64
	_      [2]uint64
}

const (
	begins  = 1 // info.op
	returns = 2
)

func (t *tracer) systemCall(thread int) error {
	var i info
	_, _, failed := unix.RawSyscall6(unix.SYS_PTRACE, unix.PTRACE_GET_SYSCALL_INFO, uintptr(thread), unsafe.Sizeof(i), uintptr(unsafe.Pointer(&i)), 0, 0)
	if failed == unix.ESRCH {
		return nil
	}
	if failed != 0 {
		return fmt.Errorf("ptrace: %w", failed)
	}
	switch i.op {
	case begins:
		c := call{number: i.number, args: i.args, from: len(t.recorder.log.events)}
		t.inside[thread] = &c
		return t.recorder.begins(thread, c)
	case returns:
		if c := t.inside[thread]; c != nil {
			delete(t.inside, thread)
			c.result = int64(i.number)
			return t.recorder.done(thread, *c)
		}
	}
	return nil
}
