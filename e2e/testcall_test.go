package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/testkit/expect"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/tone"
)

// An owner presses "Test call" at a number's settings, and an operator runs `ringdesk
// testcall`: the agent's browser rings, and a voice speaks.
//
// Covers: IN-1, IN-5, END-1.
func TestTestCall_IN_1(t *testing.T) { testCalls(t, desk(t)) }

func testCalls(t *testing.T, d *Desk) {
	owner := d.Browser(t, d.Owner, 0)
	for _, c := range []struct {
		name  string
		place func()
	}{
		{"button", func() {
			owner.Visit("/settings/numbers/" + List[struct{ ID string }](d.API, "/numbers")[0].ID)
			owner.Click("Test call")
		}},
		{"command", func() {
			if out, err := d.Run("testcall", "--follow=0s"); err != nil || !strings.Contains(out, "on its way") {
				t.Fatalf("ringdesk testcall: %v\n%s", err, out)
			}
		}},
	} {
		c.place()
		box := d.Mina.WaitRinging()
		d.Alex.WaitRinging()
		d.Mina.Answer()
		d.Mina.Click("Mute")
		d.Mina.AwaitText("[data-testid=call-box]", "Unmute")
		begun := time.Now()
		Await(t, "Mina hears a voice: "+c.name, 2*expect.SettleTime, func() (bool, string) { return speech(d.Mina.Heard(begun, time.Now()), 10) })
		d.Mina.Click("Leave")
		call := d.API.AwaitCall(box.Call, "ended", actionTime)
		rec := d.API.AwaitRecording(call.ID, 10*time.Second)
		pcm := d.API.MP3(rec)
		if ok, what := speech(pcm[min(len(pcm), tone.Samples(phone.Rate, begun.Add(edge).Sub(rec.StartedAt))):], 5); !ok {
			t.Errorf("%s: no voice is in the recording: %s", c.name, what)
		}
		d.rest(t)
	}
	owner.Visit("/inbox/all")
	owner.AwaitText("[data-testid=inbox-item]", "Talked", "민아") // a row has the assignee's avatar
}

// speech says whether there are so many tenths of a second of loud sound, and it
// goes up and down as a voice does, and is no pure tone.
func speech(pcm []int16, tenths int) (bool, string) {
	const window = phone.Rate / 10
	var loud int
	var least, most float64
	for i := 0; i+window <= len(pcm); i += window {
		rms := tone.RMS(pcm[i : i+window])
		if rms > 500 {
			loud++
		}
		if i == 0 || rms < least {
			least = rms
		}
		most = max(most, rms)
	}
	pure := slices.ContainsFunc(allHz, func(hz int) bool { return tone.Level(pcm, phone.Rate, hz) > -3 })
	return loud >= tenths && most > 4*least && !pure,
		fmt.Sprintf("%d tenths of a second are loud, from %.0f to %.0f, a tone: %v", loud, least, most, pure)
}
