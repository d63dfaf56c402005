package recording_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ringdesk/models"
)

var began = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// Covers: END-1, END-2, END-6, HOLD-4 (what the agent says stays, what the
// customer says does not), CALL-4 (a muted stretch is silent in the track).
func TestWorker_MakesTheRecording(t *testing.T) {
	d := newDesk(t)
	rec := d.over(began, map[string]time.Duration{"call.held": 3 * time.Second, "call.released": 4 * time.Second},
		spoken{party: "customer", start: 1 * time.Second, parts: []part{{5 * time.Second, 440}}},
		spoken{party: "kim", start: 1500 * ms, parts: []part{{3 * time.Second, 1000}, {time.Second, 0}, {500 * ms, 1000}}},
		spoken{party: "lee", start: 2 * time.Second},
		spoken{party: "park", start: 2 * time.Second, parts: []part{}},
		spoken{party: "choi", start: 2 * time.Second, gone: "The engine lost it."})
	d.run(d.worker(nil))
	d.until("recording ready", d.done)

	got := d.recording(rec.ID)
	if got.State != "ready" || got.Error != "" || got.File != filepath.Join(rec.CallID, rec.ID+".mp3") {
		t.Fatalf("recording %+v", got)
	}
	if want := began.Add(time.Second); !got.StartedAt.Equal(want) || got.DurationMS != 5000 {
		t.Errorf("starts %v and lasts %d ms, want %v, 5000", got.StartedAt, got.DurationMS, want)
	}
	if peaks := got.Waveform().All; len(peaks) != 250 || peaks[10] < 20 || peaks[10] > 30 {
		t.Errorf("waveform %v", peaks)
	}
	assertHeard(t, decode(t, filepath.Join(d.folder, got.File)),
		heard{0, 500 * ms, []int{440}}, heard{500 * ms, 2 * time.Second, []int{440, 1000}},
		heard{2 * time.Second, 3 * time.Second, []int{1000}}, // hold
		heard{3 * time.Second, 3500 * ms, []int{440, 1000}},
		heard{3500 * ms, 4500 * ms, []int{440}}, // the agent is muted
		heard{4500 * ms, 5 * time.Second, []int{440, 1000}})
	tracks := d.tracks(rec.ID)
	for name, want := range map[string]models.Track{
		"customer": {DurationMS: 5000}, "kim": {DurationMS: 4500},
		"lee": {Error: "The track's file is missing."}, "park": {Error: "The track is empty."}, "choi": {Error: "The engine lost it."},
	} {
		if tr := tracks[name]; tr.DurationMS != want.DurationMS || tr.Error != want.Error {
			t.Errorf("%s: %d ms, %q; want %d, %q", name, tr.DurationMS, tr.Error, want.DurationMS, want.Error)
		}
	}
	if _, err := os.Stat(d.track(rec, "customer")); err != nil {
		t.Errorf("the master is gone: %v", err)
	}
}

// Covers: END-1 (the limit of one recording).
func TestWorker_Limit(t *testing.T) {
	d := newDesk(t)
	rec := d.over(began, nil, spoken{party: "customer", parts: []part{{3 * time.Second, 440}}})
	d.run(d.worker(func(o *options) { o.Limit = 2 * time.Second }))
	d.until("recording ready", d.done)
	if got := d.recording(rec.ID); got.DurationMS != 2000 || d.tracks(rec.ID)["customer"].DurationMS != 3000 {
		t.Errorf("recording %+v", got)
	}
}

