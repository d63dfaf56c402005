package models

import (
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"
)

// A call is offered to one of a thousand agents: whom it goes to is read from the beginning
// of an index, whatever the team. By fewest calls of a day all are looked at, but no more
// than the first are read.
//
// Covers: IN-4, SYS-2.
func TestFirstFreeAgentsComeFromAnIndex(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "ringdesk.db")) // PostgreSQL sorts a thousand in memory
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	notes := asked{s.writes, map[string][]any{}}
	s.write.Statement.ConnPool, s.write.Config.ConnPool = notes, notes
	for order, index := range map[AgentOrder]string{FreeLongest: "agents_free", OfferedLongest: "agents_offered"} {
		for _, team := range []string{"", "team"} {
			clear(notes.statements)
			f := CallableFilter{Workspace: "w", Free: &FreeFilter{Team: team, Kind: "phone", Order: order}, Limit: 8}
			must(t, s.Tx(t.Context(), func(tx *Tx) error { _, err := tx.CallableAgents(f, now); return err }))
			seen := false
			for query, args := range maps.Clone(notes.statements) {
				if !strings.Contains(query, "FROM agents a") {
					continue
				}
				seen = true
				plan := fmt.Sprint(planOfStatement(t, s, query, args))
				if !strings.Contains(plan, "SEARCH a USING INDEX "+index) || strings.Contains(plan, "TEMP B-TREE") || strings.Contains(plan, "SCAN") {
					t.Errorf("order %d, team %q: %s", order, team, plan)
				}
			}
			if !seen {
				t.Errorf("order %d, team %q: nothing was asked", order, team)
			}
		}
	}
}
