// Package trust says why an engine talks to no carrier over TLS: engines say
// themselves only that nobody answers. It asks the carrier for its certificate as
// the engine does, and judges it by the same authorities.
package trust

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"ringdesk/controller/engine"
)

const (
	patience = 5 * time.Second  // for a carrier's certificate
	again    = 15 * time.Second // how old a verdict may be before it is asked for anew
)

// Carriers judges carriers' certificates. A nil one judges none: the engine has no
// TLS.
type Carriers struct {
	authorities string // PEM file; "" means the system's
	verify      bool

	mu       sync.Mutex
	verdicts map[string]verdict // by host:port
}

type verdict struct {
	state  engine.TrunkState // "" where nothing is wrong with the certificate, or none came
	at     time.Time         // when it was asked for
	asking bool
}

// New judges by a PEM file of authorities, "" for the system's; without verify the
// engine takes any certificate, so that none is ever refused.
func New(authorities string, verify bool) *Carriers {
	return &Carriers{authorities: authorities, verify: verify, verdicts: map[string]verdict{}}
}

// Takes refuses a trunk that needs TLS where the engine has none.
func (c *Carriers) Takes(t engine.Trunk) error {
	if c == nil && t.TransportOrDefault() == engine.TransportTLS {
		return engine.Refuse("SIP over TLS is not set up: set RINGDESK_SIP_TLS_CERT and RINGDESK_SIP_TLS_KEY, and start the engine again")
	}
	return nil
}

// Explain gives a trunk's state with what is known about its carrier's certificate.
// It does not wait: a verdict is asked for beside it, and told the next time.
func (c *Carriers) Explain(t engine.Trunk, state engine.TrunkState) engine.TrunkState {
	if c == nil || !c.verify || t.TransportOrDefault() != engine.TransportTLS || t.Remote == "" {
		return state
	}
	switch state {
	case engine.TrunkUnknown, engine.TrunkUnreachable, engine.TrunkUnregistered:
	default:
		return state
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	v := c.verdicts[t.Remote]
	if !v.asking && time.Since(v.at) > again {
		v.asking, v.at = true, time.Now()
		c.verdicts[t.Remote] = v
		go c.ask(t.Remote)
	}
	if v.state != "" {
		return v.state
	}
	return state
}

func (c *Carriers) ask(remote string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := c.Ask(ctx, remote)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.verdicts[remote] = verdict{state: stateOf(err), at: time.Now()}
}

// Ask connects to a carrier's host:port and says what is wrong with its certificate,
// or that none came.
func (c *Carriers) Ask(ctx context.Context, remote string) error {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return err
	}
	roots, err := Authorities(c.authorities)
	if err != nil {
		return err
	}
	dialer := tls.Dialer{Config: &tls.Config{ServerName: host, RootCAs: roots, MinVersion: tls.VersionTLS12}}
	conn, err := dialer.DialContext(ctx, "tcp", remote)
	if err != nil {
		return err
	}
	return conn.Close()
}

// stateOf is what a trunk is when its carrier's certificate is refused for a reason;
// "" where the certificate is not the reason.
func stateOf(err error) engine.TrunkState {
	var refused *tls.CertificateVerificationError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case !errors.As(err, &refused):
		return ""
	case errors.As(err, &name):
		return engine.TrunkMisnamed
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return engine.TrunkExpired
	default:
		return engine.TrunkUntrusted
	}
}

// bundles are where systems keep the authorities that they trust, as PEM: Debian,
// Fedora, SUSE and Alpine.
var bundles = []string{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"}

// PEM is the authorities of a file, or those of the system where it is "", as text
// for an engine that reads no other.
func PEM(file string) (string, error) {
	files := bundles
	if file != "" {
		if _, err := Authorities(file); err != nil {
			return "", fmt.Errorf("RINGDESK_SIP_TLS_CA: %w", err)
		}
		files = []string{file}
	}
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil {
			return string(text), nil
		}
	}
	return "", errors.New("this system has no authorities that carriers' certificates could come from: install its package ca-certificates, or set RINGDESK_SIP_TLS_CA")
}

// Authorities are those of a PEM file; nil, the system's, where it is "".
func Authorities(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s holds no certificate in PEM", file)
	}
	return pool, nil
}