// A task that comes for a ready recording, or for none, changes nothing.
func TestWorker_NothingToDo(t *testing.T) {
	d := newDesk(t)
	rec := d.over(began, nil, spoken{party: "customer", parts: []part{{time.Second, 440}}})
	d.tx(func(tx *models.Tx) error {
		return errors.Join(tx.UpdateRecording(rec, models.RecordingUpdate{State: new("ready"), File: new("kept.mp3"), DurationMS: new(int64(7))}),
			tx.AddTask(models.TaskMix, "no such recording", time.Now()))
	})
	d.run(d.worker(nil))
	d.until("tasks done", d.done)
	if got := d.recording(rec.ID); got.State != "ready" || got.File != "kept.mp3" || got.DurationMS != 7 {
		t.Errorf("recording %+v", got)
	}
	if _, err := os.Stat(filepath.Join(d.folder, rec.CallID, rec.ID+".mp3")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it was mixed again: %v", err)
	}
}

// Ten attempts, ever further apart, and then a sentence for people.
func TestWorker_FailsInTheEnd(t *testing.T) {
	speech := []spoken{{party: "customer", parts: []part{{time.Second, 440}}}}
	every := []time.Duration{2 * time.Second, 10 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute,
		30 * time.Minute, time.Hour, time.Hour, time.Hour}
	for _, c := range []struct {
		name   string
		lame   string
		says   []spoken
		pauses []time.Duration
		error  string
	}{
		{"no lame", "/nowhere/lame", speech, every, "The program lame, which makes the MP3, is not installed or cannot be run."},
		{"full disk", script(t, "echo 'av_interleaved_write_frame(): No space left on device' >&2; exit 1"), speech, every,
			"The disk of the recordings folder is full."},
		{"lame gives up", script(t, "exit 1"), speech, every, "The program lame could not make the MP3."},
		{"files away", "lame", []spoken{{party: "customer"}}, every, "The files of this call's tracks are missing or cannot be read."},
		{"never begun", "lame", []spoken{{party: "customer", start: -1, gone: "the engine did not begin it: gone"}}, nil,
			"There is nothing to play: no track of this call holds sound."},
		{"nothing recorded", "lame", []spoken{{party: "customer", gone: models.NothingRecorded}}, nil,
			"There is nothing to play: no track of this call holds sound."},
		{"no room", "lame", []spoken{{party: "customer", start: -1, gone: models.NoRoom}}, nil,
			"This call was not recorded, since the disk of the recordings was nearly full."},
		{"empty tracks", "lame", []spoken{{party: "customer", parts: []part{}}}, nil, "There is nothing to play: no track of this call holds sound."},
		{"no tracks", "lame", nil, nil, "There is nothing to play: no track of this call holds sound."},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			rec := d.over(began, nil, c.says...)
			clock := newClock()
			w := d.worker(func(o *options) { o.Lame, o.Now = c.lame, clock.now })
			d.run(w)
			for i, want := range c.pauses {
				var due time.Time
				d.until("the next attempt is due", func() bool {
					var err error
					due, err = d.store.NextTask(t.Context(), models.TaskMix)
					return err == nil && due.Equal(clock.now().Add(want))
				})
				if got := d.recording(rec.ID); got.State != "processing" || got.Error != c.error {
					t.Fatalf("after attempt %d: recording %+v", i+1, got)
				}
				clock.set(due)
				w.Kick(models.TaskMix)
			}
			d.until("no attempt is left", d.done)
			if got := d.recording(rec.ID); got.State != "failed" || got.Error != c.error {
				t.Errorf("recording %+v", got)
			}
		})
	}
}

// clock stands still until it is set.
type clock struct{ at atomic.Pointer[time.Time] }

func newClock() *clock {
	c := &clock{}
	c.set(time.Now().Add(time.Second).Truncate(time.Microsecond))
	return c
}

func (c *clock) now() time.Time   { return *c.at.Load() }
func (c *clock) set(at time.Time) { c.at.Store(&at) }

