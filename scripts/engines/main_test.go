package main

import (
	"strings"
	"testing"
	"time"
)

func lines(t *testing.T, text string) []result {
	t.Helper()
	rs, err := read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

// Covers: SYS-1. What ran now replaces its engines' results, and only those.
func TestRender_SYS_1(t *testing.T) {
	old := lines(t, `{"engine":"asterisk","version":"1","day":"2026-11-20","case":"gone","pass":true}
{"engine":"freeswitch","version":"3","day":"2026-11-21","case":"x","pass":true}
`)
	ran := lines(t, `{"engine":"memory","version":"1","case":"y","pass":true}
{"engine":"asterisk","version":"2","case":"x","pass":true}
{"engine":"asterisk","version":"2","case":"x","pass":false}
{"engine":"memory","version":"1","case":"x","pass":true}
`)
	var b strings.Builder
	if err := render(&b, merge(old, ran, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"**memory** (1), run on 2026-11-23: 2 of 2", "**asterisk** (2), run on 2026-11-23: 0 of 1", "**freeswitch** (3), run on 2026-11-21: 1 of 1",
		"| x | passed | **failed** | passed |\n| y | passed | not run | not run |",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("lacks %q:\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "gone") {
		t.Errorf("a case that is no more is shown:\n%s", b.String())
	}
	if err := render(&b, nil); err == nil {
		t.Error("an empty report made a table")
	}
}
