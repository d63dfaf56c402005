package freeswitch_test

import (
	"slices"
	"testing"
	"time"

	conf "ringdesk/configs/freeswitch"
	"ringdesk/controller/freeswitch"
)

// FreeSWITCH tells its version, its clock and which modules it lacks.
//
// Covers: OPS-3
func TestExamine(t *testing.T) {
	modules, err := conf.Modules()
	if err != nil || !slices.Contains(modules, "mod_opus") || !slices.Contains(modules, "mod_sofia") {
		t.Fatalf("%v, %v", modules, err)
	}
	f := newFake(t)
	f.set("module_exists", "true")
	f.set("module_exists mod_opus", "false")
	f.set("strepoch", "1796000000")
	facts, err := freeswitch.New(f.options(t)).Examine(t.Context(), modules)
	if err != nil || facts.Unfit != "" || !slices.Equal(facts.Missing, []string{"mod_opus"}) || !facts.Clock.Equal(time.Unix(1796000000, 0)) {
		t.Errorf("%+v, %v", facts, err)
	}
	f.set("version", "FreeSWITCH Version 1.8.0~64bit (64bit)")
	if facts, err := freeswitch.New(f.options(t)).Examine(t.Context(), nil); err != nil || facts.Unfit == "" {
		t.Errorf("an old one: %+v, %v", facts, err)
	}
}
