package e2e

import (
	"strings"
	"testing"
	"time"

	"ringdesk/testkit/expect"
)

// settled is how long something must stay as it is to be believed.
const settled = 1500 * time.Millisecond

// settingsOf are the workspace's settings.
func settingsOf(c *Client) map[string]any {
	c.t.Helper()
	var s struct {
		Settings map[string]any `json:"settings"`
	}
	c.Get("/settings", &s)
	return s.Settings
}

func contains(text, part string) bool { return strings.Contains(text, part) }

// What an admin changes in the form holds for the next call, and what they take
// back for the one after it.
//
// Covers: ADM-2, MISS-1.
func TestSettingsInTheForm_ADM_2(t *testing.T) {
	d := desk(t)
	before := settingsOf(d.API)
	t.Cleanup(func() { d.Instance.API(t).send("PUT", "/settings", before, nil) })
	owner := d.Browser(t, d.Owner, 0)
	owner.Visit("/settings/routing")
	owner.Click("End every call after the greeting")
	owner.AwaitText("[role=region]", "1 change")
	owner.Click("Save")
	saved := func(want any) {
		t.Helper()
		expect.Soon(t, "the form is saved", actionTime, func() (bool, string) {
			got := settingsOf(d.API)["turnAway"]
			return got == want && len(owner.Text("[role=region]")) == 0, "turnAway is set otherwise, or the form is not done"
		})
	}
	saved(true)
	p := NewPhone(t)
	c := d.Dial(t, p, "01021180001", CallerHz)
	AwaitOver(t, c, actionTime)
	if call := d.API.AwaitCall(d.newest(t).ID, "missed", actionTime); call.MissedReason != "workflow" {
		t.Errorf("the next call was missed as %q", call.MissedReason)
	}

	owner.Click("← Default off")
	owner.Click("Save")
	saved(nil)
	c = d.Dial(t, p, "01021180001", CallerHz)
	id := d.Mina.Answer()
	AwaitHears(t, "the caller", c, MinaHz)
	c.Hangup()
	d.API.AwaitCall(id, "ended", actionTime)
}
