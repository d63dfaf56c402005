package call

import (
	"context"
	"time"
)

// Place asks for an outbound call from an agent's phone (OUT-1, OUT-3).
type Place struct {
	Workspace    string
	AgentID      string
	To           string // as the agent wrote it
	NumberID     string // of the number that the other side sees; "" leaves the choice to us (OUT-5)
	ContactID    string // "" lets the number tell
	MissedCallID string // the missed call that this calls back; "" for none (MISS-5)
	Anyway       bool   // although somebody has called back already
}

// HandledError says that somebody has called back a missed call already
// (MISS-5).
type HandledError struct{ At time.Time }

func (e *HandledError) Error() string {
	return "this missed call was called back at " + e.At.UTC().Format(time.RFC3339)
}

// FullError says that a call has as many participants as it may (CALL-3), in
// words for people.
type FullError struct{ Reason string }

func (e *FullError) Error() string { return e.Reason }

// Place begins an outbound call.
func (x *Exchange) Place(context.Context, Place) (Call, error) {
	return Call{}, &RefusedError{Reason: "Outbound calls are not switched on in this version."}
}
