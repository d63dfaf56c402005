package engine

import (
	"context"
	"errors"
	"fmt"
	"net"
)

// Kind classifies a command's failure.
type Kind string

// The kinds of failure, each with what its caller does about it.
const (
	KindGone        Kind = "gone"        // the leg, room or recording is not there (any more): carry on without it
	KindBusy        Kind = "busy"        // the engine cannot do it in the thing's present state: its event is on the way
	KindRefused     Kind = "refused"     // the engine says no (bad request, no such phone): do not repeat it
	KindNoRoom      Kind = "noRoom"      // there is no room on the disk for what it would write: carry on without it
	KindUnreachable Kind = "unreachable" // the engine cannot be reached: LinkDown is on the way
	KindTimeout     Kind = "timeout"     // no answer by the deadline: it may or may not have happened
)

// Error is a command's failure.
type Error struct {
	Op   string // the command, such as "Hangup"
	Kind Kind
	Err  error // the cause, for the log
}

func (e *Error) Error() string { return fmt.Sprintf("engine: %s: %s: %v", e.Op, e.Kind, e.Err) }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf gives the kind of a command's error, and "" for nil.
func KindOf(err error) Kind {
	var e *Error
	var refusal *Refusal
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Kind
	case errors.As(err, &refusal):
		return KindRefused
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return KindTimeout
	default:
		var ne net.Error
		if errors.As(err, &ne) && ne.Timeout() {
			return KindTimeout
		}
		return KindUnreachable
	}
}