// lame is installed while the recording waits.
func TestWorker_TriesAgain(t *testing.T) {
	d := newDesk(t)
	rec := d.over(began, nil, spoken{party: "customer", parts: []part{{time.Second, 440}}})
	flag := filepath.Join(t.TempDir(), "flag")
	d.run(d.worker(func(o *options) {
		o.Lame = script(t, `[ -e `+flag+` ] && exec lame "$@"; touch `+flag+`; exit 1`)
	}))
	d.until("an error is told", func() bool { return strings.Contains(d.recording(rec.ID).Error, "lame") })
	if got := d.recording(rec.ID); got.State != "processing" {
		t.Errorf("recording %+v", got)
	}
	d.until("recording ready", d.done)
	if got := d.recording(rec.ID); got.State != "ready" || got.Error != "" {
		t.Errorf("recording %+v", got)
	}
}

// A worker that died in the middle held a lease: when it runs out, the task is
// done once more, and only once.
func TestWorker_AfterCrash(t *testing.T) {
	d := newDesk(t)
	rec := d.over(began, nil, spoken{party: "customer", parts: []part{{time.Second, 440}}})
	var crashed models.Task
	lease := time.Now().Add(300 * ms)
	d.tx(func(tx *models.Tx) (err error) {
		crashed, err = tx.TakeTask(models.TaskMix, time.Now(), lease)
		return err
	})
	d.run(d.worker(nil))
	d.until("recording ready", d.done)
	if got := d.recording(rec.ID); got.State != "ready" || time.Now().Before(lease) {
		t.Errorf("recording %+v before the lease ran out: %v", got, time.Now().Before(lease))
	}
	err := d.store.Tx(t.Context(), func(tx *models.Tx) error { return tx.HoldTask(crashed, time.Now()) })
	if !errors.Is(err, models.ErrConflict) {
		t.Errorf("the dead worker may still write: %v", err)
	}
}

