package flow

import "ringdesk/dialplan"

// Event is something that happens to a call in its flow.
type Event interface{ event() }

// Start begins a flow.
type Start struct {
	Flow  string
	Facts Facts
}

// Pressed is a key of the caller's: 0 to 9, * or #.
type Pressed struct{ Digit string }

// PlayEnded says that a PlaySounds is over, however it ended.
type PlayEnded struct{ ID int }

// Tick says that the Deadline has passed.
type Tick struct{}

// Fetched is the result of a Fetch. Without OK there is none: no answer in time,
// a status that is no 2xx, no JSON, or too much of it. JSON is as encoding/json
// decodes it into any.
type Fetched struct {
	ID   int
	OK   bool
	JSON any
}

// Counted brings the figures that CountQueues asked for, by its teams' names.
type Counted struct {
	ID      int
	Figures map[string]Figures
}

// Connected says that an agent has answered the call in the queue, or the number
// outside a transfer.
type Connected struct{}

// Unhelped says that the queue is over without an agent: one of Events but
// Talked.
type Unhelped struct{ Reason dialplan.MissedReason }

// TalkEnded says that the agents, or the number outside, have left and the
// caller is still there.
type TalkEnded struct{}

// Recorded says that the caller's message is over, and they are still there.
type Recorded struct{}

// NotReached says that a transfer's number did not answer, or was not to be
// dialled.
type NotReached struct{}

// HandedOver says that the installation's own dialplan has taken the call, and
// NotHandedOver that it has not.
type (
	HandedOver    struct{}
	NotHandedOver struct{}
)

// HungUp says that the caller is gone.
type HungUp struct{}

// Resume says that whoever ran the call is another process now: what the one
// before had asked a server or the queues for is asked again.
type Resume struct{}

func (Start) event()         {}
func (Pressed) event()       {}
func (PlayEnded) event()     {}
func (Tick) event()          {}
func (Fetched) event()       {}
func (Counted) event()       {}
func (Connected) event()     {}
func (Unhelped) event()      {}
func (TalkEnded) event()     {}
func (Recorded) event()      {}
func (NotReached) event()    {}
func (HandedOver) event()    {}
func (NotHandedOver) event() {}
func (HungUp) event()        {}
func (Resume) event()        {}
