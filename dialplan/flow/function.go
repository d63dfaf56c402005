package flow

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Type is what a value may be.
type Type string

// The types. Any is known only when the call is there: JSON, profile fields.
const (
	Text   Type = "text"
	Number Type = "number"
	Bool   Type = "true or false"
	List   Type = "list"
	Any    Type = "any"
)

// Function is one that expressions may call.
type Function struct {
	Name   string
	Params []Type // all of them; Literal says which must be written out
	// Literal is what the first argument names and must be written out, so that it
	// can be checked: hours, team, pattern or clock (both arguments).
	Literal string
	// Optional says that the last argument may be left out.
	Optional bool
	Result   Type
	Says     string
	do       func(args []any) any // nil where it needs the call
}

// Functions are all functions.
var Functions = []Function{
	{Name: "open", Params: []Type{Text}, Literal: "hours", Optional: true, Result: Bool, Says: "Whether the operating hours of that name are open; without a name, those of the number's settings when the call came (IN-10)."},
	{Name: "tagged", Params: []Type{Text}, Result: Bool, Says: "Whether the contact has this tag."},
	{Name: "time_between", Params: []Type{Text, Text}, Literal: "clock", Result: Bool, Says: "Whether the clock on the wall shows the first time or a later one before the second: time_between(\"22:00\", \"06:00\")."},
	{Name: "waiting", Params: []Type{Text}, Literal: "team", Result: Number, Says: "How many callers wait for the team; \"*\" is the whole workspace."},
	{Name: "estimated_wait", Params: []Type{Text}, Literal: "team", Result: Number, Says: "How many seconds a caller would wait for the team; 0 when nobody knows."},
	{Name: "free_agents", Params: []Type{Text}, Literal: "team", Result: Number, Says: "How many agents of the team could take the call now."},
	{Name: "contains", Params: []Type{Any, Any}, Result: Bool, Says: "Whether a list has a value, or a text another text.", do: contains},
	{Name: "starts_with", Params: []Type{Text, Text}, Result: Bool, Says: "Whether the first text begins with the second.", do: func(a []any) any { return strings.HasPrefix(text(a[0]), text(a[1])) }},
	{Name: "ends_with", Params: []Type{Text, Text}, Result: Bool, Says: "Whether the first text ends with the second.", do: func(a []any) any { return strings.HasSuffix(text(a[0]), text(a[1])) }},
	{Name: "matches", Params: []Type{Text, Text}, Literal: "pattern", Result: Bool, Says: "Whether the text has a part that the pattern fits: a regular expression as of RE2.", do: matches},
	{Name: "length", Params: []Type{Any}, Result: Number, Says: "How many characters a text has, or values a list.", do: length},
	{Name: "lower", Params: []Type{Text}, Result: Text, Says: "The text in small letters.", do: func(a []any) any { return cut(strings.ToLower(text(a[0]))) }},
	{Name: "upper", Params: []Type{Text}, Result: Text, Says: "The text in capitals.", do: func(a []any) any { return cut(strings.ToUpper(text(a[0]))) }},
	{Name: "to_number", Params: []Type{Any}, Result: Number, Says: "The number that a text is; null if it is none.", do: toNumber},
	{Name: "to_text", Params: []Type{Any}, Result: Text, Says: "How a value reads; null, lists and objects as \"\".", do: func(a []any) any { return text(a[0]) }},
	{Name: "json", Params: []Type{Any}, Result: Text, Says: "A value in JSON, texts with their quotes.", do: inJSON},
	{Name: "escape", Params: []Type{Any}, Result: Text, Says: "A value as it may stand in an address. What stands in an address by ${…} is escaped anyway.", do: escape},
	{Name: "either", Params: []Type{Any, Any}, Result: Any, Says: "The first value, or the second if the first is null or \"\".", do: either},
}

// FindFunction gives the function of a name.
func FindFunction(name string) (Function, bool) {
	i := slices.IndexFunc(Functions, func(f Function) bool { return f.Name == name })
	if i < 0 {
		return Function{}, false
	}
	return Functions[i], true
}

// pure calls a function that needs its arguments alone.
func pure(name string, args []any) any {
	f, ok := FindFunction(name)
	if !ok || f.do == nil || len(args) != len(f.Params) {
		return nil
	}
	return f.do(args)
}

func contains(a []any) any {
	switch in := a[0].(type) {
	case []any:
		return slices.ContainsFunc(in, func(v any) bool { return operate(OpEq, []any{v, a[1]}) == true })
	case string:
		part, ok := a[1].(string)
		return ok && strings.Contains(in, part)
	}
	return false
}

// patterns are those that were read once. There are as many as programs have.
var patterns sync.Map // of *regexp.Regexp by text

func matches(a []any) any {
	pattern := text(a[1])
	re, ok := patterns.Load(pattern)
	if !ok {
		made, err := regexp.Compile(pattern)
		if err != nil {
			return false
		}
		re, _ = patterns.LoadOrStore(pattern, made)
	}
	return re.(*regexp.Regexp).MatchString(text(a[0]))
}

func length(a []any) any {
	switch v := a[0].(type) {
	case []any:
		return float64(len(v))
	case string:
		return float64(utf8.RuneCountInString(v))
	}
	return float64(0)
}

func toNumber(a []any) any {
	if n, ok := a[0].(float64); ok {
		return n
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(text(a[0])), 64)
	if err != nil {
		return nil
	}
	return arithmetic(OpAdd, n, 0)
}

func inJSON(a []any) any {
	b, err := json.Marshal(a[0])
	if err != nil || len(b) > MaxText { // cut off it would be no JSON
		return "null"
	}
	return string(b)
}

func escape(a []any) any {
	return cut(strings.ReplaceAll(url.QueryEscape(text(a[0])), "+", "%20"))
}

func either(a []any) any {
	if a[0] == nil || a[0] == "" {
		return a[1]
	}
	return a[0]
}

// clock reads a time of day as HH:MM in minutes; -1 if it is none. 24:00 is the
// end of the day.
func clock(s string) int {
	h, m, ok := strings.Cut(s, ":")
	hours, err1 := strconv.Atoi(h)
	minutes, err2 := strconv.Atoi(m)
	if !ok || err1 != nil || err2 != nil || len(h) != 2 || len(m) != 2 || hours < 0 || minutes < 0 || minutes > 59 || hours*60+minutes > 24*60 {
		return -1
	}
	return hours*60 + minutes
}

// Clock reads a time of day as HH:MM in minutes since midnight. 24:00 is the end
// of the day.
func Clock(s string) (minutes int, ok bool) {
	n := clock(s)
	return n, n >= 0
}
