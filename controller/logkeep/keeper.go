// Package logkeep keeps what others make us write within bounds: an engine
// writes hundreds of bytes for each packet that a stranger sends.
package logkeep

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

const (
	logBytes, oldLogs         = 10 << 20, 4
	refusedBytes, oldRefusals = 1 << 20, 2

	longestLine = 2000 // bytes; what is longer is cut
	lineRate    = 20   // lines a second, in the long run
	lineBurst   = 1000 // lines
)

// The files of a keeper, below its folder.
const (
	LogFile     = "asterisk.log"
	RefusedFile = "refused.log"
)

// SecurityPath is where the engine that Start has begun to keep writes its
// security events, one a line; the rest goes to its standard output.
const SecurityPath = "/dev/fd/3"

// variable names the folder of a keeper's files, in its environment.
const variable = "RINGDESK_LOG_KEEPER"

// A keeper is this very program, started once more: it must live as long as
// the engine does, which outlives us.
func init() {
	if dir := os.Getenv(variable); dir != "" {
		NewKeeper(dir).Run(os.Stdin, os.NewFile(3, SecurityPath))
		os.Exit(0)
	}
}

// Attach lets a keeper of its own write the logs of cmd, which is not started
// yet. started is to be called afterwards, whether it could be started or not.
func Attach(cmd *exec.Cmd, dir string) (started func() error, err error) {
	logOut, logIn, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	securityOut, securityIn, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, logOut.Close(), logIn.Close())
	}
	keeper := exec.Command("/proc/self/exe") // also when the file was replaced by a newer one
	keeper.Env = []string{variable + "=" + dir, "GOMAXPROCS=1"}
	if zone, set := os.LookupEnv("TZ"); set { // an empty one would be UTC, and fail2ban reads local time
		keeper.Env = append(keeper.Env, "TZ="+zone)
	}
	keeper.Dir = dir
	keeper.Stdin, keeper.ExtraFiles = logOut, []*os.File{securityOut}
	keeper.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // as the engine: our own end does not end it
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = logIn, logIn, []*os.File{securityIn}
	if err := keeper.Start(); err != nil {
		return nil, errors.Join(err, logOut.Close(), logIn.Close(), securityOut.Close(), securityIn.Close())
	}
	go func() { _ = keeper.Wait() }() // it ends when the engine has closed its ends
	return func() error {
		return errors.Join(logOut.Close(), logIn.Close(), securityOut.Close(), securityIn.Close())
	}, nil
}

// Keeper writes an engine's logs.
type Keeper struct {
	log, refused *file
	refusals     *Refusals
	tokens       float64
	filled       time.Time
	leftOut      int
	told         time.Time // when it was last said how many were left out
}

// NewKeeper writes below dir.
func NewKeeper(dir string) *Keeper {
	return &Keeper{
		log:      &file{path: filepath.Join(dir, LogFile), max: logBytes, old: oldLogs},
		refused:  &file{path: filepath.Join(dir, RefusedFile), max: refusedBytes, old: oldRefusals},
		refusals: NewRefusals(), tokens: lineBurst,
	}
}

// Run writes until both inputs end.
func (k *Keeper) Run(log, security io.Reader) {
	logs, events := lines(log), lines(security)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for logs != nil || events != nil {
		select {
		case line, open := <-logs:
			if !open {
				logs = nil
				continue
			}
			k.line(time.Now(), line)
		case line, open := <-events:
			if !open {
				events = nil
				continue
			}
			k.event(time.Now(), line)
		case <-tick.C:
			k.tell(time.Now())
			k.write(time.Now(), k.refusals.Tick(time.Now()))
		}
	}
	k.tell(time.Now().Add(time.Minute))
}

// lines gives the lines of in, each cut to a bearable length.
func lines(in io.Reader) chan string {
	out := make(chan string)
	go func() {
		defer close(out)
		r := bufio.NewReaderSize(in, longestLine)
		for {
			text, more, err := r.ReadLine()
			if err != nil {
				return
			}
			line := string(text)
			for more && err == nil { // the rest of a long one
				_, more, err = r.ReadLine()
			}
			out <- line
		}
	}()
	return out
}

// line writes one line of the log, unless there were too many lately.
func (k *Keeper) line(now time.Time, line string) {
	k.tokens = min(lineBurst, k.tokens+now.Sub(k.filled).Seconds()*lineRate)
	k.filled = now
	if k.tokens < 1 {
		k.leftOut++
		return
	}
	k.tokens--
	k.log.write(line + "\n")
}

// tell says once a minute how many lines were left out.
func (k *Keeper) tell(now time.Time) {
	if k.leftOut == 0 || now.Sub(k.told) < time.Minute {
		return
	}
	k.log.write(fmt.Sprintf("[%s] ringdesk left out %d lines: there were more than %d a second\n", now.Format(time.DateTime), k.leftOut, lineRate))
	k.leftOut, k.told = 0, now
}

// eventPattern finds what a security event of Asterisk's says of a refusal. What
// stands between is quoted from the request: only an event in which exactly
// one address can be meant is believed.
var (
	eventPattern  = regexp.MustCompile(`SecurityEvent="([A-Za-z]+)"`)
	remotePattern = regexp.MustCompile(`,LocalAddress="IPV[46]/[A-Z]+/[^"]*",RemoteAddress="IPV[46]/[A-Z]+/([0-9A-Fa-f:.]+)/[0-9]+"`)
)

// event counts a security event.
func (k *Keeper) event(now time.Time, line string) {
	kind := eventPattern.FindStringSubmatch(line) // the first: it stands before all that is quoted
	if kind == nil || kind[1] == "SuccessfulAuth" || kind[1] == "ChallengeSent" {
		return
	}
	remotes := remotePattern.FindAllStringSubmatch(line, 2)
	if len(remotes) != 1 || strings.Count(line, "RemoteAddress=") != 1 {
		k.refusals.others++
		return
	}
	addr, err := netip.ParseAddr(remotes[0][1])
	if err != nil {
		k.refusals.others++
		return
	}
	k.write(now, k.refusals.Add(now, addr.Unmap().String(), kind[1]))
}

func (k *Keeper) write(now time.Time, lines []Line) {
	for _, line := range lines {
		k.refused.write(now.Format(time.DateTime) + " " + line.String() + "\n")
	}
}
