package local_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringdesk/controller/asterisk/local"
)

// What stands in the way is said in one line, with what to do about it.
func TestStart_Errors(t *testing.T) {
	busyUDP, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busyUDP.Close()
	busyTCP, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busyTCP.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		change func(*local.Options)
		says   []string
	}{
		"UDP port in use":  {func(o *local.Options) { o.SIP = busyUDP.LocalAddr().String() }, []string{busyUDP.LocalAddr().String(), "RINGDESK_SIP", "in use"}},
		"TCP port in use":  {func(o *local.Options) { o.SIP = busyTCP.Addr().String() }, []string{busyTCP.Addr().String(), "RINGDESK_SIP", "in use"}},
		"foreign address":  {func(o *local.Options) { o.SIP = "203.0.113.9:5060" }, []string{"203.0.113.9:5060", "RINGDESK_SIP"}},
		"no SIP address":   {func(o *local.Options) { o.SIP = "5060" }, []string{"host:port", "RINGDESK_SIP"}},
		"missing root":     {func(o *local.Options) { o.Root = "/nowhere" }, []string{"/nowhere", "make engine"}},
		"empty root":       {func(o *local.Options) { o.Root = t.TempDir() }, []string{"make engine"}},
		"folder is a file": {func(o *local.Options) { o.Data = file }, []string{file, "cannot be written", "RINGDESK_DATA"}},
		"read-only folder": {func(o *local.Options) { o.Data = "/proc/nothing" }, []string{"/proc/nothing", "cannot be written", "RINGDESK_DATA"}},
		"no folder":        {func(o *local.Options) { o.Data = "" }, []string{"RINGDESK_DATA"}},
		"RTP range":        {func(o *local.Options) { o.RTPFrom, o.RTPTo = 30000, 20000 }, []string{"30000-20000"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			opt := options(t, t.TempDir())
			c.change(&opt)
			s, err := local.Start(t.Context(), opt)
			if err == nil {
				t.Fatalf("it started: %v", s.Stop())
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the message has several lines: %v", err)
			}
			for _, want := range c.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
}
