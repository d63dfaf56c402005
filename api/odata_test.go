package api_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"
)

// feed is an answer of the OData service with rows.
type feed struct {
	Context string           `json:"@odata.context"`
	Count   *int             `json:"@odata.count"`
	Next    string           `json:"@odata.nextLink"`
	Value   []map[string]any `json:"value"`
}

// odata asks the OData service; path is behind its address.
func (c *client) odata(path string) *answer { return c.raw("GET", "/odata/v4/"+path, "") }

// feed reads an answer of the OData service.
func (a *answer) feed() (f feed) {
	a.t.Helper()
	if err := json.Unmarshal(a.body, &f); err != nil {
		a.t.Fatalf("%s: %v: %s", a.what, err, a.body)
	}
	return f
}

// query writes options as programs do.
func query(pairs ...string) string {
	var parts []string
	for i := 0; i < len(pairs); i += 2 {
		parts = append(parts, pairs[i]+"="+strings.ReplaceAll(url.QueryEscape(pairs[i+1]), "+", "%20"))
	}
	return "?" + strings.Join(parts, "&")
}

// The service says what it has, in the forms that programs ask for.
//
// Covers: STAT-5.
func TestODataTellsWhatItHas(t *testing.T) {
	e := start(t)
	key := e.key(e.here)
	for _, path := range []string{"", "/odata/v4"} {
		a := key.raw("GET", "/odata/v4/", "")
		if path != "" {
			a = key.raw("GET", path, "")
		}
		f := a.want(200).feed()
		if len(f.Value) != 6 || f.Value[0]["name"] != "Calls" || f.Context != "http://"+e.host+"/odata/v4/$metadata" {
			t.Errorf("service document: %s", a.body)
		}
	}
	if f := key.with("Accept", "application/json;odata.metadata=none").odata("").want(200).feed(); f.Context != "" || len(f.Value) != 6 {
		t.Errorf("without control information: %+v", f)
	}
	key.with("Accept", "application/xml").odata("").want(406)
	for _, version := range []string{"", "4.0", "4.01"} {
		a := key.with("OData-MaxVersion", version).odata("$metadata").want(200)
		wanted := version
		if wanted == "" {
			wanted = "4.0"
		}
		if !strings.Contains(string(a.body), `Version="`+wanted+`"`) || a.header.Get("OData-Version") != wanted {
			t.Errorf("version %q: %v %.200s", version, a.header, a.body)
		}
		dec := xml.NewDecoder(strings.NewReader(string(a.body)))
		for {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
		tag := a.header.Get("ETag")
		if again := key.with("OData-MaxVersion", version).with("If-None-Match", tag).odata("$metadata").want(304); len(again.body) != 0 {
			t.Errorf("what is known was sent again: %s", again.body)
		}
	}
	key.with("OData-MaxVersion", "3.0").odata("").want(400)
}

// Calls come with their facts, filtered, sorted, counted, grouped, in pages, to every form
// of an API key.
//
// Covers: STAT-5.
func TestODataReadsCalls(t *testing.T) {
	e := start(t)
	day := e.clock.now().UTC().AddDate(0, 0, -2).Format(time.DateOnly)
	e.hasCalls(day)
	key := e.key(e.here)
	f := key.odata("Calls").want(200).feed()
	if len(f.Value) != 3 || f.Next != "" || f.Value[0]["talkMs"] != 60000.0 || f.Value[0]["day"] != day || f.Value[1]["missedReason"] != "ringTimeOver" {
		t.Errorf("%+v", f)
	}
	if f := key.odata("Calls" + query("$filter", "direction eq 'inbound' and missedReason eq null and startedAt ge "+day+"T00:00:00Z", "$select", "callId,talkMs", "$count", "true")).want(200).feed(); len(f.Value) != 1 || *f.Count != 1 || len(f.Value[0]) != 2 {
		t.Errorf("%+v", f)
	}
	if f := key.odata("Calls" + query("$apply", "groupby((direction),aggregate(talkMs with sum as talk,$count as n))", "$orderby", "n desc")).want(200).feed(); len(f.Value) != 2 || f.Value[0]["n"] != 2.0 || f.Value[0]["talk"] != 60000.0 {
		t.Errorf("%+v", f)
	}
	var rows []map[string]any
	next := "Calls" + query("$orderby", "talkMs desc", "$filter", "year(startedAt) eq "+day[:4]+" and month(startedAt) eq "+day[5:7])
	for pages := 0; next != ""; pages++ {
		f := key.with("Prefer", "odata.maxpagesize=1").odata(next).want(200).feed()
		if next = ""; f.Next != "" {
			next = strings.TrimPrefix(f.Next, "http://"+e.host+"/odata/v4/")
		}
		if rows = append(rows, f.Value...); len(f.Value) != 1 || pages > 3 {
			t.Fatalf("page %d: %+v", pages, f)
		}
	}
	if len(rows) != 3 || rows[0]["talkMs"] != 60000.0 || rows[2]["talkMs"] != 0.0 {
		t.Errorf("%v", rows)
	}
	if f := e.key(e.away).odata("Calls").want(200).feed(); len(f.Value) != 0 {
		t.Errorf("another workspace sees %v", f.Value)
	}
}
