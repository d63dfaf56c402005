package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Every screen at a desk's and a telephone's width, light and dark, has nothing that axe-core calls serious or critical.
//
// Covers: SYS-4.
func TestAccess(t *testing.T) {
	in := Start(t, Options{})
	axe, err := os.ReadFile("../web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	signedOut := in.Open(t, 0)
	signedOut.AwaitText("h1", "Log in to ringdesk")
	owner := in.Browser(t, in.Owner, 0)
	owner.WaitReady()
	for _, look := range []struct {
		width, height int64
		appearance    string
	}{{1440, 900, "light"}, {1440, 900, "dark"}, {375, 812, "light"}, {375, 812, "dark"}} {
		name := fmt.Sprintf("%d-%s", look.width, look.appearance)
		check := func(a *Agent, screen string) {
			t.Helper()
			a.pictureOf("access-" + screen + "-" + name)
			for _, fault := range a.faults(string(axe), false) {
				t.Errorf("%s at %s: %s", screen, name, fault)
			}
		}
		signedOut.emulate(look.width, look.height, 1, look.appearance)
		check(signedOut, "login")
		owner.emulate(look.width, look.height, 1, look.appearance)
		for _, screen := range []struct{ name, path, says string }{
			{"inbox", "/inbox/all", "Ready for the first call"},
			{"contacts", "/contacts", "Contacts"},
			{"statistics", "/stats/calls", "No calls in this period"},
			{"raw-data", "/stats/export", "Download…"},
			{"nowhere", "/no/such/page", "No such page"},
		} {
			owner.Visit(screen.path)
			owner.AwaitText("main", screen.says)
			owner.WaitReady()
			check(owner, screen.name)
		}
		owner.ClickOn("[data-testid=phone-state]")
		owner.AwaitText("[role=dialog]", "You have no operator seat")
		owner.ClickOn("[role=dialog] [aria-expanded]")
		owner.AwaitText("[role=dialog]", "Practice ring")
		check(owner, "me")
	}
}

// colourRules are the rules of axe-core that look at colours. All others say the
// same of a page in each appearance.
const colourRules = `['color-contrast', 'link-in-text-block']`

// faults gives what axe-core calls serious or critical in the page, with the first element of each.
func (a *Agent) faults(axe string, coloursOnly bool) []string {
	a.t.Helper()
	if !eval[bool](a, "'axe' in window") { // it stays with the page, and is large
		// A colour that is on its way to another is not yet what people read.
		still := `document.head.append(Object.assign(document.createElement('style'), {textContent: '*, ::before, ::after {transition: none !important}'}));`
		a.try("load axe-core", func(ctx context.Context) error {
			_, err := chromedp.Run(ctx, chromedp.Evaluate[any](still+axe+"; null"))
			return err
		})
	}
	rules := ""
	if coloursOnly {
		rules = ", runOnly: " + colourRules
	}
	return eval[[]string](a, `axe.run({resultTypes: ['violations']`+rules+`}).then((result) => result.violations
		.filter((v) => v.impact === 'serious' || v.impact === 'critical')
		.map((v) => v.id + ' ×' + v.nodes.length + ': ' + v.nodes[0].html.slice(0, 300) + ' ' + v.nodes[0].failureSummary))`)
}

// pictureOf keeps a picture in the folder that RINGDESK_LOOK names, to be looked at.
func (a *Agent) pictureOf(name string) {
	if folder := os.Getenv("RINGDESK_LOOK"); folder != "" {
		a.Screenshot(filepath.Join(folder, strings.ReplaceAll(name, "/", "-")+".png"))
	}
}
