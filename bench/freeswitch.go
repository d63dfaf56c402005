package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	config "ringdesk/configs/freeswitch"
	fsserver "ringdesk/testkit/freeswitch"
	"ringdesk/testkit/ports"
	"ringdesk/testkit/tone"
)

// freeswitchEngine is an installed FreeSWITCH.
type freeswitchEngine struct{ fsserver.Installed }

// newFreeSWITCH looks whether all that is needed is installed.
func newFreeSWITCH(prefix string) (mediaEngine, error) {
	installed, err := fsserver.Find(prefix)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(installed.Modules, callCenter+".so")); err != nil {
		return nil, fmt.Errorf("no %s in %s, which ringdesk is compared with: install the package freeswitch-mod-callcenter, "+
			"or run `make %s-install` in FreeSWITCH's sources", callCenter, installed.Prefix, callCenter)
	}
	return freeswitchEngine{installed}, nil
}

func (freeswitchEngine) names() names {
	return names{Engine: "FreeSWITCH", Queue: callCenter, Rooms: "mod_conference", Record: "record_session", AnswersAtOnce: true, Mixes: mixing,
		goals: freeswitchGoals, parts: allParts}
}

// freeswitchServer is a running FreeSWITCH.
type freeswitchServer struct {
	*fsserver.Server
	settings config.Settings
}

func (e freeswitchEngine) start(ctx context.Context, dir string, firstRTP int, _ *scene) (server, error) {
	dir, err := filepath.Abs(filepath.Join(dir, "freeswitch"))
	if err != nil {
		return nil, err
	}
	settings, err := configure(dir, firstRTP)
	if err != nil {
		return nil, err
	}
	s, err := fsserver.Start(ctx, e.Installed, dir, settings.EventSocket, settings.Password)
	if err != nil {
		return nil, err
	}
	return &freeswitchServer{s, settings}, nil
}

// configure writes the product's configuration.
func configure(dir string, firstRTP int) (config.Settings, error) {
	music := filepath.Join(dir, musicFile)
	s := config.Settings{Password: rand.Text(), RTPFrom: firstRTP, RTPTo: firstRTP + rtpPorts - 1,
		EndpointsDir: filepath.Join(dir, "endpoints"), CustomDir: filepath.Join(dir, "custom"), Fallback: music, Speech: music}
	for _, address := range []*string{&s.EventSocket, &s.SIP, &s.WebSocket} {
		var err error
		if *address, err = ports.Addr(); err != nil {
			return s, err
		}
	}
	if err := os.MkdirAll(filepath.Dir(music), 0o700); err != nil {
		return s, err
	}
	if err := (tone.WAV{Rate: 8000, PCM: tone.Make(8000, 20*time.Second, 440)}).WriteFile(music); err != nil {
		return s, err
	}
	return s, config.Render(filepath.Join(dir, "conf"), s)
}

// musicFile is what those who wait hear, on both sides.
const musicFile = "music/music.wav"

func (s *freeswitchServer) music() string { return s.Path(musicFile) }

func (s *freeswitchServer) sip() string { return s.settings.SIP }
func (s *freeswitchServer) pid() int    { return s.PID() }
func (s *freeswitchServer) stop() error { return s.Stop() }

func (s *freeswitchServer) environment() []string {
	return []string{"RINGDESK_ENGINE=" + onFreeSWITCH, "RINGDESK_EVENT_SOCKET=" + s.settings.EventSocket, "RINGDESK_EVENT_PASSWORD=" + s.settings.Password,
		"RINGDESK_ENDPOINTS=" + s.settings.EndpointsDir, "RINGDESK_SIP_SOCKET=ws://" + s.settings.WebSocket, "RINGDESK_RECORDINGS=" + s.Path("recordings"),
		"RINGDESK_MUSIC=" + filepath.Dir(s.music())}
}

// roomVariable begins the names of the variables that keep the product's rooms.
const roomVariable = "ringdesk_room_"

// leftovers counts the channels, and the rooms that ringdesk keeps.
func (s *freeswitchServer) leftovers(ctx context.Context) (int, error) {
	status, err := s.Commands.API(ctx, "status")
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
	variables, err := s.Commands.API(ctx, "global_getvar")
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
	text, err := s.Commands.API(ctx, "show channels as json")
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
	text, err := s.Commands.API(ctx, "conference json_list compact")
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
	if text, err = s.Commands.API(ctx, "show bridged_calls as json"); err != nil {
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
	if _, err := s.Commands.API(ctx, "uuid_set_media_stats "+party); err != nil {
		return 0, 0, err
	}
	for name, to := range map[string]*int{"rtp_audio_in_packet_count": &in, "rtp_audio_out_packet_count": &out} {
		text, err := s.Commands.API(ctx, "uuid_getvar "+party+" "+name)
		if err != nil {
			return 0, 0, err
		}
		if *to, err = strconv.Atoi(text); err != nil {
			return 0, 0, fmt.Errorf("%s of %s: %w", name, party, err)
		}
	}
	return in, out, nil
}
