package api

import (
	"context"
	"crypto/rand"
	"net/url"
	"strings"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/models"
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
	p := models.Phone{ID: "p" + strings.ToLower(rand.Text()), Password: newSecret(), SessionHash: id.session.TokenHash,
		AccountID: id.session.AccountID, SeenAt: models.At(h.now()), CreatedAt: models.At(h.now())}
	if err := h.opts.Engine.PutPhone(ctx, engine.Phone{ID: p.ID, Password: p.Password}); err != nil {
		return nil, unavailable("The phone system cannot be reached at the moment: your phone will work once it is back.", err)
	}
	var old string
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) (err error) {
		old, err = tx.PutPhone(p)
		return err
	})
	if err != nil {
		h.dropPhone(ctx, p.ID)
		return nil, err
	}
	if old != "" {
		h.hub.phoneReplaced(old)
		h.sockets.close(closeReplaced, func(k *socket) bool { return k.phone == old })
		h.dropPhone(ctx, old)
	}
	return CreatePhone201JSONResponse{Id: p.ID, Uri: "sip:" + p.ID + "@" + sipDomain, Username: p.ID, Password: p.Password,
		Socket: apiPrefix + "/sip?phone=" + url.QueryEscape(p.ID)}, nil
}

// dropTimeout is the longest that the engine may take to forget a phone.
const dropTimeout = 5 * time.Second

// dropPhone takes a phone that the store has forgotten out of the engine. If
// that fails, the phone ends when the engine restarts: it is in no list by
// which phones are put there again.
func (s *Server) dropPhone(ctx context.Context, phone string) {
	if phone == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dropTimeout)
	defer cancel()
	if err := s.opts.Engine.DeletePhone(ctx, phone); err != nil && engine.KindOf(err) != engine.KindGone {
		s.log.Warn("a phone could not be taken out of the engine", "phone", phone, "error", err)
	}
}
