package e2e

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"ringdesk/testkit/tone"
)

// pageScript notes what an agent sees and hears; see the file itself.
//
//go:embed page.js
var pageScript string

const (
	pageTime   = 20 * time.Second // for what a page does by itself: load, register
	actionTime = 10 * time.Second // for what follows a click, on a busy machine
	micRate    = 48000
	micTime    = 20 * time.Second // the microphone's tone repeats after that, without a seam
)

// Agent is a person at a desk in a Chromium of their own. Its methods fail
// the test they are bound to (see For); they may be called by one goroutine
// at a time, different agents' at once.
type Agent struct {
	*browser
	t testing.TB
}

// browser is a running Chromium with one page.
type browser struct {
	Account Account
	Hz      int // what its microphone says; 0 is silence

	url    string
	dir    string
	ctx    context.Context
	cancel context.CancelFunc

	mu       sync.Mutex
	problems []string // uncaught exceptions and refused resources
}

// Browser starts a Chromium whose microphone says the tone, opens the desk and
// logs in.
func (in *Instance) Browser(t testing.TB, who Account, toneHz int) *Agent {
	t.Helper()
	a := in.Open(t, toneHz)
	a.Login(who)
	return a
}

// Open starts a Chromium at the log-in page.
func (in *Instance) Open(t testing.TB, toneHz int) *Agent {
	t.Helper()
	return in.OpenSaying(t, toneHz, tone.Make(micRate, micTime, toneHz))
}

// OpenSaying starts a Chromium whose microphone says the sound over and over,
// at 48000 samples per second.
func (in *Instance) OpenSaying(t testing.TB, toneHz int, mic []int16) *Agent {
	t.Helper()
	b, err := openBrowser(in.URL, toneHz, mic, in.door.flags()...)
	if err != nil {
		t.Fatal(err)
	}
	a := b.For(t)
	t.Cleanup(func() {
		a.showProblems()
		a.Close()
	})
	return a
}

// For binds the browser to a test.
func (b *browser) For(t testing.TB) *Agent { return &Agent{browser: b, t: t} }

func openBrowser(url string, toneHz int, mic []int16, more ...chromedp.ExecAllocatorOption) (*browser, error) {
	dir, err := os.MkdirTemp("", "ringdesk-e2e-")
	if err != nil {
		return nil, err
	}
	b := &browser{Hz: toneHz, url: url, dir: dir}
	if err := b.start(mic, more); err != nil {
		b.close()
		return nil, fmt.Errorf("chromium: %w", err)
	}
	return b, nil
}

func (b *browser) start(said []int16, more []chromedp.ExecAllocatorOption) error {
	mic := filepath.Join(b.dir, "microphone.wav")
	if err := (tone.WAV{Rate: micRate, PCM: said}).WriteFile(mic); err != nil {
		return err
	}
	options := []chromedp.ExecAllocatorOption{chromedp.UserDataDir(filepath.Join(b.dir, "profile")), chromedp.Flag("headless", "new")}
	for _, name := range []string{"no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "no-default-browser-check", "disable-background-networking",
		"disable-component-update", "disable-sync", "disable-extensions", "disable-dev-shm-usage", "hide-scrollbars", "use-fake-ui-for-media-stream",
		"use-fake-device-for-media-stream", "allow-loopback-in-peer-connection", "disable-background-timer-throttling",
		"disable-renderer-backgrounding", "disable-backgrounding-occluded-windows"} {
		options = append(options, chromedp.Flag(name, true))
	}
	for name, value := range map[string]string{"disable-features": "BackForwardCache", "use-file-for-fake-audio-capture": mic, "autoplay-policy": "no-user-gesture-required",
		"window-size": "1440,900", "lang": "en-US", "password-store": "basic"} {
		options = append(options, chromedp.Flag(name, value))
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), append(options, more...)...)
	ctx, cancel := chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {}))
	b.ctx, b.cancel = ctx, func() { cancel(); stop() }
	if err := chromedp.Listen(ctx, b.event); err != nil {
		return err
	}
	return b.open(b.url)
}

// open shows a page, with the page script in it.
func (b *browser) open(url string) error {
	ctx, cancel := context.WithTimeout(b.ctx, pageTime)
	defer cancel()
	if err := onNewPages(ctx, pageScript); err != nil {
		return err
	}
	return chromedp.Do(ctx, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(url))
}

// onNewPages runs a script in each page that is loaded from now on, before the page's own.
func onNewPages(ctx context.Context, script string) error {
	_, err := chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (page.AddScriptToEvaluateOnNewDocumentResult, error) {
		return cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	})
	return err
}

// event notes what went wrong inside the page.
func (b *browser) event(ev any) {
	var what string
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		what = ev.ExceptionDetails.Text
		if e := ev.ExceptionDetails.Exception; e != nil {
			what += " " + e.Description
		}
	case *runtime.EventConsoleAPICalled:
		if ev.Type != runtime.ConsoleAPICalledTypeError {
			return
		}
		for _, arg := range ev.Args {
			what += " " + string(arg.Value) + arg.Description
		}
	default:
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = append(b.problems, what)
}

// showProblems fails the test for each uncaught exception of the page.
func (a *Agent) showProblems() {
	a.t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, p := range a.problems {
		a.t.Errorf("%s's page: %s", a.Account.Email, p)
	}
	a.problems = nil
}

