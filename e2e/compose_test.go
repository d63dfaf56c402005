package e2e

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/testkit/phone"
	"ringdesk/testkit/tone"
)

// The compose file that RINGDESK_COMPOSE names works as it is written: callers
// hear prompts, uploaded sounds, music and an agent's browser, directly and by the
// relay, and over TLS; killing or restarting the controller's container drops nobody; and of a backup
// all comes back.
//
// Covers: IN-6, IN-10, CALL-6, SYS-1, SYS-3, SYS-4, OPS-1, OPS-2, SEC-4, SEC-5.
func TestCompose_SYS_1_SYS_3(t *testing.T) {
	file := os.Getenv(composeEnv)
	if file == "" {
		t.Skipf("NOT RUN with Docker: set %s to docker-compose.yml or docker-compose.freeswitch.yml", composeEnv)
	}
	c := StartCompose(t, file)
	if t.Failed() {
		t.FailNow()
	}
	if code, said := c.readyz(); code != http.StatusOK {
		t.Errorf("/readyz says %d %s", code, said)
	}
	t.Run("edge", c.edge)
	t.Run("given files", c.givenFiles)
	t.Run("acme", c.acme)
	t.Run("published", c.published)
	t.Run("prompts", c.prompts)
	var rec Recording
	t.Run("talk", func(t *testing.T) { rec = c.talk(t) })
	t.Run("relayed", c.relayed)
	if c.onAsterisk() {
		t.Run("encrypted", c.encrypted)
	} else {
		t.Run("eventSocket", eventSocketIsClosed)
	}
	t.Run("weak secrets", c.weakSecretsAreRefused)
	t.Run("secrets", c.secretsAreKept)
	t.Run("restored", func(t *testing.T) { c.restored(t, rec) })
}

// prompts: outside hours callers hear the announcement that is built in, and
// then the one that was uploaded.
func (c *Compose) prompts(t *testing.T) {
	api := c.API(t)
	api.Post("/hours/override", map[string]any{"scope": "workspace", "open": false}, nil)
	defer func() { api.mustDo("DELETE", "/hours/override?scope=workspace") }()
	caller := c.Call(t, "01021150001", CallerHz)
	AwaitOver(t, caller, startTime)
	words := caller.Heard(caller.Start, time.Now())
	if spoken := spokenTime(words); spoken < time.Second || len(tone.Which(words, phone.Rate, OtherHz)) > 0 {
		t.Errorf("the announcement's voice was heard for %v", spoken)
	} else {
		t.Logf("the announcement's voice was heard for %v", spoken)
	}

	wav := filepath.Join(t.TempDir(), "closed.wav")
	if err := (tone.WAV{Rate: phone.Rate, PCM: tone.Make(phone.Rate, 3*time.Second, OtherHz)}).WriteFile(wav); err != nil {
		t.Fatal(err)
	}
	for _, language := range []string{"ko", "en"} {
		api.upload("/sounds/closed?language="+language, wav)
	}
	caller = c.Call(t, "01021150002", CallerHz)
	AwaitHears(t, "the caller", caller, OtherHz)
	AwaitOver(t, caller, startTime)
}

// spokenTime is how long there was sound in a call.
func spokenTime(pcm []int16) time.Duration {
	const window = phone.Rate / 50
	var total time.Duration
	for len(pcm) >= window {
		if tone.RMS(pcm[:window]) > 300 { // -40 dBFS: speech, not the noise of a line
			total += 20 * time.Millisecond
		}
		pcm = pcm[window:]
	}
	return total
}

