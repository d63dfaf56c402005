package app

import (
	"context"
	"time"

	"ringdesk/configs"
	"ringdesk/controller/certificate"
)

// certificateReader is an engine that can read SIP's certificate anew while calls go
// on.
type certificateReader interface {
	ReadCertificate(ctx context.Context) error
}

// tellAgain is when an engine is told once more of a certificate that it could not
// be told of.
const tellAgain = 2 * time.Second

// openSIPCertificate keeps an eye on the files of SIP's certificate, where they are
// set: the engine reads them, at its start and when it is told.
func (a *App) openSIPCertificate(s configs.Settings) error {
	if !s.SIPTLS() {
		return nil
	}
	files, err := certificate.Open(certificate.SIP, s.SIP.TLSCert, s.SIP.TLSKey, a.log)
	if err != nil {
		return OperatorError{err}
	}
	a.sipCertificate, a.sipRenewed = files, make(chan struct{}, 1)
	tell := func() {
		select {
		case a.sipRenewed <- struct{}{}:
		default: // it will be told already
		}
	}
	tell() // they may have changed while no controller was there
	files.OnRenewal(tell)
	return nil
}

// tellOfCertificate makes the engine read SIP's certificate whenever that is another.
func (a *App) tellOfCertificate(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.sipRenewed:
		}
		if a.reader == nil {
			a.log.Warn("the engine reads SIP's certificate at its own start only: render its configuration and start it again when nobody calls, should the files have changed")
			continue
		}
		for err := a.tellOnce(ctx); err != nil && ctx.Err() == nil; err = a.tellOnce(ctx) {
			a.log.Debug("the engine cannot be told of SIP's certificate yet", "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(tellAgain):
			}
		}
	}
}

func (a *App) tellOnce(ctx context.Context) error {
	if err := a.Exchange.EngineUp(); err != nil {
		return err
	}
	return a.reader.ReadCertificate(ctx)
}
