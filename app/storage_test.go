package app_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"ringdesk/configs"
	"ringdesk/models"
	"ringdesk/testkit/s3test"
)

// stored gives the settings of the older installation with a storage.
func stored(t *testing.T, s *s3test.Server) configs.Settings {
	t.Helper()
	settings := emptySettings(t)
	unpack(t, settings, "older.db.gz")
	o := s.Options()
	settings.S3 = configs.S3{Endpoint: o.Endpoint, Bucket: o.Bucket, Region: o.Region, AccessKey: o.AccessKey, SecretKey: o.SecretKey, Prefix: "office/"}
	return settings
}

// ready is the older installation's recording that is ready, with its MP3.
func (o *older) ready() (models.Recording, []byte) {
	o.t.Helper()
	rows, err := o.app.Store.Calls(o.t.Context(), o.ws, models.CallFilter{Limit: 100})
	if err != nil {
		o.t.Fatal(err)
	}
	for _, row := range rows {
		all, err := o.app.Store.RecordingsOfCalls(o.t.Context(), []string{row.ID})
		if err != nil {
			o.t.Fatal(err)
		}
		if rec := all[row.ID]; rec.State == "ready" {
			mp3, err := os.ReadFile(filepath.Join("testdata", "recordings", filepath.FromSlash(rec.File)))
			if err == nil {
				return rec, mp3
			}
		}
	}
	o.t.Fatal("no recording is ready")
	return models.Recording{}, nil
}

// play gets a recording, or the part of it that header asks for.
func (o *older) play(id string, header map[string]string) (*http.Response, []byte) {
	o.t.Helper()
	resp, body := o.ask("/recordings/"+id+".mp3", header)
	return resp, body
}

// moved waits until a recording is in the storage and no longer in the folder.
func (o *older) moved(rec models.Recording) {
	o.t.Helper()
	o.until("the recording is moved", func() bool {
		now, err := o.app.Store.RecordingByID(o.t.Context(), rec.ID)
		_, gone := os.Stat(filepath.Join(o.settings.Recordings.Folder, filepath.FromSlash(rec.File)))
		return err == nil && now.Bucket == s3test.Bucket && os.IsNotExist(gone)
	})
}

// While the storage is away a recording stays in the folder and is played from there;
// afterwards it is moved, and played from the storage, in parts as well. A storage that
// is away then is told.
//
// Covers: SYS-2, END-2, OPS-3
func TestStorage_AwayAndBack(t *testing.T) {
	s := s3test.New(t)
	s.Away(true)
	o := startOn(t, stored(t, s), beginning{engine: (*older).restore})
	rec, mp3 := o.ready()
	o.until("the trouble is told", func() bool {
		resp, err := http.Get(strings.TrimSuffix(o.base, "/api/v1") + "/readyz")
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		return err == nil && strings.Contains(string(text), "the storage does not answer") && strings.Contains(string(text), "the disk fills")
	})
	if resp, got := o.play(rec.ID, nil); resp.StatusCode != http.StatusOK || !bytes.Equal(got, mp3) {
		t.Errorf("from the folder: %d, %d bytes", resp.StatusCode, len(got))
	}
	s.Away(false)
	o.moved(rec)
	if names := s.Names(t); !slices.Contains(names, "office/"+filepath.ToSlash(rec.File)) {
		t.Errorf("stored: %v", names)
	}
	whole, got := o.play(rec.ID, nil)
	if whole.StatusCode != http.StatusOK || !bytes.Equal(got, mp3) || whole.Header.Get("Content-Type") != "audio/mpeg" {
		t.Errorf("from the storage: %d, %d bytes", whole.StatusCode, len(got))
	}
	part, got := o.play(rec.ID, map[string]string{"Range": "bytes=100-199"})
	if part.StatusCode != http.StatusPartialContent || !bytes.Equal(got, mp3[100:200]) {
		t.Errorf("a part: %d, %d bytes", part.StatusCode, len(got))
	}
	if last, got := o.play(rec.ID, map[string]string{"Range": "bytes=-50"}); last.StatusCode != http.StatusPartialContent || !bytes.Equal(got, mp3[len(mp3)-50:]) {
		t.Errorf("the last part: %d, %d bytes", last.StatusCode, len(got))
	}
	if past, _ := o.play(rec.ID, map[string]string{"Range": "bytes=99999999-"}); past.StatusCode != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("past the end: %d", past.StatusCode)
	}
	if same, _ := o.play(rec.ID, map[string]string{"If-None-Match": whole.Header.Get("ETag")}); same.StatusCode != http.StatusNotModified {
		t.Errorf("the same again: %d", same.StatusCode)
	}
	s.Away(true)
	if resp, body := o.play(rec.ID, nil); resp.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(body), "recordingAway") {
		t.Errorf("away: %d %s", resp.StatusCode, body)
	}
}

// A controller that ends in the middle of an upload leaves the recording where it can
// be played, and the next one moves it.
//
// Covers: SYS-2, SYS-3
func TestStorage_RestartInMidUpload(t *testing.T) {
	s := s3test.New(t)
	held, begun := make(chan struct{}), make(chan struct{})
	var once sync.Once
	s.Begun(func(r *http.Request) {
		if r.Method == http.MethodPut {
			once.Do(func() { close(begun) })
			select {
			case <-held:
			case <-r.Context().Done():
			}
		}
	})
	settings := stored(t, s)
	var rec models.Recording
	var mp3 []byte
	t.Run("first", func(t *testing.T) {
		o := startOn(t, settings, beginning{engine: (*older).restore})
		rec, mp3 = o.ready()
		<-begun
		if _, got := o.play(rec.ID, nil); !bytes.Equal(got, mp3) {
			t.Errorf("in mid-upload: %d bytes", len(got))
		}
	}) // which ends the controller
	close(held)
	o := startOn(t, settings, beginning{engine: (*older).restore})
	o.moved(rec)
	if _, got := o.play(rec.ID, nil); !bytes.Equal(got, mp3) {
		t.Errorf("after the restart: %d bytes", len(got))
	}
}
