package main

import (
	"errors"
	"os/exec"
	"syscall"
	"time"
)

// usage is CPU time used so far: by the media engine, by the controller with its database, by the bench
// with its SIPps, and by the whole machine.
type usage struct {
	engine, controller, bench, machine, wall time.Duration
}

var began = time.Now()

// meter reads the CPU time of a system and of the SIPps that keep it busy.
func (s *system) meter(sipps ...*exec.Cmd) (usage, error) {
	var u usage
	var errs [4]error
	if s.controller != nil {
		own, err := cpuTime(s.controller.cmd.Process.Pid)
		its, storeErr := storeTime(s.controller.database)
		u.controller, errs[1] = own+its, errors.Join(err, storeErr)
	}
	u.engine, errs[0] = cpuTime(s.pid())
	var self syscall.Rusage
	errs[2] = syscall.Getrusage(syscall.RUSAGE_SELF, &self)
	u.bench = time.Duration(self.Utime.Nano() + self.Stime.Nano())
	for _, cmd := range sipps {
		t, err := commandTime(cmd)
		if err != nil {
			return u, err
		}
		u.bench += t
	}
	u.machine, errs[3] = machineTime()
	u.wall = time.Since(began)
	return u, errors.Join(errs[:]...)
}

// commandTime is the CPU time of a command that runs or has ended.
func commandTime(cmd *exec.Cmd) (time.Duration, error) {
	if cmd.ProcessState != nil {
		return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
	}
	return cpuTime(cmd.Process.Pid)
}

func (u usage) minus(v usage) usage {
	return usage{u.engine - v.engine, u.controller - v.controller, u.bench - v.bench, u.machine - v.machine, u.wall - v.wall}
}

// others is what other programs took, in percent of a core.
func (u usage) others() float64 {
	return 100 * max(0, (u.machine-u.engine-u.controller-u.bench).Seconds()) / u.wall.Seconds()
}
