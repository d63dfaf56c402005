package powercut_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"ringdesk/models"
)

// held is what a store holds.
type held struct {
	calls   map[string]int64   // their versions
	data    map[string]string  // their states
	journal map[string][]int64 // the entries of calls, in order
	tasks   map[string]bool    // by kind and subject
	changes []string           // the n-th has the sequence number n+1
	last    int64              // the last change's sequence number
}

func readHeld(ctx context.Context, db *sql.DB) (*held, error) {
	h := &held{calls: map[string]int64{}, data: map[string]string{}, journal: map[string][]int64{}, tasks: map[string]bool{}}
	for _, q := range []struct {
		query string
		take  func(a, b string, n int64)
	}{
		{"SELECT id, data, version FROM calls", func(id, data string, version int64) { h.calls[id], h.data[id] = version, data }},
		{"SELECT call_id, '', seq FROM journal ORDER BY call_id, seq", func(id, _ string, seq int64) { h.journal[id] = append(h.journal[id], seq) }},
		{"SELECT kind, subject, 0 FROM tasks", func(kind, subject string, _ int64) { h.tasks[kind+" "+subject] = true }},
		{"SELECT topic, entity_id, seq FROM changes ORDER BY seq", func(topic, id string, seq int64) {
			h.changes, h.last = append(h.changes, fmt.Sprintf("change %d %s %s", seq, topic, id)), seq
		}},
	} {
		if err := readRows(ctx, db, q.query, q.take); err != nil {
			return nil, fmt.Errorf("%s: %w", q.query, err)
		}
	}
	return h, nil
}

func readRows(ctx context.Context, db *sql.DB, query string, take func(a, b string, n int64)) error {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var a, b string
		var n int64
		if err := rows.Scan(&a, &b, &n); err != nil {
			return err
		}
		take(a, b, n)
	}
	return rows.Err()
}

// whole asserts that of each transaction all is there or nothing.
func (h *held) whole() error {
	for id, version := range h.calls {
		if h.data[id] != storeData(id, version) {
			return fmt.Errorf("call %s has version %d, and the state of another", id, version)
		}
		for n := range version {
			if seqs := h.journal[id]; int64(len(seqs)) != version || seqs[n] != n+1 {
				return fmt.Errorf("call %s has version %d and the journal %v", id, version, seqs)
			}
			if hasTask(n+1) && !h.tasks[fmt.Sprintf("mix %s %d", id, n+1)] {
				return fmt.Errorf("call %s has no task of version %d", id, n+1)
			}
		}
	}
	for id := range h.journal {
		if _, known := h.calls[id]; !known {
			return fmt.Errorf("there is a journal of call %s, and no call", id)
		}
	}
	for task := range h.tasks {
		if strings.HasPrefix(task, "undone") {
			return fmt.Errorf("there is a task of a transaction that was undone: %s", task)
		}
	}
	if h.last != int64(len(h.changes)) {
		return fmt.Errorf("there are %d changes, and the last has the number %d", len(h.changes), h.last)
	}
	return nil
}

// acknowledged asserts that everything is there that was.
func (h *held) acknowledged(told []string) error {
	for line := range strings.Lines(strings.Join(told, "")) {
		line = strings.TrimSpace(line)
		var id string
		var n int64
		if _, err := fmt.Sscanf(line, "call %s %d", &id, &n); err == nil {
			if h.calls[id] < n {
				return fmt.Errorf("%q was acknowledged, and there is version %d", line, h.calls[id])
			}
			continue
		}
		if _, err := fmt.Sscanf(line, "change %d", &n); err != nil {
			return fmt.Errorf("%q was acknowledged: %w", line, err)
		}
		if n > h.last || h.changes[n-1] != line {
			return fmt.Errorf("%q was acknowledged, and there are %d changes", line, h.last)
		}
	}
	return nil
}

// goesOn asserts that the store can be written, and that changes are numbered on.
func (h *held) goesOn(ctx context.Context, s *models.Store) error {
	if err := s.Tx(ctx, func(tx *models.Tx) error { return tx.Changed("w", "call", "next") }); err != nil {
		return err
	}
	seq, err := s.LastChange(ctx)
	if err == nil && seq != h.last+1 {
		err = fmt.Errorf("the change after %d has the number %d", h.last, seq)
	}
	return err
}
