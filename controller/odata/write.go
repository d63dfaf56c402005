package odata

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringdesk/models"
)

// The levels of control information (OData JSON Format 4.01, 3.1).
const (
	minimal = "minimal"
	full    = "full"
	none    = "none"
)

// writer writes rows as JSON.
type writer struct {
	b       []byte
	level   string
	strings bool // Int64 as text (IEEE754Compatible)
	zone    *time.Location
	root    string
}

func (w *writer) text(s string) { w.b = append(w.b, s...) }

// quoted writes a text. Most have nothing that JSON escapes.
func (w *writer) quoted(s string) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			b, err := json.Marshal(s)
			if err != nil { // a string always can
				panic(err)
			}
			w.b = append(w.b, b...)
			return
		}
	}
	w.b = append(append(append(w.b, '"'), s...), '"')
}

// value writes a value of a kind.
func (w *writer) value(kind models.FeedKind, v any) {
	switch v := v.(type) {
	case string:
		w.quoted(v)
	case bool:
		w.b = strconv.AppendBool(w.b, v)
	case float64:
		w.fraction(v)
	case int64:
		switch kind {
		case models.FeedMoment:
			w.b = append(time.UnixMicro(v).In(w.zone).AppendFormat(append(w.b, '"'), "2006-01-02T15:04:05.000000Z07:00"), '"')
		case models.FeedSpan:
			w.quoted(duration(v))
		default:
			if w.strings {
				w.quoted(strconv.FormatInt(v, 10))
			} else {
				w.b = strconv.AppendInt(w.b, v, 10)
			}
		}
	default:
		w.text("null")
	}
}

func (w *writer) fraction(v float64) {
	switch {
	case math.IsNaN(v):
		w.text(`"NaN"`)
	case math.IsInf(v, 1):
		w.text(`"INF"`)
	case math.IsInf(v, -1):
		w.text(`"-INF"`)
	default:
		w.b = strconv.AppendFloat(w.b, v, 'g', -1, 64)
	}
}

// duration writes a span as XML Schema's dayTimeDuration.
func duration(us int64) string {
	sign := ""
	if us < 0 {
		sign, us = "-", -us
	}
	return fmt.Sprintf("%sPT%s", sign, strings.ToUpper(strconv.FormatFloat(float64(us)/1e6, 'f', -1, 64)+"s"))
}

// row writes a row's properties, and before them the control information of a whole
// entity. The bracket at its end is left to who knows what else belongs to it.
func (w *writer) row(set *entitySet, columns []models.FeedItem, values []any, entity bool, contextURL string) {
	mark := byte('{')
	property := func(name string) {
		w.b = append(w.b, mark)
		mark = ','
		w.quoted(name)
		w.b = append(w.b, ':')
	}
	if contextURL != "" {
		property("@odata.context")
		w.quoted(contextURL)
	}
	if entity && w.level == full {
		property("@odata.type")
		w.quoted("#" + namespace + "." + set.kind)
		if id := address(set, columns, values); id != "" {
			property("@odata.id")
			w.quoted(w.root + id)
		}
	}
	for i, c := range columns {
		if t := declared[c.Expr.Kind]; w.level == full && t != "" {
			property(c.Name + "@odata.type")
			w.quoted(t)
		}
		property(c.Name)
		w.value(c.Expr.Kind, values[i])
	}
	if mark == '{' {
		w.b = append(w.b, mark)
	}
}

// declared are the types that cannot be seen in JSON (OData JSON Format 4.01, 4.6.3).
var declared = map[models.FeedKind]string{models.FeedWhole: "#Int64", models.FeedMoment: "#DateTimeOffset", models.FeedDay: "#Date", models.FeedSpan: "#Duration"}

// address is that of a row behind the service's, where its key is among the columns.
func address(set *entitySet, columns []models.FeedItem, values []any) string {
	var keys []string
	for _, k := range set.table.Key {
		i := slices.IndexFunc(columns, func(c models.FeedItem) bool { return c.Name == k })
		if i < 0 {
			return ""
		}
		text := fmt.Sprint(values[i])
		if columns[i].Expr.Kind == models.FeedText {
			text = "'" + url.PathEscape(strings.ReplaceAll(text, "'", "''")) + "'"
		}
		if len(set.table.Key) > 1 {
			text = k + "=" + text
		}
		keys = append(keys, text)
	}
	return set.table.Name + "(" + strings.Join(keys, ",") + ")"
}
