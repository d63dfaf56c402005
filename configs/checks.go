package configs

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/robfig/cron/v3"
)

// checks say of a setting's text what to write instead, by the name in its tag.
// Each item of a list is checked by itself.
var checks = map[string]func(text string) error{
	"address": checkAddress,
	"address or off": func(text string) error {
		return unless(text == Off || checkAddress(text) == nil, "write host:port, such as 127.0.0.1:9464, or off")
	},
	"url": func(text string) error {
		return unless(hostURL(text), "write http:// or https:// and the host, without a path, such as https://desk.example.com")
	},
	"storage": func(text string) error {
		return unless(hostURL(text), "write http:// or https:// and the host, such as https://s3.example.com; the bucket has a setting of its own")
	},
	"server": func(text string) error {
		return unless(hostURL(text), "write http:// or https:// and the host, such as http://127.0.0.1:8178; the path has a setting of its own")
	},
	"url path": func(text string) error {
		return unless(urlPath.MatchString(text), "write a path, which begins with /, such as /v1/audio/transcriptions")
	},
	"language": func(text string) error {
		return unless(language.MatchString(text) || text == "auto" || text == "none", "write a code of ISO 639, such as ko or en, or auto or none")
	},
	"timeout": func(text string) error {
		return unless(between(text, 1, 24*60), "write 1 to 1440 minutes")
	},
	"stun": func(text string) error {
		return unless(stunURL.MatchString(text), "write stun:host or stun:host:port, such as stun:stun.example.com:3478")
	},
	"turn": func(text string) error {
		return unless(turnURL.MatchString(text), "write turn:host:port or turns:host:port, such as turn:desk.example.com:3478 or turn:desk.example.com:3478?transport=tcp")
	},
	secretCheck: checkSecret,
	passwordCheck: func(text string) error {
		return unless(!slices.Contains(examples, strings.ToLower(text)), "it stands in everybody's manual: take a random one, such as what `openssl rand -hex 16` prints")
	},
	"network": func(text string) error { _, err := network(text); return err },
	"ports":   func(text string) error { _, _, err := portRange(text); return err },
	"bool": func(text string) error {
		return unless(slices.Contains([]string{"true", "false", "1", "0"}, strings.ToLower(text)), "write true or false")
	},
	"ip": func(text string) error {
		_, err := netip.ParseAddr(text)
		return unless(err == nil, "write an address of the engine's machine, such as 203.0.113.5, or 0.0.0.0 for every one")
	},
	"country": func(text string) error {
		return unless(len(text) == 2 && strings.ToUpper(text) == text, "write two capital letters, such as KR")
	},
	"calls": func(text string) error {
		return unless(between(text, 0, 10_000), "write 0 (no limit) to 10000 calls a second")
	},
	"mib": func(text string) error {
		return unless(between(text, 0, 1<<24), "write a number of MiB, such as 1024")
	},
	"whole path": func(text string) error {
		return unless(filepath.IsAbs(text), "write the whole path, which begins with /")
	},
	"log format": func(text string) error {
		return unless(text == "text" || text == "json", "write text or json")
	},
	"log mib": func(text string) error {
		return unless(between(text, 1, 10_000), "write 1 to 10000 MiB")
	},
	"cron": func(text string) error {
		_, err := cron.ParseStandard(text)
		return unless(err == nil && len(strings.Fields(text)) == 5 && !strings.Contains(text, "TZ="), "write five fields: minute, hour, day of the month, month, day of the week, such as 30 2 * * *")
	},
	"period":        oneOf("day", "week", "month"),
	"export format": oneOf(XLSX, "csv"),
	"export place":  oneOf("folder", S3Bucket),
	"database":      CheckDatabase,
	"level": func(text string) error {
		return unless(slices.Contains([]string{"debug", "info", "warn", "error"}, text), "write debug, info, warn or error")
	},
}

