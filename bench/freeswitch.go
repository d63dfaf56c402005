package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	config "ringdesk/configs/freeswitch"
	"ringdesk/controller/freeswitch"
	"ringdesk/controller/freeswitch/esl"
	"ringdesk/e2e/phone/tone"
)

// prefixEnv names the environment variable with the folder that FreeSWITCH is
// installed in.
const prefixEnv = "RINGDESK_FREESWITCH"

// freeswitchEngine is an installed FreeSWITCH.
type freeswitchEngine struct{ prefix, modules string }

// newFreeSWITCH looks whether all that is needed is installed.
func newFreeSWITCH(prefix string) (mediaEngine, error) {
	if prefix == "" {
		return nil, fmt.Errorf("set %s to the folder that FreeSWITCH is installed in, with bin/freeswitch and mod or lib/freeswitch/mod below it", prefixEnv)
	}
	prefix, err := filepath.Abs(prefix)
	if err != nil {
		return nil, err
	}
	e := freeswitchEngine{prefix: prefix, modules: filepath.Join(prefix, "lib/freeswitch/mod")}
	if _, err := os.Stat(e.modules); err != nil {
		e.modules = filepath.Join(prefix, "mod")
	}
	if _, err := os.Stat(e.program()); err != nil {
		return nil, fmt.Errorf("no FreeSWITCH in %s: %w; set %s to the folder that it is installed in", prefix, err, prefixEnv)
	}
	if _, err := os.Stat(filepath.Join(e.modules, callCenter+".so")); err != nil {
		return nil, fmt.Errorf("no %s in %s, which ringdesk is compared with: install the package freeswitch-mod-callcenter, "+
			"or run `make %s-install` in FreeSWITCH's sources", callCenter, e.modules, callCenter)
	}
	return e, nil
}

func (e freeswitchEngine) program() string { return filepath.Join(e.prefix, "bin/freeswitch") }

func (freeswitchEngine) names() names {
	return names{Engine: "FreeSWITCH", Queue: callCenter, Rooms: "mod_conference", Record: "record_session", AnswersAtOnce: true, Mixes: mixing,
		parts: allParts}
}

// freeswitchServer is a running FreeSWITCH.
type freeswitchServer struct {
	settings config.Settings
	dir      string
	process  *exec.Cmd
	ended    chan struct{} // closed when it has
	commands *esl.Commands
}

func (s *freeswitchServer) path(name string) string { return filepath.Join(s.dir, name) }

func (e freeswitchEngine) start(ctx context.Context, dir string, firstRTP int, _ *cast) (server, error) {
	dir, err := filepath.Abs(filepath.Join(dir, "freeswitch"))
	if err != nil {
		return nil, err
	}
	s := &freeswitchServer{dir: dir, ended: make(chan struct{})}
	if err := s.configure(firstRTP); err != nil {
		return nil, err
	}
	if err := s.launch(e); err != nil {
		return nil, err
	}
	s.commands = esl.NewCommands(esl.Options{Address: s.settings.EventSocket, Password: s.settings.Password, Timeout: commandLimit})
	if err := s.ready(ctx); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// configure writes the product's configuration.
func (s *freeswitchServer) configure(firstRTP int) error {
	var addresses [3]string
	for i := range addresses {
		port, err := freePort("127.0.0.1")
		if err != nil {
			return err
		}
		addresses[i] = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	}
	music := s.path("music/music.wav")
	if err := os.MkdirAll(filepath.Dir(music), 0o700); err != nil {
		return err
	}
	if err := (tone.WAV{Rate: 8000, PCM: tone.Make(8000, 20*time.Second, 440)}).WriteFile(music); err != nil {
		return err
	}
	s.settings = config.Settings{
		EventSocket: addresses[0], SIP: addresses[1], WebSocket: addresses[2], Password: rand.Text(),
		RTPFrom: firstRTP, RTPTo: firstRTP + rtpPorts - 1,
		MusicDir: filepath.Dir(music), AccountsDir: s.path("accounts"), CustomDir: s.path("custom"), Fallback: music, Speech: music,
	}
	return config.Render(s.path("conf"), s.settings)
}

// launch starts the program with all its folders below dir.
func (s *freeswitchServer) launch(e freeswitchEngine) error {
	args := []string{"-nf", "-nonat", "-c", "-conf", s.path("conf"), "-mod", e.modules}
	for _, name := range []string{"log", "db", "run", "storage", "htdocs", "scripts", "temp", "certs", "recordings", "grammar"} {
		if err := os.MkdirAll(s.path(name), 0o700); err != nil {
			return err
		}
		args = append(args, "-"+name, s.path(name))
	}
	console, err := os.Create(s.path("console.log"))
	if err != nil {
		return err
	}
	defer console.Close()
	s.process = exec.Command(e.program(), args...)
	s.process.Stdout, s.process.Stderr = console, console
	// Its own libraries, where it was not installed with the system's.
	s.process.Env = append(os.Environ(), "LD_LIBRARY_PATH="+filepath.Join(e.prefix, "lib")+":"+os.Getenv("LD_LIBRARY_PATH"))
	// Ctrl-C is for the bench, which then ends it.
	s.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.process.Start(); err != nil {
		return err
	}
	go func() {
		_ = s.process.Wait() // how it ends shows in its log
		close(s.ended)
	}()
	return nil
}

// ready waits until it takes commands.
func (s *freeswitchServer) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	t := time.NewTicker(50 * time.Millisecond)
	defer t.Stop()
	for {
		up, err := s.commands.API(ctx, "status")
		if err == nil && strings.Contains(up, "is ready") {
			return nil
		}
		select {
		case <-s.ended:
			return fmt.Errorf("FreeSWITCH has ended: see %s", s.path("console.log"))
		case <-ctx.Done():
			return fmt.Errorf("FreeSWITCH does not get ready (%v): see %s", err, s.path("console.log"))
		case <-t.C:
		}
	}
}

