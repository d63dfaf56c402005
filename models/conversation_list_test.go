package models

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/testkit/postgres"
)

// fill adds conversations of every state, each to one of the agents or to
// nobody, and to one of two teams or to none.
func fill(t *testing.T, s *Store, ws Workspace, agents []Agent, n int) {
	t.Helper()
	random := rand.New(rand.NewPCG(uint64(n), 1))
	teams := []Team{{ID: NewID(), WorkspaceID: ws.ID, Name: "a", CreatedAt: At(now)}, {ID: NewID(), WorkspaceID: ws.ID, Name: "b", CreatedAt: At(now)}}
	contact := Contact{ID: NewID(), WorkspaceID: ws.ID, Kind: "lead", Profile: "{}", CreatedAt: At(now)}
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		must(t, tx.AddContact(FullContact{Contact: contact}))
		for _, team := range teams {
			must(t, tx.AddTeam(team))
		}
		for i := range n {
			at := At(now.Add(time.Duration(i) * time.Second))
			c := Conversation{ID: NewID(), WorkspaceID: ws.ID, ContactID: contact.ID, Kind: "phone", Direction: "inbound",
				State: []string{"open", "snoozed", "closed", "missed"}[random.IntN(4)], CreatedAt: at, UpdatedAt: at}
			if c.State == "missed" {
				c.MissedReason = []string{"userLeft", "noOperator"}[random.IntN(2)]
			} else if random.IntN(3) == 0 {
				c.Direction = "outbound"
			}
			if who := random.IntN(len(agents) + 1); who < len(agents) {
				c.AssigneeID = &agents[who].ID
			}
			if team := random.IntN(3); team < len(teams) {
				c.TeamID = &teams[team].ID
			}
			if err := tx.AddConversation(c); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Each count is the length of its list, however the conversations are spread
// over states, agents and teams, and stops at the same number for all.
//
// Covers: INBOX-4
func TestCountsAreThoseOfTheLists_INBOX_4(t *testing.T) {
	s := openStore(t)
	other, _, others := workspace(t, s, 1)
	fill(t, s, other, others, 50)
	for _, size := range []int{0, 1, 7, 60, MostCounted - 1, MostCounted, MostCounted + 1, 5500} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			ws, _, agents := workspace(t, s, 3)
			fill(t, s, ws, agents, size)
			n, err := s.CountLists(t.Context(), ws.ID)
			must(t, err)
			counts := map[string]int{"all": n.All, "unassigned": n.Unassigned, "open": n.Open, "missed": n.Missed, "snoozed": n.Snoozed, "closed": n.Closed, "waiting": n.Waiting}
			if len(n.Teams) != 2 {
				t.Errorf("teams: %v", n.Teams)
			}
			for id, n := range n.Teams {
				counts[TeamList+id] = n
			}
			for _, agent := range append(agents, Agent{ID: "a stranger"}, Agent{}) {
				own, err := s.CountOwn(t.Context(), ws.ID, agent.ID)
				must(t, err)
				counts["mine"] = own.Mine
				for list, got := range counts {
					rows, err := s.Conversations(t.Context(), ws.ID, ConversationFilter{List: list, Me: agent.ID, Limit: size + 1})
					must(t, err)
					if want := min(len(rows), MostCounted); got != want {
						t.Errorf("%s of %q: %d counted, want %d", list, agent.Name, got, want)
					}
				}
			}
		})
	}
}

