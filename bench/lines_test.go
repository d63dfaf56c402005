package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// As many agents take calls in the one queue as in the other, where as many
// more decline, in one way or the other.
func TestMembers(t *testing.T) {
	c := &scene{Lines: 3, Team: 20}
	count := func(names []string, prefix string) int {
		n := 0
		for _, name := range names {
			if strings.HasPrefix(name, prefix) {
				n++
			}
		}
		return n
	}
	if names := c.members(willing); len(names) != 20 || count(names, "team") != 20 {
		t.Errorf("willing: %v", names)
	}
	names := c.members(reluctant)
	if len(names) != 40 || count(names, "pick") != 20 || count(names, busyPhone) != 10 || count(names, declinesPhone) != 10 {
		t.Errorf("reluctant: %v", names)
	}
	all := c.phones()
	slices.Sort(all)
	if len(all) != 63 || len(slices.Compact(all)) != 63 {
		t.Errorf("%d phones, want 63, all different", len(all))
	}
	queues := queuesConfig(c)
	for _, want := range []string{"[q0002]", "[r0002]", "[team]\nstrategy = leastrecent", "[pick]\nstrategy = rrmemory", "member => PJSIP/busy0000\n", "member => PJSIP/declines0001\n"} {
		if !strings.Contains(queues, want) {
			t.Errorf("no %q in\n%s", want, queues)
		}
	}
}

func TestWriteCalls(t *testing.T) {
	f := &generator{lines: 2, steps: 7}
	for _, c := range []struct {
		st   step
		want string
	}{
		{step{Rate: 3, Length: time.Second, Recorded: true}, "07076010000;01007000000\n07076010001;01007000001\n07076010000;01007000002\n"},
		{step{Rate: 1, Length: 2 * time.Second, Number: crowdedNumber}, "07076020002;01007000000\n07076020002;01007000001\n"},
		{step{Rate: 2, Length: time.Second, dial: func(i int) string { return roomNumber(i, true) }}, "07076040000;01007000000\n07076040001;01007000001\n"},
	} {
		file := filepath.Join(t.TempDir(), "calls.csv")
		if err := f.writeCalls(file, &c.st); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil || string(text) != "SEQUENTIAL\n"+c.want {
			t.Errorf("%+v: %q, %v", c.st, text, err)
		}
	}
}
