package api_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// What two servers may take for two different requests is refused, and the
// connection closed: behind a proxy it would let one user's request ride on
// another's (RFC 9112 2.2, 6.1 to 6.3, 11.2).
//
// Covers: SEC-4
func TestAmbiguousRequestsAreRefused(t *testing.T) {
	const smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
	host := "Host: 127.0.0.1\r\n"
	post := "POST /api/v1/login HTTP/1.1\r\n" + host + "Content-Type: application/json\r\n"
	e := start(t)
	for name, raw := range map[string]string{
		"length and chunks":              post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
		"chunks and length":              post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + smuggled,
		"length and chunks, in capitals": post + "content-length: 5\r\ntransfer-encoding: CHUNKED\r\n\r\n0\r\n\r\n" + smuggled,
		"two lengths":                    post + "Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}" + smuggled,
		"a list of lengths":              post + "Content-Length: 2, 40\r\n\r\n{}" + smuggled,
		"a length with a sign":           post + "Content-Length: +2\r\n\r\n{}" + smuggled,
		"a negative length":              post + "Content-Length: -2\r\n\r\n{}" + smuggled,
		"an unknown coding":              post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + smuggled,
		"chunked is not the last":        post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + smuggled,
		"chunked twice":                  post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
		"chunked in HTTP/1.0":            strings.Replace(post, "HTTP/1.1", "HTTP/1.0", 1) + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
		"a space before the colon":       post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + smuggled,
		"a bare LF ends a line":          strings.Replace(post, "application/json\r\n", "application/json\n", 1) + "Content-Length: 2\r\n\r\n{}" + smuggled,
		"a bare LF ends the headers":     post + "Content-Length: 2\r\n\n{}" + smuggled,
		"nothing but bare LFs":           strings.ReplaceAll("GET /healthz HTTP/1.1\r\n"+host+"\r\n", "\r\n", "\n") + smuggled,
		"a bare CR in a value":           post + "X-A: b\rTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}" + smuggled,
		"a folded line":                  post + "X-A: b\r\n Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}" + smuggled,
		"NUL in a value":                 post + "X-A: b\x00\r\nContent-Length: 2\r\n\r\n{}" + smuggled,
		"a chunk's bare LF":              post + "Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n" + smuggled,
		"a chunk's size with a sign":     post + "Transfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n" + smuggled,
		"a chunk longer than its size":   post + "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n" + smuggled,
		"no host":                        "GET /healthz HTTP/1.1\r\n\r\n" + smuggled,
		"two hosts":                      "GET /healthz HTTP/1.1\r\n" + host + "Host: other\r\n\r\n" + smuggled,
	} {
		t.Run(name, func(t *testing.T) {
			if got := answers(t, e.host, raw); len(got) > 1 || len(got) == 1 && got[0] != http.StatusBadRequest && got[0] != http.StatusNotImplemented {
				t.Errorf("answers %v, want one 400 and the end", got)
			}
		})
	}
}

// What is well formed is answered, on one connection.
func TestWellFormedRequestsAreAnswered(t *testing.T) {
	e := start(t)
	raw := "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" +
		"POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" +
		"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
	if got := answers(t, e.host, raw); fmt.Sprint(got) != "[200 400 200]" {
		t.Errorf("answers %v", got)
	}
}

// answers gives the status of every answer until the server closes.
func answers(t *testing.T, addr, raw string) (got []int) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(2 * time.Second)); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(c, raw) // it may be refused half-way
	_ = c.(*net.TCPConn).CloseWrite()
	in := bufio.NewReader(c)
	for {
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			return got
		}
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
		got = append(got, res.StatusCode)
	}
}
