package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/jobs"
	"ringdesk/controller/rawdata"
	"ringdesk/controller/stats"
	"ringdesk/controller/verb"
	"ringdesk/models"
	"ringdesk/testkit/database"
)

var today = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// rig is a workspace whose clock a test sets.
type rig struct {
	t      *testing.T
	store  *models.Store
	jobs   *jobs.Scheduler
	folder string
	now    time.Time
	ws     string
	number string
	admin  verb.By
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, folder: t.TempDir(), now: today, ws: models.NewID(), number: models.NewID()}
	var err error
	r.store, err = models.Open(database.Place(t))
	r.must(err)
	t.Cleanup(func() { r.must(r.store.Close()) })
	log, clock := slog.New(slog.DiscardHandler), func() time.Time { return r.now }
	r.jobs, err = jobs.New(jobs.Options{Store: r.store, Recordings: r.folder, Statistics: stats.NewKeeper(r.store, log, "one", clock), Log: log, Now: clock})
	r.must(err)
	r.admin = verb.By{Workspace: r.ws, Role: "admin", Agent: "a"}
	at := models.At(today.AddDate(-1, 0, 0))
	r.tx(func(tx *models.Tx) error {
		trunk := models.Trunk{ID: models.NewID(), WorkspaceID: r.ws, Name: "t", CreatedAt: at}
		return errors.Join(tx.AddWorkspace(models.Workspace{ID: r.ws, Name: "w", Country: "KR", TimeZone: "Asia/Seoul", CreatedAt: at}),
			tx.AddTrunk(trunk, []string{"192.0.2.1"}),
			tx.AddNumber(models.Number{ID: r.number, WorkspaceID: r.ws, TrunkID: trunk.ID, Number: "+827076660001", CreatedAt: at}))
	})
	return r
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) tx(do func(*models.Tx) error) {
	r.t.Helper()
	r.must(r.store.Tx(r.t.Context(), do))
}

// call makes a call that ended so long ago, with a recording in a state and its files.
func (r *rig) call(name string, ago time.Duration, live bool, recording string) {
	r.t.Helper()
	ended := models.At(today.Add(-ago))
	r.tx(func(tx *models.Tx) error {
		contact := models.FullContact{Contact: models.Contact{ID: models.NewID(), WorkspaceID: r.ws, Kind: "lead", Profile: "{}", CreatedAt: ended}}
		conv := models.Conversation{ID: "conversation of " + name, WorkspaceID: r.ws, ContactID: contact.ID, Kind: "phone", Direction: "inbound", State: "closed", CreatedAt: ended, UpdatedAt: ended}
		return errors.Join(tx.AddContact(contact), tx.AddConversation(conv),
			tx.AddCall(models.Call{ID: name, WorkspaceID: r.ws, ConversationID: conv.ID, ContactID: contact.ID, NumberID: r.number, Kind: "phone", Direction: "inbound", State: "ended",
				StartedAt: ended, EndedAt: ended, Live: live, Version: 1, Data: "{}"}),
			tx.AddJournal([]models.JournalEntry{{CallID: name, Seq: 1, WorkspaceID: r.ws, At: ended, Type: "call.created", Data: "{}"}}),
			tx.PutParticipants([]models.Participant{{CallID: name, ID: "p", WorkspaceID: r.ws, Kind: "contact", State: "left"}}),
			tx.PutFacts([]models.CallFact{{CallID: name, WorkspaceID: r.ws, StartedAt: ended, EndedAt: ended}}, []models.AgentFact{{CallID: name, Part: 1, WorkspaceID: r.ws, StartedAt: ended}}),
			tx.PutCallQuality(models.CallQuality{CallID: name, ParticipantID: "p", WorkspaceID: r.ws, At: ended, Seconds: 5}))
	})
	if recording == "" {
		return
	}
	rec := models.Recording{ID: "recording of " + name, WorkspaceID: r.ws, CallID: name, State: recording, File: name + "/all.mp3", Peaks: "[]", CreatedAt: ended}
	r.tx(func(tx *models.Tx) error {
		return errors.Join(tx.AddRecording(rec), tx.AddTask(models.TaskMix, rec.ID, ended.Time),
			tx.AddTrack(models.Track{ID: "track of " + name, RecordingID: rec.ID, ParticipantID: "p", File: name + "/p.wav", StartedAt: ended}))
	})
	r.must(os.MkdirAll(filepath.Join(r.folder, name), 0o700))
	for _, f := range []string{"all.mp3", "p.wav"} {
		r.must(os.WriteFile(filepath.Join(r.folder, name, f), []byte("x"), 0o600))
	}
}

