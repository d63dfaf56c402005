package recording

import (
	"log/slog"
	"time"

	"ringdesk/controller/tasks"
	"ringdesk/models"
)

// What Options mean by 0.
const (
	DefaultLimit   = time.Hour // END-1
	DefaultTimeout = 15 * time.Minute
)

// pauses follow the first, second … failed attempt; after one more the
// recording has failed.
var pauses = []time.Duration{
	2 * time.Second, 10 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute,
	30 * time.Minute, time.Hour, time.Hour, time.Hour,
}

// Options are a Mixer's settings. Store and Folder are needed.
type Options struct {
	Store   *models.Store
	Folder  string // where the tracks are, and the recordings go
	Lame    string // the program's name or path; "" means lame
	Log     *slog.Logger
	Workers int           // mixes at the same time; 0 means 1
	Limit   time.Duration // longest recording; 0 means DefaultLimit
	Timeout time.Duration // for one mix; 0 means DefaultTimeout
	Upload  bool          // what is ready is moved to a storage (Uploader)
}

// Mixer mixes recordings.
type Mixer struct{ opt Options }

// New makes a Mixer.
func New(opt Options) *Mixer {
	if opt.Lame == "" {
		opt.Lame = "lame"
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Limit == 0 {
		opt.Limit = DefaultLimit
	}
	if opt.Timeout == 0 {
		opt.Timeout = DefaultTimeout
	}
	return &Mixer{opt: opt}
}

// Tasks is the work that a Mixer does.
func (m *Mixer) Tasks() tasks.Kind {
	return tasks.Kind{Name: models.TaskMix, Do: m.attempt, Pauses: pauses, Timeout: m.opt.Timeout, Workers: m.opt.Workers}
}
