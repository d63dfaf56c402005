package main

import (
	"bytes"
	"os"
	"reflect"
	"testing"
	"testing/fstest"
)

func TestScan(t *testing.T) {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"a/a_test.go": "package a\n\n// Covers: SYS-3 (killed, so\n// to say), RFC 3261 8.2.1,\n// END-6.\nfunc TestX_IN_5_IN_11(t *testing.T) {}\n\n" +
			"// Speaks of IN-9, and covers CALL-1.\nfunc TestY(t *testing.T) {}\n\n// As IN-2 says. Covers: Q-1, Q-2. Not of Q-3.\nfunc TestZ(t *testing.T) {}\n",
		"a/a.go":                 "package a\n\n// a is offered once (IN-5).\n",
		"a/a.gen.go":             "package a // IN-5\n",
		"web/src/a.gen.ts":       "// IN-5\n",
		"testkit/kit.go":         "package kit // IN-5\n",
		"web/x.test.ts":          "describe('ring box (IN-1, IN-12)', () => {\n  it('speaks of IN-3', () => {})\n})\n",
		"web/x.tsx":              "// The box of HOLD-1.\n",
		"node_modules/b_test.go": "func TestZ_IN_1(t *testing.T) {}\n",
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	got, err := scan(files)
	if err != nil {
		t.Fatal(err)
	}
	x, z, box := proof{"a/a_test.go", "TestX_IN_5_IN_11"}, proof{"a/a_test.go", "TestZ"}, proof{"web/x.test.ts", "ring box (IN-1, IN-12)"}
	want := map[string]*rule{
		"SYS-3": {tests: []proof{x}}, "END-6": {tests: []proof{x}}, "IN-11": {tests: []proof{x}}, "IN-5": {code: []string{"a/a.go"}, tests: []proof{x}},
		"Q-1": {tests: []proof{z}}, "Q-2": {tests: []proof{z}}, "IN-1": {tests: []proof{box}}, "IN-12": {tests: []proof{box}}, "HOLD-1": {code: []string{"web/x.tsx"}},
	}
	if !reflect.DeepEqual(got, want) {
		for id, r := range got {
			t.Logf("%s: %+v", id, *r)
		}
		t.Error("rules are found where they are not declared, or not where they are")
	}
}

func TestRulesTableIsUpToDate(t *testing.T) {
	found, err := scan(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, render(found)) {
		t.Error("docs/rules.md is not what code and tests say: run `go run ./scripts/rules > docs/rules.md`")
	}
}
