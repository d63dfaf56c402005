package app_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"ringdesk/app"
	"ringdesk/configs"
	"ringdesk/controller/engine"
	"ringdesk/controller/metrics/scrape"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

const (
	carrier = "192.0.2.10"
	number  = "07076660001"
)

// office is a whole controller on a media engine in memory, with one agent.
type office struct {
	t     *testing.T
	app   *app.App
	sw    *memory.Switch
	phone *memory.Line
	desk  string // address of the desk
	page  string // address of the figures
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, sw: memory.New(memory.Options{})}
	data := t.TempDir()
	s, err := configs.Load(filepath.Join(data, "none.yaml"), false, func(name string) string { return map[string]string{"RINGDESK_DATA": data}[name] })
	o.must(err)
	var lns [2]net.Listener
	for i := range lns {
		var err error
		lns[i], err = net.Listen("tcp", "127.0.0.1:0")
		o.must(err)
	}
	o.desk, o.page = "http://"+lns[0].Addr().String(), "http://"+lns[1].Addr().String()
	ctx, cancel := context.WithCancel(t.Context())
	o.app, err = app.Open(ctx, app.Options{Settings: s, Version: "v1", Log: slog.New(slog.DiscardHandler), Listener: lns[0], Metrics: lns[1], Around: func(engine.Engine) engine.Engine { return o.sw.Engine() }})
	o.must(err)
	o.furnish()
	ended := make(chan error, 1)
	go func() { ended <- o.app.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		o.must(errors.Join(<-ended, o.app.Close()))
	})
	o.await("the engine's link", func() bool { return o.app.Exchange.EngineUp() == nil })
	o.phone = o.sw.Line("sip:p@192.0.2.50", memory.Manner{})
	o.sw.Register("p", o.phone)
	return o
}

// furnish makes a workspace with a number, a team, and an agent who is there for
// an hour.
func (o *office) furnish() {
	at := models.At(time.Now())
	e164, err := models.E164(number, "KR")
	o.must(err)
	ws := models.Workspace{ID: models.NewID(), Name: "Moa", Country: "KR", TimeZone: "Asia/Seoul", RingSeconds: 20, QueueSeconds: 3600, CreatedAt: at}
	trunk := models.Trunk{ID: models.NewID(), WorkspaceID: ws.ID, Name: "t", CreatedAt: at}
	acc := models.Account{ID: models.NewID(), Email: "a", Name: "A", CreatedAt: at}
	agent := models.Agent{ID: models.NewID(), WorkspaceID: ws.ID, AccountID: acc.ID, Name: "A", Role: "agent", Seat: true, TakesPhone: true, CreatedAt: at}
	o.must(o.app.Store.Tx(o.t.Context(), func(tx *models.Tx) error {
		err := errors.Join(tx.AddWorkspace(ws), tx.AddTrunk(trunk, []string{carrier}),
			tx.AddNumber(models.Number{ID: models.NewID(), WorkspaceID: ws.ID, TrunkID: trunk.ID, Number: e164, Record: true, CreatedAt: at}),
			tx.AddTeam(models.Team{ID: models.NewID(), WorkspaceID: ws.ID, Name: "Sales", Settings: "{}", CreatedAt: at}),
			tx.AddAccount(acc), tx.AddAgent(agent))
		if err != nil {
			return err
		}
		_, err = tx.PutPhone(models.Phone{ID: "p", AccountID: acc.ID, SeenAt: at, CreatedAt: at})
		return errors.Join(err, tx.SetPhoneReady(acc.ID, "p", true, time.Now().Add(time.Hour)))
	}))
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) await(what string, cond func() bool) {
	o.t.Helper()
	for end := time.Now().Add(10 * time.Second); !cond(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			o.t.Fatalf("waited 10 s for %s; the figures are\n%s", what, o.figures())
		}
	}
}

// calls begins a call from outside.
func (o *office) calls(from, to string) *memory.Line {
	line := o.sw.Caller(netip.MustParseAddr(carrier), from, "", memory.Manner{})
	line.Call(to)
	return line
}

