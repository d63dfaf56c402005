package main

import (
	"bytes"
	"os"
	"slices"
	"testing"
	"testing/fstest"
)

func TestScan(t *testing.T) {
	root := fstest.MapFS{
		"a/a_test.go":            {Data: []byte("package a\n\n// Covers SYS-3 and END-6.\nfunc TestX_IN_5_IN_11(t *testing.T) {}\n\n// Speaks of IN-9 only.\nfunc TestY(t *testing.T) {}\n")},
		"web/x.test.ts":          {Data: []byte("describe('ring box (IN-1)', () => {\n  it('x', () => {})\n})\n")},
		"node_modules/b_test.go": {Data: []byte("func TestZ_IN_1(t *testing.T) {}\n")},
	}
	got, err := scan(root)
	if err != nil {
		t.Fatal(err)
	}
	x := proof{"a/a_test.go", "TestX_IN_5_IN_11"}
	want := map[string]proof{"SYS-3": x, "END-6": x, "IN-5": x, "IN-11": x, "IN-1": {"web/x.test.ts", "ring box (IN-1)"}}
	if len(got) != len(want) {
		t.Errorf("got %v", got)
	}
	for id, p := range want {
		if !slices.Equal(got[id], []proof{p}) {
			t.Errorf("%s: got %v, want %v", id, got[id], p)
		}
	}
}

func TestRulesTableIsUpToDate(t *testing.T) {
	root := os.DirFS("../..")
	found, err := scan(root)
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, render(found)) {
		t.Error("docs/rules.md is not what the tests say: run `go run ./scripts/rules > docs/rules.md`")
	}
}
