package models

import (
	"context"
	"time"
)

// patience marks the context of patient work.
type patience struct{}

// patientWait is how long patient work waits for other work.
const patientWait = 20 * time.Millisecond

// Patient marks work that nobody waits for. Its commit may be a moment later, together with
// that of other work: half of what a small commit costs is the disk's.
func Patient(ctx context.Context) context.Context { return context.WithValue(ctx, patience{}, true) }

func (s *Store) writer() {
	defer close(s.stopped)
	look := time.NewTicker(othersInterval)
	defer look.Stop()
	var waiting []*unit // patient work
	over := time.NewTimer(patientWait)
	over.Stop()
	for {
		patient := s.patient
		if len(waiting) >= batchLimit {
			patient = nil
		}
		select {
		case u := <-s.work:
			over.Stop()
			s.commit(s.batch(append(waiting, u)))
			waiting = nil
		case u := <-patient:
			if waiting = append(waiting, u); len(waiting) == 1 {
				over.Reset(patientWait)
			}
		case <-over.C:
			s.commit(s.batch(waiting))
			waiting = nil
		case <-look.C:
			s.heedOthers()
		case <-s.heard:
			s.heedOthers()
		case <-s.stop:
			s.finish(waiting)
			return
		}
	}
}

// finish does all the work that there still is.
func (s *Store) finish(units []*unit) {
	for {
		select {
		case u := <-s.work:
			units = append(units, u)
		case u := <-s.patient:
			units = append(units, u)
		default:
			for _, u := range units {
				s.commit([]*unit{u})
			}
			return
		}
	}
}

// batch adds work that waits to some.
func (s *Store) batch(units []*unit) []*unit {
	for len(units) < batchLimit {
		select {
		case u := <-s.work:
			units = append(units, u)
		case u := <-s.patient:
			units = append(units, u)
		default:
			return units
		}
	}
	return units
}
