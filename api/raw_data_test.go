package api_test

import (
	"bytes"
	"encoding/csv"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"ringdesk/api"
)

// Raw data is given out with a reason, to admins, as a file with a name; how many rows
// there are is said before.
//
// Covers: STAT-4.
func TestRawData(t *testing.T) {
	e := start(t)
	day := e.clock.now().UTC().AddDate(0, 0, -2).Format(time.DateOnly)
	e.hasCalls(day)
	path := "/stats/raw-data?from=" + day + "&to=" + day + "&reason=" + url.QueryEscape("for the auditors")
	got := e.as(e.here.admin).do("GET", path+"&columns=duration,callId", "").want(200)
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix([]byte(got.body), []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) != 4 || strings.Join(rows[0], " ") != "duration callId" || got.header.Get("X-Rows") != "3" || got.header.Get("Content-Disposition") == "" {
		t.Errorf("%v, %v, %v", rows, got.header, err)
	}
	book, err := excelize.OpenReader(bytes.NewReader([]byte(e.as(e.here.admin).do("GET", path+"&format=xlsx", "").want(200).body)))
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := book.GetRows("UserChat meet data"); err != nil || len(rows) != 4 {
		t.Errorf("%v, %v", rows, err)
	}
	e.as(e.here.agent).do("GET", path, "").want(403)
	e.as(e.here.admin).do("GET", "/stats/raw-data?from="+day+"&to="+day, "").want(400)
	e.as(e.here.admin).do("GET", path+"&columns=password", "").want(400)
	columns := into[api.RawDataColumns](e.as(e.here.admin).do("GET", "/stats/raw-data/columns", "").want(200))
	if len(columns.Calls) < 40 || len(columns.Agents) < 14 || columns.Calls[0].Key != "direction" || columns.Calls[0].Ko == "" || columns.Agents[0].En == "" {
		t.Errorf("the columns are %+v", columns)
	}
	e.as(e.here.agent).do("GET", "/stats/raw-data/columns", "").want(403)
	if rows := e.as(e.away.admin).do("GET", path, "").want(200).header.Get("X-Rows"); rows != "0" {
		t.Errorf("another workspace sees %s calls", rows)
	}
}

// The files for other programs have the address at which they are asked for, and are for
// admins.
//
// Covers: STAT-5.
func TestBITemplates(t *testing.T) {
	e := start(t)
	for program, name := range map[string]string{"tableau": "ringdesk.twb", "excel": "ringdesk-odata.xlsx", "powerbi": "ringdesk.pbids"} {
		got := e.as(e.here.admin).do("GET", "/stats/bi/"+program, "").want(200)
		if !strings.Contains(got.header.Get("Content-Disposition"), name) || len(got.body) == 0 {
			t.Errorf("%s: %v, %d bytes", program, got.header, len(got.body))
		}
		if program != "excel" && !bytes.Contains(got.body, []byte("/odata/v4/")) {
			t.Errorf("%s has no address: %s", program, got.body)
		}
		e.as(e.here.agent).do("GET", "/stats/bi/"+program, "").want(403)
	}
	e.as(e.here.admin).do("GET", "/stats/bi/lotus123", "").want(404)
}
