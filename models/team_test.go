package models

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestTeams_IN_4(t *testing.T) {
	s := openStore(t)
	ws, _, as := workspace(t, s, 3)
	other, _, foreign := workspace(t, s, 1)
	sales := Team{ID: NewID(), WorkspaceID: ws.ID, Name: "Sales", CreatedAt: At(now)}
	care := Team{ID: NewID(), WorkspaceID: ws.ID, Name: "Care", Settings: `{"rounds":2}`, CreatedAt: At(now)}
	tx := func(do func(*Tx) error) error { t.Helper(); return s.Tx(t.Context(), do) }
	must(t, tx(func(tx *Tx) error {
		return errors.Join(tx.AddTeam(sales), tx.AddTeam(care),
			tx.AddTeam(Team{ID: NewID(), WorkspaceID: other.ID, Name: "Sales", CreatedAt: At(now)}),
			tx.SetTeamMembers(ws.ID, sales.ID, []string{as[2].ID, as[0].ID, as[2].ID}))
	}))
	refused := []struct {
		name string
		do   func(*Tx) error
		want error
	}{
		{"a name twice", func(tx *Tx) error {
			return tx.AddTeam(Team{ID: NewID(), WorkspaceID: ws.ID, Name: "Care", CreatedAt: At(now)})
		}, ErrConflict},
		{"renamed to another's name", func(tx *Tx) error { return tx.UpdateTeam(ws.ID, sales.ID, TeamUpdate{Name: new("Care")}) }, ErrConflict},
		{"another workspace's team", func(tx *Tx) error { return tx.UpdateTeam(other.ID, sales.ID, TeamUpdate{Name: new("x")}) }, ErrNotFound},
		{"another workspace's team's settings", func(tx *Tx) error { return tx.SetTeamSettings(other.ID, sales.ID, "{}") }, ErrNotFound},
		{"another workspace's team's members", func(tx *Tx) error { return tx.SetTeamMembers(other.ID, sales.ID, nil) }, ErrNotFound},
		{"deleting another workspace's team", func(tx *Tx) error { return tx.DeleteTeam(other.ID, sales.ID) }, ErrNotFound},
		{"another workspace's agent", func(tx *Tx) error { return tx.SetTeamMembers(ws.ID, sales.ID, []string{foreign[0].ID}) }, ErrNotFound},
	}
	for _, c := range refused {
		if err := tx(c.do); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	must(t, tx(func(tx *Tx) error {
		return tx.UpdateTeam(ws.ID, sales.ID, TeamUpdate{Name: new("Sales 2"), Settings: new(`{"rounds":3}`)})
	}))
	ts, err := s.Teams(t.Context(), ws.ID)
	must(t, err)
	want := fmt.Sprintf("Care %s [] Sales 2 {\"rounds\":3} %v ", care.Settings, []string{as[0].ID, as[2].ID})
	got := ""
	for _, team := range ts {
		got += fmt.Sprintf("%s %s %v ", team.Name, team.Settings, team.Members)
	}
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var told []string
	s.OnCommit(func(cs []Change) {
		for _, c := range cs {
			told = append(told, c.EntityID)
		}
	})
	must(t, tx(func(tx *Tx) error { return tx.SetTeamMembers(ws.ID, sales.ID, []string{as[1].ID}) }))
	if want := []string{as[0].ID, as[1].ID, as[2].ID, sales.ID}; !sameSet(told, want) {
		t.Errorf("told of %v, want %v", told, want)
	}
	must(t, tx(func(tx *Tx) error { return tx.DeleteTeam(ws.ID, sales.ID) }))
	if _, err := s.Team(t.Context(), ws.ID, sales.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("the deleted team: %v", err)
	}
	if a := agentNow(t, s, as[1]); len(a.Teams) != 0 {
		t.Errorf("a member of a deleted team: %v", a.Teams)
	}
}

func sameSet(a, b []string) bool {
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func TestTeamUses(t *testing.T) {
	s := openStore(t)
	ws, num, _ := workspace(t, s, 0)
	team, other := Team{ID: NewID(), WorkspaceID: ws.ID, Name: "A", CreatedAt: At(now)}, Team{ID: NewID(), WorkspaceID: ws.ID, Name: "B", CreatedAt: At(now)}
	uses := func() (kinds []string) {
		must(t, s.Tx(t.Context(), func(tx *Tx) error {
			us, err := tx.TeamUses(ws.ID, team.ID)
			for _, u := range us {
				kinds = append(kinds, u.Kind+" "+u.Name)
			}
			return err
		}))
		return kinds
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		return errors.Join(tx.AddTeam(team), tx.AddTeam(other), tx.SetTeamSettings(ws.ID, team.ID, `{"fallback":[{"team":"`+team.ID+`"}]}`),
			tx.SetNumberSettings(ws.ID, num.ID, `{"team":"`+other.ID+`"}`))
	}))
	addCall(t, s, Call{ID: "talks", WorkspaceID: ws.ID, NumberID: num.ID, TeamID: team.ID, State: "talking", Live: true})
	if got := uses(); len(got) != 0 {
		t.Errorf("a team that nobody else names is used by %v", got)
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		return errors.Join(tx.SetWorkspaceSettings(ws.ID, `{"team":"`+team.ID+`"}`), tx.SetNumberSettings(ws.ID, num.ID, `{"team":"`+team.ID+`"}`),
			tx.SetTeamSettings(ws.ID, other.ID, `{"fallback":[{"team":"`+team.ID+`"}]}`))
	}))
	addCall(t, s, Call{ID: "waits", WorkspaceID: ws.ID, NumberID: num.ID, TeamID: team.ID, State: "queued", QueueRank: 1, Live: true})
	if got, want := uses(), []string{"call ", "number " + num.Number, "team B", "workspace w"}; !slices.Equal(got, want) {
		t.Errorf("used by %q, want %q", got, want)
	}
}

