package jobs_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringdesk/controller/bucket"
	"ringdesk/models"
	"ringdesk/testkit/s3test"
)

// Recordings that were moved to the storage are removed there; one in a bucket that no
// setting names stays, and the job says so.
func TestStoredRecordingsArePruned_ADM_4(t *testing.T) {
	r, s := newRig(t), s3test.New(t)
	b, err := bucket.New(s.Options())
	r.must(err)
	for name, place := range map[string]string{"old": s3test.Bucket, "young": s3test.Bucket} {
		ago := 40 * day
		if name == "young" {
			ago = 20 * day
		}
		r.call(name, ago, false, "ready")
		for _, file := range []string{"all.mp3", "p.wav"} {
			f, err := os.Open(filepath.Join(r.folder, name, file))
			r.must(err)
			r.must(b.Put(t.Context(), name+"/"+file, f))
			r.must(f.Close())
		}
		r.must(os.RemoveAll(filepath.Join(r.folder, name)))
		r.tx(func(tx *models.Tx) error { return tx.StoreRecording("recording of "+name, place) })
	}
	r.keep(func(k *models.Retention) { k.RecordingDays = 30 })
	r.now = today
	r.must(r.jobs.Start(t.Context(), r.admin, "recordings"))
	r.jobs.Wait()
	if says := r.states()[0].Last.Error; !strings.Contains(says, "RINGDESK_S3_BUCKET") {
		t.Errorf("without the storage the job says %q", says)
	}
	if _, _, recording, _ := r.has("old"); !recording || len(s.Names(t)) != 4 {
		t.Errorf("without the storage there are left %v, and the recording: %v", s.Names(t), recording)
	}
	r.jobs.Bucket = b
	if last := r.run("recordings", today.Add(day)); last.RemovedOf(r.ws) != 1 {
		t.Errorf("%+v", last)
	}
	if names := strings.Join(s.Names(t), " "); names != "young/all.mp3 young/p.wav" {
		t.Errorf("left: %s", names)
	}
}
