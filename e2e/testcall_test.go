package e2e

import (
	"strings"
	"testing"
	"time"

	"ringdesk/e2e/phone"
	"ringdesk/e2e/phone/tone"
)

// An owner presses "Test call" in the desk, and an operator runs `ringdesk
// testcall`: the agent's browser rings, and a voice speaks.
//
// Covers: IN-1, IN-5, END-1.
func TestTestCall_IN_1(t *testing.T) {
	d := desk(t)
	owner := d.Browser(t, d.Owner, 0)
	for _, c := range []struct {
		name  string
		place func()
	}{
		{"button", func() { owner.Click("Test call") }},
		{"command", func() {
			if out, err := d.Run("testcall"); err != nil || !strings.Contains(out, "on its way") {
				t.Fatalf("ringdesk testcall: %v\n%s", err, out)
			}
		}},
	} {
		c.place()
		box := d.Mina.WaitRinging()
		d.Alex.WaitRinging()
		d.Mina.Answer()
		Await(t, "Mina hears a voice: "+c.name, settleTime, func() (bool, string) { return speech(d.Mina.Heard(time.Now().Add(-2*time.Second), time.Now())) })
		d.Mina.Click("Leave")
		call := d.API.AwaitCall(box.Call, "ended", actionTime)
		rec := d.API.AwaitRecording(call.ID, 10*time.Second)
		if ok, what := speech(d.API.MP3(rec)); !ok {
			t.Errorf("%s: no voice is in the recording: %s", c.name, what)
		}
		d.rest(t)
	}
	owner.AwaitText("[data-testid=inbox-item]", minaName)
}

// speech says whether the sound changes in loudness as a voice does and a
// tone does not, at most a few of them.
func speech(pcm []int16) (bool, string) {
	const window = phone.Rate / 10
	loud, quiet := 0, 0
	for i := 0; i+window <= len(pcm); i += window {
		switch rms := tone.RMS(pcm[i : i+window]); {
		case rms > 500:
			loud++
		case rms < 250:
			quiet++
		}
	}
	found := tone.Which(pcm, phone.Rate, allHz...)
	return loud >= 5 && quiet >= 1 && len(found) == 0, strings.TrimSpace(time.Duration(len(pcm)*int(time.Second)/phone.Rate).String()) + " of sound"
}
