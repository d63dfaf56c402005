package guardtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// The guard says of itself only what is so: its SIP part works when pjproject
// calls through it, which depends on how that was linked.
//
// Covers: SEC-1.
func TestLoaded(t *testing.T) {
	guard := build(t, "guard.so", []string{"-shared", "-fPIC", "-fvisibility=hidden", `-DGUARD_BUILD="build"`}, sources(t)...)
	for name, c := range map[string]struct {
		flags []string
		sip   string
		want  string
	}{
		"all":               {nil, "127.0.0.1:5060", "rtp     tcp build|rtp sip tcp build|7"},
		"no port of SIP":    {nil, "", "rtp         build|rtp sip     build|7"},
		"bound to itself":   {[]string{"-Wl,-Bsymbolic"}, "127.0.0.1:5060", "rtp     tcp build|rtp     tcp build|7"},
		"functions bound":   {[]string{"-Wl,-Bsymbolic-functions"}, "127.0.0.1:5060", "rtp     tcp build|rtp     tcp build|7"},
		"another pjproject": {[]string{"-DWITHOUT"}, "127.0.0.1:5060", "rtp     tcp build|rtp     tcp build|7"},
	} {
		t.Run(name, func(t *testing.T) {
			library := build(t, "libpj.so", slices.Concat([]string{"-shared", "-fPIC"}, c.flags), "testdata/pjproject.c")
			program := build(t, "loader", []string{"-Wl,-rpath," + filepath.Dir(library)}, "testdata/loader.c", library)
			cmd := exec.CommandContext(t.Context(), program)
			cmd.Env = append(os.Environ(), "LD_PRELOAD="+guard, "RINGDESK_GUARD_SIP="+c.sip)
			if said, err := cmd.Output(); err != nil || string(said) != c.want {
				t.Errorf("%q, %v, want %q", said, err, c.want)
			}
		})
	}
}
