package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

//go:embed scenarios/caller.xml
var callerScenario string

//go:embed scenarios/agent.xml
var agentScenario string

// step is a stretch of calls at one rate through one system.
type step struct {
	Rate     int           // calls per second
	Length   time.Duration // for which calls begin
	Recorded bool
}

// measured is what a step gave.
type measured struct {
	System   string  `json:"system"`
	Rate     int     `json:"rate"`
	Recorded bool    `json:"recorded"`
	Reached  float64 `json:"reachedRate"` // calls per second that really began
	Calls    int     `json:"calls"`
	Failed   int     `json:"failed"`
	Repeats  int     `json:"inviteRepeats"` // INVITEs sent again for want of an answer
	Busy     float64 `json:"othersCPUPercent"`
	Load     string  `json:"loadBefore"`

	AsteriskCPU   time.Duration `json:"asteriskCPU"` // in nanoseconds, as all durations
	ControllerCPU time.Duration `json:"controllerCPU"`

	setup  []time.Duration // INVITE sent to INVITE at the agent's
	answer []time.Duration // agent's 200 to caller's 200
}

// field keeps what all steps need.
type field struct {
	dir     string // traces and scenarios
	lines   int
	callers int // port
	agents  int // port
	talk    time.Duration
	steps   int // so far: makes callers' numbers unique
	next    int // the line that the next call goes to
}

// newField writes the scenarios and chooses the ports.
func newField(dir string, lines int, talk time.Duration) (*field, error) {
	f := &field{dir: dir, lines: lines, talk: talk}
	for name, text := range map[string]string{"caller.xml": callerScenario, "agent.xml": agentScenario} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	var err error
	if f.callers, err = freePort(callersHost); err != nil {
		return nil, err
	}
	f.agents, err = freePort(agentsHost)
	return f, err
}

func (f *field) agentsAddr() string { return fmt.Sprintf("%s:%d", agentsHost, f.agents) }

// run makes the step's calls through the system.
func (f *field) run(ctx context.Context, s *system, st step) (*measured, error) {
	f.steps++
	calls := int(float64(st.Rate) * st.Length.Seconds())
	name := filepath.Join(f.dir, fmt.Sprintf("step-%02d-%s-%d", f.steps, s.name, st.Rate))
	if err := f.writeCalls(name+".csv", calls, st.Recorded); err != nil {
		return nil, err
	}
	m := &measured{System: s.name, Rate: st.Rate, Recorded: st.Recorded, Calls: calls, Load: loadAverage()}
	agents, err := f.startAgents(ctx, name)
	if err != nil {
		return nil, err
	}
	before, err := s.meter()
	if err != nil {
		return nil, errors.Join(err, agents.stop())
	}
	callersCPU, err := f.runCallers(ctx, s, st, calls, name)
	if err == nil {
		err = s.settle(ctx)
	}
	after, meterErr := s.meter()
	err = errors.Join(err, meterErr, agents.stop())
	if err != nil {
		return nil, err
	}
	used := after.minus(before)
	m.AsteriskCPU, m.ControllerCPU = used.asterisk, used.controller
	others := used.machine - used.asterisk - used.controller - used.self - callersCPU - agents.cpu()
	m.Busy = 100 * max(0, others.Seconds()) / used.wall.Seconds()
	return m, f.read(m, name)
}

// writeCalls lists the calls for SIPp: number dialled; caller's own.
func (f *field) writeCalls(file string, calls int, recorded bool) error {
	var b strings.Builder
	b.WriteString("SEQUENTIAL\n")
	for i := range calls {
		fmt.Fprintf(&b, "%s;"+callerPattern+"\n", lineNumber(f.next, recorded), f.steps, i)
		f.next = (f.next + 1) % f.lines
	}
	return os.WriteFile(file, []byte(b.String()), 0o600)
}

// sipp makes a SIPp that traces every message.
func (f *field) sipp(name, scenario, host string, port int, more ...string) (*exec.Cmd, error) {
	errors, err := os.Create(name + "-" + scenario + ".err")
	if err != nil {
		return nil, err
	}
	defer errors.Close()
	args := append([]string{"-sf", scenario + ".xml", "-i", host, "-p", strconv.Itoa(port), "-nostdin",
		"-trace_msg", "-message_file", filepath.Base(name) + "-" + scenario + ".log",
		// Its watchdog would end a step in which the machine is short of CPU.
		"-watchdog_minor_maxtriggers", "1000000", "-watchdog_major_maxtriggers", "1000000"}, more...)
	cmd := exec.Command("sipp", args...)
	cmd.Dir, cmd.Stderr = f.dir, errors
	cmd.Env = append(os.Environ(), "TERM=dumb")
	return cmd, nil
}

