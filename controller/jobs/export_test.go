package jobs

// Wait waits until the runs have ended that were begun.
func (s *Scheduler) Wait() { s.work.Wait() }
