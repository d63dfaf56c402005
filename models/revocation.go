package models

import (
	"context"
	"time"
)

// Revocation is something that was taken back in the database and must still
// end elsewhere (SEC-5). It is written with the change, also by the command
// line, and removed by the controller that has carried it out.
type Revocation struct {
	Seq         int64  `gorm:"primaryKey"`
	SessionHash string // whose sockets are closed
	PhoneID     string // which leaves calls and the engine
	AgentID     string // who leaves their calls for good
	ShutOut     bool   // with SessionHash: its agent was suspended or removed
	At          Time
}

// Revocations lists what is still to be carried out, oldest first.
func (s *Store) Revocations(ctx context.Context) ([]Revocation, error) {
	var rs []Revocation
	return rs, s.read.WithContext(ctx).Order("seq").Find(&rs).Error
}

// Revoked removes revocations that have been carried out.
func (t *Tx) Revoked(seqs []int64) error {
	return t.db.Where("seq IN ?", seqs).Delete(&Revocation{}).Error
}

// RevokeAgent lets an agent's calls go on without them.
func (t *Tx) RevokeAgent(agent string, now time.Time) error {
	return create(t.db, &Revocation{AgentID: agent, At: At(now)})
}
