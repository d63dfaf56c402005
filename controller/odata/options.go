package odata

import (
	"net/url"
	"strconv"
	"strings"
)

// options are what stands behind the question mark of an address.
type options struct {
	values  map[string]string // of system query options, by their names with a $
	aliases map[string]string // @name
	rest    string            // of the address, for the next page: without what pages change
}

// known are the system query options that there are here; the others of OData are
// refused by their names.
var known = map[string]bool{"$filter": true, "$select": true, "$orderby": true, "$top": true, "$skip": true, "$count": true, "$apply": true, "$format": true,
	"$skiptoken": true, "$expand": true}

var refused = map[string]string{
	"$search":        "$search is not supported: use $filter with contains(contactName,'…').",
	"$compute":       "$compute is not supported: use $apply=compute(… as …).",
	"$deltatoken":    "Changes since a moment are not supported: read the period anew, with If-None-Match.",
	"$index":         "$index is not supported: use $orderby with $skip.",
	"$levels":        "$levels is not supported.",
	"$schemaversion": "There is one version of the schema: leave $schemaversion out.",
	"$id":            "$id is not supported: use Calls('…').",
}

// perPage are the options that the next page has otherwise.
var perPage = map[string]bool{"$skiptoken": true, "$count": true, "$skip": true, "$top": true}

// parseOptions reads the options of an address. The $ may be missing, and case does not
// matter (OData URL Conventions 4.01, 5.1); what is no system query option is left alone.
func parseOptions(raw string) (options, error) {
	o := options{values: map[string]string{}, aliases: map[string]string{}}
	var rest []string
	for pair := range strings.SplitSeq(raw, "&") {
		rawName, rawValue, _ := strings.Cut(pair, "=")
		name, err := url.PathUnescape(rawName)
		if err != nil || pair == "" {
			continue
		}
		value, err := unescaped(rawValue)
		if err != nil {
			return o, bad(short(name), "The value of %s is not percent-encoded correctly.", short(name))
		}
		if strings.HasPrefix(name, "@") {
			o.aliases[name] = value
			rest = append(rest, pair)
			continue
		}
		system := strings.ToLower(name)
		if !strings.HasPrefix(system, "$") {
			system = "$" + system
		}
		switch text, isRefused := refused[system]; {
		case isRefused:
			return o, unsupported(system, "%s", text)
		case !known[system] && strings.HasPrefix(name, "$"):
			return o, bad(short(name), "OData has no option %s. There are $filter, $select, $orderby, $top, $skip, $count, $apply, $expand and $format.", short(name))
		case !known[system]:
			continue
		}
		if _, twice := o.values[system]; twice {
			return o, bad(system, "%s stands there twice: join both in one.", system)
		}
		o.values[system] = value
		if !perPage[system] {
			rest = append(rest, pair)
		}
	}
	o.rest = strings.Join(rest, "&")
	return o, nil
}

// unescaped reads a value. A + is a space where a form's encoder wrote it, which then has
// written no %20 either; otherwise it is a +, as in '+8215880000' (RFC 3986).
func unescaped(raw string) (string, error) {
	if strings.Contains(raw, "%20") || !strings.Contains(outsideQuotes(raw), "+") {
		return url.PathUnescape(raw)
	}
	return url.QueryUnescape(raw)
}

// outsideQuotes is what of a raw value stands in no quotes.
func outsideQuotes(raw string) string {
	parts := strings.Split(strings.ReplaceAll(raw, "%27", "'"), "'")
	var b strings.Builder
	for i := 0; i < len(parts); i += 2 {
		b.WriteString(parts[i])
	}
	return b.String()
}

// number reads an option that is a whole number; -1 means that it is not there.
func (o options) number(name string) (int, error) {
	text, ok := o.values[name]
	if !ok {
		return -1, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, bad(name, "%s must be a whole number from 0 on.", name)
	}
	return int(min(n, 1<<40)), nil
}

// truth reads an option that is true or false.
func (o options) truth(name string) (bool, error) {
	switch text := o.values[name]; strings.ToLower(text) {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	}
	return false, bad(name, "%s must be true or false.", name)
}

// parser begins to read an option.
func (o options) parser(name string) (*parser, error) {
	return newParser(name, o.values[name], o.aliases)
}