// Close ends the browser as if the machine was switched off: the page says
// nothing more to ringdesk.
func (a *Agent) Close() { a.close() }

func (b *browser) close() {
	if b.cancel != nil {
		b.cancel()
	}
	_ = os.RemoveAll(b.dir) // what a dying browser still writes there lies in the system's temporary folder
}

// ClosePage closes the page as a person closes a tab: the page hears of it.
// (The back/forward cache is switched off, or the page would be kept frozen.)
func (a *Agent) ClosePage() {
	a.t.Helper()
	a.try("close the page", func(ctx context.Context) error {
		return chromedp.Do(ctx, chromedp.Navigate("about:blank"))
	})
}

// Visit shows a path of the desk, loading the page anew.
func (a *Agent) Visit(path string) {
	a.t.Helper()
	a.try("open "+path, func(ctx context.Context) error { return chromedp.Do(ctx, chromedp.Navigate(a.url+path)) })
}

// OnNewPages runs a script in each page that is loaded from now on.
func (a *Agent) OnNewPages(script string) {
	a.t.Helper()
	a.try("add a script", func(ctx context.Context) error { return onNewPages(ctx, script) })
}

// Reload loads the page anew.
func (a *Agent) Reload() {
	a.t.Helper()
	a.try("reload", func(ctx context.Context) error { return chromedp.Do(ctx, chromedp.Reload()) })
}

func (a *Agent) try(what string, do func(context.Context) error) {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(a.ctx, pageTime)
	defer cancel()
	if err := do(ctx); err != nil {
		a.t.Fatalf("%s: %s: %v", a.Account.Email, what, err)
	}
}

// eval runs JavaScript; each %s in the expression is one of the arguments as
// JSON.
func eval[T any](a *Agent, expression string, args ...any) T {
	a.t.Helper()
	v, err := tryEval[T](a.browser, expression, args...)
	if err != nil {
		a.t.Fatalf("%s's page: %s: %v", a.Account.Email, expression, err)
	}
	return v
}

func tryEval[T any](b *browser, expression string, args ...any) (T, error) {
	texts := make([]any, len(args))
	for i, arg := range args {
		text, err := json.Marshal(arg)
		if err != nil {
			var none T
			return none, err
		}
		texts[i] = string(text)
	}
	ctx, cancel := context.WithTimeout(b.ctx, pageTime)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](fmt.Sprintf(expression, texts...), chromedp.EvalAwaitPromise))
}

// spot is where to click, or why not.
type spot struct {
	X, Y float64
	Why  string
}

// find waits until something can be clicked, and stands still.
func (a *Agent) find(how, what string) spot {
	a.t.Helper()
	var s spot
	Await(a.t, fmt.Sprintf("%s can click %q", a.Account.Email, what), actionTime, func() (bool, string) {
		before := s
		s = eval[spot](a, "__e2e."+how+"(%s)", what)
		return s.Why == "" && s == before, s.Why
	})
	return s
}

func (a *Agent) press(s spot) {
	a.t.Helper()
	a.try("click", func(ctx context.Context) error { return chromedp.Do(ctx, chromedp.MouseClickXY(s.X, s.Y)) })
}

// Click clicks the button, link or menu item with the name.
func (a *Agent) Click(name string) {
	a.t.Helper()
	a.press(a.find("spot", name))
}

// ClickOn clicks what a CSS selector finds.
func (a *Agent) ClickOn(selector string) {
	a.t.Helper()
	a.press(a.find("place", selector))
}

// Fill types into the text field with the label.
func (a *Agent) Fill(label, text string) {
	a.t.Helper()
	a.press(a.find("field", label))
	a.try("type", func(ctx context.Context) error {
		_, err := chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (cdp.Empty, error) {
			return cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
		})
		return err
	})
}

// Text gives the visible texts that a CSS selector finds.
func (a *Agent) Text(selector string) []string {
	a.t.Helper()
	return eval[[]string](a, "__e2e.text(%s)", selector)
}

// AwaitText waits until something that the selector finds holds all the words.
func (a *Agent) AwaitText(selector string, words ...string) {
	a.t.Helper()
	Await(a.t, fmt.Sprintf("%s sees %q in %s", a.Account.Email, words, selector), actionTime, func() (bool, string) {
		texts := a.Text(selector)
		for _, text := range texts {
			if containsAll(text, words) {
				return true, ""
			}
		}
		return false, fmt.Sprintf("there is %q", texts)
	})
}

func containsAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// Screenshot writes what the page shows as a PNG, with the mouse out of the
// way and nothing moving.
func (a *Agent) Screenshot(file string) {
	a.t.Helper()
	a.try("move the mouse away", func(ctx context.Context) error {
		return chromedp.Do(ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 0, 0))
	})
	Await(a.t, "the page stands still", actionTime, func() (bool, string) {
		n := eval[int](a, "document.getAnimations().filter((m) => m.playState === 'running' && isFinite(m.effect.getComputedTiming().endTime)).length")
		return n == 0, fmt.Sprint(n, " animations")
	})
	a.try("screenshot", func(ctx context.Context) error {
		png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		return errors.Join(err, os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, png, 0o644))
	})
}
