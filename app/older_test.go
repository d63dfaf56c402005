package app_test

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/app"
	"ringdesk/configs"
	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/exchange"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// unpack writes a copy of an older database, with its recordings, into a data
// folder. older.db.gz was made on the real Asterisk by the version before calls had
// participants and owners: its controller was killed with four calls going on.
// schema-0030.db.gz is that one after the version of the migration of that number had
// taken it over, with the same calls still going on.
func unpack(t *testing.T, s configs.Settings, database string) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", database))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	db, err := io.ReadAll(z)
	if err == nil {
		err = errors.Join(os.WriteFile(s.Database(), db, 0o600), os.CopyFS(s.Recordings.Folder, os.DirFS("testdata/recordings")))
	}
	if err == nil {
		err = moveToNow(s.Database())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// stamp is a moment as the calls' states have it (RFC 3339).
var stamp = regexp.MustCompile(`"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"`)

// moveToNow makes the calls that go on ones of a moment ago: their waits and rings
// would be over.
func moveToNow(file string) (err error) {
	db, err := sql.Open("sqlite", file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var last int64
	if err := db.QueryRow("SELECT MAX(at) FROM journal").Scan(&last); err != nil {
		return err
	}
	by := (time.Since(time.UnixMicro(last)) - time.Second).Truncate(time.Microsecond)
	states := map[string]string{}
	rows, err := db.Query("SELECT id, data FROM calls WHERE live")
	if err != nil {
		return err
	}
	for rows.Next() {
		var id, data string
		if err := rows.Scan(&id, &data); err != nil {
			return err
		}
		states[id] = stamp.ReplaceAllStringFunc(data, func(s string) string {
			at, err := time.Parse(`"`+time.RFC3339Nano+`"`, s)
			if err != nil {
				return s
			}
			return at.Add(by).Format(`"` + time.RFC3339Nano + `"`)
		})
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for id, data := range states {
		if _, err := db.Exec("UPDATE calls SET data = ? WHERE id = ?", data, id); err != nil {
			return err
		}
		for table, key := range map[string]string{"calls": "id", "participants": "call_id", "journal": "call_id"} {
			if err := later(db, table, key, id, by); err != nil {
				return err
			}
		}
	}
	return nil
}

// later moves every moment of the rows of a call, in a table that may not be there yet.
func later(db *sql.DB, table, key, id string, by time.Duration) error {
	rows, err := db.Query(`SELECT name FROM pragma_table_info(?) WHERE name = 'at' OR name LIKE '%\_at' ESCAPE '\' OR name LIKE '%\_until' ESCAPE '\'`, table)
	if err != nil {
		return err
	}
	var sets []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		sets = append(sets, fmt.Sprintf("%[1]s = %[1]s + %[2]d", name, by.Microseconds()))
	}
	if err := rows.Err(); err != nil || len(sets) == 0 {
		return err
	}
	_, err = db.Exec("UPDATE "+table+" SET "+strings.Join(sets, ", ")+" WHERE "+key+" = ?", id)
	return err
}

// older is an App on the older database, whose engine may have what Asterisk had.
type older struct {
	t        *testing.T
	settings configs.Settings
	app      *app.App
	sw       *memory.Switch
	lines    map[engine.LegID]*memory.Line
	ws       string
	base     string
	live     map[string]call.Call // by what they were in the middle of
}

func openOlder(t *testing.T) *older { return openOld(t, "older.db.gz") }

// openOld starts an App on a database of testdata.
func openOld(t *testing.T, database string) *older {
	t.Helper()
	s := emptySettings(t)
	unpack(t, s, database)
	return startOn(t, s, beginning{engine: (*older).restore})
}

// beginning says how an App begins on a copy of the older database.
type beginning struct {
	sw     *memory.Switch // the engine; nil is a new one
	engine func(*older)   // does something to it before the App runs
	log    slog.Handler   // nil is the test's own
}

// emptySettings are those of an installation in which nothing is.
func emptySettings(t *testing.T) configs.Settings {
	dir, s := t.TempDir(), configs.Default()
	s.Storage.Data, s.Recordings.Folder, s.Sounds.Folder, s.Storage.KeepFreeMiB = dir, filepath.Join(dir, "recordings"), filepath.Join(dir, "sounds"), 1
	return s
}

// startOn starts an App on a copy of the older database.
func startOn(t *testing.T, s configs.Settings, b beginning) *older {
	t.Helper()
	if b.sw == nil {
		b.sw = memory.New(memory.Options{})
	}
	if b.log == nil {
		b.log = slog.NewTextHandler(t.Output(), nil)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o := &older{t: t, settings: s, sw: b.sw, base: "http://" + listener.Addr().String() + "/api/v1", live: map[string]call.Call{}}
	ctx, stop := context.WithCancel(context.Background())
	o.app, err = app.Open(ctx, app.Options{Settings: s, Log: slog.New(b.log), Listener: listener, Around: inMemory(o.sw)})
	if err != nil {
		stop()
		t.Fatal(err)
	}
	b.engine(o)
	ended := make(chan error, 1)
	go func() { ended <- o.app.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-ended, o.app.Close()); err != nil {
			t.Error(err)
		}
	})
	o.until("the engine's link", func() bool { return o.app.Exchange.EngineUp() == nil })
	return o
}

// restore gives the engine the legs, rooms and recordings of the live calls.
func (o *older) restore() {
	rows, err := o.app.Store.LiveCalls(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	snap := engine.Snapshot{Legs: map[engine.LegID]engine.LegState{}, Rooms: map[engine.RoomID][]engine.LegID{}, Recordings: map[engine.RecordingID]bool{}}
	speakers := map[engine.RecordingID]engine.LegID{}
	for _, row := range rows {
		c, err := call.Decode(row.Data)
		if err != nil {
			o.t.Fatal(err)
		}
		o.ws = c.WorkspaceID
		o.filled(row, c)
		what := string(c.State)
		room := c.Room
		switch {
		case c.State != call.Talking:
			room = ""
		case c.Hold != nil:
			what, room = "held", ""
		case len(c.Agents) > 1:
			what = "inviting"
		}
		o.live[what] = c
		if c.Room != "" {
			snap.Rooms[c.Room] = nil
		}
		snap.Legs[c.Customer.Leg] = engine.LegState{Answered: c.Customer.Answered, Inbound: true, Room: room}
		parties := []call.Party{c.Customer.Party}
		for _, a := range c.Agents {
			if !a.Gone {
				snap.Legs[a.Leg] = engine.LegState{Answered: a.State == call.PartyJoined, Room: map[bool]engine.RoomID{true: c.Room}[a.State == call.PartyJoined]}
			}
			parties = append(parties, a.Party)
		}
		for _, p := range parties {
			for _, tr := range p.Tracks {
				snap.Recordings[tr.ID], speakers[tr.ID] = !tr.Closed, p.Leg
			}
		}
	}
	o.lines = o.sw.Restore(snap, speakers)
}

// until waits for a condition, for at most 20 s.
func (o *older) until(what string, ok func() bool) {
	o.t.Helper()
	end := time.NewTimer(20 * time.Second)
	defer end.Stop()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-end.C:
			o.t.Fatalf("never: %s", what)
		case <-look.C:
		}
	}
}

