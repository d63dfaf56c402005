package lang_test

import (
	"strings"
	"testing"

	"ringdesk/dialplan/lang"
)

// A text that nests without end is refused, not followed: the parser calls itself
// for each level.
//
// Covers: SEC-4
func TestDeepTexts_SEC_4(t *testing.T) {
	const n = 30_000
	for name, deep := range map[string]string{
		"brackets": strings.Repeat("(", n), "lists": strings.Repeat("[", n), "objects": strings.Repeat("{a=", n/3), "texts": strings.Repeat(`"${`, n/3),
		"not": strings.Repeat("!", n) + "a", "minus": strings.Repeat("-", n) + "1", "conditions": strings.Repeat("a?b:", n/4) + "c", "sums": strings.Repeat("1+", n/2) + "1",
		"conditions in lines": "(" + strings.Repeat("a?b:\n", n/5) + "c)", "calls": strings.Repeat("f(", n/2), "parts": "a" + strings.Repeat(".b", n/2), "blocks": "}\n" + strings.Repeat("a {\n", n/4),
		"splats": "a" + strings.Repeat("[*]", n/3), "fors": strings.Repeat("[for a in ", n/10), "or": strings.Repeat("a||", n/3) + "a",
	} {
		p, found := lang.Compile([]lang.File{{Name: "deep.hcl", Text: []byte("flow \"f\" {\n  start = " + deep + "\n}\n")}}, lang.World{})
		if p != nil || len(found) != 1 || !strings.Contains(found[0].Text, "nests too far") {
			t.Errorf("%s: %v", name, found)
		}
		if text := []byte("x = " + deep + "\n"); string(lang.Format("deep.hcl", text)) != string(text) {
			t.Errorf("%s are formatted", name)
		}
	}
}
