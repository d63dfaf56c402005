package attack

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// host is the desk's host:port.
func (at Target) host() string { return strings.TrimPrefix(at.URL, "http://") }

// hold keeps connections open that say little, and counts those that are closed
// for it.
func hold(ctx context.Context, to string, addresses, each int, says string, length time.Duration, n *Count) error {
	var open []net.Conn
	defer func() {
		for _, c := range open {
			c.Close()
		}
	}()
	for a := range addresses {
		dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(a+1))}, Timeout: time.Second}
		for range each {
			c, err := dialer.DialContext(ctx, "tcp4", to)
			if err != nil {
				n.Refused.Add(1)
				continue
			}
			n.Sent.Add(1)
			open = append(open, c)
			_, _ = io.WriteString(c, says) // whether it is taken shows below
		}
	}
	end := time.Now().Add(length)
	for _, c := range open {
		if c.SetReadDeadline(end) != nil {
			continue
		}
		_, err := c.Read(make([]byte, 1))
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			n.Answered.Add(1) // it is still held
		} else {
			n.Refused.Add(1)
		}
	}
	return ctx.Err()
}

// idleSIP takes connections to SIP over TCP and says nothing, or half of
// something, from a few addresses.
func idleSIP(ctx context.Context, at Target, full bool, n *Count) error {
	each := scale(full, 300)
	return errors.Join(hold(ctx, at.SIP, 4, each, "", 3*time.Second, n),
		hold(ctx, at.SIP, 1, each, "INVITE sip:x SIP/2.0\r\nContent-Length: 2000000000\r\n\r\n", time.Second, n),
		hold(ctx, at.SIP, 1, scale(full, 50), strings.Repeat("A", 70_000), time.Second, n))
}

func idleHTTP(ctx context.Context, at Target, full bool, n *Count) error {
	return errors.Join(hold(ctx, at.host(), 4, scale(full, 250), "", 2*time.Second, n),
		hold(ctx, at.host(), 2, scale(full, 250), "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{", 2*time.Second, n))
}

