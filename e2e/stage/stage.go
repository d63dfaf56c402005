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

	"ringdesk/controller/call"
	"ringdesk/controller/sounds"
	"ringdesk/dialplan"
	"ringdesk/e2e/expect"
	"ringdesk/e2e/phone"
	"ringdesk/e2e/phone/tone"
	"ringdesk/models"
)

// The tones that are nobody's voice.
const (
	MusicHz  = 2330 // hold music, of all stages
	PromptHz = 2550 // of announcements that a test brings (Stage.Prompt)
)

// voices are the tones of a stage's parties, customers from the end.
var voices = []int{560, 690, 830, 970, 1090, 1270, 1430, 1610, 1790, 1990, 440, 2150}

// tones are all that can be heard.
var tones = append(expect.Tones{MusicHz, PromptHz}, voices...)

// Script says what a Stage shall have.
type Script struct {
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

	t      testing.TB
	house  *house
	phones []*phone.Phone // everybody's

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
	phone *phone.Phone // all customers' telephones are behind it

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
func New(t testing.TB, script Script) *Stage {
	t.Helper()
	h, err := theOne()
	if err != nil {
		t.Fatal(err)
	}
	return newStage(t, h, script)
}

// NewAlone is New with an Asterisk, a database and a controller of its own,
// which takes newCalls in a second (0 means any number): such a test may kill
// the controller and run in parallel with others.
func NewAlone(t testing.TB, script Script, newCalls int) *Stage {
	t.Helper()
	h, err := openHouse(newCalls)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.close(!t.Failed()); err != nil {
			t.Error(err)
		}
	})
	return newStage(t, h, script)
}

func newStage(t testing.TB, h *house, script Script) *Stage {
	t.Helper()
	n := int(stages.Add(1))
	s := &Stage{t: t, house: h, Workspace: models.NewID(), customers: map[string]*Customer{}, setting: true}
	if script.Settings.Language == "" {
		script.Settings.Language = sounds.English
	}
	if script.Settings.WrapUpSeconds == nil {
		script.Settings.WrapUpSeconds = new(int)
	}
	now := models.At(time.Now())
	ws := models.Workspace{ID: s.Workspace, Name: t.Name(), Country: country, TimeZone: "Asia/Seoul", CreatedAt: now}
	s.tx(func(tx *models.Tx) error { return tx.AddWorkspace(ws) })
	s.Configure(script.Settings)
	for i := range max(1, script.Trunks) {
		s.addTrunk(fmt.Sprintf("127.0.%d.%d", 10+i, n), i)
	}
	s.Number = models.Number{ID: models.NewID(), WorkspaceID: s.Workspace, TrunkID: s.Trunks[0].ID, Number: fmt.Sprintf("+82707666%04d", n),
		Label: "Support", Record: !script.Unrecorded, CreatedAt: now}
	s.tx(func(tx *models.Tx) error { return tx.AddNumber(s.Number) })
	for i := range script.Agents {
		s.addAgent(i, fmt.Sprintf("127.0.%d.%d", 9, n))
	}
	s.setting = false
	s.tx(func(tx *models.Tx) error {
		for _, add := range s.rows {
			if err := add(tx); err != nil {
				return err
			}
		}
		return nil
	})
	s.Provide()
	t.Cleanup(s.clear)
	return s
}

