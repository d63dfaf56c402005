package api

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"ringdesk/controller/reason"
)

// defaultLimit is how many entries a page has when nothing is asked for.
const defaultLimit = 50

// A cursor names the last entry of a page: the list it belongs to, the
// entry's id and, for lists that are ordered by a time, that time in
// microseconds since 1970. It is opaque to clients.
type cursor struct {
	id string
	at time.Time
}

func (k cursor) encode(list string) *string {
	at := int64(0)
	if !k.at.IsZero() {
		at = k.at.UnixMicro()
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(list + " " + k.id + " " + strconv.FormatInt(at, 10)))
	return &text
}

// readCursor reads a request's cursor; none gives the zero cursor.
func readCursor(list string, text *Cursor) (cursor, error) {
	if text == nil {
		return cursor{}, nil
	}
	bad := invalid("cursor", "This cursor is not one of this list: send the `next` of its previous page unchanged, or none.").because(reason.Malformed)
	raw, err := base64.RawURLEncoding.DecodeString(*text)
	if err != nil {
		return cursor{}, bad
	}
	parts := strings.Split(string(raw), " ")
	if len(parts) != 3 || parts[0] != list || !isKey(parts[1]) {
		return cursor{}, bad
	}
	at, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil {
		return cursor{}, bad
	}
	return cursor{id: parts[1], at: time.UnixMicro(at).UTC()}, nil
}

// isKey says whether a text is an id, or an id and a number of something in it.
func isKey(text string) bool {
	id, number, numbered := strings.Cut(text, "/")
	if numbered {
		if _, err := strconv.ParseUint(number, 10, 32); err != nil {
			return false
		}
	}
	return uuid.Validate(id) == nil
}

func limitOf(l *Limit) int {
	if l == nil {
		return defaultLimit
	}
	return *l
}

// page cuts rows, of which one more than limit was asked for, down to limit,
// and gives the cursor of the next page if there is one.
func page[T any](rows []T, limit int, list string, last func(T) cursor) ([]T, *string) {
	if len(rows) <= limit {
		return rows, nil
	}
	rows = rows[:limit]
	return rows, last(rows[limit-1]).encode(list)
}

// value gives what an optional parameter says, or the zero value.
func value[T any](v *T) T {
	if v == nil {
		var zero T
		return zero
	}
	return *v
}