// agentPhones is the SIPp that answers for all lines.
type agentPhones struct{ cmd *exec.Cmd }

func (f *field) startAgents(ctx context.Context, name string) (*agentPhones, error) {
	cmd, err := f.sipp(name, "agent", agentsHost, f.agents)
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	a := &agentPhones{cmd}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	t := time.NewTicker(10 * time.Millisecond)
	defer t.Stop()
	for {
		c, err := net.ListenPacket("udp", f.agentsAddr())
		if err != nil { // it listens
			return a, nil
		}
		c.Close()
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("SIPp does not listen on %s, see %s-agent.err", f.agentsAddr(), name), a.stop())
		case <-t.C:
		}
	}
}

func (a *agentPhones) stop() error {
	if a.cmd.ProcessState != nil {
		return nil
	}
	if err := a.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	_ = a.cmd.Wait() // it was killed
	return nil
}

func (a *agentPhones) cpu() time.Duration {
	return a.cmd.ProcessState.UserTime() + a.cmd.ProcessState.SystemTime()
}

// giveUp is how long a caller waits for any answer, in milliseconds.
const giveUp = "10000"

// runCallers makes all calls and returns SIPp's CPU time. SIPp says by its exit
// code whether calls failed; the traces say which.
func (f *field) runCallers(ctx context.Context, s *system, st step, calls int, name string) (time.Duration, error) {
	cmd, err := f.sipp(name, "caller", callersHost, f.callers, s.server.SIP, "-inf", filepath.Base(name)+".csv",
		"-d", strconv.Itoa(int(f.talk.Milliseconds())), "-r", strconv.Itoa(st.Rate), "-m", strconv.Itoa(calls), "-l", strconv.Itoa(calls),
		"-recv_timeout", giveUp)
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	limit := time.NewTimer(st.Length + f.talk + 25*time.Second)
	defer limit.Stop()
	select {
	case err = <-ended:
	case <-limit.C: // hopelessly overloaded: what has not ended has failed
		cmd.Process.Kill()
		<-ended
	case <-ctx.Done():
		cmd.Process.Kill()
		<-ended
		return 0, ctx.Err()
	}
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		return 0, fmt.Errorf("SIPp, see %s-caller.err: %w", name, err)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}

// settle waits until nothing of the step's calls is left, so that the next
// step, of the other system, has the machine to itself.
func (s *system) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	t := time.NewTicker(100 * time.Millisecond)
	defer t.Stop()
	for {
		left, err := leftovers(ctx, s.server)
		if err == nil && s.controller != nil {
			var st controllerState
			st, err = s.controller.state(ask{})
			left += st.Live
		}
		if err != nil || left == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: %d calls, channels and bridges are left a minute after the last call", s.name, left)
		case <-t.C:
		}
	}
}

// usage is CPU time used so far.
type usage struct {
	asterisk, controller, self, machine, wall time.Duration
}

var began = time.Now()

func (s *system) meter() (usage, error) {
	var u usage
	var err, err2, err3, err4 error
	u.asterisk, err = cpuTime(s.asterisk)
	if s.controller != nil {
		u.controller, err2 = cpuTime(s.controller.cmd.Process.Pid)
	}
	var self syscall.Rusage
	err3 = syscall.Getrusage(syscall.RUSAGE_SELF, &self)
	u.self = time.Duration(self.Utime.Nano() + self.Stime.Nano())
	u.machine, err4 = machineTime()
	u.wall = time.Since(began)
	return u, errors.Join(err, err2, err3, err4)
}

func (u usage) minus(v usage) usage {
	return usage{u.asterisk - v.asterisk, u.controller - v.controller, u.self - v.self, u.machine - v.machine, u.wall - v.wall}
}

// read takes what the traces say.
func (f *field) read(m *measured, name string) error {
	calls, err := journeys(name+"-caller.log", name+"-agent.log")
	if err != nil {
		return err
	}
	whole := 0
	var first, last time.Time
	for _, j := range calls {
		m.Repeats += j.repeats
		if first.IsZero() || j.invite.Before(first) {
			first = j.invite
		}
		if j.invite.After(last) {
			last = j.invite
		}
		if !j.offered.IsZero() {
			m.setup = append(m.setup, j.offered.Sub(j.invite))
		}
		if !j.accepted.IsZero() && !j.answered.IsZero() {
			m.answer = append(m.answer, j.answered.Sub(j.accepted))
		}
		if j.whole() {
			whole++
		}
	}
	m.Failed = m.Calls - whole
	if len(calls) > 1 && last.After(first) {
		m.Reached = float64(len(calls)-1) / last.Sub(first).Seconds()
	}
	return nil
}
