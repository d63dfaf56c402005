package roundtrip_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"ringdesk/controller/asterisk/roundtrip"
)

// BenchmarkPost makes requests like Asterisk's `POST /channels` on a kept
// connection to this machine, by net/http's transport and by ours. The server is a
// reader of bytes, the same for both; cpu-ns/op is the process's time, the server's
// included, which "bare" measures: one write and one read a request.
func BenchmarkPost(b *testing.B) {
	standard := &http.Transport{MaxIdleConnsPerHost: 512, IdleConnTimeout: 10 * time.Second, DisableCompression: true}
	own := new(roundtrip.Transport)
	defer standard.CloseIdleConnections()
	defer own.CloseIdleConnections()
	address := benchServer(b)
	const limit = 5 * time.Second
	b.Run("standard", func(b *testing.B) {
		measure(b, func() error {
			ctx, cancel := context.WithTimeout(b.Context(), limit)
			defer cancel()
			return benchPost(ctx, address, standard.RoundTrip)
		})
	})
	b.Run("own", func(b *testing.B) {
		measure(b, func() error {
			return benchPost(b.Context(), address, func(r *http.Request) (*http.Response, error) {
				return own.Until(r, time.Now().Add(limit))
			})
		})
	})
	b.Run("bare", func(b *testing.B) {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close()
		request, answer := []byte(benchRequest), make([]byte, len(benchAnswer))
		measure(b, func() error {
			if _, err := conn.Write(request); err != nil {
				return err
			}
			_, err := io.ReadFull(conn, answer)
			return err
		})
	})
}

const (
	benchPath    = "/ari/channels/1764543217.120/variable?variable=RINGDESK_CALL&value=01JDXM7P6S9X4Q3Z5T8V2B1C0D"
	benchRequest = "POST " + benchPath + " HTTP/1.1\r\nHost: 127.0.0.1:8088\r\nContent-Length: 16\r\n\r\n{\"app\":\"ringdesk\""
	benchAnswer  = "HTTP/1.1 200 OK\r\nServer: Asterisk\r\nDate: Mon, 30 Nov 2026 10:00:00 GMT\r\nCache-Control: no-cache, no-store\r\n" +
		"Content-type: application/json\r\nContent-Length: 33\r\n\r\n" + `{"id":"1764543217.120","x":"abc"}`
)

func benchPost(ctx context.Context, address string, send func(*http.Request) (*http.Response, error)) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+benchPath, strings.NewReader(`{"app":"ringdesk"`))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.SetBasicAuth("ringdesk", "0123456789abcdef")
	res, err := send(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return err
}

// measure counts the process's processor time, besides what a benchmark does.
func measure(b *testing.B, request func() error) {
	b.ReportAllocs()
	before := processorTime(b)
	for b.Loop() {
		if err := request(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
}

func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// benchServer answers whatever ends in the requests' body.
func benchServer(b *testing.B) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				in, answer := bufio.NewReader(c), []byte(benchAnswer)
				for {
					if _, err := in.ReadSlice('{'); err != nil {
						return
					}
					if _, err := in.Discard(len(`"app":"ringdesk"`)); err != nil {
						return
					}
					if _, err := c.Write(answer); err != nil {
						return
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}
