package api

import (
	"context"

	"ringdesk/controller/turn"
)

// GetIceServers tells a browser which servers help its sound through NAT. What lets
// it use the TURN server is made anew each time, and ends by itself.
func (h *handlers) GetIceServers(ctx context.Context, _ GetIceServersRequestObject) (GetIceServersResponseObject, error) {
	id, err := asAgent(ctx, "have a phone")
	if err != nil {
		return nil, err
	}
	o, answer := h.opts.ICE, IceServers{Servers: []IceServer{}}
	if len(o.STUN) > 0 {
		answer.Servers = append(answer.Servers, IceServer{Urls: o.STUN})
	}
	if len(o.TURN) > 0 {
		until := h.now().Add(turn.Life)
		username, password := turn.Credentials(o.TURNSecret, id.agent.ID, until)
		answer.Servers = append(answer.Servers, IceServer{Urls: o.TURN, Username: &username, Credential: &password})
		answer.ExpiresAt = &until
	}
	return GetIceServers200JSONResponse(answer), nil
}