// What stands in a list is told by state, agent and team; pages in both orders
// have each of them once.
//
// Covers: INBOX-4, INBOX-5
func TestListsAndFilters_INBOX_4_INBOX_5(t *testing.T) {
	s := openStore(t)
	ws, _, agents := workspace(t, s, 2)
	fill(t, s, ws, agents, 300)
	var all []Conversation
	must(t, s.read.Where("workspace_id = ?", ws.ID).Order("updated_at DESC, id DESC").Find(&all).Error)
	teams := []string{}
	must(t, s.read.Table("teams").Where("workspace_id = ?", ws.ID).Pluck("id", &teams).Error)
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		for i, c := range all {
			if i%3 == 0 {
				must(t, tx.TagConversation(ws.ID, c.ID, "refund"))
			}
		}
		return nil
	}))
	is := func(p *string, id string) bool { return p != nil && *p == id }
	inWork := func(c Conversation) bool { return c.State == "open" || c.State == "missed" }
	middle := now.Add(100 * time.Second)
	for name, tc := range map[string]struct {
		f    ConversationFilter
		want func(i int, c Conversation) bool
	}{
		"mine":            {ConversationFilter{List: "mine", Me: agents[0].ID}, func(_ int, c Conversation) bool { return is(c.AssigneeID, agents[0].ID) && inWork(c) }},
		"unassigned":      {ConversationFilter{List: "unassigned"}, func(_ int, c Conversation) bool { return c.AssigneeID == nil && c.State == "open" }},
		"a team":          {ConversationFilter{List: TeamList + teams[0]}, func(_ int, c Conversation) bool { return is(c.TeamID, teams[0]) && inWork(c) }},
		"snoozed":         {ConversationFilter{List: "snoozed"}, func(_ int, c Conversation) bool { return c.State == "snoozed" }},
		"closed":          {ConversationFilter{List: "closed"}, func(_ int, c Conversation) bool { return c.State == "closed" }},
		"all":             {ConversationFilter{List: "all"}, func(int, Conversation) bool { return true }},
		"an agent's":      {ConversationFilter{Agent: agents[1].ID}, func(_ int, c Conversation) bool { return is(c.AssigneeID, agents[1].ID) }},
		"a team's closed": {ConversationFilter{List: "closed", Team: teams[1]}, func(_ int, c Conversation) bool { return is(c.TeamID, teams[1]) && c.State == "closed" }},
		"a direction":     {ConversationFilter{Direction: "outbound"}, func(_ int, c Conversation) bool { return c.Direction == "outbound" }},
		"a kind":          {ConversationFilter{Kind: "video"}, func(int, Conversation) bool { return false }},
		"a reason":        {ConversationFilter{Reason: "userLeft"}, func(_ int, c Conversation) bool { return c.MissedReason == "userLeft" }},
		"a tag":           {ConversationFilter{Tag: "refund", List: "missed"}, func(i int, c Conversation) bool { return i%3 == 0 && c.State == "missed" }},
		"from":            {ConversationFilter{From: middle}, func(_ int, c Conversation) bool { return !c.CreatedAt.Before(At(middle).Time) }},
		"to":              {ConversationFilter{To: middle, List: "open"}, func(_ int, c Conversation) bool { return c.CreatedAt.Before(At(middle).Time) && c.State == "open" }},
		"both": {ConversationFilter{From: middle, To: middle.Add(time.Minute), Agent: agents[0].ID},
			func(_ int, c Conversation) bool {
				return !c.CreatedAt.Before(At(middle).Time) && c.CreatedAt.Before(At(middle.Add(time.Minute)).Time) && is(c.AssigneeID, agents[0].ID)
			}},
	} {
		var want []string
		for i, c := range all {
			if tc.want(i, c) {
				want = append(want, c.ID)
			}
		}
		for _, oldest := range []bool{false, true} {
			f := tc.f
			f.Oldest, f.Limit = oldest, 7
			if got := pages(t, s, ws.ID, f); !slices.Equal(got, want) {
				t.Errorf("%s, oldest first %t: %d rows, want %d in their order", name, oldest, len(got), len(want))
			}
			slices.Reverse(want)
		}
	}
}

// pages reads a list to its end.
func pages(t *testing.T, s *Store, workspace string, f ConversationFilter) (ids []string) {
	t.Helper()
	for {
		rows, err := s.Conversations(t.Context(), workspace, f)
		must(t, err)
		if len(rows) == 0 {
			return ids
		}
		for _, c := range rows {
			ids = append(ids, c.ID)
		}
		f.AfterAt, f.AfterID = rows[len(rows)-1].ListedAt, rows[len(rows)-1].ID
	}
}

