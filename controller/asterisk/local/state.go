package local

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"ringdesk/controller/durable"
)

// state is what is remembered between starts.
type state struct {
	HTTP        string `json:"http"`        // host:port of ARI
	Password    string `json:"password"`    // of ARI
	SIP         string `json:"sip"`         // host:port that the running Asterisk uses
	Fingerprint string `json:"fingerprint"` // of the configuration it runs with
}

func loadState(file string) (state, error) {
	var st state
	b, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return st, nil
	case err != nil:
		return st, err
	}
	if err := json.Unmarshal(b, &st); err != nil {
		return st, fmt.Errorf("%s is damaged (%w): stop Asterisk and delete the file", file, err)
	}
	return st, nil
}

// Link says how the Asterisk of a data folder is reached; "" where none was ever
// started there.
func Link(data string) (url, user, password string, err error) {
	l := layout{filepath.Join(data, "asterisk")}
	st, err := loadState(l.state())
	if err != nil || st.HTTP == "" {
		return "", "", "", err
	}
	s := newServer(l, st)
	return s.URL, s.Username, s.Password, nil
}

// save replaces the file in one step; it holds the password.
func (st state) save(file string) error {
	b, err := json.MarshalIndent(st, "", "  ")
	if err != nil {
		return err
	}
	return durable.Replace(file, b, 0o600)
}

// adoptLimit is the longest a running Asterisk may take to answer before it
// counts as hung and is replaced.
const adoptLimit = 5 * time.Second

// adopt takes over the Asterisk that runs for this data folder, or returns nil.
// One with other settings is replaced, unless it has calls.
func adopt(ctx context.Context, l layout, opt Options, in installation, st state) (*Server, error) {
	pid := runningPID(l)
	if pid == 0 {
		return nil, nil
	}
	s := newServer(l, st)
	s.pid, s.Adopted = pid, true
	go s.watch()
	short, cancel := context.WithTimeout(ctx, adoptLimit)
	defer cancel()
	if err := s.waitReady(short); err != nil {
		if ctx.Err() != nil { // we are told to stop, it is not hung
			s.release()
			return nil, ctx.Err()
		}
		return nil, s.Stop()
	}
	print, err := l.fingerprint(opt, in, st)
	if err == nil && print == st.Fingerprint {
		return s, nil
	}
	if err != nil {
		s.release()
		return nil, fmt.Errorf("asterisk: %w", err)
	}
	counting, cancel := context.WithTimeout(ctx, adoptLimit)
	defer cancel()
	if n, err := s.channels(counting); err != nil || n > 0 { // rather old settings than dropped calls
		s.Outdated = true
		return s, nil
	}
	return nil, s.Stop()
}

// runningPID gives the process of this data folder's Asterisk, or 0. A pid
// alone may have been reused, so its command line must name our configuration.
func runningPID(l layout) int {
	b, err := os.ReadFile(filepath.Join(l.run(), "asterisk.pid"))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil || pid <= 1 {
		return 0
	}
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil || !strings.Contains(string(line), l.mainConfig()) {
		return 0
	}
	return pid
}

func randomPort() (int, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(7000))
	if err != nil {
		return 0, err
	}
	return 25000 + int(n.Int64()), nil
}
