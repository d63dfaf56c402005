package api_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"ringdesk/models"
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

// Keys come as Basic and Bearer tell them, and as the API has them; nobody else reads, and
// each who does stands in the audit log.
//
// Covers: STAT-5, SEC-6, SEC-5.
func TestODataAsksWhoReads(t *testing.T) {
	e := start(t)
	basic := func(user, password string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
	}
	key, secret := e.here.accessKey, e.here.accessSecret
	for _, authorization := range []string{basic(key, secret), "basic" + strings.TrimPrefix(basic(key, secret), "Basic"), "Bearer " + key + "." + secret} {
		if f := e.nobody().with("Authorization", authorization).odata("Agents").want(200).feed(); len(f.Value) != 3 {
			t.Errorf("%s: %v", authorization, f)
		}
	}
	var refused struct {
		Error struct{ Code, Message string }
	}
	for _, authorization := range []string{"", basic(key, secret+"x"), basic(key, ""), basic("", ""), "Basic !", "Bearer " + key, basic(e.away.accessKey, secret), "Digest a"} {
		a := e.nobody().with("Authorization", authorization).odata("Agents").want(401)
		if err := json.Unmarshal(a.body, &refused); err != nil || refused.Error.Code != "unauthenticated" || !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Basic realm=") || a.header.Get("OData-Version") == "" {
			t.Errorf("%q: %v %s", authorization, a.header, a.body)
		}
	}
	e.as(e.here.agent).odata("Calls").want(403)
	e.as(e.here.admin).odata("Calls").want(200)
	e.tx(func(tx *models.Tx) error {
		return tx.AddAPIKey(models.APIKey{AccessKey: "reader", WorkspaceID: e.here.id, Name: "Tableau", SecretHash: sha("secret"), Scope: models.ScopeRead, PerMinute: 4, CreatedAt: models.At(e.clock.now())})
	})
	reader := e.nobody().with("Authorization", basic("reader", "secret"))
	for range 3 {
		reader.odata("Calls").want(200)
	}
	entries := e.as(e.here.admin).do("GET", "/audit", "").want(200).body
	if n := strings.Count(string(entries), `"OData Calls"`); n != 2 || !strings.Contains(string(entries), "Tableau") {
		t.Errorf("%d entries for two readers: %s", n, entries)
	}
	reader.odata("Calls").want(200)
	if a := reader.odata("Calls").want(429); a.header.Get("Retry-After") == "" {
		t.Errorf("%v", a.header)
	}
	e.tx(func(tx *models.Tx) error { return tx.DeleteAPIKey(e.here.id, "reader") })
	reader.odata("Calls").want(401)
}

// Answers have tags, versions and a size that was asked for; what changes something is
// refused, as is what is not of OData, in OData's words.
//
// Covers: STAT-5.
func TestODataSpeaksHTTP(t *testing.T) {
	e := start(t)
	key := e.key(e.here)
	day := e.clock.now().UTC().AddDate(0, 0, -2).Format(time.DateOnly)
	e.hasCalls(day)
	a := key.odata("Calls").want(200)
	tag := a.header.Get("ETag")
	if known := key.with("If-None-Match", `"other", `+tag).odata("Calls").want(304); len(known.body) != 0 || known.header.Get("ETag") != tag {
		t.Errorf("%v %s", known.header, known.body)
	}
	key.with("If-None-Match", tag).odata("Calls?$top=1").want(200)
	e.hasCalls(day)
	if f := key.with("If-None-Match", tag).odata("Calls").want(200).feed(); len(f.Value) != 6 {
		t.Errorf("%d calls", len(f.Value))
	}
	if a := key.odata("Calls" + query("$filter", "startedAt ge now() sub duration'P3D'")).want(200); a.header.Get("ETag") != "" || len(a.feed().Value) != 6 {
		t.Errorf("%v %s", a.header, a.body)
	}
	if a := key.raw("HEAD", "/odata/v4/Calls", "").want(200); len(a.body) != 0 {
		t.Errorf("%s", a.body)
	}
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		if a := key.raw(method, "/odata/v4/Calls", "").want(405); a.header.Get("Allow") == "" || !strings.Contains(string(a.body), `"error"`) {
			t.Errorf("%v %s", a.header, a.body)
		}
	}
	if a := key.with("Prefer", "odata.maxpagesize=2").odata("Calls?$count=true&$top=3").want(200); a.header.Get("Preference-Applied") != "odata.maxpagesize=2" || *a.feed().Count != 6 || len(a.feed().Value) != 2 {
		t.Errorf("%v %s", a.header, a.body)
	} else if rest := key.odata(strings.TrimPrefix(a.feed().Next, "http://"+e.host+"/odata/v4/")).want(200).feed(); len(rest.Value) != 1 || rest.Next != "" {
		t.Errorf("the rest: %+v", rest)
	}
	whole := key.with("Accept", "application/json;odata.metadata=full;IEEE754Compatible=true").odata("Calls" + query("$expand", "agent($select=name),parts", "$top", "1")).want(200).feed().Value[0]
	if whole["@odata.type"] != "#ringdesk.Call" || whole["talkMs"] != "60000" || whole["talkMs@odata.type"] != "#Int64" || len(whole["parts"].([]any)) != 1 || whole["agent"].(map[string]any)["name"] != "Moa agent" {
		t.Errorf("%v", whole)
	}
	id, _ := whole["@odata.id"].(string)
	one := key.odata(strings.TrimPrefix(id, "http://"+e.host+"/odata/v4/")).want(200)
	if !strings.Contains(string(one.body), `#Calls/$entity"`) || !strings.Contains(string(one.body), `"talkMs":60000`) {
		t.Errorf("%s", one.body)
	}
	e.key(e.away).odata(strings.TrimPrefix(id, "http://"+e.host+"/odata/v4/")).want(404)
	e.key(e.away).odata(strings.TrimPrefix(id, "http://"+e.host+"/odata/v4/") + "/parts").want(200)
	if f := e.key(e.away).odata("Calls" + query("$apply", "aggregate($count as n)")).want(200).feed(); f.Value[0]["n"] != 0.0 {
		t.Errorf("another workspace counts %v", f.Value)
	}
	if n := key.odata("Calls/$count" + query("$filter", "direction eq 'outbound'")).want(200).body; string(n) != "2" {
		t.Errorf("$count is %s", n)
	}
	for path, want := range map[string]int{"Calls" + query("$filter", "startedAt ge 2020-01-01T00:00:00Z"): 400, "Calls?$filter=%zz": 400, "Calls?$nothing=1": 400, "Calls?$search=a": 501, "Nothing": 404} {
		var refused struct {
			Error struct{ Code, Message string }
		}
		if a := key.odata(path).want(want); json.Unmarshal(a.body, &refused) != nil || refused.Error.Message == "" {
			t.Errorf("%s: %s", path, a.body)
		}
	}
}
