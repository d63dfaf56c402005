package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ringdesk/controller/addressbook"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"
)

// guard checks a request against the contract before its handler: who asks,
// from where, and whether the parameters and the body keep their limits.
func (s *Server) guard(o *operation) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderCacheControl, "no-store")
		if err := s.admit(c, o); err != nil {
			return err
		}
		for _, p := range o.params {
			if err := checkParameter(c, p); err != nil {
				return err
			}
		}
		if o.body != nil {
			if err := checkBody(c, o.body); err != nil {
				return err
			}
		}
		if o.audio {
			if err := checkAudio(c); err != nil {
				return err
			}
		}
		if o.file && len(c.Request().Body()) > addressbook.MostBytes { // c.Body would copy it
			return fiber.ErrRequestEntityTooLarge
		}
		return c.Next()
	}
}

// admit signs the request in and refuses what another site made a browser
// send.
func (s *Server) admit(c *fiber.Ctx, o *operation) error {
	if o.open {
		c.SetUserContext(withVisitor(c.UserContext(), s.visitorOf(c)))
		return s.checkOrigin(c, false)
	}
	id, err := s.identify(c)
	if err != nil {
		return err
	}
	if err := o.allows(id); err != nil {
		return err
	}
	if unsafe := c.Method() != http.MethodGet && c.Method() != http.MethodHead; unsafe && !id.byKey() {
		if err := s.checkOrigin(c, true); err != nil {
			return err
		}
	}
	v := s.visitorOf(c)
	id.address = v.address
	c.SetUserContext(withVisitor(withIdentity(c.UserContext(), id), v))
	return nil
}

// guardSocket admits WebSockets: only with a session, only from our own
// pages.
func (s *Server) guardSocket(c *fiber.Ctx) error {
	id, err := s.identify(c)
	if err != nil {
		return err
	}
	if id.byKey() {
		return forbidden("WebSockets are for browsers: sign in instead of using an API key.").because(reason.AgentsOnly)
	}
	if err := s.checkOrigin(c, true); err != nil {
		return err
	}
	if !websocket.IsWebSocketUpgrade(c) {
		return fiber.ErrUpgradeRequired
	}
	c.Locals(identityLocal, id)
	return c.Next()
}

func checkParameter(c *fiber.Ctx, p *openapi3.Parameter) error {
	if p.In == openapi3.ParameterInPath {
		if enum := p.Schema.Value.Enum; len(enum) > 0 && !slices.Contains(enum, any(c.Params(p.Name))) {
			return notFound("There is nothing at this address: " + p.Name + " is one of " + list(enum) + ".").because(reason.NoAddress)
		}
		return nil
	}
	if !c.Context().QueryArgs().Has(p.Name) {
		if p.Required {
			return invalid(p.Name, "%s is missing: send it with the address, as ?%s=….", p.Name, p.Name).because(reason.Required)
		}
		return nil
	}
	text := c.Query(p.Name)
	var value any = text
	if types := p.Schema.Value.Type; types.Is(openapi3.TypeInteger) {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return invalid(p.Name, "%s must be a whole number%s.", p.Name, rangeOf(p.Schema.Value)).because(reason.Malformed)
		}
		value = float64(n)
	} else if types.Is(openapi3.TypeBoolean) {
		if text != "true" && text != "false" {
			return invalid(p.Name, "%s must be true or false.", p.Name).because(reason.Malformed)
		}
		value = text == "true"
	}
	return checkValue(p.Schema.Value, value, p.Name)
}

// validatedBody is where the generated strict server finds the body that was
// checked, so that it binds exactly that.
const validatedBody = validatedBodyLocalsKey

// checkBody reads and checks a JSON body. Where every field is optional, no
// body at all stands for {}.
func checkBody(c *fiber.Ctx, schema *openapi3.Schema) error {
	raw := c.Body()
	if len(raw) > bodyLimit {
		return fiber.ErrRequestEntityTooLarge
	}
	if len(raw) == 0 && len(schema.Required) == 0 {
		c.Locals(validatedBody, map[string]any{})
		return nil
	}
	if media, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType)); err != nil || media != fiber.MIMEApplicationJSON {
		return &problem{Status: http.StatusUnsupportedMediaType, Code: ProblemCodeInvalid, Reason: reason.Malformed,
			Title: "Send the body as JSON, with the header Content-Type: application/json."}
	}
	if len(raw) == 0 {
		return invalid("", "Send a JSON body with %s.", strings.Join(schema.Required, ", ")).because(reason.Required)
	}
	var body any
	if err := json.Unmarshal(raw, &body); err != nil {
		return malformed(err)
	}
	fields, ok := body.(map[string]any)
	if !ok {
		return invalid("", "The body must be a JSON object: {…}.").because(reason.Malformed)
	}
	for name := range fields {
		if schema.Properties[name] == nil {
			return invalid(verb.Short(name), "There is no field %q here: the fields are %s.", verb.Short(name), fieldsOf(schema)).because(reason.Malformed)
		}
	}
	if err := checkValue(schema, body, ""); err != nil {
		return err
	}
	c.Locals(validatedBody, body)
	return nil
}

