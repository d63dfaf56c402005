package cli

import (
	"log/slog"
	"net"
	"strings"
	"testing"

	"ringdesk/configs"
)

// An address for figures that cannot be had is told, and keeps no call away.
func TestListenMetrics(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	for name, c := range map[string]struct {
		address string
		listens bool
		says    []string
	}{
		"free":    {"127.0.0.1:0", true, nil},
		"off":     {configs.Off, false, nil},
		"in use":  {busy.Addr().String(), false, []string{busy.Addr().String(), "in use", "RINGDESK_METRICS"}},
		"foreign": {"203.0.113.1:9464", false, []string{"203.0.113.1:9464", "RINGDESK_METRICS"}},
	} {
		var log strings.Builder
		s := configs.Default()
		s.Metrics.Address = c.address
		ln := listenMetrics(s, slog.New(slog.NewTextHandler(&log, nil)))
		if (ln != nil) != c.listens || (log.Len() > 0) != (len(c.says) > 0) {
			t.Errorf("%s: listens %v, and the log says %q", name, ln != nil, log.String())
		}
		for _, want := range c.says {
			if !strings.Contains(log.String(), want) {
				t.Errorf("%s: the log does not say %q: %s", name, want, log.String())
			}
		}
		if ln != nil {
			ln.Close()
		}
	}
}
