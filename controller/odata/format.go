package odata

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// format is how an answer is written.
type format struct {
	level   string
	strings bool // Int64 as text
}

func (f format) contentType() string {
	text := "application/json;odata.metadata=" + f.level
	if f.strings {
		text += ";IEEE754Compatible=true"
	}
	return text + ";charset=utf-8"
}

// formatOf chooses a format: $format goes before Accept (OData Protocol 4.01, 11.2.12).
func formatOf(o options, accept string, xml bool) (format, error) {
	if text, ok := o.values["$format"]; ok {
		switch {
		case strings.EqualFold(text, "json"):
			text = "application/json"
		case strings.EqualFold(text, "xml"):
			text = "application/xml"
		}
		accept = text
	}
	if accept == "" {
		return format{level: minimal}, nil
	}
	for part := range strings.SplitSeq(accept, ",") {
		media, params, err := mime.ParseMediaType(part)
		if err != nil || params["q"] == "0" {
			continue
		}
		fits := media == "*/*" || media == "application/*" || xml && (media == "application/xml" || media == "text/xml") || !xml && (media == "application/json" || media == "text/plain")
		if !fits {
			continue
		}
		f := format{level: minimal, strings: strings.EqualFold(params["ieee754compatible"], "true")}
		for _, name := range []string{"odata.metadata", "metadata"} {
			switch level := params[name]; level {
			case "":
			case minimal, full, none:
				f.level = level
			default:
				return f, bad("Accept", "odata.metadata is minimal, full or none.")
			}
		}
		return f, nil
	}
	what := "application/json"
	if xml {
		what = "application/xml"
	}
	return format{}, &Error{Status: http.StatusNotAcceptable, Code: "NotAcceptable", Target: "Accept", Message: "This is given as " + what + " only: ask for that with Accept or $format."}
}

// How many rows a page has.
const (
	usualPage = 10_000
	mostPage  = 50_000
)

// pageSize is that which Prefer asks for (OData Protocol 4.01, 8.2.8.5); asked says
// whether it did.
type pageLimit struct {
	rows  int
	asked bool
}

func pageSize(prefer string) pageLimit {
	for part := range strings.FieldsFuncSeq(prefer, func(r rune) bool { return r == ',' || r == ';' }) {
		name, value, _ := strings.Cut(part, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if name != "odata.maxpagesize" && name != "maxpagesize" {
			continue
		}
		if n, err := strconv.Atoi(strings.Trim(strings.TrimSpace(value), `"`)); err == nil && n > 0 {
			return pageLimit{min(n, mostPage), true}
		}
	}
	return pageLimit{usualPage, false}
}
