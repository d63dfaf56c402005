package e2e

import (
	"fmt"
	"net/http"
	"os"
	"testing"
)

// look is a width and an appearance in which a screen is looked at.
type look struct {
	width, height int64
	appearance    string
}

var (
	wide   = []look{{1440, 900, "light"}, {1440, 900, "dark"}}
	narrow = []look{{375, 812, "light"}, {375, 812, "dark"}}
	looks  = append(wide, narrow...)
)

// inspect looks at what an agent sees in each look, and says what axe-core calls
// serious or critical. A dark look differs from the light one before it, which has the
// same width, in its colours only.
func inspect(t *testing.T, a *Agent, axe, screen string, looks []look) {
	t.Helper()
	for _, l := range looks {
		name := fmt.Sprintf("%d-%s", l.width, l.appearance)
		a.emulate(l.width, l.height, 1, l.appearance)
		a.pictureOf("access-" + screen + "-" + name)
		for _, fault := range a.faults(axe, l.appearance == "dark") {
			t.Errorf("%s at %s: %s", screen, name, fault)
		}
	}
}

// goes shows another screen of the desk, without loading the page anew.
func (a *Agent) goes(path string) {
	a.t.Helper()
	eval[any](a, "void (history.pushState(null, '', %s), dispatchEvent(new PopStateEvent('popstate', {state: null})))", path)
}

// The screens of the administration, of joining, of the first run and of a session that has
// ended have nothing that axe-core calls serious or critical, with data in them.
//
// Covers: SYS-4, ADM-2.
func TestAccessOfSettings_ADM_2(t *testing.T) {
	in := Start(t, Options{})
	script, err := os.ReadFile("../web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	axe := string(script)
	api := in.Login(t, in.Owner)
	owner := in.Browser(t, in.Owner, 0)
	owner.AwaitText("main", "Ready for the first call", "Invite agents")
	inspect(t, owner, axe, "first-run-owner", looks)

	var invited struct {
		Agent AgentState
		Link  struct{ Path string }
	}
	api.Post("/agents", map[string]any{"email": "nari@moa.example", "name": "나리 Nari of the second support team in Jeju"}, &invited)
	for name, colour := range map[string]string{"환불": "red", "Delivery": "teal", "VIP": "violet"} {
		api.Post("/tags", map[string]any{"name": name, "colour": colour}, nil)
	}
	api.Post("/profile-fields", map[string]any{"label": "담당 부서"}, nil)
	api.Post("/keys", map[string]any{"name": "Reporting", "scope": "read", "perMinute": 60}, nil)
	api.Post("/webhooks", map[string]any{"name": "Customer files of the second support team in Jeju", "url": "https://crm.example.com/calls"}, nil)
	api.Patch("/retention", map[string]any{"recordingDays": 90}, nil)
	api.Post("/jobs/audit/run", map[string]any{}, nil)
	for _, screen := range []struct{ name, says string }{
		{"me", "Where you are logged in"}, {"workspace", "Time zone"}, {"agents", "invited, until"}, {"agents/new", "Make the invitation"}, {"tags", "Delivery"}, {"tags/new", "Colour"},
		{"fields", "Up to here it stands in the ring box"}, {"keys", "60 a minute"}, {"keys/new", "requests a minute"}, {"workflows", "No workflows yet"}, {"workflows/new", "Add an action"}, {"webhooks", "all delivered"}, {"webhooks/new", "Told of"}, {"retention", "catches up on"}, {"audit", "Workspace"}, {"jobs", "Shorten the audit log"},
	} {
		owner.goes("/settings/" + screen.name)
		if screen.name == "agents/new" {
			owner.Fill("Email", "another@moa.example") // the bar to save it comes with the first change
		}
		owner.AwaitText("main", screen.says)
		inspect(t, owner, axe, "settings-"+screen.name, looks)
		if screen.name == "agents/new" {
			owner.Click("Undo")
		}
	}
	owner.goes("/settings")
	owner.AwaitText("main h1", "Settings") // at phone width, in which the last look was
	inspect(t, owner, axe, "settings-list", narrow)

	guest := in.Open(t, 0)
	guest.Visit("/join/nothing")
	guest.AwaitText("h1", "This link does not work")
	inspect(t, guest, axe, "join-bad", looks)
	guest.Visit(invited.Link.Path)
	guest.AwaitText("h1", "Join")
	guest.Fill("New password", "short")
	guest.Click("Join")
	guest.AwaitText("[role=alert]", "too short: at least 10 characters")
	inspect(t, guest, axe, "join", looks)
	guest.Fill("New password", " and then longer")
	guest.Click("Join")
	guest.WaitReady()
	guest.AwaitText("main", "Ready for the first call", "Practice ring")
	inspect(t, guest, axe, "first-run-agent", narrow)
	api.send(http.MethodDelete, "/agents/"+invited.Agent.ID+"/sessions", nil, nil)
	guest.AwaitText("[role=dialog]", "Your session has ended", "go on where you were")
	inspect(t, guest, axe, "login-again", looks)
}
