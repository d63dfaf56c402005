package cli

import (
	"cmp"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"

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
	turnFlags       `embed:""`
	postgresFlags   `embed:""`
	Log             string `help:"File of the log, such as /dev/stdout, instead of one in FreeSWITCH's log folder."`

	// A password alone would let everybody try who reaches the port.
	Controller []string `help:"Address or network that may connect to the event socket from elsewhere; without it only this machine may."`
}

func (c renderFreeswitchCmd) Run(s configs.Settings) error {
	return render(c.Dir, "freeswitch.event_password", func(dir, password string) ([]byte, error) {
		from, to, err := s.RTPPorts()
		if err != nil {
			return nil, err
		}
		if err := c.checkPublished(s.SIP.Address); err != nil {
			return nil, err
		}
		s.Engine.Use, s.Engine.SIPSocket = configs.FreeSWITCH, "ws://"+c.WebSocket
		s.FreeSWITCH = configs.FreeSWITCHLink{EventSocket: c.EventSocket, EventPassword: password, Endpoints: filepath.Join(c.Spool, "endpoints")}
		s.Recordings.Folder = cmp.Or(c.Recordings, filepath.Join(c.Spool, "recordings"))
		s.Sounds.Music = filepath.Join(c.Spool, "music")
		tls, err := freeswitchTLS(s)
		if err != nil {
			return nil, err
		}
		tellOwnDialplan(s)
		err = conf.Render(dir, conf.Settings{
			EventSocket: c.EventSocket, Password: password, Controllers: c.Controller, Log: c.Log, SIP: s.SIP.Address, TLS: tls, WebSocket: c.WebSocket, ExternalAddress: c.ExternalAddress,
			RTPFrom: from, RTPTo: to, EndpointsDir: s.FreeSWITCH.Endpoints, CustomDir: filepath.Join(c.Spool, "custom"),
			Fallback: filepath.Join(s.Sounds.EngineFolder, "en", "unavailable.wav"), Speech: filepath.Join(s.Sounds.EngineFolder, "en", "greeting.wav"),
			Outbound: s.Calls.Outbound, Short: outbound.ShortNumbers(s.Calls.Country),
		})
		if err != nil {
			return nil, err
		}
		engine, _, err := net.SplitHostPort(c.WebSocket)
		if err != nil {
			return nil, err
		}
		turn, err := c.turnFlags.render(&s, dir, engine)
		if err != nil {
			return nil, err
		}
		database, err := c.postgresFlags.render(&s, dir)
		if err != nil {
			return nil, err
		}
		return s.File(append(slices.Concat(turn, database, sipTLSNames), "engine.use", "engine.sip_socket", "freeswitch.event_socket", "freeswitch.event_password", "freeswitch.endpoints",
			"recordings.folder", "sounds.folder", "sounds.engine_folder", "sounds.music")...)
	})
}

// freeswitchTLS is how a FreeSWITCH takes SIP over TLS. It reads a folder of its own,
// not the files of the settings.
func freeswitchTLS(s configs.Settings) (conf.TLS, error) {
	authorities, err := sipAuthorities(s)
	if err != nil || !s.SIPTLS() {
		return conf.TLS{}, err
	}
	cert, err := os.ReadFile(s.SIP.TLSCert)
	if err != nil {
		return conf.TLS{}, err
	}
	key, err := os.ReadFile(s.SIP.TLSKey)
	if err != nil {
		return conf.TLS{}, err
	}
	_, port, err := net.SplitHostPort(s.SIPTLSAddress())
	return conf.TLS{Port: port, Agent: string(cert) + "\n" + string(key), Authorities: authorities, Verify: s.SIP.TLSVerify}, err
}

// checkPublished refuses another port than FreeSWITCH's own, which it puts into
// its Contact: ACK and BYE of carriers would be lost. Its parameter ext-sip-port
// changes the port that it listens on, too.
func (c renderFreeswitchCmd) checkPublished(sip string) error {
	port, err := publishedPort("published", c.Published)
	if err != nil || port == 0 || c.ExternalAddress == "" {
		return err
	}
	if _, own, err := net.SplitHostPort(sip); err != nil || own != strconv.Itoa(port) {
		return fmt.Errorf("SIP is published at %s, but FreeSWITCH tells carriers the port that it listens on, %s: publish it at that port", c.Published, own)
	}
	return nil
}
