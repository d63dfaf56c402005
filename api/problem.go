package api

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/exchange"
	"ringdesk/controller/outbound"
	"ringdesk/controller/people"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// problem is an answer that is not the wanted one: it becomes a problem
// document (RFC 9457).
type problem struct {
	Status     int
	Code       ProblemCode
	Title      string      // a sentence for people that says what to do
	Field      string      // the field at fault, or ""
	Reason     reason.Word // the same in one word, or ""
	Params     map[string]string
	RetryAfter time.Duration // with code limit or unavailable; 0 when it cannot be told
	Cause      error         // for the log only
}

func (p *problem) Error() string {
	if p.Cause != nil {
		return fmt.Sprintf("%s: %v", p.Title, p.Cause)
	}
	return p.Title
}

func (p *problem) Unwrap() error { return p.Cause }

// because says why in a word, with the names and values of what its sentences
// name in turn.
func (p *problem) because(word reason.Word, params ...string) *problem {
	p.Reason, p.Params = word, reason.Params(params...)
	return p
}

// becauseOf says why in the words of what refused it.
func (p *problem) becauseOf(word reason.Word, params map[string]string) *problem {
	p.Reason, p.Params = word, params
	return p
}

func invalid(field, title string, args ...any) *problem {
	return &problem{Status: http.StatusBadRequest, Code: ProblemCodeInvalid, Field: field, Title: fmt.Sprintf(title, args...)}
}

func unauthenticated(title string) *problem {
	return &problem{Status: http.StatusUnauthorized, Code: ProblemCodeUnauthenticated, Title: title}
}

func forbidden(title string) *problem {
	return &problem{Status: http.StatusForbidden, Code: ProblemCodeForbidden, Title: title}
}

func notFound(title string) *problem {
	return &problem{Status: http.StatusNotFound, Code: ProblemCodeNotFound, Title: title}
}

func conflict(field, title string, args ...any) *problem {
	return &problem{Status: http.StatusConflict, Code: ProblemCodeConflict, Field: field, Title: fmt.Sprintf(title, args...)}
}

func limited(wait time.Duration, title string) *problem {
	return &problem{Status: http.StatusTooManyRequests, Code: ProblemCodeLimit, RetryAfter: wait, Title: title}
}

func unavailable(title string, cause error) *problem {
	return &problem{Status: http.StatusServiceUnavailable, Code: ProblemCodeUnavailable, Title: title, Cause: cause}
}

// problemOf classifies an error.
func problemOf(err error) *problem {
	var p *problem
	var fe *fiber.Error
	var refused *call.RefusedError
	var full *call.FullError
	var refusal *outbound.Refusal
	var ee *engine.Error
	var refusedVerb *verb.Refusal
	var soon *people.TooSoonError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &fe):
		return problemOfFiber(fe)
	case errors.As(err, &refused):
		return conflict("", "%s", refused.Why.Text).becauseOf(refused.Why.Word, refused.Why.Params)
	case errors.As(err, &full):
		p = &problem{Status: http.StatusConflict, Code: ProblemCodeLimit, Title: full.Why.Text}
		return p.becauseOf(full.Why.Word, full.Why.Params)
	case errors.As(err, &refusal):
		return problemOfRefusal(refusal)
	case errors.As(err, &refusedVerb):
		return problemOfVerb(refusedVerb)
	case errors.As(err, &soon):
		return limited(soon.Wait, soon.Reason).because(soon.Word, "seconds", seconds(soon.Wait))
	case errors.Is(err, models.ErrNotFound):
		return notFound("There is nothing with this id.").because(reason.NotThere)
	case errors.Is(err, models.ErrConflict):
		return conflict("", "Somebody else has changed this at the same moment: look at it again and repeat.").because(reason.ChangedMeanwhile)
	case errors.As(err, new(*exchange.ElsewhereError)):
		return unavailable("This call is run by another controller, which cannot be reached at the moment: try again shortly.", err).because(reason.EngineUnreachable)
	case errors.As(err, &ee):
		return unavailable("The phone system cannot be reached at the moment: try again shortly.", err).because(reason.EngineUnreachable)
	case errors.Is(err, models.ErrUnavailable):
		return unavailable("The database cannot be reached at the moment: try again shortly.", err).because(reason.TookTooLong)
	case errors.Is(err, context.DeadlineExceeded):
		return unavailable("This took too long: try again shortly.", err).because(reason.TookTooLong)
	default:
		return &problem{Status: http.StatusInternalServerError, Code: ProblemCodeInternal, Cause: err,
			Title: "Something went wrong on our side. Try again; if it stays, tell your administrator the request id."}
	}
}