// A list is read in its order from an index of its own, so that neither its page
// nor its count looks at the conversations of the other lists, and so is one that
// is narrowed down.
//
// Covers: INBOX-4, INBOX-5
func TestListsAreReadFromTheirIndexes(t *testing.T) {
	postgres.SQLiteOnly(t)
	s := openStore(t)
	for _, tc := range []struct {
		f     ConversationFilter
		index string
	}{
		{ConversationFilter{List: "all"}, "conversations_inbox (workspace_id=?)"},
		{ConversationFilter{List: "mine", Me: "a"}, "conversations_mine (workspace_id=? AND assignee_id=?)"},
		{ConversationFilter{List: "unassigned"}, "conversations_unassigned (workspace_id=? AND state=? AND assignee_id=?)"},
		{ConversationFilter{List: "team-t"}, "conversations_teams (workspace_id=? AND team_id=?)"},
		{ConversationFilter{List: "open"}, "conversations_state (workspace_id=? AND state=?)"},
		{ConversationFilter{List: "missed"}, "conversations_state (workspace_id=? AND state=?)"},
		{ConversationFilter{List: "snoozed"}, "conversations_state (workspace_id=? AND state=?)"},
		{ConversationFilter{List: "closed"}, "conversations_state (workspace_id=? AND state=?)"},
		{ConversationFilter{List: "mentions", Me: "a"}, "notices_agent (agent_id=? AND kind=?)"},
		{ConversationFilter{List: "waiting"}, "calls_waiting (workspace_id=? AND state=?)"},
		{ConversationFilter{Agent: "a"}, "conversations_agent (workspace_id=? AND assignee_id=?)"},
		{ConversationFilter{Team: "t"}, "conversations_team (workspace_id=? AND team_id=?)"},
		{ConversationFilter{Reason: "userLeft"}, "conversations_reason (workspace_id=? AND missed_reason=?)"},
		{ConversationFilter{Kind: "phone"}, "conversations_inbox (workspace_id=?)"},
		{ConversationFilter{Kind: "video"}, "conversations_kind (workspace_id=? AND kind=?)"},
		{ConversationFilter{Direction: "inbound"}, "conversations_inbox (workspace_id=?)"},
		{ConversationFilter{From: now, To: now.Add(time.Hour)}, "conversations_created (workspace_id=? AND created_at>? AND created_at<?)"},
		{ConversationFilter{List: "missed", From: now}, "conversations_created (workspace_id=? AND created_at>?)"},
		{ConversationFilter{List: "closed", Direction: "inbound"}, "conversations_state (workspace_id=? AND state=?)"},
	} {
		for _, oldest := range []bool{false, true} {
			tc.f.Oldest, tc.f.Limit = oldest, 50
			plan := planOf(t, s, tc.f)
			if !strings.Contains(plan, tc.index) || strings.Contains(plan, "TEMP B-TREE FOR ORDER BY") || strings.Contains(plan, "SCAN") {
				t.Errorf("%+v: %s, want %s", tc.f, plan, tc.index)
			}
		}
	}
	for list, index := range map[string]string{"mine": "conversations_mine", "team-t": "conversations_teams", "unassigned": "conversations_unassigned"} {
		var steps []struct{ Detail string }
		rows := inList(s.read.Table("conversations").Select("1").Where("conversations.workspace_id = ?", "w"), list, "a").Limit(MostCounted)
		must(t, s.read.Raw("EXPLAIN QUERY PLAN SELECT COUNT(*) FROM (?)", rows).Scan(&steps).Error)
		if plan := fmt.Sprint(steps); !strings.Contains(plan, index+" (") {
			t.Errorf("counting %s: %s", list, plan)
		}
	}
	// A rare tag is read whole, and put in order.
	if plan := planOf(t, s, ConversationFilter{Tag: "x", Limit: 50}); !strings.Contains(plan, "conversation_tags_tag (tag=?)") || strings.Contains(plan, "SCAN") {
		t.Errorf("a tag: %s", plan)
	}
}

// planOf says how SQLite reads the first page of a list.
func planOf(t *testing.T, s *Store, f ConversationFilter) string {
	t.Helper()
	db, order, err := s.listed(t.Context(), "w", f)
	must(t, err)
	db = paged(db, order, f)
	var steps []struct{ Detail string }
	must(t, s.read.Raw("EXPLAIN QUERY PLAN SELECT * FROM (?)", db).Scan(&steps).Error)
	return fmt.Sprint(steps)
}
