package lang_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"ringdesk/dialplan/lang"
)

// A workflow is the same workflow after a screen has read it and written it anew: every
// example's, and texts with all that can stand between quotes.
//
// Covers: INBOX-6, DP-1.
func TestSentences_INBOX_6(t *testing.T) {
	texts := map[string]string{"all": `
workflow "밤 \"1\"" {
  on    = "call.queued"
  after = "1m"
  off   = true
  if    = call.direction == "inbound" && !tagged("a}b\"{")
  do tag { add = ["영업외", "${number.label}", "$${x} %%{y}"] }
  do note { text = "a\n\"b\"\t\\ ${contact.name} ${either(contact.fields.x, "}")}" }
  do sms {
    to   = caller.number
    text = "안녕하세요"
  }
  do webhook {
    url     = "https://hooks.example/${caller.number}"
    headers = { "X-Key" = "k", other = "${contact.name}" }
  }
  do snooze { for = "1h" }
  do close {}
}
`}
	files, err := filepath.Glob("../examples/*.hcl")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	seen := 0
	for name, text := range texts {
		first := lang.Sentences(lang.File{Name: "f", Text: []byte(text)})
		written := lang.Write(first)
		second := lang.Sentences(lang.File{Name: "f", Text: written})
		for i := range first {
			first[i].At.Line, first[i].At.Column = 0, 0
		}
		for i := range second {
			second[i].At.Line, second[i].At.Column = 0, 0
		}
		if !reflect.DeepEqual(first, second) {
			t.Errorf("%s:\n%+v\nbecame\n%+v\nin\n%s", name, first, second, written)
		}
		if _, found := lang.Compile([]lang.File{{Name: "f", Text: written}}, lang.World{E164: func(text string) (string, error) { return text, nil }}); lang.Failed(found) {
			t.Errorf("%s: %v\n%s", name, found, written)
		}
		seen += len(first)
	}
	if seen < 2 {
		t.Errorf("only %d workflows were seen", seen)
	}
}
