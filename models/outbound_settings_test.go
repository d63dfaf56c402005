package models

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestOutboundSettings_OUT_6_OUT_9(t *testing.T) {
	s, err := Workspace{}.OutboundSettings()
	if err != nil || !reflect.DeepEqual(s, DefaultOutbound()) {
		t.Errorf("a new workspace has %+v, %v", s, err)
	}
	if len(s.Countries) != 21 || s.Premium || !s.National {
		t.Errorf("defaults are %+v", s)
	}
	if s, err := ParseOutbound(`{"countries":[],"agentCaps":{"calls":9}}`); err != nil || len(s.Countries) != 0 || s.Agent.Calls != 9 ||
		s.Agent.CallsPerSecond != 1 || s.Workspace != DefaultOutbound().Workspace {
		t.Errorf("got %+v, %v", s, err)
	}
	for text, want := range map[string]string{
		`{"countries":["jp"]}`:                        "countries",
		`{"countries":["JP;"]}`:                       "countries",
		`{"increment":0}`:                             "increment",
		`{"increment":61}`:                            "increment",
		`{"maxSeconds":59}`:                           "maxSeconds",
		`{"maxSeconds":86401}`:                        "maxSeconds",
		`{"agentCaps":{"calls":-1}}`:                  "agentCaps: calls",
		`{"workspaceCaps":{"costPerDay":1000000001}}`: "workspaceCaps: costPerDay",
		`{"workspaceCaps":{"minutesPerDay":-1}}`:      "minutesPerDay",
		`{"workspaceCaps":{"callsPerSecond":101}}`:    "callsPerSecond",
		`{"premum":true}`:                             "premum",
		`{"countries":["JP"]`:                         "cannot be read",
	} {
		if _, err := ParseOutbound(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", text, err, want)
		}
	}
}

func TestOutboundSettingsAreKept_OUT_5(t *testing.T) {
	s := openStore(t)
	ws, num, as := workspace(t, s, 2)
	set := DefaultOutbound()
	set.Countries, set.Premium = []string{"JP"}, true
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		return errors.Join(tx.UpdateOutbound(ws.ID, set), tx.UpdateNumber(ws.ID, num.ID, NumberUpdate{Outbound: new(encode(NumberOutbound{AllowedAgents: []string{as[0].ID}}))}))
	}))
	w, err := s.Workspace(t.Context(), ws.ID)
	must(t, err)
	if got, err := w.OutboundSettings(); err != nil || !reflect.DeepEqual(got, set) {
		t.Errorf("got %+v, %v", got, err)
	}
	ns, err := s.Numbers(t.Context(), ws.ID)
	must(t, err)
	if !ns[0].UsableBy(as[0].ID) || ns[0].UsableBy(as[1].ID) || !num.UsableBy(as[1].ID) {
		t.Error("the wrong agents may use the number")
	}
	if (Number{Outbound: "{"}).UsableBy(as[0].ID) {
		t.Error("a number with damaged settings is usable")
	}
	set.Increment = 0
	for name, do := range map[string]func(*Tx) error{
		"bad settings":      func(tx *Tx) error { return tx.UpdateOutbound(ws.ID, set) },
		"unknown workspace": func(tx *Tx) error { return tx.UpdateOutbound("none", DefaultOutbound()) },
		"unknown number":    func(tx *Tx) error { return tx.UpdateNumber(ws.ID, "none", NumberUpdate{Record: new(true)}) },
	} {
		if err := s.Tx(t.Context(), do); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
