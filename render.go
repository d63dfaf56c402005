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
	conf "ringdesk/configs/asterisk"
	"ringdesk/controller/outbound"
)

// renderCmd writes the configuration of an Asterisk in a container of its
// own, and the settings with which a controller reaches it. The folders are
// those of docker/Dockerfile.asterisk.
type renderCmd struct {
	Dir             string `arg:"" help:"Folder to write to."`
	ARI             string `default:"127.0.0.1:8088" help:"Address that Asterisk's HTTP server listens on."`
	Engine          string `default:"127.0.0.1:8088" help:"The same address as the controller sees it."`
	ExternalAddress string `help:"This host's address as carriers and browsers see it, behind NAT or in a container."`
	Published       string `help:"host:port that SIP is published at: its port is told to carriers with the external address."`
	OwnAddress      string `default:"172.31.253.10" help:"The container's own address, as docker-compose.yml sets it."`
	LocalNet        string `default:"172.31.253.0/24" help:"With an external address: the network on this side of the NAT."`
}

// engineSettings is the part of ringdesk.yaml that tells of the engine.
type engineSettings struct {
	ARIURL     string `yaml:"ari_url"`
	ARIUser    string `yaml:"ari_user"`
	ARIPass    string `yaml:"ari_password"`
	SIPSocket  string `yaml:"sip_socket"`
	Recordings string `yaml:"recordings"`
	Sounds     string `yaml:"sounds"`
}

func (c renderCmd) Run(s configs.Settings) error {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return usageError{err}
	}
	file := filepath.Join(dir, "ringdesk.yaml")
	e, err := loadEngineSettings(file)
	if err != nil {
		return usageError{err}
	}
	from, to, err := s.RTPPorts()
	if err != nil {
		return usageError{err}
	}
	port, err := publishedPort(c.Published)
	if err != nil {
		return usageError{err}
	}
	e.ARIURL, e.ARIUser, e.SIPSocket = "http://"+c.Engine+"/ari", "ringdesk", "ws://"+c.Engine+"/ws"
	e.Recordings = "/var/spool/asterisk/recording"
	e.Sounds = "/var/lib/ringdesk-sounds"
	settings := conf.Settings{
		App: "ringdesk", HTTP: c.ARI, Username: e.ARIUser, Password: e.ARIPass, SIP: s.SIP, RTPFrom: from, RTPTo: to,
		ExternalAddress: c.ExternalAddress, ExternalPort: port, ModuleDir: "/usr/lib/asterisk-modules", ShareDir: "/usr/share/asterisk",
		StateDir: "/var/lib/ringdesk-asterisk", SpoolDir: "/var/spool/asterisk", RunDir: "/run/ringdesk-asterisk",
		LogDir: "/tmp", Log: "/dev/stdout", MusicDir: "/usr/share/asterisk/moh", CustomDir: "/etc/ringdesk-extensions", MaxFiles: 20000,
		Outbound: s.Outbound, Short: outbound.ShortNumbers(s.Country),
	}
	settings.ICECandidates = map[string]string{c.OwnAddress: cmp.Or(c.ExternalAddress, "127.0.0.1")}
	if c.ExternalAddress != "" {
		settings.LocalNets = []string{c.LocalNet}
	}
	if err := conf.Render(dir, settings); err != nil {
		return usageError{err}
	}
	text, err := yaml.Marshal(e)
	if err != nil {
		return err
	}
	return writeSecret(file, text)
}

// publishedPort is the port of an address that SIP is published at; 0 where
// none is given.
func publishedPort(address string) (int, error) {
	if address == "" {
		return 0, nil
	}
	_, text, err := net.SplitHostPort(address)
	port, perr := strconv.ParseUint(text, 10, 16)
	if err != nil || perr != nil || port == 0 {
		return 0, fmt.Errorf("--published is %q: write host:port, such as 0.0.0.0:5060", address)
	}
	return int(port), nil
}

// loadEngineSettings keeps the password of the last time, or makes one.
func loadEngineSettings(file string) (engineSettings, error) {
	e := engineSettings{ARIPass: rand.Text()}
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return e, nil
	}
	if err == nil {
		err = yaml.Unmarshal(text, &e)
	}
	if err != nil {
		return e, fmt.Errorf("%s cannot be read: %w", file, err)
	}
	return e, nil
}
