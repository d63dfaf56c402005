package odata

import (
	"context"
	"sync"
	"time"

	"ringdesk/controller/audit"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// note is what the audit log has once: who read which set on a day.
type note struct{ workspace, who, set, day string }

// notes are those of today that this controller has written.
type notes struct {
	mu  sync.Mutex
	of  map[note]bool
	day string
}

// note writes down who reads calls (SEC-6): once a day for each program and set, since
// they ask for hundreds of pages.
func (s *Service) note(ctx context.Context, by verb.By, workspace string, q *question, now time.Time) error {
	if q.set.table != models.FeedCalls && q.set.table != models.FeedAgentCalls {
		return nil
	}
	n := note{workspace, by.Key + by.Account, q.set.table.Name, now.In(q.Zone).Format(time.DateOnly)}
	s.noted.mu.Lock()
	defer s.noted.mu.Unlock()
	if s.noted.day != n.day {
		s.noted.day, s.noted.of = n.day, map[note]bool{}
	}
	if s.noted.of[n] {
		return nil
	}
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		return audit.Write(tx, by, workspace, s.now(), audit.Entry{Action: audit.Exported, Kind: audit.RawData, Name: "OData " + n.set,
			Changes: audit.Diff(nil, audit.Fields{"day": n.day})})
	})
	s.noted.of[n] = err == nil
	return err
}
