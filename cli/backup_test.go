package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringdesk/configs"
	"ringdesk/models"
)

// A backup is one file that only its user reads, written whole or not at all; an
// installation is made of it.
//
// Covers: OPS-2
func TestBackupAndRestore(t *testing.T) {
	dir := t.TempDir()
	at := func(data string) configs.Settings {
		s := configs.Default()
		s.Storage.Data, s.Sounds.Folder = filepath.Join(dir, data), filepath.Join(dir, data, "sounds")
		return s
	}
	old := at("old")
	store, err := models.Open(old.Database())
	if err == nil {
		err = store.Close()
	}
	if err == nil {
		err = recorded(t, filepath.Join(dir, "elsewhere"))
	}
	words := filepath.Join(dir, "words")
	if err == nil {
		err = os.WriteFile(words, []byte("four quite random words\n"), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "backups", "first")
	if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	back := func(from, file string) func() error {
		return func() error { return backupCmd{passphrase{words, 10}, file}.Run(at(from), "test") }
	}
	restore := func(to string, p passphrase) func() error {
		return func() error { return restoreBackupCmd{p, file}.Run(at(to), "test") }
	}
	for _, c := range []struct {
		name string
		run  func() error
		says string // what is told, or, after "!", what is refused
	}{
		{"a backup", back("old", file), "(encrypted)"},
		{"over it", back("old", file), "!is there already"},
		{"below the data", back("old", filepath.Join(dir, "old", "sub", "b")), "!is backed up: write the backup elsewhere"},
		{"without its recordings", back("elsewhere", filepath.Join(dir, "lacking")), "!1 of 1 recordings that are ready are not in the backup"},
		{"of nothing", back("none", filepath.Join(dir, "backups", "none")), "!no database"},
		{"no folder", back("old", filepath.Join(dir, "nowhere", "b")), "!cannot be written"},
		{"restored without the passphrase", restore("new", passphrase{}), "!RINGDESK_BACKUP_PASSPHRASE"},
		{"restored", restore("new", passphrase{words, 10}), "Restored: 0 calls"},
		{"restored over it", restore("new", passphrase{words, 10}), "!has a database"},
	} {
		out, err := output(t, c.run)
		if want, refused := strings.CutPrefix(c.says, "!"); refused {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", c.name, err, want)
			}
		} else if err != nil || !strings.Contains(out, want) {
			t.Errorf("%s: %q, %v", c.name, out, err)
		}
		if _, err := os.Stat(at("new").Storage.Data); os.IsNotExist(err) != (c.name != "restored" && c.name != "restored over it") {
			t.Errorf("after %s the folder to restore into: %v", c.name, err)
		}
	}
	left, err := os.ReadDir(filepath.Dir(file))
	if err != nil || len(left) != 1 || left[0].Name() != "first" {
		t.Errorf("beside the backup there are %v, %v", left, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup: %v, %v", info, err)
	}
}

// recorded makes an installation with a recording whose file is in another folder.
func recorded(t *testing.T, data string) error {
	t.Helper()
	store, err := models.Open(filepath.Join(data, "ringdesk.db"))
	if err != nil {
		return err
	}
	at := models.At(time.Now())
	err = store.Tx(t.Context(), func(tx *models.Tx) error {
		ws, contact := models.Workspace{ID: "w", Name: "w", Country: "KR", TimeZone: "Asia/Seoul", CreatedAt: at}, models.Contact{ID: "c", WorkspaceID: "w", Kind: "lead", Profile: "{}", CreatedAt: at}
		trunk := models.Trunk{ID: "t", WorkspaceID: "w", Name: "t", CreatedAt: at}
		return errors.Join(tx.AddWorkspace(ws), tx.AddContact(models.FullContact{Contact: contact}), tx.AddTrunk(trunk, []string{"192.0.2.1"}),
			tx.AddNumber(models.Number{ID: "n", WorkspaceID: "w", TrunkID: "t", Number: "+827076660001", CreatedAt: at}),
			tx.AddConversation(models.Conversation{ID: "o", WorkspaceID: "w", ContactID: "c", Kind: "phone", Direction: "inbound", State: "closed", CreatedAt: at, UpdatedAt: at}),
			tx.AddCall(models.Call{ID: "l", WorkspaceID: "w", ConversationID: "o", ContactID: "c", NumberID: "n", Kind: "phone", Direction: "inbound", State: "ended", StartedAt: at, EndedAt: at, Version: 1, Data: "{}"}),
			tx.AddRecording(models.Recording{ID: "r", WorkspaceID: "w", CallID: "l", State: "ready", File: "l/r.mp3", Peaks: "[]", CreatedAt: at}))
	})
	return errors.Join(err, store.Close())
}