func (o *office) get(url string) (int, string) {
	o.t.Helper()
	client := http.Client{Timeout: 10 * time.Second}
	resp, err := client.Get(url)
	o.must(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	o.must(err)
	return resp.StatusCode, string(text)
}

func (o *office) figures() string {
	o.t.Helper()
	_, text := o.get(o.page + scrape.Path)
	return text
}

// shows waits until these lines stand on the page.
func (o *office) shows(lines ...string) {
	o.t.Helper()
	for _, line := range lines {
		o.await(line, func() bool { return strings.Contains(o.figures(), "\n"+line+"\n") })
	}
}

// What happens to calls is seen in the figures.
func TestMetrics(t *testing.T) {
	o := newOffice(t)
	o.shows(`ringdesk_engine_link_up 1`, `ringdesk_calls{direction="inbound",state="talking"} 0`, `ringdesk_queue_calls{team="Sales",workspace="Moa"} 0`,
		`ringdesk_tasks{kind="mix"} 0`, `ringdesk_browsers 0`, fmt.Sprintf(`ringdesk_build_info{goversion=%q,version="v1"} 1`, runtime.Version()))

	o.calls("01011110001", "07099990000")
	o.shows(`ringdesk_calls_refused_total{reason="unregistered"} 1`)

	first := o.calls("01011110002", number)
	o.shows(`ringdesk_calls{direction="inbound",state="ringing"} 1`, `ringdesk_queue_calls{team="",workspace="Moa"} 1`, `ringdesk_call_setup_seconds_count 1`)
	o.phone.Answer()
	o.shows(`ringdesk_calls{direction="inbound",state="talking"} 1`, `ringdesk_offers_ended_total{result="answered"} 1`, `ringdesk_queue_calls{team="",workspace="Moa"} 0`)

	second := o.calls("01011110003", number)
	o.shows(`ringdesk_calls{direction="inbound",state="queued"} 1`, `ringdesk_queue_calls{team="",workspace="Moa"} 1`)
	second.Hangup()
	o.shows(`ringdesk_calls_ended_total{direction="inbound",outcome="missed"} 1`)
	first.Hangup()
	o.shows(`ringdesk_calls_ended_total{direction="inbound",outcome="answered"} 1`, `ringdesk_calls{direction="inbound",state="talking"} 0`)

	o.sw.CutLink(false)
	o.shows(`ringdesk_engine_link_up 0`)
	o.sw.RestoreLink()
	o.shows(`ringdesk_engine_link_up 1`, `ringdesk_engine_reconnects_total 1`)

	text := o.figures()
	for _, never := range []string{`ringdesk_call_step_seconds_count 0`, `ringdesk_store_commit_seconds_count 0`, `ringdesk_store_commit_transactions_count 0`} {
		if strings.Contains(text, never+"\n") {
			t.Errorf("nothing was counted: %s", never)
		}
	}
	for _, name := range []string{"go_goroutines ", "process_resident_memory_bytes "} {
		if !strings.Contains(text, "\n"+name) {
			t.Errorf("there is no %s", name)
		}
	}
}

// The figures are at their own address only, and nothing else is there.
func TestMetrics_OwnAddress(t *testing.T) {
	o := newOffice(t)
	for url, want := range map[string]int{
		o.page + "/metrics": http.StatusOK, o.page + "/": http.StatusNotFound, o.page + "/healthz": http.StatusNotFound, o.page + "/debug/pprof/": http.StatusNotFound,
		o.desk + "/metrics": http.StatusNotFound, o.desk + "/metrics/": http.StatusNotFound, o.desk + "/api/v1/metrics": http.StatusNotFound, o.desk + "/healthz": http.StatusOK,
	} {
		if code, text := o.get(url); code != want || want == http.StatusNotFound && strings.Contains(text, "ringdesk_") {
			t.Errorf("%s: status %d, want %d", url, code, want)
		}
	}
}
