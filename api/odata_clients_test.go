package api_test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// clientRead is what a client has read of the service.
type clientRead struct {
	Sets map[string]struct {
		Rows  []map[string]any
		Pages int
	}
	Answered struct {
		Rows  []map[string]any
		Count int
	}
}

// Clients that nobody here has written make their types of the metadata, and read every
// page of every set with them: odata2ts along the links, the SAP Cloud SDK by $skip.
//
// Covers: STAT-5.
func TestODataClients(t *testing.T) {
	e := start(t)
	for ago := range 3 {
		e.hasCalls(e.clock.now().UTC().AddDate(0, 0, -2-ago).Format(time.DateOnly))
	}
	run := exec.CommandContext(t.Context(), "node", filepath.Join("..", "testkit", "odataclients", "read.js"), "http://"+e.host+"/odata/v4", e.here.accessKey, e.here.accessSecret, filepath.Join(t.TempDir(), "generated"))
	out, err := run.Output()
	if exit, ok := err.(*exec.ExitError); ok {
		t.Fatalf("%v: %s", err, exit.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	var read map[string]clientRead
	if err := json.Unmarshal(out, &read); err != nil {
		t.Fatal(err)
	}
	for _, client := range []string{"odata2ts", "sap"} {
		got := read[client]
		for set, pages := range map[string]int{"Calls": 3, "AgentCalls": 3, "Agents": 1, "Teams": 1, "Numbers": 1, "Daily": 2} {
			want := e.key(e.here).odata(set).want(200).feed()
			if rows := got.Sets[set].Rows; len(rows) != len(want.Value) || got.Sets[set].Pages != pages {
				t.Errorf("%s has read %d rows of %s on %d pages, want %d on %d", client, len(rows), set, got.Sets[set].Pages, len(want.Value), pages)
			}
			if set == "Calls" {
				for i, row := range want.Value {
					if id := got.Sets[set].Rows[i]["callId"]; id != row["callId"] {
						t.Errorf("%s: call %d is %v, want %v", client, i, id, row["callId"])
					}
				}
			}
		}
		if a := got.Answered; a.Count != 3 || len(a.Rows) != 3 || a.Rows[0]["callId"] == nil {
			t.Errorf("%s has found %+v, want the 3 calls that were answered", client, a)
		}
	}
}
