// Package asterisk holds Asterisk's configuration as templates. Every file is
// made anew at each start; a customer's own additions live in CustomDir.
package asterisk

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
)

//go:embed *.tmpl
var templates embed.FS

// Settings fills the templates. All folders are absolute paths.
type Settings struct {
	App      string // Stasis application, one per controller; default "ringdesk"
	HTTP     string // host:port of ARI and of SIP over WebSocket (path /ws)
	Username string // ARI user
	Password string // ARI password

	SIP             string   // host:port for SIP, UDP and TCP
	TLS             TLS      // SIP over TLS; the zero one leaves it out
	ExternalAddress string   // address that carriers see behind NAT; empty means none
	ExternalPort    int      // with ExternalAddress: SIP's port there; 0 means that of SIP
	LocalNets       []string // with ExternalAddress: networks on this side of the NAT
	RTPFrom, RTPTo  int      // UDP ports for RTP, both included
	// ICECandidates says at which further address browsers reach an own one:
	// 127.0.0.1 for a browser on this machine, or the address outside NAT.
	ICECandidates map[string]string

	ModuleDir string // Asterisk's modules
	ShareDir  string // sounds/ and documentation/ below it
	StateDir  string // Asterisk's own database and keys
	SpoolDir  string // recordings go to recording/ below it
	RunDir    string // control socket; its path must stay under 100 bytes
	LogDir    string
	Log       string // log file: warnings and errors
	// SecurityLog is the file of security events, one a line for each request
	// that is refused; whoever reads it must count them. Empty means none.
	SecurityLog string
	MusicDir    string // hold music
	// CustomDir has the installation's own *.conf, included in extensions.conf, and a
	// file "modules" with the modules that they need, one a line.
	CustomDir string

	// Lease is the number of seconds that a caller waits on without a controller
	// before the announcement that nobody can be had: the first limit, which the
	// controller then renews. Default DefaultLease.
	Lease int
	// InboundCalls is how many calls from outside there may be at once; those
	// beyond are refused with SIP 503 before the controller hears of them. 0
	// means any number.
	InboundCalls int

	// Outbound are prefixes of numbers that may be called over trunks, and
	// OutboundDenied those among them that may not; Short are numbers that
	// always may. All without '+'; nil means the defaults (outbound.go).
	Outbound, OutboundDenied, Short []string

	MaxFiles int // open files: a recorded call takes about 40; 0 means the system's limit
}

// TLS is how SIP over TLS is taken and made.
type TLS struct {
	Address      string // host:port; empty means none
	ExternalPort int    // with Settings.ExternalAddress: the port there; 0 means that of Address
	Cert, Key    string // PEM files, which Asterisk reads, and anew at a reload when they have changed
	Authorities  string // of carriers' certificates, PEM
	Verify       bool   // refuse carriers whose certificate is not of them, has ended or bears another name
}

// authoritiesFile holds TLS.Authorities, beside the configuration: Asterisk may be in
// a container that has none.
const authoritiesFile = "sip-authorities.pem"

// Connections that Asterisk's HTTP server takes at once, and how many of them
// browsers' SIP may have: the others are kept for ARI (SEC-4).
const (
	SessionLimit = 4000
	MostPhones   = SessionLimit - 1000
)

// DefaultLease is Settings.Lease where none is given, in seconds.
const DefaultLease = 25

// Validate says what is wrong with the settings, in one line.
func (s *Settings) Validate() error {
	for _, a := range []struct{ name, value string }{{"HTTP address", s.HTTP}, {"SIP address", s.SIP}} {
		if _, _, err := net.SplitHostPort(a.value); err != nil {
			return fmt.Errorf("%s %q must be host:port", a.name, a.value)
		}
	}
	if err := s.TLS.validate(); err != nil {
		return err
	}
	if s.RTPFrom < 1024 || s.RTPTo > 65535 || s.RTPTo-s.RTPFrom < 3 {
		return fmt.Errorf("RTP range %d-%d must lie in 1024-65535 and hold at least 4 ports", s.RTPFrom, s.RTPTo)
	}
	if s.Lease < 0 || s.InboundCalls < 0 {
		return errors.New("lease and number of inbound calls cannot be negative")
	}
	if s.Password == "" {
		return errors.New("ARI password is empty")
	}
	for _, v := range s.strings() {
		if strings.ContainsAny(v, "\r\n;\"") {
			return fmt.Errorf("%q holds a character that Asterisk's configuration cannot carry", v)
		}
	}
	return nil
}