// The checks of what nobody else may know; its text is in no message.
const (
	secretCheck   = "secret"
	passwordCheck = "password"
)

// The addresses of servers (RFC 7064, RFC 7065).
var (
	stunURL = regexp.MustCompile(`^stuns?:(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$`)
	turnURL = regexp.MustCompile(`^turns?:(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:\?transport=(?:udp|tcp))?$`)
)

// What is told to a speech-to-text server.
var (
	urlPath  = regexp.MustCompile(`^(?:/[A-Za-z0-9._~-]+)+$`)
	language = regexp.MustCompile(`^[a-z]{2,3}$`)
)

// examples stand in manuals and in programs' own settings: everybody knows them.
var examples = []string{"password", "changeme", "change-me", "secret", "example", "ringdesk", "asterisk", "cluecon", "12345", "qwerty", "admin", "letmein"}

// checkSecret refuses a secret that is guessed: a short one, an example, one of few
// characters.
func checkSecret(text string) error {
	const advice = "it can be guessed: take a random one, such as what `openssl rand -hex 16` prints"
	different := map[rune]bool{}
	for _, r := range text {
		different[r] = true
	}
	plain := strings.ToLower(text)
	for _, e := range examples {
		plain = strings.ReplaceAll(plain, e, "")
	}
	const (
		leastSecret = 16 // characters; those that we make have 26
		fewest      = 6  // characters that differ, and that are left besides examples
	)
	return unless(len(text) >= leastSecret && len(different) >= fewest && len(plain) >= fewest, advice)
}

// hostURL says whether a text is http:// or https:// and a host, and nothing else.
func hostURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && strings.Trim(u.Path, "/") == "" && u.RawQuery == "" && u.Fragment == ""
}

func unless(good bool, advice string) error {
	if good {
		return nil
	}
	return errors.New(advice)
}

func between(text string, low, high int) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= low && n <= high
}

// CheckDatabase says what to write instead of a place of a database. It keeps passwords out of the URL: settings are shown to people.
func CheckDatabase(text string) error {
	at, err := url.Parse(text)
	if err != nil || text != SQLite && at.Scheme != "postgres" && at.Scheme != "postgresql" {
		return errors.New("write sqlite, or a URL such as postgres://ringdesk@db.example:5432/ringdesk")
	}
	if _, has := at.User.Password(); has || at.Query().Has("password") {
		return errors.New("leave the password out: it goes to RINGDESK_DATABASE_PASSWORD_FILE or RINGDESK_DATABASE_PASSWORD")
	}
	return unless(text == SQLite || at.User.Username() != "", "name the user, such as in postgres://ringdesk@db.example:5432/ringdesk")
}

func checkAddress(text string) error {
	_, port, err := net.SplitHostPort(text)
	if err != nil {
		return errors.New("write host:port, such as 127.0.0.1:8080")
	}
	return unless(between(port, 1, 65535), "the port must be 1 to 65535, such as in 127.0.0.1:8080")
}

// portRange gives the first and last of FROM-TO.
func portRange(text string) (from, to int, err error) {
	a, b, ok := strings.Cut(text, "-")
	from, errA := strconv.Atoi(a)
	to, errB := strconv.Atoi(b)
	if !ok || errA != nil || errB != nil || from < 1024 || to > 65535 || to-from < 9 {
		return 0, 0, errors.New("write FROM-TO with at least 10 ports between 1024 and 65535, such as 20000-20999")
	}
	return from, to, nil
}

// mappedBits is the length of the prefix under which IPv6 writes IPv4 addresses
// (RFC 4291, section 2.5.5.2).
const mappedBits = 96

// network reads an address or a network.
func network(text string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(text)
	if a, aerr := netip.ParseAddr(text); aerr == nil {
		p, err = netip.PrefixFrom(a, a.BitLen()), nil
	}
	if err != nil {
		return p, errors.New("write addresses or networks, such as 127.0.0.1 or 10.0.0.0/8")
	}
	if p.Addr().Is4In6() && p.Bits() >= mappedBits {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-mappedBits)
	}
	if p.Bits() == 0 {
		return p, errors.New("anybody could then claim any address; write those of your proxies")
	}
	return p, nil
}

