// Package guardtest tests the guard's C code: it builds small programs around
// it, with the sanitizers of the compiler, and runs them.
package guardtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var sanitizers = map[string][]string{
	"address": {"-fsanitize=address,undefined", "-fno-sanitize-recover=all"},
	"thread":  {"-fsanitize=thread"},
}

// sources are the guard's C files.
func sources(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../*.c")
	if err != nil || len(files) < 3 {
		t.Fatalf("the guard's sources are %v, %v", files, err)
	}
	return files
}

// build compiles a test program and gives its path.
func build(t *testing.T, name string, flags []string, files ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), name)
	args := slices.Concat([]string{"-std=gnu11", "-g", "-O1", "-Wall", "-Wextra", "-Werror", "-o", out}, flags, files, []string{"-ldl", "-lpthread"})
	if said, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, said)
	}
	return out
}

func run(t *testing.T, program string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program)
	// Memory of a port is kept for its descriptor's next use.
	cmd.Env = append(os.Environ(), "ASAN_OPTIONS=detect_leaks=0", "TSAN_OPTIONS=halt_on_error=1")
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%.4000s", err, said)
	}
}

// Covers: SEC-1, END-6, RFC 3550
func TestStream(t *testing.T) {
	run(t, build(t, "rtp_stream_test", sanitizers["address"], "testdata/rtp_stream_test.c", "../rtp_stream.c"))
}

// The program has the name of Asterisk's RTP engine, whose sockets alone the
// guard looks at.
//
// Covers: SEC-1, RFC 7983
func TestSockets(t *testing.T) {
	for name, flags := range sanitizers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, socketsTest(t, "res_rtp_asterisk_test", flags))
		})
	}
}

// socketsTest builds the test of sockets as a program of that name, with what stands
// for libsrtp as a library of its.
func socketsTest(t *testing.T, name string, flags []string) string {
	t.Helper()
	library := build(t, "libsrtp.so", []string{"-shared", "-fPIC"}, "testdata/srtp.c")
	return build(t, name, append(slices.Clone(flags), "-Wl,--no-as-needed", "-Wl,-rpath,"+filepath.Dir(library)), append(sources(t), "testdata/guard_rtp_test.c", library)...)
}

// Covers: SEC-1, RFC 6177
func TestConnections(t *testing.T) {
	run(t, build(t, "guard_tcp_test", sanitizers["address"], "testdata/guard_tcp_test.c", "../guard.c", "../guard_rtp.c", "../rtp_stream.c", "../guard_sip.c",
		"../sip_dialogs.c", "../sip_policy.c", "../sip_sdp.c", "../sip_text.c", "../sip_utf8.c"))
}

// In a program of another name nothing is touched.
func TestSockets_Others(t *testing.T) {
	program := socketsTest(t, "other", sanitizers["address"])
	said, err := exec.CommandContext(t.Context(), program).CombinedOutput()
	if err == nil || !strings.Contains(string(said), "byte 20: 1,") {
		t.Errorf("%v\n%.2000s", err, said)
	}
}