func malformed(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return invalid("", "The body is not valid JSON (at byte %d: %s).", syntax.Offset, syntax.Error()).because(reason.Malformed)
	}
	return invalid("", "The body is not valid JSON.").because(reason.Malformed)
}

// checkValue checks a value against a schema of the contract and words what
// is wrong. name is the parameter's name; a body's fields have their own.
func checkValue(schema *openapi3.Schema, value any, name string) error {
	err := schema.VisitJSON(value, openapi3.VisitAsRequest())
	if err == nil {
		return nil
	}
	var bad *openapi3.SchemaError
	if !errors.As(err, &bad) {
		return invalid(name, "The request does not fit the API's description.").because(reason.Malformed)
	}
	if path := bad.JSONPointer(); len(path) > 0 {
		name = verb.Short(strings.Join(path, "."))
	}
	word, params := wrongInAWord(bad)
	return invalid(name, "%s %s.", name, wrong(bad)).because(word, params...)
}

// wrongInAWord says in a word what a person can put right; what only a program
// sends is malformed.
func wrongInAWord(bad *openapi3.SchemaError) (word reason.Word, params []string) {
	s := bad.Schema
	switch bad.SchemaField {
	case "required":
		return reason.Required, nil
	case "enum":
		return reason.NotOneOf, []string{"values", list(s.Enum)}
	case "minLength":
		if s.MinLength > 1 {
			return reason.TooShort, []string{"min", strconv.FormatUint(s.MinLength, 10)}
		}
		return reason.Required, nil
	case "maxLength":
		return reason.TooLong, []string{"max", strconv.FormatUint(*s.MaxLength, 10)}
	case "minItems":
		return reason.TooFew, []string{"min", strconv.FormatUint(s.MinItems, 10)}
	case "maxItems":
		return reason.TooMany, []string{"max", strconv.FormatUint(*s.MaxItems, 10)}
	case "maxProperties":
		return reason.TooMany, []string{"max", strconv.FormatUint(*s.MaxProps, 10)}
	case "format":
		return reason.NotAMoment, nil
	case "minimum", "maximum":
		if s.Min != nil && s.Max != nil {
			return reason.OutOfRange, []string{"min", fmt.Sprintf("%g", *s.Min), "max", fmt.Sprintf("%g", *s.Max)}
		}
	}
	return reason.Malformed, nil
}

func wrong(bad *openapi3.SchemaError) string {
	s := bad.Schema
	switch bad.SchemaField {
	case "required":
		return "is missing: send it"
	case "type", "nullable":
		return "must be of type " + strings.Join(s.Type.Slice(), " or ")
	case "enum":
		return "must be one of " + list(s.Enum)
	case "minLength":
		return "must not be empty"
	case "maxLength":
		return fmt.Sprintf("is too long: at most %d characters", *s.MaxLength)
	case "properties":
		return fmt.Sprintf("has no field %q: the fields are %s", unknownField(bad), fieldsOf(s))
	case "minItems":
		return fmt.Sprintf("has too few entries: at least %d", s.MinItems)
	case "pattern":
		return "must have the form " + s.Pattern
	case "format":
		return "must be a moment such as 2026-12-31T15:00:00Z"
	case "maxProperties":
		return fmt.Sprintf("has too many fields: at most %d", *s.MaxProps)
	case "maxItems":
		return fmt.Sprintf("has too many entries: at most %d", *s.MaxItems)
	case "minimum", "maximum":
		kind := "number"
		if s.Type.Is(openapi3.TypeInteger) {
			kind = "whole number"
		}
		return "must be a " + kind + rangeOf(s)
	default:
		return "does not fit the API's description (" + bad.SchemaField + ")"
	}
}

// unknownField finds the first field of an object that its schema does not
// have.
func unknownField(bad *openapi3.SchemaError) string {
	fields, _ := bad.Value.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if bad.Schema.Properties[name] == nil {
			return verb.Short(name)
		}
	}
	return ""
}

func rangeOf(s *openapi3.Schema) string {
	if s.Min == nil || s.Max == nil {
		return ""
	}
	return fmt.Sprintf(" from %g to %g", *s.Min, *s.Max)
}

func list(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ", ")
}

func fieldsOf(schema *openapi3.Schema) string {
	names := make([]string, 0, len(schema.Properties))
	for name := range schema.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