// run runs a job on a date and gives how it ended.
func (r *rig) run(name string, on time.Time) models.Job {
	r.t.Helper()
	r.now = on
	r.must(r.jobs.Start(r.t.Context(), r.admin, name))
	r.jobs.Wait()
	for _, s := range r.states() {
		if s.Name == name {
			if s.Running || s.Last.Error != "" {
				r.t.Fatalf("%s: %+v", name, s)
			}
			return s.Last
		}
	}
	r.t.Fatalf("there is no job %s", name)
	return models.Job{}
}

func (r *rig) states() []jobs.State {
	r.t.Helper()
	all, err := r.jobs.States(r.t.Context())
	r.must(err)
	return all
}

// has says what is left of a call: the row, the journal, the recording, its files.
func (r *rig) has(name string) (call, journal, recording, files bool) {
	r.t.Helper()
	ctx := r.t.Context()
	_, err := r.store.Call(ctx, r.ws, name)
	js, jerr := r.store.Journal(ctx, r.ws, name)
	qs, qerr := r.store.CallQuality(ctx, r.ws, name)
	facts, parts, ferr := r.store.FactsOfCalls(ctx, []string{name})
	_, rerr := r.store.RecordingByID(ctx, "recording of "+name)
	_, f1 := os.Stat(filepath.Join(r.folder, name, "all.mp3"))
	_, f2 := os.Stat(filepath.Join(r.folder, name, "p.wav"))
	if qerr != nil || (len(qs) > 0) != (err == nil) {
		r.t.Fatalf("%s: %v; %d reports of its sound, and the call %v", name, qerr, len(qs), err)
	}
	if ferr != nil || (len(facts) > 0) != (err == nil) || (len(parts) > 0) != (err == nil) {
		r.t.Fatalf("%s: %v; statistics of %d calls and %d agents, and the call %v", name, ferr, len(facts), len(parts), err)
	}
	if jerr != nil || (f1 == nil) != (f2 == nil) {
		r.t.Fatalf("%s: %v; files %v, %v", name, jerr, f1, f2)
	}
	return err == nil, len(js) > 0, rerr == nil, f1 == nil
}

func (r *rig) keep(change func(*models.Retention)) {
	r.t.Helper()
	k := models.DefaultRetention()
	change(&k)
	r.tx(func(tx *models.Tx) error { return tx.SetRetention(r.ws, k) })
}

const day = 24 * time.Hour

// Calls are kept for as many months as the workspace says, with all that happened in
// them; the conversation stays, and a call that goes on loses nothing.
//
// Covers: ADM-4, HIST-5.
func TestCallsArePruned_ADM_4(t *testing.T) {
	r := newRig(t)
	r.call("old", 190*day, false, "ready")
	r.call("stuck", 190*day, false, "processing")
	r.call("goes on", 190*day, true, "recording")
	r.call("young", 170*day, false, "ready")
	for range 2 { // the second time finds nothing to do
		r.run("calls", today)
		for name, kept := range map[string]bool{"old": false, "stuck": false, "goes on": true, "young": true} {
			if call, journal, recording, files := r.has(name); call != kept || journal != kept || recording != kept || files != kept {
				t.Errorf("%s: call %v, journal %v, recording %v, files %v; want all %v", name, call, journal, recording, files, kept)
			}
		}
	}
	if _, err := r.store.Conversation(t.Context(), r.ws, "conversation of old"); err != nil {
		t.Errorf("the conversation of a pruned call: %v", err)
	}
	if last := r.run("calls", today.Add(30*day)); last.RemovedOf(r.ws) != 1 {
		t.Errorf("a month later %d calls were pruned", last.RemovedOf(r.ws))
	}
	r.keep(func(k *models.Retention) { k.CallMonths = 1 })
	r.call("a month", 40*day, false, "")
	if last := r.run("calls", today); last.RemovedOf(r.ws) != 1 || last.RemovedOf("another") != 0 {
		t.Errorf("%+v", last)
	}
}

