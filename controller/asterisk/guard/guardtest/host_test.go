package guardtest

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// A machine's name that is no host of SIP is told to nobody: browsers would drop
// the calls that it is in, without a word.
//
// Covers: IN-1, RFC 3261 25.1
func TestHostName(t *testing.T) {
	guard := build(t, "guard.so", []string{"-shared", "-fPIC", "-fvisibility=hidden"}, sources(t)...)
	system := build(t, "system.so", []string{"-shared", "-fPIC"}, "testdata/hostname.c")
	program := build(t, "says_hostname", nil, "testdata/says_hostname.c")
	const instead = "ringdesk.invalid"
	for name, want := range map[string]string{
		"asterisk": "asterisk", "a": "a", "pbx-1.example.com": "pbx-1.example.com", "10pbx.example": "10pbx.example", "A1": "A1",
		"5a9af95b849f": instead, "pbx.1st": instead, "192.0.2.1": instead, "7": instead,
		"my_pbx": instead, "-pbx": instead, "pbx-": instead, "pbx.": instead, ".pbx": instead, "a..b": instead, "pbx 1": instead, "전화": instead, "": instead,
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), program)
			cmd.Env = append(os.Environ(), "LD_PRELOAD="+guard+" "+system, "NAME="+name, "SIZE=256")
			if said, err := cmd.Output(); err != nil || string(said) != want {
				t.Errorf("%q, %v, want %q", said, err, want)
			}
		})
	}
	t.Run("too little room", func(t *testing.T) {
		cmd := exec.CommandContext(t.Context(), program)
		cmd.Env = append(os.Environ(), "LD_PRELOAD="+guard+" "+system, "NAME=7", "SIZE=8")
		if said, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(said), "File name too long") {
			t.Errorf("%q, %v", said, err)
		}
	})
}
