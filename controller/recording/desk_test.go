package recording_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"ringdesk/controller/recording"
	"ringdesk/controller/tasks"
	"ringdesk/models"
)

// desk is a store with a workspace, and the folder of its recordings.
type desk struct {
	t       testing.TB
	store   *models.Store
	folder  string
	ws      string
	contact string
	number  string
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	dir := t.TempDir()
	store, err := models.Open(filepath.Join(dir, "ringdesk.db"))
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, store: store, folder: filepath.Join(dir, "recordings"), ws: models.NewID(), number: models.NewID()}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	now := models.At(time.Now())
	d.tx(func(tx *models.Tx) error {
		trunk := models.NewID()
		contact, errContact := models.FullContact{}, error(nil)
		err := errors.Join(
			tx.AddWorkspace(models.Workspace{ID: d.ws, Name: "Test", Country: "KR", TimeZone: "Asia/Seoul", CreatedAt: now}),
			tx.AddTrunk(models.Trunk{ID: trunk, WorkspaceID: d.ws, CreatedAt: now}, nil),
			tx.AddNumber(models.Number{ID: d.number, WorkspaceID: d.ws, TrunkID: trunk, Number: "+827076660001", Record: true, CreatedAt: now}),
		)
		contact, errContact = tx.ContactOfCaller(d.ws, models.Caller{Number: "+821012345678"}, now)
		d.contact = contact.ID
		return errors.Join(err, errContact)
	})
	return d
}

func (d *desk) tx(do func(*models.Tx) error) {
	d.t.Helper()
	if err := d.store.Tx(context.Background(), do); err != nil {
		d.t.Fatal(err)
	}
}

// options are the settings of a worker.
type options struct {
	recording.Options
	Now   func() time.Time
	Lease time.Duration
}

// worker makes a worker of the desk.
func (d *desk) worker(set func(*options)) *tasks.Tasks {
	log := slog.New(slog.NewTextHandler(d.t.Output(), nil))
	opt := options{Options: recording.Options{Store: d.store, Folder: d.folder, Log: log}}
	if set != nil {
		set(&opt)
	}
	return tasks.New(tasks.Options{Store: d.store, Log: log, Now: opt.Now, Lease: opt.Lease}, recording.New(opt.Options).Tasks())
}

// spoken is what one party of an over call left behind.
type spoken struct {
	party string        // "customer" or an agent
	start time.Duration // negative if nobody saw it begin
	parts []part        // nil makes a row without a file
	gone  string        // the engine's own error
}

// over makes a call that is over, its recording and tracks, and their task.
func (d *desk) over(began time.Time, journal map[string]time.Duration, says ...spoken) models.Recording {
	d.t.Helper()
	id, at := models.NewID(), models.At(began)
	rec := models.Recording{ID: models.NewID(), WorkspaceID: d.ws, CallID: id, State: "processing", Peaks: "[]", CreatedAt: at}
	for _, s := range says {
		if s.parts != nil {
			sound(d.t, d.track(rec, s.party), 8000, s.parts...)
		}
	}
	d.tx(func(tx *models.Tx) error {
		conv := models.Conversation{ID: models.NewID(), WorkspaceID: d.ws, ContactID: d.contact, Kind: "phone", Direction: "inbound", State: "open", CreatedAt: at, UpdatedAt: at}
		errs := []error{
			tx.AddConversation(conv),
			tx.AddCall(models.Call{ID: id, WorkspaceID: d.ws, ConversationID: conv.ID, ContactID: d.contact, NumberID: d.number, State: "ended", StartedAt: at, EndedAt: at, Version: 1}),
			tx.PutParticipants([]models.Participant{{CallID: id, ID: id + "-customer", WorkspaceID: d.ws, Kind: models.ContactParticipant}}),
			tx.AddRecording(rec),
			tx.AddTask(models.TaskMix, rec.ID, time.Now()),
		}
		for _, s := range says {
			var start models.Time
			if s.start >= 0 {
				start = models.At(began.Add(s.start))
			}
			errs = append(errs, tx.AddTrack(models.Track{ID: id + s.party, RecordingID: rec.ID, ParticipantID: id + "-" + s.party, Name: s.party,
				File: filepath.Join(id, s.party+".wav"), StartedAt: start, Error: s.gone}))
		}
		seq := int64(0)
		for _, kind := range []string{"call.held", "call.released"} {
			if after, ok := journal[kind]; ok {
				seq++
				errs = append(errs, tx.AddJournal([]models.JournalEntry{{CallID: id, Seq: seq, WorkspaceID: d.ws, At: models.At(began.Add(after)), Type: kind, Data: "{}"}}))
			}
		}
		return errors.Join(errs...)
	})
	return rec
}

func (d *desk) track(rec models.Recording, party string) string {
	return filepath.Join(d.folder, rec.CallID, party+".wav")
}

func (d *desk) recording(id string) models.Recording {
	d.t.Helper()
	r, err := d.store.RecordingByID(context.Background(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

// tracks gives the recording's tracks by their speaker's name.
func (d *desk) tracks(id string) map[string]models.Track {
	d.t.Helper()
	ts, err := d.store.Tracks(context.Background(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	byName := map[string]models.Track{}
	for _, t := range ts {
		byName[t.Name] = t
	}
	return byName
}

// done says whether no task is left.
func (d *desk) done() bool {
	d.t.Helper()
	_, err := d.store.NextTask(context.Background(), models.TaskMix)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		d.t.Fatal(err)
	}
	return err != nil
}

// run runs a worker until the test's end, or until the function is called.
func (d *desk) run(w *tasks.Tasks) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	var stopped bool
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			d.t.Errorf("Run: %v", err)
		}
	}
	d.t.Cleanup(stop)
	return stop
}

// until waits for a condition, for at most 20 s.
func (d *desk) until(what string, ok func() bool) {
	d.t.Helper()
	end := time.NewTimer(20 * time.Second)
	defer end.Stop()
	look := time.NewTicker(5 * ms)
	defer look.Stop()
	for !ok() {
		select {
		case <-end.C:
			d.t.Fatalf("never: %s", what)
		case <-look.C:
		}
	}
}