// Recordings go by a time of their own, and their calls stay; one that is still being
// made is not touched, and files that are gone already are no mistake.
func TestRecordingsArePruned_ADM_4(t *testing.T) {
	r := newRig(t)
	r.call("old", 40*day, false, "ready")
	r.call("failed", 40*day, false, "failed")
	r.call("being made", 40*day, false, "processing")
	r.call("goes on", 40*day, true, "ready")
	r.call("young", 20*day, false, "ready")
	r.must(os.RemoveAll(filepath.Join(r.folder, "failed")))
	if last := r.run("recordings", today); last.RemovedOf(r.ws) != 0 {
		t.Errorf("%d recordings of calls that are kept were pruned", last.RemovedOf(r.ws))
	}
	r.keep(func(k *models.Retention) { k.RecordingDays = 30 })
	if last := r.run("recordings", today); last.RemovedOf(r.ws) != 2 || last.EndedAt.IsZero() {
		t.Errorf("%+v", last)
	}
	for name, kept := range map[string]bool{"old": false, "being made": true, "goes on": true, "young": true} {
		if call, _, recording, files := r.has(name); !call || recording != kept || files != kept {
			t.Errorf("%s: call %v, recording %v, files %v; want %v", name, call, recording, files, kept)
		}
	}
	if _, _, recording, _ := r.has("failed"); recording {
		t.Error("a recording without files is still there")
	}
}

// More than one transaction takes is pruned too.
func TestManyArePruned_ADM_4(t *testing.T) {
	r := newRig(t)
	const many = 450
	r.tx(func(tx *models.Tx) error {
		for range many {
			if err := tx.AddAudit(models.AuditEntry{WorkspaceID: r.ws, At: models.At(today.Add(-400 * day)), ByKind: "system", Action: "changed", Kind: "team"}, nil); err != nil {
				return err
			}
		}
		return tx.AddAudit(models.AuditEntry{WorkspaceID: r.ws, At: models.At(today.Add(-300 * day)), ByKind: "system", Action: "changed", Kind: "team"}, nil)
	})
	if last := r.run("audit", today); last.RemovedOf(r.ws) != many {
		t.Errorf("%d entries", last.RemovedOf(r.ws))
	}
	es, err := r.store.Audit(t.Context(), r.ws, models.AuditFilter{Limit: 10})
	if err != nil || len(es) != 2 || es[0].Action != "ran" || es[0].ByID != "a" { // the younger one, and who ran the job
		t.Errorf("left: %+v, %v", es, err)
	}
}

// Each workspace's changes are kept as long as it says, also where many of several workspaces
// stand between each other.
func TestChangesAreKeptAsEachWorkspaceSays_ADM_4(t *testing.T) {
	const each = 450
	r := newRig(t)
	r.tx(func(tx *models.Tx) error {
		var errs []error
		for i := range each {
			errs = append(errs, tx.Changed(r.ws, "call", fmt.Sprint(i)), tx.Changed("", "call", fmt.Sprint(i))) // nobody's are kept for 48 hours
		}
		return errors.Join(errs...)
	})
	r.keep(func(k *models.Retention) { k.ChangeHours = 1 })
	r.run("changes", time.Now().Add(2*time.Hour))
	left, err := r.store.ChangesAfter(t.Context(), 0, 3*each)
	if err != nil {
		t.Fatal(err)
	}
	nobodys := 0
	for _, c := range left {
		if c.WorkspaceID == r.ws && c.Topic == "call" {
			t.Fatalf("change %d of the workspace is still there", c.Seq)
		}
		if c.WorkspaceID == "" {
			nobodys++
		}
	}
	if nobodys != each {
		t.Errorf("%d changes of nobody's are left, want %d", nobodys, each)
	}
}

