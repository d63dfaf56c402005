package api_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/models"
)

// ready makes a place's recording ready with the given sound.
func (e *env) ready(p place, sound []byte) {
	e.t.Helper()
	file := p.id + "/" + p.recording + ".mp3"
	e.writeFile(file, sound)
	e.tx(func(tx *models.Tx) error {
		r := models.Recording{ID: p.recording, WorkspaceID: p.id, CallID: p.call}
		began := time.Date(2026, 11, 23, 1, 2, 3, 0, time.UTC)
		add(e, tx.AddTrack(models.Track{ID: models.NewID(), RecordingID: r.ID, ParticipantID: models.NewID(), Name: "Kim", StartedAt: models.At(began.Add(1500 * time.Millisecond)), DurationMS: 500}))
		return tx.UpdateRecording(r, models.RecordingUpdate{State: new("ready"), File: &file, DurationMS: new(int64(2000)), StartedAt: new(models.At(began)),
			Peaks: new(models.EncodeWaveform(models.Waveform{All: []int{1, 100, 3}, Customer: []int{1, 0, 3}, Agents: []int{0, 100, 1}}))})
	})
}

// Covers: END-2.
func TestRecording(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	at := "/recordings/" + e.here.recording
	r := into[api.Recording](c.do("GET", at, "").want(200))
	if r.Lanes != nil {
		t.Errorf("a recording as earlier versions wrote it has lanes: %+v", r.Lanes)
	}
	if r.State != "recording" || r.Url != nil || r.Peaks == nil || r.Tracks == nil {
		t.Errorf("recording: %+v", r)
	}
	c.do("GET", at+".mp3", "").problem(409, api.ProblemCodeConflict)
	e.ready(e.here, []byte("0123456789"))
	r = into[api.Recording](c.do("GET", at, "").want(200))
	if r.State != "ready" || r.Url == nil || *r.Url != "/api/v1"+at+".mp3" || *r.DurationMs != 2000 || len(r.Peaks) != 3 || r.Lanes == nil || r.Lanes.Customer[2] != 3 || r.Lanes.Agents[1] != 100 ||
		len(r.Tracks) != 1 || r.Tracks[0].StartMs != 1500 || r.Tracks[0].DurationMs != 500 {
		t.Errorf("recording: %+v", r)
	}
	if got := into[api.Call](c.do("GET", "/calls/"+e.here.call, "").want(200)).Recording; got.Url == nil || *got.Url != *r.Url {
		t.Errorf("the call's recording: %+v", got)
	}
	e.tx(func(tx *models.Tx) error {
		return tx.UpdateRecording(models.Recording{ID: e.here.recording, WorkspaceID: e.here.id, CallID: e.here.call},
			models.RecordingUpdate{State: new("failed"), Error: new("the disk was full")})
	})
	if p := c.do("GET", at+".mp3", "").problem(409, api.ProblemCodeConflict); !strings.Contains(p.Title, "the disk was full") {
		t.Errorf("title %q", p.Title)
	}
}

// Covers: END-2 (seek, download).
func TestSound(t *testing.T) {
	e := start(t)
	sound := bytes.Repeat([]byte("0123456789"), 100)
	e.ready(e.here, sound)
	c := e.as(e.here.agent)
	at := "/recordings/" + e.here.recording + ".mp3"
	whole := c.do("GET", at, "").want(200)
	if !bytes.Equal(whole.body, sound) || whole.header.Get("Content-Type") != "audio/mpeg" || whole.header.Get("Accept-Ranges") != "bytes" ||
		whole.header.Get("Content-Disposition") != "" {
		t.Errorf("headers: %v", whole.header)
	}
	etag := whole.header.Get("Etag")
	for name, tc := range map[string]struct {
		header, value, ifRange string
		status                 int
		body, contentRange     string
	}{
		"first bytes":        {"Range", "bytes=0-9", "", 206, "0123456789", "bytes 0-9/1000"},
		"middle":             {"Range", "bytes=15-16", "", 206, "56", "bytes 15-16/1000"},
		"to the end":         {"Range", "bytes=998-", "", 206, "89", "bytes 998-999/1000"},
		"last bytes":         {"Range", "bytes=-3", "", 206, "789", "bytes 997-999/1000"},
		"past the end":       {"Range", "bytes=990-5000", "", 206, "0123456789", "bytes 990-999/1000"},
		"more than there is": {"Range", "bytes=-5000", "", 200, string(sound), ""},
		"all":                {"Range", "bytes=0-", "", 200, string(sound), ""},
		"behind the end":     {"Range", "bytes=1000-", "", 416, "", "bytes */1000"},
		"nothing":            {"Range", "bytes=-0", "", 416, "", "bytes */1000"},
		"backwards":          {"Range", "bytes=9-2", "", 200, string(sound), ""},
		"several":            {"Range", "bytes=0-1,4-5", "", 200, string(sound), ""},
		"other unit":         {"Range", "lines=0-1", "", 200, string(sound), ""},
		"same file":          {"Range", "bytes=0-1", etag, 206, "01", "bytes 0-1/1000"},
		"other file":         {"Range", "bytes=0-1", `"other"`, 200, string(sound), ""},
		"known":              {"If-None-Match", etag, "", 304, "", ""},
		"known among others": {"If-None-Match", `"x", W/` + etag, "", 304, "", ""},
		"not known":          {"If-None-Match", `"x"`, "", 200, string(sound), ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := c.with(tc.header, tc.value).with("If-Range", tc.ifRange).do("GET", at, "").want(tc.status)
			if tc.status == 416 {
				a.problem(416, api.ProblemCodeInvalid)
			} else if string(a.body) != tc.body {
				t.Errorf("%d bytes: %.20q", len(a.body), a.body)
			}
			if got := a.header.Get("Content-Range"); got != tc.contentRange {
				t.Errorf("Content-Range %q", got)
			}
		})
	}
	head := c.do("HEAD", at, "").want(200)
	if head.header.Get("Content-Length") != "1000" || len(head.body) != 0 {
		t.Errorf("HEAD: %v", head.header)
	}
}

func TestSoundsName(t *testing.T) {
	e := start(t)
	e.ready(e.here, []byte("x"))
	c := e.as(e.here.agent)
	c.do("PUT", "/contacts/"+e.here.contact, `{"name":"김\"민지/\\"}`).want(200)
	a := c.do("GET", "/recordings/"+e.here.recording+".mp3?download=1", "").want(200)
	got := a.header.Get("Content-Disposition")
	if !strings.HasPrefix(got, `attachment; filename="20`) || !strings.HasSuffix(got, "%EA%B9%80_%EB%AF%BC%EC%A7%80__.mp3") ||
		!strings.Contains(got, ` ______.mp3"; filename*=UTF-8''20`) {
		t.Errorf("Content-Disposition: %s", got)
	}
}

func TestSoundOutsideItsFolder(t *testing.T) {
	e := start(t)
	for _, file := range []string{"../ringdesk.db", "/etc/passwd", "gone.mp3", ""} {
		e.tx(func(tx *models.Tx) error {
			return tx.UpdateRecording(models.Recording{ID: e.here.recording, WorkspaceID: e.here.id, CallID: e.here.call},
				models.RecordingUpdate{State: new("ready"), File: &file})
		})
		if a := e.as(e.here.agent).do("GET", "/recordings/"+e.here.recording+".mp3", ""); a.status < 400 {
			t.Errorf("%q: %d %s", file, a.status, a.body)
		}
	}
}
