package main

import (
	"strings"
	"testing"
	"time"
)

func TestRender(t *testing.T) {
	rs, err := read(strings.NewReader(`{"engine":"a","version":"1","case":"x","pass":false}
{"engine":"a","version":"1","case":"x","pass":true}
{"engine":"b","version":"2","case":"x","pass":false}
{"engine":"a","version":"1","case":"y","pass":true}
`))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := render(&b, rs, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"**a** (1): 2 of 2", "**b** (2): 0 of 1", "| x | passed | **failed** |", "| y | passed | not run |", "2026-11-23"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("lacks %q:\n%s", want, b.String())
		}
	}
	if err := render(&b, nil, time.Now()); err == nil {
		t.Error("an empty report made a table")
	}
}
