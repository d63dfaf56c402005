// Package certificate keeps the certificates that HTTPS is served with and that SIP
// has: read from two PEM files, and read anew when they change, so that a renewal
// needs no restart and ends no connection.
package certificate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync/atomic"
	"time"
)

const (
	lookInterval = 2 * time.Second     // how soon changed files are noticed
	warnBefore   = 14 * 24 * time.Hour // of the certificate's end
	warnInterval = 24 * time.Hour
)

// Purpose is what a certificate is for, in the words of messages.
type Purpose struct {
	Name      string // HTTPS
	Cert, Key string // the settings that name the files
	Refused   string // what comes of one that has ended
}

// The purposes.
var (
	HTTPS = Purpose{Name: "HTTPS", Cert: "RINGDESK_TLS_CERT", Key: "RINGDESK_TLS_KEY", Refused: "browsers refuse the desk"}
	SIP   = Purpose{Name: "SIP", Cert: "RINGDESK_SIP_TLS_CERT", Key: "RINGDESK_SIP_TLS_KEY", Refused: "carriers may refuse calls over TLS"}
)

// Files are a certificate with its chain and its key, both as PEM.
type Files struct {
	purpose   Purpose
	cert, key string
	renewed   func() // may be nil
	log       *slog.Logger
	now       func() time.Time
	current   atomic.Pointer[tls.Certificate]

	stamp  [2]stamp  // of the files as they were looked at last; Run's alone
	warned time.Time // of the end
}

// stamp tells whether a file has changed.
type stamp struct {
	modified time.Time
	size     int64
}

// Open reads the files. Its error says what is wrong with which of them.
func Open(p Purpose, cert, key string, log *slog.Logger) (*Files, error) {
	f := &Files{purpose: p, cert: cert, key: key, log: log, now: time.Now}
	f.stamp = f.look()
	pair, err := p.read(cert, key)
	if err != nil {
		return nil, err
	}
	f.current.Store(pair)
	f.warn()
	return f, nil
}

// OnRenewal lets f be called whenever Run has read another certificate that can be
// used. It must be said before Run.
func (f *Files) OnRenewal(renewed func()) { f.renewed = renewed }

// Check reads a pair and says in the operator's words what is wrong with it.
func (p Purpose) Check(cert, key string) error {
	_, err := p.read(cert, key)
	return err
}

// Config is for a server: TLS 1.2 or newer (RFC 8996 retires what is older).
func (f *Files) Config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return f.current.Load(), nil }}
}

// Run reads the files anew when they change, until ctx ends. What cannot be used is
// told in the log, and the certificate of before stays.
func (f *Files) Run(ctx context.Context) error {
	tick := time.NewTicker(lookInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		f.reload()
		if f.now().Sub(f.warned) > warnInterval {
			f.warn()
		}
	}
}

// reload reads the files when they have changed. A pair that does not match is
// looked at once more by the next change: the two are seldom written at once.
func (f *Files) reload() {
	now := f.look()
	if now == f.stamp {
		return
	}
	f.stamp = now
	pair, err := f.purpose.read(f.cert, f.key)
	if err != nil {
		f.log.Error("the TLS certificate on the disk cannot be used: the one of before stays", "error", err)
		return
	}
	f.current.Store(pair)
	if f.renewed != nil {
		f.renewed()
	}
	f.log.Info(f.purpose.Name+" has a new certificate", "until", pair.Leaf.NotAfter.Format(time.RFC3339), "names", pair.Leaf.DNSNames)
	f.warn()
}

func (f *Files) look() (s [2]stamp) {
	for i, file := range []string{f.cert, f.key} {
		if info, err := os.Stat(file); err == nil { // read says what is wrong
			s[i] = stamp{info.ModTime(), info.Size()}
		}
	}
	return s
}

// warn tells of a certificate that ends soon, or has ended.
func (f *Files) warn() {
	f.warned = f.now()
	end := f.current.Load().Leaf.NotAfter
	switch left := end.Sub(f.now()); {
	case left <= 0:
		f.log.Error("the TLS certificate has ended: "+f.purpose.Refused+"; put a new one in its place, no restart is needed", "file", f.cert, "ended", end.Format(time.RFC3339))
	case left < warnBefore:
		f.log.Warn("the TLS certificate ends soon: put a new one in its place, no restart is needed", "file", f.cert, "until", end.Format(time.RFC3339))
	}
}

func (p Purpose) read(cert, key string) (*tls.Certificate, error) {
	certPEM, err := readFile(p.Cert, cert)
	if err != nil {
		return nil, err
	}
	keyPEM, err := readFile(p.Key, key)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return nil, fmt.Errorf("%s (%s) and %s (%s) are no pair: %w; the first is the certificate with its chain, the second its key without a passphrase, both as PEM", p.Cert, cert, p.Key, key, err)
	}
	if pair.Leaf == nil { // GODEBUG=x509keypairleaf=0
		if pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
			return nil, fmt.Errorf("%s (%s) holds no certificate: %w", p.Cert, cert, err)
		}
	}
	return &pair, nil
}

func readFile(setting, file string) ([]byte, error) {
	text, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s names %s, which is not there", setting, file)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("%s names %s, which the user that ringdesk runs as may not read", setting, file)
	case err != nil:
		return nil, fmt.Errorf("%s names %s, which cannot be read: %w", setting, file, err)
	}
	return text, nil
}