func (s *freeswitchServer) sip() string { return s.settings.SIP }
func (s *freeswitchServer) pid() int    { return s.process.Process.Pid }

func (s *freeswitchServer) link() link {
	return link{FreeSWITCH: &freeswitch.Options{Address: s.settings.EventSocket, Password: s.settings.Password,
		RecordingsDir: s.path("recordings"), AccountsDir: s.settings.AccountsDir}}
}

func (s *freeswitchServer) environment() []string {
	return []string{"RINGDESK_ENGINE=" + onFreeSWITCH, "RINGDESK_EVENT_SOCKET=" + s.settings.EventSocket, "RINGDESK_EVENT_PASSWORD=" + s.settings.Password,
		"RINGDESK_ACCOUNTS=" + s.settings.AccountsDir, "RINGDESK_SIP_SOCKET=ws://" + s.settings.WebSocket, "RINGDESK_RECORDINGS=" + s.path("recordings")}
}

// stop ends it, by force after 20 seconds.
func (s *freeswitchServer) stop() error {
	s.commands.Close()
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-s.ended:
		return nil
	case <-time.After(20 * time.Second):
		err := s.process.Process.Kill()
		<-s.ended
		return err
	}
}

// roomVariable begins the names of the variables that keep the product's rooms.
const roomVariable = "ringdesk_room_"

// leftovers counts the channels, and the rooms that ringdesk keeps.
func (s *freeswitchServer) leftovers(ctx context.Context) (int, error) {
	status, err := s.commands.API(ctx, "status")
	if err != nil {
		return 0, err
	}
	n, found := 0, false
	for line := range strings.Lines(status) {
		if count, _, ok := strings.Cut(line, " session(s) - peak"); ok {
			n, err = strconv.Atoi(count)
			found = err == nil
		}
	}
	if !found {
		return 0, fmt.Errorf("FreeSWITCH's status does not tell its sessions: %q", status)
	}
	variables, err := s.commands.API(ctx, "global_getvar")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(variables) {
		if strings.HasPrefix(line, roomVariable) {
			n++
		}
	}
	return n, nil
}

func (s *freeswitchServer) parties(ctx context.Context) ([]string, error) {
	text, err := s.commands.API(ctx, "show channels as json")
	if err != nil {
		return nil, err
	}
	var list struct {
		Rows []struct{ UUID, Name, CallState string }
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("show channels: %w", err)
	}
	var ids []string
	for _, c := range list.Rows {
		if strings.HasPrefix(c.Name, "sofia/") && c.CallState == "ACTIVE" {
			ids = append(ids, c.UUID)
		}
	}
	return ids, nil
}

// mixing and passing are what joins people: the first mixes their sound,
// the second passes it on.
const (
	mixing  = "conference"
	passing = "bridge"
)

func (s *freeswitchServer) bridges(ctx context.Context) (count map[string]int, joined int, err error) {
	text, err := s.commands.API(ctx, "conference json_list compact")
	if err != nil {
		return nil, 0, err
	}
	var list []struct {
		Members int `json:"member_count"`
	}
	if strings.HasPrefix(text, "[") { // else there is none
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return nil, 0, fmt.Errorf("conference json_list: %w", err)
		}
	}
	count = map[string]int{}
	for _, c := range list {
		if c.Members > 1 {
			count[mixing]++
			joined += c.Members
		}
	}
	var bridged struct {
		Count int `json:"row_count"`
	}
	if text, err = s.commands.API(ctx, "show bridged_calls as json"); err != nil {
		return nil, 0, err
	}
	if err := json.Unmarshal([]byte(text), &bridged); err != nil {
		return nil, 0, fmt.Errorf("show bridged_calls: %w", err)
	}
	if bridged.Count > 0 {
		count[passing] = bridged.Count
	}
	return count, joined + 2*bridged.Count, nil
}

func (s *freeswitchServer) packets(ctx context.Context, party string) (in, out int, err error) {
	if _, err := s.commands.API(ctx, "uuid_set_media_stats "+party); err != nil {
		return 0, 0, err
	}
	for name, to := range map[string]*int{"rtp_audio_in_packet_count": &in, "rtp_audio_out_packet_count": &out} {
		text, err := s.commands.API(ctx, "uuid_getvar "+party+" "+name)
		if err != nil {
			return 0, 0, err
		}
		if *to, err = strconv.Atoi(text); err != nil {
			return 0, 0, fmt.Errorf("%s of %s: %w", name, party, err)
		}
	}
	return in, out, nil
}
