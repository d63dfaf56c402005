package cli

import (
	"bytes"
	"crypto/tls"
	"errors"
	"net/http"
	"time"

	"ringdesk/configs"
)

// ownClient asks the ringdesk of these settings. Its certificate names the desk's
// address, seldom this machine's: it is known by being the one in the file.
func ownClient(s configs.Settings, timeout time.Duration) *http.Client {
	client := &http.Client{Timeout: timeout}
	if !s.TLS() {
		return client
	}
	client.Transport = &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12,
		InsecureSkipVerify: true, // VerifyConnection does it
		VerifyConnection: func(cs tls.ConnectionState) error {
			pair, err := tls.LoadX509KeyPair(s.Web.TLSCert, s.Web.TLSKey)
			if err == nil && !bytes.Equal(pair.Certificate[0], cs.PeerCertificates[0].Raw) {
				err = errors.New("its certificate is not the one of RINGDESK_TLS_CERT")
			}
			return err
		}}}
	return client
}
