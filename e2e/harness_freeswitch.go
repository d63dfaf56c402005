package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ringdesk/configs"
	"ringdesk/testkit/freeswitch"
	"ringdesk/testkit/ports"
)

// freeSWITCH is a running FreeSWITCH with the product's configuration.
type freeSWITCH struct {
	*freeswitch.Server
	Env []string // the settings of a ringdesk that works with it
}

// startFreeSWITCH starts one for the ringdesk of a data folder, in a folder
// below it, with the configuration that the program itself writes.
func startFreeSWITCH(data string) (*freeSWITCH, error) {
	installed, err := freeswitch.Find(os.Getenv(freeswitch.Env))
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(data, "freeswitch")
	set, err := renderFreeSWITCH(data, dir)
	if err != nil {
		return nil, err
	}
	if err := writeMusic(filepath.Join(dir, "spool/music")); err != nil {
		return nil, err
	}
	s, err := freeswitch.Start(context.Background(), installed, dir, set.socket, set.password)
	return &freeSWITCH{Server: s, Env: set.env}, err
}

// rendered is what `ringdesk render-freeswitch` has written, for its ringdesk.
type rendered struct {
	env              []string
	socket, password string // of the event socket
}

// renderFreeSWITCH writes the configuration with `ringdesk render-freeswitch`,
// and takes the settings from what that wrote.
func renderFreeSWITCH(data, dir string) (rendered, error) {
	bin, err := program()
	if err != nil {
		return rendered{}, err
	}
	var sip, socket, ws string
	for _, address := range []*string{&sip, &socket, &ws} {
		if *address, err = ports.Addr(); err != nil {
			return rendered{}, err
		}
	}
	rtp, err := ports.Range(rtpPorts)
	if err != nil {
		return rendered{}, err
	}
	env := []string{"RINGDESK_SIP=" + sip, fmt.Sprintf("RINGDESK_RTP=%d-%d", rtp, rtp+rtpPorts-1)}
	conf := filepath.Join(dir, "conf")
	cmd := exec.Command(bin, "render-freeswitch", conf, "--event-socket", socket, "--web-socket", ws, "--spool", filepath.Join(dir, "spool"))
	cmd.Env = append(append(os.Environ(), "RINGDESK_DATA="+data), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return rendered{}, fmt.Errorf("render-freeswitch: %w: %s", err, out)
	}
	s, err := configs.Load(filepath.Join(conf, "ringdesk.yaml"), true, func(string) string { return "" })
	if err != nil {
		return rendered{}, err
	}
	env = append(env, "RINGDESK_ENGINE="+s.Engine.Use, "RINGDESK_SIP_SOCKET="+s.Engine.SIPSocket, "RINGDESK_EVENT_SOCKET="+s.FreeSWITCH.EventSocket,
		"RINGDESK_EVENT_PASSWORD="+s.FreeSWITCH.EventPassword, "RINGDESK_ENDPOINTS="+s.FreeSWITCH.Endpoints, "RINGDESK_RECORDINGS="+s.Recordings.Folder,
		"RINGDESK_SOUNDS="+s.Sounds.Folder, "RINGDESK_ENGINE_SOUNDS="+s.Sounds.EngineFolder, "RINGDESK_MUSIC="+s.Sounds.Music)
	return rendered{env: env, socket: socket, password: s.FreeSWITCH.EventPassword}, nil
}

// ask runs a command in FreeSWITCH and gives its answer.
func (f *freeSWITCH) ask(t testing.TB, command string) string {
	t.Helper()
	answer, err := f.Commands.API(context.Background(), command) // also when the test is over
	if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	return answer
}

// channels lists FreeSWITCH's channels. It writes its list in batches, so the list
// counts only when it is as long as there are sessions.
func (f *freeSWITCH) channels(t testing.TB) []string {
	t.Helper()
	var all []string
	Await(t, "FreeSWITCH's list has all channels", actionTime, func() (bool, string) {
		var list struct {
			Rows []struct{ UUID, Name string }
		}
		if err := json.Unmarshal([]byte(f.ask(t, "show channels as json")), &list); err != nil {
			t.Fatalf("show channels: %v", err)
		}
		all = nil
		for _, c := range list.Rows {
			all = append(all, c.UUID+" "+c.Name)
		}
		status := f.ask(t, "status")
		return strings.Contains(status, fmt.Sprintf("\n%d session(s) - peak", len(all))), fmt.Sprintf("%q, and the list is %q", status, all)
	})
	return all
}

// state is what FreeSWITCH has of calls. A room is also a global variable,
// which outlives those who were in it.
func (f *freeSWITCH) state(t testing.TB) engineState {
	t.Helper()
	s := engineState{Channels: f.channels(t)}
	for line := range strings.Lines(f.ask(t, "global_getvar")) {
		if room, ok := strings.CutPrefix(line, "ringdesk_room_"); ok && !strings.HasSuffix(strings.TrimSpace(room), "=") {
			s.Bridges = append(s.Bridges, strings.TrimSpace(room))
		}
	}
	var conferences []struct {
		Name    string `json:"conference_name"`
		Members []struct{ UUID string }
	}
	if text := f.ask(t, "conference json_list"); strings.HasPrefix(text, "[") { // words when there is none
		if err := json.Unmarshal([]byte(text), &conferences); err != nil {
			t.Fatalf("conference json_list: %v", err)
		}
	}
	for _, c := range conferences {
		for _, m := range c.Members {
			s.Bridges = append(s.Bridges, c.Name+" "+m.UUID)
		}
	}
	slices.Sort(s.Channels)
	slices.Sort(s.Bridges)
	return s
}
