package cli

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/url"
	"time"

	"ringdesk/configs"
	"ringdesk/controller/certificate"
	"ringdesk/controller/engine/trust"
)

const (
	// renewLate is how long before its end a certificate should have been renewed: those
	// of ACME are renewed a month before.
	renewLate = 14 * 24 * time.Hour
	day       = 24 * time.Hour
)

// lookAtBrowsers says whether browsers will give a microphone: they do over HTTPS and
// on this machine only (https://www.w3.org/TR/secure-contexts/).
func lookAtBrowsers(_ context.Context, s configs.Settings) []finding {
	const part = "browsers"
	switch {
	case s.TLS():
		return append(found(part, well, "the desk is served over HTTPS"), certificateFindings(s, time.Now())...)
	case len(s.Web.Proxies) > 0 && !s.Web.SecureOnly:
		return found(part, note, "a proxy is named, but cookies go over plain HTTP, too: set RINGDESK_SECURE_ONLY=true once the proxy serves HTTPS")
	case s.Web.SecureOnly:
		return found(part, well, "the desk is served over HTTPS by a proxy")
	case s.PlainToOthers():
		return found(part, note, "the desk is served without HTTPS at %s: browsers on other machines get no microphone there. Set RINGDESK_TLS_CERT and RINGDESK_TLS_KEY, "+
			"or put a proxy with HTTPS in front and set RINGDESK_SECURE_ONLY and RINGDESK_PROXIES", s.Web.Address)
	default:
		return found(part, well, "the desk is served to this machine only (%s)", s.Web.Address)
	}
}

// certificateFindings looks into the files of HTTPS's certificate.
func certificateFindings(s configs.Settings, now time.Time) []finding {
	leaf, says := pairFindings(certificate.HTTPS, s.Web.TLSCert, s.Web.TLSKey, now)
	if says[0].State != well {
		return says
	}
	if u, err := url.Parse(s.Web.URL); err == nil && s.Web.URL != "" {
		if err := leaf.VerifyHostname(u.Hostname()); err != nil {
			return found(certificate.HTTPS.Name, wrong, "the certificate is not for the desk's address: %v; check RINGDESK_URL and RINGDESK_TLS_CERT", err)
		}
	}
	return says
}

// pairFindings says how long a certificate is good, and what is wrong with it.
func pairFindings(p certificate.Purpose, cert, key string, now time.Time) (*x509.Certificate, []finding) {
	part := p.Name
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, found(part, wrong, "the certificate cannot be used: %v; check %s and %s", err, p.Cert, p.Key)
	}
	leaf, left := pair.Leaf, pair.Leaf.NotAfter.Sub(now)
	switch {
	case left <= 0:
		return leaf, found(part, wrong, "the certificate ran out on %s: renew it; the files are read anew by themselves", leaf.NotAfter.Format(time.DateOnly))
	case leaf.NotBefore.After(now):
		return leaf, found(part, wrong, "the certificate is good from %s on only: is this machine's clock right?", leaf.NotBefore.Format(time.DateTime))
	case left < renewLate:
		return leaf, found(part, wrong, "the certificate runs out in %d days, and should have been renewed: see why that has failed", left/day)
	default:
		return leaf, found(part, well, "the certificate of %s is good for %d days, until %s", cmp.Or(leaf.Subject.CommonName, cert), left/day, leaf.NotAfter.Format(time.DateOnly))
	}
}

// lookAtSIP looks into the files of SIP's certificate, where there are any, and says
// how carriers' are judged.
func lookAtSIP(_ context.Context, s configs.Settings) []finding {
	if !s.SIPTLS() {
		return nil
	}
	part := certificate.SIP.Name
	_, all := pairFindings(certificate.SIP, s.SIP.TLSCert, s.SIP.TLSKey, time.Now())
	if !s.SIP.TLSVerify {
		return append(all, found(part, note, "carriers' certificates are not looked at: whoever stands between could listen. Set RINGDESK_SIP_TLS_VERIFY=true, and name a carrier's own authority in RINGDESK_SIP_TLS_CA")...)
	}
	if _, err := trust.PEM(s.SIP.TLSCA); err != nil {
		return append(all, found(part, wrong, "%v", err)...)
	}
	return all
}
