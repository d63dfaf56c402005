package api

import (
	"context"
	"time"

	"ringdesk/models"
)

// revokeInterval is how soon what the command line has taken back ends, and how
// often an engine that could not be reached is tried again.
const revokeInterval = time.Second

func (s *Server) watchRevocations(ctx context.Context) {
	tick := time.NewTicker(revokeInterval)
	defer tick.Stop()
	for {
		s.revoke(ctx)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// revoke ends what was taken back in the database (SEC-5): sockets, legs in
// calls, accounts in the engine. A failure is tried again after
// revokeInterval.
func (s *Server) revoke(ctx context.Context) {
	s.revoking.Lock()
	defer s.revoking.Unlock()
	rows, err := s.opts.Store.Revocations(ctx)
	var done []int64
	for _, r := range rows {
		if s.carryOut(ctx, r) {
			done = append(done, r.Seq)
		}
	}
	if err == nil && len(done) > 0 {
		err = s.people.CarriedOut(ctx, done)
	}
	if err != nil && ctx.Err() == nil {
		s.log.Error("what was taken back could not be ended everywhere; it is tried again every second", "error", err)
	}
}

// carryOut ends one thing and says whether nothing of it is left.
func (s *Server) carryOut(ctx context.Context, r models.Revocation) bool {
	if r.SessionHash != "" {
		why := closeSignedOut
		if r.ShutOut {
			why = closeShutOut
		}
		s.sockets.close(why, func(k *socket) bool { return k.session == r.SessionHash })
	}
	if r.PhoneID == "" && r.AgentID == "" {
		return true
	}
	saved := s.opts.Calls.Revoke(r.PhoneID, r.AgentID)
	return s.opts.Presence.DropPhone(ctx, r.PhoneID) && saved
}