// clear hangs up what the test left, and looks for leftovers: every call must
// be over, and every agent free.
func (s *Stage) clear() {
	defer func() {
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
	expect.Soon(s.t, "nothing is left of the calls", 2*actionTime, func() (bool, string) {
		calls, err := s.house.store.LiveCalls(context.Background())
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

// tx writes to the store. It waits for the controller's writer, longer than the
// store itself does.
func (s *Stage) tx(do func(*models.Tx) error) {
	s.t.Helper()
	if s.setting {
		s.rows = append(s.rows, do)
		return
	}
	expect.Soon(s.t, "the store can be written to", startTime, func() (bool, string) {
		err := s.house.store.Tx(s.t.Context(), do)
		if err != nil && !strings.Contains(err.Error(), "SQLITE_BUSY") {
			s.t.Fatal(err)
		}
		return err == nil, "it is locked"
	})
}

// must asks the controller for what it may not refuse.
func (s *Stage) must(method string, params, result any) {
	s.t.Helper()
	if err := s.house.process().ask(method, params, result); err != nil {
		s.t.Fatalf("%s %+v: %v", method, params, err)
	}
}

// Configure replaces the workspace's settings.
func (s *Stage) Configure(settings dialplan.Settings) {
	s.t.Helper()
	text, err := json.Marshal(settings)
	if err != nil {
		s.t.Fatal(err)
	}
	s.tx(func(tx *models.Tx) error { return tx.SetWorkspaceSettings(s.Workspace, string(text)) })
}

// AddTeam makes a team of agents and gives its id.
func (s *Stage) AddTeam(name string, agents ...*Agent) string {
	s.t.Helper()
	team := models.Team{ID: models.NewID(), WorkspaceID: s.Workspace, Name: name, CreatedAt: models.At(time.Now())}
	var members []string
	for _, a := range agents {
		members = append(members, a.ID)
	}
	s.tx(func(tx *models.Tx) error {
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
	s.t.Helper()
	sound := models.Sound{ID: models.NewID(), WorkspaceID: s.Workspace, Name: name, Language: sounds.English, Replaces: name,
		DurationMS: length.Milliseconds(), CreatedAt: models.At(time.Now())}
	file := filepath.Join(s.house.wiring.Sounds, filepath.FromSlash(sounds.File(sound))+".wav")
	if err := writeWAV(file, tone.WAV{Rate: phone.Rate, PCM: tone.Make(phone.Rate, length, PromptHz)}); err != nil {
		s.t.Fatal(err)
	}
	s.tx(func(tx *models.Tx) error {
		_, err := tx.PutSound(sound, sounds.MaxCount)
		return err
	})
}

// Call reads a call as it was saved last.
func (s *Stage) Call(id string) call.Call {
	s.t.Helper()
	row, err := s.house.store.Call(s.t.Context(), s.Workspace, id)
	if err != nil {
		s.t.Fatalf("call %q: %v", id, err)
	}
	c, err := call.Decode(row.Data)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// AwaitCall waits until a call is as a condition says.
func (s *Stage) AwaitCall(id, what string, holds func(call.Call) bool) call.Call {
	s.t.Helper()
	var c call.Call
	await(s.t, "the call "+what, actionTime, func() (bool, string) {
		c = s.Call(id)
		return holds(c), fmt.Sprintf("%s, %d agents, outcome %q %q", c.State, len(c.Agents), c.Outcome, c.MissedReason)
	})
	return c
}

// AwaitState waits until a call is in a state.
func (s *Stage) AwaitState(id string, state call.State) call.Call {
	s.t.Helper()
	return s.AwaitCall(id, "is "+string(state), func(c call.Call) bool { return c.State == state })
}

// Newest waits for the n-th call of the workspace, counted from 1, and gives
// its id.
func (s *Stage) Newest(n int) string {
	s.t.Helper()
	id := ""
	await(s.t, fmt.Sprintf("there are %d calls", n), actionTime, func() (bool, string) {
		calls, err := s.house.store.Calls(s.t.Context(), s.Workspace, models.CallFilter{Limit: n + 1})
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
	s.t.Helper()
	es, err := s.house.store.Journal(s.t.Context(), s.Workspace, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return es
}

// Count says how often something stands in a call's journal.
func (s *Stage) Count(id, typ string) int {
	s.t.Helper()
	n := 0
	for _, e := range s.Journal(id) {
		if e.Type == typ {
			n++
		}
	}
	return n
}
