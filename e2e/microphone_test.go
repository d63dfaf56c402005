package e2e

import (
	"path/filepath"
	"testing"
	"time"
)

// pluggable puts a desk of microphones around the browser's one: a track of a
// microphone that is unplugged ends, and the browser tells that its devices
// have changed. What is said stays what the browser's own microphone says.
const pluggable = `(() => {
	const media = navigator.mediaDevices, open = media.getUserMedia.bind(media);
	let there = ['Headset', 'Laptop'];
	const tracks = [];
	media.enumerateDevices = async () => there.map((id) => ({ kind: 'audioinput', deviceId: id, groupId: 'group of ' + id, label: id }));
	media.getUserMedia = async ({ audio: { deviceId, ...rest } }) => {
		const id = deviceId?.exact ?? there[0];
		if (!there.includes(id)) throw new DOMException('there is none', 'NotFoundError');
		const stream = await open({ audio: rest });
		const [track] = stream.getAudioTracks();
		Object.defineProperties(track, { label: { value: id }, getSettings: { value: () => ({ deviceId: id, groupId: 'group of ' + id }) } });
		tracks.push(track);
		return stream;
	};
	window.plugged = (...ids) => {
		there = ids;
		for (const track of tracks) {
			if (ids.includes(track.label) || track.readyState === 'ended') continue;
			track.stop();
			track.dispatchEvent(new Event('ended'));
		}
		media.dispatchEvent(new Event('devicechange'));
		return true;
	};
	return true;
})()`

// A microphone that is unplugged in mid-call: the caller hears the agent over
// another one, and the agent is told; without another one the agent is told that
// nobody hears them. Plugged in again, it is used again.
//
// Covers: CALL-5.
func TestMicrophoneUnplugged_CALL_5(t *testing.T) { microphoneUnplugged(t, desk(t)) }

func microphoneUnplugged(t *testing.T, d *Desk) {
	alone(t, d)
	t.Cleanup(func() { d.Mina.Reload() })
	eval[bool](d.Mina, pluggable)
	caller := d.call(t, "01044440012", CallerHz)
	id := d.Mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)

	eval[bool](d.Mina, "plugged('Laptop')")
	at := time.Now()
	d.Mina.AwaitText("[data-testid=voice]", "The microphone was unplugged.", "Laptop")
	MustHear(t, "the caller", caller, at.Add(time.Second), time.Second, MinaHz)
	d.lookAt(d.Mina, "microphone-other")

	eval[bool](d.Mina, "plugged()")
	d.Mina.AwaitText("[data-testid=voice]", "Nobody hears you.")
	AwaitHears(t, "the caller", caller)
	d.lookAt(d.Mina, "microphone-none")

	at = time.Now()
	eval[bool](d.Mina, "plugged('Headset')")
	d.Mina.WaitNotice(at, "speaking over Headset again")
	within(t, "from plugging in until the caller hears Mina again", max(0, AwaitHears(t, "the caller", caller, MinaHz).Sub(at)), 5*time.Second)
	if got := d.Mina.Text("[data-testid=voice]"); len(got) != 0 {
		t.Errorf("the call box still says %q", got)
	}
	AwaitHears(t, "Mina", d.Mina, CallerHz)
	caller.Hangup()
	d.Mina.WaitGone("call-box", id)
	d.awaitNothingLeft(t, actionTime)
}

// lookAt takes a picture for whoever works on the desk, if pictures are asked
// for.
func (d *Desk) lookAt(a *Agent, name string) {
	if pictures() {
		a.Screenshot(filepath.Join("out", name+".png"))
	}
}
