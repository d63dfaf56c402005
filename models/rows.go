package models

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// encode and decode keep small lists and maps as JSON text.
func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil { // only maps and slices of strings and numbers come here
		panic(err)
	}
	return string(b)
}

func decode[T any](text string) T {
	var v T
	if text != "" {
		// What is there was written by encode; a damaged row reads as empty.
		_ = json.Unmarshal([]byte(text), &v)
	}
	return v
}

// decodeOver reads a JSON object over what v holds; "" changes nothing.
func decodeOver(text string, v any) error {
	if text == "" {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("the settings cannot be read: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("the settings cannot be read: there is more than one JSON object")
	}
	return nil
}
