package app

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"ringdesk/configs"
	"ringdesk/controller/certificate"
)

// openHTTPS puts TLS on the listener of the desk and the API, where it is set.
func (a *App) openHTTPS(s configs.Settings) error {
	if !s.TLS() {
		warnOfPlainHTTP(s, a.log)
		return nil
	}
	files, err := certificate.Open(certificate.HTTPS, s.Web.TLSCert, s.Web.TLSKey, a.log)
	if err != nil {
		return OperatorError{err}
	}
	a.certificate, a.listener = files, tls.NewListener(a.listener, files.Config())
	if s.Web.Redirect == "" {
		return nil
	}
	if a.redirects, err = net.Listen("tcp", s.Web.Redirect); err != nil {
		return OperatorError{errors.Join(errors.New("RINGDESK_HTTP_REDIRECT cannot be listened on"), err)}
	}
	a.redirectTo = s.DeskURL()
	return nil
}

// warnOfPlainHTTP tells what will not work at an address that others reach without
// HTTPS.
func warnOfPlainHTTP(s configs.Settings, log *slog.Logger) {
	if !s.PlainToOthers() {
		return
	}
	log.Warn("the desk is served without HTTPS at an address that other machines reach: their browsers give no microphone, no notifications and no installed app, "+
		"and passwords can be read on the way. Set RINGDESK_TLS_CERT and RINGDESK_TLS_KEY, or put a TLS proxy in front and set RINGDESK_SECURE_ONLY and RINGDESK_PROXIES",
		"address", s.Web.Address)
}

// The limits of the redirects' server: it answers with a header.
const (
	redirectTimeout = 5 * time.Second
	redirectHeaders = 8 << 10 // bytes
)

// redirect sends whoever comes without TLS to the desk's own address.
func redirect(ctx context.Context, ln net.Listener, to string, log *slog.Logger) error {
	server := &http.Server{ReadTimeout: redirectTimeout, WriteTimeout: redirectTimeout, IdleTimeout: redirectTimeout, MaxHeaderBytes: redirectHeaders,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Connection", "close")
			http.Redirect(w, r, redirectURL(to, r.URL), http.StatusPermanentRedirect)
		})}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// redirectURL is an address below the desk's own: what the request says of a host
// does not count.
func redirectURL(to string, asked *url.URL) string {
	u := url.URL{Path: "/" + trimSlashes(asked.Path), RawQuery: asked.RawQuery}
	return to + u.String()
}

func trimSlashes(path string) string {
	for path != "" && (path[0] == '/' || path[0] == '\\') {
		path = path[1:]
	}
	return path
}
