package main

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"gopkg.in/yaml.v3"

	"ringdesk/configs"
	conf "ringdesk/configs/freeswitch"
	"ringdesk/controller/outbound"
)

// renderFreeswitchCmd writes the configuration of a FreeSWITCH, and the settings
// with which a controller reaches it. Both must see the same folders.
type renderFreeswitchCmd struct {
	Dir             string `arg:"" help:"Folder to write to; start FreeSWITCH with -conf and this folder."`
	EventSocket     string `default:"127.0.0.1:8021" help:"Address of the event socket."`
	WebSocket       string `default:"127.0.0.1:5066" help:"Address of SIP over WebSocket."`
	ExternalAddress string `help:"This host's address as carriers and browsers see it, behind NAT or in a container."`
	Published       string `help:"host:port that SIP is published at; the port must be that of RINGDESK_SIP."`
	Spool           string `default:"/var/lib/ringdesk-freeswitch" help:"Folder of recordings, phones and trunks, music and own dialplan."`
	Recordings      string `help:"Folder of recordings, elsewhere than in the spool folder."`
	Log             string `help:"File of the log, such as /dev/stdout, instead of one in FreeSWITCH's log folder."`

	// A password alone would let everybody try who reaches the port.
	Controller []string `help:"Address or network that may connect to the event socket from elsewhere; without it only this machine may."`
}

// freeswitchSettings is the part of ringdesk.yaml that tells of the engine.
type freeswitchSettings struct {
	Engine       string `yaml:"engine"`
	EventSocket  string `yaml:"event_socket"`
	EventPass    string `yaml:"event_password"`
	Accounts     string `yaml:"accounts"`
	SIPSocket    string `yaml:"sip_socket"`
	Recordings   string `yaml:"recordings"`
	Sounds       string `yaml:"sounds"`
	EngineSounds string `yaml:"engine_sounds"`
}

func (c renderFreeswitchCmd) Run(s configs.Settings) error {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return usageError{err}
	}
	from, to, err := s.RTPPorts()
	if err != nil {
		return usageError{err}
	}
	if err := c.checkPublished(s.SIP); err != nil {
		return usageError{err}
	}
	file := filepath.Join(dir, "ringdesk.yaml")
	e := freeswitchSettings{EventPass: rand.Text()}
	text, err := os.ReadFile(file)
	if err == nil { // keep the password of the last time
		err = yaml.Unmarshal(text, &e)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return usageError{fmt.Errorf("%s cannot be read: %w", file, err)}
	}
	e.Engine, e.EventSocket, e.SIPSocket = configs.FreeSWITCH, c.EventSocket, "ws://"+c.WebSocket
	e.Accounts, e.Recordings = filepath.Join(c.Spool, "accounts"), cmp.Or(c.Recordings, filepath.Join(c.Spool, "recordings"))
	e.Sounds, e.EngineSounds = s.Sounds, s.EngineSounds
	err = conf.Render(dir, conf.Settings{
		EventSocket: c.EventSocket, Password: e.EventPass, Controllers: c.Controller, Log: c.Log, SIP: s.SIP, WebSocket: c.WebSocket, ExternalAddress: c.ExternalAddress,
		RTPFrom: from, RTPTo: to, MusicDir: filepath.Join(c.Spool, "music"), AccountsDir: e.Accounts, CustomDir: filepath.Join(c.Spool, "custom"),
		Fallback: filepath.Join(s.EngineSounds, "en", "unavailable.wav"), Speech: filepath.Join(s.EngineSounds, "en", "greeting.wav"),
		Outbound: s.Outbound, Short: outbound.ShortNumbers(s.Country),
	})
	if err != nil {
		return usageError{err}
	}
	if text, err = yaml.Marshal(e); err != nil {
		return err
	}
	return writeSecret(file, text)
}

// checkPublished refuses another port than FreeSWITCH's own, which it puts into
// its Contact: ACK and BYE of carriers would be lost. Its parameter ext-sip-port
// changes the port that it listens on, too.
func (c renderFreeswitchCmd) checkPublished(sip string) error {
	port, err := publishedPort(c.Published)
	if err != nil || port == 0 || c.ExternalAddress == "" {
		return err
	}
	if _, own, err := net.SplitHostPort(sip); err != nil || own != strconv.Itoa(port) {
		return fmt.Errorf("SIP is published at %s, but FreeSWITCH tells carriers the port that it listens on, %s: publish it at that port", c.Published, own)
	}
	return nil
}
