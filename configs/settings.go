// Package configs holds ringdesk's settings: what they mean, their defaults,
// and what is wrong with them, in the operator's words.
package configs

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Settings is everything that can be set. Each field is read from
// ringdesk.yaml by its yaml name, and from the environment by RINGDESK_ and
// that name in capitals; the environment wins.
type Settings struct {
	HTTP       string   `yaml:"http"`         // host:port of the desk and the API
	SIP        string   `yaml:"sip"`          // host:port that carriers send calls to (UDP and TCP)
	RTP        string   `yaml:"rtp"`          // UDP ports for media, FROM-TO
	Data       string   `yaml:"data"`         // folder of the database, recordings and secrets
	Engine     string   `yaml:"engine"`       // Asterisk's root file system; "system" is the machine's own Asterisk, "freeswitch" a FreeSWITCH
	ARIURL     string   `yaml:"ari_url"`      // Asterisk's REST interface
	ARIUser    string   `yaml:"ari_user"`     // its user
	ARIPass    string   `yaml:"ari_password"` // its password
	SIPSocket  string   `yaml:"sip_socket"`   // Asterisk's SIP over WebSocket, which browsers reach through us
	Recordings string   `yaml:"recordings"`   // folder that the engine writes recordings to
	Country    string   `yaml:"country"`      // default country of telephone numbers, ISO 3166-1 alpha-2
	Origins    []string `yaml:"origins"`      // further web origins that may use the API from a browser (comma-separated in the environment)
	Proxies    []string `yaml:"proxies"`      // reverse proxies whose X-Forwarded-For is believed, as addresses or networks (comma-separated in the environment)
	SecureOnly bool     `yaml:"secure_only"`  // cookies only over HTTPS: set it behind a TLS proxy
	FFmpeg     string   `yaml:"ffmpeg"`       // program that makes MP3s
	Outbound   []string `yaml:"outbound"`     // prefixes without + that the engine's dialplan lets out; default the countries that have a rate. What a workspace may call of them is its own setting
	NewCalls   int      `yaml:"new_calls"`    // calls from outside taken in a second; the others get 503 at once. 0 means any number
	LogLevel   string   `yaml:"log_level"`    // debug, info, warn, error

	// With Engine "freeswitch"; SIPSocket and Recordings are then FreeSWITCH's.
	EventSocket string `yaml:"event_socket"`   // host:port of FreeSWITCH's event socket
	EventPass   string `yaml:"event_password"` // its password
	Accounts    string `yaml:"accounts"`       // folder of phones and trunks that FreeSWITCH's configuration includes

	Sounds       string `yaml:"sounds"`        // folder of what callers hear; default sounds/ in the data folder
	EngineSounds string `yaml:"engine_sounds"` // the same folder as the engine sees it; default the same path
}

// Default is ringdesk on one machine, for itself.
func Default() Settings {
	return Settings{
		HTTP: "127.0.0.1:8080", SIP: "127.0.0.1:5060", RTP: "20000-20999", Data: "./data", Engine: ".engine/asterisk",
		Country: "KR", FFmpeg: "ffmpeg", NewCalls: 100, LogLevel: "info",
	}
}

// Load reads the file (which need not exist when it is the default one) and
// the environment over the defaults.
func Load(file string, required bool, getenv func(string) string) (Settings, error) {
	s := Default()
	text, err := os.ReadFile(file)
	switch {
	case err == nil:
		dec := yaml.NewDecoder(strings.NewReader(string(text)))
		dec.KnownFields(true)
		if err := dec.Decode(&s); err != nil && !errors.Is(err, io.EOF) { // an empty file sets nothing
			return s, fmt.Errorf("%s: %w", file, oneLine(err))
		}
	case required || !errors.Is(err, os.ErrNotExist):
		return s, fmt.Errorf("the settings cannot be read: %w", err)
	}
	if err := s.environment(getenv); err != nil {
		return s, err
	}
	if err := s.placeSounds(); err != nil {
		return s, err
	}
	return s, s.Validate()
}

// placeSounds makes the folder of sounds absolute, as the engine's working
// folder is not ours.
func (s *Settings) placeSounds() error {
	dir, err := filepath.Abs(cmp.Or(s.Sounds, filepath.Join(s.Data, "sounds")))
	s.Sounds = dir
	s.EngineSounds = cmp.Or(s.EngineSounds, dir)
	return err
}

// oneLine words what is wrong in a settings file for the operator.
func oneLine(err error) error {
	var wrong *yaml.TypeError
	if !errors.As(err, &wrong) {
		return err
	}
	text := strings.Join(wrong.Errors, "; ")
	return errors.New(strings.ReplaceAll(text, " not found in type configs.Settings", " is no setting: correct or remove it"))
}

