package e2e

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"ringdesk/testkit/phone"
	"ringdesk/testkit/ports"
	"ringdesk/testkit/tone"
)

// A caller whose telephone is not of our making: SIPp calls, the agent hears it,
// holds it, and ends the call, which SIPp takes for a good end.
//
// Covers: IN-1, HOLD-1, CALL-6, END-1, END-6.
func TestSIPpCaller_IN_1_HOLD_1_END_6(t *testing.T) { sippCaller(t, desk(t)) }

func sippCaller(t *testing.T, d *Desk) {
	ended := d.startSIPp(t, "01066660001", CallerHz)
	id := d.Mina.Answer()
	talking := AwaitHears(t, "Mina", d.Mina, CallerHz)
	MustHear(t, "Mina", d.Mina, talking, time.Second, CallerHz)
	d.Mina.Click("Hold")
	held := AwaitHears(t, "Mina", d.Mina)
	MustHear(t, "Mina", d.Mina, held, time.Second)
	d.Mina.Click("Release")
	released := d.Mina.Clicked("Release")
	again := AwaitHears(t, "Mina", d.Mina, CallerHz)
	MustHear(t, "Mina", d.Mina, again, time.Second, CallerHz)
	d.Mina.Click("Leave")
	left := d.Mina.Clicked("Leave")
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(actionTime):
		t.Errorf("SIPp was not hung up on within %v", actionTime)
	}
	d.Mina.WaitGone("call-box", id)
	d.awaitNothingLeft(t, actionTime)
	rec := d.API.AwaitRecording(id, 10*time.Second)
	pcm := d.API.MP3(rec)
	d.API.recordedWhole(rec, pcm, held, released, MinaHz)
	d.API.recordedWhole(rec, pcm, again, left, CallerHz, MinaHz)
}

// startSIPp lets SIPp call the demo number and say a tone. What it gives tells
// how SIPp ended, once it has.
func (in *Instance) startSIPp(t *testing.T, from string, hz int) <-chan error {
	t.Helper()
	scenario, err := filepath.Abs("testdata/caller.xml")
	if err != nil {
		t.Fatal(err)
	}
	sip, err := ports.Free()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	wav := tone.WAV{Rate: phone.Rate, PCM: tone.Make(phone.Rate, 20*time.Second, hz)}
	if err := wav.WriteFile(filepath.Join(dir, "sound.wav")); err != nil {
		t.Fatal(err)
	}
	convert := exec.Command("ffmpeg", "-v", "error", "-i", "sound.wav", "-f", "mulaw", "sound.ulaw")
	convert.Dir = dir
	if out, err := convert.CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v: %s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), "sipp", "-sf", scenario, "-s", in.Number, "-key", "caller", from, "-m", "1", "-nostdin",
		"-i", "127.0.0.1", "-p", strconv.Itoa(sip), "-mi", "127.0.0.1", in.SIP)
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), "TERM=dumb")
	ended := make(chan error, 1)
	go func() {
		out, err := cmd.CombinedOutput()
		if err != nil {
			err = fmt.Errorf("SIPp: %w: %s", err, out)
		}
		ended <- err
	}()
	return ended
}
