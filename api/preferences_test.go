package api_test

import (
	"strings"
	"testing"

	"ringdesk/api"
	"ringdesk/controller/reason"
)

// What is left out stays, and windows of the same account hear of a change at
// once, in every workspace; nobody else's desk is changed.
//
// Covers: KEY, MISS-4, SYS-4.
func TestPreferences_KEY_MISS_4(t *testing.T) {
	e := start(t)
	me := e.as(e.here.agent)
	first := into[api.PreferencesState](me.do("GET", "/me/preferences", "").want(200))
	if p := first.Preferences; p.Keys["mute"] != "Mod+Shift+KeyM" || p.Volume != 80 || !p.LetterKeys || !p.Notices.Ring.Sound || p.Notices.Missed.Sound {
		t.Errorf("at first %+v", p)
	}
	d := me.live()
	d.snapshot()
	me.do("PATCH", "/me/preferences", `{"volume":0,"keys":{"mute":"Mod+Shift+KeyU"},"notices":{"missed":{"desk":true,"system":false,"sound":false}}}`).want(200)
	d.next("what was changed", func(m message) bool {
		return m.Topic == "me" && strings.Contains(string(m.Data), `"mute":"Mod+Shift+KeyU"`) && strings.Contains(string(m.Data), `"volume":0`)
	})
	after := into[api.PreferencesState](me.do("PATCH", "/me/preferences", `{"ringTone":"bell","letterKeys":false}`).want(200))
	if p := after.Preferences; p.RingTone != "bell" || p.LetterKeys || p.Volume != 0 || p.Notices.Missed.System || !p.Notices.Mention.System || after.Defaults.Volume != 80 {
		t.Errorf("afterwards %+v", after)
	}
	back := into[api.PreferencesState](me.do("PATCH", "/me/preferences", `{"keys":{"mute":""}}`).want(200))
	if got := back.Preferences.Keys["mute"]; got != "Mod+Shift+KeyM" {
		t.Errorf("the usual keys: %s", got)
	}
	if p := into[api.Me](e.as(e.here.admin).do("GET", "/me", "").want(200)).Preferences; p.Volume != 80 {
		t.Errorf("the admin's: %+v", p)
	}
}

// Covers: KEY.
func TestPreferencesRefuse_KEY(t *testing.T) {
	e := start(t)
	me := e.as(e.here.agent)
	for body, want := range map[string]struct {
		status int
		code   api.ProblemCode
		reason reason.Word
	}{
		`{"keys":{"mute":"Mod+Shift+KeyH"}}`:                             {409, api.ProblemCodeConflict, reason.KeysTaken},
		`{"keys":{"mute":"Mod+KeyC"}}`:                                   {409, api.ProblemCodeConflict, reason.KeysReserved},
		`{"keys":{"mute":"Mod+KeyJ","hold":"Mod+KeyJ"}}`:                 {409, api.ProblemCodeConflict, reason.KeysTaken},
		`{"keys":{"mute":"KeyM"}}`:                                       {400, api.ProblemCodeInvalid, ""},
		`{"keys":{"dance":"Mod+KeyM"}}`:                                  {400, api.ProblemCodeInvalid, ""},
		`{"volume":101}`:                                                 {400, api.ProblemCodeInvalid, ""},
		`{"ringTone":"trumpet"}`:                                         {400, api.ProblemCodeInvalid, ""},
		`{"notices":{"ring":{"desk":false,"system":true,"sound":true}}}`: {400, api.ProblemCodeInvalid, ""},
		`{"notices":{"help":{"desk":false}}}`:                            {400, api.ProblemCodeInvalid, ""},
	} {
		p := me.do("PATCH", "/me/preferences", body).problem(want.status, want.code)
		if want.reason != "" && (p.Reason == nil || string(*p.Reason) != string(want.reason)) {
			t.Errorf("%s: %+v", body, p)
		}
	}
	if a := into[api.PreferencesState](me.do("GET", "/me/preferences", "").want(200)); a.Preferences.Keys["mute"] != "Mod+Shift+KeyM" {
		t.Errorf("kept %+v", a.Preferences.Keys)
	}
	me.do("PATCH", "/me/preferences", `{"keys":{"mute":"Mod+Shift+KeyH","hold":"Mod+Shift+KeyM"}}`).want(200) // they change places
	e.key(e.here).do("GET", "/me/preferences", "").problem(403, api.ProblemCodeForbidden)
}
