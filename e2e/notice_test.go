package e2e

import "testing"

// Chrome on Android says that a page may show notifications, and throws when it
// does. The call rings all the same, and can be answered.
//
// Covers: IN-1.
func TestNotificationThrows_IN_1(t *testing.T) { notificationThrows(t, desk(t)) }

func notificationThrows(t *testing.T, d *Desk) {
	alone(t, d)
	t.Cleanup(func() { d.Mina.Reload() })
	eval[bool](d.Mina, `(() => {
		window.Notification = function () { throw new TypeError("Failed to construct 'Notification': Illegal constructor."); };
		window.Notification.permission = 'granted';
		document.hasFocus = () => false;
		return true;
	})()`)
	caller := d.call(t, "01044440011", CallerHz)
	id := d.Mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)
	AwaitHears(t, "Mina", d.Mina, CallerHz)
	caller.Hangup()
	d.Mina.WaitGone("call-box", id)
	d.awaitNothingLeft(t, actionTime)
}
