package cli

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strconv"

	"ringdesk/configs"
	conf "ringdesk/configs/asterisk"
	"ringdesk/controller/durable"
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
	PublishedTLS    string `name:"published-tls" help:"The same for SIP over TLS, where it is set."`
	OwnAddress      string `default:"172.31.253.10" help:"The container's own address, as docker-compose.yml sets it."`
	turnFlags       `embed:""`
	postgresFlags   `embed:""`
	LocalNet        string `default:"172.31.253.0/24" help:"With an external address: the network on this side of the NAT."`
}

func (c renderCmd) Run(s configs.Settings) error {
	return render(c.Dir, "asterisk.ari_password", func(dir, password string) ([]byte, error) {
		from, to, err := s.RTPPorts()
		if err != nil {
			return nil, err
		}
		port, err := publishedPort("published", c.Published)
		if err != nil {
			return nil, err
		}
		tls, err := sipTLS(s)
		if err != nil {
			return nil, err
		}
		if tls.ExternalPort, err = publishedPort("published-tls", c.PublishedTLS); err != nil {
			return nil, err
		}
		s.Asterisk.ARIURL, s.Asterisk.ARIUser, s.Asterisk.ARIPassword = "http://"+c.Engine+"/ari", "ringdesk", password
		s.Engine.SIPSocket = "ws://" + c.Engine + "/ws"
		s.Recordings.Folder = "/var/spool/asterisk/recording"
		s.Sounds.Folder = "/var/lib/ringdesk-sounds"
		settings := conf.Settings{
			App: "ringdesk", HTTP: c.ARI, Username: s.Asterisk.ARIUser, Password: password, SIP: s.SIP.Address, TLS: tls, RTPFrom: from, RTPTo: to,
			ExternalAddress: c.ExternalAddress, ExternalPort: port, ModuleDir: "/usr/lib/asterisk-modules", ShareDir: "/usr/share/asterisk",
			StateDir: "/var/lib/ringdesk-asterisk", SpoolDir: "/var/spool/asterisk", RunDir: "/run/ringdesk-asterisk",
			LogDir: "/tmp", Log: "/dev/stdout", MusicDir: "/usr/share/asterisk/moh", CustomDir: asteriskInContainer, MaxFiles: 20000,
			Outbound: s.Calls.Outbound, Short: outbound.ShortNumbers(s.Calls.Country),
		}
		settings.ICECandidates = map[string]string{c.OwnAddress: cmp.Or(c.ExternalAddress, "127.0.0.1")}
		if c.ExternalAddress != "" {
			settings.LocalNets = []string{c.LocalNet}
		}
		tellOwnDialplan(s)
		if err := conf.Render(dir, settings); err != nil {
			return nil, err
		}
		turn, err := c.turnFlags.render(&s, dir, c.OwnAddress)
		if err != nil {
			return nil, err
		}
		database, err := c.postgresFlags.render(&s, dir)
		if err != nil {
			return nil, err
		}
		return s.File(append(slices.Concat(turn, database, sipTLSNames), "asterisk.ari_url", "asterisk.ari_user", "asterisk.ari_password", "engine.sip_socket", "recordings.folder", "sounds.folder")...)
	})
}

// render lets write write an engine's configuration into a folder, and keeps
// what it gives beside it as ringdesk.yaml: the settings with which a controller
// reaches the engine. The engine's password, which stands in the setting of that
// name, is the one of the last time, or a new one.
func render(dir, setting string, write func(dir, password string) ([]byte, error)) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return usageError{Err: err}
	}
	file := filepath.Join(dir, "ringdesk.yaml")
	kept, err := configs.Kept(file, setting)
	if err != nil {
		return usageError{Err: fmt.Errorf("%s cannot be read: %w", file, err)}
	}
	text, err := write(dir, cmp.Or(kept, rand.Text()))
	if err != nil {
		return usageError{Err: err}
	}
	return durable.Replace(file, text, 0o600)
}

// sipTLSNames are the settings of SIP over TLS that a controller must know, too: it
// watches the files.
var sipTLSNames = []string{"sip.tls_cert", "sip.tls_key", "sip.tls_ca", "sip.tls_verify"}

// publishedPort is the port of an address that SIP is published at, as a flag says; 0
// where none is given.
func publishedPort(flag, address string) (int, error) {
	if address == "" {
		return 0, nil
	}
	_, text, err := net.SplitHostPort(address)
	port, perr := strconv.ParseUint(text, 10, 16)
	if err != nil || perr != nil || port == 0 {
		return 0, fmt.Errorf("--%s is %q: write host:port, such as 0.0.0.0:5060", flag, address)
	}
	return int(port), nil
}
