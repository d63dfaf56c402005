package stage_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/simulate"
	"ringdesk/models"
	"ringdesk/testkit/ports"
	"ringdesk/testkit/stage"
)

// walk is a flow through everything that takes time or keys. Its sounds are long, so
// that keys interrupt them; "short" has others, for who presses nothing.
const walk = `
flow "walk" {
  numbers = ["NUMBER"]
  start   = "menu"
  menu "menu" {
    sound = "long"
    tries = 2
    key "1" { go = "order" }
    key "2" { go = "support" }
    key "3" { go = "own" }
    otherwise { go = "bye" }
  }
  input "order" {
    sound  = "long"
    digits = "4-6"
    save   = "order"
    secret = true
    then   = "which?"
  }
  check "which?" {
    when {
      if = var.order == "2222"
      go = "dead"
    }
    when {
      if = var.order == "6666"
      go = "patient"
    }
    else { go = "crm" }
  }
  lookup "crm" {
    get     = "http://SERVER/${var.order}"
    timeout = "1s"
    save    = "crm"
    then    = "known?"
    failed  = "support"
  }
  lookup "patient" {
    get     = "http://SERVER/${var.order}"
    timeout = "10s"
    save    = "crm"
    then    = "known?"
    failed  = "support"
  }
  lookup "dead" {
    get    = "http://DEAD/"
    save   = "crm"
    then   = "known?"
    failed = "support"
  }
  check "known?" {
    when {
      if = var.crm.tier == 3
      go = "vip"
    }
    else { go = "support" }
  }
  set "vip" {
    priority = 9
    then     = "support"
  }
  native "own" {
    extension = "own"
    failed    = "bye"
  }
  queue "support" {
    on "ringTimeOver" { go = "bye" }
    on "noOperator" { go = "bye" }
  }
  hangup "bye" {
    sound = "short"
    as    = "notInOperation"
  }
}
flow "short" {
  numbers = ["SILENT"]
  start   = "menu"
  menu "menu" {
    sound = "short"
    wait  = "1s"
    tries = 2
    key "1" { go = "bye" }
    otherwise { go = "bye" }
  }
  hangup "bye" {
    sound = "short"
    as    = "notInOperation"
  }
}
`

// order and support are the ways there, as the journal tells them.
const (
	toOrder   = "menu, key 1 > order"
	toCRM     = toOrder + ", then > which?, else > crm"
	toVIP     = toCRM + ", then > known?, when > vip, then > support"
	toSupport = toCRM + ", failed > support"
	toUnknown = toCRM + ", then > known?, else > support"
	toPatient = toOrder + ", then > which?, when 2 > patient"
	toDead    = toOrder + ", then > which?, when 1 > dead, failed > support"
)

// walkers is a stage with the flow in force, and the server that it asks.
type walkers struct {
	*stage.Stage
	*stage.Callers
	p      *flow.Program
	text   string
	silent string // the number of the flow "short", E.164
	calls  int
	asked  atomic.Int32  // how often the slow server was
	slow   chan struct{} // closed when it answers
}

func newWalkers(t *testing.T, s *stage.Stage) *walkers {
	t.Helper()
	w := &walkers{Stage: s, slow: make(chan struct{})}
	w.Callers = w.Stage.Callers(true)
	server := httptest.NewServer(http.HandlerFunc(w.answer))
	t.Cleanup(server.Close)
	dead, err := ports.Free()
	if err != nil {
		t.Fatal(err)
	}
	w.Prompt("long", 30*time.Second)
	w.Prompt("short", 300*time.Millisecond)
	w.silent = w.Number.Number[:len(w.Number.Number)-4] + "7777"
	w.AddNumber(w.silent)
	w.text = strings.NewReplacer("NUMBER", w.Number.Number, "SILENT", w.silent, "SERVER", server.Listener.Addr().String(), "DEAD", fmt.Sprint("127.0.0.1:", dead)).Replace(walk)
	w.p = w.Publish(w.text)
	return w
}

// answer is a server for lookups: by the order's number it knows the customer, is slow, or
// answers with something else.
func (w *walkers) answer(rw http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/1111":
		<-r.Context().Done()
	case "/6666":
		w.asked.Add(1)
		select {
		case <-w.slow:
			_, _ = io.WriteString(rw, `{"tier": 3}`)
		case <-r.Context().Done():
		}
	case "/3333":
		_, _ = io.WriteString(rw, `{"tier": `)
	case "/4711":
		_, _ = io.WriteString(rw, `{"tier": 3}`)
	default:
		_, _ = io.WriteString(rw, `{"tier": 1}`)
	}
}