func TestSettings(t *testing.T) {
	s := openStore(t)
	ws, num, _ := workspace(t, s, 0)
	other, _, _ := workspace(t, s, 0)
	teams := []Team{{ID: NewID(), WorkspaceID: ws.ID, Name: "0"}, {ID: NewID(), WorkspaceID: ws.ID, Name: "1"}, {ID: NewID(), WorkspaceID: other.ID, Name: "2"}}
	naming := func(team int) string { return fmt.Sprintf(`{"team":%q}`, teams[team].ID) }
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		var err error
		for i, team := range teams {
			team.CreatedAt, team.Settings = At(now), fmt.Sprintf(`{"rounds":%d}`, i+1)
			err = errors.Join(err, tx.AddTeam(team))
		}
		return err
	}))
	cases := []struct{ name, workspace, number, team string }{
		{"none", "", "", "{}"},
		{"the workspace's team", naming(0), "{}", `{"rounds":1}`},
		{"the number's team", "{}", naming(1), `{"rounds":2}`},
		{"the number's team goes before", naming(0), naming(1), `{"rounds":2}`},
		{"another workspace's team is none", naming(2), "{}", "{}"},
		{"a team that is no more", `{"team":"gone"}`, "{}", "{}"},
	}
	for _, c := range cases {
		must(t, s.Tx(t.Context(), func(tx *Tx) error {
			if err := errors.Join(tx.SetWorkspaceSettings(ws.ID, c.workspace), tx.SetNumberSettings(ws.ID, num.ID, c.number)); err != nil {
				return err
			}
			w, team, n, err := tx.RoutingOf(num.ID)
			if orEmpty := func(s string) string { return map[bool]string{true: "{}", false: s}[s == ""] }; w != orEmpty(c.workspace) || n != orEmpty(c.number) || team != c.team {
				t.Errorf("%s: workspace %s, team %s, number %s", c.name, w, team, n)
			}
			return err
		}))
	}
	for name, do := range map[string]func(*Tx) error{
		"another workspace's number": func(tx *Tx) error { return tx.SetNumberSettings(other.ID, num.ID, "{}") },
		"no workspace":               func(tx *Tx) error { return tx.SetWorkspaceSettings("x", "{}") },
		"routing of no number":       func(tx *Tx) error { _, _, _, err := tx.RoutingOf("x"); return err },
	} {
		if err := s.Tx(t.Context(), do); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Covers: MISS-1 (inboundRateLimit).
func TestCallsSince_MISS_1(t *testing.T) {
	s := openStore(t)
	ws, num, _ := workspace(t, s, 0)
	other, num2, _ := workspace(t, s, 0)
	for i, ago := range []time.Duration{0, 30, 60, 61} {
		addCall(t, s, Call{ID: fmt.Sprint(i), WorkspaceID: ws.ID, NumberID: num.ID, Direction: "inbound", StartedAt: At(now.Add(-ago * time.Second))})
	}
	addCall(t, s, Call{ID: "out", WorkspaceID: ws.ID, NumberID: num.ID, Direction: "outbound"})
	addCall(t, s, Call{ID: "other", WorkspaceID: other.ID, NumberID: num2.ID, Direction: "inbound"})
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		n, err := tx.CallsSince(ws.ID, now.Add(-time.Minute))
		if n != 3 {
			t.Errorf("%d calls, want 3", n)
		}
		return err
	}))
}

