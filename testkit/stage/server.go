package stage

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	fsconfig "ringdesk/configs/freeswitch"
	"ringdesk/controller/asterisk/local"
	"ringdesk/testkit/freeswitch"
	"ringdesk/testkit/ports"
)

// Folders and files below an installation's.
const musicFile = "music/music.wav"

func soundsIn(dir string) string { return filepath.Join(dir, "sounds") }

// server is an installation's engine.
type server struct {
	sip        string   // host:port that it takes calls at
	recordings string   // folder
	env        []string // the controller's settings for it
	stop       func() error

	asterisk *local.Server // nil where it is another engine
}

// startAsterisk starts one with its files in a folder.
func startAsterisk(dir string) (*server, error) {
	own := "[native](+)\nexten => " + OwnExtension + ",1,Answer(,i)\n same => n,StartMusicOnHold()\n same => n,Wait(60)\n"
	if err := writeOwn(filepath.Join(dir, "asterisk", "custom"), "own.conf", own); err != nil {
		return nil, err
	}
	sip, rtp, err := free()
	if err != nil {
		return nil, err
	}
	root := os.Getenv("RINGDESK_ENGINE")
	if root == "" {
		root = filepath.Join("..", "..", ".engine", "asterisk")
	}
	a, err := local.Start(context.Background(), local.Options{Root: root, Data: dir, SIP: sip, RTPFrom: rtp, RTPTo: rtp + rtpPorts - 1})
	if err != nil {
		return nil, fmt.Errorf("these tests need the real Asterisk (its folder is RINGDESK_ENGINE, default .engine/asterisk): %w", err)
	}
	return &server{sip: a.SIP, recordings: a.Recordings, stop: a.Stop, asterisk: a, env: []string{"RINGDESK_ENGINE=" + root, "RINGDESK_ARI_URL=" + a.URL,
		"RINGDESK_ARI_USER=" + a.Username, "RINGDESK_ARI_PASSWORD=" + a.Password, "RINGDESK_SIP_SOCKET=" + a.SIPWebSocket}}, nil
}

// startFreeSWITCH starts the one that freeswitch.Env names, with its files in a folder.
func startFreeSWITCH(dir string) (*server, error) {
	installed, err := freeswitch.Find(os.Getenv(freeswitch.Env))
	if err != nil {
		return nil, err
	}
	sip, rtp, err := free()
	if err != nil {
		return nil, err
	}
	var socket, ws string
	for _, address := range []*string{&socket, &ws} {
		if *address, err = ports.Addr(); err != nil {
			return nil, err
		}
	}
	const password = "stage-of-ringdesk"
	data := filepath.Join(dir, "freeswitch")
	endpoints, custom, unavailable := filepath.Join(data, "endpoints"), filepath.Join(data, "custom"), filepath.Join(dir, musicFile)
	own := `<extension name="own"><condition field="destination_number" expression="^` + OwnExtension + `$">
<action application="answer"/><action application="playback" data="` + filepath.Join(dir, musicFile) + `"/><action application="hangup"/>
</condition></extension>`
	if err := writeOwn(filepath.Join(custom, "native"), "own.xml", own); err != nil {
		return nil, err
	}
	if err := fsconfig.Render(filepath.Join(data, "conf"), fsconfig.Settings{EventSocket: socket, Password: password, SIP: sip, WebSocket: ws,
		RTPFrom: rtp, RTPTo: rtp + rtpPorts - 1, EndpointsDir: endpoints, CustomDir: custom, Fallback: unavailable, Speech: unavailable}); err != nil {
		return nil, err
	}
	f, err := freeswitch.Start(context.Background(), installed, data, socket, password)
	if err != nil {
		return nil, err
	}
	return &server{sip: sip, recordings: f.Path("recordings"), stop: f.Stop, env: []string{"RINGDESK_ENGINE=freeswitch", "RINGDESK_EVENT_SOCKET=" + socket,
		"RINGDESK_EVENT_PASSWORD=" + password, "RINGDESK_SIP_SOCKET=ws://" + ws, "RINGDESK_ENDPOINTS=" + endpoints}}, nil
}

// free finds an address for SIP and the first of rtpPorts ports for sound.
func free() (sip string, rtp int, err error) {
	port, err := ports.Free()
	if err != nil {
		return "", 0, err
	}
	rtp, err = ports.Range(rtpPorts)
	return "127.0.0.1:" + strconv.Itoa(port), rtp, err
}

// OwnExtension is an extension of the installation's own that flows can hand calls over
// to (DP-3): it plays hold music.
const OwnExtension = "own"

func writeOwn(custom, name, text string) error {
	if err := os.MkdirAll(custom, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(custom, name), []byte(text), 0o600)
}
