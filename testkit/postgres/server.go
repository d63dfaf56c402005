// Package postgres starts PostgreSQL servers for tests, from Debian's binaries, and
// lets the tests of a package run on one as well as on SQLite.
package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// port is part of the socket's name. Nothing listens at it.
const port = "5432"

// starting is how long a server may take to be ready, on a slow machine.
const starting = 60 * time.Second

// Server is a PostgreSQL that listens on a socket in a folder of its own.
type Server struct {
	tb      testing.TB // nil outside of tests
	bin     string
	data    string
	folder  string // of the socket, and of the data of a test
	options []string
	run     *process
}

// Binaries gives the folder of the newest PostgreSQL that is installed; "" if there
// is none.
func Binaries() string {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return ""
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(newest)
}

func version(initdb string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb))))
	return n
}

// Need skips a test where PostgreSQL is not installed.
func Need(tb testing.TB) {
	tb.Helper()
	if Binaries() == "" {
		tb.Skip("PostgreSQL is not installed")
	}
}

// Start makes a server that ends with the test. It loses what it has when the
// machine does, but not when it is killed. A test that starts one runs once, not on
// PostgreSQL as well.
func Start(tb testing.TB) *Server {
	tb.Helper()
	if On() {
		tb.Skip("it starts a server of its own")
	}
	Need(tb)
	s, err := Launch("", "fsync=off", "full_page_writes=off", "max_connections=200", "shared_buffers=32MB")
	if err != nil {
		tb.Fatal(err)
	}
	s.tb = tb
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

// Launch makes a server with the given settings, NAME=VALUE, whose data are in a new
// folder below dir, or in the temporary one. As it is, it loses nothing. Close ends it.
func Launch(dir string, settings ...string) (s *Server, err error) {
	s = &Server{bin: Binaries()}
	if s.bin == "" {
		return nil, errors.New("PostgreSQL is not installed: install the package postgresql")
	}
	for _, setting := range settings {
		s.options = append(s.options, "-c", setting)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	// A socket's path has 107 bytes at most, which those of tests' folders may pass.
	if s.folder, err = owned(""); err != nil {
		return s, err
	}
	s.data = filepath.Join(s.folder, "data")
	sync := "--no-sync"
	if dir != "" {
		if s.data, err = owned(dir); err != nil {
			return s, err
		}
		sync = "--data-checksums" // as docker/postgres/start makes it
	}
	made := s.command("initdb", "--pgdata", s.data, "--username", "ringdesk", "--auth", "trust", "--encoding", "UTF8", "--locale", "C", sync, "--no-instructions")
	if out, err := made.CombinedOutput(); err != nil {
		return s, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return s, s.up()
}

// owned makes a folder that whom PostgreSQL runs as has.
func owned(dir string) (string, error) {
	folder, err := os.MkdirTemp(dir, "pg")
	if id := servant(); id != nil && err == nil {
		err = os.Chown(folder, int(id.Uid), int(id.Gid))
	}
	return folder, err
}

// Close ends the server and removes what it had.
func (s *Server) Close() error {
	s.Kill(syscall.SIGQUIT)
	return errors.Join(os.RemoveAll(s.data), os.RemoveAll(s.folder))
}

// Up starts the server again, and returns when it takes connections.
func (s *Server) Up() {
	s.tb.Helper()
	if err := s.up(); err != nil {
		s.tb.Fatal(err)
	}
}

func (s *Server) up() error {
	c := s.command("postgres", append([]string{"-D", s.data, "-k", s.folder, "-p", port, "-c", "listen_addresses="}, s.options...)...)
	var log bytes.Buffer
	c.Stdout, c.Stderr = &log, &log
	run, err := begin(c)
	if err != nil {
		return err
	}
	s.run = run
	for until := time.Now().Add(starting); ; time.Sleep(20 * time.Millisecond) { // between looks
		if err := s.command("pg_isready", "--quiet", "--host", s.folder, "--port", port).Run(); err == nil {
			return nil
		}
		select {
		case <-run.ended:
			return fmt.Errorf("PostgreSQL has ended:\n%s", &log)
		default:
		}
		if time.Now().After(until) {
			return errors.New("PostgreSQL takes no connections")
		}
	}
}

// Processes are the numbers of the server's processes.
func (s *Server) Processes() []int { return append(children(s.run.pid), s.run.pid) }

// Kill sends a signal to the server and all that it has started, and returns when
// they have ended.
func (s *Server) Kill(signal syscall.Signal) {
	if s.run == nil {
		return
	}
	all := s.Processes()
	if signal != syscall.SIGKILL {
		all = all[len(all)-1:] // the others end with it, in order
	}
	for _, pid := range all {
		_ = syscall.Kill(pid, signal)
	}
	<-s.run.ended
	for _, pid := range all {
		for syscall.Kill(pid, 0) == nil {
			time.Sleep(time.Millisecond) // between looks
		}
	}
	s.run = nil
}

// children are the processes that a process has started (proc(5)).
func children(parent int) (pids []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range stats {
		text, _ := os.ReadFile(file)
		_, rest, _ := bytes.Cut(text, []byte(") "))
		fields := bytes.Fields(rest)
		if len(fields) < 2 || string(fields[1]) != strconv.Itoa(parent) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// URL is where a database of the server is.
func (s *Server) URL(database string) string {
	return "postgres://ringdesk@/" + database + "?host=" + url.QueryEscape(s.folder) + "&port=" + port
}

// SQL runs statements in a database, and gives what they print.
func (s *Server) SQL(database, statements string) string {
	s.tb.Helper()
	out, err := s.Query(database, statements)
	if err != nil {
		s.tb.Fatal(err)
	}
	return out
}

// Query is SQL outside of tests.
func (s *Server) Query(database, statements string) (string, error) {
	return runSQL(s.URL(database), statements)
}

// runSQL gives what the last statement finds, a row a line.
func runSQL(at, statements string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), starting)
	defer cancel()
	c, err := pgconn.Connect(ctx, at)
	if err != nil {
		return "", err
	}
	defer c.Close(ctx)
	results, err := c.Exec(ctx, statements).ReadAll()
	if err != nil || len(results) == 0 {
		return "", err
	}
	var lines []string
	for _, row := range results[len(results)-1].Rows {
		lines = append(lines, string(bytes.Join(row, []byte("|"))))
	}
	return strings.Join(lines, "\n"), nil
}

func (s *Server) command(program string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(s.bin, program), args...)
	c.Dir = s.folder
	c.SysProcAttr = &syscall.SysProcAttr{Credential: servant()}
	return c
}

// Own gives a file or folder to whom PostgreSQL runs as.
func Own(tb testing.TB, path string) {
	tb.Helper()
	if id := servant(); id != nil {
		if err := os.Chown(path, int(id.Uid), int(id.Gid)); err != nil {
			tb.Fatal(err)
		}
	}
}

// AsServant has a program run as whom PostgreSQL runs as, with its programs first in
// the path.
func AsServant(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Credential: servant()}
	c.Env = append(os.Environ(), "PATH="+Binaries()+":/usr/bin:/bin", "LC_ALL=C")
}

// servant is whom PostgreSQL runs as where the tests run as root, which it refuses.
func servant() *syscall.Credential {
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, _ := strconv.Atoi(u.Uid)
			gid, _ := strconv.Atoi(u.Gid)
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	return nil
}

// process is a server that ends with us, however we end.
type process struct {
	pid   int
	ended chan struct{}
}

func begin(c *exec.Cmd) (*process, error) {
	c.SysProcAttr.Setpgid, c.SysProcAttr.Pdeathsig = true, syscall.SIGQUIT
	p := &process{ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // the signal comes when this thread ends (prctl(2))
		err := c.Start()
		if err == nil {
			p.pid = c.Process.Pid
		}
		started <- err
		if err == nil {
			_ = c.Wait()
			close(p.ended)
		}
	}()
	return p, <-started
}
