package attack

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"ringdesk/e2e"
	"ringdesk/testkit/expect"
	"ringdesk/testkit/phone"
)

var full = flag.Bool("full", false, "all that can be sent, not a tenth of it")

const (
	agentHz, callerHz = 1000, 440
	waiting           = 19              // callers on hold music beside the two who talk
	attackTime        = 5 * time.Minute // for one attack
	hearTime          = 5 * time.Second // in which sound must be there after an attack
)

var tones = expect.Tones{agentHz, callerHz, e2e.MusicHz}

// victim is a call that goes on during the attacks.
type victim struct {
	who   string
	call  *phone.Call // of the customer
	hears int
}

// unharmed says whether the call is still up and has its sound.
func (v victim) unharmed(also ...e2e.Ear) (bool, string) {
	what := "nothing"
	for end := time.Now().Add(hearTime); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if e := v.call.Ended(); !e.At.IsZero() {
			return false, fmt.Sprintf("%s's call has ended: %+v", v.who, e)
		}
		ok := false
		if ok, what = hearsNow(v.call, v.hears); !ok {
			continue
		}
		for _, ear := range also {
			if ok, what = hearsNow(ear, callerHz); !ok {
				break
			}
		}
		if ok {
			return true, ""
		}
	}
	return false, fmt.Sprintf("%s's call has no sound: %s", v.who, what)
}

func hearsNow(ear e2e.Ear, hz int) (bool, string) {
	now := time.Now()
	return tones.Verdict(ear.Heard(now.Add(-expect.HearWindow), now), hz)
}

// Nothing that strangers, a carrier, a browser or a log-in can send harms a call
// that goes on, and afterwards calls come in as ever.
//
// Covers: SEC-1, SEC-2, SEC-4.
func TestAttack_SEC_1_SEC_2_SEC_4(t *testing.T) {
	in := e2e.Start(t, e2e.Options{})
	at := target(t, in)
	alex := in.Browser(t, in.Agents[1], agentHz)
	telephone := e2e.NewPhone(t)
	victims := []victim{{"the caller who talks", in.Dial(t, telephone, "01055550100", callerHz), agentHz}}
	alex.Answer()
	e2e.AwaitHears(t, "Alex", alex, callerHz)
	for i := range waiting {
		victims = append(victims, victim{fmt.Sprintf("waiting caller %d", i+1), in.Dial(t, telephone, fmt.Sprintf("010555502%02d", i), 0), e2e.MusicHz})
	}
	harmed := make([]bool, len(victims))
	look := func() (fresh int64) { // how many are harmed that were not before
		for i, v := range victims {
			var also []e2e.Ear
			if i == 0 {
				also = append(also, alex)
			}
			if harmed[i] {
				continue
			}
			if ok, why := v.unharmed(also...); !ok {
				harmed[i] = true
				fresh++
				t.Error(why)
			}
		}
		return fresh
	}
	if look() > 0 {
		t.Fatal("the calls do not stand before any attack")
	}
	asterisk, serve := in.AsteriskPID(), in.ServePID()
	before := memory(asterisk) + memory(serve)
	var rows []Row
	for _, a := range All() {
		var n Count
		start := time.Now()
		ctx, stop := context.WithTimeout(t.Context(), attackTime)
		if err := a.Run(ctx, at, *full, &n); err != nil {
			t.Errorf("%s: %v", a.Name, err)
		}
		stop()
		took := time.Since(start)
		rows = append(rows, Row{Name: a.Name, Sent: n.Sent.Load(), Answered: n.Answered.Load(), Refused: n.Refused.Load(), Wrong: n.Wrong.Load(),
			Harmed: look(), Took: took, Hole: victims[0].call.Gaps(start, time.Now()).Largest})
		if n.Wrong.Load() > 0 {
			t.Errorf("%s: %d were let in that should not have been, or got no answer:\n%s", a.Name, n.Wrong.Load(), strings.Join(n.Notes(), "\n"))
		}
		if t.Failed() && in.AsteriskPID() != asterisk {
			break // nothing more can be told of these calls
		}
	}
	if err := Report(os.Stdout, rows, len(victims)); err != nil {
		t.Error(err)
	}
	t.Logf("memory of engine and controller: %d MB before, %d MB after", before>>20, (memory(asterisk)+memory(serve))>>20)
	if in.AsteriskPID() != asterisk || in.ServePID() != serve {
		t.Errorf("Asterisk was process %d and is %d, the controller %d and is %d", asterisk, in.AsteriskPID(), serve, in.ServePID())
	}
	for _, v := range victims {
		v.call.Hangup()
	}
	afterwards(t, in, alex)
}

// afterwards shows that the next customer reaches the agent.
func afterwards(t *testing.T, in *e2e.Instance, alex *e2e.Agent) {
	t.Helper()
	e2e.Await(t, "readyz is good", 30*time.Second, func() (bool, string) {
		resp, err := http.Get(in.URL + "/readyz")
		if err != nil {
			return false, err.Error()
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK, resp.Status
	})
	alex.WaitReady()
	next := in.Dial(t, e2e.NewPhone(t), "01055550300", callerHz)
	alex.Answer()
	e2e.AwaitHears(t, "Alex", alex, callerHz)
	e2e.AwaitHears(t, "the next caller", next, agentHz)
}

func target(t *testing.T, in *e2e.Instance) Target {
	t.Helper()
	at := Target{SIP: in.SIP, URL: in.URL, Number: in.Number}
	var err error
	if at.Owner, err = Login(t.Context(), in.URL, in.Owner.Email, in.Owner.Password); err != nil {
		t.Fatal(err)
	}
	if at.Agent, err = Login(t.Context(), in.URL, in.Agents[0].Email, in.Agents[0].Password); err != nil {
		t.Fatal(err)
	}
	for _, e := range in.Env {
		if range_, ok := strings.CutPrefix(e, "RINGDESK_RTP="); ok {
			if at.RTPFrom, at.RTPTo, err = ports(range_); err != nil {
				t.Fatal(err)
			}
		}
	}
	return at
}

// memory is what a process holds, in bytes; 0 when it is not there.
func memory(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	var size, resident int64
	_, _ = fmt.Sscan(string(text), &size, &resident) // 0 when it is not as proc(5) says
	return resident * int64(os.Getpagesize())
}
