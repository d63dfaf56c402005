package odata

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"time"

	"ringdesk/models"
)

// token says where a page begins: behind the last row of the page before. Rows that come
// meanwhile neither move it nor are shown twice.
type token struct {
	Of    string `json:"of"`  // what was asked
	Now   int64  `json:"now"` // when the first page was asked for, in microseconds: periods stay the same
	After []any  `json:"after"`
	Left  int    `json:"left"` // of $top; -1 means all
}

// of is a question in short: a token serves no other one.
func (o options) of(path string) string {
	sum := sha256.Sum256([]byte(path + "?" + o.rest))
	return hex.EncodeToString(sum[:6])
}

func (t token) text() string {
	b, err := json.Marshal(t)
	if err != nil { // only what JSON can hold comes here
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// token reads $skiptoken; nil means that there is none.
func (o options) token(path string, now time.Time) (*token, error) {
	text, ok := o.values["$skiptoken"]
	if !ok {
		return nil, nil
	}
	wrong := bad("$skiptoken", "$skiptoken belongs to another question: take the whole @odata.nextLink as it stands.")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, wrong
	}
	var t token
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(&t); err != nil || t.Of != o.of(path) || t.Now > now.Add(time.Minute).UnixMicro() || t.Now < 0 {
		return nil, wrong
	}
	return &t, nil
}

// begin has a question begin where a token says.
func (t *token) begin(q *question) error {
	wrong := bad("$skiptoken", "$skiptoken cannot be read: take the whole @odata.nextLink as it stands.")
	if len(t.After) != len(q.Order) || len(q.Order) == 0 {
		return wrong
	}
	q.Skip, q.top, q.After = 0, t.Left, make([]any, len(t.After))
	for i, v := range t.After {
		value, ok := ofKind(v, q.Order[i].Expr.Kind)
		if !ok {
			return wrong
		}
		q.After[i] = value
	}
	return nil
}

// ofKind makes a value of a kind of what JSON holds.
func ofKind(v any, kind models.FeedKind) (any, bool) {
	switch v := v.(type) {
	case nil:
		return nil, true
	case json.Number:
		if kind == models.FeedFraction {
			f, err := v.Float64()
			return f, err == nil
		}
		n, err := v.Int64()
		return n, err == nil && (kind == models.FeedWhole || kind == models.FeedMoment || kind == models.FeedSpan)
	case string:
		return v, kind == models.FeedText || kind == models.FeedDay
	case bool:
		return v, kind == models.FeedTruth
	}
	return nil, false
}
