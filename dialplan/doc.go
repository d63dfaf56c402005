// Package dialplan decides what happens to a call before an agent is offered:
// who is turned away, what the caller hears, which team's agents ring, and how
// long the caller may wait. Decide is the one place of that decision; a flow in
// text form can replace it.
//
// It is pure: it reads no clock and no store.
//
// Sounds are named as in controller/sounds: built-in ones as LANGUAGE/NAME,
// those that a workspace brought as custom/WORKSPACE/ID. A Plan names only the
// greeting of the settings, LANGUAGE/closed, LANGUAGE/busy-line and
// LANGUAGE/unavailable.
package dialplan
