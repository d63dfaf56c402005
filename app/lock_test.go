package app_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringdesk/app"
	"ringdesk/configs"
	"ringdesk/controller/engine"
	"ringdesk/testkit/memory"
)

// inMemory replaces the engine that settings choose.
func inMemory(sw *memory.Switch) func(engine.Engine) engine.Engine {
	return func(engine.Engine) engine.Engine { return sw.Engine() }
}

// A second controller on a data folder is refused with one line that says what to
// do; after the first, the next one is the same controller as before.
func TestOneControllerOnADataFolder(t *testing.T) {
	s := configs.Default()
	s.Storage.Data, s.Storage.KeepFreeMiB = t.TempDir(), 1
	s.Recordings.Folder, s.Sounds.Folder = filepath.Join(s.Storage.Data, "recordings"), filepath.Join(s.Storage.Data, "sounds")
	open := func() (*app.App, error) {
		return app.Open(t.Context(), app.Options{Settings: s, Log: slog.New(slog.DiscardHandler), Around: inMemory(memory.New(memory.Options{}))})
	}
	id := func() string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(s.Storage.Data, "controller-id"))
		if err != nil || len(strings.TrimSpace(string(text))) != 36 {
			t.Fatalf("the controller's id is %q, %v", text, err)
		}
		return string(text)
	}
	close := func(a *app.App) {
		t.Helper()
		a.Exchange.Close()
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
	first, err := open()
	if err != nil {
		t.Fatal(err)
	}
	before := id()
	_, err = open()
	if !errors.As(err, new(app.OperatorError)) || strings.Contains(err.Error(), "\n") ||
		!strings.Contains(err.Error(), "another ringdesk runs on the data folder "+s.Storage.Data) || !strings.Contains(err.Error(), "RINGDESK_DATA") {
		t.Errorf("a second controller: %v", err)
	}
	close(first)
	next, err := open()
	if err != nil {
		t.Fatal(err)
	}
	close(next)
	if id() != before {
		t.Error("after a start it is another controller")
	}
}