// What has no use any more is removed, and nothing else.
func TestWornOutIsPruned_ADM_4(t *testing.T) {
	r := newRig(t)
	real := time.Now() // changes have their moment from the clock of the machine
	for subject, at := range map[string]time.Time{"old": real.Add(-25 * time.Hour), "new": real.Add(-time.Hour)} {
		r.tx(func(tx *models.Tx) error { return tx.LoginFailed(subject, at, time.Hour) })
	}
	r.run("attempts", real)
	for subject, want := range map[string]int{"old": 0, "new": 1} {
		if n, _, err := r.store.LoginFailures(t.Context(), subject); err != nil || n != want {
			t.Errorf("%s: %d failures, %v; want %d", subject, n, err, want)
		}
	}
	r.tx(func(tx *models.Tx) error { return tx.Changed(r.ws, "call", "c") })
	r.run("changes", real.Add(47*time.Hour))
	if seq, err := r.store.LastChange(t.Context()); err != nil || seq == 0 {
		t.Errorf("fresh changes are gone: last is %d, %v", seq, err)
	}
	r.keep(func(k *models.Retention) { k.ChangeHours = 1 })
	r.run("changes", real.Add(2*time.Hour))
	if seq, err := r.store.LastChange(t.Context()); err != nil || seq != 0 {
		t.Errorf("old changes are still there: last is %d, %v", seq, err)
	}
	var done, dead models.Task
	r.tx(func(tx *models.Tx) (err error) {
		if err := errors.Join(tx.AddTask("mix", "done", today), tx.AddTask("mix", "dead", today.Add(time.Second))); err != nil {
			return err
		}
		if done, err = tx.TakeTask("mix", today.Add(time.Minute), today.Add(time.Hour)); err != nil {
			return err
		}
		if dead, err = tx.TakeTask("mix", today.Add(time.Minute), today.Add(time.Hour)); err != nil {
			return err
		}
		return errors.Join(tx.FinishTask(done.ID, today), tx.BuryTask(dead.ID, today, "no"))
	})
	if last := r.run("tasks", today.Add(6*day)); last.RemovedOf(r.ws) != 0 {
		t.Errorf("a task that was done a week ago is gone")
	}
	if last := r.run("tasks", today.Add(8*day)); last.RemovedOf(r.ws) != 1 {
		t.Errorf("%d tasks were pruned", last.RemovedOf(r.ws))
	}
	if left, err := r.store.DeadTasks(t.Context(), 10); err != nil || len(left) != 1 {
		t.Errorf("given up tasks: %+v, %v", left, err)
	}
}

// Two controllers do not run a job at once; one that died gives it up after a while.
func TestJobRunsOnce_ADM_4(t *testing.T) {
	r := newRig(t)
	r.tx(func(tx *models.Tx) error { return tx.StartJob("calls", r.now, r.now.Add(time.Minute)) })
	var no *verb.Refusal
	if err := r.jobs.Start(t.Context(), r.admin, "calls"); !errors.As(err, &no) || no.Kind != verb.Conflict {
		t.Errorf("a job that runs: %v", err)
	}
	for _, s := range r.states() {
		if s.Running != (s.Name == "calls") || !s.NextAt.After(r.now) {
			t.Errorf("%+v", s)
		}
	}
	r.run("calls", r.now.Add(2*time.Minute))
	if err := r.jobs.Start(t.Context(), r.admin, "none"); !errors.As(err, &no) || no.Kind != verb.NotFound {
		t.Errorf("a job that there is not: %v", err)
	}
	if err := r.jobs.Start(t.Context(), verb.By{Workspace: r.ws, Role: "agent", Agent: "b"}, "calls"); !errors.As(err, &no) || no.Kind != verb.Forbidden {
		t.Errorf("an agent: %v", err)
	}
}

// A file that cannot be removed makes the run fail with the reason, and its row stays.
func TestFailureIsTold_ADM_4(t *testing.T) {
	r := newRig(t)
	r.call("old", 190*day, false, "ready")
	file := filepath.Join(r.folder, "old", "all.mp3")
	r.must(os.Remove(file))
	r.must(os.MkdirAll(filepath.Join(file, "full"), 0o700)) // a folder with something in it
	r.must(r.jobs.Start(t.Context(), r.admin, "recordings"))
	r.jobs.Wait()
	for _, s := range r.states() {
		if s.Name == "recordings" && (s.Last.Error == "" || s.Running || s.Last.EndedAt.IsZero()) {
			t.Errorf("%+v", s)
		}
	}
	if _, err := r.store.RecordingByID(t.Context(), "recording of old"); err != nil {
		t.Errorf("the row is gone, and the file is there: %v", err)
	}
}

// What was missed while no controller ran is done at the start; what was not, waits for
// its time.
func TestMissedJobsRunAtTheStart_ADM_4(t *testing.T) {
	r := newRig(t)
	for name, ago := range map[string]time.Duration{"audit": 50 * time.Hour, "calls": time.Hour} {
		r.tx(func(tx *models.Tx) error {
			at := r.now.Add(-ago)
			return errors.Join(tx.StartJob(name, at, at.Add(time.Minute)), tx.EndJob(name, at, at.Add(time.Second), nil, ""))
		})
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.jobs.Run(ctx) }()
	deadline := time.Now().Add(20 * time.Second)
	for r.last("audit").StartedAt.Before(r.now) || r.last("audit").EndedAt.IsZero() {
		if time.Now().After(deadline) {
			t.Fatal("the missed job has not run within 5 s")
		}
		time.Sleep(5 * time.Millisecond) // between looks, not instead of one
	}
	stop()
	r.must(<-ended)
	if l := r.last("calls"); !l.StartedAt.Before(r.now) {
		t.Errorf("a job that was not missed ran, too: %+v", l)
	}
	if l := r.last("sessions"); !l.StartedAt.IsZero() {
		t.Errorf("a job that had never run did at the start: %+v", l)
	}
	for _, s := range r.states() {
		if s.Name == "audit" && !s.NextAt.Equal(time.Date(2026, 11, 29, 18, 40, 0, 0, time.UTC)) {
			t.Errorf("audit is to run at %v", s.NextAt)
		}
	}
}