// together says what settings lack that are good by themselves.
func (s *Settings) together() []error {
	var faults []error
	if len(s.Media.TURN) > 0 && s.Media.TURNSecret == "" {
		faults = append(faults, errors.New("RINGDESK_TURN is set, but not RINGDESK_TURN_SECRET: it is the TURN server's static-auth-secret"))
	}
	if (s.Web.TLSCert == "") != (s.Web.TLSKey == "") {
		faults = append(faults, errors.New("of RINGDESK_TLS_CERT and RINGDESK_TLS_KEY one is set alone: HTTPS needs both, the certificate and its key"))
	}
	if s.Web.Redirect != "" && s.Web.TLSCert == "" {
		faults = append(faults, errors.New("RINGDESK_HTTP_REDIRECT leads to HTTPS, which is not there: set RINGDESK_TLS_CERT and RINGDESK_TLS_KEY, too"))
	}
	if (s.SIP.TLSCert == "") != (s.SIP.TLSKey == "") {
		faults = append(faults, errors.New("of RINGDESK_SIP_TLS_CERT and RINGDESK_SIP_TLS_KEY one is set alone: SIP over TLS needs both, the certificate and its key"))
	}
	if s.SIPTLS() && s.SIPTLSAddress() == s.SIP.Address {
		faults = append(faults, errors.New("RINGDESK_SIP_TLS is the same address as RINGDESK_SIP: SIP over TLS needs a port of its own, such as 5061"))
	}
	if s.Exports.To == S3Bucket && s.S3.Endpoint == "" {
		faults = append(faults, errors.New("RINGDESK_EXPORTS_TO is s3, and there is no storage: set RINGDESK_S3_ENDPOINT, too"))
	}
	if s.S3.Endpoint != "" && (s.S3.Bucket == "" || s.S3.AccessKey == "" || s.S3.SecretKey == "") {
		faults = append(faults, errors.New("RINGDESK_S3_ENDPOINT is set, but not all of RINGDESK_S3_BUCKET, RINGDESK_S3_ACCESS_KEY and RINGDESK_S3_SECRET_KEY_FILE: the storage needs them"))
	}
	if err := s.transcriptionKey(); err != nil {
		faults = append(faults, err)
	}
	if s.Asterisk.ARIURL != "" && s.Asterisk.ARIPassword == "" {
		faults = append(faults, errors.New("RINGDESK_ARI_URL is set, but not RINGDESK_ARI_PASSWORD: both come from the engine's ari.conf"))
	}
	if s.Engine.Use != FreeSWITCH {
		return faults
	}
	if err := checkAddress(s.FreeSWITCH.EventSocket); err != nil {
		faults = append(faults, fmt.Errorf("RINGDESK_EVENT_SOCKET is %q: write host:port, such as 127.0.0.1:8021, where FreeSWITCH's event_socket.conf listens", s.FreeSWITCH.EventSocket))
	}
	if s.FreeSWITCH.EventPassword == "" {
		faults = append(faults, errors.New("RINGDESK_EVENT_PASSWORD is empty: it comes from FreeSWITCH's event_socket.conf"))
	}
	if !filepath.IsAbs(s.FreeSWITCH.Endpoints) {
		faults = append(faults, fmt.Errorf("RINGDESK_ENDPOINTS is %q: write the whole path of the folder of phones and trunks that FreeSWITCH includes", s.FreeSWITCH.Endpoints))
	}
	return faults
}

// oneOf takes one of some words.
func oneOf(words ...string) func(string) error {
	return func(text string) error {
		return unless(slices.Contains(words, text), "write one of "+strings.Join(words, ", "))
	}
}
