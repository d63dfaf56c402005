package api

import (
	"context"
	"errors"
	"net/url"

	"ringdesk/controller/presence"
	"ringdesk/controller/reason"
)

// sipDomain stands in the phones' addresses. Nothing resolves it (RFC 2606):
// the browser's SIP goes through the WebSocket, whatever the address says.
const sipDomain = "ringdesk.invalid"

// CreatePhone makes SIP credentials for this session. They live as long as it
// does; the account's former phone ends.
func (h *handlers) CreatePhone(ctx context.Context, _ CreatePhoneRequestObject) (CreatePhoneResponseObject, error) {
	id, err := asAgent(ctx, "have a phone")
	if err != nil {
		return nil, err
	}
	p, err := h.opts.Presence.TakePhone(ctx, id.session)
	switch {
	case errors.Is(err, presence.ErrEngine):
		return nil, unavailable("The phone system cannot be reached at the moment: your phone will work once it is back.", err).because(reason.EngineUnreachable)
	case errors.Is(err, presence.ErrSessionEnded):
		return nil, unauthenticated("Your session has ended: sign in again.").because(reason.SessionEnded)
	case err != nil:
		return nil, err
	}
	return CreatePhone201JSONResponse{Id: p.ID, Uri: "sip:" + p.ID + "@" + sipDomain, Username: p.ID, Password: p.Password,
		Socket: apiPrefix + "/sip?phone=" + url.QueryEscape(p.ID)}, nil
}