// gate makes an lame that waits until the function is called. passed returns
// once a worker stands there.
func gate(t *testing.T) (lame string, passed func() (open func())) {
	t.Helper()
	pipe := filepath.Join(t.TempDir(), "gate")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	return script(t, `cat `+pipe+`; exec lame "$@"`), func() func() {
		w, err := os.OpenFile(pipe, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		return func() {
			if err := w.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// overtake takes the task that a worker is at.
func (d *desk) overtake() {
	d.t.Helper()
	d.tx(func(tx *models.Tx) error {
		_, err := tx.TakeTask(models.TaskMix, time.Now().Add(time.Hour), time.Now().Add(2*time.Hour))
		return err
	})
}

// A worker that was overtaken (its machine slept) and notices at the end
// writes nothing.
func TestWorker_OvertakenAtTheEnd(t *testing.T) {
	d := newDesk(t)
	rec := d.over(began, nil, spoken{party: "customer", parts: []part{{time.Second, 440}}})
	lame, atGate := gate(t)
	stop := d.run(d.worker(func(o *options) { o.Lame = lame }))
	open := atGate()
	d.overtake()
	open()
	d.until("it is mixed", func() bool {
		_, err := os.Stat(filepath.Join(d.folder, rec.CallID, rec.ID+".mp3"))
		return err == nil
	})
	stop()
	if got := d.recording(rec.ID); got.State != "processing" || d.done() {
		t.Errorf("recording %+v, done %v", got, d.done())
	}
}

// A worker that was overtaken gives up as soon as it cannot renew its lease.
func TestWorker_OvertakenInTheMiddle(t *testing.T) {
	d := newDesk(t)
	rec := d.over(began, nil, spoken{party: "customer", parts: []part{{time.Second, 440}}})
	lame, atGate := gate(t)
	d.run(d.worker(func(o *options) { o.Lame, o.Lease = lame, 300*ms }))
	defer atGate()()
	d.overtake()
	d.until("the mix is given up", func() bool { return len(dir(t, filepath.Join(d.folder, rec.CallID))) == 1 })
	if got := d.recording(rec.ID); got.State != "processing" || got.Error != "" || d.done() {
		t.Errorf("recording %+v, done %v", got, d.done())
	}
}

// A long mix keeps its lease: nobody else begins it meanwhile.
func TestWorker_LongMix(t *testing.T) {
	d := newDesk(t)
	rec := d.over(began, nil, spoken{party: "customer", parts: []part{{time.Second, 440}}})
	lame, atGate := gate(t)
	d.run(d.worker(func(o *options) { o.Lame, o.Lease, o.Workers = lame, 300*ms, 2 }))
	open := atGate()
	taken := time.Now()
	d.until("the lease is renewed", func() bool {
		due, err := d.store.NextTask(t.Context(), models.TaskMix)
		return err == nil && due.After(taken.Add(900*ms))
	})
	if names := dir(t, filepath.Join(d.folder, rec.CallID)); len(names) != 2 {
		t.Errorf("more than one mix: %v", names)
	}
	open()
	d.until("recording ready", d.done)
	if got := d.recording(rec.ID); got.State != "ready" {
		t.Errorf("recording %+v", got)
	}
}

// A recording whose mix brings the controller down each time is given up.
func TestWorker_CrashesEachTime(t *testing.T) {
	d := newDesk(t)
	rec := d.over(began, nil, spoken{party: "customer", parts: []part{{time.Second, 440}}})
	for range 10 {
		d.tx(func(tx *models.Tx) error {
			_, err := tx.TakeTask(models.TaskMix, time.Now(), time.Now())
			return err
		})
	}
	d.run(d.worker(nil))
	d.until("no attempt is left", d.done)
	if got := d.recording(rec.ID); got.State != "failed" || !strings.Contains(got.Error, "interrupted each time") {
		t.Errorf("recording %+v", got)
	}
}

// A stop in the middle gives the task back at once.
func TestWorker_StoppedInTheMiddle(t *testing.T) {
	d := newDesk(t)
	rec := d.over(began, nil, spoken{party: "customer", parts: []part{{time.Second, 440}}})
	at := filepath.Join(t.TempDir(), "at")
	stop := d.run(d.worker(func(o *options) { o.Lame = script(t, `touch `+at+`; exec tail -f /dev/null`) }))
	d.until("ffmpeg runs", func() bool { _, err := os.Stat(at); return err == nil })
	began := time.Now()
	stop()
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("stopping took %v", took)
	}
	if names := dir(t, filepath.Join(d.folder, rec.CallID)); len(names) != 1 {
		t.Errorf("left behind: %v", names)
	}
	if due, err := d.store.NextTask(t.Context(), models.TaskMix); err != nil || due.After(time.Now()) {
		t.Errorf("due %v, %v", due, err)
	}
	d.run(d.worker(nil))
	d.until("recording ready", d.done)
}

// A mix that never ends is stopped.
func TestWorker_Timeout(t *testing.T) {
	d := newDesk(t)
	rec := d.over(began, nil, spoken{party: "customer", parts: []part{{time.Second, 440}}})
	d.run(d.worker(func(o *options) { o.Lame, o.Timeout = script(t, `exec tail -f /dev/null`), 50*ms }))
	d.until("an error is told", func() bool { return strings.Contains(d.recording(rec.ID).Error, "too long") })
}

// Several workers, and tasks that come while they work.
func TestWorker_ManyAtOnce(t *testing.T) {
	d := newDesk(t)
	w := d.worker(func(o *options) { o.Workers = 3 })
	other := d.worker(nil)
	d.run(w)
	d.run(other)
	recs := map[string]int{}
	for i := range 12 {
		rec := d.over(began, nil, spoken{party: "customer", parts: []part{{time.Duration(i+1) * 100 * ms, 440}}})
		recs[rec.ID] = (i + 1) * 100
		w.Kick(models.TaskMix)
		other.Kick(models.TaskMix)
	}
	d.until("all are ready", d.done)
	for id, want := range recs {
		got := d.recording(id)
		if got.State != "ready" || got.DurationMS != int64(want) {
			t.Errorf("recording %+v, want %d ms", got, want)
		}
		if names := dir(t, filepath.Join(d.folder, got.CallID)); len(names) != 2 {
			t.Errorf("folder %v", names)
		}
	}
}
