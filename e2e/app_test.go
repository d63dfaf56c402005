package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// permit lets the browser's pages do something, or takes it back.
func (a *Agent) permit(what string, setting cdpbrowser.PermissionSetting) {
	a.t.Helper()
	a.try("permit "+what, func(ctx context.Context) error {
		params := cdpbrowser.SetPermissionParams{Permission: &cdpbrowser.PermissionDescriptor{Name: what}, Setting: setting}
		_, err := cdp.Call(ctx, chromedp.FromContext(ctx).Browser, cdpbrowser.SetPermission, params)
		return err
	})
}

// notInstallable gives what keeps the browser from installing the desk as an app.
func (a *Agent) notInstallable() (faults []string) {
	a.t.Helper()
	a.try("look at the manifest", func(ctx context.Context) error {
		_, err := chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (cdp.Empty, error) {
			manifest, err := cdp.Call(ctx, t, page.GetAppManifest, page.GetAppManifestParams{})
			if err != nil {
				return cdp.Empty{}, err
			}
			for _, e := range manifest.Errors {
				faults = append(faults, e.Message)
			}
			install, err := cdp.Call(ctx, t, page.GetInstallabilityErrors, cdp.Empty{})
			if err != nil {
				return cdp.Empty{}, err
			}
			for _, e := range install.InstallabilityErrors {
				faults = append(faults, e.ErrorID)
			}
			return cdp.Empty{}, nil
		})
		return err
	})
	return faults
}

// The desk can be installed as an app; its service worker keeps files with a
// hash in their names and nothing else. A call that rings while nobody looks is
// told by the system, is answered from there, and its notice goes.
//
// Covers: IN-1, KEY.
func TestInstalledApp_IN_1_KEY(t *testing.T) {
	d := desk(t)
	alone(t, d)
	d.Mina.permit("notifications", cdpbrowser.PermissionSettingGranted)
	t.Cleanup(func() {
		d.Mina.permit("notifications", cdpbrowser.PermissionSettingPrompt)
		d.Mina.Reload()
	})
	d.Mina.Visit("/inbox/all")
	d.Mina.WaitReady()
	Await(t, "the service worker runs the page", pageTime, func() (bool, string) {
		return eval[bool](d.Mina, "navigator.serviceWorker.controller !== null"), "no controller"
	})
	if faults := d.Mina.notInstallable(); len(faults) > 0 {
		t.Errorf("the desk cannot be installed: %q", faults)
	}
	d.Mina.Reload()
	d.Mina.WaitReady()
	kept := eval[[]string](d.Mina, "caches.open('assets').then((cache) => cache.keys()).then((all) => all.map(({ url }) => new URL(url).pathname))")
	if len(kept) < 4 {
		t.Errorf("the worker keeps %q", kept)
	}
	for _, path := range kept {
		if !strings.HasPrefix(path, "/assets/") {
			t.Errorf("the worker keeps %s", path)
		}
	}

	eval[bool](d.Mina, "(() => { document.hasFocus = () => false; return true })()")
	caller := d.call(t, "01044440012", CallerHz)
	id := d.Mina.WaitRinging().Call
	shown := func() []string {
		return eval[[]string](d.Mina, `navigator.serviceWorker.getRegistration().then((worker) => worker.getNotifications())
			.then((all) => all.map(({ tag, body, actions }) => [tag, body, ...actions.map(({ action }) => action)].join(' ')))`)
	}
	Await(t, "the system tells of the ring", actionTime, func() (bool, string) {
		all := shown()
		return len(all) == 1 && containsAll(all[0], []string{"call-" + id, "answer decline"}), fmt.Sprintf("%q", all)
	})
	// What the worker says when "Answer" is clicked; no test can click outside the page.
	eval[bool](d.Mina, "navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: { tag: %s, action: 'answer' } }))", "call-"+id)
	d.Mina.WaitTalking(id)
	AwaitHears(t, "the caller", caller, MinaHz)
	Await(t, "the notice has gone", actionTime, func() (bool, string) {
		all := shown()
		return len(all) == 0, fmt.Sprintf("%q", all)
	})
	caller.Hangup()
	d.Mina.WaitGone("call-box", id)
	d.awaitNothingLeft(t, actionTime)
}
