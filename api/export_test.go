package api

// SetLiveQueue changes how many events a browser may be behind; to be called
// before the server listens.
func (s *Server) SetLiveQueue(n int) { s.hub.queue = n }
