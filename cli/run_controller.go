package cli

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"ringdesk/configs"
)

// beside is the engine beside which a controller is kept running.
type beside struct {
	name  string
	env   func() []string // how the controller reaches it; nil where the settings say so
	moved <-chan struct{} // tells that env has changed
}

// supervisor keeps a controller running, in a process of its own.
type supervisor struct {
	engine  beside
	command func() *exec.Cmd
	again   <-chan os.Signal // asks for another controller in the place of this one
	refusal time.Duration    // pause after a controller that refuses its settings
	say     func(line string, args ...any)
}

// refusalPause is how long a controller that has refused its settings or its
// database is left alone: only an operator can mend that.
const refusalPause = 30 * time.Second

// errRefused is the end of a run whose first controller refuses its settings.
var errRefused = errors.New("the controller cannot start; the line above says why")

// supervise keeps a controller running until ctx ends. It calls ready once,
// when the first one and the engine are healthy.
func supervise(ctx context.Context, s configs.Settings, config string, engine beside, ready func()) error {
	self, err := os.Executable() // the path at our own start, where an upgrade puts another program
	if err != nil {
		return err
	}
	args := []string{"serve"}
	if config != "" {
		args = append(args, "--config", config)
	}
	again := make(chan os.Signal, 1)
	signal.Notify(again, syscall.SIGHUP)
	defer signal.Stop(again)
	go waitReady(ctx, s, ready)
	v := supervisor{engine: engine, command: func() *exec.Cmd { return exec.Command(self, args...) }, again: again, refusal: refusalPause, say: say}
	return v.run(ctx)
}

// run starts one controller after the other until ctx ends. When the first
// refuses its settings that is the end; when a later one does, the engine has
// calls to keep, and the settings may be mended meanwhile.
func (v supervisor) run(ctx context.Context) error {
	for first := true; ; first = false {
		started := time.Now()
		code, err := v.once(ctx)
		var pause time.Duration
		switch {
		case err != nil || ctx.Err() != nil:
			return err
		case code == exitUsage && first:
			return usageError{Err: errRefused}
		case code == exitUsage:
			v.say("The controller cannot start; the line above says why. Mend that: calls go on in %s, but no agent gets a new one. "+
				"It is tried again every %v, and at once with SIGHUP.", v.engine.name, v.refusal)
			pause = v.refusal
		case time.Since(started) < 5*time.Second && code != replaced: // it cannot even start: do not spin
			pause = time.Second
		}
		select {
		case <-ctx.Done():
			return nil
		case <-v.again:
		case <-v.engine.moved:
		case <-time.After(pause):
		}
	}
}

// replaced is the exit code, which no process has, of a controller that we ended
// because another one was asked for.
const replaced = -2

// once runs one controller, and gives its exit code when it has ended.
func (v supervisor) once(ctx context.Context) (int, error) {
	cmd := v.command()
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Env = os.Environ()
	if v.engine.env != nil {
		cmd.Env = append(cmd.Env, v.engine.env()...)
	}
	// If we are killed, the controller stops too, and the next run takes over.
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := cmd.Start(); err != nil { // such as a program that an upgrade has not put there yet
		v.say("%v", err)
		return exitUsage, nil
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	select {
	case <-ctx.Done():
	case <-v.engine.moved:
		v.say("%s has another address now: the controller is started again.", v.engine.name)
	case <-v.again:
		v.say("The controller is started again; calls go on in %s.", v.engine.name)
	case err := <-exited:
		code := cmd.ProcessState.ExitCode()
		if code != exitUsage {
			v.say("The controller stopped (%v) and is started again; calls go on in %s.", err, v.engine.name)
		}
		return code, nil
	}
	return replaced, stopChild(cmd, exited, stopGrace)
}

// stopGrace is how long a controller may take to stop by itself.
const stopGrace = 10 * time.Second

// stopChild ends a controller, and returns when it is gone: the next one needs
// its port and its lock.
func stopChild(cmd *exec.Cmd, exited <-chan error, grace time.Duration) error {
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-exited:
		return nil
	case <-time.After(grace):
		if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return err
		}
		<-exited
		return nil
	}
}