// headersHTTP sends requests that two programs would read differently (RFC 9112
// sections 2.2, 6.3): each must be refused, or be read as one request.
func headersHTTP(ctx context.Context, at Target, full bool, n *Count) error {
	const smuggled = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
	bad := []string{
		"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: " + strconv.Itoa(len(smuggled)+5) + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
		"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + smuggled,
		"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n" + smuggled,
		"GET /healthz HTTP/1.1\nHost: x\n\n", "GET /healthz HTTP/1.1\r\nHost: x\nX: y\r\n\r\n",
		"GET /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
		"GET /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
		"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\nx", "GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("y", 100_000) + "\r\n\r\n",
		"GET /healthz HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X: y\r\n", 20_000) + "\r\n", "GET /healthz HTTP/1.1\r\n folded: y\r\nHost: x\r\n\r\n",
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", strings.Repeat("\r\n", 10_000),
	}
	for range scale(full, 20) {
		for _, text := range bad {
			if err := n.exchange(at.host(), text); err != nil {
				return err
			}
		}
		for _, path := range []string{"/../../etc/passwd", "/%2e%2e/%2e%2e/ringdesk.db", "/api/v1/../../data/secrets", "//etc/passwd", "/api/v1/sounds/..%2f..%2fdemo.json.wav", "/\x00", "/assets/..%5c..%5c"} {
			if err := n.exchange(at.host(), "GET "+path+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); err != nil {
				return err
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// exchange sends text on a connection of its own. Two answers to one request are
// wrong.
func (n *Count) exchange(to, text string) error {
	c, err := net.DialTimeout("tcp4", to, time.Second)
	if err != nil {
		return err
	}
	defer c.Close()
	n.Sent.Add(1)
	if err := c.SetDeadline(time.Now().Add(700 * time.Millisecond)); err != nil {
		return err
	}
	_, _ = io.WriteString(c, text) // cut off, it may be
	answer, _ := io.ReadAll(bufio.NewReader(c))
	switch got := bytes.Count(answer, []byte("HTTP/1.1 ")); {
	case got > 1 && !strings.HasPrefix(text, "\r\n"):
		n.wrong("%d answers to %.120q", got, text)
	case got == 1 && bytes.HasPrefix(answer, []byte("HTTP/1.1 2")):
		n.Answered.Add(1)
	default:
		n.Refused.Add(1)
	}
	return nil
}

// tokens asks for what needs a login, with tokens of every kind that is none,
// and guesses passwords from forged addresses until it is stopped.
func tokens(ctx context.Context, at Target, full bool, n *Count) error {
	client := &http.Client{Timeout: 10 * time.Second}
	forged := []http.Header{
		{"Cookie": {"ringdesk_session=" + strings.Repeat("A", 43)}}, {"Cookie": {"ringdesk_session="}}, {"Cookie": {"ringdesk_session=' OR 1=1--"}},
		{"X-Access-Key": {"rk_x"}, "X-Access-Secret": {"x"}}, {"X-Access-Key": {"' OR 1=1--"}, "X-Access-Secret": {"' OR 1=1--"}}, {"X-Access-Key": {""}, "X-Access-Secret": {""}},
		{"Authorization": {"Bearer eyJhbGciOiJub25lIn0.e30."}}, {"Authorization": {"Basic b3duZXI6"}}, {"X-Forwarded-User": {"owner"}}, {"X-Original-URL": {"/api/v1/me"}},
	}
	for i := range scale(full, 20) {
		for _, path := range []string{"/me", "/conversations", "/contacts", "/agents", "/calls", "/trunks", "/settings", "/live"} {
			for _, h := range forged {
				req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.URL+"/api/v1"+path, nil)
				if err != nil {
					return err
				}
				req.Header = h.Clone()
				if err := n.mustRefuse(client, req); err != nil {
					return err
				}
			}
		}
		for j := range 10 {
			body := fmt.Sprintf(`{"email":"owner@demo.ringdesk.example","password":"guess-%d-%d"}`, i, j)
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, at.URL+"/api/v1/login", strings.NewReader(body))
			if err != nil {
				return err
			}
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Origin", at.URL)
			req.Header.Add("X-Forwarded-For", fmt.Sprintf("203.0.113.%d", j))
			req.Header.Add("X-Forwarded-For", fmt.Sprintf("198.51.100.%d, 127.0.0.1", i))
			if err := n.mustRefuse(client, req); err != nil {
				return err
			}
		}
	}
	return nil
}

func (n *Count) mustRefuse(client *http.Client, req *http.Request) error {
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
	n.Sent.Add(1)
	if resp.StatusCode < 400 {
		n.Answered.Add(1)
		n.wrong("%s %s with %v: %s", req.Method, req.URL.Path, req.Header, resp.Status)
	} else {
		n.Refused.Add(1)
	}
	return nil
}

// Session is a person's log-in.
type Session struct {
	url    string // of the desk
	client *http.Client
}

// Login logs a person in.
func Login(ctx context.Context, url, email, password string) (*Session, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	s := &Session{url, &http.Client{Timeout: 60 * time.Second, Jar: jar}}
	return s, s.send(ctx, http.MethodPost, "/login", map[string]string{"email": email, "password": password}, nil)
}

// send asks the API for something that it should do.
func (s *Session) send(ctx context.Context, method, path string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	code, got, err := s.raw(ctx, method, path, "application/json", text)
	if err == nil && code/100 != 2 {
		err = fmt.Errorf("%s %s: %d %s", method, path, code, got)
	}
	if err != nil || answer == nil {
		return err
	}
	return json.Unmarshal(got, answer)
}

func (s *Session) raw(ctx context.Context, method, path, contentType string, body []byte) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.url+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Origin", s.url)
	resp, err := s.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return resp.StatusCode, got, err
}

// cookies are the session's, for a WebSocket.
func (s *Session) cookies() http.Header {
	h := http.Header{"Origin": {s.url}}
	u, err := url.Parse(s.url)
	if err != nil {
		return h
	}
	for _, c := range s.client.Jar.Cookies(u) {
		h.Add("Cookie", c.Name+"="+c.Value)
	}
	return h
}
