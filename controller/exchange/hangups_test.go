package exchange_test

import (
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/testkit/memory"
)

// A phone whose last call the engine is slow to hang up is dialled after that: it
// is not busy for the next caller. A hang-up that the engine does not carry out
// holds nobody up for long.
func TestPhoneIsHungUpBeforeItRingsAgain_IN_6(t *testing.T) {
	for _, c := range []struct {
		takes time.Duration // the hang-up
		offer time.Duration // until the next caller's offer
		busy  bool
	}{
		{takes: 300 * time.Millisecond, offer: 300 * time.Millisecond},
		{takes: 3 * time.Second, offer: time.Second, busy: true},
	} {
		t.Run(c.takes.String(), func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				opt, dialled := sound, time.Time{}
				opt.Command = func(op, _ string) memory.Fate {
					switch op {
					case "Hangup":
						return memory.Fate{Delay: c.takes}
					case "Dial":
						dialled = time.Now()
					}
					return memory.Fate{}
				}
				w := newStage(t, 1, opt)
				w.settings(quickly)
				first, _ := w.talk(0, from(1))
				w.phone(from(2))
				ended := time.Now()
				first.Hangup()
				later(2 * time.Second)
				if took := dialled.Sub(ended).Truncate(100 * time.Millisecond); took != c.offer {
					t.Errorf("dialled after %v, want %v", took, c.offer)
				}
				if rings := w.phones[0].State().Invited.Number == "+821011110002"; rings == c.busy {
					t.Errorf("the phone rings for the next caller: %v", rings)
				}
				later(10 * time.Second)
			})
		})
	}
}

// A caller who hangs up while the phone is still awaited: it is not dialled any more,
// and nothing is left of the call.
func TestNeedlessDial_IN_6(t *testing.T) {
	virtual(t, func(t *testing.T) {
		opt, dials := sound, 0
		opt.Command = func(op, _ string) memory.Fate {
			switch op {
			case "Hangup":
				return memory.Fate{Delay: 300 * time.Millisecond}
			case "Dial":
				dials++
			}
			return memory.Fate{}
		}
		w := newStage(t, 1, opt)
		w.settings(quickly)
		first, _ := w.talk(0, from(1))
		second, c := w.phone(from(2))
		w.state(c.ID, call.Queued)
		first.Hangup()
		time.Sleep(100 * time.Millisecond)
		second.Hangup()
		w.state(c.ID, call.Missed)
		later(3 * time.Second)
		if dials != 1 {
			t.Errorf("%d dials, want that of the first call alone", dials)
		}
		w.quiet(0)
		w.clean()
	})
}
