package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of CPU time in /proc, USER_HZ: 100 per second on all
// architectures that Go runs on (proc(5)).
const clockTick = 10 * time.Millisecond

// cpuTime is the CPU time that a process and its ended children have used.
func cpuTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The command's name may hold anything; the fields after it are counted
	// from 3 (proc(5)): 14 to 17 are utime, stime, cutime and cstime.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	return ticks(fields, 11, 12, 13, 14)
}

// machineTime is the CPU time that the whole machine has used, without idling.
func machineTime() (time.Duration, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	// cpu user nice system idle iowait irq softirq steal
	return ticks(strings.Fields(line), 1, 2, 3, 6, 7, 8)
}

func ticks(fields []string, which ...int) (time.Duration, error) {
	sum := 0
	for _, i := range which {
		if i >= len(fields) {
			return 0, fmt.Errorf("/proc: %d fields, want %d", len(fields), i+1)
		}
		n, err := strconv.Atoi(fields[i])
		if err != nil {
			return 0, fmt.Errorf("/proc: %w", err)
		}
		sum += n
	}
	return time.Duration(sum) * clockTick, nil
}

// resident is the memory of a process in MB (10^6 bytes).
func resident(pid int) (float64, error) { return status(pid, "VmRSS") }

// status is a kind of memory of a process in MB, as proc(5) calls it.
func status(pid int, kind string) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, kind+":"); ok {
			kb, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
			return float64(kb) * 1024 / 1e6, err
		}
	}
	return 0, fmt.Errorf("process %d has no %s", pid, kind)
}

// loadAverage is the machine's load of the last minute.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	one, _, _ := strings.Cut(string(text), " ")
	return one
}

// processWith finds the one process that has an argument.
func processWith(argument string) (int, error) {
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		return 0, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil { // it has ended meanwhile
			continue
		}
		for arg := range bytes.SplitSeq(text, []byte{0}) {
			if string(arg) == argument {
				return strconv.Atoi(filepath.Base(filepath.Dir(file)))
			}
		}
	}
	return 0, fmt.Errorf("no process runs with %s", argument)
}

// udpBound says whether a program has bound a UDP socket to an IPv4 address.
// Trying to bind it would be in that program's way.
func udpBound(at netip.AddrPort) (bool, error) {
	text, err := os.ReadFile("/proc/net/udp")
	if err != nil {
		return false, err
	}
	// The address is written as a number in the machine's byte order (proc(5)).
	ip := at.Addr().As4()
	want := fmt.Sprintf("%08X:%04X", binary.NativeEndian.Uint32(ip[:]), at.Port())
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[1] == want {
			return true, nil
		}
	}
	return false, nil
}

// syncTime is how long the folder's disk takes to make a 4 kB write durable:
// the median of some.
func syncTime(dir string) (time.Duration, error) {
	f, err := os.CreateTemp(dir, "sync-")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	var times []time.Duration
	for range 101 {
		begin := time.Now()
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		times = append(times, time.Since(begin))
	}
	return percentile(times, 50), nil
}

// cpuModel is the processor's name.
func cpuModel() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(text)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
