package api

import (
	"bytes"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
	"golang.org/x/net/http/httpguts"

	"ringdesk/controller/reason"
)

// checkFraming refuses a request whose end another server might see elsewhere
// than ours does, and its connection with it: behind a proxy, what follows
// would ride on another user's request (RFC 9112 2.2, 5.1, 5.2, 6.1, 11.2).
// fasthttp alone takes a length beside chunks, folded lines, and lines that
// end in a bare LF. One behind the request line it does not show; that ends
// the line for everybody (RFC 9112 2.2).
func checkFraming(c *fiber.Ctx) error {
	if wellFramed(&c.Request().Header) {
		return nil
	}
	c.Context().SetConnectionClose()
	return invalid("", "The request's header is ambiguous: send each header on a line of its own that ends in CR LF, and either Content-Length or Transfer-Encoding: chunked, once.").because(reason.Malformed)
}

func wellFramed(h *fasthttp.RequestHeader) bool {
	lengths, codings := 0, 0
	for line := range bytes.Lines(h.RawHeaders()) {
		text, ok := bytes.CutSuffix(line, []byte("\r\n"))
		if !ok || bytes.ContainsAny(text, "\r\x00") {
			return false
		}
		if len(text) == 0 {
			break
		}
		name, value, ok := bytes.Cut(text, []byte(":"))
		if !ok || !httpguts.ValidHeaderFieldName(string(name)) {
			return false
		}
		switch value = bytes.TrimSpace(value); {
		case bytes.EqualFold(name, []byte(fiber.HeaderContentLength)):
			lengths++
		case bytes.EqualFold(name, []byte(fiber.HeaderTransferEncoding)):
			codings++
			if !bytes.EqualFold(value, []byte("chunked")) || !h.IsHTTP11() {
				return false
			}
		}
	}
	return lengths+codings <= 1
}