// walker is one caller with their call.
type walker struct {
	*stage.Caller
	w  *walkers
	id string
}

// comes lets one more caller call, and waits until they are in the menu.
func (w *walkers) comes() walker {
	w.T.Helper()
	w.calls++
	k := walker{w.Dial(fmt.Sprintf("+8210333300%02d", w.calls)), w, ""}
	k.id = w.Newest(w.calls)
	k.takes("menu")
	return k
}

func (k walker) takes(want string) walker {
	k.w.T.Helper()
	k.w.AwaitSteps(k.id, want)
	return k
}

func (k walker) press(digits string) walker {
	k.w.T.Helper()
	if err := k.SendDTMF(k.w.T.Context(), digits); err != nil {
		k.w.T.Fatalf("%s presses %s: %v", k.Number, digits, err)
	}
	return k
}

// missed waits for the end of a call that nobody answered.
func (k walker) missed(want dialplan.MissedReason, by call.EndedBy) {
	k.w.T.Helper()
	if c := k.w.AwaitState(k.id, call.Missed); c.MissedReason != want || c.EndedBy != by {
		k.w.T.Errorf("%s: missed for %s by %s, want %s by %s", k.Number, c.MissedReason, c.EndedBy, want, by)
	}
}

// took is how far a call has come.
func (w *walkers) took(id string) string {
	steps, _ := w.Steps(id)
	return steps
}

// likeSimulated says that a call has taken the steps that a simulation names.
func (w *walkers) likeSimulated(id string, keys []string, st simulate.State) {
	w.T.Helper()
	r, err := simulate.Run(w.p, simulate.Scenario{From: "+821033330001", To: w.Number.Number, At: time.Now(), Keys: keys, State: st, TimeZone: "Asia/Seoul"})
	if err != nil {
		w.T.Fatal(err)
	}
	var want []string
	for _, s := range r.Steps {
		want = append(want, strings.TrimPrefix(s.By+" > ", " > ")+s.Step)
	}
	if got, _ := w.Steps(id); got != strings.Join(want, ", ") {
		w.T.Errorf("the call took %q, the simulation %q", got, strings.Join(want, ", "))
	}
}

// Callers walk from a menu by an input and a lookup into the queue, SIPp to an agent;
// the steps in the journal are those that a simulation names. Keys interrupt what is
// said; wrong keys, none, servers that are slow, dead or wrong lead where the flow says,
// and whoever hangs up on the way has left.
//
// Covers: DP-1, DP-2, DP-3, IN-4, MISS-1, SYS-3
func TestFlowWalk_DP_1_DP_2_MISS_1_SYS_3(t *testing.T) {
	t.Parallel()
	flowWalk(t, stage.NewAlone(t, walkScene, 0))
}

// Covers: SYS-1, and what flowWalk does.
func TestFlowWalk_FreeSWITCH_SYS_1_DP_1_DP_2_MISS_1_SYS_3(t *testing.T) {
	t.Parallel()
	flowWalk(t, stage.NewOnFreeSWITCH(t, walkScene))
}

// walkScene has a second trunk for SIPp, whose keys come by SIP INFO.
var walkScene = stage.Scene{Agents: 1, Trunks: 2, Unrecorded: true}

func flowWalk(t *testing.T, on *stage.Stage) {
	w := newWalkers(t, on)
	a := w.Agents[0]
	w.SetTrunk(w.Trunks[1], func(set *models.TrunkSettings) { set.DTMF = models.DTMFInfo })
	w.Provide()
	s := newSIPp(t, w.Stage, w.Trunks[1], "01033330000", "14711#", w.Hz)
	w.calls++
	first := w.Newest(1)
	w.AwaitSteps(first, "menu")
	s.press(func() bool { return w.took(first) == toOrder })
	for n := 1; n <= len("4711"); n++ {
		s.press(func() bool { return len(w.Call(first).Flow.Digits) == n })
	}
	s.press(func() bool { return w.took(first) != toOrder })
	a.Answer(t)
	w.AwaitState(first, call.Talking)
	w.AwaitSteps(first, toVIP)
	a.HearsTones(t, w.Hz)
	w.likeSimulated(first, []string{"1", "4711#"}, simulate.State{Lookups: map[string]any{"crm": map[string]any{"tier": 3.0}}})
	if c := w.Call(first); c.Plan.Priority != 9 {
		t.Errorf("the priority is %d", c.Plan.Priority)
	}

	w.others()
	a.Hangup()
	s.over()
	if c := w.AwaitState(first, call.Ended); c.Outcome != call.Answered {
		t.Errorf("SIPp's call ended as %s", c.Outcome)
	}
	w.goOn(a)
}

