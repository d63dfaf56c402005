package webhook_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"ringdesk/controller/webhook"
)

// An address that is not on the public Internet is refused in whatever form it is written.
//
// Covers: ADM-6, SEC-2.
func TestGuard_Forms(t *testing.T) {
	g := webhook.Guard{Allow: []string{"crm.office.example", "192.168.7.0/24"}}
	for text, ok := range map[string]bool{
		"https://crm.example.com/calls": true, "https://crm.example.com:8443/": true, "https://8.8.8.8/": true, "https://[2606:4700::1111]/": true,
		"http://crm.office.example/x": true, "http://CRM.office.example./x": true, "http://192.168.7.5/": true,
		"http://crm.example.com/": false, "ftp://crm.example.com/": false, "crm.example.com": false, "https:///x": false, "https://u:p@crm.example.com/": false, "https://crm.example.com/#x": false,
		"https://localhost/": false, "https://a.localhost/": false, "https://127.0.0.1/": false, "https://127.1/": false, "https://2130706433/": false, "https://0x7f000001/": false, "https://0x7f.0.0.1/": false,
		"https://0177.0.0.1/": false, "https://017700000001/": false, "https://10.0.0.1/": false, "https://172.16.3.4/": false, "https://192.168.8.1/": false, "https://169.254.169.254/": false,
		"https://100.64.0.1/": false, "https://224.0.0.1/": false, "https://255.255.255.255/": false, "https://0.0.0.0/": false, "https://198.18.0.1/": false,
		"https://[::1]/": false, "https://[::]/": false, "https://[fe80::1]/": false, "https://[fe80::1%25eth0]/": false, "https://[fc00::1]/": false, "https://[fd12::1]/": false, "https://[ff02::1]/": false,
		"https://[::ffff:127.0.0.1]/": false, "https://[::ffff:8.8.8.8]/": false, "https://[64:ff9b::7f00:1]/": false, "https://[64:ff9b:1::1]/": false, "https://[2002:7f00:1::]/": false,
		"https://[2001::1]/": false, "https://[::127.0.0.1]/": false, "https://[2001:db8::1]/": false, "https://crm.example.com:99999999/": true, // no such port: the attempt fails
	} {
		if err := g.Check(text); (err == nil) != ok {
			t.Errorf("%s: %v, want ok: %v", text, err, ok)
		}
	}
}

// nameServer answers every question of an IPv4 address with the addresses in turn, and counts
// the questions.
func nameServer(t *testing.T, asked *atomic.Int32, answers ...[4]byte) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		for b := make([]byte, 2000); ; {
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(b[:n]) != nil || len(m.Questions) == 0 {
				continue
			}
			q := m.Questions[0]
			m.Response, m.Additionals = true, nil
			if q.Type == dnsmessage.TypeA {
				a := answers[min(int(asked.Add(1)), len(answers))-1]
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}, Body: &dnsmessage.AResource{A: a}}}
			}
			if out, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(out, from) // who asked may be gone
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// A name that leads into our own network is refused when the connection is made, also one that
// was a public address before: what was asked is connected to, and nothing is asked twice.
//
// Covers: ADM-6, SEC-2.
func TestGuard_Rebinding(t *testing.T) {
	reached := atomic.Bool{}
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	defer inside.Close()
	_, port, _ := net.SplitHostPort(inside.Listener.Addr().String())
	for name, last := range map[string][4]byte{"loopback": {127, 0, 0, 1}, "private": {10, 0, 0, 1}, "link-local": {169, 254, 169, 254}} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int32
			g := webhook.Guard{Resolver: nameServer(t, &asked, last)}
			if err := g.Check("https://rebind.example:" + port); err != nil {
				t.Fatalf("the name alone is refused: %v", err)
			}
			_, err := g.Client(10 * time.Second).Get("http://rebind.example:" + port)
			if err == nil || !strings.Contains(err.Error(), "public Internet") || reached.Load() {
				t.Errorf("it is connected to: %v", err)
			}
			if n := asked.Load(); n != 1 {
				t.Errorf("the address was asked for %d times", n)
			}
		})
	}
	t.Run("another answer later", func(t *testing.T) {
		var asked atomic.Int32
		// 127.0.0.1, allowed as an address, stands for one of the Internet.
		g := webhook.Guard{Allow: []string{"127.0.0.1"}, Resolver: nameServer(t, &asked, [4]byte{127, 0, 0, 1}, [4]byte{127, 0, 0, 2})}
		client := g.Client(10 * time.Second)
		resp, err := client.Get("http://rebind.example:" + port)
		if err != nil || !reached.Swap(false) {
			t.Fatalf("at first: %v", err)
		}
		resp.Body.Close()
		client.CloseIdleConnections()
		if _, err = client.Get("http://rebind.example:" + port); err == nil || !strings.Contains(err.Error(), "public Internet") || reached.Load() {
			t.Errorf("it is connected to: %v", err)
		}
	})
	t.Run("allowed by name", func(t *testing.T) {
		var asked atomic.Int32
		g := webhook.Guard{Allow: []string{"rebind.example"}, Resolver: nameServer(t, &asked, [4]byte{127, 0, 0, 1})}
		resp, err := g.Client(10 * time.Second).Get("http://rebind.example:" + port)
		if err != nil || !reached.Load() {
			t.Fatalf("%v", err)
		}
		resp.Body.Close()
	})
}

// Redirects are not followed, wherever they lead.
//
// Covers: ADM-6, SEC-2.
func TestGuard_Redirects(t *testing.T) {
	var followed atomic.Bool
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/inside" {
			followed.Store(true)
			return
		}
		http.Redirect(w, r, server.URL+"/inside", http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	_, err := webhook.Guard{Allow: []string{"127.0.0.1"}}.Client(10*time.Second).Post(server.URL, "application/json", strings.NewReader("{}"))
	if err == nil || !strings.Contains(err.Error(), "redirect") || followed.Load() {
		t.Errorf("followed: %v, %v", followed.Load(), err)
	}
}
