package journal_test

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"ringdesk/controller/journal"
)

// stored reads testdata/entries.txt: a type and its data on each line, in every
// shape in which entries have been stored so far.
func stored(t testing.TB) (lines [][2]string) {
	t.Helper()
	f, err := os.Open("testdata/entries.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for in := bufio.NewScanner(f); in.Scan(); {
		typ, data, _ := strings.Cut(in.Text(), " ")
		lines = append(lines, [2]string{typ, data})
	}
	return lines
}

// What is stored is for good: every entry is read, and would be written as it was.
func TestStoredEntries(t *testing.T) {
	seen := map[string]bool{}
	for _, line := range stored(t) {
		typ, data := line[0], line[1]
		e, err := journal.Decode(typ, data)
		if err != nil {
			t.Errorf("%s %s: %v", typ, data, err)
			continue
		}
		if _, unknown := e.(journal.Unknown); unknown {
			t.Errorf("%s is no longer known", typ)
		}
		again, err := journal.Encode(e)
		if err != nil || again != data || e.Type() != typ {
			t.Errorf("%s\n got %s %s, %v\nwant %s", typ, e.Type(), again, err, data)
		}
		seen[typ] = true
	}
	for _, typ := range journal.Types() {
		if !seen[typ] {
			t.Errorf("testdata/entries.txt has no %s", typ)
		}
	}
}

func TestUnknownEntries(t *testing.T) {
	e, err := journal.Decode("call.sung", `{"song":"Arirang"}`)
	if err != nil || e.Type() != "call.sung" {
		t.Fatalf("%v, %v", e, err)
	}
	if data, err := journal.Encode(e); err != nil || data != `{"song":"Arirang"}` {
		t.Errorf("%s, %v", data, err)
	}
	if e, err := journal.Decode("call.held", "no JSON"); err == nil {
		t.Errorf("read as %v", e)
	}
}

func BenchmarkEncode(b *testing.B) {
	var entries []journal.Entry
	for _, line := range stored(b) {
		e, err := journal.Decode(line[0], line[1])
		if err != nil {
			b.Fatal(err)
		}
		entries = append(entries, e)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, e := range entries {
			if _, err := journal.Encode(e); err != nil {
				b.Fatal(err)
			}
		}
	}
}
