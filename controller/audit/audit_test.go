package audit_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/audit"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// A change tells each field that is different, those of settings by their path, and
// of a secret only that it is another one.
//
// Covers: SEC-6.
func TestDiff_SEC_6(t *testing.T) {
	long := strings.Repeat("한", 1000)
	for name, tc := range map[string]struct {
		before, after audit.Fields
		want          string
	}{
		"nothing": {audit.Fields{"name": "A", "list": []string{}}, audit.Fields{"name": "A", "list": nil}, `null`},
		"one of several": {audit.Fields{"name": "A", "seat": false}, audit.Fields{"name": "B", "seat": false},
			`[{"field":"name","old":"A","new":"B"}]`},
		"new":  {nil, audit.Fields{"name": "A", "label": "", "seat": false}, `[{"field":"name","new":"A"},{"field":"seat","new":false}]`},
		"gone": {audit.Fields{"hosts": []string{"a", "b"}}, nil, `[{"field":"hosts","old":["a","b"]}]`},
		"settings": {audit.Fields{"settings": audit.Settings(`{"ringSeconds":20,"hours":{"week":[[],[]]}}`)},
			audit.Fields{"settings": audit.Settings(`{"hours":{"week":[[],[{"from":0,"to":5}]]},"rounds":2}`)},
			`[{"field":"settings.hours.week","old":[[],[]],"new":[[],[{"from":0,"to":5}]]},{"field":"settings.ringSeconds","old":20},{"field":"settings.rounds","new":2}]`},
		"no settings before":  {audit.Fields{"settings": audit.Settings("")}, audit.Fields{"settings": audit.Settings(`{"rounds":2}`)}, `[{"field":"settings.rounds","new":2}]`},
		"a secret":            {audit.Fields{"password": audit.Secret("abc")}, audit.Fields{"password": audit.Secret("xyz")}, `[{"field":"password","hidden":true}]`},
		"a secret that stays": {audit.Fields{"password": audit.Secret("abc")}, audit.Fields{"password": audit.Secret("abc")}, `null`},
		"a new secret":        {nil, audit.Fields{"password": audit.Secret("abc")}, `[{"field":"password","hidden":true}]`},
		"too long":            {nil, audit.Fields{"text": long}, `[{"field":"text","new":"\"` + strings.Repeat("한", 99) + `…"}]`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := json.Marshal(audit.Diff(tc.before, tc.after))
			if err != nil || string(got) != tc.want {
				t.Errorf("%s, %v; want %s", got, err, tc.want)
			}
		})
	}
}

// Each kind of asker is named; a change that changes nothing leaves no entry.
func TestWrite_SEC_6(t *testing.T) {
	store, err := models.Open(filepath.Join(t.TempDir(), "ringdesk.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	ws := models.Workspace{ID: models.NewID(), Name: "w", Country: "KR", TimeZone: "Asia/Seoul", CreatedAt: models.At(now)}
	for name, tc := range map[string]struct {
		by   verb.By
		want string
	}{
		"agent":    {verb.By{Agent: "a1", Address: "192.0.2.1"}, "agent a1  192.0.2.1"},
		"key":      {verb.By{Key: "rd_x", KeyName: "crm"}, "key rd_x crm "},
		"operator": {verb.Operator, "operator   "},
		"system":   {verb.By{}, "system   "},
	} {
		ws.ID = models.NewID()
		err := store.Tx(t.Context(), func(tx *models.Tx) error {
			if err := tx.AddWorkspace(ws); err != nil {
				return err
			}
			if err := audit.Write(tx, tc.by, ws.ID, now, audit.Entry{Action: audit.Changed, Kind: audit.Team, ID: "t"}); err != nil {
				return err
			}
			return audit.Write(tx, tc.by, ws.ID, now, audit.Entry{Action: audit.Removed, Kind: audit.Team, ID: "t", Name: "T"})
		})
		if err != nil {
			t.Fatal(err)
		}
		es, err := store.Audit(t.Context(), ws.ID, models.AuditFilter{Limit: 10})
		if err != nil || len(es) != 1 {
			t.Fatalf("%s: %d entries, %v", name, len(es), err)
		}
		if e := es[0]; e.ByKind+" "+e.ByID+" "+e.ByName+" "+e.Address != tc.want || e.Name != "T" || !e.At.Equal(now) {
			t.Errorf("%s: %+v", name, e)
		}
	}
}
