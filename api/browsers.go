package api

// Browsers is how many pages of the desk are connected for live updates.
func (s *Server) Browsers() int {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	return len(s.hub.listeners)
}
