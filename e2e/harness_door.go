package e2e

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// door is how a desk is reached whose name only the test knows, and whose
// authority signs for it. A nil door is none: the URL says all.
type door struct {
	host, at string // the name that stands in the URL, and the address that answers to it
	roots    *x509.CertPool
}

func (d *door) transport() http.RoundTripper {
	if d == nil {
		return http.DefaultTransport
	}
	return &http.Transport{TLSClientConfig: &tls.Config{RootCAs: d.roots}, DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, d.place(address))
		}}
}

// place is where an address of the URL's is.
func (d *door) place(address string) string {
	if host, port, err := net.SplitHostPort(address); err == nil && host == d.host {
		return net.JoinHostPort(d.at, port)
	}
	return address
}

// flags are Chromium's: it knows the name, and takes the certificate, which enter has
// checked with the root certificate.
func (d *door) flags() []chromedp.ExecAllocatorOption {
	if d == nil {
		return nil
	}
	return []chromedp.ExecAllocatorOption{chromedp.Flag("host-resolver-rules", "MAP "+d.host+" "+d.at),
		chromedp.Flag("ignore-certificate-errors", true)}
}

// enter gets the root certificate where people get it, and checks that it vouches for
// the desk's certificate.
func (d *door) enter(t testing.TB, url string) {
	t.Helper()
	unknown := &http.Client{Timeout: actionTime, Transport: &http.Transport{DialContext: d.transport().(*http.Transport).DialContext,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} // as a person does who comes for the first time
	resp, err := unknown.Get(url + "/ca/root.crt")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	root, err := io.ReadAll(resp.Body)
	if d.roots = x509.NewCertPool(); err != nil || !d.roots.AppendCertsFromPEM(root) {
		t.Fatalf("%s/ca/root.crt: %d, %v: %s", url, resp.StatusCode, err, root)
	}
	known := &http.Client{Timeout: actionTime, Transport: d.transport()}
	page, err := known.Get(url + "/ca")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(page.Body)
	if err = errors.Join(err, page.Body.Close()); err != nil || !containsAll(string(text), []string{"Windows", "macOS", "Linux", "Android", "iPhone"}) {
		t.Errorf("the page about the certificate: %v, %s", err, text)
	}
	chain := page.TLS.VerifiedChains[0]
	if left := time.Until(chain[len(chain)-1].NotAfter); left < 365*24*time.Hour {
		t.Errorf("the root certificate has to be installed anew in %v", left)
	}
}
