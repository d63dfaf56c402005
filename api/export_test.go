package api

import "time"

// SetLiveQueue changes how many events a browser may be behind; to be called
// before the server listens.
func (s *Server) SetLiveQueue(n int) { s.hub.queue = n }

// SetLiveBeat changes the longest that a browser hears nothing; to be called before
// the server listens.
func (s *Server) SetLiveBeat(d time.Duration) { s.hub.beat = d }
