package app_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringdesk/configs"
	"ringdesk/controller/backup"
	"ringdesk/controller/call"
	"ringdesk/controller/inbox"
	"ringdesk/controller/people"
	"ringdesk/controller/verb"
	"ringdesk/models"
	"ringdesk/testkit/postgres"
)

const passphrase = "four quite random words"

func backupOf(s configs.Settings) backup.Options {
	store := backup.Store(backup.SQLite{File: s.Database()})
	if s.OnPostgres() {
		store = backup.Postgres{URL: s.Database()}
	}
	return backup.Options{Store: store, Data: s.Storage.Data, Sounds: s.Sounds.Folder, Recordings: s.Recordings.Folder,
		Version: "test", Passphrase: passphrase, WorkFactor: 10, Now: time.Now}
}

// during is a writer that does something once the first bytes are written, which is
// when the database has been copied.
type during struct {
	io.Writer
	do func()
}

func (d *during) Write(p []byte) (int, error) {
	if d.do != nil {
		d.do()
		d.do = nil
	}
	return d.Writer.Write(p)
}

// A backup is made while calls go on and end, of either database. What it is restored
// into, on either one, has the recordings, finds what was written, and lets in who was
// let in; the calls that went on are over there.
//
// Covers: OPS-2, OPS-5, SYS-3
func TestBackup_WhileCallsGoOn(t *testing.T) {
	server := postgres.Start(t)
	databases := map[string]func(*testing.T) configs.Settings{"SQLite": emptySettings, "PostgreSQL": func(t *testing.T) configs.Settings {
		s := emptySettings(t)
		name := "d" + strings.ToLower(rand.Text())
		server.SQL("postgres", "CREATE DATABASE "+name)
		s.Storage.Database = server.URL(name)
		return s
	}}
	for from, made := range databases {
		t.Run("of "+from, func(t *testing.T) {
			old := emptySettings(t)
			unpack(t, old, "older.db.gz")
			s := made(t)
			if s.OnPostgres() {
				if err := models.LoadPostgres(t.Context(), old.Database(), s.Database()); err != nil {
					t.Fatal(err)
				}
				old.Storage.Database = s.Storage.Database
			}
			b := backUp(t, startOn(t, old, beginning{engine: (*older).restore}))
			for to, made := range databases {
				t.Run("into "+to, func(t *testing.T) { b.restore(t, made(t)) })
			}
		})
	}
}

// backedUp is an installation of which there is a backup.
type backedUp struct {
	archive                       []byte
	wrote                         backup.Summary
	ws, heldCall, email, password string
}

// backUp writes things down, and backs up while calls end.
func backUp(t *testing.T, o *older) backedUp {
	t.Helper()
	who, password, err := people.NewPerson("backup@example.com", "Backed Up", "en", "owner", true)
	if err != nil {
		t.Fatal(err)
	}
	err = o.app.Store.Tx(t.Context(), func(tx *models.Tx) error {
		_, err := people.Add(tx, verb.Operator, o.ws, who, models.At(time.Now()))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	held := o.call(o.live["held"].ID)
	notes := &inbox.Inbox{Store: o.app.Store, Now: time.Now}
	if _, err := notes.AddNote(t.Context(), verb.By{Workspace: o.ws, Agent: held.Hold.AgentId, Role: "agent"}, held.ConversationId, "영수증을 다시 보내기로 했어요", nil); err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(o.settings.Storage.Data, "some", "secret.pem")
	if err := errors.Join(os.Mkdir(filepath.Dir(secret), 0o700), os.WriteFile(secret, []byte("secret"), 0o600)); err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	meanwhile := &during{&archive, func() {
		if _, err := o.app.Exchange.Do(t.Context(), o.ws, held.Id, call.Do{AgentID: held.Hold.AgentId, Action: call.Release}); err != nil {
			t.Error(err)
		}
		o.lines[o.live["queued"].Customer.Leg].Hangup()
		o.until("a call ends during the backup", func() bool { return o.app.Exchange.Live() == 3 })
	}}
	wrote, err := backup.Write(t.Context(), backupOf(o.settings), meanwhile, t.TempDir())
	if err != nil || meanwhile.do != nil || !wrote.Encrypted || wrote.Rows["calls"] != 8 {
		t.Fatalf("%+v, %v", wrote, err)
	}
	if bytes.Contains(archive.Bytes(), []byte("secret")) {
		t.Error("the archive is not encrypted")
	}
	return backedUp{archive: archive.Bytes(), wrote: wrote, ws: o.ws, heldCall: held.Id, email: who.Email, password: password}
}

// restore makes an installation of the backup, and looks at it.
func (b backedUp) restore(t *testing.T, s configs.Settings) {
	t.Helper()
	read, err := backup.Restore(t.Context(), backupOf(s), bytes.NewReader(b.archive))
	if err != nil || read.Files != b.wrote.Files || read.Bytes != b.wrote.Bytes || !maps.Equal(read.Rows, b.wrote.Rows) {
		t.Fatalf("%+v, %v, want %+v", read, err, b.wrote)
	}
	if text, err := os.ReadFile(filepath.Join(s.Storage.Data, "some", "secret.pem")); string(text) != "secret" || err != nil {
		t.Errorf("the secret is %q, %v", text, err)
	}
	again := startOn(t, s, beginning{engine: func(again *older) { again.ws = b.ws }}) // it knows no call
	again.until("the calls of then are over", func() bool { return again.app.Exchange.Live() == 0 })
	again.isRestored(b.heldCall, b.email, b.password)
}

// isRestored asserts that people and programs find what the backup has.
func (o *older) isRestored(heldCall, email, password string) {
	o.t.Helper()
	rows, err := o.app.Store.Calls(o.t.Context(), o.ws, models.CallFilter{Limit: 100})
	if err != nil {
		o.t.Fatal(err)
	}
	played := 0
	for _, row := range rows {
		c := o.call(row.ID)
		if c.Recording != nil && c.Recording.Url != nil {
			status, mp3 := o.get("/recordings/" + c.Recording.Id + ".mp3")
			want, err := os.ReadFile(filepath.Join("testdata", "recordings", row.ID, c.Recording.Id+".mp3"))
			if err != nil {
				continue // it was made after the backup
			}
			if status != http.StatusOK || !bytes.Equal(mp3, want) {
				o.t.Errorf("the recording of %s: %d, %d bytes, want %d", row.ID, status, len(mp3), len(want))
			}
			played++
		}
	}
	if played == 0 {
		o.t.Error("no recording was played")
	}
	conversation := o.call(heldCall).ConversationId
	if status, body := o.get("/conversations?list=all&q=" + url.QueryEscape("영수증")); status != http.StatusOK || !strings.Contains(string(body), conversation) {
		o.t.Errorf("the search: %d %s", status, body)
	}
	for text, want := range map[string]int{password: http.StatusOK, "another": http.StatusUnauthorized} {
		login, err := json.Marshal(map[string]string{"email": email, "password": text})
		if err != nil {
			o.t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(o.t.Context(), http.MethodPost, o.base+"/login", bytes.NewReader(login))
		if err != nil {
			o.t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Origin", strings.TrimSuffix(o.base, "/api/v1"))
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			o.t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			o.t.Errorf("the login answers %d, want %d", resp.StatusCode, want)
		}
	}
}