// others take the flow's other ways while the agent talks.
func (w *walkers) others() {
	w.T.Helper()
	slow, dead, wrong, unknown := w.comes(), w.comes(), w.comes(), w.comes()
	slow.press("1").takes(toOrder).press("1111#").takes(toCRM)
	dead.press("1").takes(toOrder).press("2222#").takes(toDead)
	wrong.press("1").takes(toOrder).press("3333#").takes(toSupport)
	unknown.press("1").takes(toOrder).press("55555#").takes(toUnknown)
	w.likeSimulated(dead.id, []string{"1", "2222#"}, simulate.State{})
	w.likeSimulated(wrong.id, []string{"1", "3333#"}, simulate.State{})
	slow.takes(toSupport)
	w.AwaitState(slow.id, call.Queued)

	keys := w.comes()
	keys.press("7").press("9").takes("menu, otherwise > bye").missed(dialplan.NotInOperation, call.BySystem)
	w.likeSimulated(keys.id, []string{"7", "9"}, simulate.State{})
	silent := w.Customer("Silence", "+821033339999")
	silent.DialNumber(w.silent)
	w.calls++
	id := w.Newest(w.calls)
	w.AwaitSteps(id, "menu, otherwise > bye")
	if c := w.AwaitState(id, call.Missed); c.MissedReason != dialplan.NotInOperation {
		w.T.Errorf("who pressed nothing was missed for %s", c.MissedReason)
	}

	w.othersLeave(map[string]walker{toDead: dead, toSupport: slow, toUnknown: unknown})
	wrong.Hangup()
	w.handedOver()
}

// handedOver is a caller who goes on in the own dialplan.
func (w *walkers) handedOver() {
	w.T.Helper()
	own := w.comes().press("3").takes("menu, key 3 > own")
	own.missed(dialplan.Workflow, call.BySystem)
	w.Party(own.Caller).HearsTones(w.T, stage.MusicHz)
	if w.Count(own.id, "call.handedOver") != 1 {
		w.T.Error("the journal does not tell that the call was handed over")
	}
	own.Hangup()
}

// othersLeave lets callers hang up, wherever they are: those who wait, and some on
// their way.
func (w *walkers) othersLeave(waiting map[string]walker) {
	w.T.Helper()
	all := map[string]walker{"menu": w.comes(), toOrder: w.comes().press("1").takes(toOrder), toPatient: w.comes().press("1").takes(toOrder).press("6666#").takes(toPatient)}
	maps.Copy(all, waiting)
	for steps, k := range all {
		k.Hangup()
		k.missed(dialplan.UserLeft, call.ByCustomer)
		k.takes(steps)
	}
}

// goOn publishes another version while callers are on their way, and kills the
// controller: each goes on where they were, with what they had keyed in, and by the
// version that their call began with.
func (w *walkers) goOn(a *stage.Agent) {
	w.T.Helper()
	menu, order, asks := w.comes(), w.comes().press("1").takes(toOrder).press("47"), w.comes().press("1").takes(toOrder).press("6666#").takes(toPatient)
	w.AwaitCall(order.id, "has two digits", func(c call.Call) bool { return c.Flow.Digits == "47" })
	w.Publish(strings.Replace(w.text, `key "1" { go = "order" }`, `key "1" { go = "bye" }`, 1))
	later := w.comes()
	asked := w.asked.Load()
	w.Kill()
	w.Restart()
	stage.Await(w.T, "the server is asked again", stage.ActionTime, func() (bool, string) { return w.asked.Load() > asked, "" })
	close(w.slow)
	asks.takes(toPatient + ", then > known?, when > vip, then > support")
	asks.Hangup()
	asks.missed(dialplan.UserLeft, call.ByCustomer)
	menu.press("1").takes(toOrder)
	menu.Hangup()
	later.press("1").takes("menu, key 1 > bye").missed(dialplan.NotInOperation, call.BySystem)
	stage.Await(w.T, "the agent's phone is quiet", stage.ActionTime, func() (bool, string) { return a.Ringing() == nil, "it rings" })
	order.press("11#").takes(toVIP)
	a.Answer(w.T)
	w.AwaitState(order.id, call.Talking)
	a.HearsTones(w.T, w.Hz)
	for k, version := range map[walker]int{menu: 1, order: 1, asks: 1, later: 2} {
		if _, of := w.Steps(k.id); len(of) != 1 || !of[version] {
			w.T.Errorf("%s went by the versions %v, want %d alone", k.Number, of, version)
		}
	}
	a.Hangup()
	w.AwaitState(order.id, call.Ended)
}
