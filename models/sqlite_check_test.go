package models

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Damage in any page is found, also beside a controller that runs; a sound
// database has no fault.
//
// Covers: OPS-3, SYS-3
func TestQuickCheck(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ring?desk.db")
	s, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Tx(t.Context(), func(tx *Tx) error {
		for range 2000 {
			if err := tx.AddWorkspace(Workspace{ID: NewID(), Name: NewID() + NewID(), Country: "KR", TimeZone: "Asia/Seoul", CreatedAt: At(time.Now())}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	check := func(when string, damaged bool) {
		t.Helper()
		faults, err := QuickCheck(t.Context(), file)
		if err != nil || len(faults) > 0 != damaged || len(faults) > mostFaults {
			t.Errorf("%s: %q, %v", when, faults, err)
		}
	}
	check("open", false)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	check("closed", false)
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	for name, at := range map[string]int{"first page": 0, "early page": 2 * page, "middle page": len(good) / 2 / page * page} {
		bad := append([]byte(nil), good...)
		for i := range 64 {
			bad[at+i] ^= 0xA5
		}
		if err := os.WriteFile(file, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		check(name, true)
	}
	if err := os.WriteFile(file, good[:len(good)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	check("half of it", true)
	if _, err := QuickCheck(t.Context(), filepath.Join(t.TempDir(), "none")); !os.IsNotExist(err) {
		t.Errorf("no file: %v", err)
	}
}
