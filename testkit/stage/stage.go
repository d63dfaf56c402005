package stage

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringdesk/configs"
	"ringdesk/controller/call"
	"ringdesk/controller/sounds"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/expect"
	"ringdesk/testkit/freeswitch"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/tone"
)

// The tones that are nobody's voice.
const (
	MusicHz  = 2330 // hold music, of all stages
	PromptHz = 2550 // of announcements that a test brings (Stage.Prompt)
)

// Voices are the tones of a stage's parties, customers from the end.
var Voices = []int{560, 690, 830, 970, 1090, 1270, 1430, 1610, 1790, 1990, 440, 2150}

// Tones are all that can be heard.
var Tones = append(expect.Tones{MusicHz, PromptHz}, Voices...)

// Scene says who and what is on a Stage.
type Scene struct {
	Agents     int  // at most 10, all with a phone, all may place calls
	Trunks     int  // 0 means 1
	Unrecorded bool // calls are not recorded
	// Settings are the workspace's. What they leave out is as usual, but the
	// language is English and there is no wrap-up.
	Settings dialplan.Settings
}

// Stage is a workspace with its people.
type Stage struct {
	Workspace string
	Number    models.Number // on the first trunk
	Trunks    []*Trunk
	Agents    []*Agent

	T testing.TB // the test that the stage is for

	installation *installation
	phones       []*phone.Phone // everybody's

	// While a stage is set its rows are collected, so that they are one
	// transaction: the store's writer is in the controller's process.
	setting bool
	rows    []func(*models.Tx) error

	mu        sync.Mutex
	customers map[string]*Customer // by number
}

// Trunk is a carrier's connection.
type Trunk struct {
	models.Trunk
	Phone *phone.Phone // all customers' telephones are behind it

	mu  sync.Mutex
	ask []string // numbers that calls went to
}

// Asked lists the numbers that calls went to.
func (k *Trunk) Asked() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]string(nil), k.ask...)
}

// stages counts the stages of this process; numbers and addresses come of it.
var stages atomic.Int32

// New sets a stage for one test. When the test ends, everybody hangs up, and
// nothing of its calls may be left.
func New(t testing.TB, scene Scene) *Stage {
	t.Helper()
	in, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return newStage(t, in, scene)
}

// NewAlone is New with an Asterisk, a database and a controller of its own,
// which takes newCalls in a second (0 means any number): such a test may kill
// the controller and run in parallel with others.
func NewAlone(t testing.TB, scene Scene, newCalls int) *Stage {
	t.Helper()
	return newAlone(t, scene, startAsterisk, newCalls, configs.SQLite)
}

// NewOnPostgres is NewAlone with its database in a PostgreSQL.
func NewOnPostgres(t testing.TB, scene Scene, url string) *Stage {
	t.Helper()
	return newAlone(t, scene, startAsterisk, 0, url)
}

// NewOnFreeSWITCH is NewAlone with a FreeSWITCH for its engine; it skips the test,
// loudly, where there is none.
func NewOnFreeSWITCH(t testing.TB, scene Scene) *Stage {
	t.Helper()
	freeswitch.Need(t)
	return newAlone(t, scene, startFreeSWITCH, 0, configs.SQLite)
}

func newAlone(t testing.TB, scene Scene, startEngine func(string) (*server, error), newCalls int, database string) *Stage {
	t.Helper()
	in, err := openInstallation(startEngine, newCalls, database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := in.close(!t.Failed()); err != nil {
			t.Error(err)
		}
	})
	return newStage(t, in, scene)
}

