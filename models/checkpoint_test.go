package models

import (
	"os"
	"path/filepath"
	"testing"
)

// Covers: OPS-5. What was committed comes from the log into the database beside the writer,
// by a connection that only reads, so that a log never grows with the time that it runs.
func TestCheckpoint_OPS_5(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ringdesk.db")
	s, err := openSQLite(file)
	must(t, err)
	defer func() { must(t, s.Close()) }()
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		return tx.AddWorkspace(Workspace{ID: "w", Name: "Moa", Country: "KR", TimeZone: "Asia/Seoul", CreatedAt: At(now)})
	}))
	readers := s.pools[1]
	must(t, checkpoint(readers))
	// The file alone, without its log, is what a checkpoint has made of it.
	alone := filepath.Join(t.TempDir(), "alone.db")
	text, err := os.ReadFile(file)
	must(t, err)
	must(t, os.WriteFile(alone, text, 0o600))
	_, pool, err := connect("file:"+inURI.Replace(alone), 1)
	must(t, err)
	defer func() { must(t, pool.Close()) }()
	var name string
	must(t, pool.QueryRow("SELECT name FROM workspaces").Scan(&name))
	if name != "Moa" {
		t.Errorf("the workspace is %q", name)
	}
}
