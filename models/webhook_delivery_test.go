package models

import (
	"errors"
	"fmt"
	"testing"
)

// What webhooks are told of is read for many calls with one statement: of each call what is behind an entry of it, once
// and in order, and nothing of another call, however many there are.
//
// Covers: ADM-6.
func TestWebhookReads_ADM_6(t *testing.T) {
	s := openStore(t)
	ws, num, _ := workspace(t, s, 1)
	for _, calls := range []int{0, 1, 2, 3, journalsAtOnce + 5} {
		t.Run(fmt.Sprint(calls), func(t *testing.T) {
			after, ids, want := map[string]int64{}, []string{}, 0
			must(t, s.Tx(t.Context(), func(tx *Tx) (err error) {
				for i := range calls + 1 {
					id := fmt.Sprintf("%d-%03d", calls, i)
					err = errors.Join(err, addCallOf(tx, ws, num, id, "gone"))
					for seq := range int64(3) {
						err = errors.Join(err, tx.AddJournal([]JournalEntry{{CallID: id, Seq: seq + 1, At: At(now), Type: "call.held", Data: "{}"}}))
					}
					if i < calls { // nobody asks for the last one
						after[id], ids, want = int64(i%4), append(ids, id), want+3-i%4
					}
				}
				return err
			}))
			entries, err := s.JournalsAfter(t.Context(), after)
			must(t, err)
			if len(entries) != want {
				t.Errorf("%d entries, want %d", len(entries), want)
			}
			for i, e := range entries {
				if last, asked := after[e.CallID]; !asked || e.Seq <= last || i > 0 && entries[i-1].CallID > e.CallID {
					t.Fatalf("entry %d of %s is there behind %d", e.Seq, e.CallID, last)
				}
				after[e.CallID] = e.Seq
			}
			rows, err := s.CallsToTell(t.Context(), ids)
			must(t, err)
			told := map[string]bool{}
			for _, c := range rows {
				told[c.ID] = c.WorkspaceID == ws.ID && c.NumberID == num.ID
			}
			for _, id := range ids {
				if !told[id] {
					t.Errorf("call %s is not told of", id)
				}
			}
			if len(rows) != calls {
				t.Errorf("%d rows, want %d", len(rows), calls)
			}
		})
	}
}
