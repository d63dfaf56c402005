// Package odata answers questions of other programs, such as Tableau, Power BI and
// Excel, about what statistics are made of: an OData 4.01 service that can only be read
// (STAT-5). What is asked is parsed by the grammar of OData (package-wide: OData ABNF
// Construction Rules 4.01), checked against the model, and put to the facts as a
// models.FeedQuery: no text of the asker becomes a part of SQL.
package odata

import (
	"errors"
	"fmt"
	"net/http"

	"ringdesk/models"
)

// Longest is how many days one question may be of.
const Longest = 90

// Error is a refusal, as OData words it (OData JSON Format 4.01, 21.1).
type Error struct {
	Status  int
	Code    string // a word for programs
	Message string // a sentence for people that says what to do
	Target  string // the option at fault, or ""
}

func (e *Error) Error() string { return e.Message }

// bad says that an option cannot be understood.
func bad(target, text string, args ...any) *Error {
	return &Error{Status: http.StatusBadRequest, Code: "BadRequest", Target: target, Message: fmt.Sprintf(text, args...)}
}

// unsupported says that OData has something that this service has not.
func unsupported(target, text string, args ...any) *Error {
	return &Error{Status: http.StatusNotImplemented, Code: "NotImplemented", Target: target, Message: fmt.Sprintf(text, args...)}
}

// notThere says that an address leads nowhere.
func notThere(text string, args ...any) *Error {
	return &Error{Status: http.StatusNotFound, Code: "NotFound", Message: fmt.Sprintf(text, args...)}
}

// worded makes a refusal of what the database says of a value.
func worded(err error) error {
	if errors.Is(err, models.ErrFeedValue) {
		return bad("", "A value that was worked out is too large or does not exist: check the numbers and dates of $filter and $apply.")
	}
	return err
}
