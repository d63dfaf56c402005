package models

import (
	"fmt"
	"time"
)

// othersInterval is how soon a commit of another program is noticed, such as
// that of an administrator's command.
const othersInterval = 250 * time.Millisecond

// heeded is how far the store has told of changes. Only the writer uses it.
type heeded struct {
	seq     int64 // of the newest change that was told of
	version int64 // of the database, as othersCommitted saw it
}

// heedOthers tells of what other programs have committed. Changes that cannot be
// read now are told of the next time.
func (s *Store) heedOthers() {
	if !s.listenedTo() {
		return
	}
	version, err := s.othersCommitted()
	if err != nil || version == s.heeded.version {
		return
	}
	changes, err := s.othersChanges(0)
	if err != nil {
		return
	}
	s.heeded.version = version
	if n := len(changes); n > 0 {
		s.heeded.seq = changes[n-1].Seq
		s.tell(changes)
	}
}

// withOthers gives a commit's own changes behind those that other programs
// committed before it: numbers between the last one told of and the first of
// its own are theirs.
func (s *Store) withOthers(own []Change) []Change {
	if len(own) == 0 {
		return nil
	}
	first, last := own[0].Seq, own[len(own)-1].Seq
	if first > s.heeded.seq+1 && s.listenedTo() {
		others, err := s.othersChanges(first)
		if err != nil {
			s.heeded.version = 0 // heedOthers reads them, and these once more
			return own
		}
		own = append(others, own...)
	}
	s.heeded.seq = last
	return own
}

// othersChanges reads the changes that were not told of yet, up to one of our
// own; 0 means all.
func (s *Store) othersChanges(before int64) ([]Change, error) {
	query := s.write.Where("seq > ?", s.heeded.seq)
	if before > 0 {
		query = query.Where("seq < ?", before)
	}
	var changes []Change
	if err := query.Order("seq").Find(&changes).Error; err != nil {
		return nil, fmt.Errorf("models: changes of other programs: %w", err)
	}
	for i := range changes {
		changes[i].Elsewhere = true
	}
	return changes, nil
}

// tell hands changes to those who listen.
func (s *Store) tell(changes []Change) {
	if len(changes) == 0 {
		return
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, f := range s.onCommit {
		f(changes)
	}
}

func (s *Store) listenedTo() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.onCommit) > 0
}
