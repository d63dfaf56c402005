package cli

import (
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"ringdesk/configs"
	"ringdesk/models"
)

// The log tells the owner's link once, at the address that people type, and
// nothing in an installation that has a workspace.
//
// Covers: SEC-5.
func TestWelcome_SEC_5(t *testing.T) {
	s := configs.Default()
	s.Storage.Data, s.Web.URL = t.TempDir(), "https://desk.example.com/"
	store, err := models.Open(s.Database())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	said := func() string {
		t.Helper()
		var log strings.Builder
		if err := welcome(t.Context(), s, store, slog.New(slog.NewTextHandler(&log, nil))); err != nil {
			t.Fatal(err)
		}
		return log.String()
	}
	link := regexp.MustCompile(`link=https://desk\.example\.com/join/([A-Za-z0-9_-]{43}) `)
	first := link.FindStringSubmatch(said())
	if first == nil {
		t.Fatal("the first start tells no link")
	}
	if again := said(); link.MatchString(again) || !strings.Contains(again, "admin owner-link") {
		t.Errorf("the second start says %q", again)
	}
	if err := (ownerLinkCmd{}).Run(s); err != nil {
		t.Error(err)
	}
	if _, err := store.OwnerLink(t.Context(), "x"); err == nil {
		t.Error("a link is found by anything")
	}
	if err := store.Tx(t.Context(), func(tx *models.Tx) error {
		return tx.AddWorkspace(models.Workspace{ID: models.NewID(), Name: "W", Country: "KR", TimeZone: "Asia/Seoul", CreatedAt: models.At(time.Now())})
	}); err != nil {
		t.Fatal(err)
	}
	if words := said(); words != "" {
		t.Errorf("an installation with a workspace is told %q", words)
	}
}
