package models

import (
	"errors"
	"testing"
)

// Versions are counted by workspace, and each follows the one that its author saw. The
// workspace's row, which every call reads, names the one in force; older ones stay for
// the calls that began with them.
//
// Covers: DP-1
func TestFlowVersionsFollowEachOther_DP_1(t *testing.T) {
	s := openStore(t)
	ws, num, _ := workspace(t, s, 0)
	other, _, _ := workspace(t, s, 0)
	add := func(ws Workspace, base int, program string) error {
		v := FlowVersion{WorkspaceID: ws.ID, At: At(now), ByKind: "agent", ByID: "a", Source: "screen", Message: "m", Program: program, Checksum: "c"}
		v.SetFiles([]FlowFile{{Name: "main.hcl", Text: program}})
		return s.Tx(t.Context(), func(tx *Tx) error { return tx.AddFlowVersion(v, base) })
	}
	must(t, add(ws, 0, "1"))
	must(t, add(ws, 1, "2"))
	must(t, add(other, 0, "other's"))
	for _, base := range []int{0, 1, 3} {
		if err := add(ws, base, "late"); !errors.Is(err, ErrConflict) {
			t.Errorf("on %d: %v", base, err)
		}
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		_, found, err := tx.Number(num.Number)
		if err == nil && found.ActiveFlow != 2 {
			t.Errorf("in force is %d", found.ActiveFlow)
		}
		for version, program := range map[int]string{1: "1", 2: "2"} {
			if got, perr := tx.FlowProgram(ws.ID, version); perr != nil || got != program {
				t.Errorf("version %d: %q, %v", version, got, perr)
			}
		}
		return err
	}))
	v, err := s.FlowVersion(t.Context(), ws.ID, 2)
	if err != nil || v.Files()[0] != (FlowFile{"main.hcl", "2"}) || v.Version != 2 || v.ByID != "a" {
		t.Errorf("%+v, %v", v, err)
	}
	all, err := s.FlowVersions(t.Context(), ws.ID, 0, 10)
	if err != nil || len(all) != 2 || all[0].Version != 2 || all[0].Message != "m" || all[0].Program != "" || all[0].FileText != "" {
		t.Errorf("%+v, %v", all, err)
	}
	if older, err := s.FlowVersions(t.Context(), ws.ID, 2, 10); err != nil || len(older) != 1 || older[0].Version != 1 {
		t.Errorf("%+v, %v", older, err)
	}
	if _, err := s.FlowProgram(t.Context(), other.ID, 2); !errors.Is(err, ErrNotFound) {
		t.Errorf("another workspace's: %v", err)
	}
}
