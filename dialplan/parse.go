package dialplan

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
)

// Parse reads settings from a JSON object and checks them. An empty text is
// one that sets nothing. Errors name the field and say what it may be.
func Parse(text string) (Settings, error) {
	var s Settings
	if text == "" {
		return s, nil
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return Settings{}, explain("", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Settings{}, errors.New("the settings must be one JSON object, and something comes after it")
	}
	if err := s.Validate(); err != nil {
		return Settings{}, err
	}
	return s, nil
}

// fieldError is an error that names its field already.
type fieldError string

func (e fieldError) Error() string { return string(e) }

// UnmarshalJSON takes a list of exactly seven days: the decoder alone would
// fill up a shorter one and cut a longer one.
func (w *Week) UnmarshalJSON(text []byte) error {
	const field = "hours.week"
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var days [][]Period
	if err := d.Decode(&days); err != nil {
		return explain(field, err)
	}
	if len(days) != len(w) {
		return fieldError(fmt.Sprintf("%s must have 7 days, Sunday first, not %d", field, len(days)))
	}
	*w = Week(days)
	return nil
}

// explain puts an error of the JSON decoder into words for people. within is
// the field that was decoded, "" for the settings as a whole.
func explain(within string, err error) error {
	var known fieldError
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var moment *time.ParseError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &kind):
		field := strings.Trim(within+"."+kind.Field, ".")
		return fieldError(fmt.Sprintf("%s must be %s, not %s", cmp.Or(field, "the settings"), word(kind.Type), kind.Value))
	case errors.As(err, &moment): // there is only one
		return fieldError(fmt.Sprintf("override.until must be a moment as 2026-12-25T18:00:00Z, not %s", moment.Value))
	case errors.As(err, &syntax):
		return fmt.Errorf("the settings are not JSON at byte %d: %w", syntax.Offset, err)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("the settings are not JSON: they end too early")
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fieldError("there is no setting " + name)
	}
	return fmt.Errorf("the settings cannot be read: %w", err)
}

func word(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.String:
		return "a text"
	case reflect.Slice, reflect.Array:
		return "a list"
	default:
		return "an object"
	}
}
