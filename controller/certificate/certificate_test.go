package certificate_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/certificate"
	"ringdesk/testkit/pki"
)

// What is wrong with the files is said with the settings that name them.
//
// Covers: OPS-1.
func TestOpen_SaysWhatIsWrong(t *testing.T) {
	ca, dir := pki.New(t), t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	year := time.Now().Add(365 * 24 * time.Hour)
	ca.Write(t, file("one.pem"), file("one.key"), year, "desk.example")
	ca.Write(t, file("two.pem"), file("two.key"), year, "desk.example")
	ca.Write(t, file("soon.pem"), file("soon.key"), time.Now().Add(time.Hour), "desk.example")
	ca.Write(t, file("old.pem"), file("old.key"), time.Now().Add(-time.Minute), "desk.example")
	if err := os.WriteFile(file("junk"), []byte("junk"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		cert, key  string
		fails, log string
	}{
		"good":               {"one.pem", "one.key", "", ""},
		"soon over":          {"soon.pem", "soon.key", "", "ends soon"},
		"over":               {"old.pem", "old.key", "", "has ended"},
		"another's key":      {"one.pem", "two.key", "are no pair", ""},
		"swapped":            {"one.key", "one.pem", "RINGDESK_TLS_CERT", ""},
		"no certificate":     {"junk", "one.key", "RINGDESK_TLS_CERT", ""},
		"certificate is not": {"none.pem", "one.key", "RINGDESK_TLS_CERT names " + file("none.pem") + ", which is not there", ""},
		"key is not":         {"one.pem", "none.key", "RINGDESK_TLS_KEY names " + file("none.key") + ", which is not there", ""},
	} {
		var log strings.Builder
		_, err := certificate.Open(certificate.HTTPS, file(c.cert), file(c.key), slog.New(slog.NewTextHandler(&log, nil)))
		if (err != nil) != (c.fails != "") || err != nil && !strings.Contains(err.Error(), c.fails) {
			t.Errorf("%s: %v, want %q", name, err, c.fails)
		}
		if (log.Len() > 0) != (c.log != "") || !strings.Contains(log.String(), c.log) {
			t.Errorf("%s: the log says %q, want %q", name, log.String(), c.log)
		}
	}
}

// syncBuffer is a log that a test reads while it is written.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// echo serves a certificate, and says back what it is told, until the test ends.
func echo(t *testing.T, config *tls.Config) string {
	t.Helper()
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln := tls.NewListener(plain, config)
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				b := make([]byte, 1)
				for {
					if _, err := c.Read(b); err != nil {
						return
					}
					if _, err := c.Write(b); err != nil {
						return
					}
				}
			}()
		}
	}()
	return plain.Addr().String()
}

// Files that change are served from then on, without a restart; connections that are
// open stay. Files that cannot be used change nothing, and the log says so. Nobody
// gets less than TLS 1.2.
//
// Covers: OPS-1, SYS-3.
func TestFiles_Reload(t *testing.T) {
	ca, dir := pki.New(t), t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	year := time.Now().Add(365 * 24 * time.Hour)
	ca.Write(t, cert, key, year, "127.0.0.1", "first.example")
	var log syncBuffer
	files, err := certificate.Open(certificate.HTTPS, cert, key, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- files.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	at := echo(t, files.Config())
	dial := func() (*tls.Conn, error) { return tls.Dial("tcp", at, &tls.Config{RootCAs: ca.Pool}) }
	open, err := dial()
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	if _, err := tls.Dial("tcp", at, &tls.Config{RootCAs: ca.Pool, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}); err == nil {
		t.Error("TLS 1.1 was taken")
	}

	served := func() string {
		c, err := dial()
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].DNSNames[0]
	}
	await := func(what string, is func() bool) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s: not within 20 s; the log says %s", what, log.String())
			}
		}
	}
	ca.Write(t, cert, key, year, "127.0.0.1", "second.example")
	await("the new certificate is served", func() bool { return served() == "second.example" })
	if err := os.WriteFile(key, []byte("half of a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	await("the log tells of bad files", func() bool { return strings.Contains(log.String(), "the one of before stays") })
	if name := served(); name != "second.example" {
		t.Errorf("with bad files %s is served", name)
	}
	ca.Write(t, cert, key, year, "127.0.0.1", "third.example")
	await("mended files are served", func() bool { return served() == "third.example" })
	if _, err := open.Write([]byte("x")); err != nil {
		t.Error(err)
	}
	if n, err := open.Read(make([]byte, 1)); n != 1 {
		t.Errorf("the connection of before is gone: %v", err)
	}
}
