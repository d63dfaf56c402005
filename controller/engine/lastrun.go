package engine

import "os"

// LastRun knows which run of an engine the last link was to. With a File a new
// controller knows it, too: an engine that died may come back with an address
// that only a new controller is given. Not for concurrent use.
type LastRun struct {
	File string // may be empty
	run  string
}

// Restarted notes the run of the engine that is there now, in the engine's own
// word, and says whether another one was there before.
func (l *LastRun) Restarted(now string) bool {
	before := l.run
	if before == "" && l.File != "" {
		kept, _ := os.ReadFile(l.File) // there is none at the first start
		before = string(kept)
	}
	l.run = now
	if l.File != "" && before != now && os.WriteFile(l.File, []byte(now), 0o600) != nil {
		_ = os.Remove(l.File) // better no word than an old one, as on a full disk
	}
	return before != "" && before != now
}
