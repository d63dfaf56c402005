package freeswitch_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/tone"
)

// Covers: HOLD-1. The music plays round and round from somewhere in it, and behind
// it stands silence that is sent: whatever becomes of the file, the one on hold is
// not left without a packet.
func TestMusic_NeverNothing(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "hold.wav")
	if err := (tone.WAV{Rate: 8000, PCM: tone.Make(8000, 3*time.Second, 440)}).WriteFile(file); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(dir, "empty.wav")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const silence = `playback:silence_stream://-1,park`
	for _, c := range []struct{ name, file, want string }{
		{"a file", file, `playback:` + file + `@@([0-9]+),endless_playback:` + file + `,` + silence},
		{"an empty file", empty, `endless_playback:` + empty + `,` + silence},
		{"no file", dir + "/gone.wav", `endless_playback:` + dir + `/gone.wav,` + silence},
		{"no setting", "", silence},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t)
			opt := f.options(t)
			opt.MusicFile = c.file
			r := run(t, opt)
			expect[engine.LinkUp](t, r, 0, nil)
			for _, command := range []string{"uuid_answer", "uuid_transfer"} {
				f.set(command, "+OK\n")
			}
			arrive(f, f.Listener(t), "leg-1")
			expect[engine.LegArrived](t, r, 0, nil)
			if err := r.Music(t.Context(), "leg-1", true); err != nil {
				t.Fatal(err)
			}
			want := regexp.MustCompile(`^uuid_transfer leg-1 ` + c.want + ` inline$`)
			sent := f.sent("uuid_transfer leg-1")
			if len(sent) != 1 || !want.MatchString(sent[0]) {
				t.Fatalf("sent %q, want %s", sent, want)
			}
			if m := want.FindStringSubmatch(sent[0]); len(m) > 1 {
				at := 0
				if _, err := fmt.Sscan(m[1], &at); err != nil || at >= 3*8000 {
					t.Errorf("the music begins at sample %s of %d", m[1], 3*8000)
				}
			}
		})
	}
}