func (r *rig) last(name string) models.Job {
	r.t.Helper()
	all, err := r.store.Jobs(r.t.Context())
	r.must(err)
	return all[name]
}

// What the statistics of yesterday's calls lack is found, mended and told, once.
func TestStatisticsAreChecked_ADM_4_STAT_0(t *testing.T) {
	r := newRig(t)
	seoul := time.FixedZone("KST", 9*60*60)
	began := models.At(time.Date(2026, 11, 28, 23, 59, 0, 0, seoul))
	r.call("yesterday", today.Sub(began.Time), false, "")
	r.tx(func(tx *models.Tx) error {
		return tx.AddJournal([]models.JournalEntry{{CallID: "yesterday", Seq: 2, WorkspaceID: r.ws, At: began, Type: "call.ended", Data: `{"state":"ended","outcome":"answered"}`}})
	})
	r.run("statistics", today) // the first time it makes those of all calls
	r.tx(func(tx *models.Tx) error {
		return tx.PutFacts([]models.CallFact{{CallID: "yesterday", WorkspaceID: r.ws, StartedAt: began, EndedAt: began, TalkMS: 1}}, nil)
	})
	r.now = today
	r.must(r.jobs.Start(t.Context(), r.admin, "statistics"))
	r.jobs.Wait()
	if says, want := r.last("statistics").Error, "of 1 calls of yesterday 0 were missing in the statistics and 1 were wrong: they are mended"; !strings.HasSuffix(says, want) {
		t.Errorf("the job says %q, want %q", says, want)
	}
	r.run("statistics", today)
	r.tx(func(tx *models.Tx) error {
		slot := models.Slot{WorkspaceID: r.ws, Day: "2026-11-28"}
		return tx.AddSums(models.Sums{Hours: []models.HourSum{{Slot: slot, Hour: 7, Calls: 3, TalkMS: 5}}, Reasons: []models.ReasonSum{{Slot: slot, Reason: "userLeft", Calls: 1}}})
	})
	r.must(r.jobs.Start(t.Context(), r.admin, "statistics"))
	r.jobs.Wait()
	if says, want := r.last("statistics").Error, "workspace "+r.ws+": of yesterday 2 sums were wrong: 4 calls and 5 ms of talk instead of 1 and 0: they are mended"; says != want {
		t.Errorf("the job says %q, want %q", says, want)
	}
	r.run("statistics", today)
}

// Exports have times of their own; one that fails is told, keeps no other job from its
// work, and can be made at once when that is mended.
func TestExports_ADM_4_STAT_4(t *testing.T) {
	r := newRig(t)
	folder := filepath.Join(r.folder, "exports")
	r.must(os.WriteFile(folder, nil, 0o600)) // no folder
	plan := &rawdata.Schedule{Exports: &rawdata.Exports{Store: r.store, Now: func() time.Time { return r.now }}, At: "0 4 * * 1", Of: rawdata.Week, Reason: "r", Folder: folder}
	var err error
	r.jobs, err = jobs.New(jobs.Options{Store: r.store, Recordings: r.folder, Exports: plan, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return r.now }})
	r.must(err)
	r.must(r.jobs.Start(t.Context(), r.admin, "exports"))
	r.must(r.jobs.Start(t.Context(), r.admin, "audit"))
	r.jobs.Wait()
	if e, a := r.last("exports"), r.last("audit"); e.Error == "" || a.Error != "" || a.EndedAt.IsZero() {
		t.Errorf("the export %+v, another job %+v", e, a)
	}
	r.must(os.Remove(folder))
	r.run("exports", today.Add(time.Hour))
	if files, err := os.ReadDir(filepath.Join(folder, r.ws)); err != nil || len(files) != 2 {
		t.Errorf("%d files, %v", len(files), err)
	}
	states := r.states()
	if last := states[len(states)-1]; last.Name != "exports" || !last.NextAt.Equal(time.Date(2026, 11, 29, 19, 0, 0, 0, time.UTC)) {
		t.Errorf("the exports: %+v", last)
	}
}
