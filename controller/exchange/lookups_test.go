package exchange_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/dialplan/flow"
)

// server stands in for the servers that flows ask. Each question takes a while.
type server struct {
	mu     sync.Mutex
	asked  []flow.Fetch
	takes  time.Duration
	answer any // nil means a failure
}

func (s *server) Fetch(ctx context.Context, f flow.Fetch) (any, error) {
	s.mu.Lock()
	s.asked = append(s.asked, f)
	takes, answer := s.takes, s.answer
	s.mu.Unlock()
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if answer == nil {
		return nil, errors.New("down")
	}
	return answer, nil
}

func (s *server) set(takes time.Duration, answer any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.takes, s.answer = takes, answer
}

func (s *server) times() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

const crm = `
flow "crm" {
  numbers = ["070-7666-0001"]
  start   = "ask"
  lookup "ask" {
    get     = "https://crm.example/c?n=${caller.number}"
    timeout = "3s"
    save    = "customer"
    then    = "grade?"
    failed  = "message"
  }
  check "grade?" {
    when {
      if = var.customer.grade > 2
      go = "support"
    }
    else { go = "low" }
  }
  queue "support" {}
  hangup "low" {}
  hangup "message" { as = "noOperator" }
}`

// A server's answer decides; one that is slow, down or late leads to failed, and costs
// the caller nothing: they hear ringing meanwhile.
//
// Covers: DP-1
func TestLookups_DP_1(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		s := &server{takes: time.Second, answer: map[string]any{"grade": 3.0}}
		w.asked = s
		w.stop()
		w.start()
		w.flows(crm, nil)
		line, c := w.phone(from(0))
		if got := w.find(c.ID); got.State != call.Greeting || got.Customer.Answered {
			t.Errorf("while it is asked: %s, answered: %v", got.State, got.Customer.Answered)
		}
		w.isOffered(0, 0)
		w.takes(c, "ask, then > grade?, when > support")
		if got := s.asked[0]; got.URL != "https://crm.example/c?n=%2B821011110000" || got.Method != "GET" {
			t.Errorf("asked %+v", got)
		}
		line.Hangup()
		w.state(c.ID, call.Missed)
		for _, bad := range []struct {
			takes  time.Duration
			answer any
			want   string
		}{
			{time.Second, nil, "ask, failed > message"},
			{time.Minute, map[string]any{"grade": 3.0}, "ask, failed > message"},
			{0, "a text", "ask, then > grade?, else > low"},
		} {
			s.set(bad.takes, bad.answer)
			_, c = w.phone(from(1))
			w.takes(c, bad.want)
			w.state(c.ID, call.Missed)
		}
		w.clean()
	})
}

// After a crash the server is asked again, and the answer to the first question, which
// went to a process that is no more, changes nothing.
//
// Covers: DP-1, SYS-3
func TestLookupIsAskedAgain_DP_1_SYS_3(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		s := &server{takes: 2 * time.Second, answer: map[string]any{"grade": 3.0}}
		w.asked = s
		w.stop()
		w.start()
		w.flows(crm, nil)
		line, c := w.phone(from(0))
		w.await("the question", func() bool { return s.times() == 1 })
		w.stop()
		s.set(time.Second, map[string]any{"grade": 1.0})
		w.start()
		w.await("the question again", func() bool { return s.times() == 2 })
		if st := w.find(c.ID).Flow; st.Asked != 2 || st.Phase != flow.Fetching {
			t.Errorf("the flow stands at %+v", st)
		}
		w.takes(c, "ask, then > grade?, else > low")
		if missed := w.state(c.ID, call.Missed); strings.Contains(asText(missed), "grade\":") {
			t.Errorf("the answer is kept: %s", asText(missed))
		}
		w.await("the end", func() bool { return line.State().Final != 0 })
		w.clean()
	})
}

func asText(c call.Call) string {
	text, err := c.Encode()
	if err != nil {
		return err.Error()
	}
	return text
}
