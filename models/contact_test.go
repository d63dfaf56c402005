package models

import (
	"errors"
	"testing"
)

func TestE164_IN_7(t *testing.T) {
	for text, want := range map[string]string{
		"07076660001":       "+827076660001",
		"070-7666-0001":     "+827076660001",
		"+82 70 7666 0001":  "+827076660001",
		"+827076660001":     "+827076660001",
		"010-1234-5678":     "+821012345678",
		" 01012345678 ":     "+821012345678",
		"02-312-3456":       "+8223123456",
		"+1 (650) 253-0000": "+16502530000",
		"００８２":              "",
		"":                  "",
		"anonymous":         "",
		"07076660001x":      "",
		"07076660001;x=1":   "",
		"1-800-FLOWERS":     "",
		"1":                 "",
	} {
		got, err := E164(text, "KR")
		if got != want || (err == nil) != (want != "") {
			t.Errorf("E164(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestCallerNumbers_IN_7(t *testing.T) {
	for text, want := range map[string]string{
		"01012345678": "+821012345678", "anonymous": "", "": "", "unavailable": "", "Restricted": "", "114": "+82114", "7": "",
	} {
		if got := CallerE164(text, "KR"); got != want {
			t.Errorf("CallerE164(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestContactOfCaller_IN_7(t *testing.T) {
	s := openStore(t)
	ws, _, _ := workspace(t, s, 0)
	other, _, _ := workspace(t, s, 0)
	find := func(workspace, number string) (c FullContact) {
		t.Helper()
		must(t, s.Tx(t.Context(), func(tx *Tx) (err error) {
			c, err = tx.ContactOfCaller(workspace, Caller{Number: number}, At(now))
			return err
		}))
		return c
	}
	first := find(ws.ID, "+821012345678")
	if first.Kind != "lead" {
		t.Errorf("an unknown caller became a %s", first.Kind)
	}
	if again := find(ws.ID, "+821012345678"); again.ID != first.ID {
		t.Error("the same number made a second lead")
	}
	if foreign := find(other.ID, "+821012345678"); foreign.ID == first.ID {
		t.Error("a contact was found in a foreign workspace")
	}
	if a, b := find(ws.ID, ""), find(ws.ID, ""); a.ID == b.ID || len(a.Numbers) != 0 {
		t.Error("withheld numbers must make a new lead each time")
	}
	err := s.Tx(t.Context(), func(tx *Tx) error {
		return tx.AddContact(FullContact{Contact: Contact{ID: NewID(), WorkspaceID: ws.ID, Kind: "member", Profile: "{}", CreatedAt: At(now)},
			Numbers: []string{"+821012345678"}})
	})
	if !errors.Is(err, ErrConflict) {
		t.Errorf("two contacts with one number: %v", err)
	}
	for q, want := range map[string]int{"010-1234": 1, "5678": 1, "nobody": 0, "%": 0, "": 3} {
		cs, err := s.Contacts(t.Context(), ws.ID, ContactFilter{Query: q, Limit: 10})
		must(t, err)
		if len(cs) != want {
			t.Errorf("search %q found %d, want %d", q, len(cs), want)
		}
	}
}
