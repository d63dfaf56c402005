// Package freeswitch holds FreeSWITCH's configuration as templates. Every file
// is made anew at each start; a customer's own additions live in CustomDir.
package freeswitch

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"

	"ringdesk/configs/asterisk"
)

//go:embed *.tmpl
var templates embed.FS

// Settings fills the templates. All folders are absolute paths.
type Settings struct {
	EventSocket string // host:port of the event socket
	Password    string // its password
	// Controllers are the addresses and networks (CIDR) that may connect to the
	// event socket besides this machine itself.
	Controllers []string

	SIP             string // host:port for SIP of carriers, UDP and TCP
	TLS             TLS    // SIP over TLS, at the same address; the zero one leaves it out
	WebSocket       string // host:port for SIP over WebSocket of browsers, which reach it through a proxy
	ExternalAddress string // address that carriers and browsers see behind NAT; empty means none
	RTPFrom, RTPTo  int    // UDP ports for RTP, both included

	EndpointsDir string // phones and trunks, which the controller writes
	CustomDir    string // the installation's own *.xml, included in the dialplan's context from-trunk, and those in native/ in native
	Fallback     string // file that a caller hears when no controller comes
	Speech       string // file that test calls speak
	Log          string // file, such as /dev/stdout, that is never rotated; empty means freeswitch.log in the log folder, rotated at 10 MB

	// Lease is the number of seconds that a caller waits on without a controller
	// before the announcement that nobody can be had: the first limit, which the
	// controller then renews. Default DefaultLease.
	Lease int
	// Sessions is how many legs there may be at once, and NewSessions how many
	// may be made in a second; those beyond are refused with SIP 503. Defaults
	// 1000 and 400: a call that rings one phone is two legs, and where many ring
	// it is more.
	Sessions, NewSessions int

	// Outbound are prefixes of numbers that may be called over trunks, and
	// OutboundDenied those among them that may not; Short are numbers that
	// always may. All without '+'; nil means Asterisk's defaults.
	Outbound, OutboundDenied, Short []string
}

// TLS is how SIP over TLS is taken and made.
type TLS struct {
	Port        string // of SIP's address; empty means none
	Agent       string // SIP's own certificate with its chain, and its key, PEM
	Authorities string // of carriers' certificates, PEM
	Verify      bool   // refuse carriers whose certificate is not of them, has ended or bears another name
}

// certificates is the folder, beside the configuration, of the two files that
// FreeSWITCH reads of TLS: their names are its own.
const certificates = "tls"

// DefaultLease is Settings.Lease where none is given, in seconds.
const DefaultLease = 25

// Validate says what is wrong with the settings, in one line.
func (s *Settings) Validate() error {
	for _, a := range []struct{ name, value string }{{"event socket", s.EventSocket}, {"SIP address", s.SIP}, {"WebSocket address", s.WebSocket}} {
		if _, _, err := net.SplitHostPort(a.value); err != nil {
			return fmt.Errorf("%s %q must be host:port", a.name, a.value)
		}
	}
	for _, a := range []string{s.SIP, s.WebSocket} {
		if ip, err := netip.ParseAddr(host(a)); err == nil && ip.IsUnspecified() {
			return fmt.Errorf("FreeSWITCH writes its own address into what it sends: instead of %s name the address that it is reached at", a)
		}
	}
	if s.RTPFrom < 1024 || s.RTPTo > 65535 || s.RTPTo-s.RTPFrom < 3 {
		return fmt.Errorf("RTP range %d-%d must lie in 1024-65535 and hold at least 4 ports", s.RTPFrom, s.RTPTo)
	}
	if s.Lease < 0 || s.Sessions < 0 || s.NewSessions < 0 {
		return errors.New("lease and numbers of sessions cannot be negative")
	}
	if _, err := strconv.ParseUint(s.TLS.Port, 10, 16); s.TLS.Port != "" && err != nil {
		return fmt.Errorf("SIP's port for TLS %q must be a number", s.TLS.Port)
	}
	if s.TLS.Port != "" && s.TLS.Verify && s.TLS.Authorities == "" {
		return errors.New("there are no authorities that carriers' certificates could come from")
	}
	if len(s.Password) < 16 {
		return errors.New("the event socket's password must have 16 characters at least: whoever has it can call anybody")
	}
	for _, c := range s.Controllers {
		if _, err := network(c); err != nil {
			return fmt.Errorf("controller %q must be an address or a network, such as 192.0.2.7 or 192.0.2.0/24", c)
		}
	}
	for _, v := range []string{
		s.EventSocket, s.Password, s.SIP, s.WebSocket, s.ExternalAddress,
		s.EndpointsDir, s.CustomDir, s.Fallback, s.Speech, s.Log,
	} {
		if strings.ContainsAny(v, "\r\n\"<>&$;") {
			return fmt.Errorf("%q holds a character that FreeSWITCH's configuration cannot carry", v)
		}
	}
	for _, list := range [][]string{s.Outbound, s.OutboundDenied, s.Short} {
		for _, number := range list {
			if strings.Trim(number, "0123456789") != "" || number == "" || len(number) > 15 {
				return fmt.Errorf("number %q must be 1 to 15 digits", number)
			}
		}
	}
	return nil
}

