package flow

import "ringdesk/dialplan"

// Action is something that shall happen, in the order in which Next gives them.
type Action interface{ action() }

// Took says that the call has come to a step. It is for the journal.
type Took struct {
	Version int    `json:"version,omitempty"`
	Flow    string `json:"flow"`
	Step    string `json:"step"`
	Kind    Kind   `json:"kind"`
	At      Pos    `json:"at"`
	By      string `json:"by,omitempty"` // the exit of the step before that led here: "key 1", "otherwise", "on ringTimeOver"
}

// PlaySounds plays sounds, named as controller/sounds does, one after the other. What
// it interrupts is over.
type PlaySounds struct {
	ID     int      `json:"id"`
	Sounds []string `json:"sounds"`
}

// StopPlay ends PlaySounds early.
type StopPlay struct {
	ID int `json:"id"`
}

// Fetch asks a server.
type Fetch struct {
	ID      int               `json:"id"`
	Method  string            `json:"method"` // GET or POST
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    string            `json:"body,omitempty"`
	Seconds int               `json:"seconds"` // the longest wait
	// Secret says that the address, the headers or the body may hold what is never
	// to be written down.
	Secret bool `json:"secret,omitempty"`
}

// CountQueues asks how the queues of teams stand. Teams maps the names by which
// Counted answers to ids; "" is the whole workspace.
type CountQueues struct {
	ID    int               `json:"id"`
	Teams map[string]string `json:"teams"`
}

// Tag adds tags to the conversation.
type Tag struct {
	Tags []string `json:"tags"`
}

// Give assigns the conversation; one of both is set, an id.
type Give struct {
	Team  string `json:"team,omitempty"`
	Agent string `json:"agent,omitempty"`
}

// Enqueue offers the call to agents as the plan says.
type Enqueue struct {
	Plan dialplan.Plan `json:"plan"`
}

// LeaveQueue takes the call out of the queue: the caller pressed a key.
type LeaveQueue struct{}

// Record takes a message of at most that length.
type Record struct {
	Seconds int `json:"seconds"`
}

// StopRecord ends the message.
type StopRecord struct{}

// AskBack makes the callback, with the place in the queue that the caller has, or
// a new one.
type AskBack struct{}

// Dial calls a number outside for the caller (OUT-9).
type Dial struct {
	To      string `json:"to"`             // E.164
	From    string `json:"from,omitempty"` // E.164 of a business number; "" for the one that was dialled
	Seconds int    `json:"seconds"`        // ring time
}

// HandOver gives the call to an extension of the installation's own dialplan (DP-3).
type HandOver struct {
	Extension string `json:"extension"`
}

// StopDial gives a Dial up that nobody has answered.
type StopDial struct{}

// Grade is the caller's answer to a survey, 1 to 5.
type Grade struct {
	Grade int `json:"grade"`
}

// HangUp ends the call.
type HangUp struct {
	End End `json:"end"`
}

func (Took) action()        {}
func (PlaySounds) action()  {}
func (StopPlay) action()    {}
func (Fetch) action()       {}
func (CountQueues) action() {}
func (Tag) action()         {}
func (Give) action()        {}
func (Enqueue) action()     {}
func (LeaveQueue) action()  {}
func (Record) action()      {}
func (StopRecord) action()  {}
func (AskBack) action()     {}
func (Dial) action()        {}
func (StopDial) action()    {}
func (HandOver) action()    {}
func (Grade) action()       {}
func (HangUp) action()      {}