func TestBlocks_CALL_7_MISS_1(t *testing.T) {
	s := openStore(t)
	ws, _, _ := workspace(t, s, 0)
	other, _, _ := workspace(t, s, 0)
	day := 24 * time.Hour
	cases := []struct {
		name   string
		blocks []time.Duration // how long each, 0 means for ever
		at     time.Duration
		want   bool
	}{
		{"never blocked", nil, 0, false},
		{"for a day", []time.Duration{day}, day - 1e9, true},
		{"for a day, over", []time.Duration{day}, day, false},
		{"for ever", []time.Duration{0}, 1000 * day, true},
		{"longer replaces", []time.Duration{day, 2 * day}, day, true},
		{"shorter does not shorten", []time.Duration{2 * day, day}, day, true},
		{"for ever replaces", []time.Duration{day, 0}, day, true},
		{"for ever stays", []time.Duration{0, day}, day, true},
	}
	for i, c := range cases {
		number := fmt.Sprintf("+8210000000%02d", i)
		must(t, s.Tx(t.Context(), func(tx *Tx) error {
			for j, d := range c.blocks {
				b := Block{ID: NewID(), WorkspaceID: ws.ID, Number: number, Reason: fmt.Sprint(j), CreatedAt: At(now)}
				if d > 0 {
					b.UntilAt = At(now.Add(d))
				}
				if err := tx.Block(b); err != nil {
					return err
				}
			}
			got, err := tx.Blocked(ws.ID, number, now.Add(c.at))
			if got != c.want {
				t.Errorf("%s: %v", c.name, got)
			}
			elsewhere, err2 := tx.Blocked(other.ID, number, now)
			if elsewhere {
				t.Errorf("%s: blocked in another workspace", c.name)
			}
			return errors.Join(err, err2)
		}))
	}
	bs, err := s.Blocks(t.Context(), ws.ID, now.Add(day))
	must(t, err)
	if len(bs) != 5 { // all but those that are over by then or never were
		t.Errorf("%d blocks in force, want 5", len(bs))
	}
	for _, b := range bs {
		must(t, s.Tx(t.Context(), func(tx *Tx) error {
			if err := tx.Unblock(other.ID, b.ID); !errors.Is(err, ErrNotFound) {
				t.Errorf("another workspace unblocked: %v", err)
			}
			if err := tx.Unblock(ws.ID, b.ID); err != nil {
				return err
			}
			still, err := tx.Blocked(ws.ID, b.Number, now)
			if still {
				t.Errorf("%s is blocked still", b.Number)
			}
			return err
		}))
	}
	err = s.Tx(t.Context(), func(tx *Tx) error { return tx.Block(Block{ID: NewID(), WorkspaceID: ws.ID, CreatedAt: At(now)}) })
	if !errors.Is(err, ErrNumber) {
		t.Errorf("withheld numbers were blocked: %v", err)
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		got, err := tx.Blocked(ws.ID, "", now)
		if got {
			t.Error("withheld numbers are blocked")
		}
		return err
	}))
}