func (s *Settings) complete() {
	set := func(n *int, value int) {
		if *n == 0 {
			*n = value
		}
	}
	set(&s.Lease, DefaultLease)
	set(&s.Sessions, 1000)
	set(&s.NewSessions, 400)
	for _, list := range []struct {
		list     *[]string
		defaults []string
	}{{&s.Outbound, asterisk.DefaultOutbound}, {&s.OutboundDenied, asterisk.DefaultOutboundDenied}, {&s.Short, asterisk.DefaultShort}} {
		if *list.list == nil {
			*list.list = list.defaults
		}
	}
}

// EventSocketClients are the networks, as CIDR, that may connect to the event
// socket: this machine's loopback and, if that is another address, the event
// socket's own (its health check comes from there), and Controllers.
func (s *Settings) EventSocketClients() []string {
	nets := []string{"127.0.0.0/8", "::1/128"}
	for _, c := range append([]string{host(s.EventSocket)}, s.Controllers...) {
		// A host name and "every address" are nobody's own address.
		if p, err := network(c); err == nil && !p.Addr().IsLoopback() && !p.Addr().IsUnspecified() {
			nets = append(nets, p.String())
		}
	}
	return nets
}

// network reads an address or a network.
func network(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.ParsePrefix(text)
}

// Allowed is the pattern of the numbers that may be called over trunks.
func (s *Settings) Allowed() string {
	var all []string
	if len(s.Outbound) > 0 {
		all = append(all, `\+(`+strings.Join(s.Outbound, "|")+`)[0-9]+`)
	}
	return "^(" + strings.Join(append(all, s.Short...), "|") + ")$"
}

// Denied is the pattern of those among them that may not.
func (s *Settings) Denied() string {
	if len(s.OutboundDenied) == 0 {
		return ""
	}
	return `^\+(` + strings.Join(s.OutboundDenied, "|") + ")"
}

// Render writes the configuration files into dir, readable by the owner only:
// one holds the password.
func Render(dir string, s Settings) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("freeswitch configuration: %w", err)
	}
	// A folder of somebody else's that has none, and may not be written, is left as it is.
	_ = os.MkdirAll(filepath.Join(s.CustomDir, nativeFolder), 0o700)
	all, err := files(dir, s)
	if err != nil {
		return err
	}
	// FreeSWITCH takes a folder to include that is not there for an error.
	folders := []string{dir, s.CustomDir}
	if s.TLS.Port != "" {
		folders = append(folders, filepath.Join(dir, certificates))
	}
	for _, sub := range []string{"gateways", "acl", "inbound", "line", "phones"} {
		folders = append(folders, filepath.Join(s.EndpointsDir, sub))
	}
	for _, folder := range folders {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return fmt.Errorf("freeswitch configuration: %w", err)
		}
	}
	for name, text := range all {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			return fmt.Errorf("freeswitch configuration: %w", err)
		}
	}
	return nil
}

func files(dir string, s Settings) (map[string][]byte, error) {
	s.complete()
	if err := s.Validate(); err != nil {
		return nil, fmt.Errorf("freeswitch configuration: %w", err)
	}
	t, err := template.New("").Funcs(template.FuncMap{"host": host, "port": port}).ParseFS(templates, "*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("freeswitch configuration: %w", err)
	}
	all := make(map[string][]byte)
	if s.TLS.Port != "" {
		all[filepath.Join(certificates, "agent.pem")] = []byte(s.TLS.Agent)
		all[filepath.Join(certificates, "cafile.pem")] = []byte(s.TLS.Authorities)
	}
	for _, f := range t.Templates() {
		name, ok := strings.CutSuffix(f.Name(), ".tmpl")
		if !ok {
			continue
		}
		var b bytes.Buffer
		if err := f.Execute(&b, &rendered{&s, filepath.Join(dir, certificates)}); err != nil {
			return nil, fmt.Errorf("freeswitch configuration: %w", err)
		}
		all[name] = b.Bytes()
	}
	return all, nil
}

// rendered is what templates see.
type rendered struct {
	*Settings
	Certificates string // folder
}

func host(hostport string) string {
	h, _, _ := net.SplitHostPort(hostport)
	return h
}

func port(hostport string) string {
	_, p, _ := net.SplitHostPort(hostport)
	return p
}
