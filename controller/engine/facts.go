package engine

import "time"

// Facts is what a media engine tells an operator of itself (ringdesk doctor).
type Facts struct {
	Version string
	// Unfit says why ringdesk cannot use this version, or "".
	Unfit string
	// Missing are the modules, of those that were asked for, that do not run.
	Missing []string
	// Clock is the engine's own, to the second; zero where it does not tell it.
	Clock time.Time
}