func (t TLS) validate() error {
	if t.Address == "" {
		return nil
	}
	if _, _, err := net.SplitHostPort(t.Address); err != nil {
		return fmt.Errorf("SIP's address for TLS %q must be host:port", t.Address)
	}
	if !filepath.IsAbs(t.Cert) || !filepath.IsAbs(t.Key) {
		return errors.New("the files of SIP's certificate and key must be whole paths")
	}
	if t.Verify && t.Authorities == "" {
		return errors.New("there are no authorities that carriers' certificates could come from")
	}
	return nil
}

func (s *Settings) strings() []string {
	return append(append([]string{
		s.App, s.HTTP, s.Username, s.Password, s.SIP, s.ExternalAddress, s.TLS.Address, s.TLS.Cert, s.TLS.Key,
		s.ModuleDir, s.ShareDir, s.StateDir, s.SpoolDir, s.RunDir, s.LogDir, s.Log, s.SecurityLog, s.MusicDir, s.CustomDir,
	}, s.LocalNets...), slices.Concat(slices.Collect(maps.Keys(s.ICECandidates)), slices.Collect(maps.Values(s.ICECandidates)))...)
}

// Render writes the configuration files into dir, readable by the owner only:
// ari.conf holds the password.
func Render(dir string, s Settings) error {
	all, err := files(dir, s)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("asterisk configuration: %w", err)
	}
	for name, text := range all {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			return fmt.Errorf("asterisk configuration: %w", err)
		}
	}
	return nil
}

// Fingerprint tells whether Render would write something else than it did: it
// is equal when all files are.
func Fingerprint(dir string, s Settings) (string, error) {
	all, err := files(dir, s)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(h, "%s %d\n%s", name, len(all[name]), all[name])
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// defaults are files that Asterisk misses loudly although nothing is set there.
var defaults = []string{
	"acl.conf", "ccss.conf", "features.conf", "stasis.conf", "udptl.conf", "websocket_client.conf",
}

func files(dir string, s Settings) (map[string][]byte, error) {
	if s.App == "" {
		s.App = "ringdesk"
	}
	if s.Username == "" {
		s.Username = "ringdesk"
	}
	if s.Lease == 0 {
		s.Lease = DefaultLease
	}
	if err := s.completeOutbound(); err != nil {
		return nil, fmt.Errorf("asterisk configuration: %w", err)
	}
	if err := s.Validate(); err != nil {
		return nil, fmt.Errorf("asterisk configuration: %w", err)
	}
	t, err := template.New("").Funcs(template.FuncMap{"host": host, "port": port}).ParseFS(templates, "*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("asterisk configuration: %w", err)
	}
	own, _, err := ownModules(s.CustomDir)
	if err != nil {
		return nil, fmt.Errorf("asterisk configuration: %w", err)
	}
	data := struct {
		Settings
		OwnModules   []string
		ConfigDir    string
		Authorities  string
		SessionLimit int
	}{s, own, dir, filepath.Join(dir, authoritiesFile), SessionLimit}
	all := make(map[string][]byte)
	for _, f := range t.Templates() {
		name, ok := strings.CutSuffix(f.Name(), ".tmpl")
		if !ok {
			continue
		}
		var b bytes.Buffer
		if err := f.Execute(&b, data); err != nil {
			return nil, fmt.Errorf("asterisk configuration: %w", err)
		}
		all[name] = b.Bytes()
	}
	if s.TLS.Address != "" {
		all[authoritiesFile] = []byte(s.TLS.Authorities)
	}
	for _, name := range defaults {
		all[name] = []byte("; Asterisk's defaults.\n")
	}
	return all, nil
}

func host(hostport string) string {
	h, _, _ := net.SplitHostPort(hostport)
	return h
}

func port(hostport string) string {
	_, p, _ := net.SplitHostPort(hostport)
	return p
}
