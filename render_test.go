package main

import "testing"

// A port that carriers would be told wrongly is refused before anything starts.
func TestRenderFreeswitch_Published(t *testing.T) {
	for _, c := range []struct {
		published, external string
		ok                  bool
	}{
		{"", "203.0.113.7", true},
		{"0.0.0.0:5060", "203.0.113.7", true},
		{"0.0.0.0:5070", "", true}, // calls from this host go to the container's own address
		{"0.0.0.0:5070", "203.0.113.7", false},
		{"5060", "203.0.113.7", false},
		{"0.0.0.0:0", "203.0.113.7", false},
	} {
		cmd := renderFreeswitchCmd{Published: c.published, ExternalAddress: c.external}
		if err := cmd.checkPublished("172.31.253.10:5060"); (err == nil) != c.ok {
			t.Errorf("published at %q, external address %q: %v", c.published, c.external, err)
		}
	}
}
