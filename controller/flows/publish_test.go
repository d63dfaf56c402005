package flows_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/flows"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/database"
)

var now = time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC) // a Monday, 10:00 in Seoul

// office is a workspace with an agent in a team, and a number.
type office struct {
	*flows.Flows
	t               *testing.T
	ws, team, agent string
	number          models.Number
}

func newOffice(t *testing.T) *office {
	t.Helper()
	store, err := models.Open(database.Place(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	o := &office{Flows: &flows.Flows{Store: store, Now: func() time.Time { return now }}, t: t, ws: models.NewID(), team: models.NewID(), agent: models.NewID()}
	at, account, trunk := models.At(now), models.NewID(), models.NewID()
	o.number = models.Number{ID: models.NewID(), WorkspaceID: o.ws, TrunkID: trunk, Number: "+827076660001", Label: "대표", CreatedAt: at, Settings: `{"greeting": "greeting"}`}
	o.tx(func(tx *models.Tx) error {
		return errors.Join(
			tx.AddWorkspace(models.Workspace{ID: o.ws, Name: "Moa", Country: "KR", TimeZone: "Asia/Seoul", RingSeconds: 20, QueueSeconds: 600, CreatedAt: at}),
			tx.AddTrunk(models.Trunk{ID: trunk, WorkspaceID: o.ws, Name: "carrier", CreatedAt: at}, nil), tx.AddNumber(o.number),
			tx.AddAccount(models.Account{ID: account, Email: "min@moa.example", Name: "민아", Locale: "ko", CreatedAt: at}),
			tx.AddAgent(models.Agent{ID: o.agent, WorkspaceID: o.ws, AccountID: account, Name: "민아", Role: "admin", Seat: true, TakesPhone: true, DND: true, CreatedAt: at}),
			tx.AddTeam(models.Team{ID: o.team, WorkspaceID: o.ws, Name: "지원", CreatedAt: at}), tx.SetTeamMembers(o.ws, o.team, []string{o.agent}))
	})
	return o
}

func (o *office) tx(do func(*models.Tx) error) {
	o.t.Helper()
	if err := o.Store.Tx(o.t.Context(), do); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) publish(base int, files ...models.FlowFile) (models.FlowVersion, error) {
	by := verb.By{Workspace: o.ws, Agent: o.agent, Role: "admin"}
	return o.Publish(o.t.Context(), by, o.ws, flows.Draft{Files: files, Base: base, Message: " 점심 ", Source: flows.FromScreen})
}

func (o *office) active() int {
	o.t.Helper()
	ws, err := o.Store.Workspace(o.t.Context(), o.ws)
	if err != nil {
		o.t.Fatal(err)
	}
	return ws.ActiveFlow
}

// file is a flow whose menu leads to the team, or closes by another key.
func file(team, closing string) models.FlowFile {
	return models.FlowFile{Name: "main.hcl", Text: fmt.Sprintf(`flow "대표" {
  numbers = ["070-7666-0001"]
  start   = "menu"
  menu "menu" {
    sound = "greeting"
    key "1" { go = "team" }
    key "2" { go = %q }
    otherwise { go = "team" }
  }
  queue "team" {
    team = %q
    on "ringTimeOver" { go = "closed" }
  }
  hangup "closed" { sound = "closed" }
}
`, closing, team)}
}

// A version is in force once it is right, and not before: a mistake, a base that somebody has
// passed meanwhile, and files that no version may have leave the flows as they are. Each
// change stands in the audit log.
//
// Covers: DP-1, SEC-6
func TestPublishing_DP_1(t *testing.T) {
	o := newOffice(t)
	start, err := o.Current(t.Context(), o.ws)
	if err != nil || start.Version.Version != 0 || len(start.Files) != 1 || start.Files[0].Name != "827076660001.hcl" || !strings.Contains(start.Files[0].Text, "+827076660001") {
		t.Fatalf("a workspace without flows starts with %+v, %v", start, err)
	}
	if found, err := o.Check(t.Context(), o.ws, start.Files); err != nil || len(found) > 0 {
		t.Errorf("what it starts with is wrong: %v, %v", found, err)
	}
	first, err := o.publish(0, file("지원", "closed"))
	if err != nil || first.Version != 1 || first.Message != "점심" || o.active() != 1 {
		t.Fatalf("%+v, %v", first, err)
	}
	var wrong flows.Mistakes
	if _, err := o.publish(1, file("없는 팀", "closed")); !errors.As(err, &wrong) || wrong[0].Line != 11 || wrong[0].Column != 12 {
		t.Errorf("a team that is not there: %v", err)
	}
	for name, tc := range map[string]struct {
		base  int
		files []models.FlowFile
		word  reason.Word
	}{
		"a stale base":         {0, []models.FlowFile{file("지원", "team")}, reason.FlowsChanged},
		"two files of a name":  {1, []models.FlowFile{file("지원", "team"), file("지원", "team")}, reason.FlowFileTwice},
		"files that are long":  {1, []models.FlowFile{{Name: "a.hcl", Text: strings.Repeat("# \n", 200<<10)}}, reason.FlowsTooLong},
		"a base that is to be": {7, nil, reason.FlowsChanged},
	} {
		_, err := o.publish(tc.base, tc.files...)
		no, _ := errors.AsType[*verb.Refusal](err)
		if no == nil || no.Word != tc.word || tc.word == reason.FlowsChanged && (no.Params["name"] != "민아" || no.Params["at"] != "2026-11-02T01:00:00Z") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if o.active() != 1 {
		t.Errorf("version %d is in force", o.active())
	}
	if _, err := o.publish(1, file("지원", "team")); err != nil {
		t.Fatal(err)
	}
	back, err := o.Restore(t.Context(), verb.Operator, o.ws, 1, flows.Draft{Base: 2, Source: flows.FromCommand})
	if err != nil || back.Version != 3 || back.Restores != 1 || back.Checksum != first.Checksum || back.FileText != first.FileText || o.active() != 3 {
		t.Errorf("rolled back: %+v, %v", back, err)
	}
	if _, err := o.Restore(t.Context(), verb.Operator, o.ws, 9, flows.Draft{Base: 3}); err == nil {
		t.Error("a version that there is not was brought back")
	}
	log, err := o.Store.Audit(t.Context(), o.ws, models.AuditFilter{Kind: "flows", Limit: 10})
	if err != nil || len(log) != 3 || log[0].Action != "restored" || log[0].ByKind != "operator" || log[2].Action != "changed" || log[2].ByID != o.agent || log[2].EntityID != "1" {
		t.Errorf("the audit log: %+v, %v", log, err)
	}
}

// A simulation goes through the draft or what is in force, and says who would be offered the
// call and why not the others; real calls whose way a draft changes are named.
//
// Covers: DP-2, IN-3
func TestSimulatingAndReplaying_DP_2(t *testing.T) {
	o := newOffice(t)
	draft := []models.FlowFile{file("지원", "closed")}
	s, err := o.Simulate(t.Context(), o.ws, draft, flows.Call{From: "010-1234-5678", To: "070-7666-0001", At: now, Keys: []string{"1"}})
	if err != nil || len(s.Steps) != 2 || s.Steps[1].Step != "team" || !s.End.Answered || s.FromSettings {
		t.Fatalf("%+v, %v", s.Result, err)
	}
	levels := s.Levels(1)
	if len(levels) != 1 || levels[0].Team != "지원" || len(levels[0].Agents) != 1 || strings.Join(levels[0].Agents[0].Why, " ") != "dnd line" {
		t.Errorf("who is offered it: %+v", levels)
	}
	if s, err := o.Simulate(t.Context(), o.ws, nil, flows.Call{To: "070-7666-0001", At: now}); err != nil || !s.FromSettings || s.Steps[0].Step != "greeting" {
		t.Errorf("without flows: %+v, %v", s.Result, err)
	}
	for name, c := range map[string]flows.Call{"another's number": {To: "070-7666-0009"}, "no number": {To: "x"}, "no caller": {To: "070-7666-0001", From: "x"}} {
		if _, err := o.Simulate(t.Context(), o.ws, draft, c); !errors.As(err, new(*verb.Refusal)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := o.publish(0, draft...); err != nil {
		t.Fatal(err)
	}
	for i, by := range []string{"key 1", "key 2", "otherwise"} {
		id := fmt.Sprintf("call-%d", i)
		o.tx(func(tx *models.Tx) error {
			conv := models.Conversation{ID: "conv-" + id, WorkspaceID: o.ws, ContactID: "c", NumberID: &o.number.ID, Kind: "phone", Direction: "inbound", State: "closed", CreatedAt: models.At(now), UpdatedAt: models.At(now)}
			contact := models.FullContact{Contact: models.Contact{ID: "c", WorkspaceID: o.ws, Kind: "lead", Profile: "{}", CreatedAt: models.At(now)}}
			var made error
			if i == 0 {
				made = tx.AddContact(contact)
			}
			return errors.Join(made, tx.AddConversation(conv), tx.AddCall(models.Call{ID: id, WorkspaceID: o.ws, ConversationID: conv.ID, ContactID: "c", NumberID: o.number.ID, Kind: "phone", Direction: "inbound",
				From: "+821012345678", To: o.number.Number, State: "missed", MissedReason: string(dialplan.RingTimeOver), StartedAt: models.At(now), EndedAt: models.At(now), Version: 1, Data: "{}"}),
				tx.AddJournal([]models.JournalEntry{
					{CallID: id, Seq: 1, WorkspaceID: o.ws, At: models.At(now), Type: "flow.step", Data: `{"kind":"menu","step":"menu"}`},
					{CallID: id, Seq: 2, WorkspaceID: o.ws, At: models.At(now), Type: "flow.step", Data: `{"kind":"queue","step":"x","by":"` + by + `"}`}}))
		})
	}
	r, err := o.Replay(t.Context(), o.ws, []models.FlowFile{file("지원", "team")}, 20)
	if err != nil || r.Tried != 3 || len(r.Changed) != 1 || r.Changed[0].Call.ID != "call-1" {
		t.Fatalf("replayed: %+v, %v", r, err)
	}
	if c := r.Changed[0]; strings.Join(c.Before, " ") != "menu closed" || strings.Join(c.After, " ") != "menu team closed" || c.EndBefore != "workflow" {
		t.Errorf("the call that changes: %+v", c)
	}
}

// The files of a folder are in force from the start, and when they have changed; while they
// have a mistake the version before stays, and the state says where the mistake is. Nobody
// else publishes then.
//
// Covers: DP-1
func TestFolder_DP_1(t *testing.T) {
	o := newOffice(t)
	dir := t.TempDir()
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folder := &flows.Folder{Path: dir, Log: slog.New(slog.DiscardHandler)}
	o.Folder = folder
	write(file("지원", "closed").Text)
	steps := []struct {
		do       func()
		version  int
		mistakes int
	}{
		{func() {}, 1, 0},
		{func() { write(file("지원", "team").Text) }, 2, 0},
		{func() { write(file("없는 팀", "team").Text) }, 2, 1},
		{func() {}, 2, 1},
		{func() { write(file("지원", "closed").Text) }, 3, 0},
		{func() { _ = os.Remove(filepath.Join(dir, "main.hcl")) }, 4, 0},
	}
	for i, s := range steps {
		s.do()
		if err := folder.Look(t.Context(), o.Flows); err != nil && s.mistakes == 0 {
			t.Errorf("step %d: %v", i, err)
		}
		if state := folder.State(); o.active() != s.version || len(state.Mistakes) != s.mistakes || state.Trouble != "" || s.mistakes > 0 && state.Mistakes[0].Line != 11 {
			t.Errorf("step %d: version %d, %+v", i, o.active(), state)
		}
	}
	if _, err := o.publish(4, file("지원", "team")); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("published beside the folder: %v", err)
	}
	folder.Path = filepath.Join(dir, "gone")
	if err := folder.Look(t.Context(), o.Flows); err == nil || folder.State().Trouble == "" || o.active() != 4 {
		t.Errorf("a folder that is not there: %v, %+v", err, folder.State())
	}
}

// What differs is told line by line.
//
// Covers: DP-1
func TestDiff_DP_1(t *testing.T) {
	text := func(lines string) []models.FlowFile {
		return []models.FlowFile{{Name: "a.hcl", Text: strings.ReplaceAll(lines, " ", "\n") + "\n"}}
	}
	for name, tc := range map[string]struct{ before, after, want string }{
		"the same":    {"a b c", "a b c", ""},
		"one changed": {"a b c d e f g h i", "a b c d X f g h i", " b c d -e +X f g h"},
		"added":       {"a b", "a X b", " a +X b"},
		"all new":     {"", "a", "- +a"},
		"moved":       {"a b c", "b c a", "-a b c +a"},
	} {
		var got strings.Builder
		for _, f := range flows.Diff(text(tc.before), text(tc.after)) {
			for _, l := range f.Lines {
				got.WriteString(map[flows.LineKind]string{flows.Same: " ", flows.Added: " +", flows.Removed: " -"}[l.Kind] + l.Text)
			}
		}
		if strings.Join(strings.Fields(got.String()), " ") != strings.Join(strings.Fields(tc.want), " ") {
			t.Errorf("%s: %q, want %q", name, got.String(), tc.want)
		}
	}
	if d := flows.Diff(text("a"), nil); len(d) != 1 || d[0].Lines[0].Kind != flows.Removed || d[0].Lines[0].From != 1 {
		t.Errorf("a file that went: %+v", d)
	}
}
