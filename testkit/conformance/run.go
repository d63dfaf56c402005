package conformance

import (
	"encoding/json"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// ReportEnv names the environment variable with the file that results are
// appended to, one JSON object (Result) on a line.
const ReportEnv = "RINGDESK_CONFORMANCE_OUT"

// Result is one case's outcome on one engine.
type Result struct {
	Engine  string  `json:"engine"`
	Version string  `json:"version"`
	Case    string  `json:"case"`
	Pass    bool    `json:"pass"`
	Seconds float64 `json:"seconds"`
}

// Option changes how the suite runs.
type Option func(*suite)

// Parallel lets cases run at the same time (go test -parallel). Their rigs
// must not disturb each other.
func Parallel() Option { return func(s *suite) { s.parallel = true } }

// Virtual runs each case in a testing/synctest bubble: for engines that live
// in this process and use no network.
func Virtual() Option { return func(s *suite) { s.virtual = true } }

// Only leaves all cases out but these, named GROUP/CASE. Their results are not
// reported: it is no engine that is tested, but what one does by itself.
func Only(cases ...string) Option { return func(s *suite) { s.only = cases } }

// FollowsPorts adds the cases in which a party's sound goes on from another port
// without a word.
func FollowsPorts() Option { return func(s *suite) { s.followsPorts = true } }

// FallsSilent is for engines that carry no sound from a party from a later offer on that
// they refuse until the next one that they take.
func FallsSilent() Option { return func(s *suite) { s.fallsSilent = true } }

type suite struct {
	newRig   func(testing.TB) Rig
	only     []string
	parallel bool
	virtual  bool

	followsPorts bool
	fallsSilent  bool
}

// testCase is one clause of the contract. Its name is stable: results are
// compared over engines and time.
type testCase struct {
	name string
	run  func(*session)
}

type group struct {
	name  string
	cases []testCase
}

// groups is the whole suite.
func (s *suite) groups() []group {
	all := []group{
		{"inbound", inboundCases},
		{"caller", callerCases},
		{"offers", offerCases},
		{"dial", dialCases},
		{"room", roomCases},
		{"pair", pairCases},
		{"hold", holdCases},
		{"mute", muteCases},
		{"dtmf", dtmfCases},
		{"record", recordCases},
		{"restart", restartCases},
		{"strangers", strangerCases},
		{"play", playCases},
		{"monitor", monitorCases},
		{"errors", errorCases},
		{"endpoints", endpointCases},
		{"native", nativeCases},
		{"link", linkCases},
		{"order", orderCases},
	}
	if s.followsPorts {
		all = append(all, group{"restart-unsaid", portCases})
	}
	return all
}

// Run runs every case on a rig of its own.
func Run(t *testing.T, newRig func(testing.TB) Rig, opts ...Option) {
	s := &suite{newRig: newRig}
	for _, o := range opts {
		o(s)
	}
	for _, g := range s.groups() {
		t.Run(g.name, func(t *testing.T) {
			if s.parallel {
				t.Parallel()
			}
			for _, c := range g.cases {
				if s.only != nil && !slices.Contains(s.only, g.name+"/"+c.name) {
					continue
				}
				t.Run(c.name, func(t *testing.T) {
					if s.parallel {
						t.Parallel()
					}
					s.runCase(t, g.name+"/"+c.name, c.run)
				})
			}
		})
	}
}

func (s *suite) runCase(t *testing.T, name string, run func(*session)) {
	start := time.Now()
	var result Result
	// A failed case leaves by Goexit: the result is written on the way out.
	defer func() {
		result.Case, result.Pass, result.Seconds = name, !t.Failed(), time.Since(start).Seconds()
		if s.only == nil {
			report(t, result)
		}
	}()
	body := func(t *testing.T) {
		rig := s.newRig(t)
		result.Engine = rig.Name()
		session := newSession(t, rig)
		result.Version = session.up.Version
		defer session.finish()
		run(session)
	}
	if s.virtual {
		synctest.Test(t, body)
	} else {
		body(t)
	}
}

var reportMu sync.Mutex

func report(t *testing.T, r Result) {
	path := os.Getenv(ReportEnv)
	if path == "" {
		return
	}
	line, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	reportMu.Lock()
	defer reportMu.Unlock()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatalf("%s: %v", ReportEnv, err)
	}
	if _, err := f.Write(append(line, '\n')); err != nil {
		t.Errorf("%s: %v", ReportEnv, err)
	}
	if err := f.Close(); err != nil {
		t.Errorf("%s: %v", ReportEnv, err)
	}
}
