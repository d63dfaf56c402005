package call

import "ringdesk/controller/reason"

// RefusedError says why a command cannot be done in the call's present state,
// in words for people.
type RefusedError struct{ Why *reason.Why }

func (e *RefusedError) Error() string { return e.Why.Text }

// FullError says that a call has as many participants as it may (CALL-3), in
// words for people.
type FullError struct{ Why *reason.Why }

func (e *FullError) Error() string { return e.Why.Text }

// Refusal is the error for why Step refused a command; nil if it did not.
func Refusal(why *reason.Why) error {
	switch {
	case why == nil:
		return nil
	case why.Word == reason.CallFull:
		return &FullError{Why: why}
	default:
		return &RefusedError{Why: why}
	}
}
