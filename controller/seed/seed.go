// Package seed fills an installation with believable data: contacts, calls, and
// what people did with them. Measurements, screenshots and statistics need it.
//
// Each call is played by call.Step, from its first input to its last, and written
// as the exchange writes it: its journal is one that a real call could have, and
// agrees with its columns (STAT-0). What was done to its conversation goes by the
// verbs of package inbox.
package seed

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"ringdesk/models"
)

// Options say what to make. The same Seed gives the same data, counted from Now.
type Options struct {
	Workspace     string // "" takes the only one that there is
	Conversations int
	Contacts      int
	Days          int
	Seed          uint64
	Now           time.Time
	Progress      func(conversations int) // nil tells nobody
}

// Report is what was made.
type Report struct {
	Workspace                                      string
	Agents, Contacts, Conversations, Missed, Notes int
}

// ErrHasCalls says that an installation has calls of its own, which must stay
// what they are.
var ErrHasCalls = errors.New("this data folder has calls already: seed a new one, such as with RINGDESK_DATA=./seeded")

// ErrNotReady says what is missing.
var ErrNotReady = errors.New("the data cannot be made yet")

// Fill makes the data.
func Fill(ctx context.Context, store *models.Store, o Options) (Report, error) {
	switch any, err := store.AnyCall(ctx); {
	case err != nil:
		return Report{}, err
	case any:
		return Report{}, ErrHasCalls
	}
	s := &seeder{ctx: ctx, store: store, o: o, rng: rand.New(rand.NewPCG(o.Seed, 2026))}
	if err := s.furnish(); err != nil {
		return s.report, err
	}
	if err := s.addMembers(); err != nil {
		return s.report, err
	}
	return s.report, s.play()
}

// seeder is one Fill.
type seeder struct {
	ctx    context.Context
	store  *models.Store
	o      Options
	rng    *rand.Rand
	report Report

	house
	callers
	writes []write // what the next transaction does

	fates     []fate   // of the inbound calls that come next
	callbacks []*play  // asked for, and not made yet
	owed      []missed // calls that nobody has called back yet (MISS-5)
}

// write is a part of a transaction.
type write func(*models.Tx) error

// conversationsAtOnce is how many conversations one transaction makes.
const conversationsAtOnce = 200

// later lets the next transaction do something.
func (s *seeder) later(w write) { s.writes = append(s.writes, w) }

// flush writes what has come together.
func (s *seeder) flush() error {
	writes := s.writes
	s.writes = nil
	return s.store.Tx(s.ctx, func(tx *models.Tx) error {
		for _, w := range writes {
			if err := w(tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// play makes all conversations, one call after the other.
func (s *seeder) play() error {
	for i, at := range s.arrivals() {
		p, err := s.call(at)
		if err != nil {
			return fmt.Errorf("call %d of %s: %w", i+1, at.Format(time.RFC3339), err)
		}
		s.later(p.write)
		s.report.Conversations++
		if (i+1)%conversationsAtOnce == 0 {
			if err := s.flush(); err != nil {
				return err
			}
			if s.o.Progress != nil {
				s.o.Progress(i + 1)
			}
		}
	}
	s.refusals()
	return s.flush()
}

// id makes an id as models.NewID does, of a moment in the past: ids sort by
// creation.
func (s *seeder) id(at time.Time) string {
	var id uuid.UUID
	ms := at.UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	for i, random := 0, s.rng.Uint64(); i < 8; i++ {
		id[6+i] = byte(random >> (8 * i))
	}
	id[14], id[15] = byte(s.rng.Uint32()), byte(s.rng.Uint32())
	id[6], id[8] = 0x70|id[6]&0x0f, 0x80|id[8]&0x3f // version 7, RFC 9562
	return id.String()
}

// chance says yes in so many of a hundred cases.
func (s *seeder) chance(percent float64) bool { return s.rng.Float64()*100 < percent }

// between draws a time between two, in milliseconds.
func (s *seeder) between(least, most time.Duration) time.Duration {
	return (least + time.Duration(s.rng.Int64N(int64(most-least)+1))).Round(time.Millisecond)
}

func pick[T any](s *seeder, of []T) T { return of[s.rng.IntN(len(of))] }
