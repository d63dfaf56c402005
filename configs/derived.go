package configs

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
)

// FreeSWITCH is the engine to use that is a FreeSWITCH, not an Asterisk.
const FreeSWITCH = "freeswitch"

// SQLite is the database that is a file in the data folder.
const SQLite = "sqlite"

// XLSX is the format of exports that is a workbook.
const XLSX = "xlsx"

// S3Bucket is the place of exports that is the storage of recordings.
const S3Bucket = "s3"

// ExportFolder is where scheduled exports are written.
func (s *Settings) ExportFolder() string {
	return cmp.Or(s.Exports.Folder, filepath.Join(s.Storage.Data, "exports"))
}

// RTPPorts gives the first and last media port.
func (s *Settings) RTPPorts() (from, to int, err error) {
	from, to, err = portRange(s.Media.Ports)
	if err != nil {
		return 0, 0, fmt.Errorf("RINGDESK_RTP is %q: %w", s.Media.Ports, err)
	}
	return from, to, nil
}

// sipTLSPort is SIP's port over TLS (RFC 3261, section 19.1.2).
const sipTLSPort = "5061"

// SIPTLS says whether trunks may use TLS.
func (s *Settings) SIPTLS() bool { return s.SIP.TLSCert != "" }

// SIPTLSAddress is the host:port that carriers send calls over TLS to.
func (s *Settings) SIPTLSAddress() string {
	if s.SIP.TLSAddress != "" {
		return s.SIP.TLSAddress
	}
	host, _, err := net.SplitHostPort(s.SIP.Address)
	if err != nil { // its own check has said so
		return ""
	}
	return net.JoinHostPort(host, sipTLSPort)
}

// MediaBesideUs is the address of media for an engine that runs beside us: where
// SIP is, as long as that is one address.
func (s *Settings) MediaBesideUs() string {
	if s.Media.Address != "" {
		return s.Media.Address
	}
	host, _, err := net.SplitHostPort(s.SIP.Address)
	if _, aerr := netip.ParseAddr(host); err != nil || aerr != nil {
		return ""
	}
	return host
}

// CarrierMedia is the address at which the engine takes carriers' sound; ""
// means every one.
func (s *Settings) CarrierMedia() string {
	if addr, err := netip.ParseAddr(s.Media.Address); err != nil || addr.IsUnspecified() {
		return ""
	}
	return s.Media.Address
}

// BrowserMedia is the address at which the engine takes browsers' sound. They
// reach the same one as carriers where the desk is served at it; behind a proxy
// they can be anywhere.
func (s *Settings) BrowserMedia() string {
	host, _, err := net.SplitHostPort(s.Web.Address)
	if err != nil || host != s.Media.Address || len(s.Web.Proxies) > 0 || s.Web.SecureOnly {
		return ""
	}
	return s.CarrierMedia()
}

// ProxyNetworks gives the reverse proxies as networks.
func (s *Settings) ProxyNetworks() ([]netip.Prefix, error) {
	var ps []netip.Prefix
	for _, text := range s.Web.Proxies {
		p, err := network(text)
		if err != nil {
			return nil, fmt.Errorf("RINGDESK_PROXIES names %q: %w", text, err)
		}
		ps = append(ps, p)
	}
	return ps, nil
}

// KeepFree is what new recordings leave free on each disk, in bytes.
func (s *Settings) KeepFree() uint64 { return uint64(s.Storage.KeepFreeMiB) << 20 }

// OnPostgres says that the database is a PostgreSQL and not a file.
func (s *Settings) OnPostgres() bool { return s.Storage.Database != SQLite }

// Database is the file of the database, or the URL of a PostgreSQL with the
// password in it, which nobody must be shown.
func (s *Settings) Database() string {
	if !s.OnPostgres() {
		return filepath.Join(s.Storage.Data, "ringdesk.db")
	}
	at, err := url.Parse(s.Storage.Database)
	if err != nil || s.Storage.Password == "" { // its check has read it
		return s.Storage.Database
	}
	at.User = url.UserPassword(at.User.Username(), s.Storage.Password)
	return at.String()
}

// DatabaseShown is Database for messages.
func (s *Settings) DatabaseShown() string {
	if s.OnPostgres() {
		return s.Storage.Database
	}
	return s.Database()
}

// DemoFile tells the demo workspace's logins.
func (s *Settings) DemoFile() string { return filepath.Join(s.Storage.Data, "demo.json") }

// TLS says whether HTTPS is served by ringdesk itself.
func (s *Settings) TLS() bool { return s.Web.TLSCert != "" }

// OwnURL is where this machine reaches the desk.
func (s *Settings) OwnURL() string {
	if s.TLS() {
		return "https://" + s.Web.Address
	}
	return "http://" + s.Web.Address
}

// Loopback says whether a host is this machine alone.
func Loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// KeyInClear refuses an address, which name calls it, to which an API key would be sent
// where anybody on the way can read it: plain HTTP is for this machine alone (SEC-5).
func KeyInClear(name string, at *url.URL) error {
	if at.Scheme != "http" || Loopback(at.Hostname()) {
		return nil
	}
	return fmt.Errorf("%s %s would send the API key where anybody on the way can read it: write https://%s", name, at, at.Host)
}

// transcriptionKey refuses to send the speech-to-text server's key in clear.
func (s *Settings) transcriptionKey() error {
	at, err := url.Parse(s.Transcription.URL)
	if s.Transcription.Key == "" || err != nil { // its own check has read it
		return err
	}
	return KeyInClear("RINGDESK_TRANSCRIPTION_URL", at)
}

// PlainToOthers says whether other machines reach the desk without HTTPS, as far
// as the settings tell: behind a proxy they come over TLS.
func (s *Settings) PlainToOthers() bool {
	host, _, err := net.SplitHostPort(s.Web.Address)
	return err == nil && !Loopback(host) && !s.TLS() && !s.Web.SecureOnly && len(s.Web.Proxies) == 0
}

// DeskURL is the desk's address as people type it.
func (s *Settings) DeskURL() string {
	if s.Web.URL != "" {
		return strings.TrimRight(s.Web.URL, "/")
	}
	own := s.OwnURL()
	host, port, err := net.SplitHostPort(s.Web.Address)
	if addr, aerr := netip.ParseAddr(host); err == nil && (host == "" || aerr == nil && addr.IsUnspecified()) {
		scheme, _, _ := strings.Cut(own, "://")
		return scheme + "://" + net.JoinHostPort("localhost", port)
	}
	return own
}
