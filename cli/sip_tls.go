package cli

import (
	"ringdesk/configs"
	conf "ringdesk/configs/asterisk"
	"ringdesk/controller/certificate"
	"ringdesk/controller/engine/trust"
)

// sipTLS is how an Asterisk takes SIP over TLS; a zero one where that is not set. Files
// that the engine could not use are told before it is started.
func sipTLS(s configs.Settings) (conf.TLS, error) {
	authorities, err := sipAuthorities(s)
	if err != nil || !s.SIPTLS() {
		return conf.TLS{}, err
	}
	return conf.TLS{Address: s.SIPTLSAddress(), Cert: s.SIP.TLSCert, Key: s.SIP.TLSKey, Authorities: authorities, Verify: s.SIP.TLSVerify}, nil
}

// sipAuthorities checks what the settings say of SIP over TLS, and gives the
// authorities that carriers' certificates must come from, as PEM.
func sipAuthorities(s configs.Settings) (string, error) {
	if !s.SIPTLS() {
		return "", nil
	}
	if err := certificate.SIP.Check(s.SIP.TLSCert, s.SIP.TLSKey); err != nil || !s.SIP.TLSVerify {
		return "", err
	}
	return trust.PEM(s.SIP.TLSCA)
}
