package asterisk_test

import (
	"testing"
	"time"

	conf "ringdesk/configs/asterisk"
	"ringdesk/controller/asterisk"
)

// A real Asterisk runs every module of our configuration, and tells its version and
// its clock.
//
// Covers: OPS-3
func TestLive_Examine(t *testing.T) {
	s, err := server()
	if err != nil {
		t.Fatal(err)
	}
	modules, err := conf.Modules()
	if err != nil {
		t.Fatal(err)
	}
	a := asterisk.New(asterisk.Options{URL: s.URL, Username: s.Username, Password: s.Password})
	facts, err := a.Examine(t.Context(), append(modules, "app_dial.so"))
	if err != nil || facts.Version == "" || facts.Unfit != "" || len(facts.Missing) != 1 || facts.Missing[0] != "app_dial.so" {
		t.Errorf("%+v, %v; only app_dial.so is to be missing", facts, err)
	}
	if skew := time.Since(facts.Clock).Abs(); skew > time.Minute {
		t.Errorf("its clock says %v", facts.Clock)
	}
}