// problemOfRefusal says why a call may not be placed: 403 is for what an admin
// would have to allow, 422 for what nobody can call, 409 for the present
// state, 429 for the caps (OUT-9).
func problemOfRefusal(r *outbound.Refusal) *problem {
	p := &problem{Status: http.StatusForbidden, Code: ProblemCodeForbidden, Title: sentence(r.Message), Cause: r, Reason: r.Word, Params: r.Params}
	switch r.Code {
	case outbound.NotANumber:
		p.Status, p.Code, p.Field = http.StatusUnprocessableEntity, ProblemCodeInvalid, "to"
	case outbound.CallerID:
		p.Field = "numberId"
	case outbound.NoTrunk, outbound.Settings:
		p.Status, p.Code = http.StatusConflict, ProblemCodeConflict
	case outbound.CallsPerSecond, outbound.Calls, outbound.MinutesPerDay, outbound.CostPerDay:
		p.Status, p.Code = http.StatusTooManyRequests, ProblemCodeLimit
	}
	return p
}

// busyFor is after how long it is worth asking again for what runs as often as it may.
const busyFor = 30 * time.Second

// problemOfVerb words a change that a verb refuses.
func problemOfVerb(r *verb.Refusal) *problem {
	p := invalid(r.Field, "%s", r.Reason)
	switch r.Kind {
	case verb.Forbidden:
		p = forbidden(r.Reason)
	case verb.NotFound:
		p = notFound(r.Reason)
	case verb.Conflict:
		p = conflict(r.Field, "%s", r.Reason)
	case verb.Busy:
		p = limited(busyFor, r.Reason)
	}
	return p.becauseOf(r.Word, r.Params)
}

// sentence makes an error's text a sentence for people.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(first)) + text[size:]
	if strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}

// problemOfFiber words the errors of the HTTP server and the router.
func problemOfFiber(fe *fiber.Error) *problem {
	switch fe.Code {
	case http.StatusNotFound:
		return notFound("There is nothing at this address.").because(reason.NoAddress)
	case http.StatusMethodNotAllowed:
		return &problem{Status: fe.Code, Code: ProblemCodeInvalid, Reason: reason.Malformed,
			Title: "This address does not take this method: see the header Allow."}
	case http.StatusRequestEntityTooLarge:
		return &problem{Status: fe.Code, Code: ProblemCodeInvalid, Reason: reason.BodyTooLarge,
			Title: "The body is too large: at most 1 MiB, and 10 MiB for a sound or a file of contacts."}
	case http.StatusUpgradeRequired:
		return &problem{Status: fe.Code, Code: ProblemCodeInvalid, Reason: reason.Malformed,
			Title: "This address is a WebSocket: open it as one."}
	case http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return unavailable("ringdesk is not ready: try again shortly.", fe).because(reason.Restarting)
	}
	if fe.Code >= http.StatusInternalServerError {
		return &problem{Status: fe.Code, Code: ProblemCodeInternal, Title: "Something went wrong on our side.", Cause: fe}
	}
	return &problem{Status: fe.Code, Code: ProblemCodeInvalid, Reason: reason.Malformed,
		Title: "The request cannot be read: " + fe.Message}
}

// answerError is fiber's error handler: every error leaves as a problem
// document, and what is our fault stands in the log with its cause.
func (s *Server) answerError(c *fiber.Ctx, err error) error {
	if below(c.Path(), odataPrefix) {
		return s.refuseOData(c, err)
	}
	p := problemOf(err)
	if p.Status >= http.StatusInternalServerError {
		s.log.Error("request failed", "request", c.GetRespHeader(fiber.HeaderXRequestID), "method", c.Method(), "path", c.Path(),
			"status", p.Status, "error", err)
	}
	if p.RetryAfter > 0 {
		c.Set(fiber.HeaderRetryAfter, seconds(p.RetryAfter))
	}
	doc := Problem{Type: "about:blank", Title: p.Title, Status: p.Status, Code: p.Code, Field: optional(p.Field),
		Reason: optional(ProblemReason(p.Reason))}
	if p.Params != nil {
		doc.Params = &p.Params
	}
	if err := c.Status(p.Status).JSON(doc); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	return nil
}

// seconds writes a time in whole seconds, rounded up.
func seconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }

// optional gives nil for the zero value, as the generated types want it.
func optional[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
