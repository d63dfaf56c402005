package asterisk

import (
	"context"
	"net/http"
)

// ReadCertificate makes Asterisk read SIP's certificate and key anew when their files
// have changed. Connections that are there go on, and so do their calls; what was
// put into memory stays.
func (a *Adapter) ReadCertificate(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, a.opt.CommandTimeout)
	defer cancel()
	return command("ReadCertificate", a.raw(ctx, http.MethodPut, "/asterisk/modules/res_pjsip.so", nil, nil))
}