func (s *Settings) environment(getenv func(string) string) error {
	for name, field := range map[string]*string{
		"HTTP": &s.HTTP, "SIP": &s.SIP, "RTP": &s.RTP, "DATA": &s.Data, "ENGINE": &s.Engine, "ARI_URL": &s.ARIURL, "ARI_USER": &s.ARIUser,
		"ARI_PASSWORD": &s.ARIPass, "SIP_SOCKET": &s.SIPSocket, "RECORDINGS": &s.Recordings, "COUNTRY": &s.Country, "FFMPEG": &s.FFmpeg,
		"EVENT_SOCKET": &s.EventSocket, "EVENT_PASSWORD": &s.EventPass, "ACCOUNTS": &s.Accounts, "LOG_LEVEL": &s.LogLevel, "SOUNDS": &s.Sounds, "ENGINE_SOUNDS": &s.EngineSounds,
	} {
		if v := getenv("RINGDESK_" + name); v != "" {
			*field = v
		}
	}
	for name, field := range map[string]*[]string{"ORIGINS": &s.Origins, "PROXIES": &s.Proxies, "OUTBOUND": &s.Outbound} {
		if v := getenv("RINGDESK_" + name); v != "" {
			*field = nil
			for item := range strings.SplitSeq(v, ",") {
				*field = append(*field, strings.TrimSpace(item))
			}
		}
	}
	if v := getenv("RINGDESK_NEW_CALLS"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			return fmt.Errorf("RINGDESK_NEW_CALLS is %q: write a number of calls a second, or 0 for no limit", v)
		}
		s.NewCalls = n
	}
	if v := getenv("RINGDESK_SECURE_ONLY"); v != "" {
		on, err := strconv.ParseBool(v)
		if err != nil {
			return fmt.Errorf("RINGDESK_SECURE_ONLY is %q: write true or false", v)
		}
		s.SecureOnly = on
	}
	return nil
}

// Validate says what is wrong, naming the setting.
func (s *Settings) Validate() error {
	for name, addr := range map[string]string{"RINGDESK_HTTP": s.HTTP, "RINGDESK_SIP": s.SIP} {
		if err := checkAddress(addr); err != nil {
			return fmt.Errorf("%s is %q: %w, such as 127.0.0.1:8080", name, addr, err)
		}
	}
	if _, _, err := s.RTPPorts(); err != nil {
		return err
	}
	if _, err := s.ProxyNetworks(); err != nil {
		return err
	}
	if len(s.Country) != 2 || strings.ToUpper(s.Country) != s.Country {
		return fmt.Errorf("RINGDESK_COUNTRY is %q: write two capital letters, such as KR", s.Country)
	}
	if s.EngineSounds != "" && !filepath.IsAbs(s.EngineSounds) {
		return fmt.Errorf("RINGDESK_ENGINE_SOUNDS is %q: write the whole path, such as /var/lib/ringdesk-sounds", s.EngineSounds)
	}
	if s.NewCalls < 0 || s.NewCalls > 10_000 {
		return fmt.Errorf("RINGDESK_NEW_CALLS is %d: write 0 (no limit) to 10000 calls a second", s.NewCalls)
	}
	switch s.LogLevel {
	case "debug", "info", "warn", "error":
	default:
		return fmt.Errorf("RINGDESK_LOG_LEVEL is %q: write debug, info, warn or error", s.LogLevel)
	}
	if err := s.validateEngine(); err != nil {
		return err
	}
	if s.ARIURL != "" && s.ARIPass == "" {
		return errors.New("RINGDESK_ARI_URL is set, but not RINGDESK_ARI_PASSWORD: both come from the engine's ari.conf")
	}
	return nil
}

// FreeSWITCH is the Engine that is a FreeSWITCH, not an Asterisk.
const FreeSWITCH = "freeswitch"

// validateEngine says what a FreeSWITCH lacks to be used.
func (s *Settings) validateEngine() error {
	if s.Engine != FreeSWITCH {
		return nil
	}
	if err := checkAddress(s.EventSocket); err != nil {
		return fmt.Errorf("RINGDESK_EVENT_SOCKET is %q: %w, such as 127.0.0.1:8021, where FreeSWITCH's event_socket.conf listens", s.EventSocket, err)
	}
	if s.EventPass == "" {
		return errors.New("RINGDESK_EVENT_PASSWORD is empty: it comes from FreeSWITCH's event_socket.conf")
	}
	if !filepath.IsAbs(s.Accounts) {
		return fmt.Errorf("RINGDESK_ACCOUNTS is %q: write the whole path of the folder of phones and trunks that FreeSWITCH includes", s.Accounts)
	}
	return nil
}

func checkAddress(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return errors.New("write host:port")
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return errors.New("the port must be 1 to 65535")
	}
	return nil
}

// RTPPorts gives the first and last media port.
func (s *Settings) RTPPorts() (from, to int, err error) {
	a, b, ok := strings.Cut(s.RTP, "-")
	from, errA := strconv.Atoi(a)
	to, errB := strconv.Atoi(b)
	if !ok || errA != nil || errB != nil || from < 1024 || to > 65535 || to-from < 9 {
		return 0, 0, fmt.Errorf("RINGDESK_RTP is %q: write FROM-TO with at least 10 ports between 1024 and 65535, such as 20000-20999", s.RTP)
	}
	return from, to, nil
}

// ProxyNetworks gives the reverse proxies as networks.
func (s *Settings) ProxyNetworks() ([]netip.Prefix, error) {
	var ps []netip.Prefix
	for _, text := range s.Proxies {
		p, err := netip.ParsePrefix(text)
		if a, aerr := netip.ParseAddr(text); aerr == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("RINGDESK_PROXIES names %q: write addresses or networks, such as 127.0.0.1 or 10.0.0.0/8", text)
		}
		ps = append(ps, p)
	}
	return ps, nil
}

// Database is the file of the database.
func (s *Settings) Database() string { return filepath.Join(s.Data, "ringdesk.db") }

// DemoFile tells the demo workspace's logins.
func (s *Settings) DemoFile() string { return filepath.Join(s.Data, "demo.json") }
