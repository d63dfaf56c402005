package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// sipp makes a SIPp that plays a scenario and traces every message to
// <name>.log.
func (g *generator) sipp(name, scenario string, c manner, host, port string, more ...string) (*exec.Cmd, error) {
	if err := writeScenario(name+".xml", scenario, c); err != nil {
		return nil, err
	}
	stderr, err := os.Create(name + ".err")
	if err != nil {
		return nil, err
	}
	defer stderr.Close()
	base := filepath.Base(name)
	args := append([]string{"-sf", base + ".xml", "-i", host, "-mi", host, "-p", port, "-nostdin",
		"-trace_msg", "-message_file", base + ".log",
		// Its watchdog would end a step in which the machine is short of CPU.
		"-watchdog_minor_maxtriggers", "1000000", "-watchdog_major_maxtriggers", "1000000"}, more...)
	cmd := exec.Command("sipp", args...)
	cmd.Dir, cmd.Stderr = g.dir, stderr
	cmd.Env = append(os.Environ(), "TERM=dumb")
	return cmd, nil
}

// phoneSet is a SIPp that answers for phones.
type phoneSet struct {
	cmd   *exec.Cmd
	trace string
}

// startPhones starts the phones that a step needs: those that answer, and where
// some decline, those as well.
func (g *generator) startPhones(ctx context.Context, name string, st *step) ([]*phoneSet, error) {
	type kind struct{ name, scenario, refusal, at string }
	kinds := []kind{{"agent", "agent", "", g.at.Agents}}
	if st.Number == queueNumber(reluctant) {
		kinds = append(kinds, kind{busyPhone, "declines", "486 Busy Here", g.at.Busy},
			kind{declinesPhone, "declines", "603 Decline", g.at.Declines})
	}
	var sets []*phoneSet
	for _, k := range kinds {
		c := st.manner
		c.Refusal = k.refusal
		p, err := g.startPhone(ctx, name+"-"+k.name, k.scenario, k.at, c)
		if err != nil {
			return nil, errors.Join(err, stopAll(sets))
		}
		sets = append(sets, p)
	}
	return sets, nil
}

// startPhone starts one SIPp for phones and returns when it listens.
func (g *generator) startPhone(ctx context.Context, name, scenario, at string, c manner) (*phoneSet, error) {
	address, err := netip.ParseAddrPort(at)
	if err != nil {
		return nil, err
	}
	cmd, err := g.sipp(name, scenario, c, address.Addr().String(), strconv.Itoa(int(address.Port())))
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &phoneSet{cmd, name + ".log"}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	t := time.NewTicker(10 * time.Millisecond)
	defer t.Stop()
	for {
		bound, err := udpBound(address)
		if err != nil {
			return nil, errors.Join(err, p.stop())
		}
		if bound {
			return p, nil
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("SIPp does not listen on %s, see %s.err and .log", at, name), p.stop())
		case <-t.C:
		}
	}
}

func (p *phoneSet) stop() error {
	if p.cmd.ProcessState != nil {
		return nil
	}
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	_ = p.cmd.Wait() // it was killed
	return nil
}

func stopAll(sets []*phoneSet) error {
	var errs []error
	for _, p := range sets {
		errs = append(errs, p.stop())
	}
	return errors.Join(errs...)
}

func commands(sets []*phoneSet) []*exec.Cmd {
	var cmds []*exec.Cmd
	for _, p := range sets {
		cmds = append(cmds, p.cmd)
	}
	return cmds
}

// giveUp is how long a caller waits for any message, in milliseconds.
const giveUp = 10_000

// startCallers starts the SIPp that makes all calls of a step.
func (g *generator) startCallers(s *system, st *step, name string) (*exec.Cmd, error) {
	calls := st.calls()
	atOnce := calls
	if st.AtOnce > 0 {
		atOnce = st.AtOnce
	}
	cmd, err := g.sipp(name+"-caller", "caller", st.manner, callersHost, strconv.Itoa(g.callers), s.sip(),
		"-inf", filepath.Base(name)+".csv", "-r", strconv.Itoa(st.Rate), "-m", strconv.Itoa(calls), "-l", strconv.Itoa(atOnce),
		"-recv_timeout", strconv.Itoa(giveUp))
	if err != nil {
		return nil, err
	}
	return cmd, cmd.Start()
}

// patience is how much longer than planned a step may last before what has not
// ended has failed.
const patience = 25 * time.Second

// wait waits for the callers. SIPp says by its exit code whether calls failed;
// the traces say which. What has not ended at the limit has failed: the system
// is hopelessly overloaded.
func wait(ctx context.Context, cmd *exec.Cmd, limit time.Duration) error {
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	stop := time.NewTimer(limit)
	defer stop.Stop()
	var err error
	select {
	case err = <-ended:
	case <-stop.C:
		cmd.Process.Kill()
		<-ended
	case <-ctx.Done():
		cmd.Process.Kill()
		<-ended
		return ctx.Err()
	}
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		return err
	}
	return nil
}
