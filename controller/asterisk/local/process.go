package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"ringdesk/controller/logkeep"
)

func (l layout) mainConfig() string { return filepath.Join(l.config(), "asterisk.conf") }

// spawn starts Asterisk in a session of its own, so that neither Ctrl-C in our
// terminal nor our own death ends it and its calls.
func (s *Server) spawn(in installation, l layout) error {
	args := append(in.command[1:len(in.command):len(in.command)], "-C", l.mainConfig(), "-f")
	cmd := exec.Command(in.command[0], args...)
	cmd.Dir = l.dir
	cmd.Env = append([]string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + l.dir, "LANG=C.UTF-8", "TZ=" + os.Getenv("TZ")}, in.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	attached, err := logkeep.Attach(cmd, l.logs())
	if err != nil {
		return fmt.Errorf("the keeper of Asterisk's log cannot be started: %w", err)
	}
	err = startAhead(cmd)
	if err := errors.Join(err, attached()); err != nil {
		return fmt.Errorf("starting %s: %w", in.command[len(in.command)-1], err)
	}
	s.pid = cmd.Process.Pid
	go func() {
		_ = cmd.Wait() // Done tells; why it ended stands in its log
		close(s.done)
	}()
	return nil
}

// priority is Asterisk's niceness: sound that is late is heard as a gap, while
// nobody notices that anything else is.
const priority = -10

// startAhead starts a program with a better scheduling priority than our own,
// where we may give one (root, or CAP_SYS_NICE).
func startAhead(cmd *exec.Cmd) error {
	started := make(chan error)
	go func() {
		// Niceness belongs to a thread and is inherited (setpriority(2)). This
		// thread ends with its goroutine, since it is never unlocked.
		runtime.LockOSThread()
		_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, priority) // refused to ordinary users
		started <- cmd.Start()
	}()
	if err := <-started; err != nil {
		return err
	}
	// With autogroups the session's niceness counts, not the process's (sched(7)).
	autogroup := fmt.Sprintf("/proc/%d/autogroup", cmd.Process.Pid)
	_ = os.WriteFile(autogroup, fmt.Append(nil, priority), 0) // there is none on some kernels
	return nil
}

// watch closes done when an adopted Asterisk, which is not our child, ends.
func (s *Server) watch() {
	t := time.NewTicker(200 * time.Millisecond)
	defer t.Stop()
	for s.alive() {
		select {
		case <-s.quit:
			return
		case <-t.C:
		}
	}
	close(s.done)
}

// alive says whether the process runs; a zombie does not.
func (s *Server) alive() bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.pid))
	if err != nil {
		return false
	}
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] == ')' { // the state follows the command's name (proc(5))
			return i+2 < len(b) && b[i+2] != 'Z'
		}
	}
	return false
}

// Done is closed when Asterisk has ended.
func (s *Server) Done() <-chan struct{} { return s.done }

// release stops watching and leaves Asterisk running.
func (s *Server) release() { s.once.Do(func() { close(s.quit) }) }

// Stop ends Asterisk and its calls. It takes at most ten seconds.
func (s *Server) Stop() error {
	defer s.release()
	select {
	case <-s.done: // its process id may be somebody else's by now
		return nil
	default:
	}
	// SIGTERM is "core stop now".
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		if err := syscall.Kill(s.pid, sig); errors.Is(err, syscall.ESRCH) {
			return nil
		}
		select {
		case <-s.done:
			return nil
		case <-time.After(5 * time.Second):
		}
	}
	return fmt.Errorf("asterisk: process %d does not end", s.pid)
}

// waitReady returns when ARI answers and Asterisk has started completely.
func (s *Server) waitReady(ctx context.Context) error {
	t := time.NewTicker(20 * time.Millisecond)
	defer t.Stop()
	for {
		var info struct {
			Status struct {
				Startup string `json:"startup_time"` // 1970 until everything is loaded
			} `json:"status"`
		}
		err := s.get(ctx, "/asterisk/info?only=status", &info)
		if err == nil && info.Status.Startup != "" && !strings.HasPrefix(info.Status.Startup, "19") {
			return nil
		}
		select {
		case <-s.done:
			return errors.New("it ended while starting")
		case <-ctx.Done():
			if err == nil {
				err = ctx.Err()
			}
			return fmt.Errorf("ARI at %s does not answer: %w", s.URL, err)
		case <-t.C:
		}
	}
}

func (s *Server) channels(ctx context.Context) (int, error) {
	var list []struct{}
	err := s.get(ctx, "/channels", &list)
	return len(list), err
}

func (s *Server) get(ctx context.Context, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+path, nil)
	if err != nil {
		return err
	}
	req.SetBasicAuth(s.Username, s.Password)
	req.Close = true // nothing is left open behind the start
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("status %s", res.Status)
	}
	return json.NewDecoder(res.Body).Decode(into)
}
