package models

import (
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
)

func TestTrunkSettings_OUT_6(t *testing.T) {
	s, err := Trunk{}.Settings()
	if err != nil || !reflect.DeepEqual(s, DefaultTrunk()) || s.Remote != "" {
		t.Errorf("a new trunk is %+v, %v", s, err)
	}
	for number, want := range map[string]bool{
		"+827076660001": true, "+827071741234": true, "+827047690000": true, "+827047689999": true,
		"+827076650001": false, "+82707666000": false, "+8270766600011": false, "+82707666000x": false, "+821076660001": false, "": false,
	} {
		if s.MayCallAbroad(number) != want {
			t.Errorf("%s may call abroad: %v", number, !want)
		}
	}
	if s, err := ParseTrunk(`{"international":[]}`); err != nil || s.MayCallAbroad("+827076660001") {
		t.Errorf("without patterns a number may call abroad (%v)", err)
	}
}

func TestTrunkSettingsAreValidated(t *testing.T) {
	for text, want := range map[string]string{
		`{"remote":"sip.example.com:5060","codecs":["opus","alaw"],"position":3,"callerIdStyle":"national"}`: "",
		`{"remote":"[2001:db8::1]:5060","register":true,"username":"a","password":"p w"}`:                    "",
		`{"register":true,"username":"u","password":"hush-hush"}`:                                            "register",
		`{"remote":"a:1","register":true,"username":"u"}`:                                                    "register",
		`{"password":"hush-hush"}`:                "password",
		`{"international":["82x"]}`:               "international",
		`{"international":["+82*"]}`:              "international",
		`{"callerIdStyle":"loud"}`:                "callerIdStyle",
		`{"dtmf":"info","firstAnswerSeconds":32}`: "",
		`{"firstAnswerSeconds":0}`:                "firstAnswerSeconds",
		`{"firstAnswerSeconds":33}`:               "firstAnswerSeconds",
		`{"position":-1}`:                         "position",
		`{"maxCalls":10001}`:                      "maxCalls",
		`{"callsPerSecond":-1}`:                   "callsPerSecond",
		`{"nonsense":1}`:                          "nonsense",
		`{} {}`:                                   "more than one",
		`[`:                                       "cannot be read",
	} {
		_, err := ParseTrunk(text)
		if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hush")) {
			t.Errorf("%s: %v; want %q", text, err, want)
		}
	}
}

// A password is stored, and printed nowhere.
func TestPasswordsAreNotPrinted(t *testing.T) {
	set := DefaultTrunk()
	set.Remote, set.Register, set.Username, set.Password = "sip.example.com:5060", true, "user", "hush-hush"
	var tr Trunk
	must(t, tr.SetSettings(set))
	if got, err := tr.Settings(); err != nil || !reflect.DeepEqual(got, set) {
		t.Errorf("stored %+v, %v", got, err)
	}
	var log strings.Builder
	for _, h := range []slog.Handler{slog.NewJSONHandler(&log, nil), slog.NewTextHandler(&log, nil)} {
		slog.New(h).Info("x", "trunk", tr, "settings", set, "password", set.Password)
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		fmt.Fprintf(&log, format+format+format, tr, set, set.Password)
	}
	if text := log.String(); strings.Contains(text, "hush") || !strings.Contains(text, "hidden") {
		t.Errorf("printed %s", text)
	}
}

func TestUpdateTrunk(t *testing.T) {
	s := openStore(t)
	ws, num, _ := workspace(t, s, 0)
	other, _, _ := workspace(t, s, 0)
	tr, err := s.Trunk(t.Context(), ws.ID, num.TrunkID)
	must(t, err)
	set, err := tr.Settings()
	must(t, err)
	set.Remote, set.Position = "192.0.2.1:5060", 7
	must(t, tr.SetSettings(set))
	tr.Name = "renamed"
	tr.SetHosts([]string{"192.0.2.1"})
	must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.UpdateTrunk(tr) }))
	got, err := s.Trunk(t.Context(), ws.ID, num.TrunkID)
	must(t, err)
	if !reflect.DeepEqual(got, tr) {
		t.Errorf("got %+v, want %+v", got, tr)
	}
	if _, err := s.Trunk(t.Context(), other.ID, tr.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("a foreign workspace's trunk: %v", err)
	}
	foreign, damaged := tr, tr
	foreign.WorkspaceID = other.ID
	damaged.Stored = `{"position":-1}`
	for want, tr := range map[string]Trunk{"not found": foreign, "position": damaged} {
		err := s.Tx(t.Context(), func(tx *Tx) error { return tx.UpdateTrunk(tr) })
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	set.Position = 1001
	if err := tr.SetSettings(set); err == nil {
		t.Error("settings out of range were taken")
	}
}
