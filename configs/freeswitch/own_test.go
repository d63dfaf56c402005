package freeswitch_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringdesk/configs/freeswitch"
)

// A file of own extensions that FreeSWITCH cannot read keeps it from reading anything:
// it is left out, told by its line, and the others count. Where all are right, what is
// added later is read by reloadxml alone.
//
// Covers: DP-3
func TestRender_OwnMistakes_DP_3(t *testing.T) {
	const right = `<extension name="mine"><condition field="${ringdesk_trunk}" expression="^.+$"/><condition field="destination_number" expression="^1$"><action application="answer"/></condition></extension>`
	const open = `<extension name="mine"><condition field="destination_number" expression="^1$"><action application="answer"/></condition></extension>`
	for name, c := range map[string]struct {
		files map[string]string
		want  []string // what is told: FILE:LINE, and ! for one that is left out
		kept  []string // what is included
	}{
		"right":         {map[string]string{"a.xml": right, "native/b.xml": open}, nil, []string{"*.xml", "native/*.xml"}},
		"no XML":        {map[string]string{"a.xml": right, "b.xml": "<!-- mine -->\n<extension name=\"x\">\n<condition>\n</extension>"}, []string{"b.xml:4!"}, []string{"a.xml", "native/*.xml"}},
		"a context":     {map[string]string{"native/a.xml": "<include>\n<context name=\"x\"/></include>", "native/b.xml": open}, []string{"native/a.xml:1!"}, []string{"*.xml", "native/b.xml"}},
		"for strangers": {map[string]string{"a.xml": right + "\n" + open}, []string{"a.xml:2"}, []string{"*.xml", "native/*.xml"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := good(t)
			for file, text := range c.files {
				file = filepath.Join(s.CustomDir, file)
				if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			found, err := freeswitch.CheckOwn(s.CustomDir)
			if err != nil {
				t.Fatal(err)
			}
			var told []string
			for _, m := range found {
				said, _, _ := strings.Cut(strings.TrimPrefix(m.String(), s.CustomDir+"/"), ": ")
				if m.Stops {
					said += "!"
				}
				told = append(told, said)
			}
			if strings.Join(told, " ") != strings.Join(c.want, " ") {
				t.Errorf("told %v, want %v", found, c.want)
			}
			dir := t.TempDir()
			if err := freeswitch.Render(dir, s); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(filepath.Join(dir, "dialplan.xml"))
			if err != nil {
				t.Fatal(err)
			}
			var kept []string
			for line := range strings.Lines(string(text)) {
				if _, after, ok := strings.Cut(line, `data="`+s.CustomDir+"/"); ok {
					file, _, _ := strings.Cut(after, `"`)
					kept = append(kept, file)
				}
			}
			if strings.Join(kept, " ") != strings.Join(c.kept, " ") {
				t.Errorf("included %v, want %v", kept, c.kept)
			}
		})
	}
}