// get asks the API with a key that is made for the test.
func (o *older) get(path string) (int, []byte) {
	o.t.Helper()
	resp, body := o.ask(path, nil)
	return resp.StatusCode, body
}

// ask is get with headers.
func (o *older) ask(path string, header map[string]string) (*http.Response, []byte) {
	o.t.Helper()
	sum := sha256.Sum256([]byte("secret"))
	err := o.app.Store.Tx(o.t.Context(), func(tx *models.Tx) error {
		return tx.AddAPIKey(models.APIKey{AccessKey: "older", WorkspaceID: o.ws, Name: "test", SecretHash: hex.EncodeToString(sum[:]), CreatedAt: models.At(time.Now())})
	})
	if err != nil && !errors.Is(err, models.ErrConflict) {
		o.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, o.base+path, nil)
	if err != nil {
		o.t.Fatal(err)
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	req.Header.Set("x-access-key", "older")
	req.Header.Set("x-access-secret", "secret")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		o.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return resp, body
}

func (o *older) call(id string) api.Call {
	o.t.Helper()
	status, body := o.get("/calls/" + id)
	var c api.Call
	if err := json.Unmarshal(body, &c); err != nil || status != http.StatusOK {
		o.t.Fatalf("%d %s: %v", status, body, err)
	}
	return c
}

// A database of an earlier version opens, its calls in mid-talk are taken over,
// and end as they should.
//
// Covers: SYS-3, END-6, IN-6
func TestOlderDatabase_CallsGoOn(t *testing.T) {
	for _, database := range []string{"older.db.gz", "schema-0030.db.gz"} {
		t.Run(database, func(t *testing.T) { callsGoOn(t, openOld(t, database)) })
	}
}

func callsGoOn(t *testing.T, o *older) {
	t.Helper()
	if n := o.app.Exchange.Live(); n != 4 || len(o.live) != 4 {
		t.Fatalf("%d calls go on: %v", n, o.live)
	}
	for what, c := range o.live {
		if got := o.call(c.ID); string(got.State) != string(c.State) || len(got.Participants) != 1+len(c.Agents) || got.From != c.From ||
			!got.StartedAt.Equal(c.StartedAt.Truncate(time.Microsecond)) {
			t.Errorf("%s is shown as %+v", what, got)
		}
	}
	held := o.call(o.live["held"].ID)
	if a := held.Participants[1]; held.Hold == nil || held.Hold.Name != a.Name || !held.Participants[0].OnHold || !a.Muted {
		t.Errorf("the held call: %+v", held)
	}
	_, err := o.app.Exchange.Do(t.Context(), o.ws, held.Id, call.Do{AgentID: held.Hold.AgentId, Action: call.Release})
	if err != nil {
		t.Error(err)
	}
	if waits := o.call(o.live["queued"].ID); waits.Queue == nil || waits.Queue.Position != 1 {
		t.Errorf("who waits: %+v", waits)
	}
	if invited := o.call(o.live["inviting"].ID).Participants[2]; invited.State != "ringing" || invited.InvitedBy == nil || invited.InvitedBy.Name == "" {
		t.Errorf("the invited colleague: %+v", invited)
	}
	for _, c := range o.live {
		o.lines[c.Customer.Leg].Hangup()
	}
	o.until("no call is left", func() bool { return o.app.Exchange.Live() == 0 })
	for what, c := range o.live {
		got := o.call(c.ID)
		if want := map[bool]string{true: "missed", false: "ended"}[what == "queued"]; string(got.State) != want || *got.EndedBy != "customer" {
			t.Errorf("%s ended as %s by %s", what, got.State, *got.EndedBy)
		}
		if what == "queued" {
			continue
		}
		tracks, err := o.app.Store.Tracks(t.Context(), c.RecordingID)
		if err != nil || slices.ContainsFunc(tracks, func(tr models.Track) bool { return tr.EndedAt.IsZero() || tr.Error != "" }) {
			t.Errorf("tracks of the call %s: %+v, %v", what, tracks, err)
		}
	}
	if claims, err := o.app.Store.Claims(t.Context()); err != nil || len(claims) > 0 {
		t.Errorf("claims %v, %v", claims, err)
	}
	if err := o.sw.Idle(); err != nil {
		t.Error(err)
	}
	all, err := o.app.Store.Participants(t.Context(), held.Id)
	if err != nil || all[held.Id][0].HeldMS <= 0 || all[held.Id][1].MutedMS <= 0 || all[held.Id][1].HeldMS != all[held.Id][0].HeldMS {
		t.Errorf("the held call's participants %+v, %v", all[held.Id], err)
	}
}

// What an earlier version has recorded and written down is shown and played.
//
// Covers: END-2, END-6
func TestOlderDatabase_IsShown(t *testing.T) {
	o := openOlder(t)
	rows, err := o.app.Store.Calls(t.Context(), o.ws, models.CallFilter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]int{}
	for _, row := range rows {
		c, err := call.Decode(row.Data)
		if err != nil {
			t.Fatal(err)
		}
		if !row.Live {
			o.filled(row, c)
		}
		got := o.call(row.ID)
		all[string(got.State)]++
		if got.Recording == nil {
			continue
		}
		all["recording "+string(got.Recording.State)]++
		if got.Recording.Url == nil {
			continue
		}
		status, mp3 := o.get("/recordings/" + got.Recording.Id + ".mp3")
		if status != http.StatusOK || len(mp3) < 1000 {
			t.Errorf("the recording of %s: %d, %d bytes", row.ID, status, len(mp3))
		}
	}
	want := map[string]int{"ended": 2, "missed": 2, "talking": 3, "queued": 1}
	for what, n := range want {
		if all[what] != n {
			t.Errorf("%d calls are %s, want %d", all[what], what, n)
		}
	}
	if all["recording ready"] < 1 || all["recording processing"] < 1 || all["recording recording"] != 3 {
		t.Errorf("recordings: %v", all)
	}
	if due, err := o.app.Store.NextTask(t.Context(), models.TaskMix); err != nil {
		t.Errorf("the mix that waits: due %v, %v", due, err)
	}
	if status, body := o.get("/conversations?list=all"); status != http.StatusOK {
		t.Errorf("conversations: %d %s", status, body)
	}
}

// filled asserts that a call's columns and participants are what saving it would
// write today.
func (o *older) filled(row models.Call, c call.Call) {
	o.t.Helper()
	want := exchange.Row(&c)
	row.Data = ""
	want.Owner, want.MissedHandledAt, want.Version = row.Owner, row.MissedHandledAt, row.Version
	if row != want {
		o.t.Errorf("call\n%+v, want\n%+v", row, want)
	}
	got, err := o.app.Store.Participants(o.t.Context(), c.ID)
	if err != nil {
		o.t.Fatal(err)
	}
	parties := exchange.Participants(got[c.ID], &c, time.Now()) // with the times that only the journal has
	if !slices.Equal(got[c.ID], parties) {
		o.t.Errorf("participants\n%+v, want\n%+v", got[c.ID], parties)
	}
	for _, p := range got[c.ID] {
		if c.State == call.Ended && p.State == "left" && p.HeldMS+p.MutedMS > 0 {
			o.t.Logf("%s %s: on hold for %d ms, muted for %d ms", c.ID, p.Name, p.HeldMS, p.MutedMS)
		}
	}
}