func newStage(t testing.TB, in *installation, scene Scene) *Stage {
	t.Helper()
	n := int(stages.Add(1))
	s := &Stage{T: t, installation: in, Workspace: models.NewID(), customers: map[string]*Customer{}, setting: true}
	if scene.Settings.Language == "" {
		scene.Settings.Language = sounds.English
	}
	if scene.Settings.WrapUpSeconds == nil {
		scene.Settings.WrapUpSeconds = new(int)
	}
	now := models.At(time.Now())
	ws := models.Workspace{ID: s.Workspace, Name: t.Name(), Country: country, TimeZone: "Asia/Seoul", CreatedAt: now}
	s.Tx(func(tx *models.Tx) error { return tx.AddWorkspace(ws) })
	s.Configure(scene.Settings)
	for i := range max(1, scene.Trunks) {
		s.AddTrunk(fmt.Sprintf("127.0.%d.%d", 10+i, n), i)
	}
	s.Number = models.Number{ID: models.NewID(), WorkspaceID: s.Workspace, TrunkID: s.Trunks[0].ID, Number: fmt.Sprintf("+82707666%04d", n),
		Label: "Support", Record: !scene.Unrecorded, CreatedAt: now}
	s.Tx(func(tx *models.Tx) error { return tx.AddNumber(s.Number) })
	for i := range scene.Agents {
		s.addAgent(i, fmt.Sprintf("127.0.%d.%d", 9, n))
	}
	s.setting = false
	s.Tx(func(tx *models.Tx) error {
		for _, add := range s.rows {
			if err := add(tx); err != nil {
				return err
			}
		}
		return nil
	})
	s.Provide()
	t.Cleanup(in.warnings(t))
	t.Cleanup(s.clear)
	for _, a := range s.Agents {
		a.SignIn()
	}
	return s
}

// clear hangs up what the test left, and looks for leftovers: every call must
// be over, and every agent free.
func (s *Stage) clear() {
	defer func() {
		for _, a := range s.Agents {
			s.installation.forgetPage(a.session)
		}
		for _, p := range s.phones {
			p.Close()
		}
	}()
	s.mu.Lock()
	for _, c := range s.customers {
		c.Hangup()
	}
	s.mu.Unlock()
	for _, a := range s.Agents {
		a.Hangup()
	}
	expect.Soon(s.T, "nothing is left of the calls", 2*ActionTime, func() (bool, string) {
		calls, err := s.installation.store.LiveCalls(context.Background())
		if err != nil {
			return false, err.Error()
		}
		for _, c := range calls {
			if c.WorkspaceID == s.Workspace {
				return false, c.Data
			}
		}
		return true, ""
	})
}

// Tx writes to the store. It waits for the controller's writer, longer than the
// store itself does.
func (s *Stage) Tx(do func(*models.Tx) error) {
	s.T.Helper()
	if s.setting {
		s.rows = append(s.rows, do)
		return
	}
	expect.Soon(s.T, "the store can be written to", startTime, func() (bool, string) {
		err := s.installation.store.Tx(s.T.Context(), do)
		if err != nil && !strings.Contains(err.Error(), "SQLITE_BUSY") {
			s.T.Fatal(err)
		}
		return err == nil, "it is locked"
	})
}

// Store is the database that the controller works on.
func (s *Stage) Store() *models.Store { return s.installation.store }

// SIP is the address that the engine takes calls at.
func (s *Stage) SIP() string { return s.installation.server.sip }

// Recordings is the folder of the recordings.
func (s *Stage) Recordings() string { return s.installation.server.recordings }

// Census is what a controller has in memory.
type Census struct{ Live, Goroutines int }

// Census counts what the controller has in memory.
func (s *Stage) Census() Census {
	s.T.Helper()
	var c Census
	s.must("census", nil, &c)
	return c
}

// must asks the controller for what it may not refuse.
func (s *Stage) must(method string, params, result any) {
	s.T.Helper()
	if err := s.installation.process().ask(method, params, result); err != nil {
		s.T.Fatalf("%s %+v: %v", method, params, err)
	}
}

// Configure replaces the workspace's settings.
func (s *Stage) Configure(settings dialplan.Settings) {
	s.T.Helper()
	text, err := json.Marshal(settings)
	if err != nil {
		s.T.Fatal(err)
	}
	s.Tx(func(tx *models.Tx) error { return tx.SetWorkspaceSettings(s.Workspace, string(text)) })
}

