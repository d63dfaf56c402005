package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringdesk/configs"
)

// A mistake in own extensions is told by file and line, by the doctor and at each
// start: what stops the engine's reading as wrong, the rest as a note.
//
// Covers: DP-3
func TestOwnDialplan_Mistakes_DP_3(t *testing.T) {
	for name, c := range map[string]struct {
		file, text string
		freeswitch bool
		want       health
		says       string
	}{
		"right":         {"asterisk/custom/own.conf", "[native](+)\nexten => fax,1,Answer()\n", false, well, "nothing is wrong"},
		"passed over":   {"asterisk/custom/own.conf", "[native](+)\nexten => fax,Answer()\n", false, note, "own.conf:2: "},
		"stops":         {"asterisk/custom/own.conf", "[native](+)\nexten => fax,1,Answer()\n[x\n", false, wrong, "own.conf:3: "},
		"on FreeSWITCH": {"custom/native/own.xml", "<extension name=\"fax\">\n", true, wrong, "own.xml:2: "},
	} {
		t.Run(name, func(t *testing.T) {
			s := configs.Default()
			s.Storage.Data = t.TempDir()
			if c.freeswitch {
				s.Engine.Use, s.FreeSWITCH.Endpoints = configs.FreeSWITCH, filepath.Join(s.Storage.Data, "endpoints")
			}
			file := filepath.Join(s.Storage.Data, c.file)
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			found := lookAtOwnDialplan(t.Context(), s)
			if len(found) != 1 || found[0].State != c.want || !strings.Contains(found[0].Says, c.says) {
				t.Errorf("the doctor says %v, want %s: %s", found, c.want, c.says)
			}
			told, err := output(t, func() error { tellOwnDialplan(s); return nil })
			if err != nil || (c.want == well) != (told == "") || c.want != well && !strings.Contains(told, c.says) {
				t.Errorf("a start tells %q, %v", told, err)
			}
		})
	}
	if found := lookAtOwnDialplan(t.Context(), configs.Settings{}); found != nil {
		t.Errorf("without a folder the doctor says %v", found)
	}
}
