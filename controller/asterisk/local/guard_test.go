package local_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringdesk/controller/asterisk/guardparts"
	"ringdesk/controller/asterisk/local"
)

// loadedGuard is what Asterisk's process says of the guard.
func loadedGuard(t testing.TB, s *local.Server) string {
	t.Helper()
	var guard struct{ Value string }
	if code := ask(t, s, "/asterisk/variable?variable="+guardparts.Variable, &guard); code != 200 {
		t.Fatalf("RINGDESK_GUARD: status %d", code)
	}
	return guard.Value
}

// Covers: SEC-1. Every Asterisk of ours has all parts of the guard, and none is
// started without it unless that was asked for.
func TestGuard_Loaded(t *testing.T) {
	opt := options(t, t.TempDir())
	got := loadedGuard(t, start(t, opt))
	if missing := guardparts.Missing(got); len(missing) > 0 {
		t.Errorf("Asterisk has the guard %q, without %q", got, missing)
	}
	opt.Unguarded = true
	if s := start(t, opt); s.Adopted || loadedGuard(t, s) != "" {
		t.Errorf("adopted %v, guard %q, want a new Asterisk without", s.Adopted, loadedGuard(t, s))
	}
}

// A root without the guard, or with one that the loader refuses, is told with
// what to do about it.
func TestGuard_Missing(t *testing.T) {
	real, err := filepath.Abs(root(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		library, says string
	}{"none": {"", "make engine"}, "damaged": {"no library", "make engine"}} {
		t.Run(name, func(t *testing.T) {
			opt := options(t, t.TempDir())
			opt.Root = rootWithout(t, real, c.library)
			s, err := local.Start(t.Context(), opt)
			if err == nil {
				t.Fatalf("it started: %v", s.Stop())
			}
			if !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "guard") {
				t.Errorf("%q does not say %q", err, c.says)
			}
		})
	}
}

// rootWithout is a root file system like the real one, with another guard or
// none.
func rootWithout(t testing.TB, real, library string) string {
	t.Helper()
	fake := t.TempDir()
	link := func(dir string, but ...string) {
		entries, err := os.ReadDir(filepath.Join(real, dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if skip := filepath.Join(dir, e.Name()); len(but) > 0 && skip == but[0] {
				if err := os.Mkdir(filepath.Join(fake, skip), 0o700); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if err := os.Symlink(filepath.Join(real, dir, e.Name()), filepath.Join(fake, dir, e.Name())); err != nil {
				t.Fatal(err)
			}
		}
	}
	link("", "usr")
	link("usr", "usr/lib")
	link("usr/lib", "usr/lib/ringdesk")
	if library != "" {
		file := filepath.Join(fake, "usr/lib/ringdesk/libringdesk-guard.so")
		if err := os.WriteFile(file, fmt.Appendln(nil, library), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return fake
}
