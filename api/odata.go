package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"ringdesk/controller/odata"
	"ringdesk/controller/reason"
)

// odataPrefix is the address of the OData service (STAT-5); everything below it is
// answered in OData's own words.
const odataPrefix = "/odata/v4"

// serveOData answers programs that read what statistics are made of.
func (s *Server) serveOData(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	c.Set(fiber.HeaderVary, "Accept, Authorization, Cookie, OData-MaxVersion, Prefer, x-access-key")
	if m := c.Method(); m != http.MethodGet && m != http.MethodHead {
		c.Set(fiber.HeaderAllow, "GET, HEAD")
		return &odata.Error{Status: http.StatusMethodNotAllowed, Code: "MethodNotAllowed", Message: "The figures can only be read: send GET."}
	}
	id, err := s.identifyReader(c)
	if err != nil {
		return err
	}
	path := strings.TrimPrefix(strings.TrimPrefix(c.Path(), odataPrefix), "/")
	a, err := s.odata.Ask(c.UserContext(), id.by(), id.workspace, odata.Request{Root: s.odataRoot(c), Path: path, Query: string(c.Request().URI().QueryString()),
		Accept: c.Get(fiber.HeaderAccept), Prefer: c.Get("Prefer"), Version: c.Get("OData-MaxVersion"), NoneMatch: c.Get(fiber.HeaderIfNoneMatch)})
	if err != nil {
		return err
	}
	for name, text := range map[string]string{fiber.HeaderContentType: a.Type, "OData-Version": a.Version, fiber.HeaderETag: a.ETag, "Preference-Applied": a.Applied} {
		if text != "" {
			c.Set(name, text)
		}
	}
	c.Status(a.Status)
	if a.Stream == nil || c.Method() == http.MethodHead {
		return c.SendString(a.Body)
	}
	s.stream(c, "an OData answer was broken off", a.Stream)
	return nil
}

// stream writes an answer while it is read. A mistake on the way breaks it off, so that
// nobody takes half of it for all.
func (s *Server) stream(c *fiber.Ctx, brokenOff string, write func(context.Context, io.Writer) error) {
	in, out := io.Pipe()
	ctx, cancel := context.WithTimeout(context.Background(), longestExport)
	go func() {
		defer cancel()
		err := write(ctx, out)
		if err != nil && ctx.Err() == nil {
			s.log.Warn(brokenOff, "error", err)
		}
		out.CloseWithError(err)
	}()
	c.Context().SetBodyStream(in, -1)
}

// identifyReader tells who reads: an API key in one of the forms that programs can send,
// or an admin in a browser.
func (s *Server) identifyReader(c *fiber.Ctx) (*identity, error) {
	key, secret, ok := keyOf(c)
	if ok {
		id, err := s.identifyKey(c.UserContext(), key, secret)
		if err == nil {
			id.address = s.address(c)
		}
		return id, err
	}
	id, err := s.identify(c)
	if err != nil {
		return nil, err
	}
	id.address = s.address(c)
	if id.byKey() {
		return id, nil
	}
	return id, id.by().NeedAdmin("read the raw data")
}

// keyOf reads an API key from the header Authorization: Basic as user and password
// (RFC 7617), or Bearer as both with a dot between (RFC 6750).
func keyOf(c *fiber.Ctx) (key, secret string, ok bool) {
	scheme, text, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	text = strings.TrimSpace(text)
	switch {
	case strings.EqualFold(scheme, "basic"):
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return "", "", true
		}
		key, secret, _ = strings.Cut(string(raw), ":")
	case strings.EqualFold(scheme, "bearer"):
		key, secret, _ = strings.Cut(text, ".")
	default:
		return "", "", false
	}
	return key, secret, true
}

// odataRoot is the address of the service as the program knows it.
func (s *Server) odataRoot(c *fiber.Ctx) string {
	scheme := "http"
	if s.opts.Secure || c.Protocol() == "https" {
		scheme = "https"
	}
	host := string(c.Request().Host())
	if !plainHost.MatchString(host) {
		host = "localhost"
	}
	return scheme + "://" + host + odataPrefix + "/"
}

// refuseOData answers a refusal as OData has it.
func (s *Server) refuseOData(c *fiber.Ctx, err error) error {
	var refused *odata.Error
	if !errors.As(err, &refused) {
		p := problemOf(err)
		if p.Status >= http.StatusInternalServerError {
			s.log.Error("request failed", "request", c.GetRespHeader(fiber.HeaderXRequestID), "path", c.Path(), "status", p.Status, "error", err)
		}
		if p.RetryAfter > 0 {
			c.Set(fiber.HeaderRetryAfter, seconds(p.RetryAfter))
		}
		refused = &odata.Error{Status: p.Status, Code: string(p.Code), Message: p.Title, Target: p.Field}
		if p.Reason == reason.KeyWrong {
			refused.Message = "The API key or its secret is wrong: the user name is the access key, the password its secret."
		}
	}
	if refused.Status == http.StatusUnauthorized {
		c.Set(fiber.HeaderWWWAuthenticate, `Basic realm="ringdesk", charset="UTF-8"`)
	}
	c.Set("OData-Version", "4.0")
	type word struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Target  string `json:"target,omitempty"`
	}
	body, err := json.Marshal(map[string]word{"error": {refused.Code, refused.Message, refused.Target}})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/json;odata.metadata=minimal;charset=utf-8")
	return c.Status(refused.Status).Send(body)
}

// below says whether an address is one or lies under it.
func below(path, prefix string) bool {
	rest, ok := strings.CutPrefix(path, prefix)
	return ok && (rest == "" || rest[0] == '/')
}
