package asterisk

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// What is wrong in own extensions is told by file and line, whatever Asterisk makes of
// it: it stops reading, or passes lines over.
//
// Covers: DP-3
func TestCheckOwn_DP_3(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		want  string // line, and ! where Asterisk stops
		after bool   // the file after it is read
	}{
		"right":                   {"; mine\n[native](+)\nexten => fax,1,Answer()\n same => n(go),Hangup() ; done\nexten = 1,hint,SIP/1\n[own](!)\n[mine](own)\n", "", true},
		"an addition":             {"[from-trunk](+)\nexten => 07076660099,1,Answer()\n", "", true},
		"a comment block":         {"[own]\n;-- exten\n[broken\n--; exten => 1,1,NoOp()\n", "", true},
		"no ]":                    {"[own]\nexten => 1,1,NoOp()\n[native\nexten => 2,1,NoOp()\n", "3!", false},
		"no )":                    {"[native](+\nexten => 2,1,NoOp()\n", "1!", false},
		"a context that is none":  {"[nativ](+)\n", "1!", false},
		"a template that is none": {"[own](nothing)\n", "1!", false},
		"no context":              {"exten => 1,1,NoOp()\n", "1", true},
		"no =":                    {"[own]\nexten 1,1,NoOp()\n", "2", true},
		"no priority":             {"[own]\nexten => 1,NoOp()\n", "2", true},
		"no extension":            {"[own]\nsame => n,NoOp()\n", "2", true},
		"an open comment":         {"[own]\n;-- begins\nexten => 1,1,NoOp()\n", "2", true},
		"no file":                 {"[own]\n#include \"/nowhere/x.conf\"\n", "2!", false},
		"a pattern":               {"[from-trunk](+)\nexten => _070.,1,Answer()\n", "2", true},
		"settings":                {"[general]\nautofallthrough=no\n", "1", true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range map[string]string{"a.conf": c.text, "b.conf": "[b]\nnothing\n", "c.txt": "nothing"} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			found, err := CheckOwn(dir)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, m := range found {
				if filepath.Base(m.File) == "a.conf" {
					got += fmt.Sprint(m.Line)
					if m.Stops {
						got += "!"
					}
				}
			}
			after := slices.ContainsFunc(found, func(m Mistake) bool { return filepath.Base(m.File) == "b.conf" })
			if got != c.want || after != c.after {
				t.Errorf("found %v, want %q in a.conf; b.conf is read: %v, want %v", found, c.want, after, c.after)
			}
		})
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "modules"), []byte("# what Dial needs\napp_dial.so\nrm -rf\napp_read.so # and Read\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	modules, found, err := ownModules(dir)
	if err != nil || !slices.Equal(modules, []string{"app_dial.so", "app_read.so"}) || len(found) != 1 || found[0].Line != 3 {
		t.Errorf("the own modules are %v, %v, %v", modules, found, err)
	}
	if found, err := CheckOwn(filepath.Join(t.TempDir(), "missing")); len(found) > 0 || err != nil {
		t.Errorf("without a folder: %v, %v", found, err)
	}
}
