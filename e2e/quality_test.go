package e2e

import (
	"strings"
	"testing"
)

// How the sound comes through is shown in the call and kept with it; a customer
// who falls silent is told of, and who speaks muted is told so.
//
// Covers: CALL-1, CALL-4.
func TestSoundQuality_CALL_1(t *testing.T) {
	d := desk(t)
	alone(t, d)
	caller := d.call(t, "01044440021", CallerHz)
	id := d.Mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)
	Await(t, "the sound is measured", actionTime, func() (bool, string) {
		return len(d.Mina.Text("[data-testid=quality][data-level]")) == 1, ""
	})
	d.Mina.ClickOn("[data-testid=quality]")
	d.Mina.AwaitText("section", "I hear", "They hear", "Round trip", "Codec")
	d.Mina.find("spot", "Mute") // the figures cover nothing of the call box
	d.Mina.find("spot", "Leave")
	d.lookAt(d.Mina, "quality")
	d.Mina.key("Escape", "Escape", "", 0)

	d.Mina.Click("Mute")
	d.Mina.AwaitText("[data-testid=muted-speaking]", "You are muted")
	d.Mina.Click("Unmute")

	// Silence that comes as sound is the other side's; where nothing comes, the line is broken.
	caller.SayTone(0)
	d.Mina.awaitSound(t, "farSilent", "No sound comes from the other side")
	caller.Pause(true)
	d.Mina.awaitSound(t, "lost", "Sound interrupted")
	caller.SayTone(CallerHz)
	caller.Pause(false)
	Await(t, "the caller is heard again", actionTime, func() (bool, string) {
		said := d.Mina.Text("[data-testid=sound-lost]")
		return len(said) == 0, strings.Join(said, " ")
	})
	caller.Hangup()
	d.Mina.WaitGone("call-box", id)
	d.Mina.Visit("/inbox/all/" + d.API.Call(id).ConversationID)
	d.Mina.Click("Details")
	d.Mina.AwaitText("[data-testid=call-sound]", "heard: loss", "round trip")
	d.lookAt(d.Mina, "call-sound")
}

// awaitSound waits until the call box tells what has become of the sound. It must
// not tell anything else before.
func (a *Agent) awaitSound(t *testing.T, sound, words string) {
	t.Helper()
	before := strings.Join(a.Text("[data-testid=sound-lost]"), " ")
	Await(t, "the call box says "+words, pageTime, func() (bool, string) {
		said := strings.Join(a.Text("[data-testid=sound-lost]"), " ")
		if said != "" && said != before && !strings.Contains(said, words) {
			t.Fatalf("the call box says %q, want %q", said, words)
		}
		return strings.Contains(said, words) && len(a.Text("[data-sound="+sound+"]")) == 1, said
	})
}