// AddTeam makes a team of agents and gives its id.
func (s *Stage) AddTeam(name string, agents ...*Agent) string {
	s.T.Helper()
	team := models.Team{ID: models.NewID(), WorkspaceID: s.Workspace, Name: name, CreatedAt: models.At(time.Now())}
	var members []string
	for _, a := range agents {
		members = append(members, a.ID)
	}
	s.Tx(func(tx *models.Tx) error {
		if err := tx.AddTeam(team); err != nil {
			return err
		}
		return tx.SetTeamMembers(s.Workspace, team.ID, members)
	})
	return team.ID
}

// Prompt gives the workspace an announcement of its own, PromptHz for length,
// in place of a built-in one or under a new name.
func (s *Stage) Prompt(name string, length time.Duration) {
	s.T.Helper()
	sound := models.Sound{ID: models.NewID(), WorkspaceID: s.Workspace, Name: name, Language: sounds.English, Replaces: name,
		DurationMS: length.Milliseconds(), CreatedAt: models.At(time.Now())}
	file := filepath.Join(s.installation.sounds(), filepath.FromSlash(sounds.File(sound))+".wav")
	if err := writeWAV(file, tone.WAV{Rate: phone.Rate, PCM: tone.Make(phone.Rate, length, PromptHz)}); err != nil {
		s.T.Fatal(err)
	}
	s.Tx(func(tx *models.Tx) error {
		_, err := tx.PutSound(sound, sounds.MaxCount)
		return err
	})
}

// Call reads a call as it was saved last.
func (s *Stage) Call(id string) call.Call {
	s.T.Helper()
	row, err := s.installation.store.Call(s.T.Context(), s.Workspace, id)
	if err != nil {
		s.T.Fatalf("call %q: %v", id, err)
	}
	c, err := call.Decode(row.Data)
	if err != nil {
		s.T.Fatal(err)
	}
	return c
}

// AwaitCall waits until a call is as a condition says.
func (s *Stage) AwaitCall(id, what string, holds func(call.Call) bool) call.Call {
	s.T.Helper()
	var c call.Call
	Await(s.T, "the call "+what, ActionTime, func() (bool, string) {
		c = s.Call(id)
		return holds(c), fmt.Sprintf("%s, %d agents, outcome %q %q", c.State, len(c.Agents), c.Outcome, c.MissedReason)
	})
	return c
}

// AwaitState waits until a call is in a state.
func (s *Stage) AwaitState(id string, state call.State) call.Call {
	s.T.Helper()
	return s.AwaitCall(id, "is "+string(state), func(c call.Call) bool { return c.State == state })
}

// Newest waits for the n-th call of the workspace, counted from 1, and gives
// its id.
func (s *Stage) Newest(n int) string {
	s.T.Helper()
	id := ""
	Await(s.T, fmt.Sprintf("there are %d calls", n), ActionTime, func() (bool, string) {
		calls, err := s.installation.store.Calls(s.T.Context(), s.Workspace, models.CallFilter{Limit: n + 1})
		if err != nil || len(calls) != n {
			return false, fmt.Sprint(len(calls), err)
		}
		id = calls[0].ID
		return true, ""
	})
	return id
}

// Journal is what happened in a call.
func (s *Stage) Journal(id string) []models.JournalEntry {
	s.T.Helper()
	es, err := s.installation.store.Journal(s.T.Context(), s.Workspace, id)
	if err != nil {
		s.T.Fatal(err)
	}
	return es
}

// Told gives a call's journal in words, for a test's message.
func (s *Stage) Told(id string) string {
	s.T.Helper()
	var b strings.Builder
	for _, e := range s.Journal(id) {
		fmt.Fprintf(&b, "\n  %s %s %s", e.At.Format("15:04:05.000"), e.Type, e.Data)
	}
	return b.String()
}

// Count says how often something stands in a call's journal.
func (s *Stage) Count(id, typ string) int {
	s.T.Helper()
	n := 0
	for _, e := range s.Journal(id) {
		if e.Type == typ {
			n++
		}
	}
	return n
}
