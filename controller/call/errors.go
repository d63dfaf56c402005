package call

// RefusedError says why a command cannot be done in the call's present state,
// in words for people.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return e.Reason }
