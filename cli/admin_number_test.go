package cli

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ringdesk/configs"
	"ringdesk/models"
)

// The command line refuses the addresses that the API does, says why, and puts
// numbers of one carrier on one trunk.
//
// Covers: SEC-3
func TestAdminNumber_SEC_3(t *testing.T) {
	s := configs.Default()
	s.Storage.Data = t.TempDir()
	store, err := models.Open(s.Database())
	if err != nil {
		t.Fatal(err)
	}
	var workspaces []string
	for _, name := range []string{"Moa", "Lumen"} {
		ws := models.Workspace{ID: models.NewID(), Name: name, Country: "KR", TimeZone: "Asia/Seoul", RingSeconds: 20, QueueSeconds: 60, CreatedAt: models.At(time.Now())}
		if err := store.Tx(t.Context(), func(tx *models.Tx) error { return tx.AddWorkspace(ws) }); err != nil {
			t.Fatal(err)
		}
		workspaces = append(workspaces, ws.ID)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		workspace     int
		number, hosts string
		local         bool
		says          string // "" means that it is added
	}{
		{0, "070-1000-0001", "203.0.113.10,203.0.113.11", false, ""},
		{0, "070-1000-0002", "203.0.113.10,203.0.113.11", false, ""},
		{1, "070-1000-0003", "203.0.113.10", false, "another workspace"},
		{1, "070-1000-0004", "203.0.113.0/24", false, "another workspace"},
		{1, "070-1000-0005", "127.0.0.1", false, "RINGDESK_LOCAL_TRUNKS"},
		{1, "070-1000-0006", "10.0.0.0/8", false, "too wide"},
		{1, "070-1000-0007", "sip.example.com", false, "203.0.113.5"},
		{1, "070-1000-0001", "198.51.100.1", false, "is a business number already"},
		{1, "070-1000-0008", "127.0.0.1", true, ""},
	} {
		s.SIP.LocalTrunks = tc.local
		err := numberCmd{Workspace: workspaces[tc.workspace], Number: tc.number, Hosts: strings.Split(tc.hosts, ",")}.Run(s)
		if tc.says == "" && err != nil || tc.says != "" && (!errors.As(err, new(usageError)) || !strings.Contains(err.Error(), tc.says)) {
			t.Errorf("%s from %s: %v; want %q", tc.number, tc.hosts, err, tc.says)
		}
	}
	if store, err = models.Open(s.Database()); err != nil {
		t.Fatal(err)
	}
	trunks, err := store.Trunks(t.Context())
	if err != nil || len(trunks) != 2 {
		t.Errorf("%d trunks, %v; want one of each workspace", len(trunks), err)
	}
	if err := store.Close(); err != nil {
		t.Error(err)
	}
}
