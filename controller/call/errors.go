package call

// RefusedError says why a command cannot be done in the call's present state,
// in words for people.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return e.Reason }

// FullError says that a call has as many participants as it may (CALL-3), in
// words for people.
type FullError struct{ Reason string }

func (e *FullError) Error() string { return e.Reason }

// refusal is the error for why Step refused a command; nil if it did not.
func refusal(reason string) error {
	switch reason {
	case "":
		return nil
	case full:
		return &FullError{Reason: reason}
	default:
		return &RefusedError{Reason: reason}
	}
}
