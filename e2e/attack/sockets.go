package attack

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// socketURL is a WebSocket's address of the API.
func (s *Session) socketURL(path string) string {
	return "ws" + strings.TrimPrefix(s.url, "http") + path
}

// phoneOf is what POST /phone gives.
type phoneOf struct{ ID, URI, Username, Password, Socket string }

// sockets opens WebSockets until no more are given, and says nonsense on them.
func sockets(ctx context.Context, at Target, full bool, n *Count) error {
	s := at.Agent
	var p phoneOf
	if err := s.send(ctx, http.MethodPost, "/phone", struct{}{}, &p); err != nil {
		return err
	}
	open := make(chan *websocket.Conn, 4096)
	gate := make(chan struct{}, 32)
	var all sync.WaitGroup
	for i := range scale(full, 4000) {
		path, protocols := "/api/v1/live", []string(nil)
		if i%2 == 0 {
			path, protocols = p.Socket, []string{"sip"}
		}
		gate <- struct{}{}
		all.Go(func() {
			defer func() { <-gate }()
			ctx, stop := context.WithTimeout(ctx, 5*time.Second)
			defer stop()
			c, _, err := websocket.Dial(ctx, s.socketURL(path), &websocket.DialOptions{HTTPHeader: s.cookies(), Subprotocols: protocols})
			n.Sent.Add(1)
			if err != nil {
				n.Refused.Add(1)
				return
			}
			n.Answered.Add(1)
			_ = c.Write(ctx, websocket.MessageText, []byte(strings.Repeat("{", i%2000)))
			open <- c
		})
	}
	all.Wait()
	close(open)
	for c := range open {
		_ = c.CloseNow()
	}
	return ctx.Err()
}

// hostilePhone is a logged-in browser whose phone says what no desk of ours
// does: it registers others, calls by itself, and speaks as a trunk (SEC-2).
func hostilePhone(ctx context.Context, at Target, full bool, n *Count) error {
	s := at.Agent
	for range scale(full, 10) {
		var p phoneOf
		if err := s.send(ctx, http.MethodPost, "/phone", struct{}{}, &p); err != nil {
			return err
		}
		for _, m := range hostile(p, at) {
			if err := s.say(ctx, p, m, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// hostile are requests of a phone that nobody should take.
func hostile(p phoneOf, at Target) []request {
	aor := "<" + p.URI + ">"
	outside := "<sip:0060312345678@198.51.100.9>"
	return []request{
		{method: "REGISTER", from: aor, to: aor, headers: "Contact: " + outside + "\r\n"},
		{method: "REGISTER", from: aor, to: aor, headers: "m: <sip:x@x.invalid;transport=ws>, " + outside + "\r\n"},
		{method: "REGISTER", from: "<sip:other@ringdesk.invalid>", to: "<sip:other@ringdesk.invalid>"},
		{method: "INVITE", uri: "sip:" + at.Number + "@ringdesk.invalid", from: "<sip:01055550009@ringdesk.invalid>", body: offer},
		{method: "INVITE", uri: "sip:0060312345678@ringdesk.invalid", from: aor, body: offer},
		{method: "INVITE", uri: "sip:" + at.Number + "@ringdesk.invalid", from: aor, body: offer, headers: "P-Asserted-Identity: <sip:01055550009@x>\r\n"},
		{method: "SUBSCRIBE", from: aor, headers: "Event: presence\r\n"}, {method: "MESSAGE", from: aor, body: "hello", bodyType: "text/plain"},
		{method: "REFER", from: aor, headers: "Refer-To: " + outside + "\r\n"}, {method: "PUBLISH", from: aor}, {method: "INVITE", from: "\"\xff\" " + aor, body: offer},
	}
}

// line opens a phone's socket. An account may open only so many in a row: then it
// waits for the next.
func (s *Session) line(ctx context.Context, p phoneOf) (*websocket.Conn, error) {
	ctx, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	for {
		c, response, err := websocket.Dial(ctx, s.socketURL(p.Socket), &websocket.DialOptions{HTTPHeader: s.cookies(), Subprotocols: []string{"sip"}})
		if err == nil || response == nil || response.StatusCode != http.StatusTooManyRequests {
			return c, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(time.Second):
		}
	}
}

// say sends one request on a socket of its own, answers a challenge with the
// phone's password, and counts what comes. A 2xx is wrong.
func (s *Session) say(ctx context.Context, p phoneOf, r request, n *Count) error {
	c, err := s.line(ctx, p)
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, 3*time.Second)
	defer stop()
	defer c.CloseNow()
	n.Sent.Add(1)
	if r.uri == "" {
		r.uri = "sip:ringdesk.invalid"
	}
	r.callID, r.tag = fmt.Sprintf("phone-%d", messages.Add(1)), "phone"
	once := overSocket(r)
	if err := c.Write(ctx, websocket.MessageText, once); err != nil {
		n.Refused.Add(1)
		return nil
	}
	for challenged := false; ; {
		_, got, err := c.Read(ctx)
		code := status(string(got))
		switch {
		case err != nil: // closed, or nothing said for the time
			n.Refused.Add(1)
			return nil
		case code == 0 || code < 200:
		case (code == 401 || code == 407) && !challenged:
			challenged = true
			r.cseq = 2
			r.headers += digest(string(got), p, r)
			if err := c.Write(ctx, websocket.MessageText, overSocket(r)); err != nil {
				n.Refused.Add(1)
				return nil
			}
		case code < 300:
			n.wrong("a phone got %.60q to %.300q", got, overSocket(r))
			return nil
		default:
			n.Refused.Add(1)
			return nil
		}
	}
}

// overSocket is a request with the Via of RFC 7118 section 5.1.
func overSocket(r request) []byte {
	return []byte(strings.Replace(string(r.bytes("x.invalid")), "SIP/2.0/UDP x.invalid;rport", "SIP/2.0/WS x.invalid", 1))
}

var quoted = regexp.MustCompile(`(\w+)="([^"]*)"`)

// digest answers a challenge (RFC 7616 section 3.4, with MD5 and qop auth as the
// engine asks for).
func digest(response string, p phoneOf, r request) string {
	name, line := "Authorization", ""
	for l := range strings.SplitSeq(response, "\r\n") {
		lower := strings.ToLower(l)
		if strings.HasPrefix(lower, "www-authenticate:") || strings.HasPrefix(lower, "proxy-authenticate:") {
			line = l
			if strings.HasPrefix(lower, "proxy") {
				name = "Proxy-Authorization"
			}
		}
	}
	given := map[string]string{}
	for _, m := range quoted.FindAllStringSubmatch(line, -1) {
		given[m[1]] = m[2]
	}
	sum := func(s string) string { h := md5.Sum([]byte(s)); return hex.EncodeToString(h[:]) }
	a1 := sum(p.Username + ":" + given["realm"] + ":" + p.Password)
	a2 := sum(r.method + ":" + r.uri)
	answer := sum(a1 + ":" + given["nonce"] + ":00000001:attack:auth:" + a2)
	return fmt.Sprintf("%s: Digest username=%q, realm=%q, nonce=%q, uri=%q, response=%q, algorithm=MD5, cnonce=\"attack\", opaque=%q, qop=auth, nc=00000001\r\n",
		name, p.Username, given["realm"], given["nonce"], r.uri, answer, given["opaque"])
}