// talk: a caller and a browser hear each other, another caller waits with music,
// and neither notices that the controller is killed and then restarted. What was said is
// recorded, and given.
func (c *Compose) talk(t *testing.T) Recording {
	api := c.API(t)
	mina := c.Browser(t, c.Agents[0], MinaHz)
	c.awaitAvailable(t, mina)
	caller := c.Call(t, "01021150003", CallerHz)
	id := mina.Answer()
	talking := later(AwaitHears(t, "the caller", caller, MinaHz), AwaitHears(t, "Mina", mina, CallerHz))
	waiting := c.Call(t, "01021150004", OtherHz)
	AwaitCode(t, waiting, 200)
	Await(t, "the waiting caller hears something for seconds", startTime, func() (bool, string) {
		now := time.Now()
		heard := spokenTime(waiting.Heard(now.Add(-3*time.Second), now))
		return heard > 2*time.Second, heard.String()
	})
	queued := time.Now()

	c.KillController(t)
	c.awaitBack(t, mina)
	c.docker("restart", "ringdesk")
	c.awaitReadyz(t, http.StatusOK, startTime)
	c.awaitBack(t, mina)
	now := time.Now()
	noGap(t, caller, talking, now)
	noGap(t, waiting, queued, now)
	// Packets may come late while Docker starts a container (by 0.3 s, measured on
	// two busy cores): an ear may hear that, the recording does not.
	MustHear(t, "the caller", caller, now, time.Second, MinaHz)
	MustHear(t, "Mina", mina, now, time.Second, CallerHz)
	if call := api.Call(id); call.State != "talking" {
		t.Errorf("the call is %s", call.State)
	}

	caller.Hangup()
	mina.WaitGone("call-box", id)
	if mina.Answer() == id {
		t.Error("the call that was over came again")
	}
	AwaitHears(t, "the caller who waited", waiting, MinaHz)
	AwaitHears(t, "Mina", mina, OtherHz)
	waiting.Hangup()
	rec := api.AwaitRecording(id, startTime)
	api.recordedWhole(rec, api.MP3(rec), talking, now, CallerHz, MinaHz)
	return rec
}

// awaitBack waits until an agent's page has found a new controller.
func (c *Compose) awaitBack(t *testing.T, a *Agent) {
	t.Helper()
	Await(t, a.Account.Email+"'s page has found the new controller", startTime, func() (bool, string) {
		status := List[AgentState](c.API(t), "/agents")
		i := slices.IndexFunc(status, func(s AgentState) bool { return s.Email == a.Account.Email })
		return status[i].Status != "offline", status[i].Status
	})
	a.WaitReady()
}

// relayed: a browser that no direct way leads from speaks through the project's relay,
// which leads to the engine and to no other address, the host's among them.
func (c *Compose) relayed(t *testing.T) {
	mina := c.Open(t, MinaHz)
	mina.OnNewPages(relayOnly)
	mina.Reload()
	mina.Login(c.Agents[0])
	c.awaitAvailable(t, mina)
	caller := c.Call(t, "01021150005", CallerHz)
	mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)
	AwaitHears(t, "Mina", mina, CallerHz)
	if way := eval[string](mina, ways); way != "relay" {
		t.Errorf("the sound goes by %q", way)
	}
	caller.Hangup()
	var given struct {
		Servers []struct {
			URLs                 []string
			Username, Credential string
		}
	}
	c.Login(t, c.Agents[0]).Get("/ice-servers", &given)
	if len(given.Servers) != 1 || len(given.Servers[0].URLs) != 1 {
		t.Fatalf("the servers are %+v", given.Servers)
	}
	s := given.Servers[0]
	at := strings.TrimPrefix(s.URLs[0], "turn:")
	if err := allocate(t, at, s.Username, s.Credential, "172.31.253.10"); err != nil { // the engine's, as in the compose file
		t.Errorf("the relay does not lead to the engine: %v", err)
	}
	for _, peer := range []string{c.address, "127.0.0.1", "172.31.253.1", "172.31.252.10"} {
		if err := allocate(t, at, s.Username, s.Credential, peer); err == nil || !strings.Contains(err.Error(), "403") {
			t.Errorf("the relay leads to %s: %v", peer, err)
		}
	}
}

// eventSocketIsClosed: whoever is not the controller is turned away, before any
// password.
func eventSocketIsClosed(t *testing.T) {
	conn, err := net.DialTimeout("tcp", "172.31.253.10:8021", actionTime) // as in the compose file
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(actionTime)); err != nil {
		t.Fatal(err)
	}
	said, err := io.ReadAll(conn)
	if err != nil || !bytes.Contains(said, []byte("text/rude-rejection")) {
		t.Errorf("the event socket says %q, %v", said, err)
	}
}

func (c *Client) mustDo(method, path string) {
	c.t.Helper()
	if r := c.Do(method, path, nil); r.Status/100 != 2 {
		c.t.Errorf("%s %s: %d %s", method, path, r.Status, r.Body)
	}
}

// upload puts a sound.
func (c *Client) upload(path, wav string) {
	c.t.Helper()
	sound, err := os.Open(wav)
	if err != nil {
		c.t.Fatal(err)
	}
	defer sound.Close()
	req, err := http.NewRequest(http.MethodPut, c.url+path, sound)
	if err != nil {
		c.t.Fatal(err)
	}
	for name, value := range c.headers {
		req.Header.Set(name, value)
	}
	req.Header.Set("Content-Type", "audio/wav")
	resp, err := c.http.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	if text, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		c.t.Fatalf("PUT %s: %d %s %v", path, resp.StatusCode, text, err)
	}
}
